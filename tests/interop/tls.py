# SPDX-License-Identifier: MIT
"""Our TLS engine, driven by tests/tools/tls-peer, against OpenSSL and GnuTLS in both roles."""
import itertools
import os
import pathlib
import subprocess
import threading

from harness import T, Authority, Server, claim, free_port, listening, need, run

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
        self.nodes = {kind: self.between.node(kind, key=kind) for kind in ("rsa", "ec", "ec384")}
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
    reader.join(30)
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
            p.wait(30)
        except subprocess.TimeoutExpired:
            p.kill()
        p.stdout.close()
    return ok, (T / "client.err").read_text(errors="replace")


def our_server(*options):
    port = free_port()
    return Server(PEER, "--listen", port, *options, port=port)


def priority(suite, version, group=None):
    """GnuTLS's spelling of one suite and version."""
    cipher = ("AES-128-GCM" if "AES128-GCM" in suite or "AES_128_GCM" in suite else
              "AES-256-GCM" if "AES256-GCM" in suite or "AES_256_GCM" in suite else
              "CHACHA20-POLY1305" if "CHACHA" in suite else
              "AES-128-CCM-8" if "128_CCM_8" in suite else
              "AES-128-CCM" if "128-CCM" in suite or "128_CCM" in suite else "AES-256-CCM-8")
    kx = "" if version == 13 else "+ECDHE-RSA:" if "-RSA-" in suite else "+ECDHE-ECDSA:"
    groups = f"+GROUP-{group}" if group else "+GROUP-ALL"
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


def we_connect(w, peer, kind, suite, version, own, group=None):
    """Our client, their server."""
    port = free_port()
    log = open(T / "server.log", "wb")
    p = subprocess.Popen(strings(peer.server(w, kind, suite, version, port, bool(own), group)),
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
    try:
        listening(port, process=p)
        if peer is Openssl:  # it echoes nothing: what we expect comes from its input
            threading.Thread(target=exchange, args=(p, BYTES), daemon=True).start()
        r = run(PEER, "--connect", port, "--ca", w.ca, "--bytes", BYTES, "--suites", suite, "--server-name",
                "localhost", *ENGINE, *versions(version), *(w.ours(own) if own else []), timeout=60)
    finally:
        p.kill()
        p.wait()
        log.close()
    f = facts(r.stdout)
    ok = f.get("bytes") == str(BYTES) and f.get("protocol") == f"TLSv1.{version - 10}"
    return ok, r.out + (T / "server.log").read_text(errors="replace")[-800:]


def they_connect(w, peer, kind, suite, version, own, group=None):
    """Their client, our server."""
    trust = "require" if own else "ignore"
    with our_server("--ca", w.ca, "--suites", suite, "--trust", trust, *ENGINE, *versions(version),
                    *w.ours(kind)) as s:
        ok, said = as_client(strings(peer.client(w, suite, version, s.port, own, group)))
        s.process.wait(30)
        text = s.text()
        f = facts(text)
    ok = ok and f.get("state") == "closed" and f.get("bytes") == str(BYTES)
    ok = ok and (f.get("peer") == "none") == (not own)
    return ok, text + said[-800:]


ENGINE = []  # options of tls-peer that choose it


def suites_and_keys(w, peers, engine):
    ENGINE[:] = ["--engine", engine]
    for peer in peers:
        for kind, own in itertools.product(("rsa", "ec", "ec384"), (None, "rsa", "ec")):
            for suite in SUITES12[kind]:
                if own and suite != SUITES12[kind][0]:
                    continue  # client certificates once a key type
                who = f"{engine} engine, TLS 1.2 {suite}, {kind} key, client {own or 'anonymous'}"
                claim(f"our client to {peer.name}: {who}", *we_connect(w, peer, kind, suite, 12, own))
                claim(f"{peer.name} to our server: {who}", *they_connect(w, peer, kind, suite, 12, own))


def modern(w, peers):
    for peer in peers:
        rows = [(kind, own, SUITES13[0], None) for kind in ("rsa", "ec", "ec384") for own in (None, "rsa", "ec", "ec384")]
        rows += [("ec", "ec", suite, None) for suite in SUITES13[1:]]
        rows += [("ec", "ec", SUITES13[0], group) for group in GROUPS[peer.name]]
        for kind, own, suite, group in rows:
            who = f"TLS 1.3 {suite}, {kind} key, {group or 'any group'}, client {own or 'anonymous'}"
            claim(f"our client to {peer.name}: {who}", *we_connect(w, peer, kind, suite, 13, own, group))
            claim(f"{peer.name} to our server: {who}", *they_connect(w, peer, kind, suite, 13, own, group))


def negotiation(w):
    """Our client and server with TLS 1.2 and 1.3, and OpenSSL with either or both."""
    for theirs, expected in (([], "TLSv1.3"), (["-no_tls1_3"], "TLSv1.2"), (["-tls1_3"], "TLSv1.3")):
        with our_server("--ca", w.ca, "--min", 12, "--max", 13, *MIXED, *w.ours("ec")) as s:
            command = ["openssl", "s_client", "-quiet", "-no_ign_eof", "-connect", f"127.0.0.1:{s.port}",
                       "-CAfile", w.root.path, "-key", w.nodes["ec"][0], "-cert", w.nodes["ec"][1],
                       "-cert_chain", w.between.path, *theirs]
            ok, said = as_client(strings(command))
            s.process.wait(30)
            text = s.text()
        claim(f"openssl {' '.join(theirs) or 'as it comes'} and our server agree on {expected}",
              ok and facts(text).get("protocol") == expected, text + said)
        port = free_port()
        p = subprocess.Popen(strings(["openssl", "s_server", "-quiet", "-accept", f"127.0.0.1:{port}",
                                      "-naccept", "1", "-key", w.nodes["rsa"][0], "-cert", w.nodes["rsa"][1],
                                      "-cert_chain", w.between.path, *theirs]),
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            listening(port, process=p)
            threading.Thread(target=exchange, args=(p, BYTES), daemon=True).start()
            r = run(PEER, "--connect", port, "--ca", w.ca, "--bytes", BYTES, "--min", 12, "--max", 13, *MIXED,
                    timeout=60)
        finally:
            p.kill()
            p.wait()
        claim(f"our client and openssl {' '.join(theirs) or 'as it comes'} agree on {expected}",
              facts(r.stdout).get("protocol") == expected and facts(r.stdout).get("bytes") == str(BYTES), r.out)


def refusals(w):
    suite = SUITES12["ec"][0]
    with our_server("--ca", w.ca, *w.ours("ec")) as s:
        ok, said = as_client(strings(Openssl.client(w, suite, 12, s.port, None)), 10)
        s.process.wait(30)
        text = s.text()
    claim("openssl without a certificate is refused and told handshake_failure",
          not ok and "alert handshake failure" in said and "showed no certificate" in text, said + text)
    with our_server("--ca", w.ca, *w.ours(w.stranger)) as s:
        ok, said = as_client(strings(Openssl.client(w, suite, 12, s.port, "ec")), 10)
        s.process.wait(30)
        text = s.text()
    claim("openssl's unknown_ca about our certificate is told with what to do",
          not ok and "unknown_ca" in text and "CA that issued" in text, said + text)
    with our_server("--ca", der(w.foreign.path)[0], *w.ours("ec")) as s:
        ok, said = as_client(strings(Openssl.client(w, suite, 12, s.port, "ec")), 10)
        s.process.wait(30)
        text = s.text()
    claim("openssl's certificate of a foreign CA is refused with an alert that arrives",
          not ok and "alert bad certificate" in said, said + text)
    with our_server("--ca", w.ca, "--engine", "legacy", *w.ours("ec")) as s:
        command = ["openssl", "s_client", "-connect", f"127.0.0.1:{s.port}", "-tls1_1", "-cipher",
                   "ALL:@SECLEVEL=0"]
        ok, said = as_client(command, 10)
        s.process.wait(30)
        text = s.text()
    claim("a client with TLS 1.1 only is refused, and we say which versions we have",
          not ok and "error: 70" in text and "TLSv1.2 to TLSv1.2" in text, said + text)
    with our_server("--ca", w.ca, *versions(13), "--min", 12, *MIXED, *w.ours("ec")) as s:
        command = ["openssl", "s_client", "-connect", f"127.0.0.1:{s.port}", "-tls1_1", "-cipher",
                   "ALL:@SECLEVEL=0"]
        ok, said = as_client(command, 10)
        s.process.wait(30)
        text = s.text()
    claim("our own engine refuses it with protocol_version, which arrives",
          not ok and "alert protocol version" in said and "error: 70" in text, said + text)


def main():
    peers = [p for p, program in ((Openssl, "openssl"), (Gnutls, "gnutls-cli"))
             if need(program, f"TLS with {p.name}")]
    w = World()
    suites_and_keys(w, peers, "legacy")
    suites_and_keys(w, peers, "modern")
    ENGINE.clear()
    modern(w, peers)
    negotiation(w)
    refusals(w)


main()
