# SPDX-License-Identifier: MIT
"""certs convert, there and back, read by OpenSSL in between."""
import os

from cryptography.hazmat.primitives import serialization as S

from pki import DCMSEC, DER, PEM, T, Report, key, make, run, write

os.chdir(T)
report = Report()
with open("pw", "w") as f:
    f.write("geheim ä\n")
for kind in ("p256", "rsa2048"):
    bad = []

    def do(code, *argv):
        r = run(DCMSEC, "certs", "convert", "--no-prompt", *argv)
        if r.returncode != code:
            bad.append(f"{' '.join(argv)}: exit {r.returncode}: {r.stderr}")

    def openssl(*argv):
        r = run("openssl", *argv)
        if r.returncode:
            bad.append(f"openssl {' '.join(argv)}: {r.stderr}")
        return r.stdout + r.stderr

    root = make("root " + kind, ca=True, kind=kind)
    leaf = make("leaf " + kind, root, kind=kind)
    k = lambda ext: f"{kind}.{ext}"
    write(k("pem"), leaf, root)
    with open(k("key"), "wb") as f:
        f.write(leaf.private.private_bytes(PEM, S.PrivateFormat.TraditionalOpenSSL, S.NoEncryption()))
    do(0, "--to", "der", "--out", k("der"), k("pem"))
    with open(k("der"), "rb") as f:
        bad += [] if f.read() == leaf.cert.public_bytes(DER) else ["the DER differs"]
    do(0, "--to", "pkcs12", "--key", k("key"), "--new-pass-file", "pw", "--out", k("p12"), k("pem"))
    out = openssl("pkcs12", "-in", k("p12"), "-passin", "pass:geheim ä", "-nodes")
    bad += [] if out.count("BEGIN CERTIFICATE") == 2 and out.count("PRIVATE KEY-----") == 2 else [out]
    do(0, "--pass-file", "pw", "--out", k("back"), k("p12"))
    do(0, "--pass-file", "pw", "--key-only", "--out", k("plain"), k("p12"))
    with open(k("back"), "rb") as a, open(k("pem"), "rb") as b, open(k("plain"), "rb") as c:
        bad += [] if a.read() == b.read() else ["the certificates differ"]
        same = S.load_pem_private_key(c.read(), None).private_numbers() == leaf.private.private_numbers()
        bad += [] if same else ["the key differs"]
    do(0, "--key-only", "--encrypt", "--new-pass-file", "pw", "--out", k("enc"), k("key"))
    openssl("pkey", "-in", k("enc"), "-passin", "pass:geheim ä", "-check", "-noout")
    do(0, "--key-only", "--to", "der", "--pass-file", "pw", "--out", k("keyder"), k("enc"))
    openssl("pkey", "-inform", "DER", "-in", k("keyder"), "-check", "-noout")
    secret = [oct(os.stat(k(n)).st_mode & 0o777) for n in ("p12", "plain", "enc", "keyder")]
    bad += [] if secret == ["0o600"] * 4 else [secret]
    report.claim(f"{kind}: PEM, DER, PKCS#12 and encrypted keys turn into one another", bad)

    bad = []
    other = make("other " + kind, kind=kind)
    with open(k("other"), "wb") as f:
        f.write(other.private.private_bytes(PEM, S.PrivateFormat.PKCS8, S.NoEncryption()))
    do(2, "--out", k("pem"), k("der"))  # never over what is there
    do(3, "--key-only", "--out", "new", k("enc"))  # no password
    do(3, "--key-only", "--pass", "wrong", "--out", "new", k("enc"))
    do(3, "--out", "new", k("key"))  # no certificate in it
    do(3, "--to", "pkcs12", "--key", k("other"), "--new-pass-file", "pw", "--out", "new", k("pem"))
    do(2, "--to", "pkcs12", "--out", "new", k("pem"))
    do(2, "--to", "gif", "--out", "new", k("pem"))
    bad += ["something was written"] if os.path.exists("new") else []
    report.claim(f"{kind}: what cannot be is refused and leaves nothing", bad)
