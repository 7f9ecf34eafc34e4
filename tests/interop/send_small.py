#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""dcmsec send --small under a memory limit (RLIMIT_DATA: private writable memory, so the heap and every buffer, and
the program's own variables besides): heap and buffers fit in 300 KB over TLS."""
import os
import pathlib
import resource
import struct
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import harness  # noqa: E402
from harness import claim, skip  # noqa: E402
from transfer import Load, Pair, Wrong, make_keys  # noqa: E402

KB, ROOM, PAGE = 1024, 300, 4096
WHAT = f"--small: heap and buffers of a sender over TLS fit in {ROOM} KB"


def variables(path):
    """Bytes of the writable segments of an ELF program, in whole pages."""
    data = pathlib.Path(path).read_bytes()
    at, = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    total = 0
    for i in range(count):
        kind, flags, _, start, _, _, length = struct.unpack_from("<IIQQQQQ", data, at + i * size)
        if kind == 1 and flags & 2:
            total += (start + length + PAGE - 1) // PAGE * PAGE - start // PAGE * PAGE
    return total


def main():
    dcmsec = os.path.abspath(harness.DCMSEC)
    if any(word in os.environ.get("O", "") for word in ("san", "coverage", "aarch64")):
        skip(WHAT, "this build is not the one that is measured")
        return
    work = pathlib.Path(tempfile.mkdtemp(dir=os.environ.get("T")))
    load = Load("some", work / "some", 3, 512)
    pair = Pair("small", "dcmsec", "dcmsec", 1, make_keys(work / "keys", "rsa2048"), dcmsec, send=("--small",))
    out, port = work / "out", harness.free_port()
    out.mkdir()
    receiver = pair.receive(out, port)
    limit = variables(dcmsec) + ROOM * KB
    r = harness.run(*pair.command_send(load.folder, port),
                    preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (limit, limit)))
    receiver.end()
    try:
        load.check(out)
        why = r.out
    except Wrong as wrong:
        why = f"{wrong}; {r.out}"
    claim(WHAT, r.returncode == 0 and why == r.out, why)


main()
