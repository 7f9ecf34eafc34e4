# SPDX-License-Identifier: MIT
"""A CRL of a million entries: every answer, and the memory it takes. How long it takes is make bench's."""
import base64
import os

from pki import DCMSEC, SANITIZED, T, Report, bounded, large_crl, make, write

MOST_MB = 20
report = Report()
root = make("root", ca=True)
gone, good = make("gone", root), make("good", root)
P = lambda n: os.path.join(T, n)
for n in (root, gone, good):
    write(P(n.cert.subject.rfc4514_string().split("CN=")[1].split(",")[0] + ".pem"), n)
der = large_crl(root, 1_000_000, [gone.cert.serial_number])
write(P("large.der"), der)
write(P("large.pem"), b"-----BEGIN X509 CRL-----\n" + base64.encodebytes(der) + b"-----END X509 CRL-----\n")
damaged = bytearray(der)
damaged[len(der) // 2] ^= 1
write(P("damaged.der"), bytes(damaged))


def check(crl, certificate):
    return bounded(10, DCMSEC, "crl", "check", "--ca", P("root.pem"), "--crl", P(crl), P(certificate))


runs = {(crl, who): check(crl, who) for crl in ("large.der", "large.pem") for who in ("gone.pem", "good.pem")}
wrong = [(k, r) for k, r in runs.items() if r[0] != (k[1] == "gone.pem")]
report.claim("a million entries: what is revoked is refused, what is not is accepted, from DER and PEM", wrong)
r = check("damaged.der", "good.pem")
report.claim("one bit of a million entries changed: the list is not believed", [] if r[0] == 1 and (
    "signature" in r[3] or "cannot be told" in r[3]) or r[0] == 3 else [r])
empty = bounded(10, DCMSEC, "--version")[2]
most = max(r[2] for r in runs.values()) - empty
print(f"# resident beside the program's own {empty:.1f} MB: {most:.1f} MB; the file has {len(der) / 1e6:.0f} MB")
if SANITIZED:
    print(f"skip - it takes under {MOST_MB} MB: sanitizers have memory of their own")
else:
    report.claim(f"it takes under {MOST_MB} MB", [] if most < MOST_MB else [most])
