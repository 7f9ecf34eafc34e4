# SPDX-License-Identifier: MIT
"""A sender that remembers: killed at any moment and repeated, it ends with every object stored and counted
once; and a journal that is torn, damaged, foreign, locked or not to be trusted."""
import os
import random
import signal
import subprocess
import threading
import time

from harness import DCMSEC, T, WAIT, Authority, claim
from outbox import Archive, instances, make_objects
from peers import PLAIN, Receiver, secure, send

random.seed(8)


def interrupted(receiver, link, journal, folder, moment):
    """One run that is killed after a while; its exit code, or None where it was killed."""
    p = subprocess.Popen([DCMSEC, "send", *link, "--jobs", "2", "--journal", journal, f"127.0.0.1:{receiver.port}", folder],
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        return p.wait(moment)
    except subprocess.TimeoutExpired:
        p.kill()
        p.wait()
        return None


def killed(name, link, server_link, count=40):
    folder, journal, out = T / f"{name}-objects", T / f"{name}-journal", T / f"{name}-out"
    wanted = make_objects(folder, count)
    with Receiver(out, link=server_link) as receiver:
        # How long a run takes is measured, so that the kills fall into it on any machine.
        begin = time.monotonic()
        send(receiver.port, folder, link=link, options=("--journal", T / f"{name}-measure"))
        whole = time.monotonic() - begin
        kills, runs, code = 0, 0, None
        while code is None and runs < 60:
            runs += 1
            code = interrupted(receiver, link, journal, folder, random.uniform(0, whole * 1.2))
            kills += code is None
        for _ in range(3):
            if code != 0:
                code = interrupted(receiver, link, journal, folder, WAIT)
        lines = journal.read_text().splitlines()
        r = send(receiver.port, folder, link=link, options=("--journal", journal))
        stored = [e["sop_instance"] for e in receiver.events("object") if e.get("result") == "stored"]
    print(f"# {name}: {kills} kills")
    claim(f"{name}: killed at random and repeated, it ends with 0", code == 0, f"{code} {kills}")
    claim(f"{name}: every object is at the receiver", instances(out) == wanted,
          f"{len(instances(out))} of {len(wanted)}")
    claim(f"{name}: the journal has each object once, and nothing else",
          lines[0] == "dcmsec-journal 1" and sorted(l.split()[3] for l in lines[1:]) == sorted(wanted), len(lines))
    summary = r.events[-1]
    claim(f"{name}: the next run sends nothing and counts all as already sent",
          r.returncode == 0 and summary["already_sent"] == count and summary["stored"] == 0
          and f"already sent: {count}" in run_text(r, receiver, folder, journal, link), summary)
    claim(f"{name}: what was acknowledged before a kill was not sent again by the dozen",
          len(stored) <= 2 * count + 4 * kills, f"{len(stored)} for {count}, {kills} kills")


def killed_within_each_object():
    """The peer answers one object more in each run, and holds the next: killed there, what was answered is
    never sent again."""
    folder, journal = T / "each-objects", T / "each-journal"
    wanted = make_objects(folder, 8)
    reached = threading.Event()

    def act(archive, wire, connection, k):
        if k == 2 and len(archive.said) < len(wanted):
            reached.set()
            wire.ending()
            return None
        return 0
    kills = 0
    with Archive(act) as peer:
        for _ in range(len(wanted) - 1):
            reached.clear()
            p = subprocess.Popen([DCMSEC, "send", *PLAIN, "--journal", journal, f"127.0.0.1:{peer.port}", folder],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            reached.wait(WAIT)
            kills += p.poll() is None
            p.kill()
            p.wait()
        r = send(peer.port, folder, options=("--journal", journal))
        said = dict(peer.said)
    claim(f"killed within each of {len(wanted) - 1} objects: the last run ends with 0 and the counts add up",
          kills == len(wanted) - 1 and r.returncode == 0
          and (r.events[-1]["stored"], r.events[-1]["already_sent"]) == (1, len(wanted) - 1), f"{kills} {r.out}")
    claim("every object was answered once and never sent again after that",
          set(said) == wanted and all(a == [0] for a in said.values()), said)


def run_text(r, receiver, folder, journal, link):
    """What the same run says to a person; the receiver is gone, and is not asked."""
    return subprocess.run([DCMSEC, "send", *link, "--journal", journal, f"127.0.0.1:{receiver.port}", folder],
                          capture_output=True, text=True, timeout=WAIT).stderr


def counts(receiver, folder, wanted):
    """What makes an object another one."""
    journal = T / "counts"
    with_journal = lambda *paths, **more: send(receiver.port, *paths, options=("--journal", journal), **more).events[-1]
    first = with_journal(folder)
    claim("a first run stores all", first["stored"] == len(wanted) and first["already_sent"] == 0, first)
    claim("the journal is for its owner alone", journal.stat().st_mode & 0o777 == 0o600, oct(journal.stat().st_mode))
    claim("another spelling of the path is the same object",
          with_journal(str(folder) + "/../" + folder.name)["already_sent"] == len(wanted))
    path = sorted(folder.iterdir())[0]
    os.utime(path, (1, 1))
    again = with_journal(folder)
    claim("a file that was changed is sent again, and only that", again["stored"] == 1
          and again["already_sent"] == len(wanted) - 1, again)
    other = send(receiver.port, folder, options=("--journal", journal, "--called", "OTHER")).events[-1]
    claim("for another AE title nothing counts as sent", other["stored"] == len(wanted), other)
    same = send(receiver.port, folder, host="localhost", options=("--journal", journal)).events[-1]
    claim("for another host nothing counts as sent", same["stored"] == len(wanted), same)
    return journal


def torn(receiver, folder, wanted, journal):
    """The end of the file cut at each byte of the last two lines."""
    whole = journal.read_bytes()
    lines = whole.splitlines(keepends=True)
    bad = []
    start = len(whole) - len(lines[-1])
    for cut in [*range(start - 3, start + 4), *range(start + 10, len(whole), 40), len(whole) - 1]:
        journal.write_bytes(whole[:cut])
        r = send(receiver.port, folder, host="localhost", options=("--journal", journal))
        total = r.events[-1]["stored"] + r.events[-1]["already_sent"]
        good = (r.returncode == 0 and total == len(wanted) and r.events[-1]["stored"] in (1, 2)
                and len(journal.read_bytes()) == len(whole) and not r.stderr)
        if not good:
            bad.append((cut, r.returncode, r.events[-1], r.stderr))
    claim("a torn last line is cut, silently, and its object sent again", not bad, bad)
    for head in (b"", b"d", b"dcmsec-journal 1"):
        journal.write_bytes(head)
        r = send(receiver.port, folder, options=("--journal", journal))
        claim(f"a journal that broke off after {len(head)} bytes of its head is begun again",
              r.returncode == 0 and journal.read_bytes().startswith(b"dcmsec-journal 1\nsent "), r.out)
    whole = journal.read_bytes()
    at = whole.index(b"\n") + 30
    journal.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
    r = send(receiver.port, folder, options=("--journal", journal))
    claim("a damaged line is warned of, and its object sent again", r.returncode == 0 and r.events[-1]["stored"] == 1
          and "1 lines" in r.stderr and "damaged" in r.stderr, r.out)


def refused(receiver, folder):
    def attempt(what, path, code, words, before=None):
        before = before if before is not None else path.read_bytes() if path.is_file() else None
        r = send(receiver.port, folder, options=("--journal", path))
        untouched = before is None or path.read_bytes() == before
        claim(f"{what}: refused, exit code {code}, nothing sent, left as it is", r.returncode == code
              and words in r.stderr and untouched and not any(e["event"] == "object" for e in r.events),
              f"{r.returncode} {r.stderr}")

    foreign = T / "foreign"
    for i, content in enumerate((b"Dear colleague,\n", bytes(5000), b"dcmsec-journal 2\n", b"dcmsec-journal 10\nx\n",
                                 b"\ndcmsec-journal 1\n", os.urandom(3000))):
        foreign.write_bytes(content)
        foreign.chmod(0o600)
        attempt(f"a foreign file ({i})", foreign, 3, "no journal of ours")
    attempt("a folder", folder, 8, "cannot open")
    attempt("a journal in a folder that is not there", T / "nowhere" / "journal", 8, "cannot open")
    loose = T / "loose"
    loose.write_bytes(b"dcmsec-journal 1\n")
    loose.chmod(0o622)
    attempt("a journal that others may write", loose, 3, "others may write")
    if os.geteuid() == 0:
        loose.chmod(0o600)
        os.chown(loose, 65534, 65534)
        attempt("a journal of another user", loose, 3, "belongs to another user")
    fifo = T / "fifo"
    os.mkfifo(fifo, 0o600)
    attempt("a pipe", fifo, 3, "not a file")
    locked(receiver, folder)


def locked(receiver, folder):
    """A second process while the first, which watches an empty folder, has it."""
    journal, empty = T / "locked", T / "empty"
    empty.mkdir()
    p = subprocess.Popen([DCMSEC, "send", *PLAIN, "--journal", journal, "--watch", empty, f"127.0.0.1:{receiver.port}"],
                         stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + WAIT
    while (not journal.exists() or not journal.stat().st_size) and time.monotonic() < end:
        time.sleep(0.02)
    r = send(receiver.port, folder, options=("--journal", journal))
    claim("a second process is refused the journal, exit code 8", r.returncode == 8 and "another process" in r.stderr, r.out)
    p.send_signal(signal.SIGKILL)
    p.communicate()
    r = send(receiver.port, folder, options=("--journal", journal))
    claim("one that was killed holds it no longer", r.returncode == 0, r.out)


def full(receiver, folder):
    """No room for the journal: nothing is sent that would be forgotten."""
    r = send(receiver.port, folder, options=("--journal", "/dev/full"))
    claim("a device is no journal", r.returncode == 3 and "not a file" in r.stderr, r.out)
    journal = T / "limited"
    command = f'ulimit -f 1; trap "" XFSZ; exec "{DCMSEC}" send --plain --json --journal "{journal}" 127.0.0.1:{receiver.port} "{folder}"'
    r = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=WAIT)
    claim("a journal that cannot grow ends the sending with exit code 8, said once", r.returncode == 8
          and r.stderr.count("cannot write the journal") == 1, f"{r.returncode} {r.stderr}")
    claim("and has whole lines only", journal.read_bytes().endswith(b"\n"), journal.read_bytes()[-100:])
    r = send(receiver.port, folder, options=("--journal", journal))
    claim("with room again the same command ends with 0", r.returncode == 0
          and r.events[-1]["stored"] + r.events[-1]["already_sent"] == 12, r.out)


killed_within_each_object()
killed("plain", PLAIN, PLAIN)
authority = Authority(T / "ca")
killed("TLS", secure(authority.node("ct1"), authority), secure(authority.node("pacs"), authority))
with Receiver(T / "in") as peer:
    objects = make_objects(T / "objects", 12)
    torn(peer, T / "objects", objects, counts(peer, T / "objects", objects))
    refused(peer, T / "objects")
    full(peer, T / "objects")
