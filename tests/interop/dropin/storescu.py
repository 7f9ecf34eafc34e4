#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""storescu, DCMTK's and ours, with the same words against DCMTK's storescp: exit code, presentation contexts
proposed and accepted, objects and their data sets there, names of files here."""
import concurrent.futures
import re

from dropin import Peer, both, contexts, data_sets, differences, inputs, stored
from harness import T, claim, need, run

TWO = "ct.dcm mr.dcm"
# what of the options is shown: its words, the files, the peer's options, and what is not compared because ours
# is better there (and then is named in the list of options)
ROWS = [
    *((f"-x{x} -R", TWO, "+xa" if x in "sytuvwxrd" else "", "") for x in "=ebisyxvwturd"),
    *((f"-x{x} -R", TWO, "", "") for x in "mhnl23o45"),
    ("-R", "be.dcm ct.dcm", "+xb", ""), ("-xi -R", "be.dcm ct.dcm", "", ""), ("-xb -R", "mr.dcm", "+xb", ""),
    ("-xd -R", "mr.dcm be.dcm", "+xd", ""), ("-xd -R", "ct.dcm", "", ""),
    ("-R +C", TWO, "", ""), ("-R -xs +C", TWO, "", ""), ("-R +C -xb", TWO, "+xb", ""),
    ("-xx -R", "jpeg.dcm", "+xx", ""), ("-xr -R", "rle.dcm", "+xr", ""),
    ("-R +f", "ct.dcm bare", "", ""), ("-R +fo", "ct.dcm", "", ""), ("-R -f", "bare", "", ""),
    ("-R -f", "ct.dcm", "", ""), ("-R +sd", "deep", "", ""), ("-R +sd -r", "deep", "", ""), ("-R +sd +r", "deep", "", ""),
    ("-R +sd +sp *.dcm", "deep ct.dcm", "", ""), ("-R +sd +r +sp ?.dcm", "deep", "", ""), ("-R", "deep", "", ""),
    ("-R", "ct.dcm deep", "", ""), ("-R", "ct.dcm nowhere", "", ""), ("-R -nh", "ct.dcm nowhere", "", ""),
    ("-R -nh", "words ct.dcm", "", ""), ("-R -nh +rn", "ct.dcm mr.dcm", "", "contexts"),
    ("+rn -R", "ct.dcm", "", ""), ("-rn -R", "ct.dcm", "", ""), ("-R --repeat 3", TWO, "", ""),
    ("-R --abort", TWO, "", ""), ("-R --max-send-pdu 4096", TWO, "", ""), ("-R -pdu 4096", TWO, "", ""),
    ("-R -aet ME -aec YOU", TWO, "", ""), ("-R -usr me -pwd secret", "ct.dcm", "", ""),
    ("-R -usr me -epw", "ct.dcm", "", ""), ("-R -usr me", "ct.dcm", "", ""),
    ("-R -usr me -pwd x -rsp", "ct.dcm", "", ""), ("-R -kt words", "ct.dcm", "", ""),
    ("-R --saml words", "ct.dcm", "", ""), ("-R --jwt words", "ct.dcm", "", ""),
    ("-R -to 30 -ta 30 -td 30 -ts 30", "ct.dcm", "", ""), ("-R -up +u", "ct.dcm", "", ""),
    ("-R -v", "ct.dcm", "", ""), ("-R -d", "ct.dcm", "", ""), ("-R -q", "ct.dcm nowhere", "", ""),
    ("-R -ll fatal", "ct.dcm", "", ""), ("-R -ll warn -v -q", "ct.dcm", "", ""),
    ("-R", "ct.dcm", "--refuse", ""), ("-R -nh", "ct.dcm", "--refuse", ""), ("-R", "ct.dcm", "--abort-after", "code"),
    ("-R", "ct.dcm mr.dcm", "--ignore", ""),
    ("+sp x", "ct.dcm", "", ""), ("+r", "ct.dcm", "", ""), ("-pwd x", "ct.dcm", "", ""), ("-rsp", "ct.dcm", "", ""),
    ("-usr a -pwd b -epw", "ct.dcm", "", ""), ("--repeat 0", "ct.dcm", "", ""), ("--max-pdu 1", "ct.dcm", "", ""),
    ("-to x", "ct.dcm", "", ""), ("-xz", "ct.dcm", "", ""), ("+py", "ct.dcm", "", ""), ("-R", "", "", ""),
]


def shown():
    return [("storescu", row[0]) for row in ROWS]


def identity(log):
    part = log[log.rfind("Requested User Identity"):]
    return re.findall(r"(Authentication mode.*|Username.*|Password.*|length: \d+|Positive Response requested.*)",
                      part[:600])


def titles(log):
    return re.findall(r"(?:Calling|Called) Application Name: +(\S+)|Max (?:Send|Receive) PD\w+ Size: +4096", log)


def once(name, program, words, files, peer_options):
    here = inputs(T / f"in-{name}")
    with Peer(["storescp"], "-d", *peer_options.split(), name=f"there-{name}") as peer:
        options = [str(here / w) if w == "words" else w for w in words.split()]
        r = run(*program, *options, "localhost", peer.number, *(here / f for f in files.split()), timeout=60)
    log = peer.text()
    return {"code": r.returncode, "said": r.out, "objects": log.count("Received Store Request"),
            "contexts": (contexts(log, "RQ"), contexts(log, "AC")), "identity": identity(log), "titles": titles(log),
            "sets": data_sets(stored(peer.out)), "names": sorted(stored(here)),
            "quiet": ("-q" in words or "fatal" in words) and bool(re.search("^[EW]:", r.out, re.M))}


def main():
    if not need("storescu", "storescu and ours side by side"):
        return
    with concurrent.futures.ThreadPoolExecutor(4) as pool:  # most of the time is waiting
        seen = [pool.submit(once, f"{i}-{kind}", program, *row[:3]) for i, row in enumerate(ROWS) for kind, program in both("storescu")]
    for i, (words, files, peer, but) in enumerate(ROWS):
        theirs, ours = (f.result() for f in seen[2 * i:2 * i + 2])
        wrong = []
        for what in ("code", "objects", "contexts", "identity", "titles", "names", "quiet"):
            if what not in but and theirs[what] != ours[what]:
                wrong.append(f"{what}: {theirs[what]} with DCMTK, {ours[what]} with us: {ours['said'][-300:]}")
        wrong += differences(theirs["sets"], ours["sets"])
        text = f"storescu {words} {files}" + (f" to storescp {peer}" if peer else "")
        claim(f"{text}: the same as with DCMTK's", not wrong, "\n".join(wrong))


if __name__ == "__main__":
    main()
