#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Speed and memory beside DCMTK: the same objects, over TLS, in the same run, turn by turn.

usage: bench.py BUILD-FOLDER [--quick] [--json FILE] [--only WORD]

Sender and receiver of each pair are fresh processes. Wall time is the sender's, from its start to its end;
CPU is user and system time of each side; memory is the most that was resident (VmHWM). A transfer that
did not bring every object, byte for byte in its pixels, ends the run with exit code 1; no time does.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import harness  # noqa: E402
import pkibench  # noqa: E402

MB = 1000 * 1000
CHUNK = 1 << 20
GOAL_MB = 3  # resident memory of either side for the largest object
GOAL_SEED_US = 2000  # what seeding may add to the start of a process


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

    def __init__(self, name, sender, receiver, rounds, keys, dcmsec):
        self.name, self.sender, self.receiver, self.rounds = name, sender, receiver, rounds
        self.keys, self.dcmsec = keys, dcmsec

    def tls(self, tool, who):
        key, cert = self.keys[who]
        if tool == "dcmsec":
            return ["--key", key, "--cert", cert, "--ca", self.keys["ca"]]
        return ["+tls", key, cert, "+cf", self.keys["ca"]]

    @staticmethod
    def env(tool):
        return {"TCP_NODELAY": "1"} if tool == "tuned" else {}

    def receive(self, out, port):
        if self.receiver == "dcmsec":
            command = [self.dcmsec, "receive", "--quiet", "--no-sync", "--bind", "127.0.0.1", "--port", port,
                       "--out", out, *self.tls(self.receiver, "server")]
        else:
            bits = ["+B"] if self.receiver == "tuned" else []
            command = ["storescp", *self.tls(self.receiver, "server"), *bits, "-od", out, port]
        process = Process(command, self.env(self.receiver))
        if not harness.listening(port, process=process.child):
            process.end()
            raise Wrong(f"{self.name}: the receiver does not listen: {process.text()}")
        return process

    def send(self, folder, port):
        if self.sender == "dcmsec":
            command = [self.dcmsec, "send", "--quiet", *self.tls(self.sender, "client"), f"127.0.0.1:{port}",
                       folder]
        else:
            command = ["storescu", *self.tls(self.sender, "client"), "+sd", "127.0.0.1", port, folder]
        return Process(command, self.env(self.sender))

    def echo(self, port):
        if self.sender == "dcmsec":
            command = [self.dcmsec, "echo", "--quiet", *self.tls(self.sender, "client"), f"127.0.0.1:{port}"]
        else:
            command = ["echoscu", *self.tls(self.sender, "client"), "127.0.0.1", port]
        return Process(command, self.env(self.sender))

    def move(self, load, work):
        """One transfer: the costs of both sides."""
        out = work / "out"
        out.mkdir()
        port = harness.free_port()
        receiver = self.receive(out, port)
        sender = self.send(load.folder, port)
        sent, got = sender.wait(), receiver.end()
        try:
            if sent["code"] != 0:
                raise Wrong(f"the sender ended with {sent['code']}: {sender.text()}")
            load.check(out)
        except Wrong as wrong:
            raise Wrong(f"{self.name}, {load.name}: {wrong}") from None
        finally:
            shutil.rmtree(out)
        return {"sender": sent, "receiver": got}


# ---- measuring

def measure(load, pairs, work):
    """Turn by turn, so that whatever else the machine does meets all of them."""
    runs = {pair.name: [] for pair in pairs}
    for turn in range(max(pair.rounds for pair in pairs)):
        for pair in pairs:
            if turn < pair.rounds:
                runs[pair.name].append(pair.move(load, work))
                if sys.stderr.isatty():
                    print(".", end="", file=sys.stderr, flush=True)
    middle = lambda all_, side, what: statistics.median(r[side][what] for r in all_)
    rows = []
    for pair in pairs:
        mine = runs[pair.name]
        row = {"load": load.name, "bytes": load.bytes, "objects": load.count, "pair": pair.name,
               "runs": len(mine), "wall_s": middle(mine, "sender", "wall"),
               "least_wall_s": min(r["sender"]["wall"] for r in mine)}
        for side in ("sender", "receiver"):
            row[f"{side}_cpu_s"] = middle(mine, side, "cpu")
            row[f"{side}_resident_mb"] = middle(mine, side, "memory") / 1024 / 1024
        rows.append(row)
    if sys.stderr.isatty():
        print("\r" + " " * 40 + "\r", end="", file=sys.stderr, flush=True)
    return rows


def show(load, rows):
    print(f"\n{load.name}: {load.count} objects of {load.bytes / load.count / 1000:,.0f} kB, "
          f"{load.bytes / MB:,.1f} MB")
    print(f"  {'':27} {'wall s (least)':>16} {'MB/s':>7} {'CPU s':>13} {'resident MB':>16} {'x wall':>7} "
          f"{'x CPU':>6}")
    cpu = lambda r: r["sender_cpu_s"] + r["receiver_cpu_s"]
    for r in rows:
        print(f"  {r['pair']:27} {r['wall_s']:8.3f} ({r['least_wall_s']:.3f}) {r['bytes'] / MB / r['wall_s']:7.1f} "
              f"{r['sender_cpu_s']:6.2f}+{r['receiver_cpu_s']:<6.2f} "
              f"{r['sender_resident_mb']:7.1f} + {r['receiver_resident_mb']:6.1f} "
              f"{r['wall_s'] / rows[0]['wall_s']:7.2f} {cpu(r) / max(cpu(rows[0]), 0.001):6.2f}", flush=True)


def several(times, start):
    """Median wall time in ms of a process that start() makes."""
    walls = []
    for _ in range(times):
        process = start()
        result = process.wait()
        if result["code"] != 0:
            raise Wrong(f"exit code {result['code']}: {process.text()}")
        walls.append(result["wall"] * 1000)
    return statistics.median(walls)


def startup(pairs, dcmsec, work, times):
    rows = [{"what": "dcmsec --version", "ms": several(times, lambda: Process([dcmsec, "--version"], {}))},
            {"what": "storescu --version", "ms": several(times, lambda: Process(["storescu", "--version"], {}))}]
    for pair in pairs:
        out = work / "out"
        out.mkdir()
        port = harness.free_port()
        receiver = pair.receive(out, port)
        try:
            rows.append({"what": f"echo, {pair.name}", "ms": several(times, lambda: pair.echo(port))})
        finally:
            receiver.end()
            shutil.rmtree(out)
    print("\nwhole processes, median ms")
    for row in rows:
        print(f"  {row['what']:34} {row['ms']:8.1f}")
    return rows


def randomness(build, dcmsec, work):
    """What the generators give, and what seeding them adds to the start of a process."""
    seed = work / "seed"
    harness.run(dcmsec, "seed", "--out", seed)
    said = harness.run(build / "tests" / "tools" / "rand_speed", seed).stdout
    rows = []
    print("\nrandomness")
    for what, value, unit in re.findall(r"^(.*): ([0-9.]+) (\S+)$", said, re.M):
        rows.append({"what": what, "value": float(value), "unit": unit})
        late = unit == "us" and float(value) > GOAL_SEED_US
        print(f"  {what:45} {value:>8} {unit}{f'  MISSED: the goal is {GOAL_SEED_US}' if late else ''}")
    return rows


def engines(build):
    """Our TLS engine beside BearSSL's, client and server together on one core, without a network."""
    said = harness.run(build / "tests" / "tools" / "tls_speed")
    if said.returncode:
        raise Wrong(f"tls_speed: {said.out}")
    rows = []
    print("\nTLS engines, client and server back to back on one core")
    for what, value, unit in re.findall(r"^(.*): ([0-9.]+) (\S+)$", said.stdout, re.M):
        rows.append({"what": what, "value": float(value), "unit": unit})
        print(f"  {what:45} {value:>8} {unit}")
    return rows


# ---- the whole

def make_keys(folder, kind):
    authority = harness.Authority(folder, key=kind)
    return {"ca": authority.path, "server": authority.node("server", kind), "client": authority.node("client", kind)}


def machine():
    cpu = re.search(r"model name\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text(encoding="ascii"))
    dcmtk = re.search(r"storescu v(\S+)", harness.run("storescu", "--version").out)
    return {"cpu": cpu.group(1) if cpu else os.uname().machine, "cores": os.cpu_count(),
            "load": os.getloadavg()[0], "dcmtk": dcmtk.group(1) if dcmtk else "?"}


def suite_of(pair, work):
    """What our sender says was agreed with the receiver of a pair."""
    (work / "out").mkdir()
    port = harness.free_port()
    receiver = pair.receive(work / "out", port)
    key, cert = pair.keys["client"]
    said = harness.run(pair.dcmsec, "echo", "--json", "--key", key, "--cert", cert, "--ca", pair.keys["ca"],
                       f"127.0.0.1:{port}").stdout
    receiver.end()
    shutil.rmtree(work / "out")
    events = [json.loads(line) for line in said.splitlines()]
    return next((f"{e['protocol']} {e['suite']}" for e in events if e["event"] == "secure"), "?")


def bench(options, work):
    dcmsec = pathlib.Path(options.build).resolve() / "dcmsec"
    keys, ec_keys = make_keys(work / "rsa", "rsa2048"), make_keys(work / "ec", "ec")
    few, many = (1, 3) if options.quick else (3, 5)
    ours = Pair("dcmsec", "dcmsec", "dcmsec", many, keys, dcmsec)
    tuned = Pair("DCMTK, TCP_NODELAY=1, +B", "tuned", "tuned", many, keys, dcmsec)
    plain = Pair("DCMTK as it comes", "dcmtk", "dcmtk", few, keys, dcmsec)
    mixed = [Pair("dcmsec to storescp", "dcmsec", "dcmtk", few, keys, dcmsec),
             Pair("storescu to dcmsec", "dcmtk", "dcmsec", few, keys, dcmsec)]
    small, middle = (100, 100) if options.quick else (1000, 400)
    loads = [lambda: Load("large", work / "large", 1, 512, 1908),
             lambda: Load("middle", work / "middle", middle, 512),
             lambda: Load("small", work / "small", small, 72),
             lambda: Load("one", work / "one", 1, 72)]
    about = machine()
    about["suite"] = suite_of(ours, work)
    about["suite_with_dcmtk"] = suite_of(tuned, work)
    print(f"{about['cpu']}, {about['cores']} cores, load {about['load']:.1f}; DCMTK {about['dcmtk']}; RSA 2048; "
          f"files in {work.parent}\n{about['suite']} (with DCMTK's receiver {about['suite_with_dcmtk']})\n"
          f"medians of {many} runs, {few} where a DCMTK as it comes takes part", flush=True)
    rows, names = [], ("large", "middle", "small", "one")
    for name, make in zip(names, loads):
        if options.only and options.only != name:
            continue
        load = make()
        found = measure(load, [ours, tuned, plain] + (mixed if name != "large" else []), work)
        show(load, found)
        rows += found
        shutil.rmtree(load.folder)
        if name == "large":
            for side in ("sender", "receiver"):
                most = found[0][f"{side}_resident_mb"]
                print(f"  resident memory of dcmsec as {side}: {most:.2f} MB, the goal is under {GOAL_MB} MB: "
                      f"{'met' if most < GOAL_MB else 'MISSED'}")
    starts, costs, tls, judged = [], [], [], []
    if options.only in (None, "pki"):
        judged = pkibench.bench(dcmsec, dcmsec.parent / "tests" / "tools", work, options.quick)
    if not options.only:
        costs = randomness(dcmsec.parent, dcmsec, work)
        tls = engines(dcmsec.parent)
        ec_ours = Pair("dcmsec, P-256 keys", "dcmsec", "dcmsec", 1, ec_keys, dcmsec)
        starts = startup([ours, ec_ours, tuned, plain], dcmsec, work, 10 if options.quick else 40)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as f:
            json.dump({"machine": about, "loads": rows, "processes": starts, "randomness": costs,
                       "engines": tls, "certificates": judged}, f, indent=1)
            f.write("\n")


def main():
    parser = argparse.ArgumentParser(description="speed and memory beside DCMTK")
    parser.add_argument("build")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--only", choices=("large", "middle", "small", "one", "pki"))
    options = parser.parse_args()
    for program in ("storescu", "storescp", "echoscu"):
        if not shutil.which(program):
            sys.exit(f"{program} is not installed: make deps")
    shm = pathlib.Path("/dev/shm")
    work = pathlib.Path(tempfile.mkdtemp(prefix="dcmsec-bench-", dir=shm if shm.is_dir() else None))
    try:
        bench(options, work)
    except Wrong as wrong:
        sys.exit(f"\nbench: {wrong}")
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
