# SPDX-License-Identifier: MIT
"""The limits of a receiver, and its policies: who goes beyond is told in the words of the protocol and in
one line, and the others do not notice."""
import re
import resource
import socket
import subprocess
import time

from harness import DCMSEC, T, WAIT, Authority, Server, claim, free_port, run, samples
from peers import Receiver, secure, send
from rawpeer import (ASSOCIATE_RJ, COMMAND, CT, EXPLICIT_LE, IMPLICIT_LE, LAST, MR, Requestor, associate_rq, object_bytes,
                     p_data, store_rq)

CONTEXTS = [(CT, [IMPLICIT_LE])]
JPEG = "1.2.840.10008.1.2.4.50"
TRANSIENT_LIMIT, PERMANENT_LIMIT = (ASSOCIATE_RJ, bytes([0, 2, 3, 2])), (ASSOCIATE_RJ, bytes([0, 1, 3, 2]))


def body(path):
    return path.read_bytes()


def stored(port, data, instance="1.2.3", contexts=CONTEXTS, context=1):
    q = Requestor(port, contexts)
    status = q.store(data, instance=instance, context=context)
    q.release()
    q.close()
    return status


def told(receiver, count):
    """The objects that were told, once there are so many."""
    end = time.monotonic() + WAIT
    while len(receiver.events("object")) < count and time.monotonic() < end:
        time.sleep(0.01)
    return [(e["status"], e["result"], e["duplicate"]) for e in receiver.events("object")]


def duplicates():
    one, two = object_bytes(patient=b"ONE"), object_bytes(patient=b"ANOTHER")
    with Receiver(T / "replace", "--duplicates", "replace") as r:
        statuses = [stored(r.port, data) for data in (one, two, two)]
        claim("--duplicates replace: each is acknowledged, and the last one stands under the one name",
              statuses == ["0000"] * 3 and r.files() == ["1.2.3.dcm"] and b"ANOTHER" in body(r.out / "1.2.3.dcm"),
              f"{statuses} {r.files()}")
        seen = told(r, 3)
        claim("--duplicates replace: said so", seen == [("0000", "stored", None), ("0000", "stored", "replaced"),
                                                        ("0000", "stored", "replaced")], seen)
    with Receiver(T / "reject", "--duplicates", "reject") as r:
        statuses = [stored(r.port, data) for data in (one, two, one)]
        claim("--duplicates reject: 0111 for all but the first, which stands alone as it was",
              statuses == ["0000", "0111", "0111"] and r.files() == ["1.2.3.dcm"]
              and b"ONE" in body(r.out / "1.2.3.dcm"), f"{statuses} {r.files()}")
        seen = told(r, 3)
        claim("--duplicates reject: said so", seen[1:] == [("0111", "refused", "rejected")] * 2, seen)
    explicit = b"".join(tag + b"UI" + bytes([len(v) + len(v) % 2, 0]) + v + b"\0" * (len(v) % 2) for tag, v in (
        (b"\x08\0\x16\0", CT.encode()), (b"\x08\0\x18\0", b"1.2.3")))
    with Receiver(T / "syntax") as r:
        statuses = [stored(r.port, explicit, contexts=[(CT, [syntax])])
                    for syntax in (EXPLICIT_LE, JPEG, EXPLICIT_LE, JPEG)]
        claim("equal bytes in another transfer syntax are another object, and both are kept",
              statuses == ["0000"] * 4 and r.files() == ["1.2.3.dcm", "1.2.3~2.dcm"]
              and [d for _, _, d in told(r, 4)] == [None, "kept", "same", "same"], f"{statuses} {told(r, 4)}")
    r = run(DCMSEC, "receive", "--plain", "--out", T / "x", "--duplicates", "maybe")
    claim("another policy is a usage error that names the three",
          r.returncode == 2 and "keep, replace and reject" in r.out, r.out)


def half(receiver, instance="1.2.3"):
    q = Requestor(receiver.port, CONTEXTS)
    q.put(p_data(1, COMMAND | LAST, store_rq(CT, instance)), p_data(1, 0, object_bytes(instance=instance)[:40]))
    end = time.monotonic() + WAIT
    while not any(f.endswith(".part") for f in receiver.files()) and time.monotonic() < end:
        time.sleep(0.01)
    return q


def leftovers():
    folder = T / "left"
    with Receiver(folder) as r:
        q = half(r)
        r.process.kill()
        r.process.wait()
        q.close()
        left = r.files()
        claim("a receiver that is killed leaves nothing but a temporary file",
              len(left) == 1 and left[0].startswith(".dcmsec-") and left[0].endswith(".part"), left)
    with Receiver(folder, "--verbose") as first:
        claim("the next one removes it, and names it", first.files() == []
              and first.wait_for("removed " + re.escape(left[0])), f"{first.files()} {first.text()}")
        q = half(first)
        alive = first.files()
        with Receiver(folder, "--verbose") as second:
            claim("what a living one is writing stays, and is named", first.files() == alive
                  and second.wait_for("left .* alone.*a receiver is writing it"), second.text())
        q.put(p_data(1, LAST, object_bytes()[40:]))
        claim("and is stored and acknowledged when it is whole", q.status() == "0000"
              and first.files() == ["1.2.3.dcm"], first.files())
        q.close()


def ended(receiver, pattern, count=1):
    end, found = time.monotonic() + WAIT, []
    while time.monotonic() < end:
        found = [e for e in receiver.events("end", "rejected") if re.search(pattern, e["reason"])]
        if len(found) >= count:
            break
        time.sleep(0.02)
    return found


def associations():
    with Receiver(T / "address", "--max-per-address", "2", "--max-contexts", "2") as r:
        held = [Requestor(r.port, CONTEXTS) for _ in range(2)]
        third = Requestor(r.port, CONTEXTS)
        claim("--max-per-address: one more is rejected for now, with the reason",
              third.answer == TRANSIENT_LIMIT and ended(r, "2 associations at once from one address"), third.answer)
        other = Requestor.__new__(Requestor)
        sock = socket.create_connection(("127.0.0.1", r.port), WAIT, source_address=("127.0.0.2", 0))
        super(Requestor, other).__init__(sock)
        other.put(associate_rq(CONTEXTS))
        claim("--max-per-address: another address comes in", other.get()[0] == 2)
        for q in (*held, third, other):
            q.close()
        ended(r, ".", 5)
        many = Requestor(r.port, [(CT, [IMPLICIT_LE]), (MR, [IMPLICIT_LE]), (CT, [EXPLICIT_LE])])
        claim("--max-contexts: a request of more is rejected for good, with the reason",
              many.answer == PERMANENT_LIMIT and ended(r, "3 presentation contexts; 2 are the limit"), many.answer)
        many.close()
    with Receiver(T / "handshakes", "--max-handshakes", "8") as r:
        silent = [Requestor(r.port) for _ in range(40)]
        claim("--max-handshakes: beside silent connections a peer is served", stored(r.port, object_bytes()) == "0000")
        gone = ended(r, "it gave way to another: 8 connections", 32)
        claim("--max-handshakes: the oldest of them gave way, and only they", 32 <= len(gone) <= 34, len(gone))
        claim("--max-handshakes: they see the connection end", all(q.ending() == "closed" for q in silent[:32]))
        for q in silent:
            q.close()


def within():
    with Receiver(T / "time", "--object-time", "2s") as r:
        q = half(r)
        claim("--object-time: aborted, with the reason", q.ending() == "abort" and ended(r, "took over 2 s"), r.text())
        q.close()
        claim("nothing of it is on disk", r.files() == [], r.files())
    with Receiver(T / "within", "--max-bytes", "2000", "--max-command", "300") as r:
        q = Requestor(r.port, CONTEXTS)
        q.put(p_data(1, COMMAND | LAST, store_rq(CT, "1.2.3")), p_data(1, 0, bytes(2001)))
        claim("--max-bytes: aborted, with the reason", q.ending() == "abort" and ended(r, "over 2000 bytes"), r.text())
        q.close()
        q = Requestor(r.port, CONTEXTS)
        q.put(p_data(1, COMMAND, bytes(301)))
        claim("--max-command: aborted, with the reason", q.ending() == "abort" and ended(r, "over 300 bytes"), r.text())
        q.close()
        claim("nothing of them is on disk", r.files() == [], r.files())
    with Receiver(T / "free", "--keep-free", "1000000g") as r:
        claim("--keep-free: A700 while less of the disk is free", stored(r.port, object_bytes()) == "A700"
              and r.files() == [] and r.wait_for("A700: the disk is nearly full"), r.text())


def handshakes(authority, node):
    link = secure(node, authority)
    with Receiver(T / "fails", "--max-failures", "3", link=link) as r:
        def garbage():
            q = Requestor(r.port)
            q.put(b"GET / HTTP/1.0\r\n\r\n")
            q.ending()
            q.close()

        def good():
            return send(r.port, samples()[0], link=link)
        for _ in range(2):
            garbage()
            garbage()
            ok = good()
            claim("fewer failed handshakes than --max-failures hinder nobody, and a good one forgives them",
                  ok.returncode == 0, ok.out)
        for _ in range(3):
            garbage()
        ended(r, ".", 9)
        late = good()
        claim("--max-failures: then the address is refused for the minute, with the reason",
              late.returncode != 0 and ended(r, "3 TLS handshakes from its address failed within a minute"), late.out)
        import ssl
        context = ssl.create_default_context(cafile=str(authority.path))
        context.load_cert_chain(str(node[1]), str(node[0]))
        with socket.create_connection(("127.0.0.1", r.port), WAIT, source_address=("127.0.0.3", 0)) as sock:
            with context.wrap_socket(sock, server_hostname="localhost") as secured:
                secured.sendall(associate_rq(CONTEXTS))
                claim("--max-failures: another address is served", secured.recv(1)[:1] == b"\2")


def alerts(authority, node):
    """Who is sent away within the TLS handshake hears an alert, not just the end of the connection."""
    hello = bytes.fromhex("1603010200010001fc0303")
    with Receiver(T / "alerts", "--artim", "5s", "--max-handshakes", "2", link=secure(node, authority)) as r:
        first, second = Requestor(r.port), Requestor(r.port)
        second.put(hello)
        third = Requestor(r.port)
        claim("who gives way to another within the TLS handshake hears alert 90, user canceled",
              first.take(7)[5:] == b"\2\x5a")
        claim("so does who takes longer than --artim", second.take(7)[5:] == b"\2\x5a")
        for q in (first, second, third):
            q.close()


def flood():
    count = 600
    with Receiver(T / "flood") as r:
        start = time.monotonic()
        for _ in range(count):
            q = Requestor(r.port)
            q.put(b"NONSENSE")
            q.ending()
            q.close()
        claim("after a flood of failures a peer is served", stored(r.port, object_bytes()) == "0000")
        seconds = time.monotonic() - start
        r.stop()
        complaints = [e for e in r.events("end") if "object" not in e["reason"] and e["reason"] != "released"]
        left = sum(e["count"] for e in r.events("left_out"))
        claim("a flood of failures becomes a bounded number of lines, and the rest is counted",
              len(complaints) + left == count and len(complaints) <= 200 + 10 * (seconds + 2),
              f"{len(complaints)} told, {left} left out, {seconds:.1f} s")


def descriptors():
    few = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (512, 512))
    r = run(DCMSEC, "receive", "--plain", "--port", "0", "--out", T / "few", "--max-associations", "1000", preexec_fn=few)
    claim("more associations asked for than descriptors allow: exit code 8, with what to do", r.returncode == 8
          and re.search(r"--max-associations \d+", r.stderr) and "LimitNOFILE" in r.stderr, f"{r.returncode} {r.out}")
    port = free_port()
    command = [DCMSEC, "receive", "--plain", "--bind", "127.0.0.1", "--port", port, "--out", T / "few"]
    wrapped = ["/bin/sh", "-c", 'ulimit -n 512 && exec "$@"', "sh", *map(str, command)]
    with Server(*wrapped, port=port) as server:
        claim("without a number there are as many as fit, and a warning", server.wait_for("512 file descriptors are the hard")
              and stored(port, object_bytes()) == "0000", server.text())


duplicates()
leftovers()
associations()
within()
authority = Authority(T / "ca")
handshakes(authority, authority.node("node"))
alerts(authority, authority.node("other"))
flood()
descriptors()
