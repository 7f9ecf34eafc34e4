# SPDX-License-Identifier: MIT
"""Twelve things that DCMTK 3.7 was seen to do under load, faults and bad input, and the better outcome of each.

  DCMTK 3.7                                            here
  1  kill -9 leaves partial files under final names    whole files or none, and none that was acknowledged is missing
  2  the same object again can lose the first copy     the first stays, whatever becomes of the second
  3  truncated data is acknowledged                    C000 (all kinds: dcm_trouble_receive.py)
  4  half a request holds a receiver for minutes       cut by --artim; the others are served meanwhile
  5  failures are not printed, nor what was not tried  each file is named, with its status or why not
  6  bad certificates all read the same                each its own message (all kinds: dcm_trouble_tls.py)
  7  a wrong meta group length sends group 0002        the data set alone, or nothing (dcm_trouble_send.py)
  8  a UID that is none is stored under another name   0117, nothing on disk; titles do not reach the terminal raw
  9  command sets and bombs take memory without limit  aborted at 4 KB; memory does not depend on the object
  10 200 associations take hundreds of MB              under 13 MB
  11 each object waits for a delayed acknowledgement   100 objects in less time than that would take
  12 a TCP close after the release is a TLS error      it is the end of a released association
"""
import os
import pathlib
import random
import re
import ssl
import subprocess
import time

from harness import DCMSEC, SAMPLES, T, WAIT, Authority, body_bytes, claim, run
from peers import PLAIN, Receiver, secure, send
from rawpeer import (ABORT, COMMAND, CT, DEFLATED_LE, EXPLICIT_LE, IMPLICIT_LE, LAST, P_DATA, Acceptor, Gone, Requestor,
                     Wire, associate_ac, associate_rq, element, explicit_file, object_bytes, p_data, pdu, store_rq, store_rsp)

GOOD = SAMPLES / "test_files/CT_small.dcm"
LOAD = pathlib.Path(os.environ["O"]) / "tests/tools/assoc_load"
SANITIZED = "san" in os.environ.get("O", "")
CONTEXTS = [(CT, [IMPLICIT_LE]), (CT, [DEFLATED_LE])]
NOISE = random.Random(8).randbytes(20000)


def big(instance, patient=b"FIRST"):
    return object_bytes(instance=instance, patient=patient, more=element(0x7fe00010, NOISE))


def pieces(data, n=10):
    step = len(data) // n + 1
    return [data[i:i + step] for i in range(0, len(data), step)]


def killed_at(receiver, q, instance, data, at):
    """Kills the receiver before piece at, or after the last one; whether the object had been acknowledged."""
    q.put(p_data(1, COMMAND | LAST, store_rq(CT, instance)))
    parts, status = pieces(data), None
    for i, part in enumerate(parts):
        if i == at:
            receiver.process.kill()
        try:
            q.put(p_data(1, LAST if i == len(parts) - 1 else 0, part))
        except OSError:
            pass
    if at == len(parts):  # at some moment between the last byte and the answer, or behind it
        time.sleep(random.Random(at).random() / 500)
        receiver.process.kill()
    try:
        status = q.status()
    except (Gone, OSError):
        pass
    receiver.process.wait()
    q.close()
    return status == "0000"


def final(folder):
    return sorted(p.name for p in folder.iterdir() if not p.name.startswith("."))


def point_1():
    wrong = []
    for i, at in enumerate((0, 1, 3, 5, 9, *[10] * 13)):
        folder = T / f"kill{i}"
        receiver = Receiver(folder)
        data = big("1.2.3")
        known = killed_at(receiver, Requestor(receiver.port, CONTEXTS), "1.2.3", data, at)
        there = final(folder)
        if known and not there or there and body_bytes(folder / there[0]) != data:
            wrong.append((i, at, known, there))
    claim("1. kill -9, 18 times: what has a final name is whole, what was acknowledged is there", not wrong, wrong)


def point_2():
    wrong = []
    for i, at in enumerate((0, 4, 9, *[10] * 5)):
        for policy in ("keep", "replace"):
            folder = T / f"again-{policy}-{i}"
            receiver = Receiver(folder, "--duplicates", policy)
            q = Requestor(receiver.port, CONTEXTS)
            first, second = big("1.2.3"), big("1.2.3", b"SECOND")
            if q.store(first) != "0000":
                wrong.append("first")
            known = killed_at(receiver, q, "1.2.3", second, at)
            bodies = [body_bytes(folder / name) for name in final(folder)]
            fine = (bodies[:1] == [first] and bodies[1:] in ([], [second]) if policy == "keep"
                    else bodies in ([first], [second]))
            if not fine or known and second not in bodies:
                wrong.append((policy, at, known, len(bodies)))
    claim("2. killed within the second copy, 16 times: the first is there, or with --duplicates replace either, whole",
          not wrong, wrong)
    with Receiver(T / "aborted") as receiver:
        q = Requestor(receiver.port, CONTEXTS)
        q.store(big("1.2.3"))
        q.put(p_data(1, COMMAND | LAST, store_rq(CT, "1.2.3")), p_data(1, 0, big("1.2.3")[:9000]), pdu(ABORT, bytes(4)))
        ended = receiver.wait_for('"end"')
        claim("2. aborted within the second copy: the first is there", ended and receiver.files() == ["1.2.3.dcm"]
              and body_bytes(receiver.out / "1.2.3.dcm") == big("1.2.3"), receiver.files())
        q.close()


def point_3(receiver):
    sequence = object_bytes() + b"\x08\0\x40\x11\xfe\xff\xff\xff"
    for what, data in (("a data set cut in half", big("1.2.3")[:9000]), ("a sequence of 4 GB with nothing in it", sequence),
                       ("random bytes", NOISE)):
        q = Requestor(receiver.port, CONTEXTS)
        status = q.store(data)
        claim(f"3. {what}: C000, nothing stored", status == "C000" and receiver.files() == [], status)
        q.close()


def point_4():
    rq = associate_rq(CONTEXTS)
    with Receiver(T / "half", "--artim", "5s") as receiver:
        waiting = [Requestor(receiver.port) for _ in range(52)]
        for i, q in enumerate(waiting):
            q.put(rq[:i + 1])
        r = send(receiver.port, GOOD)
        claim("4. beside 52 halves of a request a peer is served", r.returncode == 0, r.out)
        endings = {q.ending() for q in waiting}
        claim("4. each of them is ended by --artim", endings <= {"abort", "closed"}, endings)
        for q in waiting:
            q.close()


def refusing(wire):
    """Refuses the first object, and breaks off at the second."""
    kind, body = wire.get()
    wire.put(associate_ac(body))
    wire.message()
    wire.put(p_data(1, COMMAND | LAST, store_rsp(0xA700)))
    wire.message()
    wire.reset()


def point_5():
    paths = []
    for i in range(4):
        paths.append(T / f"object{i}.dcm")
        paths[-1].write_bytes(explicit_file(CT, f"1.2.3.{i}", bytes(100)))
    with Acceptor(refusing) as peer:
        r = run(DCMSEC, "send", "--plain", f"127.0.0.1:{peer.port}", *paths)
    claim("5. a refused object is named with its status, and one that broke off, and those that were not tried",
          r.returncode != 0 and re.search(f"{paths[0].name}.*A700", r.stderr)
          and all(p.name in r.stderr for p in paths[1:]), r.out)


def point_6():
    authority, other = Authority(T / "ca", "Good CA"), Authority(T / "other", "Other CA")
    good = authority.node("good")
    faulty = {"has expired": authority.node("old", days=(-30, -2)), "is not valid yet": authority.node("new", days=(2, 30)),
              "no trusted certificate of its issuer": other.node("strange"),
              "does not allow a TLS server": authority.node("client", role="client")}
    for words, node in faulty.items():
        with Receiver(T / "certificates", link=secure(node, authority)) as receiver:
            r = send(receiver.port, GOOD, link=secure(good, authority))
            claim(f"6. a certificate with \"{words}\": said in these words", r.returncode == 5 and words in r.stderr, r.out)
    with Receiver(T / "certificates", link=secure(good, authority)) as receiver:
        r = send(receiver.port, GOOD, link=(*secure(good, authority), "--verify-host", "another.host"))
        claim("6. a certificate for another host, where that counts: named", r.returncode == 5
              and "another.host" in r.stderr, r.out)
        r = send(receiver.port, GOOD)
        claim("6. a plain sender on a TLS port: both sides say so", r.returncode != 0
              and receiver.wait_for("plain|DICOM without TLS|no TLS"), r.out + receiver.text())
    return authority, good


def point_7(receiver):
    good = GOOD.read_bytes()
    for length in (bytes(4), b"\xff" * 4):
        path = T / "group.dcm"
        path.write_bytes(good[:140] + length + good[144:])
        r = send(receiver.port, path)
        bodies = [body_bytes(p) for p in receiver.out.iterdir()]
        claim(f"7. a meta group length of {length.hex()}: the data set alone arrives, or it is not sent",
              bodies == [body_bytes(GOOD)] if r.returncode == 0 else bodies == [], f"{r.out} {len(bodies)}")
        for p in receiver.out.iterdir():
            p.unlink()


def point_8(receiver):
    for uid in (b"1.2/../3", b"1.2.3\0x", b"1.2\n3", b"1.\x1b[2J.3"):
        q = Requestor(receiver.port, CONTEXTS)
        status = q.store(object_bytes(instance=uid), instance=uid)
        claim(f"8. the UID {uid}: 0117, nothing stored", status == "0117" and receiver.files() == [], status)
        q.close()
    q = Requestor(receiver.port)
    q.put(associate_rq(CONTEXTS, calling="\x1b[2JX\nFORGED"))
    q.ending()
    q.close()
    receiver.wait_for("FORGED|title")
    claim("8. no escape sequence and no line of a peer reaches the log", "\x1b" not in receiver.text()
          and not re.search("(?m)^FORGED", receiver.text()))


def high_water(receiver):
    return int(re.search(r"VmHWM:\s+(\d+)", open(f"/proc/{receiver.process.pid}/status").read())[1])


def point_9():
    with Receiver(T / "memory", "--no-sync") as receiver:
        before = high_water(receiver)
        q = Requestor(receiver.port, CONTEXTS)
        try:
            q.put(*[p_data(1, COMMAND, bytes(4000))] * 100)
        except OSError:
            pass
        claim("9. an endless command set is aborted", q.ending() in ("abort", "closed") and receiver.wait_for("command set"))
        q.close()
        q = Requestor(receiver.port, CONTEXTS)
        head = object_bytes()
        q.put(p_data(1, COMMAND | LAST, store_rq(CT, "1.2.3")),
              p_data(1, 0, head + b"\xe0\x7f\x10\0" + (256 << 20).to_bytes(4, "little")))
        chunk, block = p_data(1, 0, bytes(100000)), 256 << 20
        for _ in range(block // 100000):
            q.put(chunk)
        q.put(p_data(1, LAST, bytes(block % 100000)))
        status, grown = q.status(), high_water(receiver) - before
        print(f"# an object of 256 MB: {grown} KB more resident")
        claim("9. an object of 256 MB is stored in under 1 MB of memory", status == "0000" and (SANITIZED or grown < 1024),
              f"{status} {grown} KB")
        q.close()
        (receiver.out / "1.2.3.dcm").unlink()


def point_10():
    with Receiver(T / "many") as receiver:
        load = run(LOAD, receiver.port, 200, "-", "-", "-", GOOD)
        claim("10. 200 associations at once: all served, under 13 MB", load.returncode == 0
              and (SANITIZED or high_water(receiver) < 13 * 1024), f"{load.out} {high_water(receiver)} KB")
        print(f"# {high_water(receiver)} KB resident at most")


def point_11():
    paths = []
    for i in range(100):
        paths.append(T / f"small{i}.dcm")
        paths[-1].write_bytes(explicit_file(CT, f"1.2.4.{i}", bytes(10000)))
    with Receiver(T / "nagle", "--no-sync") as receiver:
        for _ in range(3):  # on a busy machine the least of three: who waits does so each time
            start = time.monotonic()
            r = send(receiver.port, *paths)
            took = time.monotonic() - start
            print(f"# 100 objects took {took:.2f} s; 40 ms for each would be 4 s")
            if took < 4:
                break
        claim("11. 100 objects go without a delayed acknowledgement each", r.returncode == 0
              and (SANITIZED or took < 4), f"{took:.2f} s {r.out[-300:]}")


def point_12(authority, node):
    context = ssl.create_default_context(cafile=str(authority.path))
    context.load_cert_chain(str(node[1]), str(node[0]))
    with Receiver(T / "end", link=secure(node, authority)) as receiver:
        q = Requestor(receiver.port)
        wire = Wire(context.wrap_socket(q.sock, server_hostname="localhost"))
        wire.put(associate_rq(CONTEXTS))
        wire.get()
        wire.put(pdu(5, bytes(4)))
        answer = wire.get()[0]
        os.close(wire.sock.detach())  # TCP ends, without a word of TLS
        told = receiver.wait_for('"end"') and receiver.events("end")[0]["reason"]
        claim("12. a TCP close after the release is no error", answer == 6 and told == "released"
              and "error" not in receiver.text().lower(), receiver.text())


point_1()
point_2()
with Receiver(T / "in") as all_day:
    point_3(all_day)
    point_7(all_day)
    point_8(all_day)
point_4()
point_5()
pair = point_6()
point_9()
point_10()
point_11()
point_12(*pair)
