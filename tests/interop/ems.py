# SPDX-License-Identifier: MIT
"""--require-ems of our applets, beside OpenSSL (DCMTK), which has it, and BearSSL's engine, which has not."""
import os
import shutil

from harness import T, Authority, Server, claim, free_port, need, run

DCMSEC = os.environ["DCMSEC"]
OLD = ["--cipher", "ECDHE-RSA-AES128-SHA"]  # not one of our own engine: BearSSL's serves then
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
    done = echo(EMS, "dcmsec", OLD)
    claim("echo refuses a server without it and says why",
          done.returncode == 5 and "extended master secret" in done.stderr, done.out)
    claim("a server without it is good enough where nothing is required", echo([], "dcmsec", OLD).returncode == 0)
    claim("receive refuses a client without it", echo(OLD, "dcmsec", EMS).returncode == 5)
    done = echo(EMS + OLD, "dcmsec", [])
    claim("a suite that has none is a contradiction", done.returncode == 2 and "--require-ems" in done.stderr, done.out)


main()
