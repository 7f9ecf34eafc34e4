# SPDX-License-Identifier: MIT
"""Whom we let in over TLS, and whom we trust: openssl s_client and DCMTK's echoscu as clients of our
receiver, openssl s_server and DCMTK's storescp as servers of our echo, with good and bad chains."""
import concurrent.futures
import os
import shutil
import signal
import subprocess

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from harness import WAIT, free_port, listening
from pki import CLIENT, DAY, DCMSEC, NOW, PEM, SERVER, T, Report, key, make, run, usage, write

report = Report()


def eku(*oids):
    return [(x509.ExtendedKeyUsage(oids), False)]


def crl(issuer, *revoked):
    b = (x509.CertificateRevocationListBuilder().issuer_name(issuer.cert.subject).last_update(NOW - DAY)
         .next_update(NOW + DAY))
    for c in revoked:
        b = b.add_revoked_certificate(x509.RevokedCertificateBuilder().serial_number(c.cert.serial_number)
                                      .revocation_date(NOW - DAY).build())
    return b.sign(issuer.private, hashes.SHA256()).public_bytes(PEM)


def save(label, *chain):
    base = os.path.join(T, label.replace(" ", "_"))
    write(base + ".pem", *chain)
    with open(base + ".key", "wb") as f:
        f.write(chain[0].private.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return base


# ---- chains: name, chain as sent, whether it is good as client and as server, a word of the refusal
san = [(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)]
CHAINS = []
for kind in ("p256", "rsa2048"):
    root = make("root " + kind, ca=True, kind=kind)
    inter = make("inter " + kind, root, ca=True, kind=kind)
    gone = make("gone inter " + kind, root, ca=True, kind=kind)
    dead = make("dead inter " + kind, root, ca=True, kind=kind, start=NOW - 9 * DAY, end=NOW - DAY)
    other = make("other " + kind, ca=True, kind=kind)
    revoked = make("revoked " + kind, inter, kind=kind, ext=san)
    roots = write(os.path.join(T, kind + ".roots"), root)
    lists = write(os.path.join(T, kind + ".crls"), crl(root, gone), crl(inter, revoked), crl(gone))
    leaf = lambda n, by=inter, **kw: make(f"{n} {kind}", by, kind=kind, ext=san + kw.pop("ext", []), **kw)
    for label, chain, client, server, word in (
            ("good", [leaf("good"), inter], True, True, ""),
            ("good both roles", [leaf("both", ext=eku(SERVER, CLIENT)), inter], True, True, ""),
            ("client only", [leaf("client", ext=eku(CLIENT)), inter], True, False, "extended key usage"),
            ("server only", [leaf("server", ext=eku(SERVER)), inter], False, True, "extended key usage"),
            ("usage without signature", [leaf("usage", ext=[(usage("data_encipherment"), True)]), inter], False, False,
             "key usage"),
            ("expired", [leaf("expired", start=NOW - 9 * DAY, end=NOW - DAY), inter], False, False, "expired"),
            ("not yet valid", [leaf("early", start=NOW + DAY, end=NOW + 9 * DAY), inter], False, False, "not valid yet"),
            ("expired intermediate", [leaf("under", by=dead), dead], False, False, "expired"),
            ("revoked", [revoked, inter], False, False, "revoked"),
            ("revoked intermediate", [leaf("below", by=gone), gone], False, False, "revoked"),
            ("incomplete", [leaf("alone")], False, False, "no trusted certificate"),
            ("self-signed", [make("own " + kind, kind=kind, ext=san)], False, False, "self-signed"),
            ("unknown", [leaf("stranger", by=other), other], False, False, "self-signed")):
        CHAINS.append((f"{kind} {label}", save(f"{kind} {label}", *chain), kind, client, server, word))


def ours(*argv):
    p = free_port()
    child = subprocess.Popen([DCMSEC, "receive", "--json", "--out", os.path.join(T, "out"), "--port", str(p), *argv],
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert listening(p)
    return p, child


def stop(child):
    child.send_signal(signal.SIGTERM)
    return child.communicate(timeout=WAIT)[0]


def openssl_client(p, base):
    r = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{p}", "-cert", base + ".pem", "-key",
                        base + ".key", "-cert_chain", base + ".pem", "-quiet", "-no_ign_eof"],
                       input="\n", capture_output=True, text=True, timeout=WAIT)
    return r


def suites(kind):
    """DCMTK's default profile has no suite for EC certificates; +cs adds one."""
    return ["+cs", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"] if kind == "p256" else []


def echoscu(p, base, kind):
    return run("echoscu", "+tls", base + ".key", base + ".pem", "+cf", os.path.join(T, kind + ".roots"), *suites(kind),
               "-to", "30", "-ta", "30", "127.0.0.1", p)


def as_client(case):
    label, base, kind, client, _, word = case
    bad, good = [], os.path.join(T, "receiver_" + kind)
    p, child = ours("--key", good + ".key", "--cert", good + ".pem", "--ca", os.path.join(T, kind + ".roots"),
                    "--crl", os.path.join(T, kind + ".crls"), "--check-crl-all")
    openssl_client(p, base)
    dcmtk = echoscu(p, base, kind)
    log = stop(child)
    secured = log.count('"event":"secure')
    if (dcmtk.returncode == 0) != client:
        bad.append(f"{label}: echoscu exit {dcmtk.returncode}: {dcmtk.stderr[-300:]}")
    if (secured > 0) != client:
        bad.append(f"{label}: {'let in' if secured else 'refused'}: {log[-600:]}")
    if not client and word not in log:
        bad.append(f"{label}: the log does not say {word!r}: {log[-600:]}")
    return bad


def server(tool, base, kind, p):
    if tool == "s_server":
        argv = ["openssl", "s_server", "-accept", f"127.0.0.1:{p}", "-cert", base + ".pem", "-key", base + ".key",
                "-cert_chain", base + ".pem", "-quiet", "-naccept", "1"]
    else:
        argv = ["storescp", "+tls", base + ".key", base + ".pem", "+cf", os.path.join(T, kind + ".roots"), *suites(kind),
                "-od", T, str(p)]
    child = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert listening(p), argv
    return child


def echo(tool, base, kind, *options):
    me = os.path.join(T, "sender_" + kind)
    p = free_port()
    child = server(tool, base, kind, p)
    r = run(DCMSEC, "echo", "--key", me + ".key", "--cert", me + ".pem", "--ca", os.path.join(T, kind + ".roots"), "--crl",
            os.path.join(T, kind + ".crls"), "--check-crl-all", "--associate-timeout", "30s", *options, f"127.0.0.1:{p}")
    child.terminate()
    child.wait()
    return r.returncode, r.stdout + r.stderr


def as_server(case):
    label, base, kind, _, good, word = case
    bad = []
    if label == "p256 usage without signature":
        return bad  # OpenSSL, below both peers, does not offer such a certificate
    code, said = echo("storescp", base, kind)
    if (code == 0) != good:
        bad.append(f"{label}: storescp: exit {code}: {said}")
    if not good:  # of a good one s_server knows no DICOM
        for tool, (code, said) in (("storescp", (code, said)), ("s_server", echo("s_server", base, kind))):
            if code != 5 or word not in said:
                bad.append(f"{label}: {tool}: exit {code}, no {word!r}: {said}")
    return bad


def main():
    for kind in ("p256", "rsa2048"):
        root = make("root " + kind, ca=True, kind=kind)
        save("receiver " + kind, make("receiver " + kind, root, kind=kind, ext=san))
        save("sender " + kind, make("sender " + kind, root, kind=kind))
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for what, function in (("clients by openssl s_client and DCMTK are let in", as_client),
                               ("servers by openssl s_server and DCMTK are trusted", as_server)):
            results = list(pool.map(function, CHAINS))
            for kind in ("p256", "rsa2048"):
                report.claim(f"{kind} {what} or refused as they should be",
                             [b for c, r in zip(CHAINS, results) if c[2] == kind for b in r])
    bad = []
    for host, want in (("localhost", 0), ("pacs.local", 5)):
        code, said = echo("storescp", os.path.join(T, "rsa2048_good"), "rsa2048", "--verify-host", host)
        if code != want:
            bad.append(f"{host}: exit {code}: {said}")
    report.claim("--verify-host holds a server to its name", bad)


if shutil.which("storescp"):
    main()
else:
    print("skip - peers with good and bad chains: DCMTK is not installed")
