#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""storescp, DCMTK's and ours, with the same words, for the same objects from DCMTK's storescu: the sender's exit
codes, presentation contexts accepted, names of files and folders, data sets, what commands were given."""
import concurrent.futures
import pathlib
import re
import socket
import struct
import time

import pydicom

from dropin import Peer, both, contexts, data_sets, differences, inputs, make, stored
from harness import DCMSEC, T, WAIT, claim, need, run, until

CHOICES = "=ebsyxvwtumhnl23o45rdia"
EXEC = 'echo "#p|#f|#a|#c|#r" >>{}'
TWICE = ("ct.dcm mr.dcm", "ct.dcm")
# options of storescp, associations of storescu (files each), options of storescu, what is not compared
ROWS = [
    ("", TWICE, "", ""), ("-uf", TWICE, "", ""), ("+uf", TWICE, "", ""), ("-tn", TWICE, "", ""),
    ("-tn -fe .dcm", TWICE, "", ""), ("-fe .dcm", TWICE, "", ""), ("+uf -fe x", ("ct.dcm",), "", ""),
    ("-ss ST", TWICE, "", ""), ("-ss ", ("ct.dcm",), "", ""), ("-su ST", TWICE, "", ""), ("-su ", TWICE, "", ""),
    ("-sp", ("ct.dcm mr.dcm", "other.dcm"), "", ""), ("-su A -ss B", ("ct.dcm",), "", ""),
    ("-ss A -su B -fe .x", ("ct.dcm other.dcm",), "", ""),
    ("+B", TWICE, "", ""), ("-B", TWICE, "", ""), ("+F", ("ct.dcm",), "", ""), ("-F", TWICE, "", ""),
    ("-F +B", ("ct.dcm",), "", ""), ("+t= +u +g= +e -p -uc", TWICE, "", ""),
    *((w, ("ct.dcm mr.dcm be.dcm",), f"-R -x{x}", "") for w in ("+te", "+tb", "+ti", "+td", "-e", "-g", "+te -e", "+ti -F")
      for x in "ebi"),
    ("-e +xa", ("jpeg.dcm",), "-R -xx", ""),
    *((w, ("un.dcm ct.dcm",), f"-R -x{x}", "") for x in "eb" for w in (
        "-u", "+uc", "-u +uc", "+te +uc", "+ti -u", "+td +uc -u", "+tb -uc +u", "+tb +uc -u", "+B +uc")),
    ("+td +cl 0", ("ct.dcm un.dcm",), "", ""), ("+td +cl 9", ("ct.dcm un.dcm",), "", ""), ("+cl 1", ("ct.dcm",), "-R -xd", ""),
    ("--refuse", ("ct.dcm",), "", ""), ("--reject", ("ct.dcm",), "", ""), ("--ignore", TWICE, "", ""),
    ("--abort-after", ("ct.dcm",), "", ""), ("--abort-during", ("ct.dcm",), "", ""),
    ("--sleep-after 1", ("ct.dcm",), "", ""), ("--sleep-during 1", ("ct.dcm",), "", ""),
    ("-aet ME", ("ct.dcm",), "-aec YOU", ""), ("-pdu 4096", ("ct.dcm",), "", ""), ("-pm", ("ct.dcm",), "", ""),
    ("-up -dhl -ac", ("ct.dcm",), "", ""), ("-ta 30 -td 30 -ts 30", ("ct.dcm",), "", ""),
    *((w, ("ct.dcm",), "", "") for w in ("-q", "-v", "-d", "-v +v", "-ll info", "-lc LOG", "--arguments")),
    ("--fork", TWICE, "", ""), ("--single-process", TWICE, "", ""),
    ("-xcr EXEC", TWICE, "", ""), ("-xcr EXEC -xs -ss ST", ("ct.dcm other.dcm",), "", ""),
    ("-xcs EXEC -su ST", ("ct.dcm", "other.dcm"), "", ""), ("-xcs EXEC -su ST -tos 1", ("ct.dcm",), "", ""),
    ("-rns -su ST", ("ct.dcm mr.dcm", "other.dcm"), "", ""), ("-rns -ss ST -tos 1 -fe .z", ("ct.dcm mr.dcm",), "", ""),
    *((f"+x{x}", ("ct.dcm",), f"-R -x{y}", "sets" if x in "mhnl23o45a" else "")
      for x in CHOICES for y in (x if x not in "ai" else "=",)),
    ("", ("jpeg.dcm",), "-R -xx", ""), ("+xx", ("jpeg.dcm",), "-R -xx", ""), ("+xa", ("jpeg.dcm",), "-R -xx", ""),
    ("+xr", ("rle.dcm",), "-R -xr", ""),
]
# command lines that are wrong, or not: they end before anything is received
WRONG = ["-tos 3", "+cl 5 +te", "+cl 10", "+cl -1", "+cl x", "+B -u", "-id --fork", "+B +te", "+te +xa", "+td +xr", "+B -e", "+B -g", "-F +p 2 2", "-xcs x", "-rns", "+B -ss X", "-od /nonexistent/dir", "-pdu 1", "-zz", "+cf x", "-ll warn -v",
         "-ts x", "-ll loud"]


def shown():
    return [("storescp", row[0] + " -od") for row in ROWS]


def unknown(path):
    """An object with values in VR UN that the dictionary knows (a text, a number, a sequence) and that it does not, and
    with VRs that DCMTK calls new."""
    d = pydicom.dcmread(make(path, instance="1.2.3.4.20"))
    item = struct.pack("<HHI", 8, 0x1155, 8) + b"1.2.3.4\0"
    item = struct.pack("<HHI", 0xfffe, 0xe000, len(item)) + item
    for tag, vr, value in ((0x00081140, "UN", item), (0x00090010, "LO", "ACME"), (0x00091001, "UN", b"abcd"),
                           (0x00180050, "UN", b"1.5 "), (0x00189073, "UN", struct.pack("<d", 1.25)),
                           (0x00280106, "UN", b"\1\2"), (0x0040a160, "UT", "text"), (0x0040e010, "UR", "http://x"),
                           (0x00660016, "OF", struct.pack("<f", 1.5)), (0x00660022, "OD", struct.pack("<d", 1.5)),
                           (0x00660040, "OL", struct.pack("<I", 7)), (0x70010010, "LO", "ACME"),
                           (0x70011001, "UC", "abcd"), (0x70011002, "OV", bytes(range(8)))):
        d.add_new(tag, vr, value)
    d.save_as(path, write_like_original=False)


def masked(name):
    name = re.sub(r"\.X\.[\d.]+", ".X.UID.", name)
    return re.sub(r"20\d{6}_?\d{9}", "TIME", name)


def unmask(files):
    """Files by names in which times and new UIDs are gone; those that are then alike get a number."""
    found = {}
    for name, path in files.items():
        short = masked(name)
        while short in found:
            short += "'"
        found[short] = path
    return found


def once(name, program, words, associations, sender):
    here, line = T / "in", T / f"line-{name}"
    # an option that takes an empty value ends in a blank here
    options = [EXEC.format(line) if w == "EXEC" else here / "log.cfg" if w == "LOG" else w for w in words.split(" ") if w or words.endswith(" ")]
    codes, accepted = [], []
    with Peer(program, *options, name=name) as peer:
        for files in associations:
            r = run("storescu", "-d", *sender.split(), "localhost", peer.number, *(here / f for f in files.split()),
                    timeout=60)
            codes.append(r.returncode)
            accepted.append(contexts(r.out, "AC") if "BEGIN A-ASSOCIATE-AC" in r.out else None)
            accepted.append(re.findall("Application Name: +(.*)|Their Max PDU.*: +(4096)", r.out))
            time.sleep(0.1)
            peer.done()
        if "-tos" in words and "-rns" in words:  # a study ends by time: then its files have numbers for names
            until(lambda: all(re.fullmatch(r"[A-Z]+\d{6}", pathlib.Path(n).name) for n in stored(peer.out)))
        # commands run beside the receiver: there is nothing else to wait for
        lines = sum(len(files.split()) for files in associations) if "-xcr" in words else 1 if "-xcs" in words else 0
        until(lambda: (line.read_text().count("\n") if line.exists() else 0) >= lines)
        if "EXEC" in words or "-rns" in words:
            time.sleep(0.4)
    files = unmask(stored(peer.out))
    said = line.read_text().replace("localhost", "127.0.0.1").replace(name, "there") if line.exists() else ""
    bare = "-F" in words.split()
    return {"codes": codes, "contexts": accepted, "line": sorted(masked(said).splitlines()), "text": peer.text(),
            "sets": {n: ("", [("file", None, p.read_bytes().rstrip(b"\0"))]) for n, p in files.items()} if bare
            else data_sets(files)}


def side_by_side():
    unknown(inputs(T / "in") / "un.dcm")
    (T / "in" / "log.cfg").write_text("log4cplus.rootLogger = INFO, A\nlog4cplus.appender.A = log4cplus::ConsoleAppender\n")
    with concurrent.futures.ThreadPoolExecutor(6) as pool:  # most of the time is waiting
        seen = [pool.submit(once, f"{kind}-{i}", program, *row[:3]) for i, row in enumerate(ROWS)
                for kind, program in both("storescp")]
        codes = [(words, pool.submit(run, *program, *words.split(), "1", timeout=60)) for words in WRONG
                 for _, program in both("storescp")]
    for i, (words, associations, sender, but) in enumerate(ROWS):
        theirs, ours = (f.result() for f in seen[2 * i:2 * i + 2])
        wrong = [f"{w}: {theirs[w]} with DCMTK, {ours[w]} with us: {ours['text'][-200:]}"
                 for w in ("codes", "contexts", "line") if w not in but and theirs[w] != ours[w]]
        if "sets" not in but:
            wrong += differences(theirs["sets"], ours["sets"])
        claim(f"storescp {words.replace('EXEC', 'COMMAND')} for storescu {sender} {', '.join(associations)}: the same as "
              "DCMTK's", not wrong, "\n".join(wrong))
    for (words, theirs), (_, ours) in zip(codes[::2], codes[1::2]):
        found = [r.result().returncode for r in (theirs, ours)]
        claim(f"storescp {words}: ends as DCMTK's does", found == [1, 1], found)


def hostile():
    """What a peer may choose reaches no shell."""
    here = inputs(T / "in")
    line, proof = T / "line", T / "proof"
    for quotes in ("#a #c", '"#a" "#c"', "'#a' '#c'"):
        line.unlink(missing_ok=True)
        with Peer([DCMSEC, "storescp"], "-xs", "-sp", "-xcr", f"echo {quotes} #p/#f >>{line}", name="there") as peer:
            evil = (f"$(>{proof})"[:16], f"`>{proof}`"[:16], "';>x;'", '";>x;"', "a|>x", "a\n>x", "-n", "a&&>x", "*", "$HOME")
            for i, title in enumerate(evil):
                path = make(here / f"evil{i}.dcm", instance=f"1.2.9.{i}", name="$(>x);`>x`'\"^" + title.replace("\n", " "))
                run("storescu", "-aet", title, "-aec", title, "localhost", peer.number, path, timeout=60)
        said = line.read_text() if line.exists() else ""
        bad = re.sub(r"[A-Za-z0-9._\-/:@+,%\[\]\n ]", "", said)
        left = [p for p in (proof, pathlib.Path("x"), peer.out / "x", pathlib.Path("x;")) if p.exists()]
        claim(f"-xcr with {quotes}: what a peer chooses is never more than letters, digits and harmless signs",
              len(said.splitlines()) >= 8 and not bad and not left, f"{said!r} {bad!r} {left}")


def silent():
    """-ta, and a peer that connects and says nothing, or half a request, for which DCMTK's waits much longer."""
    for kind, program in both("storescp"):
        for what, begun in (("nothing", b""), ("half a request", bytes([1, 0, 0, 0, 0, 0xc0, 0]))):
            if begun and kind == "dcmtk":
                continue
            with Peer(program, "-ta", "1", name=f"silent-{kind}") as peer:
                with socket.create_connection(("127.0.0.1", peer.number), timeout=WAIT) as s:
                    s.sendall(begun)
                    try:
                        heard = s.recv(100)
                    except OSError as e:
                        heard = e
                said = kind == "dcmtk" or peer.wait_for("no A-ASSOCIATE-RQ came within 1000 ms")
                claim(f"storescp -ta 1, {kind}: a peer that says {what} is closed", heard == b"" and said, f"{heard!r} {peer.text()}")


def main():
    if not need("storescp", "storescp and ours side by side"):
        return
    side_by_side()
    hostile()
    silent()


if __name__ == "__main__":
    main()
