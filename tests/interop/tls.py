# SPDX-License-Identifier: MIT
"""Our TLS engine, driven by tests/tools/tls-peer, against OpenSSL and GnuTLS in both roles."""
import itertools
import subprocess
import threading

from harness import WAIT, claim, free_port, listening, need, run
from tlspeers import (BYTES, ENGINE, GROUPS, MIXED, PEER, SUITES12, SUITES13, Gnutls, Openssl, World, as_client, der,
                      exchange, facts, our_server, strings, they_connect, versions, we_connect)


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
            s.process.wait(WAIT)
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
        s.process.wait(WAIT)
        text = s.text()
    claim("openssl without a certificate is refused and told handshake_failure",
          not ok and "alert handshake failure" in said and "showed no certificate" in text, said + text)
    with our_server("--ca", w.ca, *w.ours(w.stranger)) as s:
        ok, said = as_client(strings(Openssl.client(w, suite, 12, s.port, "ec")), 10)
        s.process.wait(WAIT)
        text = s.text()
    claim("openssl's unknown_ca about our certificate is told with what to do",
          not ok and "unknown_ca" in text and "CA that issued" in text, said + text)
    with our_server("--ca", der(w.foreign.path)[0], *w.ours("ec")) as s:
        ok, said = as_client(strings(Openssl.client(w, suite, 12, s.port, "ec")), 10)
        s.process.wait(WAIT)
        text = s.text()
    claim("openssl's certificate of a foreign CA is refused with an alert that arrives",
          not ok and "alert bad certificate" in said, said + text)
    with our_server("--ca", w.ca, "--engine", "legacy", *w.ours("ec")) as s:
        command = ["openssl", "s_client", "-connect", f"127.0.0.1:{s.port}", "-tls1_1", "-cipher",
                   "ALL:@SECLEVEL=0"]
        ok, said = as_client(command, 10)
        s.process.wait(WAIT)
        text = s.text()
    claim("a client with TLS 1.1 only is refused, and we say which versions we have",
          not ok and "error: 70" in text and "TLSv1.2 to TLSv1.2" in text, said + text)
    with our_server("--ca", w.ca, *versions(13), "--min", 12, *MIXED, *w.ours("ec")) as s:
        command = ["openssl", "s_client", "-connect", f"127.0.0.1:{s.port}", "-tls1_1", "-cipher",
                   "ALL:@SECLEVEL=0"]
        ok, said = as_client(command, 10)
        s.process.wait(WAIT)
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
