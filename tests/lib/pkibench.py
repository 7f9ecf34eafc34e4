# SPDX-License-Identifier: MIT
"""The section of bench.py about certificates: chains, indexed directories and long CRLs, beside OpenSSL."""
import base64
import re
import statistics
import subprocess
import time

import pki

ROUNDS = 3


def cost(tools, work, *command, before=None):
    """Median milliseconds of wall time, and most MB resident, of whole processes that end well; before() is called
    before each and not counted."""
    walls, memory, said = [], 0, work / "cost"
    for _ in range(ROUNDS):
        if before:
            before()
        start = time.perf_counter()
        subprocess.run([str(c) for c in (tools / "bounded", said, 600, *command)], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=True)
        walls.append((time.perf_counter() - start) * 1000)
        code, _, kilobytes = map(int, said.read_text(encoding="ascii").split())
        if code:
            raise RuntimeError(f"exit code {code}: {command}")
        memory = max(memory, kilobytes / 1024)
    return statistics.median(walls), memory


def fill(folder, count):
    """Certificates of as many subjects; their signatures are not looked at."""
    folder.mkdir()
    text = pki.make("number 0000000").cert.public_bytes(pki.DER)
    for i in range(count):
        der = base64.encodebytes(text.replace(b"number 0000000", b"number %07d" % i))
        (folder / f"{i}.pem").write_bytes(b"-----BEGIN CERTIFICATE-----\n" + der + b"-----END CERTIFICATE-----\n")


def unlink(folder):
    """Leaves the files, without an index."""
    for link in folder.iterdir():
        if link.is_symlink():
            link.unlink()


def bench(dcmsec, tools, work, quick):
    work = work / "pki"
    work.mkdir()
    rows = []

    def row(what, ours, theirs=None, before=None):
        wall, memory = cost(tools, work, dcmsec, *ours, before=before)
        other = cost(tools, work, "openssl", *theirs, before=before) if theirs else (None, None)
        rows.append({"what": what, "ms": wall, "resident_mb": memory, "openssl_ms": other[0],
                     "openssl_resident_mb": other[1]})
        beside = f"{other[0]:9.1f} {other[1]:7.1f}" if theirs else ""
        print(f"  {what:46} {wall:9.1f} {memory:7.1f}   {beside}", flush=True)

    root = pki.make("root", ca=True)
    inter = pki.make("inter", root, ca=True)
    leaf, direct = pki.make("leaf", inter), pki.make("direct", root)
    path = {n: pki.write(work / f"{n}.pem", *c) for n, c in (
        ("root", [root]), ("inter", [inter]), ("leaf", [leaf]), ("chain", [leaf, inter]), ("direct", [direct]))}
    print(f"\ncertificates: {'':32} {'dcmsec ms':>9} {'MB':>7}   {'OpenSSL ms':>9} {'MB':>7}")
    row("a chain of three", ["certs", "verify", "--ca", path["root"], path["chain"]],
        ["verify", "-CAfile", path["root"], "-untrusted", path["inter"], path["leaf"]])
    few, many = (1000, 10_000) if quick else (10_000, 100_000)
    for count in (few, many):
        folder = work / f"{count}"
        fill(folder, count)
        pki.write(folder / "root.pem", root)
        if count == few:
            row(f"certs index of {count:,} files (openssl rehash)", ["certs", "index", folder], ["rehash", folder],
                before=lambda: unlink(folder))
            row("the same again, nothing new", ["certs", "index", folder], ["rehash", folder])
        subprocess.run([dcmsec, "certs", "index", "--quiet", folder], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        row(f"a look-up among {count:,} indexed", ["certs", "verify", "--ca-dir", folder, path["direct"]],
            ["verify", "-CApath", folder, path["direct"]])
    for count in (10_000, 100_000) if quick else (100_000, 1_000_000):
        der = pki.large_crl(root, count)
        (work / "crl.der").write_bytes(der)
        (work / "crl.pem").write_bytes(b"-----BEGIN X509 CRL-----\n" + base64.encodebytes(der) +
                                       b"-----END X509 CRL-----\n")
        for form in ("der", "pem"):
            row(f"a CRL of {count:,} entries, {form.upper()}", [
                "certs", "verify", "--ca", path["root"], "--crl", work / f"crl.{form}", "--check-crl", path["direct"]],
                form == "pem" and ["verify", "-CAfile", path["root"], "-CRLfile", work / "crl.pem", "-crl_check",
                                   path["direct"]])
        said = subprocess.run([tools / "crl_speed", work / "crl.der"], capture_output=True, text=True, check=True).stdout
        for what, ms in re.findall(r"^(.*): ([0-9.]+) ms$", said, re.M):
            rows.append({"what": f"{count} entries: {what}", "ms": float(ms)})
            print(f"    {what:44} {float(ms):9.1f}")
    return rows
