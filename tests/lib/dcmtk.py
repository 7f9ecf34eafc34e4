# SPDX-License-Identifier: MIT
"""What peers built on DCMTK do to data sets, so that it is not taken for our doing."""
import pydicom
from pydicom.datadict import dictionary_VR, dictionary_has_tag

from elements import elements, same
from peers import UNCOMPRESSED

PALETTES = "1.2.840.10008.5.1.4.39.1"  # Color Palette Storage: for DCMTK no storage class, even with -pm
UN_UIDS = ("rtdose_rle.dcm", "rtdose_rle_1frame.dcm")  # their UIDs have VR UN, in which DCMTK finds none

TEXT = ("AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT", "PN", "SH", "ST", "TM", "UI", "UT")


def as_read(data):
    """Elements without what DCMTK changes in all that it reads: the padding at the end (PS3.10 7.2), and more
    padding in a text than makes its length even."""
    for where, vr, value in data:
        tag = int(where[-10:-1].replace(",", ""), 16)
        meant = vr or (dictionary_VR(tag) if dictionary_has_tag(tag) else "UN")
        if isinstance(value, str):
            value = value.encode()
        if where != "(fffc,fffc)":
            yield where, vr, value.rstrip(b" \0") if meant in TEXT and isinstance(value, bytes) else value


def tell_sequences(stored, original):
    """In implicit VR a private sequence of known length is just bytes: reads it as the original has it."""
    for tag in original.keys():
        raw = stored.get_item(tag) if tag.is_private and original[tag].VR == "SQ" else None
        if raw is not None and isinstance(raw.value, bytes):
            stored[tag] = pydicom.DataElement(tag, "SQ", pydicom.values.convert_SQ(raw.value, True, True))


def differences(o, path):
    """Between the elements of a sample and of what came of it."""
    stored = pydicom.dcmread(path)
    if stored.is_implicit_VR:
        tell_sequences(stored, o.data)
    found = same(list(as_read(elements(stored))), list(as_read(o.elements())), True)
    if o.syntax not in UNCOMPRESSED:  # PS3.5 A.4 wants OB, which DCMTK makes of it
        found = [w for w in found if w != "(7fe0,0010): VR OB became OW"]
    return [f"{o.name}: {w}" for w in found[:3]]
