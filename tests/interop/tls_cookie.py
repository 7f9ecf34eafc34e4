# SPDX-License-Identifier: MIT
"""A retry that brings no more than a cookie (RFC 8446 4.1.2): the second ClientHello is the first one with it.

OpenSSL's s_server -stateless is who asks; it goes no further, not with its own s_client either."""
import socket
import struct
import subprocess
import threading

from harness import DCMSEC, T, Authority, claim, free_port, listening, need, run
from peers import secure

COOKIE, PADDING = 44, 21


def records(sock):
    """The bytes of one TLS record after the other."""
    while True:
        head = b""
        while len(head) < 5:
            more = sock.recv(5 - len(head))
            if not more:
                return
            head += more
        n, body = struct.unpack(">H", head[3:])[0], b""
        while len(body) < n:
            body += sock.recv(n - len(body))
        yield head, body


def relay(listener, port, hellos):
    """Carries one connection both ways, and keeps the ClientHellos."""
    client, _ = listener.accept()
    server = socket.create_connection(("127.0.0.1", port), 60)

    def back():
        try:
            while data := server.recv(65536):
                client.sendall(data)
        except OSError:
            pass
    threading.Thread(target=back, daemon=True).start()
    try:
        for head, body in records(client):
            if head[0] == 22 and body[0] == 1:
                hellos.append(body)
            server.sendall(head + body)
    except OSError:
        pass
    server.close()
    client.close()


def extensions(hello):
    """What stands before the extensions, and these by number."""
    at = 4 + 2 + 32
    at += 1 + hello[at]
    at += 2 + struct.unpack_from(">H", hello, at)[0]
    at += 1 + hello[at]
    start, found = hello[4:at], {}
    at += 2
    while at < len(hello):
        number, n = struct.unpack_from(">HH", hello, at)
        found[number] = hello[at + 4:at + 4 + n]
        at += 4 + n
    return start, found


def main():
    authority = Authority(T / "ca")
    server, client = authority.node("server"), authority.node("client")
    port, front, hellos = free_port(), free_port(), []
    with subprocess.Popen(["openssl", "s_server", "-stateless", "-tls1_3", "-port", str(port), "-key", server[0],
                           "-cert", server[1]], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as peer, \
            socket.create_server(("127.0.0.1", front)) as listener:
        listening(port, process=peer)
        thread = threading.Thread(target=relay, args=(listener, port, hellos), daemon=True)
        thread.start()
        ran = run(DCMSEC, "echo", *secure(client, authority), "--associate-timeout", "8s", "-v", f"127.0.0.1:{front}")
        claim("OpenSSL's server asks for a cookie", len(hellos) == 2, ran.out)
        peer.kill()
        if len(hellos) != 2:
            return
        (before, first), (after, second) = (extensions(h) for h in hellos)
        claim("the second hello brings it", COOKIE in second and COOKIE not in first, second)
        claim("version, random, session ID and suites are those of the first", before == after)
        second.pop(COOKIE, None)
        changed = [n for n in first.keys() | second.keys() if first.get(n) != second.get(n) and n != PADDING]
        claim("and so is every extension, the key share among them", not changed, changed)


if need("openssl", "a cookie changes nothing else"):
    main()
