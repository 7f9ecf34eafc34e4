#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Our AES-GCM against NIST's vectors, and beside that of python's cryptography: all short lengths, those of
records, and the additional data of both versions of TLS."""
import os
import pathlib
import random
import re
import subprocess
import sys

try:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
except ImportError:
    print("skip - AES-GCM beside another library: python3-cryptography is not installed: make deps")
    sys.exit(0)

TOOL = pathlib.Path(os.environ.get("O", "build/musl-gcc")) / "tests/tools/gcm"
LENGTHS = [*range(601), 1023, 1024, 4096, 8191, 16383, 16384, 16385, 16640]
VECTORS = pathlib.Path("/usr/lib/python3/dist-packages/cryptography_vectors/ciphers/AES/GCM")


def word(data):
    return data.hex() or "-"


def ask(jobs):
    """For each job its answers, one each way."""
    said = subprocess.run([TOOL], input="".join(jobs), capture_output=True, text=True, check=True).stdout.split()
    ways = len(said) // len(jobs)
    assert ways and len(said) == ways * len(jobs)
    return [said[i:i + ways] for i in range(0, len(said), ways)]


def claim(text, wrong):
    print(f"{'not ok' if wrong else 'ok'} - {text}, each way that this processor can")
    if wrong:
        print(f"# not {wrong[:10]}")


def vectors(path):
    """Those with nonces of 96 bits: what sections and cases say."""
    section, case = {}, {}
    for line in path.read_text(encoding="ascii").splitlines() + [""]:
        found = re.fullmatch(r"\[?(\w+)(?: = ?(.*?))?\]?", line)
        if not found:
            if "Key" in case and section["IVlen"] == "96":
                yield case
            case = {}
        elif line[0] == "[":
            section[found[1]] = found[2]
        else:
            case[found[1]] = found[2]


def published():
    for verb, name in ("seal", "gcmEncryptExtIV"), ("open", "gcmDecrypt"):
        cases = [c for bits in (128, 192, 256) for c in vectors(VECTORS / f"{name}{bits}.rsp")]
        given, made = ("PT", "CT") if verb == "seal" else ("CT", "PT")
        told = ask([f"{verb} {c['Key']} {c['IV']} {c['AAD'] or '-'} {c[given] or '-'}\n" for c in cases])
        wrong = []
        for case, all_ways in zip(cases, told):
            for got in all_ways:
                good = got[-32:].startswith(case["Tag"])  # some are shorter
                if good != ("FAIL" not in case) or (good and got[:-32] != case[made]):
                    wrong.append(case)
        claim(f"AES-GCM {verb}s NIST's {len(cases):,} vectors as they say, {sum('FAIL' in c for c in cases):,} of them "
              "with a wrong tag", wrong)


def beside():
    source = random.Random(20261122)
    cases, jobs = [], []
    for i, n in enumerate(LENGTHS):
        key, nonce = source.randbytes((16, 32)[i % 2]), source.randbytes(12)
        aad, text = source.randbytes((5, 13, i % 70)[i % 3]), source.randbytes(n)
        sealed = AESGCM(key).encrypt(nonce, text, aad)
        for verb, given, want in ("seal", text, sealed), ("open", sealed[:-16], text + sealed[-16:]):
            jobs.append(f"{verb} {key.hex()} {nonce.hex()} {word(aad)} {word(given)}\n")
            cases.append((verb, n, want.hex()))
    told = ask(jobs)
    for verb in "seal", "open":
        claim(f"AES-GCM {verb}s messages of {len(LENGTHS)} lengths as another library does",
              [n for (v, n, want), all_ways in zip(cases, told) if v == verb and {want} != set(all_ways)])


if VECTORS.is_dir():
    published()
else:
    print("skip - AES-GCM against NIST's vectors: python3-cryptography-vectors is not installed: make deps")
beside()
