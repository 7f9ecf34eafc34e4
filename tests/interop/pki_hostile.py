# SPDX-License-Identifier: MIT
"""The worst chains, key files and CRLs that we could think of: each ends by itself within one second of
processor time and 16 MB. What the verdict is matters less: only that a refusal is one, with a line that says
why."""
import base64
import ipaddress
import os

from cryptography import x509
from cryptography.hazmat.primitives import serialization as S

from pki import (DCMSEC, PEM, SANITIZED, T, Node, Report, bounded, key, large_crl, make, name, tlv, write)

SECONDS, MOST_MB = 1, 16
report = Report()
figures, problems = [], {"chain": [], "key": [], "CRL": [], "store": []}
P = lambda n: os.path.join(T, n)


def store(n, *data):
    with open(P(n), "wb") as f:
        for d in data:
            f.write(d)
    return P(n)


def attack(kind, label, codes, *argv, most=MOST_MB, **kw):
    for _ in range(3):  # what others do on this machine costs processor time too: the least of three is the work
        code, cpu, memory, text = bounded(SECONDS, DCMSEC, *argv, **kw)
        if code >= 0:
            break
    figures.append((cpu, memory, kind, label))
    if code not in codes or memory > most or (code and not text.strip()) or "anitizer" in text:
        problems[kind].append(f"{label}: exit {code}, {cpu} ms, {memory:.1f} MB: {text[:300]}")


def pem(label, der):
    return f"-----BEGIN {label}-----\n".encode() + base64.encodebytes(der) + f"-----END {label}-----\n".encode()


# ---- chains
root = make("root", ca=True)
write(P("root.pem"), root)


def chain(label, codes, *nodes, roots="root.pem", options=()):
    path = write(P("chain.pem"), *nodes)
    attack("chain", label, codes, "certs", "verify", "--ca", P(roots), *options, path)


for kind in ("p256", "p384", "p521", "rsa4096"):
    # 15 authorities of one name and key, which all certify one another, and a root that none comes from
    ring = make("ring", ca=True, kind=kind)
    same = [make("ring", ring, ca=True, private=ring.private, sign=ring.private) for _ in range(15)]
    chain(f"15 certificates of one name and key, {kind}", (1,), make("leaf", ring), *same)
    names = [name(f"CN=n{i}") for i in range(4)]
    private = key("shared", kind)
    nodes = [Node(None, private, None) for _ in names]
    base = [make(n, ca=True, private=private) for n in names]
    cross = [make(a.cert.subject, b, ca=True, private=private) for a in base for b in base if a is not b]
    chain(f"certificates that sign each other crosswise, {kind}", (1,), make("leaf", base[0]), *cross)
    # in a store there may be more
    flood = [make("ring", ring, ca=True, private=ring.private) for _ in range(300)]
    write(P("flood.pem"), root, *flood)
    chain(f"300 certificates of one name and key in the store, {kind}", (1,), make("leaf", ring), options=[
        "--untrusted", P("flood.pem")])
    wrong = [make("ring", ca=True, private=key(f"w{i % 5}", kind)) for i in range(200)]
    write(P("flood.pem"), root, *wrong)
    chain(f"200 certificates of one name and wrong keys, {kind}", (1,), make("leaf", ring), roots="flood.pem")

line, last = [], root
for i in range(40):
    last = make(f"link {i}", last, ca=True)
    line.append(last)
chain("a path of 41 links", (1, 3), *reversed(line))
deep = b"\x05\x00"
for _ in range(5000):
    deep = tlv(0x30, deep)
raw = lambda oid, value: (x509.UnrecognizedExtension(x509.ObjectIdentifier(oid), value), False)
chain("an extension nested 5000 deep", (0, 1, 3), make("leaf", root, ext=[raw("1.2.3.4", deep)]))
chain("alternative names nested 5000 deep", (1, 3), make("leaf", root, ext=[raw("2.5.29.17", deep)]))
chain("a subject nested 5000 deep", (1, 3), pem("CERTIFICATE", tlv(0x30, deep, deep, deep)))
chain("an extension of 500 kB", (1, 3), make("leaf", root, ext=[raw("1.2.3.4", bytes(500_000))]))
chain("2000 extensions", (1, 3), make("leaf", root, ext=[raw(f"1.2.3.{i}", b"\5\0") for i in range(2000)]))
many = [x509.DNSName(f"h{i}.example") for i in range(900)] + [x509.DNSName("a." * 100 + "example")]
few = x509.SubjectAlternativeName(many), False
for count in (100, 900):
    tree = x509.NameConstraints([x509.DNSName(f"x{i}.example") for i in range(count)], [
        x509.DNSName(f"y{i}.example") for i in range(count)] + [
        x509.IPAddress(ipaddress.ip_network(f"10.{i % 256}.{i // 256}.0/24")) for i in range(count)])
    held, links = root, []
    for i in range(12):
        held = make(f"held {i}", held, ca=True, ext=[(tree, True)])
        links.append(held)
    chain(f"{count} constraints 12 times over 901 names", (1, 3), make("leaf", held, ext=[few]), *reversed(links))
dotted = name("CN=" + "a" * 64, *["OU=" + "ä" * 64] * 200)
chain("a name of 200 parts", (0, 1, 3), make(dotted, root))
chain("16 MB of certificates", (1, 3), *[make("leaf", root).pem() * 27000])
chain("one line of 100 MB", (1, 3), b"-----BEGIN CERTIFICATE-----\n" + b"A" * 100_000_000)
chain("one line of 900 kB", (1, 3), b"-----BEGIN CERTIFICATE-----\n" + b"A" * 900_000)
chain("100,000 BEGIN lines", (1, 3), b"-----BEGIN CERTIFICATE-----\n" * 35_000)

# ---- key files
plain = make("key", private=key("key"))
certificate = write(P("key.crt"), plain)
write(P("word"), b"word\n")
pkcs8 = plain.private.private_bytes(S.Encoding.DER, S.PrivateFormat.PKCS8, S.NoEncryption())


def match(label, codes, data, most=MOST_MB):
    attack("key", label, codes, "certs", "match", "--pass-file", P("word"), "--key", store("key.der", data), "--cert",
           certificate, most=most)


number = lambda v: tlv(2, v.to_bytes(v.bit_length() // 8 + 1, "big"))
oid = lambda text: tlv(6, bytes.fromhex(text))
AES, PRF = oid("60864801650304012a"), "2a864886f70d0209 2a864886f70d020b".replace("09 ", "09 ").split()


def pbes2(kdf):
    return tlv(0x30, tlv(0x30, oid("2a864886f70d01050d"), tlv(0x30, kdf, tlv(0x30, AES, tlv(4, bytes(16))))),
               tlv(4, bytes(160)))


def pbkdf2(iterations, prf=PRF[1], salt=bytes(16)):
    return tlv(0x30, oid("2a864886f70d01050c"), tlv(0x30, tlv(4, salt), number(iterations), tlv(0x30, oid(prf), b"\5\0")))


def scrypt(n, r, p):
    return tlv(0x30, oid("2b06010401da47040b"), tlv(0x30, tlv(4, bytes(16)), number(n), number(r), number(p)))


for i in (1 << 20, 2**31 - 1, 2**31, 2**62, 2**64, 2**2000):
    match(f"PBKDF2 with {i:.2g} iterations" if i < 2**99 else "PBKDF2 with 2^2000 iterations", (3,), pbes2(pbkdf2(i)))
for prf in PRF:
    match("PBKDF2 with the most iterations that are taken", (3,), pbes2(pbkdf2(1_000_000, prf)))
match("PBKDF2 with a salt of 900 kB", (3,), pbes2(pbkdf2(900_000, salt=bytes(900_000))))
for n, r, p in ((2**40, 8, 1), (2**14, 2**30, 1), (2**14, 8, 2**30), (2**63, 2**63, 2**63), (2**20, 8, 1), (2, 1, 2**18),
                (2**14, 1, 32), (2**10, 8, 64), (0, 0, 0), (3, 1, 1)):
    match(f"scrypt N {n} r {r} p {p}", (3,), pbes2(scrypt(n, r, p)))
match("scrypt as OpenSSL has it, 16 MB by itself", (3,), pbes2(scrypt(2**14, 8, 1)), most=16 * 1.048576 + 1.5)
match("scrypt at its limit", (3,), pbes2(scrypt(2**14, 8, 4)), most=16 * 1.048576 + 1.5)


def pkcs12(*safes, iterations=2048):
    data = lambda d: tlv(0x30, oid("2a864886f70d010701"), tlv(0xA0, tlv(4, d)))
    mac = tlv(0x30, tlv(0x30, tlv(0x30, oid("608648016503040201"), b"\5\0"), tlv(4, bytes(32))), tlv(4, bytes(8)),
              number(iterations))
    return tlv(0x30, number(3), data(tlv(0x30, *safes)), mac)


def encrypted(iterations):
    pbe = tlv(0x30, oid("2a864886f70d010c0103"), tlv(0x30, tlv(4, bytes(8)), number(iterations)))
    return tlv(0x30, oid("2a864886f70d010706"), tlv(0xA0, tlv(0x30, number(0), tlv(
        0x30, oid("2a864886f70d010701"), pbe, tlv(0x80, bytes(64))))))


for count in (2**31, 2**62, 1_000_000, 999_999):
    match(f"PKCS#12 with a MAC of {count} iterations", (3,), pkcs12(encrypted(1), iterations=count))
match("PKCS#12 with 5000 encrypted parts", (3,), pkcs12(*[encrypted(100_000)] * 5000, iterations=1))
match("PKCS#12 with 50,000 empty parts", (3,), pkcs12(*[tlv(0x30, oid("2a864886f70d010701"))] * 50_000))
match("a key nested 5000 deep", (3,), deep)
match("a key of 900 kB of zeros", (3,), bytes(900_000))
match("an RSA key of a million bits", (3,), tlv(0x30, number(0), *[number((1 << 999_983) + 1)] * 2, *[number(3)] * 6))
match("one line of 100 MB", (3,), b"-----BEGIN PRIVATE KEY-----\n" + b"A" * 100_000_000)
match("10,000 keys", (0, 1, 3), pem("PRIVATE KEY", pkcs8) * 4000)
traditional = b"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC," + b"0" * 800_000
match("headers of 800 kB", (3,), traditional + b"\n\nAAAA\n-----END RSA PRIVATE KEY-----\n")

# ---- CRLs
leaf = write(P("leaf.pem"), make("leaf", root))


def crl(label, codes, *data, only=None):
    path = store("crl", *data)
    for command in (["check", "--ca", P("root.pem"), "--crl", path, leaf], ["show", path]):
        if only in (None, command[0]):
            attack("CRL", f"{label}, {command[0]}", codes, "crl", *command)


date = tlv(0x17, b"261101000000Z")
plain_entry = lambda i: tlv(0x30, b"\x02\x04" + (i | 1 << 30).to_bytes(4, "big"), date)
crl("a million entries of one octet", (1, 3), large_crl(root, 1_000_000, entry=lambda i: b"\0"))
crl("a million empty entries", (1, 3), large_crl(root, 1_000_000, entry=lambda i: b"\x30\0"))
crl("a million entries of one serial", (0,), large_crl(root, 1_000_000, entry=lambda i: b"\x30\x12\2\1\5" + date))
crl("three million entries", (3,), large_crl(root, 3_000_000, entry=plain_entry))
other = tlv(0x17, b"261102000000Z")
dated = lambda i: tlv(0x30, b"\x02\x04" + (i | 1 << 30).to_bytes(4, "big"), other if i & 1 else date)
reasons = tlv(0x30, tlv(0x30, oid("551d15"), tlv(4, b"\x0a\1\1")))
crl("a million entries of changing dates", (0,), large_crl(root, 1_000_000, entry=dated))
entry = lambda i: tlv(0x30, b"\x02\x12" + (i | 1 << 142).to_bytes(18, "big"), other if i & 1 else date, reasons)
crl("a million entries with reasons, 53 MB", (0,), large_crl(root, 1_000_000, entry=entry))
crl("the same in PEM", (0, 3), pem("X509 CRL", large_crl(root, 1_000_000, entry=entry)))
fat = tlv(0x30, tlv(2, b"\5"), date, tlv(0x30, *[tlv(0x30, oid(f"2a0304{i:02x}"), tlv(4, bytes(200))) for i in range(16)]))
crl("20,000 entries of 4 kB, 70 MB", (0, 3), large_crl(root, 20_000, entry=lambda i: fat))
issuers = [tlv(0x30, tlv(0x30, oid("551d1d"), tlv(1, b"\xff"), tlv(4, tlv(0x30, tlv(0xA4, name(
    f"CN=n{k}", *["OU=" + "x" * 60] * 20).public_bytes()))))) for k in range(2)]
crl("50,000 entries of changing issuers", (0, 1, 3), large_crl(root, 50_000, entry=lambda i: tlv(
    0x30, tlv(2, b"\5"), date, issuers[i & 1])))
crl("an entry nested 5000 deep", (1, 3), large_crl(root, 1, entry=lambda i: deep))
crl("an entry of 30 MB", (1, 3), large_crl(root, 1, entry=lambda i: tlv(0x30, tlv(2, b"\5" * 30_000_000), date)))
crl("extensions of 1 MB", (1, 3), large_crl(root, 1, ext=tlv(0xA0, tlv(0x30, *[tlv(0x30, oid("2a03"), tlv(
    4, bytes(1000)))] * 1000))))
crl("one line of 100 MB", (1, 3), b"-----BEGIN X509 CRL-----\n" + b"A" * 100_000_000)
crl("100 MB of text", (1, 3), b"text\n" * 20_000_000)
crl("100 MB without a line", (1, 3), bytes(100_000_000))
small = pem("X509 CRL", large_crl(root, 0))
crl("5,000 lists in one file", (0, 3), small * 5000)
crl("50,000 lists in one file", (0, 3), small * 50_000, only="check")
crl("a length of 4 GB", (1, 3), b"\x30\x84\xff\xff\xff\xff" * 10)

for kind, text in (("chain", "chain"), ("key", "key file"), ("CRL", "CRL")):
    report.claim(f"every hostile {text} ends within {SECONDS} s of processor time and {MOST_MB} MB",
                 problems[kind])
print(f"# {len(figures)} attacks{'; times ten and no memory, for sanitizers' if SANITIZED else ''}; the dearest:")
for cpu, memory, kind, label in sorted(figures, reverse=True)[:12]:
    print(f"# {cpu:5} ms {memory:6.1f} MB  {kind}: {label}")
for cpu, memory, kind, label in sorted(figures, key=lambda f: -f[1])[:8]:
    print(f"# {memory:6.1f} MB {cpu:5} ms  {kind}: {label}")
