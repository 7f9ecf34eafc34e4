# SPDX-License-Identifier: MIT
"""What certs and crl tell programs with --json, against the files as python3-cryptography reads them; the reasons
for which crl verify refuses a list; and what certs says of a certificate that will not do all that it might."""
import datetime
import json
import os

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from ca import claims, dcmsec, issue, read, write
from harness import T, claim
from pki import DAY, NOW, PEM, make, usage

os.chdir(T)


def told(*words):
    """The one event of a command, and its exit code."""
    r = dcmsec(*words, "--json")
    lines = r.stdout.splitlines()
    return (json.loads(lines[0]) if len(lines) == 1 else {"out": r.out}), r.returncode


def when(t):
    return t.strftime("%Y-%m-%dT%H:%M:%SZ")


def differ(event, want):
    return [f"{k}: {event.get(k)!r}, not {v!r}" for k, v in want.items() if event.get(k) != v] + (
        [f"also {sorted(event.keys() - want.keys())}"] if event.keys() - want.keys() else [])


def certificate_event(event, subject, c, **more):
    return {"event": event, "subject": subject, "serial": f"{c.serial_number:x}".zfill(
        len(f"{c.serial_number:x}") + 1 & ~1), "from": when(c.not_valid_before), "to": when(c.not_valid_after), **more}


def check_making():
    x, code = told("certs", "init", "--name", "St. Elsewhere")
    bad = differ(x, certificate_event("authority", "CN=St. Elsewhere", read("ca/ca.pem"), cert="ca/ca.pem", names=""))
    x, code2 = told("certs", "issue", "--name", "ct1.local", "--san", "DNS:ct1.local,IP:192.0.2.7")
    bad += differ(x, certificate_event("issued", "CN=ct1.local", read("ct1.local/cert.pem"), cert="ct1.local/cert.pem",
                                       names="DNS:ct1.local IP:192.0.2.7"))
    claims("init and issue tell the certificate that they made", bad + [c for c in (code, code2) if c])
    x, code = told("certs", "request", "--name", "ws.local", "--out", "ws")
    claims("request tells both files", differ(x, {"event": "request", "request": "ws/request.pem", "key": "ws/key.pem"}) +
           ([code] if code else []))
    x, code = told("certs", "sign", "ws/request.pem", "--san", "DNS:other.local")
    cert = x509.load_pem_x509_certificate(x.get("pem", "").encode())
    san = cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    claims("sign without --out gives the certificate itself, with the names of --san in place of those asked for",
           differ(x, certificate_event("signed", "CN=ws.local", cert, pem=x.get("pem"), names="DNS:other.local")) +
           ([code] if code or san.get_values_for_type(x509.DNSName) != ["other.local"] else []))
    x, code = told("certs", "revoke", f"{cert.serial_number:x}", "--reason", "superseded")
    date = x.pop("date", "")
    claims("revoke tells whose, since when and why", differ(x, {
        "event": "revoked", "subject": "CN=ws.local", "serial": certificate_event("", "", cert)["serial"],
        "reason": "superseded"}) + ([date] if abs(datetime.datetime.strptime(date, "%Y-%m-%dT%H:%M:%SZ") -
                                                  datetime.datetime.utcnow()) > DAY else []) + ([code] if code else []))


def check_warnings():
    dcmsec("certs", "init", "--dir", "short", "--name", "Short", "--days", "100")
    r = [issue("--name", "CN=Dr. No, O=Crab Key", "--out", "no"), issue("--name", "late.local", "--dir", "short")]
    end = read("short/ca.pem").not_valid_after
    claim("a certificate that names no host is made, with a warning", r[0].returncode == 0 and "names no host" in
          r[0].stderr, r[0].out)
    claim("one that would outlive its authority ends with it, with a warning", r[1].returncode == 0 and
          read("late.local/cert.pem").not_valid_after == end and when(end) in r[1].stderr, r[1].out)


def check_questions():
    rows = []
    for key, same in (("ct1.local/key.pem", True), ("ws/key.pem", False)):
        x, code = told("certs", "match", "--key", key, "--cert", "ct1.local/cert.pem")
        rows += differ(x, {"event": "match", "key": key, "cert": "ct1.local/cert.pem", "kind": "EC", "bits": 256,
                           "match": same}) + ([code] if code != (0 if same else 1) else [])
    claims("match tells the key and whether it belongs", rows)
    good, code = told("certs", "verify", "--ca", "ca/ca.pem", "ct1.local/cert.pem")
    rows = differ(good, {"event": "certificate", "file": "ct1.local/cert.pem", "accepted": True,
                         "path": ["CN=ct1.local", "CN=St. Elsewhere"]}) + ([code] if code else [])
    write("other.pem", make("other", ca=True).pem())
    bad, code = told("certs", "verify", "--ca", "other.pem", "ct1.local/cert.pem")
    rows += [bad] if code != 1 or bad.get("accepted") is not False or bad.get("alert") != 48 or not bad.get("reason") else []
    claims("verify tells the path of what it accepts, and reason and alert (RFC 8446 6.2: unknown_ca) of what it refuses",
           rows)
    claim("a role that is none is refused", dcmsec("certs", "verify", "--role", "peer", "x").returncode == 2)
    os.mkdir("hashed")
    write("hashed/ca.pem", open("ca/ca.pem", "rb").read())
    write("hashed/again.pem", open("ca/ca.pem", "rb").read())
    r = dcmsec("certs", "index", "hashed", "--json")
    x = [json.loads(line) for line in r.stdout.splitlines()]
    link = [f for f in os.listdir("hashed") if os.path.islink(os.path.join("hashed", f))]
    said = sorted((e["event"], e.get("detail")) for e in x)
    claim("index tells the link that it made, and the copy that got none", r.returncode == 0 and len(link) == 1 and said == [
        ("duplicate", None), ("linked", link[0])] and {e["file"] for e in x} == {"ca.pem", "again.pem"}, r.out)
    write("hashed/both.pem", open("ca/ca.pem", "rb").read() + open("other.pem", "rb").read())
    write("hashed/none.pem", b"nothing in here\n")
    r = dcmsec("certs", "index", "hashed", "--json")
    said = sorted((e["event"], e["file"], bool(e.get("detail"))) for e in map(json.loads, r.stdout.splitlines()))
    claim("index tells in a word, with what is wrong as the detail, why it passes over a file",
          said[1:] == [("several", "both.pem", True), ("unreadable", "none.pem", True)] and said[0][0] == "duplicate", r.out)


def crl(issuer, start=-1, end=9, extension=None):
    b = (x509.CertificateRevocationListBuilder().issuer_name(issuer.cert.subject).last_update(NOW + start * DAY)
         .next_update(NOW + end * DAY).add_extension(x509.CRLNumber(7), False))
    if extension:
        b = b.add_extension(extension, True)
    return b.sign(issuer.private, hashes.SHA256()).public_bytes(PEM)


def check_lists():
    root = make("root", ca=True)
    unfit = make("unfit", root, ext=[(x509.BasicConstraints(True, None), True), (usage("key_cert_sign"), True)])
    leaf = make("leaf", root)
    for name, node in (("root", root), ("unfit", unfit), ("leaf", leaf)):
        write(name + ".pem", node.pem())
    odd = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    for name, data in (("good", crl(root)), ("old", crl(root, -9, -1)), ("early", crl(root, 3)), ("odd", crl(root, extension=odd)),
                       ("usage", crl(unfit)), ("stranger", crl(make("stranger", ca=True)))):
        write(name + ".crl", data)
    bad = []
    for name, why in (("good", None), ("old", "has expired"), ("early", "not valid yet"), ("odd", "critical extension"),
                      ("usage", "cRLSign"), ("stranger", "no trusted certificate of its issuer")):
        x, code = told("crl", "verify", "--ca", "root.pem", "--ca", "unfit.pem", name + ".crl")
        if x.get("good") is not (why is None) or code != (0 if why is None else 1) or (why or "") not in (x.get("reason") or ""):
            bad.append((x, code))
    claims("crl verify tells why a list is refused: dates, unknown critical extensions, and who may sign it (RFC 5280 5, 6.3.3)",
           bad)
    rows, code = told("crl", "check", "--ca", "root.pem", "--crl", "good.crl", "leaf.pem")
    bad = differ(rows, {"event": "check", "file": "leaf.pem", "good": True}) + ([code] if code else [])
    rows, code = told("crl", "check", "--ca", "root.pem", "--crl", "odd.crl", "leaf.pem")
    bad += [rows] if code != 1 or rows.get("good") is not False or not rows.get("reason") else []
    claims("crl check tells what is good, and the reason of what cannot be told", bad)
    os.mkdir("lists")
    r = dcmsec("crl", "install", "good.crl", "lists")
    x, code = told("crl", "status", "lists")
    file = x.pop("file", "")
    claims("crl status tells whose list ends when", differ(x, {
        "event": "crl", "issuer": "O=Test, CN=root", "next": when(NOW + 9 * DAY), "state": 0}) + (
            [r.out, code] if r.returncode or code or not file.startswith("lists/") else []))
    write("two.crl", crl(root) + crl(root))
    r = dcmsec("crl", "install", "two.crl", "lists")
    claim("crl install takes one list at a time", r.returncode == 3 and "2 CRLs" in r.stderr, r.out)


check_making()
check_warnings()
check_questions()
check_lists()
