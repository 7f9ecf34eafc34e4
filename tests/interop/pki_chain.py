# SPDX-License-Identifier: MIT
"""Chains over every rule of the judge, beside `openssl verify`. Each case states what must come out;
where OpenSSL says otherwise the case says so and why."""
import base64
import calendar
import ipaddress
import itertools
import os
import random

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

from pki import (CA, CLIENT, DAY, DCMSEC, NOW, PEM, SERVER, T, Node, Report, key, make, name,
                 run, usage, write)

GROUPS = {}


class Case:
    def __init__(self, label, good, sent, roots, role="server", helpers=(), options=(), openssl=None,
                 why=None, hostopt=None):
        self.__dict__.update(locals())


def case(group, *args, **kw):
    GROUPS.setdefault(group, []).append(Case(*args, **kw))


def eku(*oids):
    return x509.ExtendedKeyUsage(oids), False


def san(*names):
    return x509.SubjectAlternativeName([n if isinstance(n, x509.GeneralName) else x509.DNSName(n)
                                        for n in names]), False


root = make("root", ca=True)
inter = make("inter", root, ca=True)

# ---- what a certificate may be used as
ANY, OTHER = ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE, ExtendedKeyUsageOID.CODE_SIGNING
EKUS = {"none": (), "server": (SERVER,), "client": (CLIENT,), "both": (SERVER, CLIENT), "any": (ANY,),
        "other": (OTHER,)}
USAGES = {"none": None, "signature": "digital_signature", "encipherment": "key_encipherment",
          "agreement": "key_agreement", "repudiation": "content_commitment",
          "data": "data_encipherment"}
for role, (e, oids), (u, bit) in itertools.product(("server", "client"), EKUS.items(), USAGES.items()):
    ext = ([eku(*oids)] if oids else []) + ([(usage(bit), True)] if bit else [])
    leaf = make("leaf", root, ext=ext)
    fits = not oids or ANY in oids or (SERVER if role == "server" else CLIENT) in oids
    uses = {"signature", "agreement", "none"} | ({"encipherment"} if role == "server" else set())
    case("uses of the leaf", f"{role}, extended {e}, usage {u}", fits and u in uses, [leaf], [root], role,
         openssl=False if e == "any" else None,
         why="RFC 5280 4.2.1.12 lets anyExtendedKeyUsage stand for all")
for role, where, e in itertools.product(("server", "client"), ("inter", "root"),
                                        ("server", "client", "both", "other")):
    ext = [eku(*EKUS[e])]
    top = make("eku root", ca=True, ext=ext if where == "root" else [])
    mid = make("eku inter", top, ca=True, ext=ext if where == "inter" else [])
    case("uses of CAs", f"{role}, {where} for {e}", e in (role, "both"), [make("leaf", mid), mid], [top],
         role)
critical = make("leaf", root, ext=[(x509.ExtendedKeyUsage([SERVER]), True)])
case("uses of CAs", "critical extended key usage", True, [critical], [root])
for bits in (("digital_signature",), ("crl_sign",), ("key_cert_sign",)):
    mid = make("ku inter", root, ca=True, ext=[(usage(*bits), True)])
    case("uses of CAs", f"intermediate with {bits[0]}", bits == ("key_cert_sign",),
         [make("leaf", mid), mid], [root])
    top = make("ku root", ca=True, ext=[(usage(*bits), True)])
    case("uses of CAs", f"root with {bits[0]}", bits == ("key_cert_sign",), [make("leaf", top)], [top])

# ---- keys and signatures
for kind, h in itertools.product(("p256", "p384", "p521", "rsa2048"),
                                 (hashes.SHA224, hashes.SHA256, hashes.SHA384, hashes.SHA512)):
    top = make("top " + kind, ca=True, kind=kind)
    case("keys and signatures", f"{kind} with {h.name}", True, [make("leaf", top, hash=h(), kind=kind)],
         [top])
for kind in ("rsa3072", "rsa4096"):
    top = make("top " + kind, ca=True, kind=kind)
    case("keys and signatures", kind, True, [make("leaf", top)], [top])
for h, good, openssl in ((hashes.SHA1, False, True), (hashes.MD5, False, True)):
    top = make("top rsa2048", ca=True, kind="rsa2048")
    leaf = make("leaf", top, hash=h())
    case("keys and signatures", "signed with " + h.name, good, [leaf], [top], openssl=openssl,
         why="RFC 9155 forbids both; --allow-sha1 is there for old PKIs")
    case("keys and signatures", f"signed with {h.name}, SHA-1 allowed", h is hashes.SHA1, [leaf], [top],
         options=["--allow-sha1"], openssl=True, why="MD5 stays forbidden")
case("keys and signatures", "root signed with SHA-1",  True,
     [make("leaf", make("sha1 root", ca=True, kind="rsa2048", hash=hashes.SHA1()))],
     [make("sha1 root", ca=True, kind="rsa2048", hash=hashes.SHA1())])
weak = make("weak", root, kind="rsa1024")
case("keys and signatures", "RSA of 1024 bits without a profile", True, [weak], [root])
case("keys and signatures", "RSA of 768 bits", False, [make("weaker", root, kind="rsa768")], [root],
     openssl=True, why="less than 1024 bits protects nothing")
case("keys and signatures", "P-224", False, [make("p224", root, kind="p224")], [root], openssl=True,
     why="not supported: neither TLS profile of DICOM has it")
ed = make("ed", root, private=ed25519.Ed25519PrivateKey.generate())
case("keys and signatures", "Ed25519", False, [ed], [root], openssl=True,
     why="not supported: neither TLS profile of DICOM has it")


def pss(label, good, *sigopts):
    """A leaf that openssl signs with RSA-PSS."""
    top = make("top rsa2048", ca=True, kind="rsa2048")
    base = os.path.join(T, "pss")
    write(base + ".ca", top)
    with open(base + ".key", "wb") as f:
        f.write(top.private.private_bytes(PEM, serialization.PrivateFormat.PKCS8,
                                          serialization.NoEncryption()))
    with open(base + ".csr", "wb") as f:
        f.write(x509.CertificateSigningRequestBuilder().subject_name(name("CN=pss")).sign(
            key("pss"), hashes.SHA256()).public_bytes(PEM))
    r = run("openssl", "x509", "-req", "-in", base + ".csr", "-CA", base + ".ca", "-CAkey", base + ".key",
            "-days", "5", "-out", base + ".pem", "-sigopt", "rsa_padding_mode:pss", *sigopts)
    assert r.returncode == 0, r.stderr
    with open(base + ".pem", "rb") as f:
        case("keys and signatures", label, good, [f.read()], [top],
             openssl=None if good else True,
             why="one hash for both is what RFC 8446 and DICOM's profiles have")


pss("PSS with SHA-256", True, "-sha256", "-sigopt", "rsa_pss_saltlen:32")
pss("PSS with SHA-384", True, "-sha384", "-sigopt", "rsa_pss_saltlen:48")
pss("PSS with SHA-512", True, "-sha512", "-sigopt", "rsa_pss_saltlen:64")
pss("PSS with a longer salt", True, "-sha256", "-sigopt", "rsa_pss_saltlen:100")
pss("PSS without salt", True, "-sha256", "-sigopt", "rsa_pss_saltlen:0")
pss("PSS with two hashes", False, "-sha256", "-sigopt", "rsa_mgf1_md:sha384")

# ---- the shape of the chain
leaf = make("leaf", inter)
stranger = make("stranger", make("nobody", ca=True))
chain3 = make("deep", make("low", inter, ca=True))
low = chain3.issuer
for label, sent in (("in order", [chain3, low, inter]), ("reversed", [chain3, inter, low]),
                    ("root first", [chain3, root, inter, low]), ("doubled", [chain3, low, low, inter, inter]),
                    ("leaf twice", [chain3, chain3, low, inter]), ("a stranger between",
                                                                   [chain3, stranger, low, inter])):
    case("shape", label, True, sent, [root])
case("shape", "intermediate missing", False, [leaf], [root])
case("shape", "intermediate from a store", True, [leaf], [root], helpers=[inter])
case("shape", "intermediate beside the roots", True, [leaf], [root, inter])
case("shape", "an intermediate alone is no root", False, [leaf], [inter])
case("shape", "the leaf itself, trusted, is no root", False, [leaf], [leaf])
case("shape", "unknown root", False, [stranger, stranger.issuer], [root])
for label, ext in (("CA", [CA]), ("no CA", [(x509.BasicConstraints(False, None), True)]), ("no extension", [])):
    own = make("own", ext=ext, bare=True)
    case("shape", f"self-signed, trusted, {label}", True, [own], [own])
    case("shape", f"self-signed, not trusted, {label}", False, [own], [root])
twin = make("root", ca=True, private=key("another root"))
case("shape", "another root of the name", False, [make("leaf", twin)], [root])
EVERY = "RFC 5280 6.1 asks for a path, so every certificate of the name is tried"
case("shape", "two roots of the name", True, [make("leaf", root, ids=False)], [twin, root], openssl=False,
     why=EVERY)
case("shape", "two roots of the name, the other", True, [make("leaf", twin, ids=False)], [root, twin],
     openssl=False, why=EVERY)
bare_root = make("bare", ca=True, ids=False)
bare_twin = make("bare", ca=True, ids=False, private=key("bare two"))
for label, roots in (("first", [bare_root, bare_twin]), ("second", [bare_twin, bare_root])):
    case("shape", "roots of one name without key identifiers, the right one is " + label, True,
         [make("leaf", bare_root, ids=False)], roots, openssl=label == "first",
         why=EVERY)
stale = make("inter", root, ca=True, start=NOW - 20 * DAY, end=NOW - DAY, private=inter.private)
case("shape", "an expired twin of the intermediate", True, [leaf, stale, inter], [root])
other_key = make("inter", root, ca=True, private=key("other inter"))
case("shape", "an intermediate of the name with another key", True, [leaf, other_key, inter], [root])
case("shape", "only an intermediate of the name with another key", False, [leaf, other_key], [root])
old = make("old root", ca=True)
cross = make(root.cert.subject, old, ca=True, private=root.private)
case("shape", "cross-signed root, old one trusted", True, [leaf, inter, cross], [old])
case("shape", "cross-signed root, both trusted", True, [leaf, inter, cross], [old, root])
loop_a = make("loop a", ca=True)
loop_b = make("loop b", loop_a, ca=True)
loop_a2 = make("loop a", loop_b, ca=True, private=loop_a.private)
case("shape", "a circle", False, [make("leaf", loop_b), loop_b, loop_a2], [root])
case("shape", "a circle with a way out", True, [make("leaf", loop_b), loop_a2, loop_b], [loop_a])
top = make(name("O=Test", "CN=fold me"), ca=True, private=key("fold"))
again = make(name("O=TEST", "CN=  Fold   ME "), ca=True, private=key("fold"))
case("shape", "names that differ in case and blanks", True, [make("leaf", again)], [top])
flood = [make("flood", root, ca=True, private=key("flood")) for _ in range(12)]
case("shape", "many CAs of one name and key", True, [make("leaf", flood[0]), *flood], [root])
deep = [make("d0", ca=True)]
for i in range(1, 16):
    deep.append(make(f"d{i}", deep[-1], ca=True))
case("shape", "twelve certificates deep", True, [make("leaf", deep[10]), *deep[1:11]], [deep[0]])
case("shape", "seventeen certificates deep", False, [make("leaf", deep[15]), *deep[1:16]], [deep[0]],
     openssl=True, why="a path has a bound, RFC 5280 leaves it to the implementation")

# ---- dates
for where, (label, start, end, good) in itertools.product(
        ("leaf", "inter", "root"),
        (("expired", -30, -1, False), ("not yet", 1, 30, False), ("now", -1, 1, True))):
    d = {w: dict(start=NOW + start * DAY, end=NOW + end * DAY) if w == where else {}
         for w in ("leaf", "inter", "root")}
    top = make("dated root", ca=True, **d["root"])
    mid = make("dated inter", top, ca=True, **d["inter"])
    case("dates", f"{where} {label}", good, [make("leaf", mid, **d["leaf"]), mid], [top])
exact = make("exact", root, start=NOW - DAY, end=NOW + DAY)
epoch = calendar.timegm((NOW + DAY).timetuple())
first = calendar.timegm((NOW - DAY).timetuple())
for label, t, good in (("the last second", epoch, True), ("one later", epoch + 1, False),
                       ("the first second", first, True), ("one earlier", first - 1, False)):
    case("dates", label, good, [exact], [make("root", ca=True, start=NOW - 9 * DAY)],
         options=["--at", f"@{t}"], openssl=False if label == "the last second" else None,
         why="RFC 5280 4.1.2.5: valid through notAfter, inclusive")

# ---- basic constraints
for n in (0, 1, 2):
    for between in (0, 1, 2):
        top = make("limited", ca=True, ext=[(x509.BasicConstraints(True, n), True)])
        at_, sent = top, []
        for i in range(between):
            at_ = make(f"between {i}", at_, ca=True)
            sent.append(at_)
        case("basic constraints", f"root allows {n}, path has {between}", between <= n,
             [make("leaf", at_), *sent], [top])
top = make("own below", ca=True, ext=[(x509.BasicConstraints(True, 0), True)])
self_issued = make(top.cert.subject, top, ca=True, private=key("own below two"))
case("basic constraints", "self-issued certificates do not count", True,
     [make("leaf", self_issued), self_issued], [top])
for label, ext in (("false", [(x509.BasicConstraints(False, None), True)]), ("absent", [])):
    bad = make("no ca " + label, root, ext=ext)
    case("basic constraints", f"intermediate with CA {label}", False, [make("leaf", bad), bad], [root])
    bad = make("no ca root " + label, ext=ext, bare=True)
    case("basic constraints", f"root with CA {label}", False, [make("leaf", bad)], [bad],
         openssl=None if label == "false" else False)
not_critical = make("nc", root, ca=True, ext=[(x509.BasicConstraints(True, None), False)])
case("basic constraints", "not critical", True, [make("leaf", not_critical), not_critical], [root])
case("basic constraints", "a CA as leaf", True,
     [make("ca leaf", root, ca=True, ext=[(usage("key_cert_sign", "digital_signature"), True)])], [root])


def v1(subject, issuer=None):
    """A certificate of version 1, made by openssl."""
    private = key(subject)
    base = os.path.join(T, "v1")
    for suffix, k in ((".key", private), (".cakey", (issuer or Node(None, private, None)).private)):
        with open(base + suffix, "wb") as f:
            f.write(k.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    args = ["-signkey", base + ".key"] if not issuer else ["-CA", write(base + ".ca", issuer), "-CAkey",
                                                           base + ".cakey"]
    assert run("openssl", "req", "-new", "-key", base + ".key", "-subj", "/CN=" + subject, "-out",
               base + ".csr").returncode == 0
    r = run("openssl", "x509", "-req", "-in", base + ".csr", "-days", "9", "-out", base + ".pem", *args)
    assert r.returncode == 0, r.stderr
    with open(base + ".pem", "rb") as f:
        return Node(x509.load_pem_x509_certificate(f.read()), private, issuer)


old_root = v1("old")
case("basic constraints", "root of version 1", True, [make("leaf", old_root)], [old_root])
mid = v1("old mid", root)
case("basic constraints", "intermediate of version 1", False, [make("leaf", mid), mid], [root])
case("basic constraints", "leaf of version 1", True, [v1("old leaf", root)], [root])

def resigned(node, old, new):
    """The certificate with other octets in what is signed, and a signature for those."""
    from cryptography.hazmat.primitives.asymmetric import ec
    tbs = node.cert.tbs_certificate_bytes.replace(old, new)
    assert len(old) == len(new) and tbs != node.cert.tbs_certificate_bytes
    signature = node.issuer.private.sign(tbs, ec.ECDSA(hashes.SHA256()))
    bits = b"\x03" + bytes([len(signature) + 1]) + b"\0" + signature
    body = tbs + bytes.fromhex("300a06082a8648ce3d040302") + bits
    raw = b"\x30\x82" + len(body).to_bytes(2, "big") + body
    return b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(raw) + b"-----END CERTIFICATE-----\n"


# ---- name constraints
DNS, IP, MAIL, DIR, URI = (x509.DNSName, lambda t: x509.IPAddress(ipaddress.ip_network(t)), x509.RFC822Name,
                           lambda *p: x509.DirectoryName(name(*p)), x509.UniformResourceIdentifier)
ADDR = lambda t: x509.IPAddress(ipaddress.ip_address(t))


def constrained(label, base, subject, inside, touches=None, openssl=(None, None), why=None,
                cn="O=Test CN=leaf"):
    """One subtree, once permitted and once excluded, critical or not, against one name."""
    touches = inside if touches is None else touches
    parts = cn.split(" ")
    for critical in (True, False):
        for kind, good, verdict in (("permitted", inside, openssl[0]), ("excluded", not touches, openssl[1])):
            ext = x509.NameConstraints(**{"permitted_subtrees": None, "excluded_subtrees": None,
                                          kind + "_subtrees": [base]})
            ca = make("nc " + label, root, ca=True, ext=[(ext, critical)])
            leaf = make(name(*parts), ca, ext=[san(subject)] if subject else [], private=key("nc leaf"))
            case("name constraints", f"{label}, {kind}, critical {critical}", good, [leaf, ca], [root],
                 openssl=verdict, why=why)


constrained("host in domain", DNS("a.example"), DNS("x.a.example"), True)
constrained("the domain itself", DNS("a.example"), DNS("A.example"), True)
constrained("host beside", DNS("a.example"), DNS("ba.example"), False)
constrained("wildcard inside", DNS("a.example"), DNS("*.a.example"), True)
constrained("wildcard that could be it", DNS("x.a.example"), DNS("*.a.example"), False, touches=True,
            openssl=(None, True), why="RFC 6125: the star may be x, so the excluded name could be claimed")
constrained("address inside", IP("192.0.2.0/24"), ADDR("192.0.2.77"), True)
constrained("address outside", IP("192.0.2.0/24"), ADDR("192.0.3.77"), False)
constrained("address of the other family", IP("192.0.2.0/24"), ADDR("2001:db8::1"), False)
constrained("IPv6 inside", IP("2001:db8::/32"), ADDR("2001:db8:1::1"), True)
constrained("mail at host", MAIL("a.example"), MAIL("x@a.example"), True)
constrained("mail below host", MAIL("a.example"), MAIL("x@b.a.example"), False)
constrained("mail in domain", MAIL(".a.example"), MAIL("x@b.a.example"), True)
constrained("mailbox", MAIL("x@a.example"), MAIL("x@a.example"), True)
constrained("another mailbox", MAIL("x@a.example"), MAIL("y@a.example"), False)
constrained("directory inside", DIR("O=Test"), None, True)
constrained("directory outside", DIR("O=Other"), None, False)
constrained("directory in another case", DIR("O=TEST"), None, True)
constrained("directory deeper", DIR("O=Test", "CN=leaf", "OU=x"), None, False)
constrained("directory in the alternative names", DIR("O=Test"), DIR("O=Test", "CN=z"), True)
constrained("URI in domain", URI(".a.example"), URI("https://b.a.example/x"), True)
constrained("URI at host", URI("a.example"), URI("https://a.example:8080/x"), True)
constrained("URI with a user", URI("a.example"), URI("https://u@a.example:8080/x"), True, openssl=(False, True),
            why="RFC 3986 3.2.1: what stands before the @ is not part of the host")
constrained("URI elsewhere", URI("a.example"), URI("https://b.a.example/"), False)
top = make("nc root", ca=True, ext=[(x509.NameConstraints([DNS("a.example")], None), True)])
case("name constraints", "of the root", False, [make("leaf", top, ext=[san("b.example")])], [top])
case("name constraints", "of the root, kept", True, [make("leaf", top, ext=[san("b.a.example")])], [top])
mid = make("nc mid", top, ca=True, ext=[(x509.NameConstraints([DNS("b.example")], None), True)])
for host in ("a.example", "b.example"):
    case("name constraints", f"two that exclude each other, {host}", False,
         [make("leaf", mid, ext=[san(host)]), mid], [top])
case("name constraints", "no name of the kind", True, [make("leaf", top)], [top])
case("name constraints", "common name that looks like a host", False,
     [make(name("CN=www.evil.example"), top, private=key("evil"))], [top])
case("name constraints", "common name inside", True,
     [make(name("CN=www.a.example"), top, private=key("good"))], [top])
case("name constraints", "common name with alternative names", True,
     [make(name("CN=www.evil.example"), top, private=key("evil"), ext=[san("x.a.example")])], [top])
mailca = make("nc mail", ca=True, ext=[(x509.NameConstraints([MAIL("a.example")], None), True)])
for address, good in (("x@a.example", True), ("x@b.example", False)):
    case("name constraints", "mail address in the subject " + address, good,
         [make(name("CN=m", "E=" + address), mailca, private=key("m"))], [mailca])
two_mails = make(name("E=x@b.example", "CN=m", "E=x@a.example"), mailca, private=key("m"))
case("name constraints", "two mail addresses in the subject, the first outside", False, [two_mails], [mailca])
two_cns = make(name("CN=www.evil.example", "CN=www.a.example"), top, private=key("two"))
case("name constraints", "two common names, the first outside", False, [two_cns], [top])
noca = make("nc dir", ca=True, ext=[(x509.NameConstraints(None, [DIR("O=Evil")]), True)])
broken = make(name("O=Evil", "CN=xxxxyyyy"), noca, private=key("broken"))
case("name constraints", "an excluded subject with a string that is not UTF-8", False,
     [resigned(broken, b"xxxxyyyy", b"xxxx\xff\xfeyy")], [noca])
many = make("nc many", ca=True, ext=[(x509.NameConstraints(
    [DNS(f"p{i}.example") for i in range(300)], None), True)])
case("name constraints", "more names than can be compared", False,
     [make("leaf", many, ext=[san(*[f"x{i}.p{299}.example" for i in range(300)])])], [many], openssl=True,
     why="work for one verdict is bounded")

# ---- extensions and damage
strange = (x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True)
known = (x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4"), b"\x05\x00"), False)
for where in ("leaf", "inter", "root"):
    for ext in (strange, known):
        d = {w: [ext] if w == where else [] for w in ("leaf", "inter", "root")}
        top = make("x root", ca=True, ext=d["root"])
        mid = make("x inter", top, ca=True, ext=d["inter"])
        case("extensions and damage", f"unknown {'critical' if ext[1] else 'other'} extension in the {where}",
             not ext[1], [make("leaf", mid, ext=d["leaf"]), mid], [top])


def patched(node, old, new, count=1):
    raw = node.cert.public_bytes(serialization.Encoding.DER)
    assert old in raw and len(old) == len(new)
    raw = raw.replace(old, new, count)
    return b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(raw) + b"-----END CERTIFICATE-----\n"


sha256, sha384 = bytes.fromhex("06082a8648ce3d040302"), bytes.fromhex("06082a8648ce3d040303")
plain = make("damaged", root)
case("extensions and damage", "inner algorithm differs from the outer", False,
     [patched(plain, sha256, sha384)], [root])
case("extensions and damage", "a changed octet", False, [patched(plain, b"damaged", b"damagee")], [root])
one, two = (x509.UnrecognizedExtension(ObjectIdentifier("1.2.3." + n), b"\x05\x00") for n in "45")
double = make("double", root, ext=[(one, False), (two, False)])
fixed = patched(double, bytes.fromhex("06032a0305"), bytes.fromhex("06032a0304"))
case("extensions and damage", "the same extension twice", False, [fixed], [root])
for n in range(12):
    raw = bytearray(plain.cert.public_bytes(serialization.Encoding.DER))
    raw[random.Random(n).randrange(len(raw))] ^= 1 << n % 8
    case("extensions and damage", f"flipped bit {n}", False,
         [b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(bytes(raw)) +
          b"-----END CERTIFICATE-----\n"], [root])

# ---- hosts
hosted = make(name("CN=cn.example"), root, private=key("hosted"), ext=[san(
    "ct1.local", "*.wild.example", ADDR("192.0.2.5"), ADDR("2001:db8::5"))])
only_cn = make(name("CN=cn.example"), root, private=key("hosted"))
for host, good in (("ct1.local", True), ("CT1.LOCAL", True), ("ct2.local", False), ("x.wild.example", True),
                   ("wild.example", False), ("a.b.wild.example", False), ("192.0.2.5", True),
                   ("192.0.2.6", False), ("2001:DB8:0::5", True), ("2001:db8::6", False),
                   ("cn.example", False)):
    case("hosts", host, good, [hosted], [root], hostopt=host)
case("hosts", "common name alone", False, [only_cn], [root], hostopt="cn.example", openssl=True,
     why="RFC 6125 6.4.4 ends the common name")

# ---- depth
for n in (0, 1, 2):
    case("depth", f"two intermediates, depth {n}", n >= 2, [chain3, low, inter], [root],
         options=["--verify-depth", str(n)])


def openssl_says(c, base):
    args = ["openssl", "verify", "-purpose", "ssl" + c.role, "-CAfile", base + ".roots", "-untrusted",
            base + ".untrusted", "-auth_level", "0"]
    options = list(c.options)
    while options:
        o = options.pop(0)
        if o == "--at":
            args += ["-attime", options.pop(0)[1:]]
        elif o == "--verify-depth":
            args += ["-verify_depth", options.pop(0)]
    if c.hostopt:
        args += ["-verify_ip" if c.hostopt[0] in "12" else "-verify_hostname", c.hostopt]
    return run(*args, base + ".leaf").returncode == 0


def main():
    report = Report()
    total = differ = 0
    for group, cases in GROUPS.items():
        problems = []
        for i, c in enumerate(cases):
            base = os.path.join(T, "case")
            write(base + ".sent", *c.sent)
            write(base + ".leaf", c.sent[0])
            write(base + ".roots", *c.roots)
            write(base + ".untrusted", *(list(c.sent[1:]) + list(c.helpers) or [c.sent[0]]))
            argv = [DCMSEC, "certs", "verify", "--role", c.role, "--ca", base + ".roots", *c.options]
            if c.helpers:
                argv += ["--untrusted", write(base + ".helpers", *c.helpers)]
            if c.hostopt:
                argv += ["--verify-host", c.hostopt]
            r = run(*argv, base + ".sent")
            theirs = openssl_says(c, base)
            expected = c.good if c.openssl is None else c.openssl
            total += 1
            differ += theirs != c.good
            if r.returncode != (0 if c.good else 1):
                problems.append(f"{c.label}: exit {r.returncode}: {(r.stdout + r.stderr).strip()}")
            if theirs != expected:
                problems.append(f"{c.label}: openssl {'accepts' if theirs else 'refuses'}")
        report.claim(f"chains, {group}: {len(cases)} judged as RFC 5280 has it", problems)
    print(f"# {total} chains, {differ} judged otherwise by openssl, on purpose")
    report.claim("at least 150 chains are compared with openssl verify", [] if total >= 150 else [total])


main()
