# SPDX-License-Identifier: MIT
"""Certificates, keys and CRLs for tests, made with python3-cryptography. Keys are made once a run."""
import datetime
import functools
import os
import subprocess
import warnings

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

warnings.simplefilter("ignore")  # of weak hashes, which are what is tested

NOW = datetime.datetime.utcnow().replace(microsecond=0)
DAY = datetime.timedelta(days=1)
PEM = serialization.Encoding.PEM
DER = serialization.Encoding.DER
SERVER, CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH


@functools.lru_cache(maxsize=None)
def key(name, kind="p256"):
    """The key of this name: the same at every call."""
    curves = {"p256": ec.SECP256R1, "p384": ec.SECP384R1, "p521": ec.SECP521R1, "p224": ec.SECP224R1}
    if kind in curves:
        return ec.generate_private_key(curves[kind]())
    return rsa.generate_private_key(65537, int(kind[3:]))


def name(*parts):
    """name("CN=a", "O=b"): UTF8String unless written by a caller of its own."""
    oids = {"CN": NameOID.COMMON_NAME, "O": NameOID.ORGANIZATION_NAME, "C": NameOID.COUNTRY_NAME,
            "OU": NameOID.ORGANIZATIONAL_UNIT_NAME, "E": NameOID.EMAIL_ADDRESS}
    return x509.Name([x509.NameAttribute(oids[p.split("=", 1)[0]], p.split("=", 1)[1])
                      for p in parts])


def usage(*bits):
    fields = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
              "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{f: f in bits for f in fields})


CA_USAGE = (usage("key_cert_sign", "crl_sign"), True)
CA = (x509.BasicConstraints(True, None), True)


class Node:
    """A certificate with its key and issuer."""

    def __init__(self, cert, private, issuer):
        self.cert, self.private, self.issuer = cert, private, issuer or self

    def pem(self):
        return self.cert.public_bytes(PEM)


def make(subject, issuer=None, ca=False, ext=(), kind="p256", start=NOW - DAY, end=NOW + 100 * DAY,
         private=None, sign=None, hash=hashes.SHA256(), serial=None, ids=True, bare=False):
    """A certificate. subject: a Name, or a common name. ext: (extension, critical) pairs. sign: a
    key other than the issuer's. bare: no extension that ext does not name."""
    if isinstance(subject, str):
        subject = name("O=Test", "CN=" + subject)
    private = private or key(subject.rfc4514_string(), kind)
    public = private.public_key()
    signer = sign or (issuer.private if issuer else private)
    b = (x509.CertificateBuilder().subject_name(subject)
         .issuer_name(issuer.cert.subject if issuer else subject)
         .public_key(public).serial_number(serial or x509.random_serial_number())
         .not_valid_before(start).not_valid_after(end))
    extensions = list(ext)
    have = {type(e) for e, _ in extensions}
    if not bare:
        if ca:
            extensions += [x for x in (CA, CA_USAGE) if type(x[0]) not in have]
        if ids:
            extensions.append((x509.SubjectKeyIdentifier.from_public_key(public), False))
            if issuer:
                extensions.append((x509.AuthorityKeyIdentifier.from_issuer_public_key(
                    issuer.private.public_key()), False))
    for extension, critical in extensions:
        b = b.add_extension(extension, critical)
    return Node(b.sign(signer, hash), private, issuer)


def tlv(tag, *parts):
    """One DER element."""
    body = b"".join(parts)
    size = len(body).to_bytes(4, "big").lstrip(b"\0")
    return bytes([tag]) + (bytes([len(body)]) if len(body) < 128 else bytes([128 | len(size)]) + size) + body


def large_crl(issuer, count, serials=(), ext=b"", entry=None, private=None):
    """A CRL in DER too large for the builder to make: count entries of random serials of 16 octets, then
    the serials given. entry: a function of a number that gives other entries. private: who signs instead."""
    date = tlv(0x17, (NOW - DAY).strftime("%y%m%d%H%M%SZ").encode())
    due = tlv(0x17, (NOW + 30 * DAY).strftime("%y%m%d%H%M%SZ").encode())
    head, tail = b"\x30\x21\x02\x10", date
    if entry:
        entries = [entry(i) for i in range(count)]
    else:
        noise = os.urandom(count * 15)
        entries = [head + b"\x5a" + noise[i:i + 15] + tail for i in range(0, len(noise), 15)]
    entries += [tlv(0x30, tlv(2, s.to_bytes(s.bit_length() // 8 + 1, "big")), date) for s in serials]
    algorithm = tlv(0x30, tlv(6, bytes.fromhex("2a8648ce3d040302")))
    tbs = tlv(0x30, tlv(2, b"\1"), algorithm, issuer.cert.subject.public_bytes(), date, due, tlv(0x30, *entries), ext)
    signature = (private or issuer.private).sign(tbs, ec.ECDSA(hashes.SHA256()))
    return tlv(0x30, tbs, algorithm, tlv(3, b"\0", signature))


def write(path, *nodes):
    """Certificates as one PEM file."""
    with open(path, "wb") as f:
        for n in nodes:
            f.write(n.pem() if isinstance(n, Node) else n)
    return path


def run(*argv, **kw):
    return subprocess.run([str(a) for a in argv], capture_output=True, text=True, **kw)


def bounded(seconds, *argv, **kw):
    """Runs a command that is killed when it takes more processor time: exit code or minus the signal,
    milliseconds of processor time, most MB resident, all it printed. Sanitizers take more of both: then there
    are ten times the seconds, and no word about memory."""
    path = os.path.join(T, "bounded")
    r = run(os.path.join(O, "tests/tools/bounded"), path, seconds * (10 if SANITIZED else 1), *argv, **kw)
    with open(path, encoding="ascii") as f:
        code, cpu, memory = map(int, f.read().split())
    return code, cpu, 0 if SANITIZED else memory / 1024, r.stdout + r.stderr


class Report:
    """Prints verdict lines; differences follow as remarks."""

    def __init__(self):
        self.bad = False

    def claim(self, text, problems):
        print(("not ok - " if problems else "ok - ") + text)
        for p in list(problems)[:40]:
            print("# " + str(p))
        self.bad |= bool(problems)


DCMSEC = os.environ.get("DCMSEC", "build/musl-gcc/dcmsec")
T = os.environ.get("T", "/tmp")
O = os.environ.get("O", os.path.dirname(DCMSEC))
SANITIZED = O.endswith("-san")
