#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Each security profile as client and as server, with OpenSSL, GnuTLS and DCMTK on the other side: the handshake comes to
the version and suite that the profile's table and the peer's list make the first common ones, or is refused. What
is expected is worked out here from the tables of PS3.15 and never taken from our program; what happened is read
from the peer."""
import concurrent.futures
import re
import subprocess

from harness import DCMSEC, T, Authority, Server, claim, free_port, need, run, skip, until

GCM = ["ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384",
       "ECDHE-ECDSA-AES256-GCM-SHA384"]
ND = ["DHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "DHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384"]
CHACHA = ["ECDHE-RSA-CHACHA20-POLY1305", "ECDHE-ECDSA-CHACHA20-POLY1305"]
# versions 0 to 3 are TLS 1.0 to 1.3; suites below TLS 1.3 in order of preference
PROFILES = {
    "8996": (2, 3, GCM),
    "8996-mod": (2, 3, [*GCM, *CHACHA, "ECDHE-ECDSA-AES128-CCM", "ECDHE-ECDSA-AES256-CCM", "ECDHE-ECDSA-AES128-CCM8",
                        "ECDHE-ECDSA-AES256-CCM8"]),
    "bcp195-nd": (2, 3, ND),
    "bcp195": (0, 3, [*ND, "AES128-SHA", "DES-CBC3-SHA"]),
    "bcp195-ex": (2, 2, [*ND, "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384"]),
    "basic": (0, 2, ["DES-CBC3-SHA"]),
    "aes": (0, 2, ["AES128-SHA", "DES-CBC3-SHA"]),
}
SUITES13 = ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"]
AES = any(line.startswith("flags") and " aes " in line + " " for line in open("/proc/cpuinfo"))
ALL = [s for s in dict.fromkeys(s for _, _, list_ in PROFILES.values() for s in list_) if "DES" not in s]
# the other side: TLS versions, suites below TLS 1.3, suites of TLS 1.3
PEERS = {
    "all of it": ([0, 1, 2, 3], ALL, SUITES13),
    "TLS 1.3 only": ([3], [], SUITES13),
    "TLS 1.3 with ChaCha20 only": ([3], [], SUITES13[2:]),
    "TLS 1.2 only": ([2], ALL, []),
    "TLS 1.1 only": ([1], ["AES128-SHA"], []),
    "TLS 1.0 only": ([0], ["AES128-SHA"], []),
    "AES-CBC only": ([2], ["AES128-SHA"], []),
    "ChaCha20 only": ([2], CHACHA, []),
    "AES-256 only": ([2], ["ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384"], []),
    "CCM-8 only": ([2], ["ECDHE-ECDSA-AES128-CCM8"], []),
    "NULL only": ([2], ["NULL-SHA"], []),
}
GNUTLS = {"DES-CBC3-SHA": ("RSA", "3DES-CBC", "SHA1"), "AES128-SHA": ("RSA", "AES-128-CBC", "SHA1"),
          "NULL-SHA": ("RSA", "NULL", "SHA1")}
PEERS_GNUTLS = {"all of it": PEERS["all of it"], "TLS 1.3 only": PEERS["TLS 1.3 only"], "TLS 1.2 only": PEERS["TLS 1.2 only"],
                "3DES only": ([2], ["DES-CBC3-SHA"], []), "TLS 1.0 with 3DES": ([0], ["DES-CBC3-SHA"], []),
                "TLS 1.0 only": PEERS["TLS 1.0 only"], "AES-CBC only": PEERS["AES-CBC only"], "NULL only": PEERS["NULL only"]}

CA = Authority(T / "ca")
KEYS = {kind: CA.node(kind, key=kind) for kind in ("rsa2048", "ec")}


def ranked(suites):
    """AES first where this host has instructions for it, ChaCha20 elsewhere."""
    return sorted(suites, key=lambda s: ("CHACHA" in s) == AES)


def expected(profile, peer, kind):
    """(version, suite), or why there is none: the highest common version, then our first suite that the peer has and
    that the server's key can serve."""
    first, last, ours = PROFILES[profile]
    versions, theirs, theirs13 = peer
    common = [v for v in versions if first <= v <= last]
    if not common:
        return "version"
    if max(common) == 3:
        return 3, next(s for s in ranked(SUITES13) if s in theirs13)
    auth = "ECDSA" if kind == "ec" else "RSA"
    for s in ranked(ours):
        old = s in GNUTLS
        if s in theirs and not s.startswith("DHE-") and (("ECDSA" in s) == (auth == "ECDSA")) and (old or max(common) == 2):
            return max(common), s
    return "suite"


def openssl_words(peer):
    versions, suites, suites13 = peer
    names = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]
    # OpenSSL wants some list for TLS 1.2 even where that is not spoken
    return ["-min_protocol", names[versions[0]], "-max_protocol", names[versions[-1]], "-cipher",
            ":".join(suites or ALL[:1]) + ":@SECLEVEL=0", *(["-ciphersuites", ":".join(suites13)] if suites13 else [])]


def parts(suite):
    """Key exchange, cipher and MAC of a suite as GnuTLS calls them."""
    if suite in GNUTLS:
        return GNUTLS[suite]
    kx = "ANY" if suite.startswith("TLS_") else suite.rsplit("-AES", 1)[0].rsplit("-CHACHA", 1)[0]
    cipher = ("CHACHA20-POLY1305" if "CHACHA" in suite else "AES-128-GCM" if re.search("128.GCM", suite) else
              "AES-256-GCM" if re.search("256.GCM", suite) else
              "AES-128-CCM" if suite.endswith("128-CCM") else "AES-256-CCM" if suite.endswith("256-CCM") else
              "AES-128-CCM-8" if "128-CCM8" in suite else "AES-256-CCM-8")
    return kx, cipher, "AEAD"


def gnutls_words(peer):
    versions, suites, suites13 = peer
    seen = [parts(s) for s in [*suites, *suites13]]
    words = [f"VERS-TLS1.{v}" for v in versions]
    words += [kx for kx, _, _ in seen if kx != "ANY"] + [c for _, c, _ in seen] + [m for _, _, m in seen]
    return ["--priority", "NONE:" + ":".join("+" + w for w in dict.fromkeys(words)) +
            ":+GROUP-ALL:+SIGN-ALL:+SIGN-RSA-SHA1:%VERIFY_ALLOW_SIGN_WITH_SHA1:%PROFILE_LOW"]


def told_by_openssl(text):
    """The last handshake in what s_server -rev says."""
    found = re.findall(r"Protocol version: TLSv1(?:\.(\d))?\s+(?:.*\n)*?Ciphersuite: (\S+)", text)
    return (int(found[-1][0] or 0), found[-1][1]) if found else None


def told_by_gnutls(text):
    found = re.findall(r"Description: \(TLS1\.(\d)(?:-X\.509)?\)-(.*)", text)
    return (int(found[-1][0]), found[-1][1]) if found else None


def is_it(want, told, gnutls):
    if not gnutls or isinstance(want, str) or told is None:
        return want == told
    kx, cipher, mac = parts(want[1])
    words = [f"({cipher})"] + ([f"({mac})"] if mac != "AEAD" else []) + (["(ECDHE"] if kx.startswith("ECDHE") else [])
    return want[0] == told[0] and all(w in told[1] for w in words)


def node(kind):
    return ["--key", KEYS[kind][0], "--cert", KEYS[kind][1], "--ca", CA.path]


def as_client(profile, server, told, meets):
    """Our echo until the peer has told of a handshake, or it ended where there is to be none; what it said, and what the
    peer told."""
    before = len(server.text())
    log = T / f"echo-{server.port}-{profile}"
    with open(log, "wb") as out:
        p = subprocess.Popen([DCMSEC, "echo", *map(str, node("ec")), "--profile", profile, f"127.0.0.1:{server.port}"],
                             stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        until(lambda: told(server.text()[before:]) or (not meets and p.poll() is not None))
        p.terminate()
        p.wait()
    server.done()
    return log.read_text(), told(server.text()[before:])


REFUSALS = {"version": r"protocol.version", "suite": r"alert.*handshake.fail"}


def verdict(who, profile, what, kind, want, told, said, gnutls):
    if not isinstance(want, str):
        right = is_it(want, told, gnutls)
    else:
        # GnuTLS calls both a failed handshake; and who knows no TLS 1.3 sees suites that it does not know
        blind = "client of gnutls" in who or ("server" in who and "TLS 1.3" in what)
        right = told is None and any(re.search(w, said, re.I) for w in ([*REFUSALS.values()] if blind else [REFUSALS[want]]))
    outcome = f"TLS 1.{want[0]} with {want[1]}" if not isinstance(want, str) else f"refused for want of a common {want}"
    return f"{profile} {who} with {what}, {kind} key: {outcome}", bool(right), f"{told}\n{said[-600:]}"


def clients(tool, what, peer, kind):
    """Every profile of ours against one server."""
    port = free_port()
    gnutls = tool == "gnutls"
    words = (["gnutls-serv", "-p", port, "--x509keyfile", KEYS[kind][0], "--x509certfile", KEYS[kind][1], "--echo",
              "--disable-client-cert", *gnutls_words(peer)] if gnutls else
             ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-key", KEYS[kind][0], "-cert", KEYS[kind][1], "-rev",
              *openssl_words(peer)])
    found = []
    with Server(*words, port=port) as server:
        for profile in PROFILES:
            want = expected(profile, peer, kind)
            said, told = as_client(profile, server, told_by_gnutls if gnutls else told_by_openssl, not isinstance(want, str))
            found.append(verdict(f"as client of {tool}", profile, what, kind, want, told, said, gnutls))
    return found


def servers(profile, kind):
    """One profile of ours as a server against every client."""
    port = free_port()
    found = []
    with Server(DCMSEC, "receive", *node(kind), "--profile", profile, "--bind", "127.0.0.1", "--port", port, "--out",
                T / f"in-{profile}-{kind}", port=port) as server:
        for tool, peers in (("openssl", PEERS), ("gnutls", PEERS_GNUTLS)):
            for what, peer in peers.items():
                key, cert = KEYS["rsa2048"]
                words = (["gnutls-cli", "--no-ca-verification", "--x509keyfile", key, "--x509certfile", cert, "-p", port,
                          *gnutls_words(peer), "127.0.0.1"] if tool == "gnutls" else
                         ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-key", key, "-cert", cert,
                          *openssl_words(peer)])
                r = run(*words, timeout=60)
                told = (told_by_gnutls if tool == "gnutls" else told_by_client)(r.out)
                found.append(verdict(f"as server of {tool}", profile, what, kind, expected(profile, peer, kind), told, r.out,
                                     tool == "gnutls"))
    return found


WEAK = {"rsa1024": CA.node("rsa1024", key="rsa1024")}


def weak_keys():
    """Servers and clients whose keys a profile does not take."""
    for name, curve in (("p224", "secp224r1"), ("p192", "prime192v1")):
        key, cert = T / f"{name}.key", T / f"{name}.pem"
        made = run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", f"ec_paramgen_curve:{curve}", "-nodes", "-subj",
                   f"/CN={name}", "-keyout", key, "-out", cert, "-addext", "subjectAltName=IP:127.0.0.1")
        if made.returncode != 0:
            skip(f"a certificate with a key on {curve}", made.stderr[-100:])
            continue
        WEAK[name] = key, cert
    for name, (key, cert) in WEAK.items():
        port = free_port()
        trust = T / f"trust-{name}.pem"
        trust.write_bytes(CA.path.read_bytes() + (b"" if name == "rsa1024" else cert.read_bytes()))
        with Server("openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-key", key, "-cert", cert, "-rev", "-cipher",
                    "ALL:@SECLEVEL=0", port=port) as server:
            for profile in ("8996", "8996-mod"):
                r = run(DCMSEC, "echo", "--key", KEYS["ec"][0], "--cert", KEYS["ec"][1], "--ca", trust, "--profile", profile,
                        f"127.0.0.1:{port}", timeout=60)
                # a curve that we do not offer is found missing by the server: RFC 8422 5.1, RFC 8446 4.4.2.2
                said = "the security profile asks for 2048" if name == "rsa1024" else "handshake_failure"
                claim(f"{profile} does not meet a server with a key {name}, and says why", r.returncode == 5 and said in r.stderr,
                      f"{r.returncode} {r.stderr}")
    with Server(DCMSEC, "receive", *node("rsa2048"), "--port", port, "--out", T / "in-weak", port=port) as server:
        r = run("openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-key", WEAK["rsa1024"][0], "-cert",
                WEAK["rsa1024"][1], "-cipher", "ALL:@SECLEVEL=0", "-tls1_2", timeout=60)
        claim("8996 refuses a client with an RSA key of 1024 bits, and says what it wants",
              server.wait_for("1024") and "alert" in r.out, server.text() + r.out[-300:])


def words():
    """What is said of profiles, and what refuses to start."""
    for profile in (*PROFILES, "null"):
        for face in (("echo", *node("ec"), "--profile", profile, f"127.0.0.1:{free_port()}"),
                     ("receive", *node("ec"), "--profile", profile, "--port", "0", "--out", "/proc/none")):
            r = run(DCMSEC, *face, timeout=60)
            warned = len(re.findall(f"the security profile {profile} is retired: ", r.stderr))
            if profile == "null":
                claim(f"{face[0]} --profile null refuses to start and says why", r.returncode == 2 and
                      "none of the cipher suites of the profile null" in r.stderr, f"{r.returncode} {r.stderr}")
            else:
                claim(f"{face[0]} --profile {profile} warns {'not' if profile[:4] == '8996' else 'once'} of it",
                      warned == (0 if profile[:4] == "8996" else 1), r.stderr)
        r = run(DCMSEC, "echo", *node("ec"), "--profile", profile, "--cipher", "NULL-SHA", "localhost:1", timeout=60)
        claim(f"--cipher NULL-SHA is refused with --profile {profile}", r.returncode == 2 and "NULL" in r.stderr, r.stderr)
    for tool, more in (("storescu", ("localhost", "1", T / "ca" / "ca.pem")), ("echoscu", ("localhost", "1")),
                       ("storescp", ("1",))):
        r = run(DCMSEC, tool, "+tls", *KEYS["ec"], "+cf", CA.path, "+pn", *more, timeout=60)
        claim(f"{tool} +pn refuses to start and says why", r.returncode == 1 and "profile null" in r.stderr, r.out)


DCMTK = {"+py": (2, 3), "+px": (0, 3), "+pz": (2, 2), "+pa": (0, 2)}


def dcmtk():
    """DCMTK's profiles and ours: who has versions and suites in common, associates."""
    if not need("storescp", "profiles with DCMTK"):
        return
    for option in DCMTK:
        port = free_port()
        with Server("storescp", "-d", "+tls", *KEYS["rsa2048"], "+cf", CA.path, option, "-od", T, port, port=port) as server:
            for profile in PROFILES:
                r = run(DCMSEC, "echo", "-v", *node("rsa2048"), "--profile", profile, f"localhost:{port}", timeout=60)
                check_dcmtk(f"storescp {option} and our echo", option, profile, r.returncode == 0, r.out + server.text()[-300:])
    for profile in PROFILES:
        port = free_port()
        with Server(DCMSEC, "receive", "-v", *node("rsa2048"), "--profile", profile, "--port", port, "--out",
                    T / f"in-dcmtk-{profile}", port=port) as server:
            for option in DCMTK:
                r = run("echoscu", "+tls", *KEYS["rsa2048"], "+cf", CA.path, option, "localhost", port, timeout=60)
                check_dcmtk(f"echoscu {option} and our receive", option, profile, r.returncode == 0, r.out + server.text()[-300:])


def check_dcmtk(who, option, profile, met, why):
    """Debian's DCMTK has no 3DES; its bcp195 has TLS 1.0 and AES-CBC besides what the non-downgrading one has."""
    cbc = {"bcp195", "aes"}
    want = profile != "basic" and (profile in cbc if option == "+pa" else option == "+px" or profile != "aes")
    claim(f"{who} --profile {profile}: {'they meet' if want else 'no suite in common'}", met == want, why)


def told_by_client(text):
    new = re.search(r"New, \S+, Cipher is (?!\(NONE\))(\S+)", text)
    version = re.search(r"Protocol *: TLSv1(?:\.(\d))?", text) or re.search(r"New, TLSv1(?:\.(\d))", text)
    return (int(version[1] or 0), new[1]) if new and version else None


def main():
    if not need("openssl", "profiles with OpenSSL") or not need("gnutls-cli", "profiles with GnuTLS"):
        return
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        jobs = [pool.submit(clients, tool, what, peer, kind) for tool, peers in (("openssl", PEERS), ("gnutls", PEERS_GNUTLS))
                for what, peer in peers.items() for kind in KEYS]
        jobs += [pool.submit(servers, profile, kind) for profile in PROFILES for kind in KEYS]
        for job in jobs:
            for text, ok, why in job.result():
                claim(text, ok, why)
    weak_keys()
    words()
    dcmtk()


if __name__ == "__main__":
    main()
