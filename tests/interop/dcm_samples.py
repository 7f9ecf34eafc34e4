# SPDX-License-Identifier: MIT
"""Ours to ours, plain and over TLS, with every DICOM file of pydicom's data: each arrives byte for byte
under its name with a right head, or is refused for the reason that pydicom and dcmdump give."""
import re

import pydicom

from harness import Authority, T, body_bytes, claim, need, run, samples
from peers import PLAIN, Receiver, sample_objects, secure, send

# What is not sent, and why. Every other file has to arrive, also those eight whose head names another SOP
# Instance than their data set, which counts.
REFUSED = {
    "charset_files/chrSQEncoding.dcm": "no SOP Class UID",  # nothing but the elements under test
    "charset_files/chrSQEncoding1.dcm": "no SOP Class UID",
    "test_files/MR_truncated.dcm": r"\(7fe0,0010\): the data set breaks off: 62 more bytes",
    "test_files/SC_rgb_jpeg.dcm": "VR is no two capital letters",  # implicit VR under a JPEG syntax
    "test_files/UN_sequence.dcm": "no SOP Class UID",
    "test_files/empty_charset_LEI.dcm": "no SOP Class UID",
    "test_files/meta_missing_tsyntax.dcm": "no SOP Class UID",
    "test_files/nested_priv_SQ.dcm": "no SOP Class UID",
    "test_files/no_meta.dcm": "is not a DICOM file",  # a stray byte before its first tag
    "test_files/no_meta_group_length.dcm": "no SOP Class UID",
    "test_files/priv_SQ.dcm": "no SOP Class UID",
    "test_files/rtplan_truncated.dcm": r"\(300a,012c\): the data set breaks off: 21 more bytes",
    "test_files/dicomdirtests/DICOMDIR": "is a DICOMDIR",
    "test_files/dicomdirtests/DICOMDIR-bigEnd": "is a DICOMDIR",
    "test_files/dicomdirtests/DICOMDIR-empty.dcm": "is a DICOMDIR",
    "test_files/dicomdirtests/DICOMDIR-implicit": "is a DICOMDIR",
    "test_files/dicomdirtests/DICOMDIR-nooffset": "is a DICOMDIR",
    "test_files/dicomdirtests/DICOMDIR-nopatient": "is a DICOMDIR",
    "test_files/dicomdirtests/DICOMDIR-reordered": "is a DICOMDIR",
    "test_files/dicomdirtests/TINY_ALPHA/DICOMDIR": "is a DICOMDIR",
}


def oracle_agrees(objects):
    judged = {o.name: o.refusal for o in objects if o.refusal}
    wrong = [f"{name}: pydicom and dcmdump: {judged.get(name)}; listed: {REFUSED.get(name)}"
             for name in sorted(judged.keys() ^ REFUSED.keys())]
    claim(f"of {len(objects)} DICOM files {len(REFUSED)} cannot be sent, by pydicom and dcmdump", not wrong,
          "\n".join(wrong))


def names(objects):
    """The name of each object that arrives, in the order of sending: a second object with the same UID
    gets a number, one with the same data set gets none of its own."""
    kept, expected = {}, {}
    for o in objects:
        bodies = kept.setdefault(o.instance, [])
        if o.body not in bodies:
            bodies.append(o.body)
        number = bodies.index(o.body) + 1
        expected[o.name] = o.instance + (f"~{number}" if number > 1 else "") + ".dcm"
    return expected


def head_faults(path, o):
    """What is wrong with the head of a stored file (PS3.10 7.1), in pydicom's eyes."""
    raw, meta = path.read_bytes(), pydicom.filereader.read_file_meta_info(path)
    length = len(raw) - len(o.body) - 144  # preamble, prefix, and (0002,0000) itself
    want = {"FileMetaInformationGroupLength": length, "FileMetaInformationVersion": b"\0\1",
            "MediaStorageSOPClassUID": o.sop_class, "MediaStorageSOPInstanceUID": o.instance,
            "TransferSyntaxUID": o.syntax, "SourceApplicationEntityTitle": "SAMPLES"}
    faults = [f"{k} is {meta.get(k)}, not {v}" for k, v in want.items() if meta.get(k) != v]
    if raw[:132] != bytes(128) + b"DICM":
        faults.append("preamble or prefix")
    if not str(meta.get("ImplementationClassUID", "")).startswith("2.25."):
        faults.append("ImplementationClassUID")
    return faults


def arrives(objects, how, send_link, receive_link):
    out = T / how.replace(" ", "-")
    good = [o for o in objects if not o.refusal]
    with Receiver(out, link=receive_link) as receiver:
        r = send(receiver.port, *(o.path for o in objects), link=send_link, options=("--title", "SAMPLES"))
        code = receiver.stop()
        told = {e["file"] for e in receiver.events("object") if e.get("file")}
    claim(f"{how}: the sender ends with 1, the receiver with 0", (r.returncode, code) == (1, 0), r.stderr)
    wrong = []
    for o in objects:
        event = r.told.get(str(o.path), {})
        if o.refusal:
            fine = event.get("result") in ("failed", "skipped") and all(re.search(p, event.get("reason", ""))
                                                           for p in (o.refusal, REFUSED.get(o.name, "unlisted")))
        else:
            fine = (event.get("status"), event.get("transfer_syntax"), event.get("sent_as")) == (
                "0000", o.syntax, o.syntax) and event.get("sop_class") == o.sop_class
        if not fine:
            wrong.append(f"{o.name}: {event}")
    claim(f"{how}: {len(good)} files are acknowledged, {len(objects) - len(good)} refused for the right reason",
          not wrong, "\n".join(wrong))
    expected = names(good)
    wrong = [o.name for o in good if not (out / expected[o.name]).is_file()
             or body_bytes(out / expected[o.name]) != o.body]
    claim(f"{how}: each data set arrives byte for byte under its name", not wrong, "\n".join(wrong))
    there = {p.name for p in out.iterdir()}
    claim(f"{how}: {len(set(expected.values()))} files are there, nothing else, and the receiver names each",
          there == set(expected.values()) and told == there, there ^ set(expected.values()) | told ^ there)
    faults = [f"{o.name}: {f}" for o in good for f in head_faults(out / expected[o.name], o)]
    claim(f"{how}: each head is right, by pydicom", not faults, "\n".join(faults))
    judged = run("dcmftest", *sorted(out.iterdir()))
    claim(f"{how}: dcmftest takes each for a DICOM file", judged.returncode == 0
          and judged.out.count("yes: ") == len(there), judged.out[-1000:])
    summary = r.events[-1] if r.events else {}
    skipped = sum(1 for o in objects if o.refusal and o.refusal.startswith("is "))
    claim(f"{how}: the summary counts them", (summary.get("stored"), summary.get("failed"), summary.get("skipped"))
          == (len(good), len(objects) - len(good) - skipped, skipped), summary)


def from_folder(objects):
    """A folder gives the same objects as its files do, and what is foreign in it is passed over."""
    with Receiver(T / "folder") as receiver:
        r = send(receiver.port, objects[0].path.parents[1])
        receiver.stop()
        claim("a folder is searched: the same objects are stored from it",
              {p for p, e in r.told.items() if e.get("status") == "0000"}
              == {str(o.path) for o in objects if not o.refusal}, r.stderr)
        foreign = {p for p in r.told if p not in {str(o.path) for o in objects}}
        claim("foreign files in a folder are passed over with a reason", foreign and all(
            r.told[p]["event"] == "skipped" and "is not a DICOM file" in r.told[p]["reason"] for p in foreign))


if need("dcmdump", "every sample file, ours to ours"):
    everything = sample_objects()
    claim(f"Debian's pydicom brings the 94 .dcm files", len(samples()) == 94, len(samples()))
    oracle_agrees(everything)
    authority = Authority(T / "pki")
    client, server = authority.node("client"), authority.node("server")
    arrives(everything, "plain", PLAIN, PLAIN)
    arrives(everything, "over TLS", secure(client, authority), secure(server, authority))
    from_folder(everything)
