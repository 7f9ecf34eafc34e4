#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""dcmsec ciphers --probe: what it tells in words, the server name that it asks for, and probes that end early."""
import re
import signal
import struct
import subprocess
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from harness import DCMSEC, T, WAIT, Authority, claim, need, run
from probes import Probe, Raw, openssl_server

AUTHORITY = Authority(T / "ca")
RSA = AUTHORITY.node("rsa", key="rsa2048")
EC = AUTHORITY.node("ec")


def words(port, *options):
    return run(DCMSEC, "ciphers", "--probe", f"127.0.0.1:{port}", "--rate", "500", *options)


def certificate(path):
    with open(path, "rb") as f:
        return x509.load_pem_x509_certificate(f.read())


def missing(text, patterns):
    return [p for p in patterns if not re.search(p, text, re.M)]


def check_words():
    suites = ("DHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES128-GCM-SHA256")
    with openssl_server(*RSA, "-dkey", EC[0], "-dcert", EC[1], "-no_tls1_3", "-cipher", ":".join(suites),
                        "-Verify", "2", "-CAfile", AUTHORITY.path) as server:
        r = words(server.port)
        cut = words(server.port, "--limit", "3")
        short = Probe(server.port, "--limit", "3")
    claim("versions, groups, the wish for a certificate and its authorities stand in words", not missing(r.stdout, (
        r"^  versions +TLSv1\.2$", r"^  not +SSLv3 TLSv1\.0 TLSv1\.1 TLSv1\.3$", r"^  groups .*secp256r1.*; DHE with 2048 bits$",
        r"^  client certificate +demanded; 1 authorities named$", r"^  renegotiation +secure$",
        r"^  master secret +extended$")) and r.returncode == 0, r.out)
    bad = []
    for path, key in ((RSA[1], "RSA, 2048"), (EC[1], "EC, 256")):
        c = certificate(path)
        day = lambda t: t.strftime("%Y-%m-%dT%H:%M:%SZ")
        colons = ":".join(f"{b:02X}" for b in c.fingerprint(hashes.SHA256()))
        block = (f"  0  O=St. Elsewhere, CN={c.subject.rfc4514_string().split('CN=')[1].split(',')[0]}\n"
                 f"     issued by O=St. Elsewhere, CN=Test CA, {day(c.not_valid_before)} to {day(c.not_valid_after)}\n"
                 f"     key {key} bits; signed with ECDSA with SHA-256\n     SHA256 {colons}\n")
        if block not in r.stdout:
            bad.append(block)
    claim("both chains, with names, dates, keys and fingerprints as python3-cryptography has them",
          not bad and "the other chain" in r.stdout, "".join(bad) + r.out)
    listed = re.findall(r"^TLS_\w+ +(\S+) +TLSv1\.2 ", r.stdout, re.M)
    claim("each suite has a row, and no other one", sorted(listed) == sorted(suites), r.out)
    claim("each profile has its verdict and the reason", not missing(r.stdout, (
        r"^bcp195-ex +yes +3 of 6 +TLSv1\.2 ", r"^8996 +wider +2 of 7 .*such as TLS_DHE_RSA_WITH_AES_128_GCM_SHA256$",
        r"^aes +no +0 of 2 +- +- +it has none of its suites$")), r.out)
    claim("a probe that a limit ended says so, and calls no version missing that it did not ask for",
          not missing(cut.stdout, (r"after 3 connections, NOT COMPLETE$", r"^  not, or not asked +SSLv3 ",
                                   r"^aes +unknown .*not all was asked$")) and "--limit" in cut.stderr, cut.out)
    claim("nor a client certificate optional that it did not ask for either", "not found out" in cut.stdout and
          short.peer["client_certificate"] == "unknown", cut.out + short.told())


def record(kind, body):
    return struct.pack(">BHH", kind, 0x0303, len(body)) + body


def message(kind, body):
    return struct.pack(">BI", kind, len(body))[:1] + len(body).to_bytes(3, "big") + body


def check_certificates():
    der = b"\x30\x03\x02\x01\x01"
    hello = b"\x03\x03" + bytes(32) + b"\x00\xc0\x2f\x00"  # RFC 5246 7.4.1.3
    chain = (len(der) + 3).to_bytes(3, "big") + len(der).to_bytes(3, "big") + der
    raw = Raw(record(22, message(2, hello) + message(11, chain) + message(14, b"")))
    r, p = words(raw.port), Probe(raw.port)
    digest = hashes.Hash(hashes.SHA256())
    digest.update(der)
    digest = digest.finalize()
    claim("a certificate that cannot be read is told by its fingerprint", "cannot be read; SHA256 " + ":".join(
        f"{b:02X}" for b in digest) in r.stdout and [c["subject"] for c in p.certificates] == [None] and
        r.returncode == 0, r.out + p.told())
    raw.socket.close()
    evil = AUTHORITY.node("a\x1b[2Jb\nPROFILE", key="ec")
    with openssl_server(*evil, "-tls1_2") as server:
        r = words(server.port)
    claim("control characters in a peer's name stay out of the terminal", r.returncode == 0 and "PROFILE" in r.stdout and
          not re.search(r"[\x00-\x09\x0b-\x1f\x7f]|^PROFILE$", r.out, re.M), ascii(r.out))


def check_server_name():
    with openssl_server(*RSA, "-servername", "pacs.example", "-key2", EC[0], "-cert2", EC[1]) as server:
        named, other, none = Probe(server.port, "--sni", "pacs.example"), Probe(server.port, "--sni", "x.example"), Probe(
            server.port)
    shown = [{c["subject"].split("CN=")[1] for c in p.certificates if c["position"] == 0} for p in (named, other, none)]
    claim("--sni has the server show the certificate of that name", shown == [{"ec"}, {"rsa"}, {"rsa"}], f"{shown}")
    with openssl_server(*RSA, "-servername", "localhost", "-key2", EC[0], "-cert2", EC[1]) as server:
        asked, silent = Probe(server.port, host="localhost"), Probe(server.port, "--no-sni", host="localhost")
    shown = [{c["subject"].split("CN=")[1] for c in p.certificates if c["position"] == 0} for p in (asked, silent)]
    claim("without it the host's name is asked for, and with --no-sni none", shown == [{"ec"}, {"rsa"}], f"{shown}")


def check_ends():
    with openssl_server(*RSA, "-tls1_2") as server:
        p = Probe(server.port, "--rate", "4", "--total", "1s")
    claim("--total ends a probe, and what was found is told as not complete", p.peer.get("complete") is False and
          1 <= p.peer.get("questions", 0) <= 5 and "--total" in p.run.stderr, p.told())
    raw = Raw(record(21, b"\x02\x28"))
    probe = subprocess.Popen([DCMSEC, "ciphers", "--probe", f"127.0.0.1:{raw.port}", "--rate", "1"], text=True,
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    end = time.monotonic() + WAIT
    while not raw.made and time.monotonic() < end:
        time.sleep(0.02)
    probe.send_signal(signal.SIGINT)
    out, err = probe.communicate(timeout=WAIT)
    claim("a probe that is interrupted ends, says so, and gives no verdict", probe.returncode == 4 and
          "interrupted" in err and out == "", f"{probe.returncode} {out} {err}")
    raw.socket.close()
    r = words("99999")
    claim("a port that is none is refused before anything is asked", r.returncode == 2 and "99999" in r.stderr, r.out)


if need("openssl", "openssl s_server is probed"):
    check_words()
    check_certificates()
    check_server_name()
    check_ends()
