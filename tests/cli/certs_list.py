# SPDX-License-Identifier: MIT
"""certs list, show and check; crl show, check, install and status: what they say and their exit codes."""
import json
import os

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from pki import DAY, DCMSEC, DER, NOW, PEM, T, Report, make, name, run, usage, write

report = Report()
D = os.path.join(T, "list")
os.makedirs(D)
root = make("root", ca=True, kind="rsa2048", end=NOW + 400 * DAY)
good = make("good", root, end=NOW + 200 * DAY, ext=[(usage("digital_signature"), True), (
    x509.SubjectAlternativeName([x509.DNSName("a.local"), x509.DNSName("b\x1b.local")]), False)])
soon = make("soon", root, end=NOW + 20 * DAY)
near = make("near", root, end=NOW + 3 * DAY)
past = make("past", root, start=NOW - 30 * DAY, end=NOW - 2 * DAY)
for n, c in (("root", root), ("good", good), ("soon", soon), ("near", near), ("past", past)):
    write(os.path.join(D, n + ".pem"), c)
P = lambda n: os.path.join(D, n + ".pem")


def crl(number, end, revoked=()):
    b = (x509.CertificateRevocationListBuilder().issuer_name(root.cert.subject).last_update(NOW - 9 * DAY)
         .next_update(end).add_extension(x509.CRLNumber(number), False))
    for c in revoked:
        b = b.add_revoked_certificate(x509.RevokedCertificateBuilder().serial_number(c.cert.serial_number)
                                      .revocation_date(NOW - DAY).build())
    return b.sign(root.private, hashes.SHA256()).public_bytes(PEM)


r = run(DCMSEC, "certs", "list", "--json", D)
rows = {x["subject"].split("CN=")[1]: x for x in map(json.loads, r.stdout.splitlines())}
want = {c.cert.subject.rfc4514_string().split("CN=")[1].split(",")[0]: c for c in (root, good, soon, near, past)}
bad = []
for n, c in want.items():
    x = rows.get(n, {})
    got = (x.get("serial", "").lstrip("0"), x.get("sha256"), x.get("key"), x.get("to"))
    exp = (f"{c.cert.serial_number:x}", c.cert.fingerprint(hashes.SHA256()).hex(),
           "RSA 2048" if c is root else "EC P-256", c.cert.not_valid_after.strftime("%Y-%m-%dT%H:%M:%SZ"))
    if got != exp:
        bad.append((n, got, exp))
report.claim("certs list gives serial, fingerprint, key and end of each as python3-cryptography has them",
             bad or ([] if r.returncode == 0 and len(rows) == 5 else [r]))
days = {n: rows[n]["days_left"] for n in rows}
report.claim("and the whole days left", [] if days["past"] in (-2, -3) and days["near"] in (2, 3) else [days])
run(DCMSEC, "certs", "index", D)
r = run(DCMSEC, "certs", "list", D)
report.claim("a hashed directory's links are not listed twice", [] if len(r.stdout.splitlines()) == 5 else [r.stdout])
r = run(DCMSEC, "certs", "show", P("good"))
report.claim("certs show gives uses and names, without control characters",
             [] if "digitalSignature" in r.stdout and "DNS:a.local" in r.stdout and "\x1b" not in r.stdout else [r])
write(os.path.join(D, "broken.pem"), b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")
write(os.path.join(D, "notes.txt"), b"no certificate\n")
r = [run(DCMSEC, "certs", "list", *a).returncode for a in ([D], [P("good")], [os.path.join(D, "notes.txt")], ["/nonexistent"], [])]
report.claim("broken and named files are errors, strangers in a directory are not", [] if r == [3, 0, 3, 3, 2] else [r])
os.remove(os.path.join(D, "broken.pem"))

codes = []
for argv, code in ((["good"], 0), (["soon"], 1), (["near"], 2), (["past"], 2), (["good", "soon"], 1),
                   (["soon", "near"], 2), (["root"], 0)):
    got = run(DCMSEC, "certs", "check", *map(P, argv)).returncode
    if got != code:
        codes.append((argv, got, code))
for argv, code in ((["--warn", "10d", P("soon")], 0), (["--critical", "25d", P("soon")], 2),
                   (["--at", "2010-01-01", P("good")], 2), (["/nonexistent"], 3)):
    got = run(DCMSEC, "certs", "check", *argv).returncode
    if got != code:
        codes.append((argv, got, code))
report.claim("certs check tells by its exit code how near the end is", codes)

C = write(os.path.join(T, "one.crl"), crl(7, NOW + 30 * DAY, [good]))
r = run(DCMSEC, "crl", "show", "--json", C)
x = json.loads(r.stdout)
report.claim("crl show gives number, entries and dates", [] if (x["number"], x["entries"], x["next"]) == (
    "07", 1, (NOW + 30 * DAY).strftime("%Y-%m-%dT%H:%M:%SZ")) else [x])
r = run(DCMSEC, "crl", "show", "--json", "--certs", D, C)
x = [json.loads(line) for line in r.stdout.splitlines()]
report.claim("crl show --certs names the certificates of a folder that the list revokes", [] if r.returncode == 0 and [
    e["event"] for e in x] == ["crl", "revoked"] and os.path.samefile(x[1]["file"], P("good")) and x[1]["crl"] == C and int(
    x[1]["serial"].replace(":", ""), 16) == good.cert.serial_number and x[1]["since"][:4] == str(
    (NOW - DAY).year) and x[1]["reason"] == "unspecified" else [r])
clash = write(os.path.join(T, "clash.pem"), make("good", make("other", ca=True), serial=good.cert.serial_number))
r = [run(DCMSEC, "crl", "show", "--certs", p, C) for p in (P("good"), P("soon"), clash, "/nonexistent")]
report.claim("by issuer and serial, not by either alone", [] if [x.returncode for x in r] == [0, 0, 0, 3] and [
    "revokes  " + (P("good") if i == 0 else "none") in x.stdout for i, x in enumerate(r)] == [
    True, True, True, True] else r)
r = run(DCMSEC, "crl", "show", "--certs", P("good"), "--certs", P("soon"), C)
report.claim("a second --certs is not silently the only one", [] if r.returncode == 2 and "once" in r.stderr else [r])
r = [run(DCMSEC, "crl", "check", "--ca", P("root"), "--crl", C, P(n)).returncode for n in ("soon", "good", "past")]
report.claim("crl check answers 0 for good, 1 for revoked and for what cannot be told", [] if r == [0, 1, 1] else [r])
named = write(os.path.join(T, "named.pem"), make("named", root, end=NOW + 200 * DAY, ext=[(
    x509.SubjectAlternativeName([x509.DNSName("a.local")]), False)]))
r = [run(DCMSEC, "crl", "check", "--ca", P("root"), "--crl", C, "--verify-host", h, named) for h in ("a.local", "c.local")]
report.claim("and wants the host of --verify-host in what it calls good", [] if [x.returncode for x in r] == [
    0, 1] and "c.local" in r[1].stdout else r)
write(P("other"), make("other", ca=True))
r = [run(DCMSEC, "crl", "verify", *a).returncode for a in (["--ca", P("root"), C], ["--ca", P("other"), C], [
    "--ca", P("root"), "--at", "2040-01-01", C], ["--ca", P("root"), P("root")], ["--ca", P("root"), "/nonexistent"])]
report.claim("crl verify holds a list against its issuer and the clock", [] if r == [0, 1, 1, 3, 3] else [r])
os.remove(P("other"))
r = [run(DCMSEC, "crl", "status", D).returncode, run(DCMSEC, "crl", "install", C, D).returncode,
     run(DCMSEC, "crl", "status", D).returncode, run(DCMSEC, "crl", "status", "--warn", "40d", D).returncode]
report.claim("crl install makes it known to crl status", [] if r == [2, 0, 0, 1] else [r])
r = run("openssl", "verify", "-CApath", D, "-crl_check", P("good"))
report.claim("and to openssl verify -CApath", [] if "revoked" in r.stderr else [r])
write(C, crl(8, NOW - DAY))
r = [run(DCMSEC, "crl", "install", C, D).returncode, run(DCMSEC, "crl", "status", D).returncode,
     len([f for f in os.listdir(D) if ".r" in f])]
report.claim("a newer one of the name takes its place, and an expired one is an alarm", [] if r == [0, 2, 1] else [r])
