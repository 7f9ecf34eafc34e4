# SPDX-License-Identifier: MIT
"""A short scenario, and one fault a run: killed at each system call, or a call that fails, in both roles, plain and
with TLS. After each run: what was acknowledged is there and whole, what was not is whole or not there, and started
again and repeated everything is there once. FAULTS=all tries each point with TLS too, else each fifth."""
import copy
import os
import time

from faultrun import SANITIZED, Objects, Secure, Sweep, hindrance
from faults import outbox_with, receive_with, send_with
from harness import T, Authority, claim, skip

ALL = os.environ.get("FAULTS") == "all"
SOME = 1 if ALL else 5
OPEN = ("--no-sandbox", "--no-keeper")  # the sandbox ends a program whose calls are exchanged for others
KILLS = (("change", "kill"), ("all", "kill-before"))
FAILURES = (("disk", "EIO"), ("room", "ENOSPC"), ("room", "EDQUOT"), ("table", "EMFILE"), ("memory", "ENOMEM"),
            ("wait", "EINTR"), ("part", "short"), ("net", "ECONNRESET"))
if SANITIZED:  # its own calls are among all, and without memory it ends
    KILLS, FAILURES = KILLS[:1], tuple(f for f in FAILURES if f[0] not in ("memory", "all"))
objects = Objects(T / "objects")
together = copy.copy(objects)
together.window = 0
total = 0


def sweep(text, scenario, faults, step=1):
    """One claim for all points of some faults."""
    global total
    findings, points, begin = [], [], time.monotonic()
    for kind, action in faults:
        done = Sweep(scenario).over(kind, action, step=step)
        findings += done.findings
        points.append(f"{action} {done.points}")
        total += done.points
        if not done.points:
            findings.append(f"{action}: no such call in the whole scenario")
    print(f"# {text}: {', '.join(points)} points{'' if step == 1 else ', each fifth'}; "
          f"{time.monotonic() - begin:.0f} s")
    claim(text, not findings, "\n".join(findings))


def receiver(link, *options, what=objects):
    return lambda folder, fault: receive_with(what, folder, link, fault, options)


def main():
    secure = Secure(Authority(T / "ca"))
    for name, link, step in (("plain", None, 1), ("TLS", secure, SOME)):
        sweep(f"{name}: a receiver that is killed has what it acknowledged, whole, and no torn file by a final name",
              receiver(link, *OPEN), KILLS, step)
        sweep(f"{name}: a receiver answers a call that fails with A700 or breaks off, stores nothing, and goes on",
              receiver(link, *OPEN), FAILURES, step)
        sweep(f"{name}: send --journal is killed, and repeated until 0 it gave each object and counted each once",
              lambda folder, fault: send_with(objects, folder, link, fault), KILLS, step)
        sweep(f"{name}: send --journal meets a call that fails: 0 only if all was given, and repeated it ends with 0",
              lambda folder, fault: send_with(objects, folder, link, fault), FAILURES, step)
    for name, link, step in (("plain", None, SOME if SANITIZED else 1), ("TLS", secure, SOME)):
        sweep(f"{name}, within a window: killed, a receiver has what it acknowledged, whole, and no torn file",
              receiver(link, *OPEN, what=together), KILLS, step)
        sweep(f"{name}, within a window: a call that fails is A700 for what hangs on it, and nothing is stored then",
              receiver(link, *OPEN, what=together), FAILURES, step)
    sweep("--duplicates replace, within a window: of an acknowledged instance there is one whole file",
          receiver(None, *OPEN, "--duplicates", "replace", what=together), (*KILLS[:1], *FAILURES[:2]))
    sweep("--duplicates replace: killed or failing, of an acknowledged instance there is one whole file",
          receiver(None, *OPEN, "--duplicates", "replace"), (*KILLS[:1], *FAILURES[:2]))
    sweep("in its sandbox, its key kept by another process: killed it has what it acknowledged",
          receiver(secure), KILLS[:1], SOME)
    for how, option in (("delete", "--delete"), ("move", "--move-to")):
        sweep(f"send --watch {option} is killed: what is gone from the outbox was acknowledged",
              lambda folder, fault: outbox_with(objects, folder, None, fault, how), KILLS, SOME)
        sweep(f"send --watch {option} over TLS is killed: what is gone from the outbox was acknowledged",
              lambda folder, fault: outbox_with(objects, folder, secure, fault, how), KILLS[:1], SOME)
    claim(f"{total} points were tried", total > (300 if SANITIZED else 3000 if ALL else 1000))


hindered = hindrance()
if hindered:
    skip("a fault at each system call", hindered)
else:
    main()
