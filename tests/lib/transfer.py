# SPDX-License-Identifier: MIT
"""What is moved and by whom, for bench.py and the tests that count: loads of objects, processes with what they
cost, pairs of a sender and a receiver."""
import os
import re
import shutil
import subprocess
import tempfile
import threading
import time

import harness

MB = 1000 * 1000
CHUNK = 1 << 20


class Wrong(Exception):
    """A transfer that did not do what it was for: the figures would mean nothing."""


# ---- objects

def write_object(path, uid, side, frames, noise):
    """A grey image of side x side x 16 bit pixels; the header by pydicom, the pixels in pieces."""
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7.3" if frames > 1 else "1.2.840.10008.5.1.4.1.1.2"
    ds.SOPInstanceUID = uid
    ds.StudyInstanceUID, ds.SeriesInstanceUID = "2.25.1", "2.25.2"
    ds.PatientName, ds.PatientID, ds.Modality = "Bench^Mark", "1", "CT"
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.Rows = ds.Columns = side
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, 16, 15, 0
    if frames > 1:
        ds.NumberOfFrames = frames
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
    ds.file_meta.MediaStorageSOPInstanceUID = uid
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.is_little_endian, ds.is_implicit_VR = True, False
    ds.save_as(path, write_like_original=False)
    size = left = side * side * 2 * frames
    with open(path, "ab") as f:
        f.write(b"\xe0\x7f\x10\x00OW\0\0" + size.to_bytes(4, "little"))
        while left:
            left -= f.write(noise[:min(left, len(noise))])
    return size


class Load:
    """A folder of objects; files maps each SOP Instance UID to its file and the size of its pixels."""

    def __init__(self, name, folder, count, side, frames=1):
        self.name, self.folder, self.count = name, folder, count
        folder.mkdir()
        noise = os.urandom(CHUNK)
        self.files = {}
        for i in range(count):
            uid = f"2.25.{side}.{i + 1}"
            path = folder / f"{i:04}.dcm"
            self.files[uid] = path, write_object(path, uid, side, frames, noise)
        self.bytes = sum(size for _, size in self.files.values())

    def check(self, out):
        """Everything is there, and the pixels of the first, a middle and the last object are right."""
        found = {re.sub(r"^[A-Za-z]+\.|\.dcm$", "", p.name): p for p in out.iterdir()}
        if set(found) != set(self.files):
            raise Wrong(f"{len(found)} objects arrived of {self.count}")
        uids = list(self.files)
        for uid in {uids[0], uids[len(uids) // 2], uids[-1]}:
            path, size = self.files[uid]
            if not same_tail(path, found[uid], size):
                raise Wrong(f"the pixels of {found[uid].name} are not those that were sent")


def same_tail(a, b, size):
    with open(a, "rb") as f, open(b, "rb") as g:
        f.seek(-size, os.SEEK_END)
        g.seek(-size, os.SEEK_END)
        while piece := f.read(CHUNK):
            if piece != g.read(CHUNK):
                return False
        return not g.read(1)


# ---- processes

class Process:
    """A child with what it cost. Python's own memory would count in ru_maxrss, so VmHWM is looked up
    while it runs: it only ever grows."""

    def __init__(self, command, env):
        self.log = tempfile.TemporaryFile()
        self.memory = 0
        self.start = time.perf_counter()
        self.child = subprocess.Popen([str(c) for c in command], stdin=subprocess.DEVNULL, stdout=self.log,
                                      stderr=subprocess.STDOUT, env={**os.environ, **env})
        self.ended = threading.Event()
        self.watch = threading.Thread(target=self._watch)
        self.watch.start()

    def _look(self):
        try:
            with open(f"/proc/{self.child.pid}/status", encoding="ascii") as f:
                found = re.search(r"VmHWM:\s*(\d+)", f.read())
        except OSError:
            found = None
        if found:
            self.memory = max(self.memory, int(found.group(1)) * 1024)

    def _watch(self):
        pause = 0.003  # at first past its exec only; some live for 20 ms
        while not self.ended.wait(pause):
            self._look()
            pause = min(pause * 1.2, 0.05)

    def wait(self):
        """Wall and CPU seconds, bytes, exit code."""
        _, status, usage = os.wait4(self.child.pid, 0)
        wall = time.perf_counter() - self.start
        self.ended.set()
        self.watch.join()
        self.child.returncode = code = os.waitstatus_to_exitcode(status)
        return {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "memory": self.memory, "code": code}

    def end(self):
        self._look()
        self.child.terminate()
        return self.wait()

    def text(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace")[-2000:]


class Pair:
    """A sender and a receiver. tuned is DCMTK with what its manual offers: no Nagle, bit preserving."""

    def __init__(self, name, sender, receiver, rounds, keys, dcmsec, send=(), receive=("--no-sync",)):
        self.name, self.sender, self.receiver, self.rounds = name, sender, receiver, rounds
        self.keys, self.dcmsec, self.send_options, self.receive_options = keys, dcmsec, send, receive

    def tls(self, tool, who):
        if not self.keys:
            return ["--plain"] if tool == "dcmsec" else []
        key, cert = self.keys[who]
        if tool == "dcmsec":
            return ["--key", key, "--cert", cert, "--ca", self.keys["ca"]]
        return ["+tls", key, cert, "+cf", self.keys["ca"]]

    @staticmethod
    def env(tool):
        return {"TCP_NODELAY": "1"} if tool == "tuned" else {}

    def command_receive(self, out, port):
        if self.receiver == "dcmsec":
            command = [self.dcmsec, "receive", "--quiet", *self.receive_options, "--bind", "127.0.0.1", "--port",
                       port, "--out", out, *self.tls(self.receiver, "server")]
        else:
            bits = ["+B"] if self.receiver == "tuned" else []
            command = ["storescp", *self.tls(self.receiver, "server"), *bits, "-od", out, port]
        return [str(word) for word in command]

    def receive(self, out, port):
        process = Process(self.command_receive(out, port), self.env(self.receiver))
        if not harness.listening(port, process=process.child):
            process.end()
            raise Wrong(f"{self.name}: the receiver does not listen: {process.text()}")
        return process

    def command_send(self, folder, port):
        if self.sender == "dcmsec":
            command = [self.dcmsec, "send", "--quiet", *self.send_options, *self.tls(self.sender, "client"),
                       f"127.0.0.1:{port}", folder]
        else:
            command = ["storescu", *self.tls(self.sender, "client"), "+sd", "127.0.0.1", port, folder]
        return [str(word) for word in command]

    def send(self, folder, port):
        return Process(self.command_send(folder, port), self.env(self.sender))

    def echo(self, port):
        if self.sender == "dcmsec":
            command = [self.dcmsec, "echo", "--quiet", *self.tls(self.sender, "client"), f"127.0.0.1:{port}"]
        else:
            command = ["echoscu", *self.tls(self.sender, "client"), "127.0.0.1", port]
        return Process(command, self.env(self.sender))

    def move(self, load, work, through=None):
        """One transfer: the costs of both sides. through(port) gives another port that leads to that one, and
        what ends it."""
        out = work / "out"
        out.mkdir()
        port = harness.free_port()
        receiver = self.receive(out, port)
        way, cut = through(port) if through else (port, None)
        sender = self.send(load.folder, way)
        sent, got = sender.wait(), receiver.end()
        if cut:
            cut()
        try:
            if sent["code"] != 0:
                raise Wrong(f"the sender ended with {sent['code']}: {sender.text()}")
            load.check(out)
        except Wrong as wrong:
            raise Wrong(f"{self.name}, {load.name}: {wrong}") from None
        finally:
            shutil.rmtree(out)
        return {"sender": sent, "receiver": got}


def make_keys(folder, kind):
    authority = harness.Authority(folder, key=kind)
    return {"ca": authority.path, "server": authority.node("server", kind), "client": authority.node("client", kind)}
