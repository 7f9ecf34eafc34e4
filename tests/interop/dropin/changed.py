#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Objects that go out changed, and certificates judged off line, beside DCMTK's storescu and echoscu: +II +IR
+IS +IP, -u, +cl, +vc, +rc, -lc. The same words against the same receiver; what is invented is compared by how
it is grouped and numbered, all else element by element."""
import re
import shutil

import pydicom

from dropin import EXPLICIT_BE, EXPLICIT_LE, Peer, both, inputs, make, run
from elements import elements
from harness import SAMPLES, T, claim, need

# DCMTK makes a Study ID of the second and of the study's number within its patient. That number begins at 1 again with
# each new patient, so that studies of several patients of one second share their ID: not compared there, but ours
# never do. Series it numbers from 0 in the first study and from the last number down in the next ones; ours begin at 0
# in each. Compared is which objects share a number within their study.
INVENTED = ("SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "PatientID", "PatientName", "StudyID", "SeriesNumber")


def received(tool, *words):
    with Peer(["storescp"], "-v", "+xa", "-B", "+uf", name="changed") as peer:
        r = run(*tool, *words[:-1], "localhost", str(peer.number), *words[-1])
    files = re.findall("storing DICOM file: (.*)", peer.text())  # in their order; times of files may be the same
    return r, [pydicom.dcmread(f, force=True) for f in files]


def shape(objects, compared):
    """For each object: which of the new values it shares with the ones before, numbers, and the rest."""
    seen, rows = {k: [] for k in compared}, []
    for d in objects:
        row = []
        for key in compared:
            value = str(d.get(key, "absent"))
            if key == "SeriesNumber" and value != "absent":
                value += f" of {d.StudyInstanceUID}"
            if value not in seen[key]:
                seen[key].append(value)
            row.append(seen[key].index(value) if value != "absent" else None)
        row.append(str(d.get("InstanceNumber", "absent")))
        for key in INVENTED + ("InstanceNumber",):
            if key in d:
                del d[key]
        rows.append((row, d.file_meta.TransferSyntaxUID, list(elements(d))))
    return rows


INVENTIONS = (("+II", "full full mr"), ("+IR 1", "full full"), ("+IS 1 +IR 1", "full full full"),
              ("+IP 1 +IS 1 +IR 1", "full full full"), ("+IR 2 +IS 2 --repeat 5", "full"),
              ("+IP 9 +IS 1 +IR 1", "full full full full"), ("+IP 9 +IS 2 +IR 1", "full full full full full"),
              ("-xi +II", "full mr"), ("-xx +II", "jpeg12"), ("-xd +II", "full"), ("-u", "full new"), ("-xb -u", "full newbe"),
              ("-xi -u", "new"), ("-xx -u", "jpeg12"), ("-xx -u +II", "jpeg12"), ("-xd -u", "new"))
LEVELS = ("-xd +cl 0", "-xd +cl 1", "-xd +cl 9")
JUDGED = (("+tla +cf ROOT +vc", "leaf"), ("+tla +vc", "leaf"), ("+rc", "root"), ("+rc", "leaf"), ("+rc", "nonexistent"),
          ("+tla +vc", "nonexistent"), ("+rc", "empty"))


def shown():
    return [*(("storescu", words) for words, _ in INVENTIONS), *(("storescu", words) for words in LEVELS),
            *(("echoscu", words) for words, _ in JUDGED)]


def inventions(files):
    full = files / "full.dcm"
    d = pydicom.dcmread(make(full))
    d.StudyID, d.SeriesNumber, d.InstanceNumber, d.AccessionNumber = "S", 7, 9, "A"
    d.save_as(full)
    shutil.copy(SAMPLES / "test_files" / "JPEG-lossy.dcm", files / "jpeg12.dcm")
    for name, syntax in (("new", EXPLICIT_LE), ("newbe", EXPLICIT_BE)):
        d = pydicom.dcmread(make(files / f"{name}.dcm", instance="1.2.3.4.30", syntax=syntax))
        for tag, vr, value in ((0x0040a160, "UT", "text"), (0x00189073, "FD", 1.25), (0x00090010, "LO", "ACME"),
                               (0x00091001, "UN", b"abcd"), (0x0008010e, "UR", "http://x")):
            d.add_new(tag, vr, value)
        d.save_as(files / f"{name}.dcm", write_like_original=False)
    for line, names in INVENTIONS:
        words = [*line.split(), [files / f"{n}.dcm" for n in names.split()]]
        seen = {name: received(tool, *words) for name, tool in both("storescu")}
        compared = [key for key in INVENTED if key != "StudyID" or words[:2] != ["+IP", "1"]]
        ids = {(str(d.StudyInstanceUID), str(d.StudyID)) for d in seen["dcmsec"][1] if "StudyID" in d and "+IP" in words}
        got = {name: shape(objects, compared) for name, (_, objects) in seen.items()}
        claim(f"storescu {line} {names}: new values are shared and numbered as DCMTK's are, all else is the same",
              got["dcmtk"] == got["dcmsec"] and got["dcmtk"]
              and seen["dcmtk"][0].returncode == seen["dcmsec"][0].returncode == 0
              and len(ids) == len({i for _, i in ids}) == len({u for u, _ in ids}), f"{ids} {got}"[:3000])
    uids = [str(d.SOPInstanceUID) for _ in range(2) for d in received(both("storescu")[1][1], "+II", [full] * 3)[1]]
    claim("invented UIDs are valid, below 2.25, and never the same", len(set(uids)) == 6
          and all(pydicom.uid.UID(u).is_valid and u.startswith("2.25.") for u in uids), uids)


def ranges(files):
    for words in (["+IR", "0"], ["+IR", "x"], ["+IS", "-1"], ["+IP", "0"], ["+cl", "5"], ["-xd", "+cl", "10"],
                  ["-xd", "+cl", "-1"], ["-xf", "a", "b", "-R"], ["-xf", "a", "b", "+C"], ["-xf", "a", "b", "-xe"],
                  ["-lc", "/nonexistent"], ["-lc", "/dev/null", "-v"], ["-lc", "/dev/null", "-ll", "info"], ["+IX"],
                  ["--invent-serie", "1"], ["+IR"]):
        codes = {name: run(*tool, *words, "localhost", "1", str(files / "ct.dcm"), timeout=20) for name, tool in both("storescu")}
        claim(f"storescu {' '.join(words)}: refused with exit code 1, in one line, as DCMTK refuses it",
              codes["dcmtk"].returncode == codes["dcmsec"].returncode == 1
              and len(codes["dcmsec"].stderr.strip().splitlines()) == 1, codes)


def levels(files):
    sizes = {}
    for line in LEVELS:
        level = line[-1]
        for name, tool in both("storescu"):
            with Peer(["storescp"], "-q", "+xd", "+B", name="level") as peer:
                r = run(*tool, *line.split(), "localhost", str(peer.number), str(SAMPLES / "test_files" / "CT_small.dcm"))
            sizes[name, level] = [p.stat().st_size for p in peer.out.iterdir()] if r.returncode == 0 else []
    claim("storescu +cl: 0 stores, 9 takes less room than 1, and each about the room that DCMTK takes",
          all(sizes.values()) and sizes["dcmsec", "0"] > sizes["dcmsec", "1"] > sizes["dcmsec", "9"]
          and all(abs(sizes["dcmsec", i][0] - sizes["dcmtk", i][0]) < 600 for i in "019"), sizes)


def certificates():
    store = T / "offline"
    shutil.rmtree(store, ignore_errors=True)
    store.mkdir()
    root, leaf = store / "root.pem", store / "leaf.pem"
    openssl = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "9"]
    run(*openssl, "-keyout", store / "root.key", "-out", root, "-subj", "/CN=root", "-addext", "keyUsage=critical,keyCertSign")
    run(*openssl, "-keyout", store / "leaf.key", "-out", leaf, "-subj", "/CN=leaf", "-CA", root, "-CAkey", store / "root.key",
        "-addext", "basicConstraints=critical,CA:FALSE")
    files = {"root": root, "leaf": leaf, "nonexistent": "/nonexistent", "empty": "/dev/null"}
    for line, which in JUDGED:
        words = [*(root if w == "ROOT" else w for w in line.split()), files[which]]
        r = {name: run(*tool, *words, timeout=20) for name, tool in both("echoscu")}
        claim(f"echoscu {line} {which}: exit code and words as DCMTK's",
              r["dcmtk"].returncode == r["dcmsec"].returncode and r["dcmtk"].stdout.strip().splitlines()[-1:]
              == r["dcmsec"].stdout.strip().splitlines()[-1:], r)


def main():
    if not need("storescp", "changed objects beside DCMTK's"):
        return
    files = inputs(T / "in")
    inventions(files)
    ranges(files)
    levels(files)
    certificates()


if __name__ == "__main__":
    main()
