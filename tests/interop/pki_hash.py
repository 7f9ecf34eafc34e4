# SPDX-License-Identifier: MIT
"""`dcmsec hash` beside `openssl x509` and `openssl crl`, over subjects of every string type."""
import json
import os
import random

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.name import _ASN1Type as A
from cryptography.x509.oid import NameOID

from pki import DAY, DCMSEC, NOW, PEM, T, Report, key, run

rnd = random.Random(20260)
TYPES = (A.UTF8String, A.BMPString, A.UniversalString, A.PrintableString, A.T61String, A.IA5String)
OIDS = (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME, NameOID.ORGANIZATIONAL_UNIT_NAME, NameOID.LOCALITY_NAME,
        NameOID.TITLE, x509.ObjectIdentifier("1.2.3.4.5"))
ASCII = ["a", "Plain Name", " lead", "trail ", "  two  blanks  ", "\ttab\n line\r\v\f", "MiXeD CaSe", "0123", "x" * 60,
         ".", "St. Elsewhere", "a,b=c+d", "-", "    ", "A  B\t C", "UPPER"]
WIDE = ASCII + ["Köln", "ÄÖÜ äöü", "日本 病院", "Ελλάδα", "\u00a0nbsp\u00a0", "İstanbul", "ẞß", "é\u0301"]


def attribute(oid, value, kind):
    return x509.NameAttribute(oid, value, _type=kind)


def one(kind):
    values = WIDE if kind in (A.UTF8String, A.BMPString, A.UniversalString, A.T61String) else ASCII
    return attribute(rnd.choice(OIDS), rnd.choice(values), kind)


def names():
    for kind in TYPES:
        values = WIDE if kind in (A.UTF8String, A.BMPString, A.UniversalString, A.T61String) else ASCII
        for v in values:
            yield x509.Name([attribute(NameOID.COMMON_NAME, v, kind)])
    yield x509.Name([])
    yield x509.Name([attribute(NameOID.COUNTRY_NAME, "de", A.PrintableString), attribute(
        NameOID.EMAIL_ADDRESS, "A@B.example", A.IA5String), attribute(NameOID.DOMAIN_COMPONENT, "Example", A.IA5String)])
    for n in range(100):  # several SETs, several attributes in a SET
        yield x509.Name([x509.RelativeDistinguishedName({one(rnd.choice(TYPES)) for _ in range(rnd.choice((1, 1, 2, 3)))})
                         for _ in range(rnd.randrange(1, 5))])


def openssl(path, command, *options):
    r = run("openssl", command, "-in", path, "-noout", *options)
    return r.stdout.split()


def main():
    report, bad, count, crls = Report(), [], 0, []
    path = os.path.join(T, "name.pem")
    k = key("hash")
    for subject in names():
        issuer = x509.Name([one(rnd.choice(TYPES))])
        cert = (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(k.public_key())
                .serial_number(7).not_valid_before(NOW).not_valid_after(NOW + DAY).sign(k, hashes.SHA256()))
        with open(path, "wb") as f:
            f.write(cert.public_bytes(PEM))
        want = [openssl(path, "x509", o)[0] for o in ("-hash", "-issuer_hash", "-subject_hash_old", "-issuer_hash_old")]
        got = json.loads(run(DCMSEC, "hash", "--json", path).stdout)
        got = [got[n] for n in ("hash", "issuer_hash", "hash_old", "issuer_hash_old")]
        count += 1
        if got != want:
            bad.append(f"{subject.rfc4514_string()!r}: {got}, openssl {want}")
    report.claim(f"{count} subjects and issuers hash as openssl x509 has it, new and old", bad)
    report.claim("these are at least 200 subjects", [] if count >= 200 else [count])
    plain = [run(DCMSEC, "hash", *o, path).stdout.strip() for o in ([], ["--issuer"], ["--old"], ["--old", "--issuer"])]
    want = [openssl(path, "x509", o)[0] for o in ("-hash", "-issuer_hash", "-subject_hash_old", "-issuer_hash_old")]
    report.claim("without --json the bare value is printed", [] if plain == want else [plain])

    for n in range(20):
        issuer = x509.Name([one(rnd.choice(TYPES)) for _ in range(2)])
        crl = (x509.CertificateRevocationListBuilder().issuer_name(issuer).last_update(NOW).next_update(NOW + DAY)
               .sign(k, hashes.SHA256()))
        with open(path, "wb") as f:
            f.write(crl.public_bytes(PEM))
        want, got = openssl(path, "crl", "-hash")[0], run(DCMSEC, "hash", path).stdout.strip()
        if want != got:
            crls.append(f"{issuer.rfc4514_string()!r}: {got}, openssl {want}")
    report.claim("20 CRL issuers hash as openssl crl has it", crls)
    r = run(DCMSEC, "hash", path, "/nonexistent", path)
    report.claim("several files give a line each, and one that is missing exit code 3",
                 [] if r.returncode == 3 and len(r.stdout.splitlines()) == 2 and path in r.stdout else [r])


main()
