# SPDX-License-Identifier: MIT
"""A receiver and peers that lie, stall, break off or go on for ever. Each ends with the right status or abort
and one message; nothing of them stays on disk, and a good peer is served afterwards."""
import os
import random
import re
import struct
import threading
import time
import zlib

from harness import T, WAIT, claim, listening, samples
from peers import Receiver, send
from rawpeer import (ABORT, ASSOCIATE_RJ, ASSOCIATE_RQ, COMMAND, CT, C_STORE_RSP, DEFLATED_LE, EXPLICIT_LE, IMPLICIT_LE,
                     LAST, MR, P_DATA, RELEASE_RQ, Gone, Requestor, associate_rq, command, echo_rq, element, item,
                     object_bytes, p_data, pdu, pdv, store_rq, store_rsp, uid_value, us)

CONTEXTS = [(CT, [IMPLICIT_LE]), (MR, [IMPLICIT_LE]), (CT, [EXPLICIT_LE]), (CT, [DEFLATED_LE])]
EXPLICIT, DEFLATED = 5, 7  # their numbers


def explicit(tag, vr, value):
    head = struct.pack("<HH", tag >> 16, tag & 0xffff) + vr
    long = vr in (b"OB", b"OW", b"SQ", b"UN")
    return head + (struct.pack("<HI", 0, len(value)) if long else struct.pack("<H", len(value))) + value


EXPLICIT_OBJECT = explicit(0x00080016, b"UI", uid_value(CT)) + explicit(0x00080018, b"UI", uid_value("1.2.3"))


def deflated(data):
    z = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = z.compress(data) + z.flush()
    return packed + b"\0" * (len(packed) % 2)


NOISE = random.Random(1).randbytes(4000)
SQ_4GB = struct.pack("<HHI", 0x0008, 0x1140, 0xfffffffe)
UIDS = {"that climbs": "1.2/../3", "of dots and slashes": "../../../tmp/x", "with a NUL inside": b"1.2.3\0x",
        "with a newline": b"1.2\n3", "of 65 characters": "1." + "2" * 63, "with a leading zero": "1.02.3",
        "that ends in a dot": "1.2.", "of letters": "abc", "with an escape sequence": b"1.\x1b[2J.3"}

# What is sent, and which status and reason it gets.
STATUS = [
    ("a data set that breaks off in a value", object_bytes()[:-3], {}, "C000", "breaks off"),
    ("a data set that breaks off in a header", object_bytes() + b"\x10\0\x20\0\x04", {}, "C000", "breaks off"),
    ("an empty data set", b"", {}, "C000", "empty"),
    ("random bytes", NOISE, {}, "C000", "at byte"),
    ("a sequence header of 4 GB with nothing behind it", object_bytes(more=SQ_4GB), {}, "C000", "breaks off"),
    ("an item longer than its sequence",
     object_bytes(more=element(0x00101002, struct.pack("<HHI", 0xfffe, 0xe000, 64))), {}, "C000", r"\(0010,1002\)"),
    ("a sequence without its end", object_bytes(more=struct.pack("<HHI", 0x10, 0x1002, 0xffffffff)), {}, "C000",
     r"\(0010,1002\).*breaks off"),
    ("explicit VR where implicit was agreed", EXPLICIT_OBJECT, {}, "C000", "at byte"),
    ("a deflated data set cut in half", deflated(EXPLICIT_OBJECT + explicit(0x7fe00010, b"OW", NOISE))[:1500],
     {"context": DEFLATED}, "C000", "deflated data set"),
    ("a deflated stream that is whole with half a data set in it",
     deflated((EXPLICIT_OBJECT + explicit(0x7fe00010, b"OW", NOISE))[:1500]), {"context": DEFLATED}, "C000",
     "breaks off"),
    ("a deflated stream with bytes behind it", deflated(EXPLICIT_OBJECT) + NOISE[:50], {"context": DEFLATED}, "C000",
     "bytes follow the end"),
    ("bytes that do not inflate", b"\xff" * 200, {"context": DEFLATED}, "C000", "garbled"),
    ("no SOP Instance UID in the data set", element(0x00080016, uid_value(CT)) + element(0x00100010, b"A^"), {},
     "A900", "SOP Instance UID"),
    ("another SOP Class in the data set", object_bytes(sop_class=MR), {}, "A900", "SOP Class UID"),
    ("another SOP Instance in the data set", object_bytes(instance="1.2.4"), {}, "A900", "1.2.4"),
    ("a SOP Class in the command that is not the context's", object_bytes(), {"sop_class": MR}, "0122",
     "presentation context"),
    ("no SOP Class UID in the command", object_bytes(), {"sop_class": ""}, "0212", "SOP Class"),
    *((f"a UID {what} in the command", object_bytes(instance=uid), {"instance": uid}, "0117", "not a UID")
      for what, uid in UIDS.items()),
    *((f"a UID {what} in the data set", object_bytes(instance=uid), {}, "A900", "SOP Instance UID")
      for what, uid in UIDS.items()),
]


def clean(receiver, before=()):
    """Nothing under a final name but what was there, and no temporary file."""
    return receiver.files() == sorted(before)


def statuses(receiver):
    for what, data, more, status, reason in STATUS:
        seen = len(receiver.events("object"))
        try:
            q = Requestor(receiver.port, CONTEXTS)
            got = q.store(data, **more)
            q.release()
            q.close()
        except (Gone, OSError) as e:
            got = repr(e)
        end = time.monotonic() + WAIT
        while len(receiver.events("object")) == seen and time.monotonic() < end:
            time.sleep(0.01)
        told = receiver.events("object")[seen:]
        fine = (re.fullmatch(status, got) and len(told) == 1 and told[0]["status"] == got
                and re.search(reason, told[0]["reason"]) and clean(receiver))
        claim(f"{what}: {status}, with the reason, and nothing stored", fine, f"{got} {told} {receiver.files()}")


def associated(port, **more):
    return Requestor(port, CONTEXTS, **more)


def begun(port, part=object_bytes()[:40]):
    """An association in which half of an object was sent."""
    q = associated(port)
    q.put(p_data(1, COMMAND | LAST, store_rq(CT, "1.2.3")), p_data(1, 0, part))
    return q


def put(q, *data):
    """Sends what may be too much for a peer that has gone."""
    try:
        q.put(*data)
    except OSError:
        pass
    return q


RQ = associate_rq(CONTEXTS)
FIND = command((0x0002, uid_value(CT)), (0x0100, us(0x20)), (0x0110, us(1)), (0x0700, us(0)), (0x0800, us(0)))
BAD_GROUP_LENGTH = struct.pack("<HHII", 0, 0, 4, 0xffffffff) + store_rq(CT, "1.2.3")[12:]

# What the peer does, and how the receiver has to end it. One that only stalls is ended too, by a receiver that runs with
# short timers.
SILENT = [
    ("silence after connecting", lambda p: Requestor(p), "closed", "association request|TLS|ARTIM"),
    ("half an association request, then silence", lambda p: put(Requestor(p), RQ[:50]), "closed|abort", "ARTIM|request"),
    ("silence in an association", associated, "abort", "no (word from|whole message of) the peer (for|in) 1 s"),
    ("silence in the middle of an object", begun, "abort|closed", "no word from the peer for 1 s"),
    ("half a PDU of data, then silence",
     lambda p: put(begun(p), p_data(1, LAST, object_bytes()[40:])[:12]), "abort|closed", "no word from the peer for 1 s"),
]
WIRE = [
    ("an HTTP request", lambda p: put(Requestor(p), b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"), "abort", "PDU|HTTP"),
    ("a TLS ClientHello", lambda p: put(Requestor(p), bytes.fromhex("1603010200010001fc0303") + bytes(500)), ".*",
     "speaks TLS"),
    ("random bytes for a request", lambda p: put(Requestor(p), NOISE), "abort", "PDU"),
    ("data before there is an association", lambda p: put(Requestor(p), p_data(1, 3, echo_rq())), "abort", "PDU|P-DATA"),
    ("a release before there is an association", lambda p: put(Requestor(p), pdu(RELEASE_RQ, bytes(4))), "abort",
     "RELEASE|PDU"),
    ("an association request of 4 GB", lambda p: put(Requestor(p), struct.pack(">BxI", 1, 0xffffffff), NOISE), "abort",
     "long|large|limit|length"),
    ("an association request whose items lie about their length",
     lambda p: put(Requestor(p), RQ[:74] + b"\x10\0\xff\xff" + RQ[78:]), "abort|rejected", "item|length|request"),
    ("a request without presentation contexts", lambda p: put(Requestor(p), pdu(ASSOCIATE_RQ, RQ[6:74] + item(
        0x10, b"1.2.840.10008.3.1.1.1") + item(0x50, item(0x51, bytes(4))))), "abort|rejected", "context"),
    ("another application context", lambda p: put(Requestor(p), RQ.replace(b"3.1.1.1", b"3.1.1.9")), "rejected",
     "application context"),
    ("a protocol version that is not 1", lambda p: put(Requestor(p), RQ[:6] + b"\0\2" + RQ[8:]), "rejected", "version"),
    ("a second association request", lambda p: put(associated(p), RQ), "abort", "A-ASSOCIATE-RQ|unexpected"),
    ("an unknown PDU", lambda p: put(associated(p), pdu(0x42, NOISE[:20])), "abort", "PDU"),
    ("a P-DATA PDU of 4 GB", lambda p: put(associated(p), struct.pack(">BxI", P_DATA, 0xfffffffe), NOISE), "abort",
     "4294967294 bytes"),
    ("a PDV longer than its PDU", lambda p: put(associated(p), pdu(P_DATA, struct.pack(">IBB", 5000, 1, 3) + NOISE[:50])),
     "abort", "PDV"),
    ("a PDV of no length", lambda p: put(associated(p), pdu(P_DATA, bytes(4))), "abort", "P-DATA-TF of 4 bytes"),
    ("a context that was not agreed", lambda p: put(associated(p), p_data(77, 3, echo_rq())), "abort", "context"),
    ("a data set where a command is due", lambda p: put(associated(p), p_data(1, LAST, object_bytes())), "abort",
     "a data set where a command was due"),
    ("a command where a data set is due", lambda p: put(begun(p), p_data(1, 3, echo_rq())), "abort",
     "a command where a data set was due"),
    ("a data set that changes its context", lambda p: put(begun(p), p_data(3, LAST, object_bytes()[40:])), "abort",
     "from presentation context 1 to 3"),
    ("a command that changes its context", lambda p: put(associated(p), p_data(1, COMMAND, echo_rq()[:20]),
                                                         p_data(3, 3, echo_rq()[20:])), "abort",
     "from presentation context 1 to 3"),
    ("an endless command set", lambda p: put(associated(p), p_data(1, COMMAND, store_rq(CT, "1.2.3")),
                                             *[p_data(1, COMMAND, element(0x99999, bytes(1000)))] * 2000), "abort",
     "command set"),
    ("a command of random bytes", lambda p: put(associated(p), p_data(1, 3, NOISE[:200])), "abort", "command"),
    ("a command that lies about its group length", lambda p: put(associated(p), p_data(1, 3, BAD_GROUP_LENGTH)), "abort",
     "command|group length"),
    ("a response to nothing", lambda p: put(associated(p), p_data(1, 3, store_rsp(0))), "abort", "asked nothing"),
    ("a release in the middle of an object", lambda p: put(begun(p), pdu(RELEASE_RQ, bytes(4))), "6",
     "released.*(object|data set|under way)"),
]


def endings(receiver, rows):
    """All at once: those that stall take their time."""
    results = {}

    def one(what, act):
        try:
            q = act(receiver.port)
            name = q.sock.getsockname()[1]
            how = str(q.ending())
            q.close()
            results[what] = name, how
        except Exception as e:  # reported as the result
            results[what] = 0, repr(e)

    threads = [threading.Thread(target=one, args=(what, act)) for what, act, _, _ in rows]
    for t in threads:
        t.start()
    for t in threads:
        t.join(WAIT * 2)
    for what, _, how, reason in rows:
        port, got = results.get(what, (0, "still there"))
        receiver.wait_for(f'"(end|rejected)","peer":"127.0.0.1:{port}"')
        told = [e for e in receiver.events("end", "rejected") if e["peer"].endswith(f":{port}")]
        fine = re.fullmatch(how, got) and len(told) >= 1 and re.search(reason, told[0]["reason"])
        claim(f"{what}: ended with a message", fine, f"{got} {told}")
    claim("nothing of them is on disk", clean(receiver), receiver.files())


def breaks_off(receiver):
    """Peers that go in the middle of an object."""
    for what, go in (("closes", lambda q: q.close()), ("resets", lambda q: q.reset()),
                     ("aborts", lambda q: put(q, pdu(ABORT, bytes(4))).close())):
        q = begun(receiver.port)
        port = q.sock.getsockname()[1]
        go(q)
        ended = receiver.wait_for(f'"end","peer":"127.0.0.1:{port}"')
        claim(f"a peer that {what} in the middle of an object: told, and nothing stays",
              ended and clean(receiver), receiver.text()[-600:])


def others(receiver):
    q = associated(receiver.port)
    q.put(p_data(1, COMMAND | LAST, FIND), p_data(1, LAST, element(0x00080052, b"STUDY ")))
    claim("C-FIND is answered with 0211, unrecognized operation", q.status() == "0211")
    claim("and the association goes on: an object is stored", q.store(object_bytes()) == "0000")
    claim("and released", q.release())
    q = associated(receiver.port)
    claim("the same object again is acknowledged", q.store(object_bytes()) == "0000")
    claim("another object with the same UID too", q.store(object_bytes(patient=b"OTHER")) == "0000")
    q.put(p_data(1, 0, b""))  # an empty fragment, legal, but where a command is due
    claim("an empty fragment out of place aborts", q.ending() == "abort")
    q.close()
    claim("the first is there under its name, the other with a number", receiver.files()
          == ["1.2.3.dcm", "1.2.3~2.dcm"], receiver.files())
    told = [(e["result"], e["file"]) for e in receiver.events("object")][-3:]
    claim("the receiver says which was there already", told == [
        ("stored", "1.2.3.dcm"), ("same", "1.2.3.dcm"), ("stored", "1.2.3~2.dcm")], told)


def high_water(receiver):
    status = open(f"/proc/{receiver.process.pid}/status").read()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1])


def bombs():
    """A few KB that inflate to 400 MB: legal when the data set is whole, garbage else; never in memory."""
    with Receiver(T / "bombs", "--no-sync") as receiver:
        before = high_water(receiver)
        value = bytes(1 << 20)
        z = zlib.compressobj(9, zlib.DEFLATED, -15)
        head = EXPLICIT_OBJECT + struct.pack("<HH2sHI", 0x7fe0, 0x10, b"OB", 0, 400 << 20)
        packed = z.compress(head) + b"".join(z.compress(value) for _ in range(400)) + z.flush()
        packed += b"\0" * (len(packed) % 2)
        q = associated(receiver.port)
        pieces = [packed[i:i + 16000] for i in range(0, len(packed), 16000)]

        def bomb(parts):
            q.put(p_data(DEFLATED, COMMAND | LAST, store_rq(CT, "1.2.3")))
            for part in parts[:-1]:
                q.put(p_data(DEFLATED, 0, part))
            q.put(p_data(DEFLATED, LAST, parts[-1]))
            return q.status()
        claim("a data set of 400 MB deflated to 0.4 MB is stored as it came",
              bomb(pieces) == "0000" and (receiver.out / "1.2.3.dcm").stat().st_size < 500000)
        claim("half of it is refused", bomb(pieces[:len(pieces) // 2]) == "C000")
        grown = high_water(receiver) - before
        if "san" not in os.environ.get("O", ""):  # the sanitizers have memory of their own
            claim("the receiver's memory does not grow with it: under 1 MB", grown < 1024, f"{grown} KB")
        q.close()
        claim("only the whole one is there", receiver.files() == ["1.2.3.dcm"], receiver.files())


def one_at_a_time():
    """--max-associations, AE titles, two peers at once."""
    with Receiver(T / "limits", "--max-associations", "2", "--title", "ARCHIVE", "--only-called", "--calling", "CT1",
                  "--calling", "CT2") as receiver:
        first = associated(receiver.port, called="ARCHIVE", calling="CT1")
        second = associated(receiver.port, called="ARCHIVE", calling="CT2")
        third = associated(receiver.port, called="ARCHIVE", calling="CT1")
        claim("one association too many is rejected for now: local limit exceeded",
              third.answer == (ASSOCIATE_RJ, bytes([0, 2, 3, 2])), third.answer)
        third.close()
        for q, number in ((first, 1), (second, 2)):
            q.put(p_data(1, COMMAND | LAST, store_rq(CT, f"1.2.{number}")),
                  p_data(1, 0, object_bytes(instance=f"1.2.{number}")[:30]))
        for q, number in ((second, 2), (first, 1)):
            q.put(p_data(1, LAST, object_bytes(instance=f"1.2.{number}")[30:]))
            claim(f"two peers at once, object {number}: stored", q.status() == "0000")
        for q in (first, second):
            q.release()
            q.close()
        receiver.wait_for('(?s)"released".*"released"')
        for what, titles, code in (("a called title that is not ours", {"called": "OTHER", "calling": "CT1"}, 7),
                                   ("a calling title that is not let in", {"called": "ARCHIVE", "calling": "X"}, 3)):
            end, limit = time.monotonic() + WAIT, third.answer
            q = associated(receiver.port, **titles)
            while q.answer == limit and time.monotonic() < end:  # the two before may not have gone yet
                q.close()
                q = associated(receiver.port, **titles)
            claim(f"{what} is rejected for good", q.answer == (ASSOCIATE_RJ, bytes([0, 1, 1, code])), q.answer)
            q.close()
        r = send(receiver.port, samples()[0], options=("--called", "OTHER", "--title", "CT1"))
        claim("our send says that the called title was not recognised, and ends with 6",
              r.returncode == 6 and "called AE title not recognized" in r.stderr, f"{r.returncode} {r.stderr}")
        claim("two objects are there", receiver.files() == ["1.2.1.dcm", "1.2.2.dcm"], receiver.files())


def hostile_names():
    hostile = (element(0x00080016, uid_value(CT)) + element(0x00080018, uid_value("1.2.3"))
               + element(0x00080020, b"/ ") + element(0x00080050, b"a\0b\n\x1b[2J ")
               + element(0x00080060, b"..") + element(0x00100020, b"../../../etc/passwd ")
               + element(0x0020000d, uid_value("1.2.840.99")) + element(0x0020000e, uid_value("1.2.840.98")))
    template = "{PatientID}/{Modality}/{StudyDate}/{AccessionNumber}/{CallingAETitle}/{SOPInstanceUID}.dcm"
    with Receiver(T / "names" / "in", "--name", template) as receiver:
        q = associated(receiver.port, calling="../../x")
        claim("hostile values in a name template: the object is stored", q.store(hostile) == "0000")
        made = receiver.files()
        parts = made[0].split("/") if made else []
        claim("its path has the template's six parts, none of them hidden, a climb or with odd characters",
              len(made) == 1 and len(parts) == 6 and all(re.fullmatch(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*", p)
                                                         for p in parts), made)
        q.close()
        claim("nothing lies outside the folder", [p.name for p in (T / "names").iterdir()] == ["in"])
    with Receiver(T / "study", "--name", "{StudyInstanceUID}/{SOPInstanceUID}.dcm") as receiver:
        q = associated(receiver.port)
        claim("a Study Instance UID that the name needs and that is missing: C000", q.store(object_bytes()) == "C000")
        bad = object_bytes(more=element(0x0020000d, b"../../up"))
        claim("a Study Instance UID that climbs: C000", q.store(bad) == "C000")
        good = object_bytes(more=element(0x0020000d, uid_value("1.2.840.99")))
        claim("a good one: stored in its folder", q.store(good) == "0000" and q.release()
              and receiver.files() == ["1.2.840.99/1.2.3.dcm"], receiver.files())
        q.close()


def stopped():
    """SIGTERM lets associations go on for --grace and no new ones begin; a second signal ends at once."""
    with Receiver(T / "stop", "--grace", "60s") as receiver:
        q, silent = begun(receiver.port), Requestor(receiver.port)
        between = associated(receiver.port)
        claim("before SIGTERM an object is stored", between.store(object_bytes(instance="1.2.4"), instance="1.2.4") == "0000")
        receiver.process.terminate()
        end, refused = time.monotonic() + WAIT, False
        while not refused and time.monotonic() < end:
            try:
                Requestor(receiver.port).close()
                time.sleep(0.02)
            except ConnectionRefusedError:
                refused = True
        claim("SIGTERM: nobody can connect any more", refused)
        silent.put(RQ)
        claim("SIGTERM: who had connected and asks now is rejected for congestion",
              silent.get() == (ASSOCIATE_RJ, bytes([0, 2, 3, 1])))
        q.put(p_data(1, LAST, object_bytes()[40:]))
        claim("SIGTERM: the object under way is acknowledged", q.status() == "0000")
        claim("SIGTERM: an association that stands brings another one",
              between.store(object_bytes(instance="1.2.5"), instance="1.2.5") == "0000")
        claim("SIGTERM: and is released", between.release() and q.release())
        for peer in (q, between, silent):
            peer.close()
        claim("SIGTERM: the receiver ends with 0 when the last one did, all objects there",
              receiver.process.wait(WAIT) == 0 and receiver.files() == ["1.2.3.dcm", "1.2.4.dcm", "1.2.5.dcm"],
              receiver.files())
    with Receiver(T / "grace", "--grace", "500ms") as receiver:
        q = begun(receiver.port)
        receiver.process.terminate()
        claim("after --grace an association is aborted", q.ending() == "abort")
        q.close()
        claim("the receiver ends with 0 and says why, nothing of the object there", receiver.stop() == 0
              and [e["reason"] for e in receiver.events("end")] == ["ended because the receiver ends"]
              and receiver.files() == [], receiver.text()[-500:])
    with Receiver(T / "twice", "--grace", "1h") as receiver:
        q = begun(receiver.port)
        receiver.process.terminate()
        while listening(receiver.port, 0.01):
            pass
        receiver.process.terminate()
        claim("a second SIGTERM ends it at once, with 0 and nothing of the object there",
              receiver.process.wait(WAIT) == 0 and receiver.files() == [], receiver.text()[-500:])
        q.close()


with Receiver(T / "in") as receiver:
    statuses(receiver)
    endings(receiver, WIRE)
with Receiver(T / "silent", "--artim", "5s", "--idle", "1s") as receiver:
    endings(receiver, SILENT)
with Receiver(T / "breaks") as receiver:
    breaks_off(receiver)
    others(receiver)
    r = send(receiver.port, *samples()[:5])
    claim("after all that a good peer is served", r.returncode == 0, r.stderr)
    claim("and the receiver ends with 0", receiver.stop() == 0)
bombs()
one_at_a_time()
hostile_names()
stopped()
