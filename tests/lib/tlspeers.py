# SPDX-License-Identifier: MIT
"""Our TLS engines, driven by tests/tools/tls-peer, and OpenSSL and GnuTLS as their peers in both roles."""
import itertools
import os
import pathlib
import subprocess
import threading

from harness import T, WAIT, Authority, Server, claim, free_port, listening, need, run

PEER = pathlib.Path(os.environ.get("O", "build/musl-gcc")) / "tests/tools/tls-peer"
BYTES = 100000

SUITES12 = {
    "rsa": ["ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-CHACHA20-POLY1305"],
    "ec": ["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305",
           "ECDHE-ECDSA-AES128-CCM", "ECDHE-ECDSA-AES256-CCM8"],
}
SUITES12["ec384"] = SUITES12["ec"][:1]
MIXED = ["--suites", "TLS_AES_128_GCM_SHA256:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256"]
SUITES13 = ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256"]
GROUPS = {"openssl": ["X25519", "P-256", "P-384", "P-521"],
          "gnutls": ["X25519", "SECP256R1", "SECP384R1", "SECP521R1"]}


def der(path):
    """The certificates of one PEM file as DER files, in its order."""
    out = []
    for i, block in enumerate(path.read_text().split("-----END CERTIFICATE-----")[:-1]):
        target = path.with_suffix(f".{i}.der")
        subprocess.run(["openssl", "x509", "-outform", "DER", "-out", str(target)],
                       input=block + "-----END CERTIFICATE-----\n", text=True, check=True)
        out.append(str(target))
    return out


def key_der(path):
    target = path.with_suffix(".key.der")
    kind = "ec" if "EC PRIVATE" in path.read_text() else "rsa"
    more = ["-traditional"] if kind == "rsa" else []
    subprocess.run(["openssl", kind, "-in", str(path), "-outform", "DER", "-out", str(target), *more],
                   check=True, capture_output=True)
    return str(target)


class World:
    def __init__(self):
        self.root = Authority(T / "ca")
        self.between = Authority(T / "between", name="Between", parent=self.root)
        self.foreign = Authority(T / "foreign", name="Foreign")
        self.ca = der(self.root.path)[0]
        self.nodes = {kind: self.between.node(kind, key=kind) for kind in ("rsa", "rsa3072", "ec", "ec384", "ec521")}
        self.stranger = self.foreign.node("stranger")

    def ours(self, kind):
        key, cert = self.nodes[kind] if isinstance(kind, str) else kind
        return ["--key", key_der(key), "--cert", ",".join(der(cert))]


def facts(text):
    return dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)


def exchange(process, n):
    """Writes n bytes to a tool and reads as many back; whether they came."""
    got = bytearray()

    def read():
        while len(got) < n:
            more = os.read(process.stdout.fileno(), 65536)
            if not more:
                break
            got.extend(more)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        process.stdin.write(b"y" * n)
        process.stdin.flush()
    except BrokenPipeError:
        pass
    reader.join(WAIT)
    return bytes(got) == b"y" * n


def as_client(command, n=BYTES):
    """Runs a foreign client through an exchange; (whether it worked, what it said)."""
    with open(T / "client.err", "wb") as errors:
        p = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors)
        ok = exchange(p, n)
        try:
            p.stdin.close()
        except BrokenPipeError:
            pass
        try:
            p.wait(WAIT)
        except subprocess.TimeoutExpired:
            p.kill()
        p.stdout.close()
    return ok, (T / "client.err").read_text(errors="replace")


def our_server(*options):
    port = free_port()
    return Server(PEER, "--listen", port, *options, port=port)


def priority(suite, version, group=None):
    """GnuTLS's spelling of one suite and version."""
    plain = suite.replace("_", "-").replace("AES-", "AES").replace("CCM-8", "CCM8")
    cipher = next(theirs for ours, theirs in (("AES128-GCM", "AES-128-GCM"), ("AES256-GCM", "AES-256-GCM"),
                                              ("CHACHA", "CHACHA20-POLY1305"), ("AES128-CCM8", "AES-128-CCM-8"),
                                              ("AES256-CCM8", "AES-256-CCM-8"), ("AES128-CCM", "AES-128-CCM"),
                                              ("AES256-CCM", "AES-256-CCM")) if ours in plain)
    kx = "" if version == 13 else "+ECDHE-RSA:" if "-RSA-" in suite else "+ECDHE-ECDSA:"
    groups = "+GROUP-" + group.replace(":", ":+GROUP-") if group else "+GROUP-ALL"
    return f"NONE:+VERS-TLS1.{version - 10}:{kx}+{cipher}:+AEAD:{groups}:+SIGN-ALL:%PROFILE_LOW"


def openssl_options(suite, version, group=None):
    if version == 13:
        chosen = ["-tls1_3", "-ciphersuites", suite]
    else:
        chosen = ["-tls1_2", "-cipher", suite + ":@SECLEVEL=0"]
    return chosen + (["-groups", group] if group else [])


class Openssl:
    name = "openssl"

    @staticmethod
    def server(w, kind, suite, version, port, client_cert, group=None):
        key, cert = w.nodes[kind]
        return ["openssl", "s_server", "-quiet", "-accept", f"127.0.0.1:{port}", "-naccept", "1", "-key", key,
                "-cert", cert, "-cert_chain", w.between.path, *openssl_options(suite, version, group),
                *(["-Verify", "3", "-verify_return_error", "-CAfile", w.root.path] if client_cert else [])]

    @staticmethod
    def client(w, suite, version, port, kind, group=None):
        mine = ["-key", w.nodes[kind][0], "-cert", w.nodes[kind][1], "-cert_chain",
                w.between.path] if kind else []
        return ["openssl", "s_client", "-quiet", "-no_ign_eof", "-connect", f"127.0.0.1:{port}", "-CAfile",
                w.root.path, "-verify_return_error", *openssl_options(suite, version, group), *mine]


class Gnutls:
    name = "gnutls"

    @staticmethod
    def server(w, kind, suite, version, port, client_cert, group=None):
        key, cert = w.nodes[kind]
        return ["gnutls-serv", "--echo", "--port", port, "--x509keyfile", key, "--x509certfile", cert,
                "--priority", priority(suite, version, group),
                *(["--x509cafile", w.root.path, "--require-client-cert", "--verify-client-cert"]
                  if client_cert else ["--disable-client-cert"])]

    @staticmethod
    def client(w, suite, version, port, kind, group=None):
        mine = ["--x509keyfile", w.nodes[kind][0], "--x509certfile", w.nodes[kind][1]] if kind else []
        return ["gnutls-cli", "127.0.0.1", "--port", port, "--logfile", T / "gnutls.log", "--x509cafile",
                w.root.path, "--priority", priority(suite, version, group), *mine]


def versions(version):
    return ["--min", version, "--max", version]


def strings(command):
    return [str(c) for c in command]


def we_connect(w, peer, kind, suite, version, own, group=None, more=(), theirs=()):
    """Our client, their server; more are options of ours, theirs are of theirs."""
    port = free_port()
    log = open(T / "server.log", "wb")
    p = subprocess.Popen(strings([*peer.server(w, kind, suite, version, port, bool(own), group), *theirs]),
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
    try:
        listening(port, process=p)
        if peer is Openssl:  # it echoes nothing: what we expect comes from its input
            threading.Thread(target=exchange, args=(p, BYTES), daemon=True).start()
        r = run(PEER, "--connect", port, "--ca", w.ca, "--bytes", BYTES, "--suites", suite, "--server-name",
                "localhost", *ENGINE, *versions(version), *more, *(w.ours(own) if own else []), timeout=60)
    finally:
        p.kill()
        p.wait()
        log.close()
    f = facts(r.stdout)
    ok = f.get("bytes") == str(BYTES) and f.get("protocol") == f"TLSv1.{version - 10}"
    return ok, r.out + (T / "server.log").read_text(errors="replace")[-800:]


def they_connect(w, peer, kind, suite, version, own, group=None, more=(), theirs=()):
    """Their client, our server."""
    trust = "require" if own else "ignore"
    with our_server("--ca", w.ca, "--suites", suite, "--trust", trust, *ENGINE, *versions(version), *more,
                    *w.ours(kind)) as s:
        ok, said = as_client(strings([*peer.client(w, suite, version, s.port, own, group), *theirs]))
        s.process.wait(WAIT)
        text = s.text()
        f = facts(text)
    ok = ok and f.get("state") == "closed" and f.get("bytes") == str(BYTES)
    ok = ok and (f.get("peer") == "none") == (not own)
    return ok, text + said[-800:]


ENGINE = []  # options of tls-peer that choose the engine
