# SPDX-License-Identifier: MIT
"""A receiver whose memory runs out while it serves: what it cannot take is refused, what it holds goes on, what it
acknowledged is there, and it serves as before when there is memory again. (Each single allocation that fails is
tried by faults_each.py.)"""
import resource

from faultrun import SANITIZED, Objects
from faults import found, give
from harness import T, claim, skip
from peers import Receiver
from rawpeer import CT, EXPLICIT_LE, Gone, Requestor

objects = Objects(T / "objects")
out = T / "out"


def store(peer, sent):
    """The status, or None where the association ended instead."""
    try:
        return peer.store(sent[1], instance=sent[0])
    except (Gone, OSError):
        return None


def main():
    with Receiver(out) as receiver:
        pid = receiver.process.pid
        held = [Requestor(receiver.port, [(CT, [EXPLICIT_LE])]) for _ in range(40)]
        before = resource.prlimit(pid, resource.RLIMIT_DATA)
        resource.prlimit(pid, resource.RLIMIT_DATA, (4096, before[1]))
        told = [store(peer, objects.sent[i % 4]) for i, peer in enumerate(held)]
        refused = 0
        more = []
        for _ in range(200):
            try:
                more.append(Requestor(receiver.port, [(CT, [EXPLICIT_LE])]))
            except (Gone, OSError):
                refused += 1
        claim("with no more memory new associations are refused, said in the log", refused
              and receiver.wait_for("no memory for another association"), f"{refused} {len(more)} {receiver.text()[-1000:]}")
        claim("those that stand are answered with 0000 or A700", set(told) <= {"0000", "A700"}, told)
        bodies, _ = found(out)
        claim("what was acknowledged is there and whole, and nothing else", set(bodies) <= objects.bodies and
              {objects.sent[i % 4][1] for i, status in enumerate(told) if status == "0000"} <= set(bodies), len(bodies))
        claim("the receiver lives", receiver.process.poll() is None, receiver.text()[-1000:])
        resource.prlimit(pid, resource.RLIMIT_DATA, before)
        again = [store(peer, objects.sent[i % 4]) for i, peer in enumerate(held)]
        claim("with memory again, the associations that stood through it store all", set(again) == {"0000"}, again)
        claim("... and so do new ones", give(receiver.port, None, objects.sent) == [0] * 4)
        claim("every object is there once", sorted(found(out)[0]) == sorted(objects.bodies), found(out))
        print(f"# {len(held)} associations, {told.count('0000')} stored, {refused} of 200 more refused")
        claim("it ends as told", receiver.stop() == 0, receiver.text()[-500:])


if SANITIZED:
    skip("a receiver without memory", "a sanitizer ends a program that has none")
else:
    main()
