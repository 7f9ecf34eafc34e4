# SPDX-License-Identifier: MIT
"""Reader and recoder against pydicom and DCMTK, over all sample files: what is complete, what is broken
and why, and that a recoded data set is the same data set, element for element."""
import os
import pathlib
import re
import subprocess
import warnings

import pydicom
from pydicom._dicom_dict import DicomDictionary

from elements import elements, same
from harness import T, claim, need, run, samples

warnings.simplefilter("ignore")
pydicom.config.settings.reading_validation_mode = 0
pydicom.config.replace_un_with_known_vr = False

TOOL = pathlib.Path(os.environ["O"]) / "tests/tools/dataset"
UNCOMPRESSED = ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99")
DCMCONV = {"implicit": "+ti", "explicit": "+te", "big": "+tb", "deflated": "+td"}

# What is refused, and why: pydicom's README says of each how it was made.
REFUSED = {
    "no_meta.dcm": "^not DICOM",                     # a stray byte before its first tag
    "SC_rgb_jpeg.dcm": "two capital letters",        # implicit VR under a JPEG transfer syntax
    "rtplan_truncated.dcm": r"\(300a,00b0\)\[1\].\(300a,0111\)\[1\].*breaks off: 21 more bytes",
    "MR_truncated.dcm": r"\(7fe0,0010\): the data set breaks off: 62 more bytes",
}

def reads_well():
    """Each file parses to its end, or fails as expected; dcmdump is asked the same."""
    wrong, differ = [], []
    for path in samples():
        ours = run(TOOL, "check", path).out
        why = REFUSED.get(path.name)
        if not re.search(why or "^complete", ours):
            wrong.append(f"{path.name}: {ours}")
        if run(TOOL, "check", path, "1").out != ours:
            wrong.append(f"{path.name}: other result when cut into single bytes")
        peer = run("dcmdump", "-q", path).returncode == 0
        # What it takes for DICOM and we do not, and the reverse, would stand here.
        if peer != (why is None):
            differ.append(path.name)
    claim(f"{len(samples())} sample files parse to their end or fail for the right reason", not wrong,
          "\n".join(wrong))
    claim("dcmdump fails on the same files", not differ, "\n".join(differ))


def scan_agrees():
    wrong = []
    for path in samples():
        if path.name in REFUSED and path.name not in ("MR_truncated.dcm", "rtplan_truncated.dcm"):
            continue
        ds = pydicom.dcmread(path, force=True)
        text = lambda v: v.rstrip(b"\0").decode() if isinstance(v, bytes) else str(v or "")  # bytes: VR UN
        uid = lambda d, key: text(d.get(key))
        want = [uid(ds.file_meta, "MediaStorageSOPClassUID"), uid(ds.file_meta, "MediaStorageSOPInstanceUID"),
                uid(ds.file_meta, "TransferSyntaxUID"), uid(ds, "SOPClassUID"), uid(ds, "SOPInstanceUID")]
        got = run(TOOL, "scan", path).out.split(" ", 4)[4].rstrip("\n").split("|")
        if got != want:
            wrong.append(f"{path.name}: {got}, pydicom {want}")
    claim("SOP Class, SOP Instance and transfer syntax of head and data set are those that pydicom finds", not wrong,
          "\n".join(wrong))


def uncompressed():
    for path in samples():
        uid = pydicom.dcmread(path, force=True).file_meta.get("TransferSyntaxUID")
        if path.name not in REFUSED and (uid is None or uid in UNCOMPRESSED):
            yield path


def recodes_well():
    wrong, peer_wrong, pairs, peers = [], [], 0, 0
    ours, theirs, cut = T / "ours.dcm", T / "theirs.dcm", T / "cut.dcm"
    for path in uncompressed():
        before = list(elements(pydicom.dcmread(path, force=True)))
        for target in DCMCONV:
            result = run(TOOL, "recode", path, target, ours).out
            if result != "recoded\n":
                wrong.append(f"{path.name} to {target}: {result}")
                continue
            pairs += 1
            after = list(elements(pydicom.dcmread(ours)))
            wrong += [f"{path.name} to {target}: {w}" for w in same(before, after, False)[:3]]
            run(TOOL, "recode", path, target, cut, "3")
            if target != "deflated" and ours.read_bytes() != cut.read_bytes():
                wrong.append(f"{path.name} to {target}: other bytes when cut into threes")
            if run("dcmdump", "-q", ours).returncode != 0:
                wrong.append(f"{path.name} to {target}: dcmdump does not read it")
            if run("dcmconv", "-q", DCMCONV[target], "-g", "-e", path, theirs).returncode == 0:
                peers += 1
                them = list(elements(pydicom.dcmread(theirs)))
                peer_wrong += [f"{path.name} to {target}: {w}" for w in same(them, after, True)[:3]]
    claim(f"{pairs} recodings give the same elements, VRs and values, by pydicom, however the bytes are cut",
          not wrong and pairs > 100, "\n".join(wrong))
    claim(f"{peers} recodings give the elements, VRs and values that dcmconv gives", not peer_wrong and peers > 100,
          "\n".join(peer_wrong))


def dictionary_agrees():
    """Every entry of DCMTK's dictionary, and of the one ours is made of; patterns by a few of their tags."""
    choices = {"1": {"xs"}, "2": {"ox", "px"}, "3": {"lt"}, "4": {"lt", "xs"}, "UL": {"UL", "up"}}
    theirs, wrong = {}, []
    for line in open("/usr/share/libdcmtk17/dicom.dic", errors="replace"):
        m = re.match(r"\(([0-9A-F]{4})(-[0-9A-F-ou]*)?,([0-9A-F]{4})(-[0-9A-F-ou]*)?\)\s+(\w\w)\s+(\S+)", line)
        if m and m[1] not in ("0000", "0002", "FFFE"):
            for group, element in ((0, 0), (2 if m[2] else 0, 1 if m[4] else 0)):
                theirs[(int(m[1], 16) + group) << 16 | int(m[3], 16) + element] = m[5], m[6]
    tags = {*theirs, *(t for t in DicomDictionary if t >> 16 not in (0, 2, 0xfffe))}
    lines = subprocess.run([TOOL, "vr"], input="".join(f"{t:x}\n" for t in tags), capture_output=True, text=True)
    ours = {int(a, 16): b for a, b in (line.split() for line in lines.stdout.splitlines())}
    for tag in sorted(tags & theirs.keys()):
        vr, name = theirs[tag]
        if vr not in choices.get(ours[tag], {ours[tag]}):
            wrong.append(f"({tag >> 16:04x},{tag & 0xffff:04x}) {name}: {ours[tag]}, DCMTK {vr}")
    newer = [t for t in theirs if t in ours and t not in DicomDictionary and t >> 16 & 1 == 0 and ours[t] != "UN"]
    print(f"# {len(newer)} tags of DCMTK's are not in pydicom's dictionary: patterns and later editions")
    for tag in sorted(tags & DicomDictionary.keys()):
        named = {"1": "US or SS", "2": "OB or OW", "3": "US or OW", "4": "US or SS or OW"}
        if named.get(ours[tag], ours[tag]) != DicomDictionary[tag][0]:
            wrong.append(f"{tag:08x}: {ours[tag]}, pydicom {DicomDictionary[tag][0]}")
    claim(f"{len(tags)} tags have the VR that PS3.6 gives them, by pydicom and by DCMTK", not wrong and len(tags) > 4500,
          "\n".join(wrong))


if need("dcmdump", "data sets against DCMTK"):
    dictionary_agrees()
    reads_well()
    scan_agrees()
    recodes_well()
