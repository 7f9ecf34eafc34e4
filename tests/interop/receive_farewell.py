# SPDX-License-Identifier: MIT
"""A peer with a window that says all it has and goodbye in one breath: what was stored is told, each object."""
import signal
import socket
import ssl

from harness import T, Authority, claim
from peers import PLAIN, Receiver, secure
from rawpeer import CT, IMPLICIT_LE, Wire, associate_rq, object_bytes, p_data, store_rq

OBJECTS = 12
authority = Authority(T / "ca")
archive, scanner = authority.node("archive"), authority.node("scanner")


def everything():
    for i in range(1, OBJECTS + 1):
        uid = f"1.2.3.{i}"
        yield p_data(1, 3, store_rq(CT, uid, i)) + p_data(1, 2, object_bytes(instance=uid))


def context():
    c = ssl.create_default_context(cafile=str(authority.path))
    c.load_cert_chain(str(scanner[1]), str(scanner[0]))
    return c


def goodbye(sock):
    """All that this side has to say, without hearing the answer."""
    if isinstance(sock, ssl.SSLSocket):
        sock.setblocking(False)
        try:
            sock.unwrap()
        except ssl.SSLWantReadError:
            pass
    sock.shutdown(socket.SHUT_WR)


def farewell(name, link, wrap):
    with Receiver(T / name, link=link) as receiver:
        wire = Wire(wrap(socket.create_connection(("127.0.0.1", receiver.port))))
        wire.put(associate_rq([(CT, [IMPLICIT_LE])], window=16))
        claim(f"{name}: an association with a window is accepted", wire.get()[0] == 2)
        receiver.process.send_signal(signal.SIGSTOP)
        wire.put(*everything())
        goodbye(wire.sock)
        receiver.process.send_signal(signal.SIGCONT)
        receiver.wait_for(r'"event": ?"end"')
        told = [e["sop_instance"] for e in receiver.events("object")]
        wire.sock.close()
        claim(f"{name}: all {OBJECTS} objects are stored", len(receiver.files()) == OBJECTS, receiver.text())
        claim(f"{name}: each that is stored is told, once, though nobody hears the answers",
              sorted(told) == sorted(f"1.2.3.{i}" for i in range(1, OBJECTS + 1)), receiver.text())
        claim(f"{name}: the association's end counts them", receiver.events("end")[0]["objects"] == OBJECTS,
              receiver.text())


farewell("plain", PLAIN, lambda sock: sock)
farewell("TLS", secure(archive, authority), lambda sock: context().wrap_socket(sock, server_hostname="localhost"))
