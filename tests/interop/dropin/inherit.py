#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Receivers that are started with their socket: by an inetd of our own, DCMTK's and ours side by side, and by
systemd's protocol for sockets (LISTEN_PID, LISTEN_FDS, descriptor 3), which a fork and an exec speak just as well."""
import os
import re
import signal
import socket
import subprocess
import threading

from dropin import both, data_sets, differences, inputs, stored
from harness import DCMSEC, T, claim, need, run, until

SOCKETS = "dcmsec receive and storescp"


def shown():
    return [("storescp", "-id")]


def listener(kind=socket.SOCK_STREAM, family=socket.AF_INET):
    s = socket.socket(family, kind)
    s.bind(("127.0.0.1", 0))
    if kind == socket.SOCK_STREAM:
        s.listen(8)
    return s


def folder(name):
    path = T / name
    subprocess.run(["rm", "-rf", str(path)], check=True)
    path.mkdir()
    return path


def send(port, *files, words=()):
    return run("storescu", *words, "127.0.0.1", port, *files, timeout=60)


def inetd(program, words, talk, wait=False):
    """Runs program with a socket on all three standard streams: a connection, or, with wait, one that listens."""
    door = listener()
    result = []
    client = threading.Thread(target=lambda: result.append(talk(door.getsockname()[1])))
    client.start()
    at = door if wait else door.accept()[0]
    process = subprocess.Popen([*map(str, program), *map(str, words)], stdin=at, stdout=at, stderr=at)
    if not wait:
        at.close()
    client.join(60)
    if wait:
        process.terminate()
    code = process.wait(60)
    door.close()
    return code, result[0] if result else None


def raw(port):
    """All that comes from a connection on which an association is asked for and given up."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as s:
        s.sendall(b"no DICOM at all, but long enough for a header\r\n" * 4)
        got = b""
        try:
            s.shutdown(socket.SHUT_WR)
            while more := s.recv(4096):
                got += more
        except OSError:
            pass
        return got


def by_inetd(here):
    seen = {}
    for kind, program in both("storescp"):
        out = folder("inetd")
        code, sent = inetd(program, ("-d", "-id", "-od", out), lambda port: send(port, here / "ct.dcm", here / "mr.dcm"))
        seen[kind] = code, sent and sent.returncode, data_sets(stored(out))
    ours, theirs = seen["dcmsec"], seen["dcmtk"]
    wrong = differences(theirs[2], ours[2]) + ([] if ours[:2] == theirs[:2] == (0, 0) else [f"{theirs[:2]} {ours[:2]}"])
    claim("storescp -id serves the connection on standard input and ends, as DCMTK's does", not wrong, "\n".join(wrong))
    out = folder("inetd")
    code, sent = inetd([DCMSEC, "storescp"], ("-v", "-id", "-od", out),
                       lambda port: [send(port, here / f).returncode for f in ("ct.dcm", "mr.dcm")], wait=True)
    claim("storescp -id serves one association after the other where standard input listens",
          code == 0 and sent == [0, 0] and len(stored(out)) == 2, f"{code} {sent}")
    for words in (("-d", "-id", "-od", out), ("-d", "-id", "-od", out, "--no-such-option"), ("-id", "-od", T / "none"),
                  ("--arguments", "-id", "-d", "+px", "-od", out), ("--help",), ("+cc", "-id")):
        code, got = inetd([DCMSEC, "storescp"], words, raw)
        texts = re.findall(rb"[ -~]{6,}", got or b"")
        claim(f"storescp {' '.join(map(str, words)).replace(str(T), 'T')} from inetd: nothing that is printed goes into "
              "the connection", got is not None and not texts, texts)
    for what, at in (("a file", open("/dev/null", "rb")), ("a pipe", subprocess.PIPE)):
        r = subprocess.run([DCMSEC, "storescp", "-id", "-od", out], stdin=at, capture_output=True, text=True, timeout=60,
                           check=False)
        claim(f"storescp -id says so where standard input is {what}", r.returncode == 1 and "no TCP socket" in r.stderr,
              f"{r.returncode} {r.stderr}")
    with listener(socket.SOCK_DGRAM) as s:
        r = subprocess.run([DCMSEC, "storescp", "-id", "-od", out], stdin=s, capture_output=True, text=True, timeout=60,
                           check=False)
        claim("storescp -id says so where standard input is a UDP socket", r.returncode == 1 and "no TCP" in r.stderr,
              f"{r.returncode} {r.stderr}")


def activated(words, at, environment=None, pid=None):
    """The process, with at as its descriptor 3, and the pipe of its messages."""
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        env = {**os.environ, "LISTEN_FDS": "1", "LISTEN_PID": str(pid or os.getpid()), **(environment or {})}
        os.dup2(into, 1)
        os.dup2(into, 2)
        if at is not None:
            source = os.dup(at.fileno()) if at.fileno() == 3 else at.fileno()
            os.dup2(source, 3)
            os.set_inheritable(3, True)
        os.execvpe(DCMSEC, [DCMSEC, *map(str, words)], env)
    os.close(into)
    return child, out


def ended(child, pipe, stop=False):
    """Exit code and messages, of a process that ends by itself or is asked to."""
    if stop:
        os.kill(child, signal.SIGTERM)
    with os.fdopen(pipe, errors="replace") as messages:
        text = messages.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), text


def by_systemd(here):
    for words in (("receive", "--plain", "--json"), ("storescp", "-v", "1")):
        with listener() as door:
            out = folder("unit")
            child = activated((*words, "--out" if words[0] == "receive" else "-od", out), door)
            sent = [send(door.getsockname()[1], here / f, words=("-aec", "X")).returncode for f in ("ct.dcm", "mr.dcm")]
            code, text = ended(*child, stop=True)
        claim(f"{words[0]} serves the socket of a socket unit, association after association",
              code == 0 and sent == [0, 0] and len(stored(out)) == 2, f"{code} {sent} {text}")
    with listener() as door:
        out = folder("unit")
        sent = []
        client = threading.Thread(target=lambda: sent.append(send(door.getsockname()[1], here / "ct.dcm").returncode))
        client.start()
        at = door.accept()[0]
        child = activated(("receive", "--plain", "--out", out), at)
        at.close()
        code, text = ended(*child)
        client.join(60)
    claim("receive serves the connection of a unit with Accept=yes, and ends", (code, sent, len(stored(out))) == (0, [0], 1),
          f"{code} {sent} {text}")
    with listener() as door:
        out = folder("unit")
        seen = T / "seen"
        look = f"env >{seen}.part; ls -l /proc/self/fd >>{seen}.part; mv {seen}.part {seen}"
        child = activated(("storescp", "-xs", "-xcr", look, "-od", out, "1"), door)
        sent = send(door.getsockname()[1], here / "ct.dcm").returncode
        until(seen.exists)
        code, text = ended(*child, stop=True)
        said = seen.read_text() if seen.exists() else ""
    claim("what storescp runs sees neither the socket nor the variables that came with it",
          sent == 0 and "PATH=" in said and "LISTEN_" not in said and "socket:" not in said, said + text)


def wrong_environments():
    out = folder("unit")
    base = ("receive", "--plain", "--port", "0", "--out", out)
    with listener() as door:
        theirs = door.getsockname()[1]
        child = activated((*base, "--json"), door, pid=1)
        port = None
        text = b""
        while not port and (more := os.read(child[1], 4096)):
            text += more
            port = re.search(rb'"port":(\d+)', text)
        code, rest = ended(*child, stop=True)
    claim("LISTEN_PID of another process: its sockets are not ours, and we listen for ourselves",
          code == 0 and port and int(port[1]) not in (0, theirs),
          text.decode() + rest)
    for what, env, words in (("LISTEN_FDS=two", {"LISTEN_FDS": "two"}, "LISTEN_FDS"), ("LISTEN_FDS=-1", {"LISTEN_FDS": "-1"},
                             "LISTEN_FDS"), ("LISTEN_FDS=1x", {"LISTEN_FDS": "1x"}, "LISTEN_FDS"),
                             ("an empty LISTEN_FDS", {"LISTEN_FDS": ""}, "LISTEN_FDS"),
                             ("LISTEN_FDS=99999999999999999999", {"LISTEN_FDS": "9" * 20}, "LISTEN_FDS"),
                             ("LISTEN_FDS=2", {"LISTEN_FDS": "2"}, "gives 2 sockets"),
                             ("LISTEN_PID=me", {"LISTEN_PID": "me"}, "LISTEN_PID")):
        with listener() as door:
            code, text = ended(*activated(base, door, env))
        claim(f"{what} is refused", code == 8 and words in text, f"{code} {text}")
    for what, at in (("a file", open("/dev/null", "rb")), ("a UDP socket", listener(socket.SOCK_DGRAM)),
                     ("a UNIX socket", socket.socketpair()[0])):
        code, text = ended(*activated(base, at))
        claim(f"{what} on descriptor 3 is refused", code == 8 and "descriptor 3 is no TCP socket" in text, f"{code} {text}")
        at.close()


def main():
    if not need("storescp", SOCKETS) or not need("storescu", SOCKETS):
        return
    here = inputs(T / "in")
    by_inetd(here)
    by_systemd(here)
    wrong_environments()


if __name__ == "__main__":
    main()
