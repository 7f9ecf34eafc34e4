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
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
import harness  # noqa: E402
import linkbench  # noqa: E402
import pkibench  # noqa: E402
import tlsbench  # noqa: E402
from transfer import MB, Load, Pair, Process, Wrong, make_keys  # noqa: E402

GOAL_SEED_US = 2000  # what seeding may add to the start of a process


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
    rows = [{"what": "/bin/true", "ms": several(times, lambda: Process(["/bin/true"], {}))},
            {"what": "dcmsec --version", "ms": several(times, lambda: Process([dcmsec, "--version"], {}))},
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


def engines(build, work, quick):
    """Our TLS engine beside BearSSL's and OpenSSL's, through memory: each role by its CPU time."""
    seconds = 0.1 if quick else 0.5
    said = harness.run(build / "tests" / "tools" / "tls_speed", seconds)
    if said.returncode:
        raise Wrong(f"tls_speed: {said.out}")
    rows, table, whose = [], {}, ("our own", "BearSSL's", "OpenSSL's")
    for what, value, unit in re.findall(r"^(.*): ([0-9.]+) (\S+)$", said.stdout, re.M) + tlsbench.bench(work, seconds):
        rows.append({"what": what, "value": float(value), "unit": unit})
        who, _, rest = what.partition(", ")
        table.setdefault((rest, unit), {})[who] = float(value)
    print(f"\n{'TLS engines, in a second of CPU':52} {whose[0]:>9} {whose[1]:>10} {whose[2]:>10}")
    for (what, unit), of in table.items():
        print(f"  {what:37} {unit:>12} " + " ".join(f"{of[who]:10.0f}" if who in of else f"{'':10}" for who in whose),
              flush=True)
    return rows


# ---- the whole

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


def pairs_of(keys, dcmsec, tools, quick):
    """Whom each load is measured with."""
    few, many = (1, 3) if quick else (1, 5)
    pair = lambda name, sender, receiver, rounds, **more: Pair(name, sender, receiver, rounds, keys, dcmsec, **more)
    ours = pair("dcmsec", "dcmsec", "dcmsec", many)
    durable = linkbench.Durable("dcmsec, durable, on disk", "dcmsec", "dcmsec", few, keys, dcmsec, receive=())
    plain = pair("dcmsec, --plain", "dcmsec", "dcmsec", few, receive=("--no-sync",))
    plain.keys = None
    tuned = pair("DCMTK, TCP_NODELAY=1, +B", "tuned", "tuned", many)
    slow = pair("DCMTK as it comes", "dcmtk", "dcmtk", few)  # up to 90 s, most of it a timer's
    soon = pair("DCMTK as it comes", "dcmtk", "dcmtk", many)
    floor = linkbench.Floor(tools / "tls_floor", many)
    mixed = [pair("dcmsec to storescp, tuned", "dcmsec", "tuned", many),
             pair("storescu, tuned, to dcmsec", "tuned", "dcmsec", many)]
    as_they_come = [pair("dcmsec to storescp", "dcmsec", "dcmtk", many),
                    pair("storescu to dcmsec", "dcmtk", "dcmsec", many)]
    return {"large": [ours, floor, plain, durable, tuned, soon, *mixed],
            "middle": [ours, floor, plain, durable, tuned, slow, *mixed],
            "small": [ours, floor, plain, durable, tuned, slow, *mixed],
            "hundred": [ours, slow, *as_they_come],
            "one": [ours, linkbench.Resumed("dcmsec, resumed", "dcmsec", "dcmsec", many, keys, dcmsec), tuned, soon]}


def loads_of(work, quick):
    small, middle, frames = (100, 100, 400) if quick else (1000, 400, 1908)
    return {"large": lambda: Load("large", work / "large", 1, 512, frames),
            "middle": lambda: Load("middle", work / "middle", middle, 512),
            "small": lambda: Load("small", work / "small", small, 72),
            "hundred": lambda: Load("hundred", work / "hundred", 100, 72),
            "one": lambda: Load("one", work / "one", 1, 72)}


def bench_loads(options, work, keys, dcmsec):
    tools = dcmsec.parent / "tests" / "tools"
    rows, pairs = [], pairs_of(keys, dcmsec, tools, options.quick)
    for name, make in loads_of(work, options.quick).items():
        if options.only in (None, name):
            load = make()
            found = measure(load, pairs[name], work)
            show(load, found)
            rows += found
            shutil.rmtree(load.folder)
    return rows


def bench_links(options, work, keys, dcmsec):
    """A slow link, many associations, and instructions."""
    tools, found = dcmsec.parent / "tests" / "tools", {}
    pair = lambda name, kind, *send: Pair(name, kind, kind, 1, keys, dcmsec, send=send)
    load = Load("far", work / "far", 40 if options.quick else 200, 72)
    far = [pair("dcmsec", "dcmsec"), pair("dcmsec, one by one", "dcmsec", "--window", 1),
           pair("dcmsec, one by one, --jobs 16", "dcmsec", "--window", 1, "--jobs", 16),
           pair("DCMTK, TCP_NODELAY=1", "tuned")]
    found["delayed"] = linkbench.delayed(load, far, tools / "delay_proxy", work)
    shutil.rmtree(load.folder)
    found["held"] = linkbench.held(200 if options.quick else 1000, keys, dcmsec, work)
    if shutil.which("valgrind") and not options.quick:
        load = Load("twenty", work / "twenty", 20, 512)
        counts = linkbench.instructions(pair("dcmsec", "dcmsec"), load, work)
        shutil.rmtree(load.folder)
        print(f"\ninstructions for 20 objects of 0.5 MB, millions: {counts['sender'] / MB:.1f} sender, "
              f"{counts['receiver'] / MB:.1f} receiver; the goal is 60 each", flush=True)
        found["instructions"] = counts
    return found


def bench(options, work):
    dcmsec = pathlib.Path(options.build).resolve() / "dcmsec"
    keys, ec_keys = make_keys(work / "rsa", "rsa2048"), make_keys(work / "ec", "ec")
    ours = Pair("dcmsec", "dcmsec", "dcmsec", 1, keys, dcmsec)
    tuned = Pair("DCMTK, TCP_NODELAY=1", "tuned", "tuned", 1, keys, dcmsec)
    about = machine()
    about["suite"] = suite_of(ours, work)
    about["suite_with_dcmtk"] = suite_of(tuned, work)
    about["binary_bytes"] = dcmsec.stat().st_size
    print(f"{about['cpu']}, {about['cores']} cores, load {about['load']:.1f}; DCMTK {about['dcmtk']}; RSA 2048; "
          f"files in {work.parent}, durable ones "
          f"in {linkbench.DISK} ({linkbench.file_system(linkbench.DISK)})\n{about['suite']} (with DCMTK's receiver {about['suite_with_dcmtk']}); dcmsec has "
          f"{about['binary_bytes']} bytes\nmedians, turn by turn", flush=True)
    rows = bench_loads(options, work, keys, dcmsec)
    links = bench_links(options, work, keys, dcmsec) if options.only in (None, "links") else {}
    starts, costs, tls, judged = [], [], [], []
    if options.only in (None, "pki"):
        judged = pkibench.bench(dcmsec, dcmsec.parent / "tests" / "tools", work, options.quick)
    if options.only in (None, "engines"):
        tls = engines(dcmsec.parent, work, options.quick)
    if not options.only:
        costs = randomness(dcmsec.parent, dcmsec, work)
        ec_ours = Pair("dcmsec, P-256 keys", "dcmsec", "dcmsec", 1, ec_keys, dcmsec)
        slow = Pair("DCMTK as it comes", "dcmtk", "dcmtk", 1, keys, dcmsec)
        starts = startup([ours, ec_ours, tuned, slow], dcmsec, work, 10 if options.quick else 30)
    goals = linkbench.show_goals(linkbench.goals(rows, starts, links) + linkbench.resumption(tls))
    if options.json:
        with open(options.json, "w", encoding="utf-8") as f:
            json.dump({"machine": about, "loads": rows, "links": links, "processes": starts, "randomness": costs,
                       "engines": tls, "certificates": judged, "goals": goals}, f, indent=1)
            f.write("\n")


def main():
    parser = argparse.ArgumentParser(description="speed and memory beside DCMTK")
    parser.add_argument("build")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--only", choices=("large", "middle", "small", "hundred", "one", "links", "pki", "engines"))
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
