# SPDX-License-Identifier: MIT
"""dcmsec as sender and receiver for the interop tests, and what is to become of each sample file, judged
by pydicom and dcmdump."""
import json
import pathlib
import warnings

import pydicom

from elements import elements
from harness import DCMSEC, SAMPLES, Server, body_bytes, free_port, run

warnings.simplefilter("ignore")

PLAIN = ("--plain",)
IMPLICIT_LE, EXPLICIT_LE = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1"
DEFLATED_LE, EXPLICIT_BE = "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.2"
UNCOMPRESSED = (IMPLICIT_LE, EXPLICIT_LE, EXPLICIT_BE, DEFLATED_LE)
DICOMDIR = "1.2.840.10008.1.3.10"


def secure(node, authority):
    """Options of ours for a link over TLS; node as Authority.node returns it."""
    return ("--key", node[0], "--cert", node[1], "--ca", authority.path)


def events(text):
    """The events among the lines of --json."""
    return [json.loads(line) for line in text.splitlines() if line.startswith("{") and line.endswith("}")]


class Receiver(Server):
    """dcmsec receive on a port of its own."""

    def __init__(self, out, *options, link=PLAIN, **more):
        self.out = pathlib.Path(out)
        port = free_port()
        super().__init__(DCMSEC, "receive", *link, "--bind", "127.0.0.1", "--port", port, "--out", out, "--json",
                         *options, port=port, **more)

    def events(self, *kinds):
        return [e for e in events(self.text()) if not kinds or e["event"] in kinds]

    def files(self):
        """What is in its folder, as paths below it, hidden ones too."""
        return sorted(str(p.relative_to(self.out)) for p in self.out.rglob("*") if not p.is_dir())


def send(port, *paths, link=PLAIN, options=(), host="127.0.0.1", **more):
    """dcmsec send; the result has .events and .told, what is said of each path."""
    r = run(DCMSEC, "send", *link, *options, "--json", f"{host}:{port}", *paths, **more)
    r.events = events(r.stdout)
    r.told = {e["path"]: e for e in r.events if e["event"] in ("object", "skipped")}
    return r


def dicom_files():
    """Every DICOM file among pydicom's data: those with the prefix, and those called .dcm."""
    found = []
    for path in sorted(SAMPLES.rglob("*")):
        if path.is_file():
            with open(path, "rb") as f:
                if path.suffix == ".dcm" or f.read(132)[128:] == b"DICM":
                    found.append(path)
    return found


def uid_text(value):
    return (value.decode() if isinstance(value, bytes) else str(value or "")).rstrip("\0 ")


class Sample:
    """A file as pydicom and dcmdump see it. refusal: None, or what the reason has to say."""

    def __init__(self, path):
        self.path, self.name = path, str(path.relative_to(SAMPLES))
        head = path.read_bytes()[:132]
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            self.data = pydicom.dcmread(path, force=True)
        meta = self.data.file_meta
        self.sop_class, self.instance = (uid_text(self.data.get(k)) for k in ("SOPClassUID", "SOPInstanceUID"))
        self.syntax = uid_text(meta.get("TransferSyntaxUID"))
        if not self.syntax:
            self.syntax = (IMPLICIT_LE if self.data.is_implicit_VR else
                           EXPLICIT_LE if self.data.is_little_endian else EXPLICIT_BE)
        self.body = body_bytes(path)
        if self.syntax == DEFLATED_LE and len(self.body) % 2:
            self.body += b"\0"  # how it travels: PS3.5 A.5 makes the length even
        self.refusal = None
        if uid_text(meta.get("MediaStorageSOPClassUID")) == DICOMDIR:
            self.refusal = "is a DICOMDIR"
        elif run("dcmdump", "-q", path).returncode != 0:
            implicit = any("found implicit VR" in str(w.message) for w in said)
            self.refusal = ("is not a DICOM file" if head[128:] != b"DICM" else
                            "its VR is no two capital letters" if implicit else "the data set breaks off")
        elif not self.sop_class:
            self.refusal = "has no SOP Class UID in its data set"
        elif not self.instance:
            self.refusal = "has no SOP Instance UID in its data set"

    def elements(self):
        if not hasattr(self, "_elements"):
            self._elements = list(elements(pydicom.dcmread(self.path, force=True)))
        return self._elements


_all = []


def sample_objects():
    """All of them, looked at once."""
    if not _all:
        _all.extend(Sample(p) for p in dicom_files())
    return _all


def distinct(objects):
    """The first of each SOP Instance UID, of those that are whole: what any peer can keep under its name."""
    seen = {}
    for o in objects:
        if o.refusal is None:
            seen.setdefault(o.instance, o)
    return list(seen.values())
