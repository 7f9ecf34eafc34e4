# SPDX-License-Identifier: MIT
"""Associations as real senders make them, recorded here and now, and said again with changes: plain, inside TLS,
and with the bytes of TLS changed. The receiver stays up, its memory stays flat, a good peer is served in between, what
stands under a final name is whole, and no line of its log is broken or forged.

MUTATIONS: how many, 2000 by default. The n-th is the same each time, but for the randomness of TLS."""
import json
import os
import pathlib
import re
import shutil
import socket
import threading
import time

from harness import T, Authority, claim, free_port, run, samples
from peers import PLAIN, Receiver, secure, send

MUTATIONS = int(os.environ.get("MUTATIONS", "2000"))
BATCHES = 10 if MUTATIONS <= 10000 else 40
TOOL = pathlib.Path(os.environ["O"]) / "tests/tools/mutate"
GROWTH = 512  # KB that the receiver may have more at the end than after the first tenth
SMALL = 40000  # bytes of a sample that is worth repeating


def pass_on(source, sink, keep):
    try:
        while data := source.recv(65536):
            keep.append(data)
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def recorded(port, *commands):
    """What each command says to the receiver on the port, through a pipe that keeps it."""
    for i, command in enumerate(commands):
        kept, answers = [], []
        with socket.create_server(("127.0.0.1", 0)) as listener:
            def between():
                here, _ = listener.accept()
                there = socket.create_connection(("127.0.0.1", port))
                back = threading.Thread(target=pass_on, args=(there, here, answers))
                back.start()
                pass_on(here, there, kept)
                back.join()
                here.close()
                there.close()
            thread = threading.Thread(target=between)
            thread.start()
            r = run(*(str(c).replace("PORT", str(listener.getsockname()[1])) for c in command))
            thread.join()
        if r.returncode == 0:
            path = T / f"recording-{i}"
            path.write_bytes(b"".join(kept))
            yield path
        else:
            print(f"# {command}: {r.out}")


def small_samples():
    return [p for p in samples() if p.stat().st_size < SMALL]


def recordings():
    with Receiver(T / "recorded", "--no-sync") as receiver:
        files = small_samples()
        ours = [os.environ.get("DCMSEC", "./dcmsec"), "send", "--plain", "127.0.0.1:PORT"]
        commands = [ours + [f for f in files if "CT_small" in f.name or "MR_small" in f.name], ours + files[:12],
                    ours + [f for f in files if f.name == "rtplan.dcm" or "deflate" in f.name],
                    [ours[0], "echo", "--plain", "127.0.0.1:PORT"]]
        if shutil.which("storescu"):
            commands += [["storescu", "127.0.0.1", "PORT", *[f for f in files if "CT_small" in f.name]],
                         ["echoscu", "127.0.0.1", "PORT"]]
        return list(recorded(receiver.port, *commands))


def resident(receiver):
    with open(f"/proc/{receiver.process.pid}/status", encoding="ascii") as f:
        return next(int(line.split()[1]) for line in f if line.startswith("VmRSS:"))


def judge_log(name, receiver, count):
    """Each line whole, nothing but printable characters in it, and none that a peer wrote; each of the count
    associations has its end there, or is among those complaints that came too fast and were counted instead."""
    bad, forged, ends, left_out = [], 0, 0, 0
    with open(receiver.log, "rb") as f:
        for line in f:
            text = line.rstrip(b"\n")
            try:
                if text.startswith(b"{"):
                    told = json.loads(text)
                    forged += told["event"] == "forged"
                    ends += told["event"] in ("end", "rejected")
                    left_out += told.get("count", 0) if told["event"] == "left_out" else 0
                elif not text.startswith(b"dcmsec"):
                    raise ValueError("neither event nor message")
                if re.search(rb"[\x00-\x1f\x7f]", text):
                    raise ValueError("control characters")
            except (ValueError, KeyError) as e:
                bad.append(f"{e}: {text[:300]!r}")
    claim(f"{name}: each line of the log is whole and printable, and none is forged", not bad and not forged,
          "\n".join(bad[:20]))
    claim(f"{name}: each association has its end in the log, or is counted there as left out",
          ends and ends + left_out >= count, f"{ends} ends, {left_out} left out of {count}")


def judge_files(name, receiver):
    """What is there was acknowledged, and DCMTK reads it to its end."""
    stored = {e["file"] for e in receiver.events("object") if e["status"] == "0000"}
    there = receiver.files()
    claim(f"{name}: each of the {len(there)} files there was acknowledged", set(there) <= stored,
          sorted(set(there) - stored)[:20])
    cut = []
    for file in there[:300]:
        r = run("dcmdump", "-q", receiver.out / file)
        if re.search("(?i)premature|unexpected end|end of file|end of stream", r.out):
            cut.append(f"{file}: {r.out[-300:]}")
    claim(f"{name}: and is whole", not cut, "\n".join(cut))


def hostile(name, way, link, node, authority, count, said):
    with Receiver(T / way, "--no-sync", "--max-failures", "0", "--duplicates", "replace", link=link) as receiver:
        began, memory, unserved, trouble = time.monotonic(), [], [], []
        first = {"plain": 0, "inside": 1000000, "raw": 2000000}[way]
        for batch in range(BATCHES):
            r = run(TOOL, receiver.port, first + batch * (count // BATCHES), count // BATCHES, way, *node, authority.path, *said,
                    timeout=3600)
            if r.returncode != 0:
                trouble.append(r.out)
            good = send(receiver.port, samples()[batch % 3], link=link)
            if good.returncode != 0:
                unserved.append(good.out)
            if receiver.process.poll() is not None:
                break
            memory.append(resident(receiver))
        claim(f"{name}: {count} changed associations, and the receiver closed each", not trouble, "\n".join(trouble[-3:]))
        claim(f"{name}: a good peer is served after each {count // BATCHES}", not unserved, "\n".join(unserved[:3]))
        if claim(f"{name}: the receiver stays up", len(memory) == BATCHES, receiver.text()[-2000:]):
            told = f"{memory[0]} KB at the start, {memory[BATCHES // 2]} in the middle, {memory[-1]} at the end"
            print(f"# {name}: {told}; {time.monotonic() - began:.0f} s")
            if "san" not in os.environ["O"]:  # the sanitizers keep what was given back
                claim(f"{name}: its memory stays flat: {GROWTH} KB more at most", memory[-1] - memory[0] <= GROWTH, told)
        claim(f"{name}: and it ends with 0", receiver.stop() == 0, receiver.text()[-2000:])
        judge_log(name, receiver, count // BATCHES * BATCHES)
        judge_files(name, receiver)


said = recordings()
claim("associations of real senders are recorded", len(said) >= 4, said)
authority = Authority(T / "ca")
node = authority.node("node")
hostile("plain", "plain", PLAIN, node, authority, MUTATIONS // 2, said)
hostile("inside TLS", "inside", secure(node, authority), node, authority, MUTATIONS // 4, said)
hostile("TLS itself", "raw", secure(node, authority), node, authority, MUTATIONS // 4, said)
