# SPDX-License-Identifier: MIT
"""DCMTK's tools and ours under their names, run with the same words against the same peer, and what is
compared: exit codes, objects and their data sets, names, presentation contexts as the peer's log has them."""
import pathlib
import re
import shutil

import pydicom
from pydicom.dataset import Dataset, FileMetaDataset

from elements import elements, same
from harness import DCMSEC, SAMPLES, Server, T, free_port, run

CT, MR = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.4"
EXPLICIT_LE, IMPLICIT_LE, EXPLICIT_BE = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2", "1.2.840.10008.1.2.2"


def make(path, sop_class=CT, instance="1.2.3.4.5", syntax=EXPLICIT_LE, study="1.2.3", name="Doe^John", meta=True):
    head = FileMetaDataset()
    head.MediaStorageSOPClassUID, head.MediaStorageSOPInstanceUID = sop_class, instance
    head.TransferSyntaxUID, head.ImplementationClassUID = syntax, "1.2.3"
    d = Dataset()
    d.file_meta = head
    d.SOPClassUID, d.SOPInstanceUID, d.PatientName, d.PatientID = sop_class, instance, name, "P1"
    d.StudyInstanceUID, d.SeriesInstanceUID, d.Modality = study, "1.2.3.1", "CT"
    d.Rows, d.Columns, d.PixelData = 4, 4, bytes(range(32))
    d.BitsAllocated = 16
    d["PixelData"].VR = "OW"
    d.is_little_endian, d.is_implicit_VR = syntax != EXPLICIT_BE, syntax == IMPLICIT_LE
    if meta:
        d.save_as(path, write_like_original=False)
    else:
        del d.file_meta
        d.save_as(path, write_like_original=True)
    return pathlib.Path(path)


def inputs(folder):
    """The files that rows name: explicit, implicit, big endian, bare, compressed, none, and a study of their own."""
    folder = pathlib.Path(folder)
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "deep" / "er").mkdir(parents=True)
    make(folder / "ct.dcm")
    make(folder / "mr.dcm", MR, "1.2.3.4.6", IMPLICIT_LE)
    make(folder / "be.dcm", MR, "1.2.3.4.7", EXPLICIT_BE)
    make(folder / "bare", CT, "1.2.3.4.8", IMPLICIT_LE, meta=False)
    make(folder / "other.dcm", CT, "1.2.3.4.9", EXPLICIT_LE, "1.2.4", "Roe^Jane")
    make(folder / "deep" / "a.dcm", CT, "1.2.3.4.10")
    make(folder / "deep" / "b.ima", CT, "1.2.3.4.11")
    make(folder / "deep" / "er" / "c.dcm", CT, "1.2.3.4.12")
    shutil.copy(SAMPLES / "test_files" / "JPEG-lossy.dcm", folder / "jpeg.dcm")
    shutil.copy(SAMPLES / "test_files" / "SC_rgb_rle.dcm", folder / "rle.dcm")
    (folder / "words").write_text("words and nothing else\n" * 20)
    return folder


def contexts(log, what):
    """The presentation contexts in a log of DCMTK's with -d: (abstract, result, syntaxes) in their order."""
    found = []
    for line in log[log.rfind("BEGIN A-ASSOCIATE-" + what):].splitlines():
        if "END A-ASSOCIATE" in line:
            break
        m = re.search(r"Context ID: +\d+ \((.*)\)", line)
        if m:
            found.append(["", m[1], []])
        elif found and "Abstract Syntax:" in line:
            found[-1][0] = line.split("=")[-1]
        elif found and (re.match(r"D:       =", line) or "Accepted Transfer Syntax:" in line):
            found[-1][2].append(line.split("=")[-1])
    return found


def stored(folder):
    return {str(p.relative_to(folder)): p for p in sorted(pathlib.Path(folder).rglob("*")) if p.is_file()}


def data_sets(files):
    """By name: transfer syntax and elements."""
    found = {}
    for name, path in files.items():
        d = pydicom.dcmread(path, force=True)
        found[name] = (str(d.file_meta.get("TransferSyntaxUID", "")), list(elements(d)))
    return found


def differences(theirs, ours):
    """Between two folders as data_sets gives them."""
    if sorted(theirs) != sorted(ours):
        return [f"DCMTK leaves {sorted(theirs)}, we {sorted(ours)}"]
    wrong = []
    for name, (syntax, elems) in theirs.items():
        if syntax != ours[name][0]:
            wrong.append(f"{name}: {syntax} with DCMTK, {ours[name][0]} with us")
        wrong += [f"{name}: {w}" for w in same(ours[name][1], elems, True)]
    return wrong


def both(tool):
    return (("dcmtk", [tool]), ("dcmsec", [DCMSEC, tool]))


class Peer(Server):
    """A storage peer, of either kind, with an empty folder of its own."""

    def __init__(self, program, *options, name="peer", **more):
        self.out = T / name
        shutil.rmtree(self.out, ignore_errors=True)
        self.out.mkdir()
        port = free_port()
        self.number = port
        super().__init__(*program, *options, "-od", self.out, port, port=port, **more)

    def __exit__(self, *why):
        """Its log and its folder count: it comes to the end of what it was asked."""
        self.done()
        super().__exit__(*why)


__all__ = ["CT", "MR", "Peer", "both", "contexts", "data_sets", "differences", "inputs", "make", "run", "stored"]
