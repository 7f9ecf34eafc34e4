# SPDX-License-Identifier: MIT
"""Short scenarios with one fault, and after it the judgement. Objects go to a receiver of ours from a requestor that
shares nothing with it, or from a sender of ours to such an acceptor."""
import os
import shutil
import signal
import socket
import struct
import threading
import time

from faultrun import Run, link_options
from harness import WAIT, body_bytes
from rawpeer import (COMMAND, CT, EXPLICIT_LE, LAST, RELEASE_RP, RELEASE_RQ, Gone, Wire, associate_ac,
                     associate_rq, p_data, pdu, store_rq, store_rsp)

def give(port, link, objects, window=None):
    """Sends on one association after another, as long as each brings an object forward; what became of each object:
    a status, or None where there was no answer. With a window all are sent before the first answer is read."""
    told = [None] * len(objects)
    at = 0
    while at < len(objects):
        begun, sock = at, None
        try:
            sock = socket.create_connection(("127.0.0.1", port), WAIT)
            sock.settimeout(WAIT)
            wire = Wire(link.wrap(sock, "receive") if link else sock)
            sock = wire.sock
            sock.settimeout(WAIT)
            wire.put(associate_rq([(CT, [EXPLICIT_LE])], window=window))
            if wire.get()[0] != 2:
                raise Gone()
            whole = [p_data(1, COMMAND | LAST, store_rq(CT, uid, i)) + p_data(1, LAST, body)
                     for i, (uid, body) in enumerate(objects, 1)]
            if window is not None:
                at += 1  # the first one had its chance, whatever becomes of the connection
                wire.put(*whole[begun:])
                at = begun
            while at < len(objects):
                at += 1
                if window is None:
                    wire.put(whole[at - 1])
                told[at - 1] = struct.unpack("<H", wire.message()[0][0x900])[0]
            wire.put(pdu(RELEASE_RQ, bytes(4)))
            wire.get()
        except TimeoutError:
            told[max(at - 1, 0)] = "no answer in time"
            return told
        except (Gone, OSError):
            pass
        finally:
            if sock:
                sock.close()
        if at == begun:
            break
    return told


def start_receiver(folder, out, link, fault=None, options=()):
    listener = socket.create_server(("127.0.0.1", 0), backlog=20)
    port = listener.getsockname()[1]
    os.set_inheritable(listener.fileno(), True)
    return port, Run(folder, "receive", *link_options(link, "receive"), "--out", out, "--json",
                     "--name", "{SOPClassUID}/{SOPInstanceUID}.dcm", *options, fault=fault, listener=listener)


def found(out):
    """The data sets under final names, and the temporary files."""
    bodies, parts = [], []
    for path in sorted(out.rglob("*")) if out.exists() else ():
        if path.is_file():
            temporary = path.name.startswith(".dcmsec-")
            (parts if temporary else bodies).append(path if temporary else body_bytes(path))
    return bodies, parts


def judge_out(objects, told, out, unreadable=False):
    """What of the invariant does not hold. unreadable: a file that was there could not be read or synced, and it is
    right to keep what came beside it."""
    bodies, _ = found(out)
    wrong = []
    if any(body not in objects.bodies for body in bodies):
        wrong.append("something under a final name is none of the objects")
    if len(bodies) > len(set(bodies)) + unreadable:
        wrong.append("an object is there twice")
    acknowledged = {body for (_, body), status in zip(objects.sent, told) if status == 0}
    refused = {body for (_, body), status in zip(objects.sent, told) if status not in (0, None)}
    unknown = {body for (_, body), status in zip(objects.sent, told) if status is None}
    if acknowledged - set(bodies):
        wrong.append("an acknowledged object is not there")
    if (refused - acknowledged - unknown) & set(bodies):
        wrong.append("an object that was refused is there")
    for status in told:
        if status not in (0, None) and status != 0xA700:
            wrong.append(f"status {status if isinstance(status, str) else '%04X' % status}")
    return wrong


def judge_replaced(objects, told, out, _=False):
    """With --duplicates replace: of an acknowledged instance there is one file, with that content or a later one."""
    bodies, _ = found(out)
    wrong = []
    numbers = {body: i for i, (_, body) in reversed([*enumerate(objects.sent)])}
    if any(body not in numbers for body in bodies):
        return ["something under a final name is none of the objects"]
    for uid in {uid for uid, _ in objects.sent}:
        there = [numbers[body] for body in bodies if objects.sent[numbers[body]][0] == uid]
        mine = [i for i, (name, _) in enumerate(objects.sent) if name == uid and told[i] == 0]
        if len(there) > 1 or mine and not there:
            wrong.append(f"of an instance there are {len(there)} files")
        elif mine and there[0] < numbers[objects.sent[mine[-1]][1]]:
            wrong.append("an earlier content is back")
    return wrong


def judge_again(objects, folder, out, link, options, unreadable=False):
    """Started again and sent everything: each object is there once, and nothing else."""
    again = folder / "again"
    again.mkdir()
    port, run = start_receiver(again, out, link, options=options)
    told = give(port, link, objects.sent, objects.window)
    code = run.end(signal.SIGTERM)
    bodies, parts = found(out)
    wrong = []
    if told != [0] * len(told):
        wrong.append(f"started again, it answers {told}: {run.said()}")
    if code != 0:
        wrong.append(f"started again, it ends with {code}: {run.said()}")
    wanted = objects.bodies if "replace" not in options else {objects.sent[-2][1], objects.sent[-1][1]}
    if set(bodies) != wanted or len(bodies) > len(wanted) + unreadable:
        wrong.append(f"after all were sent again there are {len(bodies)} files")
    if parts:
        wrong.append("temporary files stay")
    return wrong


def unseen(run):
    """Whether the call is to be done again, or gone on with, so that nobody notices. (A sync that is interrupted is one
    that failed.)"""
    return run.fault[1] in ("EINTR", "short") and run.hit() and "sync" not in run.hit().split()[0]


def rival_is_broken(run):
    """Whether the disk failed below a file that has its name already. A fault at the descriptor of a file on its way
    would name that one."""
    words = (run.hit() or "").split()
    return (len(words) == 2 and run.fault[0] in ("disk", "room") and words[1].endswith(".dcm")
            and words[0].rstrip("0123456789-") in ("openat", "open", "fstat", "pread", "fdatasync"))


def receive_with(objects, folder, link, fault, options=()):
    """One run of the receiver: the call that was hit, or None, and what does not hold."""
    out = folder / "out"
    folder.mkdir()
    port, run = start_receiver(folder, out, link, fault, options)
    kills = fault[1].startswith("kill")
    told = give(port, link, objects.sent, objects.window)
    served = any(status is not None for status in told)
    wrong, later = [], told
    judge = judge_replaced if "replace" in options else judge_out
    if not kills and run.hit():
        wrong += judge(objects, told, out, rival_is_broken(run))
        later = give(port, link, objects.sent, objects.window)
    code = run.end(signal.SIGTERM)
    if run.hit() and not kills:
        if isinstance(code, str) or code < 0:
            wrong.append(f"it ended with {code}: {run.said()}")
        elif unseen(run) and told != [0] * len(told):
            wrong.append(f"it answers {told}: {run.said()}")
        elif code == 0 and later is not told and later != [0] * len(later):
            wrong.append(f"it goes on, and answers {told}, then {later}: {run.said()}")
        elif code != 0 and (served or not run.said()):
            wrong.append(f"it gave up after {told} with {code}: {run.said()}")
    told = [new if old != 0 and new is not None else old for old, new in zip(told, later)]
    unreadable = not kills and rival_is_broken(run)
    wrong += judge(objects, told, out, unreadable)
    wrong += judge_again(objects, folder, out, link, options, unreadable)
    return run, wrong


# ---- our sender, and an acceptor

class Peer:
    """Stores everything, and keeps what it was given and what it said."""

    def __init__(self, link=None):
        self.link, self.given, self.said, self.lock = link, [], [], threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=20)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._run, args=(sock,), daemon=True).start()

    def _run(self, sock):
        try:
            sock.settimeout(WAIT)
            wire = Wire(self.link.wrap(sock, "send") if self.link else sock)
            sock = wire.sock
            self._script(wire)
        except (Gone, OSError):
            pass
        sock.close()

    def _script(self, wire):
        kind, rq = wire.get()
        if kind != 1:
            return
        wire.put(associate_ac(rq))
        while True:
            try:
                command, data = wire.message()
            except Gone as gone:
                if str(gone) == "PDU 5":
                    wire.put(pdu(RELEASE_RP, bytes(4)))
                return
            self.given.append(data)
            with self.lock:  # who has heard it may ask for it
                wire.put(p_data(wire.context, COMMAND | LAST, store_rsp(0, struct.unpack("<H", command[0x110])[0],
                                                                        instance=command[0x1000].rstrip(b"\0"))))
                self.said.append(data)

    def acknowledged(self):
        with self.lock:
            return set(self.said)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def told_stored(run):
    return [e["path"] for e in run.events() if e["event"] == "object" and e.get("result") == "stored"]


def send_with(objects, folder, link, fault):
    """One run of send --journal, then the same again until it ends with 0."""
    folder.mkdir()
    journal, wrong, told = folder / "journal", [], []
    with Peer(link) as peer:
        words = ("--journal", journal, f"127.0.0.1:{peer.port}", objects.folder)
        first = Run(folder, "send", *link_options(link, "send"), "--json", *words, fault=fault)
        code = ended = first.end()
        told += told_stored(first)
        if not fault[1].startswith("kill") and (isinstance(code, str) or code < 0):
            wrong.append(f"it ended with {code}: {first.said()}")
        if unseen(first) and code != 0:
            wrong.append(f"it ended with {code}: {first.said()}")
        if code == 0 and {*peer.given} != objects.bodies:
            wrong.append("it ended with 0 and not everything was given")
        again = folder / "again"
        again.mkdir()
        for _ in range(4):
            run = Run(again, "send", *link_options(link, "send"), "--json", *words)
            code = run.end()
            told += told_stored(run)
            if code == 0:
                break
        given = list(peer.given)
    if code != 0:
        wrong.append(f"repeated, it ends with {code}: {run.said()}")
    if set(given) != objects.bodies:
        wrong.append("not every object was given, or something else")
    # What cannot be remembered is said with exit code 8, and sent and told again: that one, and no other.
    unremembered = ended == 8 and "would be forgotten" in first.said()
    if len(told) != len(set(told)) + (unremembered and len(told) > len(objects.sent)):
        wrong.append("an object was told as stored twice")
    lines = journal.read_text().splitlines()[1:] if journal.exists() else []
    if len(lines) != len(objects.sent) or len(set(lines)) != len(lines):
        wrong.append(f"the journal has {len(lines)} lines for {len(objects.sent)} objects")
    summary = run.events()[-1] if run.events() else {}
    if summary.get("stored", 0) + summary.get("already_sent", 0) != len(objects.sent):
        wrong.append(f"the last run counts {summary}")
    if len(given) > len(objects.sent) + 1 and fault[1].startswith("kill"):
        wrong.append(f"{len(given)} were sent for one kill")
    return first, wrong


# ---- our outbox

def outbox_with(objects, folder, link, fault, how):
    """send --watch with --delete or --move-to is killed; what is gone from the outbox was acknowledged."""
    box, kept = folder / "box", folder / "kept"
    folder.mkdir()
    kept.mkdir()
    shutil.copytree(objects.folder, box)
    for path in box.iterdir():
        os.utime(path, (1, 1))
    policy = ("--delete",) if how == "delete" else ("--move-to", kept)
    wrong = []
    with Peer(link) as peer:
        where = f"127.0.0.1:{peer.port}"
        run = Run(folder, "send", *link_options(link, "send"), "--json", *policy, "--watch", box, where, fault=fault)
        end = time.monotonic() + WAIT
        while run.alive() and any(box.iterdir()) and time.monotonic() < end:
            time.sleep(0.002)
        run.end(signal.SIGTERM)
        said = peer.acknowledged()
        there, moved = ([body_bytes(p) for p in sorted(d.iterdir())] for d in (box, kept))
        if objects.bodies - set(there) - said:
            wrong.append("an object is neither in the outbox nor was it acknowledged")
        if how == "move" and objects.bodies - set(there) - set(moved):
            wrong.append("an object is in no folder")
        if set(moved) - said:
            wrong.append("an object was moved that was not acknowledged")
        again = folder / "again"
        again.mkdir()
        rest = Run(again, "send", *link_options(link, "send"), "--json", *policy, where, box)
        code = rest.end()
    if code != 0 and (code != 3 or any(box.iterdir())):
        wrong.append(f"what is left is not sent: {code} {rest.said()}")
    left = [*box.iterdir()]
    moved = sorted(body_bytes(p) for p in kept.iterdir())
    if left or how == "move" and moved != sorted(body for _, body in objects.sent):
        wrong.append(f"{len(left)} stay in the outbox and {len(moved)} were moved")
    if peer.acknowledged() != objects.bodies:
        wrong.append("not every object was acknowledged in the end")
    return run, wrong
