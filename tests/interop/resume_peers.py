# SPDX-License-Identifier: MIT
"""Our TLS engine resumes sessions with OpenSSL and GnuTLS, as client and as server, in TLS 1.3 and 1.2."""
import os
import pathlib
import subprocess

from harness import T, WAIT, Authority, Server, claim, free_port, need, run

PEER = pathlib.Path(os.environ["O"]) / "tests/tools/tls-peer"
SUITES = {13: ("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"),
          12: ("ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384")}
BYTES = 50  # one line, which is what s_server -rev answers


def der(path):
    out = path.with_suffix(".der")
    if not out.exists():
        run("openssl", "x509" if path.suffix == ".pem" else "pkey", "-in", path, "-outform", "DER", "-out", out)
    return out


def ours(node):
    key = node[0].with_suffix(".key.der")
    run("openssl", "pkey", "-in", node[0], "-outform", "DER", "-out", key)
    return ["--key", key, "--cert", der(node[1])]


def facts(text):
    """What tls-peer told, one dictionary a connection."""
    told = []
    for line in text.splitlines():
        name, _, value = line.partition(": ")
        if name == "protocol":
            told.append({})
        if told:
            told[-1].setdefault(name, value)
    return told


def openssl_options(version, suite):
    return ["-tls1_3", "-ciphersuites", suite] if version == 13 else ["-tls1_2", "-cipher", suite]


def priority(version, suite):
    cipher = "AES-256-GCM" if "256_GCM" in suite or "AES256" in suite else "AES-128-GCM"
    return f"NORMAL:-VERS-ALL:+VERS-TLS1.{version - 10}:-CIPHER-ALL:+{cipher}"


def openssl_server(version, suite, port, node, ca, more):
    return ["openssl", "s_server", "-rev", "-accept", f"127.0.0.1:{port}", "-key", node[0], "-cert", node[1], "-CAfile",
            ca.path, "-Verify", "3", "-verify_return_error", *openssl_options(version, suite), *more]


def gnutls_server(version, suite, port, node, ca, more):
    return ["gnutls-serv", "--echo", "--port", port, "--x509keyfile", node[0], "--x509certfile", node[1],
            "--x509cafile", ca.path, "--require-client-cert", "--verify-client-cert", "--priority",
            priority(version, suite), *more]


def we_connect(name, command, version, suite, nodes, ca, what="", more=(), resumed=("0", "1", "1", "1"), options=()):
    port = free_port()
    with Server(*command(version, suite, port, nodes["server"], ca, more), port=port) as server:
        r = run(PEER, "--connect", port, "--engine", "modern", "--ca", der(ca.path), *ours(nodes["client"]),
                "--server-name", "localhost", "--suites", suite, "--min", version, "--max", version, "--bytes", BYTES,
                "--resume", len(resumed) - 1, *options)
        told = facts(r.stdout)
        claim(f"our client and {name} {what}: TLS 1.{version - 10}, {suite}, "
              f"{'resumed' if '1' in resumed else 'in full'} {len(resumed) - 1} times",
              tuple(f["resumed"] for f in told) == resumed and all(f["bytes"] == str(BYTES) for f in told)
              and len({f["peer"] for f in told}) == 1, r.out + server.text()[-600:])


def our_server(version, suite, nodes, ca, times, *options):
    port = free_port()
    return Server(PEER, "--listen", port, "--engine", "modern", "--ca", der(ca.path), *ours(nodes["server"]), "--suites",
                  suite, "--min", version, "--max", version, "--resume", times, *options, port=port)


def through(command, seconds=WAIT):
    """A foreign client says a line, and ends when it has come back."""
    p = subprocess.Popen([str(c) for c in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT)
    said = b""
    try:
        p.stdin.write(b"echo this\n")
        p.stdin.flush()
        while b"echo this" not in said:
            more = os.read(p.stdout.fileno(), 65536)
            if not more:
                break
            said += more
        more, _ = p.communicate(timeout=seconds)
        said += more
    except (BrokenPipeError, subprocess.TimeoutExpired):
        p.kill()
        p.wait()
    return said.decode(errors="replace")


def openssl_connects(version, suite, nodes, ca, what="", more=(), resumed="1", options=()):
    session = T / "openssl.session"
    session.unlink(missing_ok=True)
    key, cert = nodes["client"]
    with our_server(version, suite, nodes, ca, 2, *options) as server:
        for given in ([], ["-sess_in", session], ["-sess_in", session]):
            said = through(["openssl", "s_client", "-connect", f"127.0.0.1:{server.port}", "-servername", "localhost", "-key", key,
                            "-cert", cert, "-CAfile", ca.path, "-verify_return_error", "-no_ign_eof", "-sess_out", session,
                            *given, *openssl_options(version, suite), *more])
        server.process.wait(WAIT)
        told = facts(server.text())
    claim(f"openssl {what} and our server: TLS 1.{version - 10}, {suite}, {'resumed' if resumed == '1' else 'in full'} twice",
          [f["resumed"] for f in told] == ["0", resumed, resumed] and len({f["peer"] for f in told}) == 1
          and all(f["bytes"] == "10" for f in told), server.text() + said[-1500:])


def gnutls_connects(version, suite, nodes, ca):
    key, cert = nodes["client"]
    with our_server(version, suite, nodes, ca, 1) as server:
        said = through(["gnutls-cli", "--resume", "--waitresumption", "localhost", "--port", server.port, "--x509keyfile", key,
                        "--x509certfile", cert, "--x509cafile", ca.path, "--priority", priority(version, suite)])
        server.process.wait(WAIT)
        told = facts(server.text())
    claim(f"gnutls and our server: TLS 1.{version - 10}, {suite}, resumed", [f["resumed"] for f in told] == ["0", "1"]
          and len({f["peer"] for f in told}) == 1, server.text() + said[-1500:])


def main():
    ca = Authority(T / "ca")
    nodes = {"client": ca.node("client"), "server": ca.node("server")}
    for version, suites in SUITES.items():
        for suite in suites:
            if need("openssl", f"OpenSSL, {suite}"):
                we_connect("openssl", openssl_server, version, suite, nodes, ca)
                openssl_connects(version, suite, nodes, ca)
            if need("gnutls-serv", f"GnuTLS, {suite}"):
                we_connect("gnutls", gnutls_server, version, suite, nodes, ca)
                gnutls_connects(version, suite, nodes, ca)
    suite13, suite12 = SUITES[13][0], SUITES[12][0]
    we_connect("openssl", openssl_server, 13, suite13, nodes, ca, "that asks for another group", ["-groups", "P-384"])
    openssl_connects(13, suite13, nodes, ca, "that is asked for another group", ["-groups", "X448:P-384"])
    # s_server sleeps for a second after each KeyUpdate
    we_connect("openssl", openssl_server, 13, suite13, nodes, ca, "with new keys", resumed=("0", "1"), options=["--update", 1])
    we_connect("gnutls", gnutls_server, 13, suite13, nodes, ca, "with new keys each time", options=["--update", 3])
    we_connect("openssl", openssl_server, 12, suite12, nodes, ca, "-no_ticket", ["-no_ticket"], ("0", "0"))
    we_connect("gnutls", gnutls_server, 13, suite13, nodes, ca, "--noticket", ["--noticket"], ("0", "0"))


main()
