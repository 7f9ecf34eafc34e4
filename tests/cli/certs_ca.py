# SPDX-License-Identifier: MIT
"""The authority that dcmsec runs in a directory: what it makes, read by python3-cryptography and judged by
openssl; what it refuses; and DCMTK over TLS with what it made."""
import datetime
import json
import os
import re
import shutil

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID as EKU

from ca import claims, dcmsec, expect, index, issue, read, write
from harness import SAMPLES, T, Server, claim, free_port, need, run
from peers import Receiver, send

os.chdir(T)


def extension(cert, kind):
    return cert.extensions.get_extension_for_class(kind)


def value(cert, kind):
    return extension(cert, kind).value


def root_and_nodes():
    bad = [r.out for r in (
        dcmsec("certs", "init", "--name", "St. Elsewhere"),
        issue("--name", "ct1.local", "--san", "DNS:ct1.local,IP:192.0.2.7,IP:fd00::7", "--aet", "CT1"),
        issue("--name", "CN=pacs.local, O=St. Elsewhere, C=DE", "--rsa", "--role", "server", "--days", "90"),
        issue("--name", "ws.local", "--role", "client")) if r.returncode]
    claims("an authority and three nodes are made", bad)
    root = read("ca/ca.pem")
    basic, usage = extension(root, x509.BasicConstraints), extension(root, x509.KeyUsage)
    key_id = x509.SubjectKeyIdentifier.from_public_key(root.public_key())
    bits = [n for n in ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
                        "key_agreement", "key_cert_sign", "crl_sign") if getattr(usage.value, n)]
    claim("the root is as RFC 5280 4.2.1 has a CA that certifies nodes only",
          root.version == x509.Version.v3 and basic.critical and basic.value.ca and basic.value.path_length == 0
          and usage.critical and bits == ["key_cert_sign", "crl_sign"]
          and value(root, x509.SubjectKeyIdentifier) == key_id, root.extensions)
    rows = [("ct1.local", ec.EllipticCurvePublicKey, [EKU.SERVER_AUTH, EKU.CLIENT_AUTH], False, 825),
            ("pacs.local", rsa.RSAPublicKey, [EKU.SERVER_AUTH], True, 90),
            ("ws.local", ec.EllipticCurvePublicKey, [EKU.CLIENT_AUTH], False, 825)]
    bad, now = [], datetime.datetime.utcnow()
    for name, kind, purposes, encipher, days in rows:
        c = read(f"{name}/cert.pem")
        basic, usage = extension(c, x509.BasicConstraints), extension(c, x509.KeyUsage)
        ok = (isinstance(c.public_key(), kind) and not basic.value.ca and basic.critical and usage.critical
              and usage.value.digital_signature and usage.value.key_encipherment == encipher
              and not usage.value.key_cert_sign and list(value(c, x509.ExtendedKeyUsage)) == purposes
              and value(c, x509.AuthorityKeyIdentifier).key_identifier == key_id.digest
              and value(c, x509.SubjectKeyIdentifier) == x509.SubjectKeyIdentifier.from_public_key(c.public_key())
              and name in value(c, x509.SubjectAlternativeName).get_values_for_type(x509.DNSName)
              and 0 < c.serial_number < 1 << 127 and c.serial_number > 1 << 64
              and c.not_valid_before < now - datetime.timedelta(minutes=30)
              and abs((c.not_valid_after - now).total_seconds() / 86400 - days) < 0.1)
        if not ok:
            bad.append(f"{name}: {c.subject} {c.not_valid_before} {list(c.extensions)}")
    claims("nodes have the key, uses, names, identifiers, serial numbers and dates asked for", bad)
    c = read("ct1.local/cert.pem")
    addresses = value(c, x509.SubjectAlternativeName).get_values_for_type(x509.IPAddress)
    claim("addresses and the AE title are in the certificate",
          [str(a) for a in addresses] == ["192.0.2.7", "fd00::7"] and "OU=CT1" in c.subject.rfc4514_string(),
          c.subject)
    serials = {f"{read(n[0] + '/cert.pem').serial_number:032x}" for n in rows}
    claim("the index has a line for each, by serial number", set(index()) == serials and len(serials) == 3, index())
    modes = {p: oct(os.stat(p).st_mode & 0o777) for p in ("ca", "ca/ca.key", "ct1.local/key.pem", "ct1.local")}
    claim("keys and their directories are their owner's alone",
          list(modes.values()) == ["0o700", "0o600", "0o600", "0o700"], modes)


def judged():
    bad = []
    for name, purposes in (("ct1.local", "sc"), ("pacs.local", "s"), ("ws.local", "c")):
        for purpose, letter in (("sslserver", "s"), ("sslclient", "c")):
            r = run("openssl", "verify", "-x509_strict", "-purpose", purpose, "-CAfile", "ca/ca.pem",
                    f"{name}/cert.pem")
            ours = dcmsec("certs", "verify", "--ca", "ca/ca.pem", "--role", purpose[3:], f"{name}/cert.pem")
            want = letter in purposes
            if (r.returncode == 0) != want or (ours.returncode == 0) != want:
                bad.append(f"{name} {purpose}: {r.out}{ours.out}")
        if run("openssl", "pkey", "-in", f"{name}/key.pem", "-check", "-noout").returncode:
            bad.append(f"{name}: openssl does not take the key")
        if run("openssl", "verify", "-x509_strict", "-verify_hostname", name, "-CAfile", f"{name}/ca.pem",
               f"{name}/cert.pem").returncode:
            bad.append(f"{name}: wrong host")
    claims("openssl verify -x509_strict and certs verify agree on every role", bad)
    dcmsec("certs", "init", "--dir", "ca50", "--name", "Long", "--days", "36500")
    for name, end in (("y49", datetime.datetime(2049, 12, 1)), ("y50", datetime.datetime(2050, 2, 1))):
        issue("--dir", "ca50", "--name", name, "--days", (end - datetime.datetime.utcnow()).days)
    kinds = []
    for path in ("y49/cert.pem", "y50/cert.pem", "ca50/ca.pem"):
        out = run("openssl", "asn1parse", "-in", path).out
        kinds.append(re.findall(r"(UTCTIME|GENERALIZEDTIME)", out))
    claim("dates until 2049 are UTCTime and later ones GeneralizedTime (RFC 5280 4.1.2.5)",
          kinds == [["UTCTIME"] * 2, ["UTCTIME", "GENERALIZEDTIME"], ["UTCTIME", "GENERALIZEDTIME"]]
          and read("y50/cert.pem").not_valid_after.year == 2050, kinds)


def csr(subject, key, names=(), sign=hashes.SHA256()):
    b = x509.CertificateSigningRequestBuilder().subject_name(
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, subject)]))
    if names:
        b = b.add_extension(x509.SubjectAlternativeName([x509.DNSName(n) for n in names]), False)
    b = b.add_extension(x509.BasicConstraints(True, None), True)  # asked for, and not to be had
    return b.sign(key, sign).public_bytes(serialization.Encoding.DER)


def requests():
    r = [dcmsec("certs", "request", "--name", "mr1.local", "--san", "mr1.local,192.0.2.8", "--out", "mr1"),
         run("openssl", "req", "-in", "mr1/request.pem", "-verify", "-noout"),
         dcmsec("certs", "sign", "--role", "client", "--out", "mr1/cert.pem", "mr1/request.pem"),
         dcmsec("certs", "match", "--key", "mr1/key.pem", "--cert", "mr1/cert.pem"),
         run("openssl", "verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", "ca/ca.pem", "mr1/cert.pem")]
    claims("a request is good to openssl, and what is signed for it belongs to its key",
           [x.out for x in r if x.returncode])
    bad = []
    for name, key, sign in (("p256", ec.generate_private_key(ec.SECP256R1()), hashes.SHA256()),
                            ("p384", ec.generate_private_key(ec.SECP384R1()), hashes.SHA384()),
                            ("p521", ec.generate_private_key(ec.SECP521R1()), hashes.SHA512()),
                            ("rsa2048", rsa.generate_private_key(65537, 2048), hashes.SHA256())):
        path = write(f"{name}.csr", csr(name, key, [name + ".local"], sign))
        r = dcmsec("certs", "sign", "--out", f"{name}.pem", path)
        v = run("openssl", "verify", "-x509_strict", "-CAfile", "ca/ca.pem", f"{name}.pem")
        if r.returncode or v.returncode or value(read(f"{name}.pem"), x509.BasicConstraints).ca:
            bad.append(f"{name}: {r.out}{v.out}")
    claims("requests of python3-cryptography are signed, and ask in vain to become a CA", bad)
    k = ec.generate_private_key(ec.SECP256R1())
    good = csr("forged", k)
    at = good.index(b"forged")
    write("changed.csr", good[:at] + b"F" + good[at + 1:])
    write("sig.csr", good[:-1] + bytes([good[-1] ^ 1]))
    write("cut.csr", good[:-20])
    write("more.csr", good + b"\0")
    write("none.csr", b"")
    write("two.csr", open("mr1/request.pem", "rb").read() * 2)
    write("small.csr", csr("small", rsa.generate_private_key(65537, 1024)))
    write("ca.csr", csr("St. Elsewhere", k))
    before = index()
    claims("requests that are damaged, forged, weak or for the authority's own name are refused", expect(
        [(["certs", "sign", f], 3, says) for f, says in (
            ("changed.csr", "not signed with its own key"), ("sig.csr", "not signed with its own key"),
            ("cut.csr", "cut.csr"), ("more.csr", "more in it than one"),
            ("two.csr", "more in it than one"), ("none.csr", "nothing in it"),
            ("small.csr", "1024 bits is too short"), ("ca.csr", "authority's own name"),
            ("ca/ca.pem", "no certificate request"), ("ct1.local/key.pem", "key.pem"), ("absent.csr", "absent.csr"))]))
    claim("and nothing of them is in the index", index() == before)


def renewed_and_revoked():
    r = dcmsec("certs", "renew", "--days", "30", "--out", "ws2.pem", "ws.local/cert.pem")
    old, new = read("ws.local/cert.pem"), read("ws2.pem")
    claim("renewal keeps key, subject, names and role, and gives another serial number", r.returncode == 0
          and old.public_key().public_numbers() == new.public_key().public_numbers() and old.subject == new.subject
          and old.serial_number != new.serial_number
          and value(old, x509.SubjectAlternativeName) == value(new, x509.SubjectAlternativeName)
          and list(value(new, x509.ExtendedKeyUsage)) == [EKU.CLIENT_AUTH], r.out)
    serial = f"{old.serial_number:x}"
    rows = [(["--reason", "certificateHold", serial], 0), (["--reason", "certificateHold", serial], 2),
            (["--reason", "keyCompromise", "ws.local/cert.pem"], 0), (["mr1/cert.pem"], 0)]
    bad = []
    for words, code in rows:
        r = dcmsec("certs", "revoke", *words)
        if r.returncode != code:
            bad.append(f"{words}: {r.out}")
    claims("certificates are revoked by serial number and by file, and one on hold for good", bad)
    numbers = []
    for _ in range(3):
        r = dcmsec("crl", "make", "--days", "7", "--json")
        numbers.append(json.loads(r.stdout)["number"] if r.returncode == 0 else r.out)
    with open("ca/ca.crl", "rb") as f:
        crl = x509.load_pem_x509_crl(f.read())
    reasons = {f"{e.serial_number:032x}": [x.value.reason.value for x in e.extensions] for e in crl}
    claim("the CRL has them with their reasons, and a number that goes up by one", numbers == [1, 2, 3]
          and reasons == {f"{old.serial_number:032x}": ["keyCompromise"],
                          f"{read('mr1/cert.pem').serial_number:032x}": []}
          and value(crl, x509.CRLNumber).crl_number == 3, (numbers, reasons))
    r = run("openssl", "crl", "-in", "ca/ca.crl", "-CAfile", "ca/ca.pem", "-noout")
    claim("openssl crl verifies it", "verify OK" in r.out, r.out)
    bad = []
    for path, want in (("ws.local/cert.pem", False), ("mr1/cert.pem", False), ("ws2.pem", True),
                       ("ct1.local/cert.pem", True)):
        v = run("openssl", "verify", "-x509_strict", "-crl_check", "-CRLfile", "ca/ca.crl", "-CAfile", "ca/ca.pem", path)
        o = dcmsec("certs", "verify", "--ca", "ca/ca.pem", "--crl", "ca/ca.crl", "--check-crl", path)
        if (v.returncode == 0) != want or (o.returncode == 0) != want:
            bad.append(f"{path}: {v.out}{o.out}")
    claims("openssl and certs verify refuse what is revoked and nothing else", bad)
    shutil.copy("ca/ca.crl", "last.crl")
    bad = []
    for data in (b"", b"garbage\n", b"-----BEGIN X509 CRL-----\nMII", open("ca/ca.pem", "rb").read()):
        write("ca/ca.crl", data)
        bad += expect([(["crl", "make"], 3, "higher number")])
    shutil.copy("last.crl", "ca/ca.crl")
    claims("a damaged CRL is not followed by one with a number that was used", bad)


def refusals():
    write("pw", b"geheim\n")
    write("wrong", b"falsch\n")
    write("empty", b"")
    init = dcmsec("certs", "init", "--dir", "enc", "--rsa", "--encrypt", "--new-pass-file", "pw", "--name", "E")
    out = run("openssl", "asn1parse", "-in", "enc/ca.key").out + run(
        "openssl", "pkcs8", "-in", "enc/ca.key", "-passin", "file:pw", "-out", "plain.key").out
    iterations = re.search(r"PBKDF2.*?INTEGER +:([0-9A-F]+)", out, re.S)
    claim("an encrypted key is PBES2 with AES-256, HMAC-SHA-256 and 600,000 hashes at least, and openssl opens it",
          init.returncode == 0 and "aes-256-cbc" in out and "hmacWithSHA256" in out and iterations
          and int(iterations.group(1), 16) >= 600000 and os.path.getsize("plain.key") > 1000, init.out + out)
    dcmsec("certs", "init", "--dir", "old", "--name", "Old", "--at", "2001-01-01", "--days", "10")
    write("afile", b"x")
    os.makedirs("half")
    write("half/request.pem", b"x")
    node = ["certs", "issue", "--name"]
    before = index()
    keys = {p: open(p).read() for p in ("ca/ca.key", "ct1.local/key.pem", "ct1.local/cert.pem")}
    rows = [
        (["certs", "init", "--name", "Again"], 2, "ca.key is there already"),
        (node + ["ct1.local"], 2, "ct1.local/key.pem is there already"),
        (node + ["ca"], 2, "ca/ca.pem is there already"),
        (node + ["x1", "--dir", "enc", "--no-prompt"], 3, "password"),
        (node + ["x1", "--dir", "enc", "--pass-file", "wrong"], 3, "password"),
        (node + ["x1", "--dir", "old"], 2, "ended at 2001-01-11"),
        (node + ["x1", "--days", "36500"], 2, "outlive"),
        (node + ["x1", "--at", "1999-01-01"], 2, "before the authority's own begins"),
        (node + ["x1", "--days", "0"], 2, "days"),
        (node + ["x1", "--role", "both-ways"], 2, "role"),
        (node + ["x1", "--dir", "absent"], 3, "absent/ca.pem"),
        (node + ["x1", "--dir", "afile"], 3, "afile"),
        (node + ["x1", "--out", "afile"], 8, "afile"),
        (node + ["x1", "--out", "no/such/place"], 8, "no/such/place"),
        (node + ["x1", "--encrypt", "--new-pass-file", "absent"], 3, "absent"),
        (node + ["x1", "--encrypt", "--new-pass-file", "empty"], 2, "is empty"),
        (["certs", "init", "--dir", "e1", "--encrypt", "--new-pass-file", "empty", "--name", "E"], 2, "is empty"),
        (node + ["C=DEU, CN=x1"], 2, "RFC 5280"), (node + ["C=\u00e4, CN=x1"], 2, "RFC 5280"),
        (node + ["serialNumber=a_b, CN=x1"], 2, "RFC 5280"), (node + ["emailAddress=\u00e4@b, CN=x1"], 2, "RFC 5280"),
        (node + ["CN=" + "x" * 65], 2, "1 to 64"), (node + ["CN="], 2, "CN"), (node + ["x\x01"], 2, "CN"),
        (node + ["CN=a, b"], 2, "not a name"), (node + ["QQ=a"], 2, "QQ"), (node + ["O=nobody"], 2, "common name"),
        (["certs", "request", "--name", "x1", "--out", "mr1"], 2, "mr1/key.pem is there already"),
        (["certs", "request", "--name", "x1", "--out", "half"], 2, "half/request.pem is there already"),
        (["certs", "request", "--name", "x1", "--out", "afile"], 8, "afile"), (["certs", "request"], 2, "--name"),
        (["certs", "issue"], 2, "--name"), (node + ["x1", "extra"], 2, "--name|operand"),
        (["certs", "revoke", "00ff"], 3, "no certificate with this serial"),
        (["certs", "revoke", "x.pem"], 3, "x.pem"), (["certs", "revoke", "enc/ca.pem"], 3, "not issued by this"),
        (["certs", "revoke", "ca/ca.pem"], 3, "no certificate with this serial"),
        (["certs", "revoke", "mr1/cert.pem"], 2, "revoked already"),
        (["certs", "revoke", "--reason", "bored", "00ff"], 2, "reasons are"),
        (["certs", "revoke", "--reason", "removeFromCRL", "00ff"], 2, "reasons are"),
        (["certs", "renew", "mr1/cert.pem"], 3, "revoked, and its key"),
        (["certs", "renew", "ca/ca.pem"], 3, "not issued by this"), (["certs", "renew", "enc/ca.pem"], 3, "not issued by"),
        (["certs", "renew", "mr1/request.pem"], 3, "no certificate"), (["certs", "sign"], 2, "which request"),
        (["certs", "sign", "--out", "afile", "p256.csr"], 2, "afile is there already"),
    ]
    for title in ("SEVENTEEN_LETTERS", "back\\slash", "   ", "\u00e4", "a\tb"):
        rows.append((node + ["x1", "--aet", title], 2, "AE title"))
    for san in ("10.0.0.300", "a..b", "-x", "x-", "DNS:a/b", "DNS:", "IP:1.2.3", "IP:host", "*", "*.*.x", "a*b", "a@b",
                "email:@b", "email:b", ",", "ct1.local,", "x" * 64, "URI:http://x", "DNS:a b"):
        rows.append((node + ["x1", "--san", san], 2, "alternative name"))
    claims(f"{len(rows)} things that cannot be are refused in one line, with their exit code", expect(rows))
    after = {p: open(p).read() for p in keys}
    claim("and leave index and keys as they were, and no key behind", index() == before and keys == after
          and not os.path.exists("x1/key.pem") and os.listdir("half") == ["request.pem"], sorted(set(index()) ^ set(before)))
    r = issue("--name", "inject.local", "--aet", "X, CN=evil")
    names = read("inject.local/cert.pem").subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    claim("a comma in an AE title adds nothing to the subject", [n.value for n in names] == ["inject.local"], r.out)


def dcmtk():
    for name, title in (("scp.local", "SCP"), ("scu.local", "SCU"), ("gone.local", "GONE")):
        issue("--name", name, "--san", "DNS:localhost,IP:127.0.0.1", "--aet", title, *(["--rsa"] if title == "SCP" else []))
    dcmsec("certs", "revoke", "gone.local/cert.pem")
    dcmsec("crl", "make")
    sample = SAMPLES / "test_files" / "CT_small.dcm"
    if not need("storescp", "DCMTK over TLS with what was made"):
        return
    tls = lambda n: ("+tls", f"{n}/key.pem", f"{n}/cert.pem", "+cf", f"{n}/ca.pem")
    link = lambda n: ("--key", f"{n}/key.pem", "--cert", f"{n}/cert.pem", "--ca", f"{n}/ca.pem")
    os.makedirs("theirs")
    port = free_port()
    with Server("storescp", "-od", "theirs", *tls("scp.local"), "-rc", port, port=port) as s:
        a = run("storescu", *tls("scu.local"), "127.0.0.1", port, sample)
        b = send(port, sample, link=link("scu.local"), options=("--verify-host", "localhost"))
        claim("storescu and dcmsec send reach storescp over mutual TLS", a.returncode == 0 and b.returncode == 0
              and os.listdir("theirs"), a.out + b.out + s.text())
    out = T / "ours"
    with Receiver(out, "--crl", "ca/ca.crl", "--check-crl", link=link("scp.local")) as receiver:
        a = run("storescu", *tls("scu.local"), "127.0.0.1", receiver.port, sample)
        b = run("storescu", *tls("gone.local"), "127.0.0.1", receiver.port, sample)
        c = send(receiver.port, sample, link=link("gone.local"))
        claim("storescu reaches dcmsec receive, and a revoked node does not, by DCMTK or by us", a.returncode == 0
              and b.returncode != 0 and c.returncode != 0 and len(receiver.files()) == 1 and "revoked" in receiver.text(),
              a.out + b.out + c.out + receiver.text())


def main():
    root_and_nodes()
    judged()
    requests()
    renewed_and_revoked()
    refusals()
    dcmtk()


if __name__ == "__main__":
    main()
