#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Static analysis: every finding of four analyzers is explained in tests/analyze.txt, or it fails.

usage: analyze.py BUILD-FOLDER [ANALYZER]...

A line of analyze.txt is "FILE CHECK REASON". It explains all findings of that check in that file; a line
that explains nothing any more fails as well, so the list can only be as long as it must be.
"""
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "tests/analyze.txt"
DEFINES = ["-D_POSIX_C_SOURCE=200809L"] + [f'-D{name}_VERSION="0"' for name in ("DCMSEC", "BEARSSL", "ZLIB")]

# Whole groups that say nothing about this code, with the reason.
TIDY = ["-*", "bugprone-*", "cert-*",
        "-bugprone-easily-swappable-parameters",  # spans and lengths are what our functions take
        "-bugprone-implicit-widening-of-multiplication-result",  # of small constants
        "-bugprone-narrowing-conversions",  # -Wconversion is on in every build
        "-cert-err33-c",  # snprintf into a buffer of known size, fputs to a terminal
        "-bugprone-reserved-identifier", "-cert-dcl37-c", "-cert-dcl51-cpp"]  # _GNU_SOURCE is there to be defined


def flags(build):
    return ["-std=c11", "-Ilib", f"-I{build}", "-isystem", "/usr/include/bearssl", *DEFINES]


def analyzers(build):
    common = flags(build)
    return {
        "clang": lambda f: ["clang", "--analyze", "--analyzer-output", "text", *common, "-o", "/dev/null", f],
        "gcc": lambda f: ["gcc", "-O1", "-fanalyzer", *common, "-c", "-o", "/dev/null", f],
        "clang-tidy": lambda f: ["clang-tidy", "--quiet", "--checks=" + ",".join(TIDY), f, "--", *common],
        "cppcheck": lambda f: ["cppcheck", "--std=c11", "--quiet", "--enable=warning,portability,performance",
                               "--template={file}:{line}:1: warning: {message} [{id}]", "-Ilib", f"-I{build}",
                               DEFINES[0], f],
    }


FINDING = re.compile(r"^(\S+?):(\d+):\d+: (?:warning|error): (.*) \[([\w.,=+-]+)\]$")


def findings(command, file):
    """What one analyzer says of one file: (file, check, line, message), and whether it could read the file."""
    ran = subprocess.run(command(file), cwd=ROOT, capture_output=True, text=True)
    for line in (ran.stdout + ran.stderr).splitlines():
        if m := FINDING.match(line):
            where = os.path.relpath(ROOT / m[1], ROOT)
            yield where, m[4].split(",")[0].removeprefix("-Wanalyzer-"), int(m[2]), m[3]
        elif re.search(r"(fatal error|error):", line):
            yield file, "unreadable", 0, line


def main():
    build = sys.argv[1]
    sources = sorted(str(p.relative_to(ROOT)) for pattern in ("dcmsec.c", "applets/*.c", "lib/*/*.c")
                     for p in ROOT.glob(pattern))
    explained = {}
    for line in LIST.read_text().splitlines():
        if line and not line.startswith("#"):
            file, check, reason = line.split(None, 2)
            explained[file, check] = reason
    used, failed = set(), 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, command in analyzers(build).items():
            if sys.argv[2:] and name not in sys.argv[2:]:
                continue
            if not shutil.which(name):
                print(f"skip - {name} finds nothing unexplained: it is not installed")
                continue
            new = []
            for found in pool.map(lambda f: list(findings(command, f)), sources):
                for file, check, line, message in found:
                    if (file, check) in explained:
                        used.add((file, check))
                    else:
                        new.append(f"# {file}:{line}: {check}: {message}")
            print(f"{'not ok' if new else 'ok'} - {name} finds nothing unexplained in {len(sources)} files")
            print("".join(line + "\n" for line in sorted(set(new))), end="")
            failed += bool(new)
    stale = [f"# {file} {check}" for file, check in explained if (file, check) not in used and not sys.argv[2:]]
    print(f"{'not ok' if stale else 'ok'} - each explanation explains a finding ({len(explained)})")
    print("".join(line + "\n" for line in stale), end="")
    return bool(failed or stale)


sys.exit(main())
