# SPDX-License-Identifier: MIT
"""A sender with files that lie, and with peers that close, abort, stall, refuse or lie in every state. Each
ends in one clear message and the documented exit code; what can still be sent is sent."""
import concurrent.futures
import os
import re
import shutil
import struct
import time

import pydicom

from harness import DCMSEC, SAMPLES, T, WAIT, body_bytes, claim, free_port, run, skip
from peers import PLAIN, Receiver, sample_objects, send
from rawpeer import (ABORT, ASSOCIATE_RJ, COMMAND, C_ECHO_RSP, LAST, P_DATA, RELEASE_RP, Acceptor, associate_ac, p_data,
                     parse_command, pdu, pdv, proposed, store_rsp)

GOOD = SAMPLES / "test_files/CT_small.dcm"
MORE = SAMPLES / "test_files/MR_small.dcm"
def timers(seconds):
    return ("--associate-timeout", seconds, "--dimse-timeout", seconds, "--artim", "1s", "--connect-timeout", "30s")


# A peer that stalls is waited for; one that answers has time to, whatever else this machine does.
SHORT, TIMERS = timers("8s"), timers("60s")


# ---- files

def made(name, data):
    path = T / "files" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return path


def bad_files():
    """Path, what becomes of it, and the reason."""
    good = GOOD.read_bytes()
    at = len(good) - len(body_bytes(GOOD))
    meta = pydicom.filereader.read_file_meta_info(GOOD)
    uid = str(meta.MediaStorageSOPInstanceUID).encode()
    syntax = b"1.2.840.10008.1.2.1"
    assert good.count(uid) == 2 and good.count(syntax) == 1
    return [
        (made("empty", b""), "skipped", "is empty"),
        (made("empty.dcm", b""), "skipped", "is empty"),
        (made("text.txt", b"Dear colleague, " * 50), "skipped", "is not a DICOM file"),
        (made("zeros.bin", bytes(5000)), "skipped", "is not a DICOM file"),
        (made("picture.jpg", bytes.fromhex("ffd8ffe000104a46494600010100000100010000") + bytes(300)), "skipped",
         "is not a DICOM file"),
        (made("short.dcm", good[:100]), "skipped", "is not a DICOM file"),
        (made("prefix.dcm", good[:132]), "object", "the data set is empty"),
        (made("meta.dcm", good[:200]), "object", "breaks off within its file meta information"),
        (made("nothing.dcm", good[:at]), "object", "empty|no SOP Class"),
        (made("half.dcm", good[:len(good) // 2]), "object", "breaks off"),
        (made("one-less.dcm", good[:-1]), "object", "breaks off"),
        (made("garbled.dcm", good[:at] + os.urandom(1) + b"\xff" * 3000), "object", "at byte"),
        (made("other-syntax.dcm", good.replace(syntax + b"\0", b"1.2.840.10008.1.2\0\0\0")), "object", "at byte|breaks off"),
        (made("no-syntax.dcm", good.replace(syntax, b"1.2.840.10008.x.2.1")), "object", "is not a UID"),
        (made("bad-instance.dcm", good.replace(uid, b"1.2/../3" + b"4" * (len(uid) - 8))), "object", "is not a UID"),
    ]


def files():
    cases = bad_files()
    with Receiver(T / "in") as receiver:
        r = send(receiver.port, GOOD, *(path for path, _, _ in cases), MORE)
        for path, event, reason in cases:
            told = r.told.get(str(path), {})
            claim(f"{path.name}: {'passed over' if event == 'skipped' else 'refused'}, with the reason",
                  told.get("event") == event and told.get("result") in ("failed", "skipped") and re.search(reason, told["reason"]),
                  told)
        sent = [p for p, e in r.told.items() if e.get("status") == "0000"]
        claim("the good files among them are stored", sent == [str(GOOD), str(MORE)], sent)
        claim("and the exit code is 1", r.returncode == 1, r.returncode)
        for path, event, _ in cases:
            if event == "object":
                lines = [l for l in r.stderr.splitlines() if str(path) in l]
                claim(f"{path.name}: one message on standard error", len(lines) == 1, "\n".join(lines))
        r = send(receiver.port, T / "files" / "text.txt")
        claim("nothing but foreign files: nothing to send, exit code 3", r.returncode == 3
              and "nothing to send" in r.stderr, f"{r.returncode} {r.stderr}")
        r = send(receiver.port, T / "nowhere.dcm", GOOD)
        claim("a file that is not there: said, the others are sent, exit code 1", r.returncode == 1
              and "nowhere.dcm" in r.stderr and r.told[str(GOOD)]["status"] == "0000", r.stderr)
        disagreeing(receiver)
        wrong_group(receiver)
        links_and_pipes(receiver)
    unreadable()


def disagreeing(receiver):
    """A head that names another instance than the data set: the data set counts, and both are named."""
    good = GOOD.read_bytes()
    uid = str(pydicom.filereader.read_file_meta_info(GOOD).MediaStorageSOPInstanceUID)
    other = uid[:-1] + ("9" if uid[-1] != "9" else "8")
    path = made("other-instance.dcm", good.replace(uid.encode(), other.encode(), 1))
    r = send(receiver.port, path)
    told = r.told.get(str(path), {})
    claim("a head that disagrees about the SOP Instance UID: sent as the data set has it",
          told.get("status") == "0000" and told.get("sop_instance") == uid and r.returncode == 0, f"{told} {r.stderr}")
    lines = [l for l in r.stderr.splitlines() if "other-instance.dcm" in l]
    claim("with one warning that names both", len(lines) == 1 and f"{uid}, not {other}" in lines[0], "\n".join(lines))


def wrong_group(receiver):
    """A meta group length that lies: group 0002 must not get into the data set."""
    good = GOOD.read_bytes()
    for name, length in (("0", 0), ("ffffffff", 0xffffffff), ("8", 8)):
        path = made(f"group-{name}.dcm", good[:140] + struct.pack("<I", length) + good[144:])
        for stored in receiver.out.iterdir():
            stored.unlink()
        r = send(receiver.port, path)
        told = r.told.get(str(path), {})
        exact = told.get("status") == "0000" and [body_bytes(p) for p in receiver.out.iterdir()] == [body_bytes(GOOD)]
        refused = told.get("result") == "failed" and "status" not in told and r.returncode == 1
        claim(f"a meta group length of {name}: the data set is sent without group 0002, or refused", exact or refused,
              f"{told} {receiver.files()}")


def links_and_pipes(receiver):
    folder = T / "odd"
    folder.mkdir()
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    (folder / "dangling").symlink_to(folder / "nothing")
    shutil.copy(GOOD, folder / "good.dcm")
    r = send(receiver.port, folder)
    claim("a folder with a pipe, a loop and a dangling link: ended, the good file stored once",
          [e["path"] for e in r.events if e.get("status") == "0000"] == [str(folder / "good.dcm")]
          and "TIMED OUT" not in r.stderr, r.stderr)


def unreadable():
    """As somebody whom the files do not belong to."""
    what = "an unreadable folder and file: said, the others are sent, exit code 1"
    if os.getuid() != 0 or not shutil.which("setpriv"):
        return skip(what, "needs root and setpriv, to become somebody else")
    folder = T / "closed"
    (folder / "secret").mkdir(parents=True)
    binary = folder / "dcmsec"
    shutil.copy(DCMSEC, binary)
    for path in (folder / "secret" / "a.dcm", folder / "b.dcm", folder / "c.dcm"):
        shutil.copy(GOOD, path)
    (folder / "secret").chmod(0o700)
    (folder / "b.dcm").chmod(0o600)
    T.chmod(0o755)
    for path in (folder, binary, folder / "c.dcm"):
        path.chmod(0o755)
    with Receiver(T / "closed-in") as receiver:
        r = run("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", binary, "send", "--plain",
                f"127.0.0.1:{receiver.port}", folder)
        claim(what, r.returncode == 1 and re.search(r"secret.*Permission denied", r.stderr)
              and re.search(r"b\.dcm.*cannot be read: Permission denied", r.stderr)
              and len(receiver.events("object")) == 1, r.out)


# ---- peers

def accept(wire, **more):
    _, body = wire.get()
    wire.put(associate_ac(body, **more))
    return proposed(body)


def take_object(wire, stop_after=None):
    """Reads PDUs until the data set ends, or stop_after of them."""
    number, n = 1, 0
    while stop_after is None or n < stop_after:
        kind, body = wire.get()
        if kind != P_DATA:
            return None
        n += 1
        while body:
            length, context, flags = struct.unpack(">IBB", body[:6])
            if flags & COMMAND:
                wire.context = context
                values = parse_command(body[6:length + 4])
                number = struct.unpack("<H", values[0x110])[0]
            elif flags & LAST:
                return number
            body = body[length + 4:]
    return number


def respond(wire, status, number, **more):
    wire.put(p_data(wire.context, COMMAND | LAST, store_rsp(status, number, **more)))


def hold(wire):
    """Says nothing more until the other side goes."""
    while wire.sock.recv(65536):
        pass


def before(*acts):
    def script(wire):
        for act in acts:
            act(wire)
    return script


def answering(*acts):
    """After the first object was taken."""
    def script(wire):
        accept(wire)
        number = take_object(wire)
        for act in acts:
            act(wire, number)
    return script


def reject(result, source, reason):
    return lambda w: (w.get(), w.put(pdu(ASSOCIATE_RJ, bytes([0, result, source, reason]))), hold(w))


def abort(w, *_):
    w.put(pdu(ABORT, bytes([0, 0, 0, 0])))
    hold(w)


def stall(w, *_):
    hold(w)


def close(w, *_):
    w.close()


def reset(w, *_):
    w.reset()


def noise(w, *_):
    w.put(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
    hold(w)


def ok_then(act):
    """Stores the first object, then does this with the next."""
    def script(wire):
        accept(wire)
        respond(wire, 0, take_object(wire))
        take_object(wire, 1)
        act(wire)
    return script


def at_release(act):
    """Stores everything; does this when the release is asked for."""
    def script(wire):
        accept(wire)
        for _ in range(2):
            respond(wire, 0, take_object(wire))
        wire.get()
        act(wire)
    return script


def dribble(data):
    """Byte by byte, so slowly that it would take minutes; something moves in every second all the same."""
    def act(wire, *_):
        for i in range(len(data)):
            wire.put(data[i:i + 1])
            time.sleep(0.3)
    return act


def dribbled_association(wire):
    dribble(associate_ac(wire.get()[1]))(wire)


# What the peer does, the exit codes that may follow, how many of the two objects are stored, the message.
PEERS = [
    ("closes at once", close, {4, 6}, 0, "closed|reset"),
    ("resets at once", reset, {4, 6}, 0, "closed|reset"),
    ("says nothing", stall, {4, 6}, 0, "no answer to the association request for 8 s"),
    ("closes after the association request", before(lambda w: w.get(), close), {4, 6}, 0, "closed"),
    ("aborts after the association request", before(lambda w: w.get(), abort), {6}, 0, "abort"),
    ("answers with HTTP", before(lambda w: w.get(), noise), {4, 6}, 0, "HTTP|PDU"),
    ("answers with half a PDU, then stalls", before(lambda w: w.put(associate_ac(w.get()[1])[:30]), stall), {4, 6}, 0,
     "no answer to the association request for 8 s"),
    ("answers with half a PDU, then closes", before(lambda w: w.put(associate_ac(w.get()[1])[:30]), close), {4, 6}, 0,
     "closed"),
    ("accepts with an answer of 4 GB", before(lambda w: (w.get(), w.put(struct.pack(">BxI", 2, 0xffffffff), bytes(100))),
                                             stall), {1, 6}, 0, "4294967295"),
    ("rejects: called title", reject(1, 1, 7), {6}, 0, "called AE title not recognized"),
    ("rejects: calling title", reject(1, 1, 3), {6}, 0, "calling AE title not recognized"),
    ("rejects: congestion", reject(2, 3, 1), {6}, 0, "congestion"),
    ("rejects: limit", reject(2, 3, 2), {6}, 0, "limit"),
    ("accepts no context", lambda w: (w.put(associate_ac(w.get()[1], result=3)), stall(w)), {1}, 0,
     "CT Image Storage.*SOP class not supported"),
    ("accepts no transfer syntax", lambda w: (w.put(associate_ac(w.get()[1], result=4)), stall(w)), {1}, 0,
     "Explicit VR Little Endian.*none of the transfer syntaxes"),
    ("closes when the first object comes", before(accept, lambda w: take_object(w, 1), close), {1, 4, 6}, 0, "closed|reset"),
    ("aborts when the first object comes", before(accept, lambda w: take_object(w, 1), abort), {1, 6}, 0, "aborted"),
    ("stalls when the first object comes", before(accept, lambda w: take_object(w, 1), stall), {1, 4, 6}, 0,
     "no (response|progress).*for 8 s"),
    ("closes instead of a response", answering(close), {1, 4, 6}, 0, "closed"),
    ("aborts instead of a response", answering(abort), {1, 6}, 0, "aborted"),
    ("stalls instead of a response", answering(stall), {1, 4, 6}, 0, "no response to the object that was sent for 8 s"),
    ("dribbles the answer to the association request", dribbled_association, {4, 6}, 0,
     "no answer to the association request for 8 s"),
    ("dribbles a response", answering(lambda w, n: dribble(p_data(1, COMMAND | LAST, store_rsp(0, n)))(w)), {1, 4, 6}, 0,
     "no response to the object that was sent for 8 s"),
    ("answers with noise", answering(noise), {1, 4, 6}, 0, "PDU"),
    ("answers another message", answering(lambda w, n: respond(w, 0, n + 7), stall), {1, 6}, 0, "unexpected"),
    ("answers with an echo response", answering(lambda w, n: respond(w, 0, n, field=C_ECHO_RSP), stall), {1, 6}, 0,
     "unexpected"),
    ("answers with half a response, then closes",
     answering(lambda w, n: w.put(p_data(1, COMMAND, store_rsp(0, n)[:20])), close), {1, 4, 6}, 0, "closed"),
    ("answers with an endless response", answering(lambda w, n: [w.put(p_data(1, COMMAND, bytes(10000)))
                                                                 for _ in range(300)], stall), {1, 4, 6}, 0, "command set"),
    ("answers on another context", answering(lambda w, n: w.put(p_data(99, 3, store_rsp(0, n))), stall), {1, 6}, 0,
     "context"),
    ("releases instead of a response", answering(lambda w, n: w.put(pdu(5, bytes(4))), stall), {1, 6}, 0, "released"),
    ("closes in the second object", ok_then(close), {1, 4, 6}, 1, "closed|reset"),
    ("aborts in the second object", ok_then(abort), {1, 6}, 1, "aborted"),
    ("stalls in the second object", ok_then(stall), {1, 4, 6}, 1, "for 8 s"),
    ("closes at the release", at_release(close), {0, 4, 6}, 2, ""),
    ("aborts at the release", at_release(abort), {0, 6}, 2, ""),
    ("stalls at the release", at_release(stall), {0, 4, 6}, 2, ""),
    ("answers the release and does not close", at_release(lambda w: (w.put(pdu(RELEASE_RP, bytes(4))), stall(w))), {0}, 2,
     ""),
    ("answers the release and resets", at_release(lambda w: (w.put(pdu(RELEASE_RP, bytes(4))), reset(w))), {0}, 2, ""),
]


def peers():
    def meet(row):
        with Acceptor(row[1]) as peer:
            waits = re.search("stall|says nothing|dribbles|not close|accepts no", row[0])
            return send(peer.port, GOOD, MORE, options=SHORT if waits else TIMERS, timeout=WAIT * 2), peer.connections
    with concurrent.futures.ThreadPoolExecutor(8) as pool:  # most of them just wait
        results = list(pool.map(meet, PEERS))
    for (what, _, codes, stored, message), (r, connections) in zip(PEERS, results):
        summary = r.events[-1] if r.events else {}
        lines = [l for l in r.stderr.splitlines() if l]
        fine = (r.returncode in codes and summary.get("stored") == stored and re.search(message, r.stderr)
                and summary.get("failed", 0) + summary.get("unsent", 0) == 2 - stored and len(lines) <= 4)
        claim(f"a peer that {what}: {stored} of 2 stored, a message, and the code for it", fine,
              f"code {r.returncode}, {connections} connections, {summary}\n{r.stderr}")


def statuses():
    """Status codes of PS3.4 Annex B and PS3.7 Annex C in words; the rest is sent."""
    for status, words, code, stored in ((0xA700, "out of resources", 1, 1), (0xA900, "match", 1, 1),
                                        (0xC000, "cannot be understood|cannot understand", 1, 1),
                                        (0x0122, "not supported", 1, 1), (0x0117, "invalid", 1, 1),
                                        (0xB000, "coercion|warning", 0, 2), (0xB007, "warning|match", 0, 2),
                                        (0xB006, "warning|discarded", 0, 2), (0x4711, "4711", 1, 1)):
        def script(wire):
            accept(wire)
            respond(wire, status, take_object(wire))
            respond(wire, 0, take_object(wire))
            wire.get()
            wire.put(pdu(RELEASE_RP, bytes(4)))
        with Acceptor(script) as peer:
            r = send(peer.port, GOOD, MORE, options=TIMERS)
        told = r.told.get(str(GOOD), {})
        claim(f"status {status:04X}: told in words, the next object is sent, exit code {code}",
              r.returncode == code and told.get("status") == f"{status:04X}" and r.events[-1]["stored"] == stored
              and re.search(words, r.stderr, re.I) and str(GOOD) in r.stderr, f"{r.returncode} {r.stderr} {told}")


def no_peer():
    r = send(free_port(), GOOD)
    claim("nothing listens: said so, exit code 4", r.returncode == 4 and "nothing listens" in r.stderr, r.stderr)
    r = send(104, GOOD, host="no-such-host.invalid")
    claim("a host without an address: said so, exit code 4", r.returncode == 4 and "cannot find the address" in r.stderr,
          r.stderr)
    r = run(DCMSEC, "echo", *PLAIN, f"127.0.0.1:{free_port()}")
    claim("echo: nothing listens: said so, exit code 4", r.returncode == 4 and "nothing listens" in r.stderr, r.out)
    with Acceptor(stall) as peer:
        r = run(DCMSEC, "echo", *PLAIN, *SHORT, f"127.0.0.1:{peer.port}")
        claim("echo: a peer that says nothing: given up after its time", r.returncode in (4, 6)
              and "for 8 s" in r.stderr, f"{r.returncode} {r.stderr}")


def interrupted():
    """SIGINT while an object is under way."""
    import signal
    import subprocess
    reached = []

    def script(wire):
        accept(wire)
        respond(wire, 0, take_object(wire))
        take_object(wire, 1)
        reached.append(True)
        reached.append(wire.ending())
    with Acceptor(script) as peer:
        p = subprocess.Popen([DCMSEC, "send", *PLAIN, "--json", f"127.0.0.1:{peer.port}", GOOD, MORE], text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        end = time.monotonic() + WAIT
        while not reached and time.monotonic() < end:
            time.sleep(0.01)
        p.send_signal(signal.SIGINT)
        out, err = p.communicate(timeout=WAIT)
        while len(reached) < 2 and time.monotonic() < end:  # the peer's thread may be later than the end of the process
            time.sleep(0.01)
        claim("SIGINT in a transfer: said so, the stored object counted, a failure code",
              p.returncode not in (0, -signal.SIGINT) and "interrupted" in err and '"stored":1' in out, f"{p.returncode} {err}")
        claim("SIGINT in a transfer: the peer is told by an abort or the end of the connection",
              len(reached) == 2 and reached[1] in ("abort", "closed"), reached)


def lost_and_found():
    """An association lost over one object is opened again for the others."""
    def script(wire):
        contexts = accept(wire)
        while True:
            number = take_object(wire)
            if number is None:
                wire.put(pdu(RELEASE_RP, bytes(4)))
                return
            if peer.connections == 1:
                abort(wire)
                return
            respond(wire, 0, number)
    with Acceptor(script) as peer:
        r = send(peer.port, GOOD, MORE, options=TIMERS)
        claim("an association lost over one object is opened again for the next", peer.connections == 2
              and r.events[-1]["stored"] == 1 and r.returncode == 1, f"{peer.connections} {r.stderr}")


files()
peers()
statuses()
no_peer()
interrupted()
lost_and_found()
