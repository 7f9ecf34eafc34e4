# SPDX-License-Identifier: MIT
"""A receiver with a crowd: 1,000 peers that hold an association over TLS or a connection and say nothing, and 200
that say a byte a second. A regular sender does not notice, memory stays flat, and then the thousand send."""
import os
import pathlib
import re
import resource
import subprocess
import threading
import time

from harness import T, WAIT, Authority, claim, samples, skip
from peers import PLAIN, Receiver, secure, send
from rawpeer import (COMMAND, CT, IMPLICIT_LE, LAST, Requestor, associate_rq, explicit_file, object_bytes, p_data,
                     store_rq)

LOAD = pathlib.Path(os.environ["O"]) / "tests/tools/assoc_load"
SANITIZED = "san" in os.environ.get("O", "")  # those have memory and patience of their own
IDLE, SLOW, SERVED = (200, 50, 60) if SANITIZED else (1000, 200, 5)  # s: it should be 1 where nothing else runs
CONTEXTS = [(CT, [IMPLICIT_LE])]
HELLO = bytes.fromhex("16030102000100 01fc0303") + bytes(500)


def memory(receiver, key="VmRSS"):
    return int(re.search(key + r":\s+(\d+)", open(f"/proc/{receiver.process.pid}/status").read())[1])


def enough_descriptors():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    want = IDLE + SLOW + 100
    if hard != resource.RLIM_INFINITY and hard < 4 * IDLE:
        skip("a crowd of peers", f"needs {4 * IDLE} file descriptors, and {hard} are the hard limit: ulimit -Hn")
        return False
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, want), hard))
    return True


class Dribblers:
    """Each says one byte a second of what it has to say."""

    def __init__(self, peers):
        self.peers, self.said, self.over = peers, 0, threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.over.wait(1):
            for q, text in self.peers:
                try:
                    q.sock.send(text[self.said:self.said + 1])
                except OSError:
                    pass
            self.said += 1

    def stop(self):
        self.over.set()
        self.thread.join()
        for q, _ in self.peers:
            q.close()


def served(receiver, what, link, seconds=SERVED):
    """A regular sender, five times: the slowest of them. All again, twice, where that is too slow: who has to wait for the
    crowd has to each time, and who waits for what else this machine does has not."""
    for _ in range(3):
        slowest = 0
        for _ in range(5):
            start = time.monotonic()
            r = send(receiver.port, samples()[0], link=link)
            slowest = max(slowest, time.monotonic() - start)
            if r.returncode != 0:
                return claim(what, False, r.out)
            time.sleep(0.5)
        print(f"# the slowest of five regular senders took {slowest:.2f} s")
        if slowest < seconds:
            break
    return claim(what, slowest < seconds, f"{slowest:.2f} s")


def half_an_object(port, i):
    q = Requestor(port, CONTEXTS)
    q.put(p_data(1, COMMAND | LAST, store_rq(CT, f"1.2.3.{i}")))
    return q, p_data(1, LAST, object_bytes(instance=f"1.2.3.{i}"))


def plain():
    with Receiver(T / "plain", "--artim", "10m") as r:
        idle = [Requestor(r.port) for _ in range(IDLE // 2)] + [Requestor(r.port, CONTEXTS) for _ in range(IDLE // 2)]
        before = memory(r)
        slow = Dribblers([(Requestor(r.port), associate_rq(CONTEXTS)) for _ in range(SLOW // 2)]
                         + [half_an_object(r.port, i) for i in range(SLOW // 2)])
        served(r, f"beside {IDLE} idle and {SLOW} slow peers a regular sender is served at once", PLAIN)
        after = memory(r)
        print(f"# {before} KB resident with the idle ones, {after} KB with the slow ones too")
        claim("memory stays flat: under 60 KB for each slow one", SANITIZED or after - before < 60 * SLOW,
              f"{before} {after}")
        claim("nobody was cut", not r.events("end") or all(e["reason"] == "released" for e in r.events("end")),
              r.events("end")[:3])
        slow.stop()
        for q in idle:
            q.close()


def files(n, size=10000):
    folder = T / "files"
    folder.mkdir()
    paths = []
    for i in range(n):
        path = folder / f"{i}.dcm"
        path.write_bytes(explicit_file(CT, f"1.2.3.{1000000 + i}", bytes(size)))
        paths.append(path)
    return paths


def over_tls():
    authority = Authority(T / "ca")
    node = authority.node("node")
    link = secure(node, authority)
    with Receiver(T / "tls", "--artim", "10m", link=link) as r:
        load = subprocess.Popen([LOAD, str(r.port), str(IDLE), *node, authority.path, *files(IDLE)], text=True,
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        held = load.stdout.readline()
        claim(f"{IDLE} associations over TLS are held open", held == f"held {IDLE}\n",
              held or load.stderr.read())
        print(f"# {memory(r)} KB resident with {IDLE} associations over TLS")
        slow = Dribblers([(Requestor(r.port), HELLO) for _ in range(SLOW)])
        served(r, f"beside {IDLE} idle associations and {SLOW} slow handshakes a regular sender is served at once", link)
        slow.stop()
        out, err = load.communicate("go\n", timeout=WAIT * 5)
        print(f"# {out.strip()} ms; at most {memory(r, 'VmHWM')} KB resident")
        claim(f"then each of the {IDLE} sends an object: all stored", load.returncode == 0
              and out.startswith(f"stored {IDLE} failed 0"), out + err[-500:])
        claim("at most 40 MB are resident in all", SANITIZED or memory(r, "VmHWM") <= 40 * 1024, memory(r, "VmHWM"))
        claim(f"all {IDLE} are on the disk", len(r.files()) == IDLE + 1, len(r.files()))


if enough_descriptors():
    plain()
    over_tls()
