# SPDX-License-Identifier: MIT
"""A sender that watches a folder: what is sent and when, what becomes of the files, a peer that is away, and
the end. And --move-to, --delete and --move-failed without watching."""
import os
import pathlib
import shutil
import signal
import subprocess
import time

from harness import DCMSEC, SAMPLES, T, WAIT, Authority, claim, free_port, run, skip
from outbox import Archive, instance, instances, make_object, make_objects
from peers import PLAIN, Receiver, events, secure, send

CT = SAMPLES / "test_files/CT_small.dcm"


def until(condition, seconds=WAIT):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


class Watcher:
    """dcmsec send --watch on a folder of its own, until the with block ends."""

    def __init__(self, name, port, *options, link=PLAIN):
        self.box = T / name
        self.box.mkdir(exist_ok=True)
        self.out, self.err = T / f"{name}.json", T / f"{name}.log"
        self.process = subprocess.Popen(
            [str(a) for a in (DCMSEC, "send", *link, "--json", "--watch", self.box, "--retry-wait", "20ms", *options,
                              f"127.0.0.1:{port}")],
            stdout=open(self.out, "w"), stderr=open(self.err, "w"))
        self.code = None

    def events(self, kind=None):
        return [e for e in events(self.out.read_text()) if kind in (None, e["event"])]

    def stored(self):
        return [pathlib.Path(e["path"]).name for e in self.events("object") if e["result"] == "stored"]

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.code = self.process.wait(WAIT)
        return self.code

    def text(self):
        return f"code {self.code}\n{self.out.read_text()}\n{self.err.read_text()}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def appearing(link, server, name):
    """Files there at the start, renamed in, written, in a new folder; hidden ones, foreign ones, broken ones."""
    box, sent, bad = T / f"{name}-box", T / f"{name}-sent", T / f"{name}-bad"
    for folder in (box, sent, bad):
        folder.mkdir()
    wanted = {make_object(box / "first.dcm", 1)}
    with Receiver(T / f"{name}-in", link=server) as receiver, \
            Watcher(f"{name}-box", receiver.port, "--move-to", sent, "--move-failed", bad, "--settle", "300ms",
                    link=link) as w:
        claim(f"{name}: what is there at the start is sent", until(lambda: "first.dcm" in w.stored()), w.text())
        wanted.add(make_object(T / "aside.dcm", 2))
        os.rename(T / "aside.dcm", box / "renamed.dcm")
        wanted.add(make_object(T / f"{name}-deep" / "er" / "inner.dcm", 4))
        os.rename(T / f"{name}-deep", box / "deep")
        make_object(box / ".hidden.dcm", 5)
        put(box / "notes.txt", b"Dear colleague, " * 20)
        put(box / "half.dcm", CT.read_bytes()[:20000])
        claim(f"{name}: renamed in, and in a folder that is: all are sent",
              until(lambda: {"renamed.dcm", "inner.dcm"} <= set(w.stored())), w.text())
        claim(f"{name}: what stays broken is named once, and moved to --move-failed",
              until(lambda: (bad / "half.dcm").exists()), w.text())
        claim(f"{name}: what is foreign is passed over once", until(lambda: len(w.events("skipped")) == 1), w.text())
        time.sleep(0.7)  # more than twice the time to settle: whatever would be told twice is now
        claim(f"{name}: SIGTERM ends it with a summary", w.end() == 1 and w.events()[-1]["event"] == "summary"
              and w.events()[-1]["stored"] == len(wanted) and w.events()[-1]["failed"] == 1, w.text())
        claim(f"{name}: nothing was told twice", len(w.stored()) == len(set(w.stored()))
              and len(w.events("skipped")) == 1 and w.err.read_text().count("half.dcm: ") == 1, w.text())
        left = sorted(str(p.relative_to(box)) for p in box.rglob("*") if p.is_file())
        claim(f"{name}: stored files are moved, the others are where they were", left == [".hidden.dcm", "notes.txt"]
              and instances(sent) == wanted == instances(T / f"{name}-in"), left)


def put(path, content):
    """Appears whole, whatever it is."""
    hidden = path.with_name("." + path.name)
    hidden.write_bytes(content)
    hidden.rename(path)


def noticed(w):
    """Whether the sender has begun to listen: it hears of one of the files that come again and again."""
    for i in range(WAIT):
        make_object(w.box / f"probe-{i}.dcm", 100 + i)
        if until(w.stored, 1):
            return True
    return False


def writing():
    """Files that are written under their own names, and a time to settle that nobody waits for."""
    with Archive(lambda a, w, c, k: 0) as peer, Watcher("write-box", peer.port, "--settle", "10m") as w:
        if not noticed(w):
            skip("files are sent once they are closed", "this kernel does not tell of them")
            return
        make_object(T / "whole.dcm", 2, size=60000)
        data = (T / "whole.dcm").read_bytes()
        with open(w.box / "written.dcm", "wb") as f:
            for at in range(0, len(data), 10000):
                f.write(data[at:at + 10000])
                f.flush()
                time.sleep(0.02)
        claim("a file that is written is sent once it is closed", until(lambda: "written.dcm" in w.stored()), w.text())
        for at in range(0, len(data), 10000):
            with open(w.box / "goes.dcm", "ab") as f:
                f.write(data[at:at + 10000])
            time.sleep(0.1)
        claim("one that is written in several goes is sent once it is whole", until(lambda: "goes.dcm" in w.stored()), w.text())
        claim("and nothing of it was told before", w.end() == 0 and w.events()[-1]["failed"] == 0
              and w.events()[-1]["skipped"] == 0 and not w.err.read_text().count("breaks off"), w.text())


def away():
    """A peer that is not there, comes, goes and comes back; the associations of an idle sender."""
    port, out = free_port(), T / "away-in"
    with Watcher("away-box", port, "--delete", "--linger", "300ms") as w:
        wanted = make_objects(w.box, 3)
        claim("a peer that is away is tried again and again", until(lambda: len(w.events("retry")) >= 4), w.text())
        claim("... and nothing has failed", not w.events("object") and w.process.poll() is None, w.text())
        command = (DCMSEC, "receive", *PLAIN, "--bind", "127.0.0.1", "--port", port, "--out", out, "--json")
        first = subprocess.Popen([str(c) for c in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        claim("when it comes, all is sent", until(lambda: len(w.stored()) == 3), w.text())
        claim("and deleted after that", until(lambda: not list(w.box.iterdir())), w.text())
        first.kill()
        first.wait()
        wanted |= make_objects(w.box, 2, series=2)
        before = len(w.events("retry"))
        claim("when it goes, it is tried again", until(lambda: len(w.events("retry")) > before), w.text())
        with Receiver(out) as other:  # on another port: nobody is to hear of it
            claim("a receiver on another port gets nothing", not other.events("object"))
        again = subprocess.Popen([str(c) for c in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        claim("when it is back, the rest is sent", until(lambda: len(w.stored()) == 5) and instances(out) == wanted,
              w.text())
        claim("told to end, exit code 0", w.end() == 0 and w.events()[-1]["stored"] == 5, w.text())
        again.kill()
        again.wait()
    absent()


def absent():
    make_objects(T / "absent-box", 3)
    with Watcher("absent-box", free_port()) as w:
        until(lambda: w.events("retry"))
        claim("told to end while the peer is away: exit code 0, what waits is counted and left",
              w.end(signal.SIGINT) == 0 and w.events()[-1]["unsent"] == 3 and len(list(w.box.iterdir())) == 3, w.text())


def rejected_for_good():
    from rawpeer import ASSOCIATE_RJ, pdu

    def act(archive, wire, connection, k):
        if connection <= 2:
            wire.put(pdu(ASSOCIATE_RJ, bytes([0, 1, 1, 7])))
            return None
        return 0
    with Archive(act) as peer, Watcher("rejected-box", peer.port) as w:
        make_objects(w.box, 2)
        claim("a watching sender comes back even after a rejection for good", until(lambda: len(w.stored()) == 2), w.text())
        claim("... which it told each time", len(w.events("retry")) == 2 and w.end() == 0, w.text())


def idle():
    """An idle association is released after a while, and a new one is made for what comes."""
    with Archive(lambda a, w, c, k: 0) as peer, Watcher("idle-box", peer.port, "--linger", "200ms") as w:
        make_object(w.box / "a.dcm", 1)
        until(lambda: w.stored() == ["a.dcm"])
        until(lambda: peer.released == 1)
        make_object(w.box / "b.dcm", 2)
        claim("an idle association is released, and another made for what comes later",
              until(lambda: len(w.stored()) == 2) and peer.released >= 1 and peer.connections == 2, w.text())
        make_object(w.box / "a.dcm", 3)
        claim("a file that is replaced is sent again", until(lambda: w.stored() == ["a.dcm", "b.dcm", "a.dcm"]), w.text())
        make_other(w.box / "other.dcm")
        claim("another SOP class that comes later is sent too", until(lambda: "other.dcm" in w.stored()), w.text())
        claim("exit code 0", w.end() == 0, w.text())


def make_other(path):
    shutil.copy(SAMPLES / "test_files/MR_small.dcm", path)


def finishing():
    """SIGTERM while an object is under way: it comes to its end, and the rest stays."""
    def act(archive, wire, connection, k):
        if k == 1:
            archive.wait(lambda: archive.go)
        return 0
    with Archive(act) as peer:
        peer.go = False
        with Watcher("finish-box", peer.port) as w:
            make_objects(w.box, 3)
            until(lambda: peer.given)
            w.process.send_signal(signal.SIGTERM)
            time.sleep(0.2)
            peer.go = True
            w.code = w.process.wait(WAIT)
            claim("SIGTERM lets the object under way come to its end, and begins none", w.code == 0
                  and w.events()[-1]["stored"] == 1 and len(peer.given) == 1, w.text())


def journalled():
    """Killed and started again with a journal: what was sent is not sent again, and what was not yet put away is."""
    with Archive(lambda a, w, c, k: 0) as peer:
        journal, sent = T / "watch-journal", T / "watch-sent"
        sent.mkdir()
        with Watcher("journal-box", peer.port, "--journal", journal) as w:
            wanted = make_objects(w.box, 4)
            until(lambda: len(w.stored()) == 4)
            w.process.kill()
        with Watcher("journal-box", peer.port, "--journal", journal, "--move-to", sent) as w:
            wanted.add(make_object(w.box / "z.dcm", 77))
            claim("a new run knows what was sent, sends the rest, and puts both away",
                  until(lambda: len(list(sent.iterdir())) == 5) and w.end() == 0
                  and w.events()[-1]["already_sent"] == 4 and w.events()[-1]["stored"] == 1, w.text())
        claim("nothing was sent twice", sorted(u for _, u in peer.given) == sorted(wanted), peer.given)


def statuses():
    """Which answers let a file go."""
    for status, goes in ((0x0000, True), (0xB000, True), (0xB007, True), (0xB006, False), (0xB123, False),
                         (0xC000, False), (0xA900, False)):
        with Archive(lambda a, w, c, k: status if k else 0) as peer:
            box, sent = T / f"status-{status:04X}", T / f"status-sent-{status:04X}"
            sent.mkdir()
            make_object(box / "x.dcm", 1)
            r = send(peer.port, box, options=("--move-to", sent))
            claim(f"{status:04X}: the file {'is moved' if goes else 'stays'}", (sent / "x.dcm").exists() == goes
                  and (box / "x.dcm").exists() != goes, r.out)
    with Archive(lambda a, w, c, k: 0xC000 if k else 0) as peer:
        box, bad = T / "refused-box", T / "refused-bad"
        bad.mkdir()
        make_object(box / "x.dcm", 1)
        r = send(peer.port, box, options=("--delete", "--move-failed", bad))
        claim("a refused object's file is moved to --move-failed, not deleted", r.returncode == 1
              and (bad / "x.dcm").exists() and not (box / "x.dcm").exists(), r.out)
    with Archive(lambda a, w, c, k: None if k else 0) as peer:
        box = T / "unanswered"
        make_object(box / "x.dcm", 1)
        r = send(peer.port, box, options=("--delete",))
        claim("without an answer nothing is deleted", r.returncode != 0 and (box / "x.dcm").exists(), r.out)


def names():
    """Nothing is overwritten; a file that changed on the way stays; another file system."""
    with Receiver(T / "names-in") as receiver:
        box, sent = T / "names-box", T / "names-sent"
        sent.mkdir()
        for i in range(3):
            make_object(box / str(i) / "x.dcm", i)
        (sent / "x.dcm").write_text("mine")
        r = send(receiver.port, box, options=("--move-to", sent))
        claim("where names are taken, .1 .2 .3 are put behind them", r.returncode == 0
              and sorted(p.name for p in sent.iterdir()) == ["x.dcm", "x.dcm.1", "x.dcm.2", "x.dcm.3"]
              and (sent / "x.dcm").read_text() == "mine", r.out)
        sent.chmod(0o500)
        make_object(box / "y.dcm", 9)
        if os.geteuid() == 0:
            sent.chmod(0o700)
            skip("a folder that cannot be written", "root can write everywhere")
        else:
            r = send(receiver.port, box, options=("--move-to", sent))
            sent.chmod(0o700)
            claim("a file that cannot be moved: told, left, exit code 8", r.returncode == 8 and (box / "y.dcm").exists(), r.out)
        shm = pathlib.Path("/dev/shm")
        if not shm.is_dir() or shm.stat().st_dev == box.stat().st_dev:
            skip("moving to another file system", "/dev/shm is none")
            return
        far = shm / f"dcmsec-{os.getpid()}"
        far.mkdir()
        try:
            content = (box / "y.dcm").read_bytes()
            (far / "y.dcm").write_text("mine")
            r = send(receiver.port, box, options=("--move-to", far))
            claim("to another file system it is copied, and nothing overwritten", r.returncode == 0
                  and (far / "y.dcm.1").read_bytes() == content and (far / "y.dcm").read_text() == "mine"
                  and not (box / "y.dcm").exists() and len(list(far.iterdir())) == 2, r.out)
        finally:
            shutil.rmtree(far)


def changed():
    """A file that is replaced while its object waits for the answer is not deleted."""
    box = T / "changed-box"
    make_object(box / "x.dcm", 1)

    def act(archive, wire, connection, k):
        if k:
            make_object(T / "replacement.dcm", 2, size=4000)
            os.rename(T / "replacement.dcm", box / "x.dcm")
        return 0
    with Archive(act) as peer:
        r = send(peer.port, box, options=("--delete",))
        claim("a file that was replaced on the way is not deleted, which is told: exit code 8", r.returncode == 8
              and instances(box) == {instance(2)} and "not the file any more" in r.stderr, r.out)


def options():
    box = T / "options-box"
    make_object(box / "x.dcm", 1)
    inside = box / "sent"
    inside.mkdir()
    for what, words, message in (
            ("--delete with --move-to", ("--delete", "--move-to", T, "127.0.0.1:1", box), "exclude each other"),
            ("--move-to a folder that is not there", ("--move-to", T / "no", "127.0.0.1:1", box), "wants a folder"),
            ("--move-to a file", ("--move-to", box / "x.dcm", "127.0.0.1:1", box), "wants a folder"),
            ("--move-to below the watched folder", ("--watch", box, "--move-to", inside, "127.0.0.1:1"), "watched"),
            ("--move-failed in the watched folder", ("--watch", box, "--move-failed", box, "127.0.0.1:1"), "watched"),
            ("--watch with a path", ("--watch", box, "127.0.0.1:1", box), "nothing else"),
            ("--jobs 0", ("--jobs", "0", "127.0.0.1:1", box), "--jobs"),
            ("--jobs 65", ("--jobs", "65", "127.0.0.1:1", box), "--jobs"),
            ("--window 257", ("--window", "257", "127.0.0.1:1", box), "--window"),
            ("--retry -1", ("--retry", "-1", "127.0.0.1:1", box), "--retry")):
        r = run(DCMSEC, "send", "--plain", *words)
        claim(f"{what}: a usage error", r.returncode == 2 and message in r.stderr, r.out)
    r = run(DCMSEC, "send", "--plain", "--watch", T / "nowhere", "127.0.0.1:1")
    claim("--watch a folder that is not there: exit code 3", r.returncode == 3 and "no folder" in r.stderr, r.out)


appearing(PLAIN, PLAIN, "plain")
ca = Authority(T / "ca")
appearing(secure(ca.node("ct1"), ca), secure(ca.node("pacs"), ca), "TLS")
writing()
away()
rejected_for_good()
idle()
finishing()
journalled()
statuses()
names()
changed()
options()
