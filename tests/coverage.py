# SPDX-License-Identifier: MIT
"""Which lines and branches of lib/ the tests have reached, by layer and by file, from the counts that a build with
COVERAGE=1 has left. usage: coverage.py BUILD-FOLDER [--lines]

A line counts when some of its code ran in any program of the build; a branch is one of the ways out of a
condition. With --lines the lines that never ran are named, file by file."""
import collections
import gzip
import json
import pathlib
import subprocess
import sys
import tempfile

GOAL = 90  # percent of the lines


def counts(build):
    """{source: ({line: ran}, {(line, number): ran})} of the library."""
    notes = [str(p.resolve()) for p in sorted((build / "lib").rglob("*.gcno"))]
    sources = {}
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["gcov", "--json-format", "--branch-probabilities", "--preserve-paths", "--hash-filenames", *notes],
                       cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for path in pathlib.Path(folder).glob("*.gz"):
            with gzip.open(path) as f:
                told = json.load(f)
            for source in told["files"]:
                if not source["file"].startswith("lib/"):
                    continue
                lines, branches = sources.setdefault(source["file"], ({}, {}))
                for line in source["lines"]:
                    number = line["line_number"]
                    lines[number] = lines.get(number, False) or line["count"] > 0
                    for i, branch in enumerate(line["branches"]):
                        key = number, i
                        branches[key] = branches.get(key, False) or branch["count"] > 0
    return sources


def ranges(numbers):
    """"3-5 9" of 3, 4, 5, 9."""
    runs = []
    for n in sorted(numbers):
        if runs and n == runs[-1][1] + 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    return " ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


def percent(part, whole):
    return 100 * part / whole if whole else 100


def row(name, tally):
    lines, lines_ran, branches, branches_ran = tally
    print(f"{name:32} {lines_ran:6} of {lines:6} lines {percent(lines_ran, lines):5.1f} %"
          f"   {branches_ran:6} of {branches:6} branches {percent(branches_ran, branches):5.1f} %")


def main():
    sources = counts(pathlib.Path(sys.argv[1]))
    tallies = {}
    layers = collections.defaultdict(lambda: [0] * 4)
    for name, (lines, branches) in sources.items():
        tallies[name] = [len(lines), sum(lines.values()), len(branches), sum(branches.values())]
        for into in ("/".join(name.split("/")[:2]), "lib"):
            layers[into] = [a + b for a, b in zip(layers[into], tallies[name])]
    for name in sorted(tallies, key=lambda n: tallies[n][1] - tallies[n][0]):
        row(name, tallies[name])
        if "--lines" in sys.argv:
            print("   ", ranges(n for n, ran in sources[name][0].items() if not ran))
    print()
    for name in sorted(layers, key=lambda n: (n == "lib", n)):
        row(name, layers[name])
    return 0 if percent(layers["lib"][1], layers["lib"][0]) >= GOAL else 1


sys.exit(main())
