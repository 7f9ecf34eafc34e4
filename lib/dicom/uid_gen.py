#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes uid_table.h: transfer syntaxes and SOP classes with their names (PS3.6 Table A-1).

The registry's data is read from Debian's python3-pydicom; entries of the standard that are newer
than that package stand below. usage: uid_gen.py >uid_table.h
"""
import collections
import re
import sys

from pydicom._uid_dict import UID_dictionary

# PS3.6 2025, not in pydicom 2.3: uid below 1.2.840.10008, name, keyword.
NEWER_SYNTAXES = """
1.2.4.100.1|Fragmentable MPEG2 Main Profile / Main Level|MPEG2MPMLF
1.2.4.101.1|Fragmentable MPEG2 Main Profile / High Level|MPEG2MPHLF
1.2.4.102.1|Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.1|MPEG4HP41F
1.2.4.103.1|Fragmentable MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1|MPEG4HP41BDF
1.2.4.104.1|Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video|MPEG4HP422DF
1.2.4.105.1|Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video|MPEG4HP423DF
1.2.4.106.1|Fragmentable MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2|MPEG4HP42STEREOF
1.2.4.110|JPEG XL Lossless|JPEGXLLossless
1.2.4.111|JPEG XL JPEG Recompression|JPEGXLJPEGRecompression
1.2.4.112|JPEG XL|JPEGXL
1.2.4.201|High-Throughput JPEG 2000 Image Compression (Lossless Only)|HTJ2KLossless
1.2.4.202|High-Throughput JPEG 2000 with RPCL Options Image Compression (Lossless Only)|HTJ2KLosslessRPCL
1.2.4.203|High-Throughput JPEG 2000 Image Compression|HTJ2K
1.2.4.204|JPIP HTJ2K Referenced|JPIPHTJ2KReferenced
1.2.4.205|JPIP HTJ2K Referenced Deflate|JPIPHTJ2KReferencedDeflate
1.2.8.1|Deflated Image Frame Compression|DeflatedImageFrameCompression
"""
NEWER_CLASSES = """
5.1.4.1.1.6.3|Photoacoustic Image Storage|PhotoacousticImageStorage
5.1.4.1.1.9.1.4|General 32-bit ECG Waveform Storage|General32bitECGWaveformStorage
5.1.4.1.1.9.100.1|Waveform Presentation State Storage|WaveformPresentationStateStorage
5.1.4.1.1.9.100.2|Waveform Acquisition Presentation State Storage|WaveformAcquisitionPresentationStateStorage
5.1.4.1.1.11.12|Variable Modality LUT Softcopy Presentation State Storage|VariableModalityLUTSoftcopyPresentationStateStorage
5.1.4.1.1.66.7|Label Map Segmentation Storage|LabelMapSegmentationStorage
5.1.4.1.1.66.8|Height Map Segmentation Storage|HeightMapSegmentationStorage
5.1.4.1.1.77.1.8|Confocal Microscopy Image Storage|ConfocalMicroscopyImageStorage
5.1.4.1.1.77.1.9|Confocal Microscopy Tiled Pyramidal Image Storage|ConfocalMicroscopyTiledPyramidalImageStorage
5.1.4.1.1.88.77|Waveform Annotation SR Storage|WaveformAnnotationSRStorage
5.1.4.1.1.201.1|Inventory Storage|InventoryStorage
5.1.4.1.1.481.23|Enhanced RT Image Storage|EnhancedRTImageStorage
5.1.4.1.1.481.24|Enhanced Continuous RT Image Storage|EnhancedContinuousRTImageStorage
5.1.4.1.1.481.25|RT Patient Position Acquisition Instruction Storage|RTPatientPositionAcquisitionInstructionStorage
5.1.4.1.1.601.3|Thermography Image Storage|ThermographyImageStorage
5.1.4.1.1.601.4|Thermography Multi-frame Image Storage|ThermographyMultiFrameImageStorage
5.1.4.1.1.601.5|Ultrasound Waveform Storage|UltrasoundWaveformStorage
"""
# Retired storage classes that the registry keeps without the names they had.
LOST_NAMES = {
    "1.2.840.10008.5.1.4.1.1.12.77": ("Zeiss OPT File Storage", "ZeissOPTFileStorage"),
    "1.2.840.10008.5.1.4.1.1.40": ("MR Image Storage Zero Padded", "MRImageStorageZeroPadded"),
}
# Has Storage in its name and is not sent with C-STORE.
NOT_STORAGE = re.compile("Commitment|Media Storage Directory")

ROOT = "1.2.840.10008."


def newer(text):
    for line in text.split("\n"):
        if line:
            uid, name, word = line.split("|")
            yield ROOT + uid, (name, "", "", "", word)


def rows(kinds, extra):
    """uid -> (name, retired, keyword), in the order in which strings compare."""
    found = {u: v for u, v in newer(extra)}
    found.update((u, v) for u, v in UID_dictionary.items() if v[1] in kinds)
    for uid in sorted(found):
        name, _, _, retired, word = found[uid]
        if uid in LOST_NAMES:
            name, word = LOST_NAMES[uid]
        name = re.sub(r"\s+SOP Class$", "", name.replace("\u2013", "-"))
        yield uid, name, bool(retired), word


def syntax_flags(uid, retired):
    """PS3.5 Annex A: what the data set of each syntax looks like."""
    arc = uid[len(ROOT):]
    flags = []
    if arc not in ("1.2", "1.20"):
        flags.append("EXPLICIT")
    if arc == "1.2.2":
        flags.append("BIG")
    if arc in ("1.2.1.99", "1.2.4.95", "1.2.4.205"):
        flags.append("DEFLATED")
    # JPIP leaves only a reference to the pixels in the data set; there are no fragments in it.
    jpip = arc in ("1.2.4.94", "1.2.4.95", "1.2.4.204", "1.2.4.205")
    if arc in ("1.2.1.98", "1.2.5", "1.2.8.1") or (arc.startswith("1.2.4.") and not jpip):
        flags.append("ENCAPSULATED")
    if retired:
        flags.append("RETIRED")
    if arc.startswith("1.2.6.") or arc.startswith("1.2.7."):
        flags.append("NOT_A_DATASET")
    return " | ".join("UID_" + f for f in flags) or "0"


def quoted(text):
    assert text.isascii() and '"' not in text and "\\" not in text, text
    return '"%s"' % text


def pack(names):
    """Replaces what many names have in common, whole words and components, by bytes above 127: (parts,
    packed names). The part that saves most comes first, then that which saves most of what is left."""
    texts = [re.findall(r"[^. ]+[. ]?|\. ?", name) for name in names]
    parts = []
    while len(parts) < 128:
        gain = collections.Counter()
        for text in texts:
            for first in range(len(text)):
                for end in range(first + 1, len(text) + 1):
                    if isinstance(text[end - 1], int):
                        break
                    gain[tuple(text[first:end])] += 1
        for part, times in gain.items():
            n = len("".join(part))
            gain[part] = (n - 1) * times - n - 1
        best, saved = gain.most_common(1)[0]
        if saved <= 0:
            break
        for text in texts:
            at = 0
            while at + len(best) <= len(text):
                if tuple(text[at:at + len(best)]) == best:
                    text[at:at + len(best)] = [128 + len(parts)]
                at += 1
        parts.append("".join(best))
    return parts, ["".join("\\%o" % t if isinstance(t, int) else t for t in text) for text in texts]


def main():
    out = ["/* SPDX-License-Identifier: MIT */",
           "/* Made by uid_gen.py from the registry of PS3.6 Table A-1; do not edit. Rows are in the order",
           " * of strcmp on the UID, which classes have packed. */",
           "", "static const struct uid_syntax syntaxes[] = {"]
    for uid, name, retired, word in rows(("Transfer Syntax",), NEWER_SYNTAXES):
        out.append("\t{ %s, %s,\n\t  %s, %s }," % (
            quoted(uid), quoted(name), quoted(word), syntax_flags(uid, retired)))
    # One run of text, UID and name a row, instead of two pointers, which a program that can be loaded
    # anywhere would have to relocate each time it starts.
    classes = list(rows(("SOP Class", "Meta SOP Class"), NEWER_CLASSES))
    assert all(name.isascii() and not set(name) & set('"\\\\?') and len(name) < 80 for _, name, _, _ in classes)
    parts, packed = pack([text for uid, name, _, _ in classes for text in (uid, name)])
    out += ["};", "", "static const char class_parts[] ="]
    out += ['\t"%s\\0"' % part for part in parts]
    out[-1] += ";"
    out += ["", "static const char class_text[] ="]
    numbers, at = [], 0
    for (uid, name, retired, _), arc, short in zip(classes, packed[::2], packed[1::2]):
        storage = "Storage" in name and not NOT_STORAGE.search(name)
        out.append('\t"%s\\0" "%s\\0"' % (arc, short))
        numbers.append("\t{ %d, %d, %d }," % (at, storage, retired))
        at += sum(len(re.sub(r"\\...", "x", text)) + 1 for text in (arc, short))
    assert at < 65536
    out[-1] += ";"
    out += ["", "static const struct uid_class classes[] = {"] + numbers + ["};", ""]
    sys.stdout.write("\n".join(out))


main()
