# SPDX-License-Identifier: MIT
"""Our own authority when it is killed, hindered, edited by hand or run several times at once: no certificate
may be out that its index does not know, because it could not be revoked."""
import os
import re
import shutil
import subprocess

from ca import BINARY, claims, dcmsec, expect, index, issue, read, write
from harness import T, claim, need, run, skip

os.chdir(T)


def damaged_index():
    dcmsec("certs", "init", "--name", "St. Elsewhere")
    issue("--name", "a.local")
    issue("--name", "b.local")
    with open("ca/index.txt") as f:
        lines = f.read().splitlines()
    bad = []
    for number, make in enumerate((lambda w: [w[0], "revokd", *w[2:]], lambda w: w[:4], lambda w: ["zz", *w[1:]],
                                   lambda w: [w[0], "revoked", *w[2:]], lambda w: [*w[:2], "yesterday", *w[3:]],
                                   lambda w: [*w[:5], "bored", *w[6:]], lambda w: w[:6], lambda w: [w[0] * 9, *w[1:]],
                                   lambda w: [*w[:6], "x" * 600]), 0):
        at = 1 + number % 2
        shutil.rmtree("broken", ignore_errors=True)
        shutil.copytree("ca", "broken")
        changed = list(lines)
        changed[at] = " ".join(make(["11" * 16, "good", "2026-01-01", "2027-01-01", "-", "-", "CN=x"]))
        write("broken/index.txt", "\n".join(changed).encode() + b"\n")
        for words in (["certs", "issue", "--name", "y"], ["certs", "revoke", "00ff"], ["crl", "make"]):
            bad += expect([(words + ["--dir", "broken"], 3, rf"line {at + 1} of broken/index.txt is damaged")])
    claims("a damaged index is named with its line, and nothing is issued, revoked or listed from it", bad)
    os.remove("broken/index.txt")
    claims("so is one that is gone", expect([(["crl", "make", "--dir", "broken"], 3, "broken/index.txt")]))


def at_once():
    dcmsec("certs", "init", "--dir", "many", "--name", "Many")
    os.makedirs("m")
    running = []
    for i in range(24):
        running.append(subprocess.Popen([BINARY, "certs", "issue", "-q", "--dir", "many", "--name", f"m{i}.local",
                                         "--out", f"m/{i}"]))
    codes = [p.wait() for p in running]
    issued = {f"{read(f'm/{i}/cert.pem').serial_number:032x}" for i in range(24)}
    claim("of 24 commands at once none loses the certificate of another", codes == [0] * 24
          and set(index("many")) == issued and len(issued) == 24, (codes, len(index("many"))))


def left_behind(directory, out):
    """What would be harm after a command was cut short."""
    bad = []
    known = index(directory)
    for folder, _, names in os.walk(out):
        for n in names:
            if n == "cert.pem" and f"{read(os.path.join(folder, n)).serial_number:032x}" not in known:
                bad.append(f"{folder}/{n} left without a line in the index")
    for n in os.listdir(os.path.join(directory, "issued")):
        if n.endswith(".pem") and n[:-4] not in known:
            bad.append(f"issued/{n} has no line in the index")
    return bad


def strace(inject, *words):
    # The leak checker of a sanitized build cannot work under strace.
    return run("strace", "-o", "/dev/null", "-f", "-e", f"trace={inject.split(':')[0]}", "-e", f"inject={inject}",
               BINARY, *words, env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"})


def cut_short():
    text = "killed at any write, sync, link or rename"
    if not need("strace", text):
        return
    dcmsec("certs", "init", "--dir", "cut", "--name", "Cut")
    if strace("fsync:signal=KILL:when=1", "certs", "issue", "--dir", "cut", "--name", "probe", "--out",
              "cuts/probe").returncode == 0:
        skip(text, "strace cannot inject signals here")
        return
    bad, kills = [], 0
    os.makedirs("cuts", exist_ok=True)
    for call in ("write", "fsync", "link", "rename", "unlink", "mkdir"):
        for when in range(1, 9):
            out = f"cuts/{call}{when}"
            r = strace(f"{call}:signal=KILL:when={when}", "certs", "issue", "-q", "--dir", "cut", "--name", "n.local",
                       "--out", out)
            if r.returncode == 0:
                break
            kills += 1
            bad += left_behind("cut", "cuts")
    more = issue("--dir", "cut", "--name", "after.local")
    claim(f"killed {kills} times at any write, sync, link or rename, no certificate is out that is not in the index, "
          "and the next is issued", not bad and kills > 15 and more.returncode == 0, f"{bad} {kills} {more.out}")
    bad, kills = [], 0
    victim = sorted(index("cut"))[0]
    for call in ("write", "fsync", "rename"):
        r = strace(f"{call}:signal=KILL:when=1", "certs", "revoke", "-q", "--dir", "cut", victim)
        kills += r.returncode != 0
        try:
            index("cut")
        except (OSError, IndexError) as why:
            bad.append(f"{call}: {why}")
    r = dcmsec("crl", "make", "--dir", "cut")
    claim("killed while it revokes, the index is whole", not bad and kills == 3 and r.returncode == 0,
          f"{bad} {kills} {r.out}")
    bad = []
    before = index("cut")
    for inject, says in (("write:error=ENOSPC", "No space left"), ("fsync:error=EIO", "I/O error|Input/output"),
                         ("rename:error=EROFS", "Read-only"), ("mkdir:error=EACCES", "Permission denied"),
                         ("link:error=EIO", "I/O error|Input/output")):
        out = "cuts/e" + inject.split("=")[1] + inject[0]
        # A full disk also takes the message's write away where that is injected, so only files are looked at.
        r = strace(inject, "certs", "issue", "--dir", "cut", "--name", "n.local", "--out", out)
        if r.returncode != 8 or (not inject.startswith("write") and not re.search(says, r.out)):
            bad.append(f"{inject}: {r.returncode} {r.out}")
        bad += left_behind("cut", "cuts")
        if os.path.exists(out) and [n for n in os.listdir(out) if n != "key.pem" or inject[0] != "r"]:
            bad.append(f"{inject}: {os.listdir(out)}")
    claims("a full, failing or read-only disk is exit 8 and leaves nothing", bad)
    claim("nor a line in the index", index("cut") == before, sorted(set(index("cut")) ^ set(before)))
    r = strace("link:error=EPERM", "certs", "issue", "--dir", "cut", "--name", "fat.local", "--out", "cuts/fat")
    s = strace("link:error=EPERM", "certs", "issue", "--dir", "cut", "--name", "fat.local", "--out", "cuts/fat")
    claim("a file system without links holds a node's files too, and is not overwritten either", r.returncode == 0
          and s.returncode == 2 and sorted(os.listdir("cuts/fat")) == ["ca.pem", "cert.pem", "key.pem"]
          and os.stat("cuts/fat/key.pem").st_mode & 0o777 == 0o600, r.out + s.out)


def main():
    damaged_index()
    at_once()
    cut_short()


if __name__ == "__main__":
    main()
