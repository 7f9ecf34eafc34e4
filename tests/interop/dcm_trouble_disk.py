# SPDX-License-Identifier: MIT
"""A receiver whose disk is full, has no inodes left, is read-only or gone: answered with A700, no partial file,
nothing acknowledged is lost, and it goes on when there is room again."""
import contextlib
import os
import shutil

from harness import DCMSEC, T, WAIT, claim, run, skip
from peers import Receiver
from rawpeer import COMMAND, CT, IMPLICIT_LE, LAST, Requestor, element, object_bytes, p_data, store_rq

CONTEXTS = [(CT, [IMPLICIT_LE])]


def big(instance, size):
    return object_bytes(instance=instance, more=element(0x7fe00010, bytes(size)))


@contextlib.contextmanager
def mounted(name, options, what):
    """A small file system of its own; None, with a loud skip, where that is not allowed."""
    folder = T / name
    folder.mkdir()
    r = run("mount", "-t", "tmpfs", "-o", options, "none", folder) if os.getuid() == 0 else None
    if r is None or r.returncode != 0:
        skip(what, "no right to mount a small file system" + (": " + r.stderr.strip() if r else ""))
        yield None
        return
    try:
        yield folder
    finally:
        run("umount", "-l", folder)


def stores(q, data, instance, number=1):
    """In PDUs that the peer takes."""
    q.put(p_data(1, COMMAND | LAST, store_rq(CT, instance, number)))
    pieces = [data[i:i + 60000] for i in range(0, len(data), 60000)]
    for piece in pieces[:-1]:
        q.put(p_data(1, 0, piece))
    q.put(p_data(1, LAST, pieces[-1]))
    return q.status()


def full():
    with mounted("full", "size=1m", "a full disk") as folder:
        if not folder:
            return
        with Receiver(folder) as receiver:
            q = Requestor(receiver.port, CONTEXTS)
            claim("a disk of 1 MB takes 0.6 MB", stores(q, big("1.2.1", 600000), "1.2.1") == "0000")
            claim("a full disk: A700", stores(q, big("1.2.2", 600000), "1.2.2") == "A700")
            claim("a full disk: the message says so", receiver.wait_for("refused 1.2.2 .* with A700: .*No space left"),
                  receiver.text()[-500:])
            claim("a full disk: no partial file, the first object is there", receiver.files() == ["1.2.1.dcm"],
                  receiver.files())
            claim("the same association goes on: a small object fits", stores(q, big("1.2.3", 1000), "1.2.3") == "0000")
            (folder / "1.2.1.dcm").unlink()
            claim("when there is room again the refused one is taken", stores(q, big("1.2.2", 600000), "1.2.2") == "0000")
            q.release()
            q.close()
            claim("what is there is what was acknowledged", receiver.files() == ["1.2.2.dcm", "1.2.3.dcm"], receiver.files())


def no_inodes():
    with mounted("inodes", "size=1m,nr_inodes=3", "a disk without inodes") as folder:
        if not folder:
            return
        with Receiver(folder) as receiver:
            q = Requestor(receiver.port, CONTEXTS)
            got = [stores(q, object_bytes(instance=f"1.2.{i}"), f"1.2.{i}") for i in range(4)]
            kept = receiver.files()
            claim("no inodes left: A700, and what was acknowledged is there", got[-1] == "A700" and "0000" in got
                  and kept == [f"1.2.{i}.dcm" for i, s in enumerate(got) if s == "0000"], f"{got} {kept}")
            for path in folder.iterdir():
                path.unlink()
            claim("with inodes again: stored", stores(q, object_bytes(instance="1.2.9"), "1.2.9") == "0000")
            q.close()


def read_only():
    with mounted("readonly", "size=1m", "a disk that becomes read-only") as folder:
        if not folder:
            return
        with Receiver(folder) as receiver:
            q = Requestor(receiver.port, CONTEXTS)
            claim("a disk before it becomes read-only: stored", stores(q, object_bytes(), "1.2.3") == "0000")
            run("mount", "-o", "remount,ro", folder)
            claim("a read-only disk: A700", stores(q, object_bytes(instance="1.2.4"), "1.2.4") == "A700")
            run("mount", "-o", "remount,rw", folder)
            claim("writable again: stored", stores(q, object_bytes(instance="1.2.4"), "1.2.4") == "0000")
            q.close()
            claim("both are there", receiver.files() == ["1.2.3.dcm", "1.2.4.dcm"], receiver.files())
        run("mount", "-o", "remount,ro", folder)
        r = run(DCMSEC, "receive", "--plain", "--port", "0", "--bind", "127.0.0.1", "--out", folder)
        claim("a receiver does not start on a read-only disk: said so, exit code 8",
              r.returncode == 8 and "Read-only" in r.stderr, f"{r.returncode} {r.stderr}")


def removed():
    folder = T / "removed"
    with Receiver(folder) as receiver:
        q = Requestor(receiver.port, CONTEXTS)
        shutil.rmtree(folder)
        claim("the output folder is removed: A700", stores(q, object_bytes(), "1.2.3") == "A700")
        claim("and the message says so", receiver.wait_for("A700: cannot create a file in .*No such file"),
              receiver.text()[-400:])
        claim("and the receiver goes on: it answers the next", stores(q, object_bytes(), "1.2.3") == "A700")
        q.close()
        claim("and ends with 0", receiver.stop() == 0)


def half_way():
    """kill -9 in the middle of an object."""
    with Receiver(T / "killed") as receiver:
        q = Requestor(receiver.port, CONTEXTS)
        claim("before kill -9 one object is acknowledged", stores(q, object_bytes(), "1.2.3") == "0000")
        q.put(p_data(1, COMMAND | LAST, store_rq(CT, "1.2.4")), p_data(1, 0, object_bytes(instance="1.2.4")[:40]))
        while len(receiver.files()) < 2 and receiver.process.poll() is None:
            pass
        receiver.process.kill()
        receiver.process.wait(WAIT)
        named = [f for f in receiver.files() if not f.startswith(".")]
        claim("kill -9 in the middle of an object leaves nothing under a final name", named == ["1.2.3.dcm"],
              receiver.files())


def not_a_folder():
    path = T / "file"
    path.write_text("x")
    for what, out in (("a file", path), ("below a file", path / "in")):
        r = run(DCMSEC, "receive", "--plain", "--port", "0", "--bind", "127.0.0.1", "--out", out)
        claim(f"an output folder that is {what}: said so, exit code 8", r.returncode == 8 and "Not a directory" in r.stderr,
              f"{r.returncode} {r.stderr}")
    with Receiver(T / "deep" / "er" / "in") as receiver:
        q = Requestor(receiver.port, CONTEXTS)
        claim("an output folder that is not there yet is made", stores(q, object_bytes(), "1.2.3") == "0000")
        q.close()
    with Receiver(T / "links", "--name", "{StudyInstanceUID}/{SOPInstanceUID}.dcm") as receiver:
        (T / "outside").mkdir()
        (receiver.out / "1.2.840.99").symlink_to(T / "outside")
        q = Requestor(receiver.port, CONTEXTS)
        q_data = object_bytes(more=element(0x0020000d, b"1.2.840.99"))
        claim("a link in the folder that leads out of it is not followed: A700, nothing outside",
              stores(q, q_data, "1.2.3") == "A700" and not list((T / "outside").iterdir()))
        q.close()


def as_nobody():
    what = "an output folder that belongs to somebody else: said so, exit code 8"
    if os.getuid() != 0 or not shutil.which("setpriv"):
        return skip(what, "needs root and setpriv, to become somebody else")
    folder = T / "theirs"
    folder.mkdir(mode=0o755)
    binary = T / "dcmsec"
    shutil.copy(DCMSEC, binary)
    for path in (T, binary):
        path.chmod(0o755)
    r = run("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", binary, "receive", "--plain", "--port", "0",
            "--bind", "127.0.0.1", "--out", folder)
    claim(what, r.returncode == 8 and "Permission denied" in r.stderr, f"{r.returncode} {r.stderr}")


full()
no_inodes()
read_only()
removed()
half_way()
not_a_folder()
as_nobody()
