# SPDX-License-Identifier: MIT
"""`dcmsec certs index` beside `openssl rehash`: the same links over the same files, and what OpenSSL
gets wrong."""
import os
import shutil

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from pki import DAY, DCMSEC, NOW, PEM, T, Report, key, make, name, run, write

report = Report()
D = os.path.join(T, "dir")


def crl(issuer, number):
    return (x509.CertificateRevocationListBuilder().issuer_name(issuer.cert.subject).last_update(NOW)
            .next_update(NOW + DAY).add_extension(x509.CRLNumber(number), False)
            .sign(issuer.private, hashes.SHA256()).public_bytes(PEM))


def links(d):
    return {f: os.readlink(os.path.join(d, f)) for f in os.listdir(d) if os.path.islink(os.path.join(d, f))}


def index(*options):
    return run(DCMSEC, "certs", "index", *options, D)


def fill(d):
    shutil.rmtree(d, ignore_errors=True)
    os.mkdir(d)
    a, b = make("a", ca=True), make("b", ca=True)
    again = make("a", ca=True, private=key("a again"))
    third = make(name("O=TEST", "CN=A"), ca=True, private=key("a third"))
    for f, n in (("a.pem", a), ("b.crt", b), ("z.cer", again), ("k.PEM", third), ("copy.pem", a)):
        write(os.path.join(d, f), n)
    for f, n in (("one.crl", 1), ("two.pem", 2), ("three.crl", 3)):
        write(os.path.join(d, f), crl(a, n))
    write(os.path.join(d, "many.pem"), a, b)
    write(os.path.join(d, "with_key.pem"), b"text\n", a.private.private_bytes(
        PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption()), make("keyed", private=key("kk")))
    write(os.path.join(d, "noise.pem"), b"nothing in here\n")
    write(os.path.join(d, "readme.txt"), a)
    return a


a = fill(D)
run("openssl", "rehash", D)
theirs = links(D)
fill(D)
r = index()
ours = links(D)
report.claim("the links are those of openssl rehash", [] if ours == theirs else [ours, theirs])
report.claim("what cannot be read is exit code 1 and named", [] if r.returncode == 1 and "noise.pem" in r.stderr and
             "copy.pem" in r.stderr + r.stdout and "many.pem" in r.stderr else [r])
before = {f: os.lstat(os.path.join(D, f)).st_ino for f in ours}
index()
report.claim("a second run changes nothing", [] if before == {f: os.lstat(os.path.join(D, f)).st_ino for f in links(D)}
             else ["changed"])
# a.pem has a copy that would take its place, so another one goes
h = sorted(f for f, t in ours.items() if t in ("a.pem", "k.PEM", "z.cer"))
os.remove(os.path.join(D, ours[h[1]]))
index()
now = links(D)
stem = h[0].split(".")[0]
report.claim("after a file is gone its link is too, and no gap stays",
             [] if sorted(f for f in now if f.startswith(stem + ".") and ".r" not in f) == [stem + ".0", stem + ".1"]
             and all(os.path.exists(os.path.join(D, f)) for f in now) else [now])

a = fill(D)
real = os.path.join(D, run(DCMSEC, "hash", os.path.join(D, "a.pem")).stdout.strip() + ".0")
write(real, b"a file of the user's own\n")
index()
with open(real) as f:
    kept = f.read()
report.claim("a real file under such a name is never replaced", [] if kept == "a file of the user's own\n" and
             not os.path.islink(real) else [kept])
report.claim("and the links go around it", [] if real[:-1] + "1" in [os.path.join(D, f) for f in links(D)] else [links(D)])

fill(D)
outside = os.path.join(T, "outside.pem")
write(outside, make("a", ca=True, private=key("outside")))
os.symlink(outside, real)
index()
report.claim("a link to elsewhere stays", [] if os.readlink(real) == outside else [os.readlink(real)])
os.remove(outside)
index()
report.claim("until it leads nowhere", [] if os.path.exists(real) else ["dangling"])

a = fill(D)
leaf = write(os.path.join(T, "leaf.pem"), make("leaf", a))
index("--copy")
index("--copy")
copied = [f for f in os.listdir(D) if f.endswith(".0")]
r = run(DCMSEC, "certs", "verify", "--ca-dir", D, "--check-crl", leaf)
report.claim("copies serve as links do", [] if len(copied) == 3 and not links(D) and r.returncode == 0 else [copied, r])
fill(D)
index()
both = [run(DCMSEC, "certs", "verify", "--ca-dir", D, "--check-crl", leaf).returncode,
        run("openssl", "verify", "-CApath", D, "-crl_check", leaf).returncode]
report.claim("OpenSSL and we look up in what was made", [] if both == [0, 0] else [both])
r = run(DCMSEC, "certs", "index", "/nonexistent")
report.claim("a directory that is not there is exit code 3", [] if r.returncode == 3 else [r])
