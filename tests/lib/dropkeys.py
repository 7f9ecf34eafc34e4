# SPDX-License-Identifier: MIT
"""Keys, certificates, revocation lists and seeds in all the forms that options of DCMTK's tools name."""
import datetime
import os
import subprocess

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from harness import Authority, T

CA = Authority(T / "tls" / "ca")
OTHER = Authority(T / "tls" / "other", "Other CA")
RSA, EC = CA.node("rsa", key="rsa2048"), CA.node("ec")
LATE = CA.node("late", key="rsa2048", days=(-9, -2))
STRANGER = OTHER.node("stranger", key="rsa2048")


def prepare():
    """Certificates in the other forms, a directory of authorities, revocation lists, an encrypted key, and a seed."""
    names = {"KEY": RSA[0], "CERT": RSA[1], "CA": CA.path, "OTHER": OTHER.path, "EC": EC[0], "ECCERT": EC[1]}
    for name, words in (("KEYDER", ["rsa", "-in", RSA[0], "-outform", "DER"]),
                        ("CERTDER", ["x509", "-in", RSA[1], "-outform", "DER"]),
                        ("CADER", ["x509", "-in", CA.path, "-outform", "DER"]),
                        ("LOCKED", ["rsa", "-in", RSA[0], "-aes128", "-passout", "pass:secret"])):
        names[name] = T / "tls" / name
        subprocess.run(["openssl", *map(str, words), "-out", str(names[name])], check=True, capture_output=True)
    folder = T / "tls" / "dir"
    folder.mkdir(exist_ok=True)
    shown = subprocess.run(["openssl", "x509", "-in", str(CA.path), "-noout", "-hash"], check=True, capture_output=True,
                           text=True).stdout.strip()
    (folder / f"{shown}.0").write_bytes(CA.path.read_bytes())
    names["DIR"] = folder
    names["LATE"], names["LATECERT"] = LATE
    names["STRANGER"], names["STRANGERCERT"] = STRANGER
    names["CRL"], names["CRLALL"] = revoked(()), revoked((RSA[1],))
    names["SEED"] = T / "tls" / "seed"
    names["SEED"].write_bytes(os.urandom(2048))
    names["SEEDOUT"] = T / "tls" / "seed-out"
    return names


def revoked(certificates):
    """A revocation list of CA's with these certificates."""
    now = datetime.datetime.utcnow()
    b = (x509.CertificateRevocationListBuilder().issuer_name(CA.name).last_update(now - datetime.timedelta(1))
         .next_update(now + datetime.timedelta(9)))
    for path in certificates:
        serial = x509.load_pem_x509_certificate(path.read_bytes()).serial_number
        b = b.add_revoked_certificate(x509.RevokedCertificateBuilder().serial_number(serial)
                                      .revocation_date(now - datetime.timedelta(1)).build())
    path = T / "tls" / f"crl{len(certificates)}.pem"
    path.write_bytes(b.sign(CA.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return path
