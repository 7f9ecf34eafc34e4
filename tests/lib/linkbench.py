# SPDX-License-Identifier: MIT
"""The sections of bench.py beyond loads on a fast link: the bare pipe, a link with a delay, a thousand associations
held open, instructions; and what all of it was to reach."""
import pathlib
import re
import resource
import shutil
import socket
import ssl
import statistics
import subprocess
import tempfile
import time

import harness
import rawpeer
from transfer import Pair, Process, Wrong

ONE_WAY_MS = 25
HELD_MB, HELD_SECONDS = 40, 2
DISK = pathlib.Path(tempfile.gettempdir()).resolve()  # TMPDIR says which


class Floor:
    """The bare BearSSL pipe in the place of a pair."""

    def __init__(self, tool, rounds):
        self.name, self.tool, self.rounds = "bare BearSSL pipe", tool, rounds

    def move(self, load, work):
        out = work / "out"
        out.mkdir()
        said = harness.run(self.tool, load.folder, out)
        sizes = sorted(p.stat().st_size for p in out.iterdir())
        shutil.rmtree(out)
        if said.returncode or sizes != sorted(path.stat().st_size for path, _ in load.files.values()):
            raise Wrong(f"{self.name}, {load.name}: {said.out}")
        wall, sender, receiver = map(float, said.stdout.split())
        side = lambda cpu: {"wall": wall, "cpu": cpu, "memory": 0, "code": 0}
        return {"sender": side(sender), "receiver": side(receiver)}


def file_system(folder):
    return subprocess.run(["stat", "-f", "-c", "%T", folder], capture_output=True, text=True, check=True).stdout.strip()


class Durable(Pair):
    """Stores on a disk, where syncing means something."""

    def move(self, load, work, through=None):
        disk = pathlib.Path(tempfile.mkdtemp(prefix="dcmsec-bench-", dir=DISK))
        try:
            return super().move(load, disk, through)
        finally:
            shutil.rmtree(disk, ignore_errors=True)


class Resumed(Pair):
    """A sender that comes again with the session of the one before, to a receiver that lives on."""

    def move(self, load, work, through=None):
        out, session = work / "out", work / "session"
        out.mkdir()
        self.send_options = ("--session", session)
        port = harness.free_port()
        receiver = self.receive(out, port)
        key, cert = self.keys["client"]
        try:
            costs = [self.send(load.folder, port).wait() for _ in range(2)]
            said = harness.run(self.dcmsec, "echo", "--json", "--session", session, "--key", key, "--cert", cert, "--ca",
                               self.keys["ca"], f"127.0.0.1:{port}").stdout
            if any(cost["code"] for cost in costs) or not re.search(r'"resumed": ?true', said):
                raise Wrong(f"{self.name}, {load.name}: no session was resumed")
            load.check(out)
        finally:
            got = receiver.end()
            shutil.rmtree(out)
            session.unlink(missing_ok=True)
        return {"sender": costs[1], "receiver": got}


def delayed(load, pairs, tool, work):
    """Seconds for a load over a link with 50 ms round trip."""
    def through(port):
        way = harness.free_port()
        proxy = subprocess.Popen([str(tool), str(way), str(port), str(ONE_WAY_MS)])
        if not harness.listening(way, process=proxy):
            raise Wrong("the delay proxy does not listen")
        return way, lambda: (proxy.terminate(), proxy.wait())

    rows = []
    print(f"\n{load.count} objects of {load.bytes / load.count / 1000:.0f} kB over {2 * ONE_WAY_MS} ms round trip")
    for pair in pairs:
        walls = [pair.move(load, work, through)["sender"]["wall"] for _ in range(pair.rounds)]
        rows.append({"pair": pair.name, "wall_s": statistics.median(walls)})
        print(f"  {pair.name:40} {rows[-1]['wall_s']:8.2f} s", flush=True)
    return rows


def held(count, keys, dcmsec, work):
    """So many TLS associations held open with one receiver, then an object on each, all at once."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    out = work / "out"
    out.mkdir()
    port = harness.free_port()
    pair = Pair("held", "dcmsec", "dcmsec", 1, keys, dcmsec,
                receive=("--no-sync", "--max-associations", count + 10, "--max-per-address", count + 10))
    receiver = pair.receive(out, port)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(keys["ca"])
    context.check_hostname = False
    key, cert = keys["client"]
    context.load_cert_chain(cert, key)
    wires, start = [], time.perf_counter()
    try:
        for _ in range(count):
            sock = context.wrap_socket(socket.create_connection(("127.0.0.1", port), harness.WAIT))
            wire = rawpeer.Wire(sock)
            wire.put(rawpeer.associate_rq([(rawpeer.CT, [rawpeer.IMPLICIT_LE])]))
            if wire.get()[0] != rawpeer.ASSOCIATE_AC:
                raise Wrong(f"association {len(wires) + 1} of {count} was not accepted")
            wires.append(wire)
        opened, began = time.perf_counter() - start, []
        pixels = rawpeer.element(0x7fe00010, bytes(10000))
        last = rawpeer.COMMAND | rawpeer.LAST
        for i, wire in enumerate(wires):
            uid = f"2.25.{i + 1}"
            data = rawpeer.object_bytes(rawpeer.CT, uid, pixels)
            began.append(time.perf_counter())
            wire.put(rawpeer.p_data(1, last, rawpeer.store_rq(rawpeer.CT, uid)),
                     rawpeer.p_data(1, rawpeer.LAST, data))
        waits = []
        for wire, at in zip(wires, began):
            values, _ = wire.message()
            waits.append(time.perf_counter() - at)
            if values.get(0x900) != rawpeer.us(0):
                raise Wrong(f"a held association got the status {values.get(0x900)}")
        if len(list(out.iterdir())) != count:
            raise Wrong(f"{len(list(out.iterdir()))} of {count} objects were stored")
    except (OSError, rawpeer.Gone) as lost:
        raise Wrong(f"{count} associations held: {lost}; {receiver.text()}") from None
    finally:
        for wire in wires:
            wire.close()
        cost = receiver.end()
        shutil.rmtree(out)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    row = {"associations": count, "opened_s": opened, "longest_wait_s": max(waits),
           "resident_mb": cost["memory"] / 1024 / 1024, "cpu_s": cost["cpu"]}
    print(f"\n{count} TLS associations held open, then an object of 10 kB on each: all stored")
    print(f"  opened in {opened:.1f} s; most resident {row['resident_mb']:.1f} MB, the goal is {HELD_MB}; longest "
          f"wait {row['longest_wait_s']:.2f} s, the goal is {HELD_SECONDS}", flush=True)
    return row


def instructions(pair, load, work):
    """Instructions of each side under callgrind, with all that a process does. The receiver has no sandbox, in which
    valgrind's own system calls are its end, and its key at home, so that the use of it is counted."""
    counts, out = {}, work / "out"
    out.mkdir()

    def under(name, command):
        return ["valgrind", "-q", "--tool=callgrind", f"--callgrind-out-file={work / name}", *command]

    port = harness.free_port()
    plain = [*pair.command_receive(out, port), "--no-sandbox", "--no-keeper"], pair.command_send(load.folder, port)
    receiver = Process(under("receiver", plain[0]), {})
    if not harness.listening(port, process=receiver.child):
        raise Wrong(f"callgrind: {receiver.text()}")
    sender = Process(under("sender", plain[1]), {})
    if sender.wait()["code"] != 0:
        raise Wrong(f"callgrind: {sender.text()}")
    receiver.end()
    load.check(out)
    for name in ("sender", "receiver"):
        with open(work / name, encoding="ascii", errors="replace") as f:
            counts[name] = int(re.search(r"^(?:totals|summary): (\d+)", f.read(), re.M).group(1))
    shutil.rmtree(out)
    return counts


# ---- goals

def resumption(engines):
    """A resumed handshake of a role is to cost a tenth of a full one with RSA keys."""
    rate = {row["what"]: row["value"] for row in engines}
    found = []
    for version in ("TLS 1.3", "TLS 1.2"):
        for role in ("client", "server"):
            full, again = (rate.get(f"our own, {version}, RSA 2048{more}, {role}") for more in ("", ", resumed"))
            if full and again:
                found.append((f"handshake, {version}, {role}: resumed of a full one", full / again, 0.1, False))
    return found


def goals(rows, starts, links):
    """What the rows were to reach: (what, figure, goal, whether a higher figure is the better one)."""
    by = {(r["load"], r["pair"]): r for r in rows}
    found = []

    def wall(load, pair):
        row = by.get((load, pair))
        return row and row["wall_s"]

    def times(what, load, other, ours, goal):
        if wall(load, other) and wall(load, ours):
            found.append((f"{load}, {ours}: times {what}", wall(load, other) / wall(load, ours), goal, True))

    plain, tuned, ours = "DCMTK as it comes", "DCMTK, TCP_NODELAY=1, +B", "dcmsec"
    for load, first, second, pipe in (("large", 3, 1.4, 0.9), ("middle", 50, 1.6, 0.8), ("small", 400, 2.5, None)):
        times("DCMTK as it comes", load, plain, ours, first)
        times("DCMTK tuned", load, tuned, ours, second)
        if pipe:
            times("the bare pipe", load, "bare BearSSL pipe", ours, pipe)
        for mixed in ("dcmsec to storescp, tuned", "storescu, tuned, to dcmsec"):
            times("DCMTK tuned", load, tuned, mixed, 1)
    for mixed in ("dcmsec to storescp", "storescu to dcmsec"):
        times("DCMTK as it comes", "hundred", plain, mixed, 50)
    times("DCMTK as it comes", "one", plain, ours, 7)
    times("DCMTK tuned", "one", tuned, ours, 1 / 0.6)
    times("DCMTK as it comes", "one", plain, "dcmsec, resumed", 20)
    times("DCMTK tuned", "one", tuned, "dcmsec, resumed", 5)
    cpu = lambda r: r["sender_cpu_s"] + r["receiver_cpu_s"]
    if ("large", ours) in by and ("large", tuned) in by:
        found.append(("large, dcmsec: CPU of DCMTK tuned", cpu(by["large", ours]) / cpu(by["large", tuned]), 0.6,
                      False))
        for side in ("sender", "receiver"):
            found.append((f"large, dcmsec: MB resident, {side}", by["large", ours][f"{side}_resident_mb"], 2, False))
    far = {r["pair"]: r["wall_s"] for r in links.get("delayed", ())}
    if far:
        found.append(("50 ms round trip, dcmsec: times DCMTK", far["DCMTK, TCP_NODELAY=1"] / far["dcmsec"], 15, True))
        found.append(("associations held: MB resident", links["held"]["resident_mb"], HELD_MB, False))
        found.append(("associations held: longest wait, s", links["held"]["longest_wait_s"], HELD_SECONDS, False))
    for side, count in links.get("instructions", {}).items():
        found.append((f"million instructions, {side}", count / 1e6, 60, False))
    for row in starts:
        if row["what"] == "dcmsec --version":
            found.append(("dcmsec --version, ms", row["ms"], 1, False))
    return found


def show_goals(found):
    print("\ngoals")
    for what, figure, goal, higher in found:
        met = figure >= goal if higher else figure <= goal
        print(f"  {what:60} {figure:8.2f}  {'at least' if higher else 'at most'} {goal:.2f}: "
              f"{'met' if met else 'MISSED'}")
    return [{"what": w, "figure": f, "goal": g, "higher": h} for w, f, g, h in found]
