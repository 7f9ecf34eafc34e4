#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Instructions that a whole sender and a whole receiver take for 20 objects of 0.5 MB over TLS 1.3 with RSA keys,
counted by callgrind: they do not depend on what else the machine does, and hardly on chance (how often a socket
was full). Valgrind passes the processor's AES and carry-less multiplication on; where there is neither, the count
is another one and says nothing. tests/cli/instructions.txt keeps the last counts: `instructions.py --keep` writes
them, and growth by more than 5 % is told as a claim that was skipped."""
import os
import pathlib
import platform
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import harness  # noqa: E402
import linkbench  # noqa: E402
from transfer import Load, Pair, Wrong, make_keys  # noqa: E402

MOST = 60_000_000
GROWTH = 1.05
KEPT = pathlib.Path(__file__).with_suffix(".txt")
WHAT = "20 objects of 0.5 MB over TLS"


def hindered():
    """Why the count would mean nothing here; or None."""
    if any(word in os.environ.get("O", "") for word in ("san", "coverage", "debug", "aarch64")):
        return "this build is not the one that is counted"
    if platform.machine() != "x86_64":
        return "counted on x86_64 only"
    if not shutil.which("valgrind"):
        return "valgrind is not installed"
    flags = pathlib.Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").split()
    if not {"aes", "pclmulqdq", "ssse3"} <= set(flags):
        return "this processor has no instructions for AES and GHASH"
    return None


def kept():
    if not KEPT.exists():
        return {}
    return {side: int(count) for side, count in (line.split() for line in KEPT.read_text().splitlines())}


def count():
    work = pathlib.Path(tempfile.mkdtemp(dir=os.environ.get("T")))
    keys = make_keys(work / "keys", "rsa2048")
    pair = Pair("callgrind", "dcmsec", "dcmsec", 1, keys, os.path.abspath(harness.DCMSEC))
    try:
        return linkbench.instructions(pair, Load("twenty", work / "twenty", 20, 512), work)
    finally:
        shutil.rmtree(work)


def main():
    why = hindered()
    if why:
        harness.skip(f"{WHAT} take fewer than {MOST // 1000000} million instructions on either side", why)
        return
    try:
        counts = count()
    except Wrong as wrong:
        harness.claim(f"{WHAT} arrive under callgrind", False, wrong)
        return
    if "--keep" in sys.argv:
        KEPT.write_text("".join(f"{side} {n}\n" for side, n in counts.items()))
    for side, n in counts.items():
        before = kept().get(side, n)
        harness.claim(f"{WHAT} take fewer than {MOST // 1000000} million instructions as {side}", n < MOST, n)
        if n > GROWTH * before:
            harness.skip(f"{side}: no more instructions than before", f"they grew from {before} to {n}")


main()
