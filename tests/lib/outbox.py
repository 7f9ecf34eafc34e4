# SPDX-License-Identifier: MIT
"""Objects in numbers for the tests of the sender's outbox."""
import pathlib

import pydicom
from pydicom.dataset import FileDataset, FileMetaDataset

CT = "1.2.840.10008.5.1.4.1.1.2"


def instance(number, series=1):
    return f"1.2.826.0.1.3680043.9.7.{series}.{number}"


def make_object(path, number, series=1, size=2000):
    """A small CT object; its SOP Instance UID."""
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = CT, instance(number, series)
    meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    data = FileDataset(str(path), {}, file_meta=meta, preamble=bytes(128))
    data.is_little_endian, data.is_implicit_VR = True, False
    data.SOPClassUID, data.SOPInstanceUID = CT, instance(number, series)
    data.PatientName, data.StudyInstanceUID = "OUT^BOX", "1.2.826.0.1.3680043.9.7"
    data.SeriesInstanceUID, data.InstanceNumber = f"1.2.826.0.1.3680043.9.8.{series}", number
    data.add_new(0x7fe00010, "OW", bytes(size))
    data.save_as(path, write_like_original=False)
    return instance(number, series)


def make_objects(folder, count, series=1, size=2000):
    """Their SOP Instance UIDs."""
    return {make_object(pathlib.Path(folder) / f"{series}-{i:04}.dcm", i, series, size) for i in range(count)}


def instances(folder):
    """Those of the objects in a receiver's folder."""
    return {str(pydicom.dcmread(p, stop_before_pixels=True).SOPInstanceUID)
            for p in pathlib.Path(folder).rglob("*") if p.is_file()}
