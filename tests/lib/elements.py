# SPDX-License-Identifier: MIT
"""Data sets as lists of elements, read by pydicom, and their comparison across transfer syntaxes."""
import pydicom
from pydicom.dataelem import RawDataElement
from pydicom.datadict import dictionary_VR, dictionary_has_tag

pydicom.config.settings.reading_validation_mode = 0
pydicom.config.replace_un_with_known_vr = False

WORD = {"AT": 2, "FD": 8, "FL": 4, "OD": 8, "OF": 4, "OL": 4, "OV": 8, "OW": 2, "SL": 4, "SS": 2, "SV": 8,
        "UL": 4, "US": 2, "UV": 8}


def swapped(value, word):
    return b"".join(value[i:i + word][::-1] for i in range(0, len(value), word)) if word > 1 else value


def vr_of(raw):
    """The VR as written, and by the dictionary where none is."""
    if raw.VR:
        return raw.VR
    return dictionary_VR(raw.tag) if dictionary_has_tag(raw.tag) else "UN"


def elements(ds, path=""):
    """(path, VR, value in little endian) of every element, as pydicom parses it; no group lengths."""
    for tag in sorted(ds.keys()):
        raw = ds.get_item(tag)
        where = f"{path}({tag.group:04x},{tag.elem:04x})"
        if tag.elem == 0 or tag == 0x00080001:
            continue
        if not isinstance(raw, RawDataElement) or vr_of(raw) == "SQ":
            element = ds[tag]
            if element.VR == "SQ":
                yield where, "SQ", len(element.value)
                for i, item in enumerate(element.value):
                    yield from elements(item, f"{where}[{i + 1}].")
                continue
            value = element.value or b""
            yield where, None if ds.is_implicit_VR else element.VR, value if isinstance(value, bytes) else str(value)
            continue
        value = raw.value or b""
        if not raw.is_little_endian:
            value = swapped(value, WORD.get(raw.VR, 1))
        yield where, raw.VR, value


def same(a, b, padded):
    """Compares two lists of elements; VRs where both are explicit. padded: a has no values of odd length."""
    wrong = []
    if [x[0] for x in a] != [x[0] for x in b]:
        return [f"other elements: {sorted({x[0] for x in a} ^ {x[0] for x in b})[:5]}"]
    for (where, vr_a, value_a), (_, vr_b, value_b) in zip(a, b):
        if value_a != value_b and not (padded and len(value_b) % 2 and value_a[:-1] == value_b):
            wrong.append(f"{where} {vr_a} {vr_b}: {str(value_a)[:40]} became {str(value_b)[:40]}")
        if vr_a and vr_b and vr_a != vr_b:
            wrong.append(f"{where}: VR {vr_a} became {vr_b}")
    return wrong
