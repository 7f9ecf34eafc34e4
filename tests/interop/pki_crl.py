# SPDX-License-Identifier: MIT
"""CRL situations in three modes (none, leaf, all), beside `openssl verify`. Each states what must come
out of each mode; where OpenSSL says otherwise the situation says so and why."""
import datetime
import os

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from pki import CA, DAY, DCMSEC, DER, NOW, PEM, T, Report, key, make, name, run, usage, write

CASES = []
MODES = (("none", [], []), ("leaf", ["--check-crl"], ["-crl_check"]),
         ("all", ["--check-crl-all"], ["-crl_check", "-crl_check_all"]))


def crl(issuer, revoked=(), ext=(), start=NOW - DAY, end=NOW + 30 * DAY, sign=None, hash=hashes.SHA256(),
        subject=None, number=1, encoding=PEM):
    """revoked: serials, or (serial, [(extension, critical)...]) or nodes."""
    b = x509.CertificateRevocationListBuilder().issuer_name(subject or issuer.cert.subject).last_update(start)
    b = b.next_update(end)
    for r in revoked:
        serial, extensions, *date = r if isinstance(r, tuple) else (r, [])
        serial = serial.cert.serial_number if hasattr(serial, "cert") else serial
        e = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(*date or [NOW - DAY])
        for extension, critical in extensions:
            e = e.add_extension(extension, critical)
        b = b.add_revoked_certificate(e.build())
    extensions = list(ext)
    if number is not None:
        extensions.append((x509.CRLNumber(number), False))
    for extension, critical in extensions:
        b = b.add_extension(extension, critical)
    return b.sign(sign or issuer.private, hash).public_bytes(encoding)


def case(label, crls, leaf, full, none=True, openssl=(None, None), why=None, sent=None, roots=None, options=()):
    CASES.append((label, crls, (none, leaf, full), (None, *openssl), why, sent, roots, options))


root = make("root", ca=True)
inter = make("inter", root, ca=True)
leaf = make("leaf", inter)
R, I = crl(root), crl(inter)
reason = lambda r: (x509.CRLReason(r), False)
F = x509.ReasonFlags

case("all there", [R, I], True, True)
case("none at all", [], False, False)
case("only the leaf's issuer's", [I], True, False)
case("only the root's", [R], False, False)
case("leaf revoked", [R, crl(inter, [leaf])], False, False)
case("intermediate revoked", [crl(root, [inter]), I], True, False)
case("root revoked by itself", [crl(root, [root]), I], True, False)
case("another certificate revoked", [R, crl(inter, [4711, 4712])], True, True)
case("many entries", [R, crl(inter, [(n, []) for n in range(1, 3000)])], True, True)
case("revoked among many", [R, crl(inter, [(n, []) for n in range(1, 3000)] + [leaf])], False, False)
for flag in (F.key_compromise, F.ca_compromise, F.affiliation_changed, F.superseded, F.cessation_of_operation,
             F.certificate_hold, F.privilege_withdrawn, F.aa_compromise, F.unspecified):
    case(f"revoked for {flag.value}", [R, crl(inter, [(leaf, [reason(flag)])])], False, False)
case("removeFromCRL in a complete list", [R, crl(inter, [(leaf, [reason(F.remove_from_crl)])])], False, False,
     openssl=(True, True), why="RFC 5280 5.3.1: it belongs in delta lists only, so the entry counts")
case("revocation date in the future", [R, crl(inter, [(leaf, [], NOW + 5 * DAY)])], False, False)
case("with an invalidity date", [R, crl(inter, [(leaf, [(x509.InvalidityDate(NOW - 9 * DAY), False)])])], False, False)

case("leaf's list expired", [R, crl(inter, start=NOW - 9 * DAY, end=NOW - DAY)], False, False)
case("root's list expired", [crl(root, start=NOW - 9 * DAY, end=NOW - DAY), I], True, False)
case("leaf's list not yet valid", [R, crl(inter, start=NOW + DAY, end=NOW + 9 * DAY)], False, False)
case("root's list not yet valid", [crl(root, start=NOW + DAY, end=NOW + 9 * DAY), I], True, False)
case("an expired and a good one", [R, crl(inter, start=NOW - 9 * DAY, end=NOW - DAY), I], True, True)
case("a good and an expired one", [R, I, crl(inter, start=NOW - 9 * DAY, end=NOW - DAY)], True, True)
case("expired, revoked, then a good one", [R, crl(inter, [leaf], start=NOW - 9 * DAY, end=NOW - DAY), I], True, True)

wrong = key("wrong")
case("signed by another key", [R, crl(inter, sign=wrong)], False, False)
case("root's signed by another key", [crl(root, sign=wrong), I], True, False)
case("a damaged newer one and a good one", [R, crl(inter, sign=wrong, start=NOW - DAY / 2, number=2), I], True, True,
     openssl=(False, False), why="one list that was forged must not hide another that is good")
case("a forged one that revokes", [R, crl(inter, [leaf], sign=wrong, start=NOW - DAY / 2), I], True, True,
     openssl=(False, False), why="a list that nobody vouches for says nothing")
case("another issuer's name, right key", [R, crl(inter, subject=name("CN=other"))], False, False)
case("issuer name in another case", [R, crl(inter, subject=name("O=TEST", "CN= INTER "))], True, True)
case("RSA list of an EC CA's name", [R, crl(inter, sign=key("rsa", "rsa2048"))], False, False)
case("signed with SHA-384", [R, crl(inter, hash=hashes.SHA384())], True, True)
rsa = make("rsa root", ca=True, kind="rsa2048")
rsa_leaf = make("rsa leaf", rsa)
case("signed with SHA-1", [crl(rsa, hash=hashes.SHA1())], False, False, sent=[rsa_leaf], roots=[rsa],
     openssl=(True, True), why="RFC 9155: SHA-1 is broken for lists as for certificates")
case("signed with SHA-1, allowed", [crl(rsa, hash=hashes.SHA1())], True, True, sent=[rsa_leaf], roots=[rsa],
     options=["--allow-sha1"])
case("signed with RSA", [crl(rsa)], True, True, sent=[rsa_leaf], roots=[rsa])
case("signed with RSA, revoked", [crl(rsa, [rsa_leaf])], False, False, sent=[rsa_leaf], roots=[rsa])

for bits in (("key_cert_sign",), ("key_cert_sign", "crl_sign")):
    mid = make("mid", root, ca=True, ext=[(usage(*bits), True)])
    good = "crl_sign" in bits
    case(f"issuer with {' and '.join(bits)}", [R, crl(mid)], good, good, sent=[make("leaf", mid), mid])
no_usage = make("bare", root, ext=[CA], bare=True)
case("issuer without key usage", [R, crl(no_usage)], True, True, sent=[make("leaf", no_usage), no_usage])

strange = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
case("unknown critical extension", [R, crl(inter, ext=[(strange, True)])], False, False)
case("unknown critical extension in the root's", [crl(root, ext=[(strange, True)]), I], True, False)
case("unknown extension", [R, crl(inter, ext=[(strange, False)])], True, True)
case("unknown critical extension in an entry", [R, crl(inter, [(4711, [(strange, True)])])], False, False)
case("unknown extension in an entry", [R, crl(inter, [(4711, [(strange, False)])])], True, True)
case("no number", [R, crl(inter, number=None)], True, True)
case("a large number", [R, crl(inter, number=1 << 150)], True, True)
case("with an authority key identifier", [R, crl(inter, ext=[(x509.AuthorityKeyIdentifier.from_issuer_public_key(
    inter.private.public_key()), False)])], True, True)


def idp(full=None, relative=None, user=False, ca=False, reasons=None, indirect=False, attribute=False):
    return [(x509.IssuingDistributionPoint(full and [x509.UniformResourceIdentifier(full)], relative, user, ca,
                                           reasons and frozenset(reasons), indirect, attribute), True)]


case("only user certificates", [R, crl(inter, ext=idp(user=True))], True, True)
case("only CA certificates", [R, crl(inter, ext=idp(ca=True))], False, False)
case("only attribute certificates", [R, crl(inter, ext=idp(attribute=True))], False, False)
case("root's only for CAs", [crl(root, ext=idp(ca=True)), I], True, True)
case("root's only for users", [crl(root, ext=idp(user=True)), I], True, False)
case("a point the certificate has not", [R, crl(inter, ext=idp(full="http://a/"))], False, False)
case("some reasons", [R, crl(inter, ext=idp(reasons=[F.key_compromise]))], False, False)
ALL = [F.key_compromise, F.ca_compromise, F.affiliation_changed, F.superseded, F.cessation_of_operation,
       F.certificate_hold, F.privilege_withdrawn, F.aa_compromise]
case("the reasons in two lists", [R, crl(inter, ext=idp(reasons=ALL[:4])), crl(inter, ext=idp(reasons=ALL[4:]))],
     True, True, openssl=(False, False), why="RFC 5280 6.3.3 l: lists of some reasons add up")
case("the reasons in two lists, revoked in the second",
     [R, crl(inter, ext=idp(reasons=ALL[:4])), crl(inter, [leaf], ext=idp(reasons=ALL[4:]))], False, False)
case("a partial and a complete list", [R, crl(inter, ext=idp(reasons=[F.key_compromise])), I], True, True)
case("indirect, by the issuer itself", [R, crl(inter, ext=idp(indirect=True))], True, True, openssl=(False, False),
     why="RFC 5280 5.2.5: such a list holds the issuer's own certificates too")
case("indirect, revoked", [R, crl(inter, [leaf], ext=idp(indirect=True))], False, False)
case("indirect, another issuer's entry of the serial",
     [R, crl(inter, [(leaf, [(x509.CertificateIssuer([x509.DirectoryName(name("CN=x"))]), True)])],
             ext=idp(indirect=True))], True, True, openssl=(False, False), why="RFC 5280 5.3.3")


def point(full=None, reasons=None, issuer=None):
    return (x509.CRLDistributionPoints([x509.DistributionPoint(
        full and [x509.UniformResourceIdentifier(full)], None, reasons and frozenset(reasons),
        issuer and [x509.DirectoryName(issuer)])]), False)


pointed = make("pointed", inter, ext=[point("http://a/")])
case("the certificate's point", [R, crl(inter, ext=idp(full="http://a/"))], True, True, sent=[pointed, inter])
case("the certificate's point, revoked", [R, crl(inter, [pointed], ext=idp(full="http://a/"))], False, False,
     sent=[pointed, inter])
case("another point", [R, crl(inter, ext=idp(full="http://b/"))], False, False, sent=[pointed, inter])
case("a point, and a list without", [R, I], True, True, sent=[pointed, inter])
signer = make("crl signer", root, ext=[(usage("crl_sign"), True)])
elsewhere = make("elsewhere", inter, ext=[point("http://c/", issuer=signer.cert.subject)])
case("another issuer's list", [R, I, crl(signer, ext=idp(full="http://c/", indirect=True))], True, True,
     sent=[elsewhere, inter, signer])
case("another issuer's list alone", [R, crl(signer, ext=idp(full="http://c/", indirect=True))], True, True,
     sent=[elsewhere, inter, signer], openssl=(False, False), why="RFC 5280 6.3.3 b: cRLIssuer; OpenSSL only on demand")
case("another issuer's list, revoked",
     [R, crl(signer, [(elsewhere, [(x509.CertificateIssuer([x509.DirectoryName(inter.cert.subject)]), True)])],
             ext=idp(full="http://c/", indirect=True))], False, False, sent=[elsewhere, inter, signer])
case("another issuer's list that is not indirect", [R, crl(signer, ext=idp(full="http://c/"))], False, False,
     sent=[elsewhere, inter, signer])
case("a stranger's list for the point", [R, crl(make("crl signer", ca=True, private=wrong), ext=idp(
    full="http://c/", indirect=True))], False, False, sent=[elsewhere, inter, signer])

delta = lambda base, revoked=(), **kw: crl(inter, revoked, ext=[(x509.DeltaCRLIndicator(base), True)], number=base + 1, **kw)
case("a delta alone", [R, delta(1)], False, False)
case("a delta beside its base", [R, I, delta(1)], True, True)
case("revoked in the delta", [R, I, delta(1, [leaf])], False, False, openssl=(True, True),
     why="RFC 5280 5.2.4: newer news; OpenSSL only with -use_deltas")
case("a delta of a newer base", [R, I, delta(5, [leaf])], True, True)
case("a forged delta", [R, I, delta(1, [leaf], sign=wrong)], True, True)

own = make("own", ext=[], bare=True)
case("self-signed leaf with its list", [crl(own)], True, True, sent=[own], roots=[own])
case("self-signed leaf without", [R], False, False, sent=[own], roots=[own])
case("self-signed leaf, revoked", [crl(own, [own])], False, False, sent=[own], roots=[own])
two = make("two", root)
case("two links", [R], True, True, sent=[two])
case("two links, revoked", [crl(root, [two])], False, False, sent=[two])
der = crl(inter, encoding=DER)
case("DER", [R, der], True, True, openssl=(None, None))


def main():
    report = Report()
    problems, differ, n = [], 0, 0
    base = os.path.join(T, "case")
    for label, crls, good, openssl, why, sent, roots, options in CASES:
        sent = sent or [leaf, inter]
        write(base + ".sent", *sent)
        write(base + ".leaf", sent[0])
        write(base + ".roots", *(roots or [root]))
        write(base + ".untrusted", *(sent[1:] or sent))
        argv, args = [], []
        for i, c in enumerate(crls):
            path = write(f"{base}.crl{i}", c)
            argv += ["--crl", path]
            args += ["-CRLfile", path] if c.startswith(b"-----") else []
            if not args or args[-1] != path:
                args += ["-CRLfile", write(path + ".pem", run_pem(path))]
        for (mode, ours, theirs), want, other in zip(MODES, good, openssl):
            n += 1
            r = run(DCMSEC, "certs", "verify", "--ca", base + ".roots", *argv, *ours, *options, base + ".sent")
            o = run("openssl", "verify", "-CAfile", base + ".roots", "-untrusted", base + ".untrusted", *args, *theirs,
                    base + ".leaf").returncode == 0
            differ += o != want
            if r.returncode != (0 if want else 1):
                problems.append(f"{label}, {mode}: exit {r.returncode}: {(r.stdout + r.stderr).strip()}")
            if o != (want if other is None else other):
                problems.append(f"{label}, {mode}: openssl {'accepts' if o else 'refuses'}")
    report.claim(f"{len(CASES)} CRL situations in three modes are judged as RFC 5280 6.3 has it", problems)
    print(f"# {n} verdicts, {differ} otherwise by openssl, on purpose")
    report.claim("at least 60 CRL situations are compared with openssl verify", [] if len(CASES) >= 60 else [len(CASES)])


def run_pem(path):
    with open(path, "rb") as f:
        return x509.load_der_x509_crl(f.read()).public_bytes(PEM)


main()
