# SPDX-License-Identifier: MIT
"""Which presentation contexts a sender proposes: what its files need and nothing else, and more than 128 of
them in several associations."""
import re

import pydicom
from pydicom.uid import UID_dictionary

from harness import Server, T, claim, free_port, need
from peers import IMPLICIT_LE, EXPLICIT_BE, EXPLICIT_LE, DEFLATED_LE, UNCOMPRESSED, Receiver, distinct, sample_objects, send
from rawpeer import Acceptor, P_DATA, RELEASE_RP, associate_ac, pdu, proposed

CT, MR, SC = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.4", "1.2.840.10008.5.1.4.1.1.7"
JPEG, RLE = "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.5"


def make(folder, sop_class, syntax, number):
    """A small object; the encapsulated ones have one fragment of nothing in particular."""
    ds = pydicom.Dataset()
    ds.SOPClassUID, ds.SOPInstanceUID = sop_class, f"1.2.826.0.1.{number}"
    ds.PatientName = "CONTEXT^TEST"
    ds.is_little_endian, ds.is_implicit_VR = syntax != EXPLICIT_BE, syntax == IMPLICIT_LE
    if syntax not in UNCOMPRESSED:
        ds.PixelData = pydicom.encaps.encapsulate([b"\xff\xd8\xff\xd9"])
        ds["PixelData"].VR, ds["PixelData"].is_undefined_length = "OB", True
    ds.file_meta = pydicom.dataset.FileMetaDataset()
    ds.file_meta.MediaStorageSOPClassUID, ds.file_meta.MediaStorageSOPInstanceUID = sop_class, ds.SOPInstanceUID
    ds.file_meta.TransferSyntaxUID = syntax
    folder.mkdir(exist_ok=True)
    path = folder / f"{number}.dcm"
    pydicom.dcmwrite(path, ds, write_like_original=False)
    return path


class Listener(Acceptor):
    """Notes what each association proposes, refuses all of it, and lets go."""

    def __init__(self):
        self.proposals = []
        super().__init__(self.note)

    def note(self, wire):
        _, body = wire.get()
        self.proposals.append(proposed(body))
        wire.put(associate_ac(body, result=3))
        wire.get()
        wire.put(pdu(RELEASE_RP, bytes(4)))


def asked(*paths):
    with Listener() as peer:
        r = send(peer.port, *paths)
    return peer.proposals, r


def plain_but(syntax):
    return sorted(set(UNCOMPRESSED) - {syntax})


def few():
    """By hand: (class, own syntax) each in a context of its own; one more with the other uncompressed ones."""
    folder = T / "few"
    cases = [
        ("one uncompressed object", [(CT, EXPLICIT_LE)], [(CT, [EXPLICIT_LE]), (CT, plain_but(EXPLICIT_LE))]),
        ("an implicit one", [(CT, IMPLICIT_LE)], [(CT, [IMPLICIT_LE]), (CT, plain_but(IMPLICIT_LE))]),
        ("a compressed one: no other syntax is of use", [(SC, JPEG)], [(SC, [JPEG])]),
        ("two compressions of one class", [(SC, JPEG), (SC, RLE)], [(SC, [JPEG]), (SC, [RLE])]),
        ("the same kind twice: proposed once", [(MR, JPEG), (MR, JPEG)], [(MR, [JPEG])]),
        ("two classes", [(CT, JPEG), (MR, RLE)], [(CT, [JPEG]), (MR, [RLE])]),
    ]
    for number, (what, kinds, want) in enumerate(cases):
        paths = [make(folder, c, s, 10 * number + i) for i, (c, s) in enumerate(kinds)]
        proposals, r = asked(*paths)
        got = [sorted((c, sorted(s)) for _, c, s in contexts) for contexts in proposals]
        claim(f"{what}: exactly the contexts needed are proposed", got == [sorted(want)], f"{got} {r.stderr}")
        numbers = [n for n, _, _ in proposals[0]] if proposals else []
        claim(f"{what}: their numbers are odd and different",
              len(set(numbers)) == len(numbers) and all(n % 2 for n in numbers), numbers)


def needed(kinds):
    """A context for each kind, and for each class with an uncompressed kind one more with the other uncompressed
    transfer syntaxes, to recode to."""
    contexts = [(c, [s]) for c, s in kinds]
    for c in {c for c, s in kinds if s in UNCOMPRESSED}:
        others = sorted(set(UNCOMPRESSED) - {s for k, s in kinds if k == c})
        contexts += [(c, others)] if others else []
    return sorted(contexts)


def samples():
    objects = distinct(sample_objects())
    kinds = {(o.sop_class, o.syntax) for o in objects}
    proposals, _ = asked(*(o.path for o in objects))
    got = [sorted((c, sorted(s)) for _, c, s in contexts) for contexts in proposals]
    claim(f"all sample files: one association, with the {len(needed(kinds))} contexts that their {len(kinds)} kinds need",
          got == [needed(kinds)], got)


def storescp_sees():
    """DCMTK's own words about what it was asked for."""
    port = free_port()
    (T / "scp").mkdir()
    with Server("storescp", "-d", "-od", T / "scp", port, port=port) as peer:
        send(port, make(T / "seen", SC, JPEG, 1), make(T / "seen", CT, EXPLICIT_LE, 2))
        peer.wait_for("Association Release")
        text = peer.text().split("END A-ASSOCIATE-RQ")[0]
    found = re.findall(r"Abstract Syntax: =(\S+)", text)
    claim("storescp sees three contexts, for two classes", sorted(found) == ["CTImageStorage", "CTImageStorage",
                                                                             "SecondaryCaptureImageStorage"], found)
    claim("and no role selection, extended negotiation or user identity", "none" in text.split("Requested Extended")[1]
          and "Proposed SCP/SCU Role" in text and text.count("Default") == 3, text[-2500:])


def many():
    """Classes times syntaxes, more than an association has numbers for."""
    classes = sorted(u for u, row in UID_dictionary.items() if row[1] == "SOP Class" and u.startswith(
        "1.2.840.10008.5.1.4.1.1.") and "Storage" in row[0] and not row[3])[:90]
    kinds = [(c, s) for c in classes for s in (JPEG, RLE, EXPLICIT_LE)]
    paths = [make(T / "many", c, s, i) for i, (c, s) in enumerate(kinds)]
    proposals, r = asked(T / "many")
    every = [(c, tuple(s)) for contexts in proposals for _, c, s in contexts]
    claim(f"{len(kinds)} kinds of objects: proposed in several associations of at most 128 contexts",
          len(proposals) >= 3 and all(len(contexts) <= 128 for contexts in proposals), [len(c) for c in proposals])
    claim("what the kinds need is proposed once in all", sorted((c, sorted(s)) for c, s in every)
          == needed(kinds), len(every))
    claim("no more associations than are needed", len(proposals) == -(-len(every) // 128),
          f"{len(proposals)} for {len(every)}")
    with Receiver(T / "many-in", "--no-sync") as receiver:
        r = send(receiver.port, T / "many")
        count = len(receiver.events("association"))
        claim(f"{len(paths)} objects of {len(kinds)} kinds are all stored, over {count} associations",
              r.returncode == 0 and len(receiver.files()) == len(paths) and count == len(proposals), r.stderr[-500:])


if need("storescp", "presentation contexts, seen by DCMTK"):
    storescp_sees()
few()
samples()
many()
