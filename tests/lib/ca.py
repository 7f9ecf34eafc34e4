# SPDX-License-Identifier: MIT
"""What the tests of our own authority share."""
import os
import re

from cryptography import x509

from harness import DCMSEC, claim, run

BINARY = os.path.abspath(DCMSEC)


def dcmsec(*words, **more):
    return run(BINARY, *words, **more)


def issue(*words, **more):
    return dcmsec("certs", "issue", *words, **more)


def read(path):
    with open(path, "rb") as f:
        return x509.load_pem_x509_certificate(f.read())


def index(directory="ca"):
    """Serial number to state, from the lines that are no comments."""
    with open(os.path.join(directory, "index.txt")) as f:
        return {line.split()[0]: line.split()[1] for line in f if not line.startswith("#")}


def claims(text, problems):
    claim(text, not problems, "\n".join(map(str, problems)))


def expect(rows):
    """Each row: words, exit code, what the one line on standard error must say."""
    bad = []
    for words, code, says in rows:
        r = dcmsec(*words)
        lines = [line for line in r.stderr.splitlines() if line]
        if r.returncode != code or not lines or not re.search(says, lines[-1]):
            bad.append(f"{' '.join(words)}: exit {r.returncode}, not {code}: {r.out}")
    return bad


def write(path, data):
    with open(path, "wb") as f:
        f.write(data)
    return path
