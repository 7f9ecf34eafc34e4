#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""dcmsec ciphers --probe against servers whose versions, suites, groups and wish for a client certificate
are set by option, and against DCMTK's receiver with every profile that it has."""
import time

from harness import DCMSEC, T, Authority, Server, claim, free_port, need, run
from peers import Receiver, secure
from probes import Probe, Raw, openssl_server

AUTHORITY = Authority(T / "ca")
RSA = AUTHORITY.node("rsa", key="rsa2048")
WEAK = AUTHORITY.node("weak", key="rsa1024")
EC = AUTHORITY.node("ec")
EC384 = AUTHORITY.node("ec384", key="ec384")
PROFILES = ("8996", "8996-mod", "bcp195-nd", "bcp195", "bcp195-ex", "basic", "aes", "null")


def openssl(*options, node=RSA):
    return openssl_server(*node, *options)


def check_openssl_versions():
    for options, versions in (
            (("-tls1_3",), ["TLSv1.3"]), (("-tls1_2",), ["TLSv1.2"]),
            (("-no_tls1_3",), ["TLSv1.2"]),
            (("-cipher", "ALL:@SECLEVEL=0", "-tls1_1"), ["TLSv1.1"]),
            (("-cipher", "ALL:@SECLEVEL=0", "-tls1"), ["TLSv1.0"]),
            (("-cipher", "ALL:@SECLEVEL=0"), ["TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"])):
        with openssl(*options) as server:
            p = Probe(server.port)
        claim(f"openssl s_server {' '.join(options)} has {', '.join(versions)}", p.peer["versions"] == versions,
              p.told())
        issuer = [c["subject"] for c in p.certificates]
        claim("and shows its certificate in each", issuer == ["O=St. Elsewhere, CN=rsa"], p.told())


def check_openssl_suites():
    for names, node, good in (
            (("ECDHE-RSA-AES128-GCM-SHA256",), RSA, {"8996", "8996-mod", "bcp195-nd", "bcp195", "bcp195-ex"}),
            (("ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-CCM8"), EC, {"8996", "8996-mod", "bcp195-ex"}),
            (("ECDHE-ECDSA-CHACHA20-POLY1305",), EC384, {"8996-mod"}),
            (("DHE-RSA-AES128-GCM-SHA256",), RSA, {"bcp195-nd", "bcp195", "bcp195-ex"}),
            (("AES128-SHA",), RSA, {"bcp195", "aes"}),
            (("NULL-SHA",), RSA, {"null"}),
            (("CAMELLIA256-SHA", "ECDHE-RSA-AES256-SHA384"), RSA, set())):
        with openssl("-tls1_2", "-cipher", ":".join(names) + ":@SECLEVEL=0", node=node) as server:
            p = Probe(server.port)
        claim(f"openssl s_server with {' '.join(names)} has just that", p.suites() == set(names), p.told())
        claim(f"and satisfies {', '.join(sorted(good)) or 'no profile'}",
              p.good() == good and p.run.returncode == (0 if good else 1), p.told())
    with openssl("-tls1_3", "-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_CCM_SHA256") as server:
        p = Probe(server.port)
    claim("suites of TLS 1.3 are told one by one",
          p.suites() == {"TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_CCM_SHA256"}, p.told())


def check_openssl_groups():
    for options, groups, node, known in (
            (("-tls1_2",), "P-256:P-384", RSA, {"secp256r1", "secp384r1"}),
            (("-tls1_2",), "P-521", RSA, {"secp521r1"}),
            (("-tls1_2",), "P-384:P-256", EC, {"secp256r1", "secp384r1"}),
            (("-tls1_3",), "X25519:P-256:X448", RSA, {"x25519", "secp256r1", "x448"}),
            (("-tls1_3",), "P-384", RSA, {"secp384r1"}),
            (("-tls1_3",), "ffdhe2048:P-521", RSA, {"ffdhe2048", "secp521r1"})):
        with openssl(*options, "-groups", groups, node=node) as server:
            p = Probe(server.port)
        claim(f"openssl s_server {' '.join(options)} with {groups} has just these", set(p.peer["groups"]) == known,
              p.told())
        claim("and its certificate is seen", len(p.certificates) == 1, p.told())


def check_client_certificate():
    for version in ("-tls1_2", "-tls1_3"):
        for option, word in ((None, "none"), ("-verify", "asked"), ("-Verify", "demanded")):
            options = (option, "3", "-CAfile", AUTHORITY.path) if option else ()
            with openssl(version, *options) as server:
                p = Probe(server.port)
            claim(f"openssl s_server {version} {option or 'without -verify'}: a client certificate is {word}",
                  p.peer["client_certificate"] == word and p.peer["authorities"] == (1 if option else 0), p.told())


def check_chains():
    sub = Authority(T / "sub", "Sub CA", parent=AUTHORITY)
    key, cert = sub.node("leaf")
    with openssl("-tls1_2", "-dkey", key, "-dcert", cert, "-dcert_chain", sub.path) as server:
        p = Probe(server.port)
    keys = sorted((c["position"], c["key"], c["bits"]) for c in p.certificates)
    claim("both chains of a server with two keys are shown", (0, "RSA", 2048) in keys and (0, "EC", 256) in keys,
          p.told())
    with openssl("-tls1_3", "-cert_chain", sub.path, node=(key, cert)) as server:
        p = Probe(server.port)
    claim("a chain of TLS 1.3 is opened to its end", [c["subject"].split("CN=")[1] for c in p.certificates] ==
          ["leaf", "Sub CA"], f"{p.certificates}")
    with openssl("-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0", node=WEAK) as server:
        p = Probe(server.port)
    claim("an RSA key of 1024 bits satisfies neither 8996 profile, the retired one has no rule",
          p.good() == {"bcp195-nd", "bcp195", "bcp195-ex"}, p.told())


def check_gnutls():
    if not need("gnutls-serv", "gnutls-serv is probed"):
        return
    for priority, versions, groups in (
            ("NORMAL:-VERS-ALL:+VERS-TLS1.3:-GROUP-ALL:+GROUP-SECP256R1", ["TLSv1.3"], {"secp256r1"}),
            ("NORMAL:-VERS-ALL:+VERS-TLS1.2:-GROUP-ALL:+GROUP-X25519", ["TLSv1.2"], {"x25519"}),
            ("NORMAL:-VERS-ALL:+VERS-TLS1.2:+VERS-TLS1.3", ["TLSv1.2", "TLSv1.3"], None),
            ("NORMAL:-VERS-ALL:+VERS-TLS1.0", ["TLSv1.0"], None)):
        port = free_port()
        with Server("gnutls-serv", "-p", port, "--x509keyfile", RSA[0], "--x509certfile", RSA[1], "--disable-client-cert",
                    "--echo", "--priority", priority, port=port) as server:
            p = Probe(server.port)
        claim(f"gnutls-serv {priority} has {', '.join(versions)}", p.peer["versions"] == versions and
              (groups is None or set(p.peer["groups"]) == groups), p.told())
        claim("shows its certificate and asks for none", len(p.certificates) == 1 and
              p.peer["client_certificate"] == "none", p.told())


# The profiles of Debian's DCMTK 3.6.7, which are those of the standard before RFC 8996, and their kin by suites.
DCMTK = (("+py", {"bcp195-nd", "bcp195", "bcp195-ex", "8996", "8996-mod"}, {"basic", "aes", "null"}),
         ("+px", {"bcp195-nd", "bcp195", "bcp195-ex", "8996", "8996-mod", "aes"}, {"null"}),
         ("+pz", {"bcp195-nd", "bcp195", "bcp195-ex", "8996", "8996-mod"}, {"basic", "aes", "null"}),
         ("+pa", {"aes", "bcp195"}, {"8996", "null"}),
         ("+pn", {"null"}, {"8996", "basic", "aes"}))


def check_dcmtk():
    if not need("storescp", "DCMTK's storescp is probed"):
        return
    for option, satisfied, not_satisfied in DCMTK:
        port = free_port()
        with Server("storescp", "+tls", *RSA, "+cf", AUTHORITY.path, option, "-od", T, port, port=port) as server:
            p = Probe(server.port)
            log = server.text()
        claim(f"storescp {option} satisfies {', '.join(sorted(satisfied))}, and not {', '.join(sorted(not_satisfied))}",
              satisfied <= p.good() and not not_satisfied & p.good(), p.told() + "\n" + log[-500:])
        claim(f"storescp {option} demands a client certificate", p.peer["client_certificate"] in
              (("demanded",) if option != "+pn" else ("demanded", "unknown")), p.told())


# What each profile of PS3.15 has: versions, and the profiles that a server with an RSA key and it satisfies.
OURS = (("8996", "23", {"8996", "8996-mod", "bcp195-nd", "bcp195"}), ("8996-mod", "23", {"8996", "8996-mod", "bcp195-nd"}),
        ("bcp195-nd", "23", {"bcp195-nd", "8996"}), ("bcp195", "0123", {"bcp195", "bcp195-nd", "aes", "basic"}),
        ("bcp195-ex", "2", {"bcp195-ex", "8996"}), ("aes", "012", {"aes", "basic"}), ("basic", "012", {"basic", "aes"}))


def check_our_profiles():
    for profile, versions, good in OURS:
        with Receiver(T / f"in-{profile}", "--profile", profile, link=secure(RSA, AUTHORITY)) as server:
            p = Probe(server.port)
        names = [f"TLSv1.{v}" for v in versions]
        claim(f"dcmsec receive --profile {profile} has {', '.join(names)}, and satisfies {', '.join(sorted(good))}",
              p.peer["versions"] == names and good <= p.good() and "null" not in p.good(), p.told())


def check_rate():
    with openssl("-tls1_2") as server:
        begin = time.monotonic()
        p = Probe(server.port, "--rate", "20")
        took = time.monotonic() - begin
        questions = p.peer.get("questions", 0)
    claim("--rate 20: so many questions cannot take less time than that", questions > 10 and took >= (questions - 1) / 20 * 0.95,
          f"{questions} in {took:.2f} s")
    raw = Raw(b"\x15\x03\x03\x00\x02\x02\x28")
    p = Probe(raw.port)
    claim("each question has a connection of its own", p.peer.get("questions", 0) == raw.made >= 5,
          f"{p.peer.get('questions')} {raw.made}")
    raw.socket.close()


def check_ours():
    for profile, good in (("8996", {"8996", "8996-mod"}), ("aes", {"aes"}), ("basic", {"basic"})):
        with Receiver(T / f"in-{profile}", "--profile", profile, link=secure(RSA, AUTHORITY)) as server:
            p = Probe(server.port)
            still = run(DCMSEC, "echo", *secure(EC if profile == "8996" else RSA, AUTHORITY), "--profile", profile,
                        f"127.0.0.1:{server.port}")
        claim(f"dcmsec receive --profile {profile} satisfies it without taking more",
              p.verdicts.get(profile) == "yes" and good <= p.good(), p.told())
        claim("demands a client certificate, shows its own, and serves on", p.peer["client_certificate"] == "demanded"
              and len(p.certificates) == 1 and still.returncode == 0, p.told() + still.out)
    for option, word in (("--verify-if-present", "asked"), ("--no-verify", "none")):
        with Receiver(T / f"in{option}", option, link=secure(RSA, AUTHORITY)) as server:
            p = Probe(server.port)
        claim(f"dcmsec receive {option}: a client certificate is {word}", p.peer["client_certificate"] == word,
              p.told())
    with Receiver(T / "in-added", "--cipher", "AES256-SHA", link=secure(RSA, AUTHORITY)) as server:
        p = Probe(server.port)
        r = run(DCMSEC, "echo", "-v", *secure(RSA, AUTHORITY), "--profile", "bcp195", "--cipher", "AES256-SHA",
                f"127.0.0.1:{server.port}")
    claim("a suite that --cipher adds to receive is there", "AES256-SHA" in p.suites() and
          p.verdicts.get("8996") == "wider" and r.returncode == 0, p.told() + r.out)


def check_strangers():
    for what, answer, word, code in (
            ("an HTTP server", b"HTTP/1.1 400 Bad Request\r\n\r\n", "web server", 5),
            ("a DICOM peer in the clear", bytes.fromhex("07000000000400000202"), "DICOM", 5),
            ("one that closes at once", b"", "answers no ClientHello", 5),
            ("rubbish", b"\x16\x03\x03\x00\x05\x02\x00\x00\x01\x00", "malformed", 5),
            ("only refusals", b"\x15\x03\x03\x00\x02\x02\x28", "", 1)):
        raw = Raw(answer)
        p = Probe(raw.port)
        claim(f"{what} is told as what it is", p.run.returncode == code and word in p.run.stderr, p.told())
        raw.socket.close()
    raw = Raw(None)
    p = Probe(raw.port, "--timeout", "200ms")
    claim("a silent peer is given up", p.run.returncode == 5 and "answers no" in p.run.stderr, p.told())
    p = Probe(free_port())
    claim("nobody there: exit code 4", p.run.returncode == 4, p.told())
    with openssl() as server:
        p = Probe(server.port, "--limit", "7")
    claim("--limit ends a probe, and what was found is told as not complete", p.peer.get("questions") == 7 and
          p.peer.get("complete") is False and "--limit" in p.run.stderr and p.verdicts.get("basic") == "unknown",
          p.told())
    with openssl("-tls1_2", "-cipher", "AES128-SHA") as server:
        p = Probe(server.port, "--profile", "8996")
    claim("--profile decides the exit code", p.run.returncode == 1 and p.verdicts.get("aes") == "yes", p.told())


if need("openssl", "openssl s_server is probed"):
    check_openssl_versions()
    check_openssl_suites()
    check_openssl_groups()
    check_client_certificate()
    check_chains()
    check_strangers()
    check_rate()
check_gnutls()
check_dcmtk()
check_ours()
check_our_profiles()
