#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes tls_keys_table.h: the keys and certificates that the TLS tests and fuzz targets embed.

They are worth nothing outside of tests. Run again only to renew them: usage: tls_keys.py >tls_keys_table.h
"""
import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

BEGIN = datetime.datetime(2026, 1, 1)
END = datetime.datetime(2046, 1, 1)


def name(common_name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def certificate(subject, key, issuer, issuer_key, ca=False):
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGIN)
        .not_valid_after(END)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if not ca:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([x509.DNSName(subject)]), critical=False
        )
    return builder.sign(issuer_key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def array(label, data):
    print(f"static const unsigned char {label}[] = {{")
    for i in range(0, len(data), 20):
        print("\t" + " ".join(f"{b}," for b in data[i : i + 20]))
    print("};")


def key_array(label, key):
    array(
        label,
        key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        ),
    )


def main():
    root, other, between = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
    keys = {
        "rsa": rsa.generate_private_key(65537, 2048),
        "ec": ec.generate_private_key(ec.SECP256R1()),
        "ec384": ec.generate_private_key(ec.SECP384R1()),
    }
    print("/* SPDX-License-Identifier: MIT */")
    print("/* Made by tls_keys.py: test keys and certificates in DER; worth nothing outside of tests. */")
    print("#ifndef DCMSEC_TLS_KEYS_TABLE_H\n#define DCMSEC_TLS_KEYS_TABLE_H\n")
    array("ca_root", certificate("root", root, "root", root, True))
    array("ca_other", certificate("other", other, "other", other, True))
    array("ca_between", certificate("between", between, "root", root, True))
    for label, key in keys.items():
        key_array(f"key_{label}", key)
        array(f"cert_{label}", certificate(f"{label}.test", key, "between", between))
    print("\n#endif")


main()
