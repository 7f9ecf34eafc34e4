# SPDX-License-Identifier: MIT
"""What tls.py leaves: every kind of key, groups of TLS 1.2, retries, key updates of either side, small and padded
records, and long lists of authorities, with OpenSSL and GnuTLS in both roles."""
import itertools
import subprocess
import threading
import time

from harness import T, Authority, WAIT, claim, free_port, listening, need, run
from tlspeers import (BYTES, GROUPS, PEER, SUITES12, SUITES13, Gnutls, Openssl, World, exchange, facts, our_server,
                      strings, they_connect, versions, we_connect)

MODERN = ["--engine", "modern"]
FIRST = {12: SUITES12["ec"][0], 13: SUITES13[0]}


def both(w, peer, what, kind, suite, version, own, **how):
    text = f"TLS 1.{version - 10} {suite}, {kind} key, client {own or 'anonymous'}, {what}"
    how["more"] = [*MODERN, *how.get("more", [])]
    claim(f"our client to {peer.name}: {text}", *we_connect(w, peer, kind, suite, version, own, **how))
    claim(f"{peer.name} to our server: {text}", *they_connect(w, peer, kind, suite, version, own, **how))


def keys(w, peer):
    for kind in ("rsa3072", "ec521", "ec384"):
        suite = SUITES12["rsa" if kind.startswith("rsa") else "ec"][1]
        both(w, peer, "any group", kind, suite, 12, kind)
        both(w, peer, "any group", kind, SUITES13[1], 13, kind)


def suites(w, peer):
    for suite in ("ECDHE-ECDSA-AES256-CCM", "ECDHE-ECDSA-AES128-CCM8"):
        both(w, peer, "any group", "ec", suite, 12, None)


def groups(w, peer):
    for group in GROUPS[peer.name]:
        both(w, peer, group, "rsa", SUITES12["rsa"][0], 12, "rsa", group=group)


def retries(w, peer):
    """X448 alone has a share in their hello, and P-521 none in ours."""
    group = {"openssl": "X448:P-384", "gnutls": "X448:SECP384R1"}[peer.name]
    text = "TLS 1.3 after a HelloRetryRequest"
    claim(f"{peer.name} to our server: {text}",
          *they_connect(w, peer, "ec", FIRST[13], 13, "rsa", group=group, more=MODERN))
    group = {"openssl": "P-521", "gnutls": "SECP521R1"}[peer.name]
    claim(f"our client to {peer.name}: {text}",
          *we_connect(w, peer, "rsa", FIRST[13], 13, "ec", group=group, more=MODERN))


def updates(w, peer):
    both(w, peer, "we update keys and ask for the same", "ec", FIRST[13], 13, "ec", more=["--update", 2])


class Talk:
    """A foreign client that is typed at, line by line, and what it writes to both outputs."""

    def __init__(self, command):
        self.path = T / "talk.out"
        self.out = open(self.path, "wb")
        self.p = subprocess.Popen(strings(command), stdin=subprocess.PIPE, stdout=self.out, stderr=self.out)

    def type(self, line, until):
        """Types a line and waits until that text was written once more."""
        before = self.text().count(until)
        self.p.stdin.write(line.encode() + b"\n")
        self.p.stdin.flush()
        end = time.monotonic() + WAIT
        while self.text().count(until) == before and time.monotonic() < end and self.p.poll() is None:
            time.sleep(0.02)
        return self.text().count(until) > before

    def text(self):
        return self.path.read_text(errors="replace")

    def end(self):
        self.p.stdin.close()
        self.p.wait(WAIT)
        self.out.close()


def their_updates(w):
    """Keys are updated by what a person types at openssl s_client."""
    with our_server("--ca", w.ca, "--suites", FIRST[13], "--trust", "ignore", *MODERN, *versions(13),
                    *w.ours("ec")) as s:
        command = Openssl.client(w, FIRST[13], 13, s.port, None)
        command.remove("-quiet")
        talk = Talk(command)
        ok = talk.type("first words", "first words")
        for line in ("k", "K"):
            ok = ok and talk.type(line, "KEYUPDATE") and talk.type(f"after {line} more", f"after {line} more")
        talk.end()
        s.process.wait(WAIT)
        said = s.text()
    claim("our server follows when openssl updates its keys, and is asked to",
          ok and facts(said).get("state") in ("closed", "cut"), talk.text() + said)


def records(w):
    """GnuTLS knows no less than 512 bytes. Its client drops what does not fit into one record."""
    for version, limit in itertools.product((12, 13), (512, 4000, 16384)):
        claim(f"gnutls sends our client no more than {limit} bytes in a record, TLS 1.{version - 10}",
              *we_connect(w, Gnutls, "ec", FIRST[version], version, "ec", more=[*MODERN, "--record-limit", limit]))


def padding(w):
    for block in (512, 16384):
        both(w, Openssl, f"records padded to {block} bytes", "ec", FIRST[13], 13, "ec",
             theirs=["-record_padding", block])


def authorities(w):
    """A server that names so many that its CertificateRequest fills more than one record."""
    bundle = T / "many.pem"
    one = Authority(T / "many", name="An authority with a name that takes some room in a list of its likes")
    pems = [w.root.path.read_text()]
    from cryptography import x509
    from harness import pem
    for i in range(250):
        name = x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "Authorities of Elsewhere and beyond"),
                          x509.NameAttribute(x509.NameOID.COMMON_NAME, f"The authority with the number {i}")])
        pems.append(pem(one._build(name, name, one.key.public_key(), one.key, (-1, 30), [])).decode())
    bundle.write_text("".join(pems))
    for version in (12, 13):
        port = free_port()
        p = subprocess.Popen(strings(["openssl", "s_server", "-quiet", "-accept", f"127.0.0.1:{port}", "-naccept", "1",
                                      "-key", w.nodes["ec"][0], "-cert", w.nodes["ec"][1], "-cert_chain",
                                      w.between.path, "-Verify", "3", "-CAfile", bundle]),
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            listening(port, process=p)
            threading.Thread(target=exchange, args=(p, BYTES), daemon=True).start()
            r = run(PEER, "--connect", port, "--ca", w.ca, "--bytes", BYTES, *MODERN, *versions(version), "--suites",
                    FIRST[version], *w.ours("ec"), timeout=60)
        finally:
            p.kill()
            p.wait()
        claim(f"our client reads the names of 250 authorities of openssl in TLS 1.{version - 10}",
              facts(r.stdout).get("bytes") == str(BYTES), r.out)


def main():
    peers = [p for p, program in ((Openssl, "openssl"), (Gnutls, "gnutls-cli"))
             if need(program, f"more TLS with {p.name}")]
    w = World()
    for peer in peers:
        keys(w, peer)
        suites(w, peer)
        groups(w, peer)
        retries(w, peer)
        updates(w, peer)
    if Gnutls in peers:
        records(w)
    if Openssl in peers:
        their_updates(w)
        padding(w)
        authorities(w)


main()
