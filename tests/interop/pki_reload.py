# SPDX-License-Identifier: MIT
"""A receiver that runs sees what changes in its stores: at its next association, and SIGHUP does no harm."""
import signal
import subprocess
from harness import T, DCMSEC, Authority, Server, claim, free_port, run

first, second = Authority(T / "a", "First CA"), Authority(T / "b", "Second CA")
pacs, ct, mr = first.node("pacs"), first.node("ct1"), second.node("mr1")
trusted = T / "trusted"
trusted.mkdir()
(trusted / "a.pem").write_bytes(first.path.read_bytes())
claim("openssl indexes the directory", run("openssl", "rehash", trusted).returncode == 0)
port = free_port()
with Server(DCMSEC, "receive", "--key", pacs[0], "--cert", pacs[1], "--ca-dir", trusted, "--bind", "127.0.0.1",
            "--port", port, "--out", T / "in", port=port) as receiver:
    def echo(who):
        return run(DCMSEC, "echo", "--key", who[0], "--cert", who[1], "--ca", first.path, f"localhost:{port}")

    claim("a node of a trusted authority is let in", echo(ct).returncode == 0)
    claim("a node of another is not", echo(mr).returncode == 5)
    (trusted / "b.pem").write_bytes(second.path.read_bytes())
    run("openssl", "rehash", trusted)
    r = echo(mr)
    claim("once its authority is in the directory, it is, without a restart", r.returncode == 0, r.out)
    receiver.process.send_signal(signal.SIGHUP)
    claim("SIGHUP is told", receiver.wait_for("SIGHUP"), receiver.text())
    claim("and ends nothing", echo(ct).returncode == 0)
    (trusted / "b.pem").unlink()
    run("openssl", "rehash", trusted)
    r = echo(mr)
    claim("when the authority is taken away, its node is refused again", r.returncode == 5, r.out)
    claim("and the receiver ends as asked", receiver.stop() == 0)
