# SPDX-License-Identifier: MIT
"""Objects in numbers for the tests of the sender's outbox."""
import pathlib
import threading
import time

import pydicom
from pydicom.dataset import FileDataset, FileMetaDataset

from harness import WAIT
from rawpeer import COMMAND, LAST, RELEASE_RP, Acceptor, associate_ac, p_data, pdu, store_rsp

CT = "1.2.840.10008.5.1.4.1.1.2"


def instance(number, series=1):
    return f"1.2.826.0.1.3680043.9.7.{series}.{number}"


def make_object(path, number, series=1, size=2000):
    """A small CT object, which appears whole under its name; its SOP Instance UID."""
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
    hidden = path.with_name("." + path.name)
    data.save_as(hidden, write_like_original=False)
    hidden.rename(path)
    return instance(number, series)


def make_objects(folder, count, series=1, size=2000):
    """Their SOP Instance UIDs."""
    return {make_object(pathlib.Path(folder) / f"{series}-{i:04}.dcm", i, series, size) for i in range(count)}


def instances(folder):
    """Those of the objects in a receiver's folder."""
    return {str(pydicom.dcmread(p, stop_before_pixels=True).SOPInstanceUID)
            for p in pathlib.Path(folder).rglob("*") if p.is_file()}


class Archive(Acceptor):
    """Stores by its script; keeps what it was given, on which connection, and what it said."""

    def __init__(self, act):
        """act(archive, wire, connection, k): the status for the k-th object of a connection, or None when it
        has done something else; k 0 is asked before the association."""
        self.act, self.given, self.said, self.released, self.lock = act, [], {}, 0, threading.Lock()
        super().__init__(self.serve)

    def serve(self, wire):
        connection = wire.connection
        rq = wire.get()[1]
        if self.act(self, wire, connection, 0) is None:
            return
        wire.put(associate_ac(rq))
        k = 0
        while True:
            command, data = self.message(wire)
            if command is None:
                wire.put(pdu(RELEASE_RP, bytes(4)))
                self.released += 1
                return
            k += 1
            number = int.from_bytes(command[0x110], "little")
            uid = command[0x1000].rstrip(b"\0").decode()
            with self.lock:
                self.given.append((connection, uid))
            status = self.act(self, wire, connection, k)
            if status is None:
                return
            with self.lock:
                self.said.setdefault(uid, []).append(status)
            wire.put(p_data(wire.context, COMMAND | LAST, store_rsp(status, number)))

    def wait(self, condition):
        """Until it holds, or it will not; whether it does."""
        end = time.monotonic() + WAIT
        while not condition() and time.monotonic() < end:
            time.sleep(0.005)
        return condition()

    @staticmethod
    def message(wire):
        """The next request, or (None, None) for a release."""
        try:
            return wire.message()
        except Exception as gone:
            if "PDU 5" in str(gone):
                return None, None
            raise
