# SPDX-License-Identifier: MIT
"""The power goes out, as far as it can be played: the calls of a run are traced, and after each of them every state
that the disk may be in (tests/lib/powercut.py) is judged. Also for a run that goes on where another was killed."""
import os
import shutil
import signal
import struct

from faultrun import Objects, Run, hindrance
from faults import Peer, give, start_receiver
from harness import DCMSEC, T, body_bytes, claim, run, skip
from powercut import Disk
from rawpeer import P_DATA, parse_command

STEP = 1 if os.environ.get("FAULTS") == "all" else 4
objects = Objects(T / "objects")
scratch = T / "scratch"
bodies = {}


def body_of(content):
    """The data set in a file of that content; None where there is none."""
    if content not in bodies:
        scratch.write_bytes(content)
        bodies[content] = body_bytes(scratch)
    return bodies[content]


def lines_of(program):
    return [line for line in program.lines() if line.count("\t") == 6]


def trace_receiver(folder, out, fault, *options, window=None):
    port, program = start_receiver(folder, out, None, fault, ("--no-sandbox", "--no-keeper", *options))
    give(port, None, objects.sent, window)
    program.end(signal.SIGTERM)
    return lines_of(program)


def acknowledged(sent):
    """The message numbers with status 0000 in what went out of one socket."""
    good = set()
    while len(sent) >= 6:
        kind, n = struct.unpack(">BxI", sent[:6])
        body, sent = sent[6:6 + n], sent[6 + n:]
        if kind == P_DATA and len(body) == n:
            command = parse_command(body[6:])
            if command.get(0x900) == b"\0\0":
                good.add(struct.unpack("<H", command[0x120])[0])
    return good


class Outcome:
    def __init__(self):
        self.states, self.points, self.wrong = 0, 0, []


def judge_receiver(disk, trace, outcome, what):
    """Goes on with a trace of the receiver; what was acknowledged before counts too."""
    known = getattr(disk, "known", set())
    disk.events.clear()
    for line in trace:
        if not disk.do(line):
            continue
        outcome.points += 1
        sent = b"".join(data for where, data in disk.events if where == "socket")
        safe = known | {objects.sent[number - 1][1] for number in acknowledged(sent)}
        for state in disk.states():
            outcome.states += 1
            there = {body_of(content) for path, content in state.items() if path.endswith(".dcm")}
            lost, torn = safe - there, there - objects.bodies
            if lost or torn:
                outcome.wrong.append(f"{what}, after {line[:90]}: {len(lost)} acknowledged are lost, {len(torn)} torn")
                break
        disk.known = safe
    return outcome


def receiver(name, *options, window=None):
    """One run from nothing, in a folder that it makes."""
    folder = T / name
    (folder / "disk").mkdir(parents=True)
    disk, outcome = Disk(folder / "disk"), Outcome()
    trace = trace_receiver(folder, folder / "disk" / "in" / "box", ("change", "trace", 0), *options, window=window)
    judge_receiver(disk, trace, outcome, name)
    print(f"# {name}: {outcome.points} points, {outcome.states} states, {len(disk.known)} objects acknowledged")
    return outcome, disk


def receiver_after_a_kill():
    """Killed after each change, started again, and then the power goes out."""
    outcome, runs, n = Outcome(), 0, 1
    while n:
        folder = T / f"after-{n}"
        (folder / "disk").mkdir(parents=True)
        out = folder / "disk" / "in" / "box"
        disk = Disk(folder / "disk")
        first = trace_receiver(folder, out, ("change", "kill", n))
        hit = any(line.startswith("hit ") for line in (folder / "report").read_text().splitlines())
        judge_receiver(disk, first, outcome, f"killed at {n}")
        if hit:
            judge_receiver(disk, trace_receiver(folder, out, ("change", "trace", 0)), outcome, f"killed at {n} and begun again")
            runs += 1
        n = n + STEP if hit else 0
        shutil.rmtree(folder)
    print(f"# {runs} kills, {outcome.points} points, {outcome.states} states")
    return outcome


# ---- the sender's journal

def stored_by(events):
    said = b"".join(data for where, data in events if where == "out1").decode()
    return {line.split('"path":"')[1].split('"')[0] for line in said.splitlines()
            if '"event":"object"' in line and '"result":"stored"' in line}


def send_words(peer, disk, *words):
    return ("send", "--plain", "--json", "--journal", disk / "journal", *words, f"127.0.0.1:{peer.port}", objects.folder)


def judge_journal(disk, trace, outcome, lines, kept):
    """lines: {path: line} of a whole journal. What was told as stored is remembered in every state."""
    known = getattr(disk, "known", set())
    disk.events.clear()
    for line in trace:
        if not disk.do(line):
            continue
        outcome.points += 1
        disk.known = known | stored_by(disk.events)
        for state in disk.states():
            outcome.states += 1
            journal = next((content for path, content in state.items() if path.endswith("/journal")), None)
            kept.add(journal)
            forgotten = [path for path in disk.known if lines[path] not in (journal or b"")]
            if forgotten:
                outcome.wrong.append(f"after {line[:90]}: {len(forgotten)} told as stored are forgotten")
                break
    return outcome


def journal_after_a_kill():
    outcome, kept, runs, n = Outcome(), set(), 0, 1
    while n:
        folder = T / f"send-{n}"
        box = folder / "disk"
        box.mkdir(parents=True)
        disk = Disk(box)
        with Peer() as peer:
            program = Run(folder, *send_words(peer, box), fault=("change", "kill", n))
            program.end()
            first, hit = lines_of(program), program.hit()
            program = Run(folder, *send_words(peer, box), fault=("change", "trace", 0))
            program.end()
            second = lines_of(program)
        whole = (box / "journal").read_bytes()
        lines = {line.split(b" ")[6].decode(): line for line in whole.splitlines(keepends=True)[1:]}
        if {*lines} != {str(path) for path in objects.paths}:
            outcome.wrong.append(f"the journal does not have each object: {whole[:300]}")
            break
        judge_journal(disk, first, outcome, lines, kept)
        judge_journal(disk, second, outcome, lines, kept)
        runs += 1
        n = n + STEP if hit else 0
        if n:
            shutil.rmtree(folder)
    print(f"# {runs} kills, {outcome.points} points, {outcome.states} states, {len(kept)} journals")
    return outcome, kept


def usable(kept):
    """Our sender takes up each journal that a power cut may leave."""
    wrong = []
    chosen = sorted(kept, key=lambda j: j or b"")
    short = [j for j in chosen if len(j or b"") < 40]
    chosen = short + chosen[::max(1, len(chosen) // (200 if STEP == 1 else 30))]
    with Peer() as peer:
        for i, content in enumerate(chosen):
            box = T / f"journal-{i}"
            box.mkdir()
            if content is not None:
                (box / "journal").write_bytes(content)
                (box / "journal").chmod(0o600)
            r = run(DCMSEC, *send_words(peer, box))
            if r.returncode:
                wrong.append(f"{r.returncode} {r.stderr[-200:]} {content}")
    print(f"# {len(chosen)} journals were taken up")
    return wrong


# ---- the outbox

def outbox():
    folder = T / "outbox"
    disk_folder = folder / "disk"
    disk_folder.mkdir(parents=True)
    shutil.copytree(objects.folder, disk_folder / "box")
    (disk_folder / "kept").mkdir()
    disk, outcome = Disk(disk_folder), Outcome()
    with Peer() as peer:
        program = Run(folder, "send", "--plain", "--json", "--move-to", disk_folder / "kept", f"127.0.0.1:{peer.port}",
                      disk_folder / "box", fault=("change", "trace", 0))
        code = program.end()
    for line in lines_of(program):
        if not disk.do(line):
            continue
        outcome.points += 1
        for state in disk.states():
            outcome.states += 1
            if {body_of(content) for content in state.values()} < objects.bodies:
                outcome.wrong.append(f"after {line[:90]}: an object is in no folder")
                break
    print(f"# outbox: {outcome.points} points, {outcome.states} states")
    return outcome, code == 0 and not any((disk_folder / "box").iterdir())


def main():
    outcome, disk = receiver("receiver")
    claim("an acknowledged object survives a power cut after any call, and no torn file has a final name",
          not outcome.wrong and len(disk.known) == len(objects.bodies), "\n".join(outcome.wrong))
    outcome, _ = receiver("careless", "--no-sync")
    claim("with --no-sync it does not: the check can fail", outcome.wrong)
    outcome, disk = receiver("nested", "--name", "{Modality}/{SOPClassUID}/{SOPInstanceUID}.dcm")
    claim("neither in folders within folders", not outcome.wrong and len(disk.known) == len(objects.bodies),
          "\n".join(outcome.wrong))
    outcome, disk = receiver("together", window=0)
    claim("nor where all came within a window, and are synced and answered together", not outcome.wrong
          and len(disk.known) == len(objects.bodies), "\n".join(outcome.wrong))
    outcome = receiver_after_a_kill()
    claim("nor when the receiver was killed before, at any change, and started again", not outcome.wrong,
          "\n".join(outcome.wrong))
    outcome, kept = journal_after_a_kill()
    claim("what send --journal told as stored it remembers after a power cut, killed and repeated before or not",
          not outcome.wrong, "\n".join(outcome.wrong))
    wrong = usable(kept)
    claim("every journal that a power cut may leave is taken up, and everything is sent", not wrong, "\n".join(wrong))
    outcome, moved = outbox()
    claim("a file that --move-to moves is in one of the two folders after a power cut", moved and not outcome.wrong,
          "\n".join(outcome.wrong))


hindered = hindrance()
if hindered:
    skip("a power cut after each system call", hindered)
else:
    main()
