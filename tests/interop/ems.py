# SPDX-License-Identifier: MIT
"""--require-ems of our applets, beside OpenSSL (DCMTK), which has it, and GnuTLS told to do without."""
import os
import shutil

from harness import T, Authority, Server, claim, free_port, need, run

DCMSEC = os.environ["DCMSEC"]
OLD = ["--cipher", "ECDHE-RSA-AES128-SHA"]  # not one of our own engine
WITHOUT = ["--priority", "NORMAL:-VERS-ALL:+VERS-TLS1.2:%NO_SESSION_HASH"]
EMS = ["--require-ems"]


def main():
    authority = Authority(T / "ca", key="rsa2048")
    key, cert = authority.node("node", "rsa2048")
    tls = ["--key", key, "--cert", cert, "--ca", authority.path]

    def echo(more, to, how):
        port = free_port()
        out = T / "out"
        out.mkdir()
        server = [DCMSEC, "receive", "--bind", "127.0.0.1", "--port", port, "--out", out, *tls, *how]
        if to == "storescp":
            server = ["storescp", "+tls", key, cert, "+cf", authority.path, *how, "-od", out, port]
        with Server(*server, port=port):
            done = run(DCMSEC, "echo", *tls, *more, f"127.0.0.1:{port}")
        shutil.rmtree(out)
        return done

    claim("echo and receive agree when both require extended master secret", echo(EMS, "dcmsec", EMS).returncode == 0)
    if need("storescp", "DCMTK's storescp has it"):
        claim("DCMTK's storescp has it", echo(EMS, "storescp", []).returncode == 0)
    if need("gnutls-serv", "peers without it"):
        port = free_port()
        with Server("gnutls-serv", "--port", port, "--x509keyfile", key, "--x509certfile", cert, "--echo", *WITHOUT,
                    port=port):
            strict = run(DCMSEC, "echo", *tls, *EMS, f"127.0.0.1:{port}")
            mild = run(DCMSEC, "echo", "--verbose", *tls, "--associate-timeout", "8", f"127.0.0.1:{port}")
        claim("echo refuses a server without it and says why",
              strict.returncode == 5 and "extended master secret" in strict.stderr, strict.out)
        claim("a server without it is good enough where nothing is required", "TLSv1.2" in mild.out, mild.out)
        for how, wanted in ((EMS, False), ([], True)):
            port = free_port()
            (T / "out").mkdir()
            with Server(DCMSEC, "receive", "--bind", "127.0.0.1", "--port", port, "--out", T / "out", *tls, *how,
                        port=port):
                done = run("gnutls-cli", "127.0.0.1", "--port", port, "--x509cafile", authority.path, "--x509keyfile",
                           key, "--x509certfile", cert, *WITHOUT)
            shutil.rmtree(T / "out")
            claim(f"receive {'takes' if wanted else 'refuses'} a client without it where "
                  f"{'nothing is' if wanted else 'it is'} required",
                  ("Handshake was completed" in done.out) == wanted, done.out)
    done = echo(EMS + OLD, "dcmsec", [])
    claim("a suite that has none is a contradiction", done.returncode == 2 and "--require-ems" in done.stderr, done.out)


main()
