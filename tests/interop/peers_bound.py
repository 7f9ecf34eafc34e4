# SPDX-License-Identifier: MIT
"""AE titles that are bound to certificates: a valid certificate of another node cannot claim them."""
import json
from harness import T, DCMSEC, Authority, Server, claim, free_port, run, samples, until

ca = Authority(T / "pki")
ct, mr, pacs = ca.node("ct1"), ca.node("mr1"), ca.node("pacs", hosts=("localhost",))
elsewhere = ca.node("elsewhere", hosts=("pacs.elsewhere",))


def tls(who):
    return ["--key", who[0], "--cert", who[1], "--ca", ca.path]


fingerprint = run("openssl", "x509", "-in", mr[1], "-noout", "-fingerprint", "-sha256").stdout.split("=")[1].strip()
bound = T / "peers"
bound.write_text(f"# our nodes\nCT1=subject:CN=ct1\nMR1=SHA256:{fingerprint}\n")
port = free_port()
image = samples()[0]

with Server(DCMSEC, "receive", *tls(pacs), "--bind", "127.0.0.1", "--port", port, "--out", T / "in", "--json",
            "--peers", bound, port=port) as receiver:
    def echo(who, title, *more):
        return run(DCMSEC, "echo", *tls(who), "--title", title, *more, f"localhost:{port}")

    r = echo(ct, "CT1")
    claim("a title bound by subject is let in with its certificate", r.returncode == 0, r.out)
    r = echo(mr, "MR1")
    claim("a title bound by fingerprint is let in with its certificate", r.returncode == 0, r.out)
    r = echo(mr, "FREE")
    claim("a title that is not bound is let in with any valid certificate", r.returncode == 0, r.out)
    r = echo(mr, "CT1")
    claim("a valid certificate of another node cannot claim a title bound by subject",
          r.returncode == 6 and "calling AE title not recognized" in r.out, r.out)
    r = echo(ct, "MR1")
    claim("... nor one bound by fingerprint",
          r.returncode == 6 and "calling AE title not recognized" in r.out, r.out)
    until(lambda: receiver.text().count('"rejected"') >= 2)  # who is rejected may hear it before
    events = [json.loads(line) for line in receiver.text().splitlines() if line.startswith("{")]
    rejected = [e for e in events if e["event"] == "rejected"]
    claim("the receiver tells both, and why",
          [e["calling"] for e in rejected] == ["CT1", "MR1"] and
          all("bound" in e["reason"] for e in rejected), rejected)

    r = echo(ct, "CT1", "--called", "PACS", "--peer", "PACS=subject:CN=pacs")
    claim("a sender calls a bound title that has its certificate", r.returncode == 0, r.out)
    r = run(DCMSEC, "send", *tls(ct), "--title", "CT1", "--called", "PACS", "--peer",
            "PACS=subject:CN=archive", f"localhost:{port}", image)
    claim("and sends nothing to one that has another",
          r.returncode == 5 and "PACS" in r.stderr and "CN=pacs" in r.stderr and not list((T / "in").glob("*")),
          r.out)
    r = echo(ct, "CT1", "--check-host")
    claim("--check-host takes a certificate that is good for the host called", r.returncode == 0, r.out)

port = free_port()
with Server(DCMSEC, "receive", *tls(elsewhere), "--bind", "127.0.0.1", "--port", port, "--out", T / "in2",
            "--verify-if-present", "--peers", bound, port=port):
    r = run(DCMSEC, "echo", *tls(ct), "--check-host", f"localhost:{port}")
    claim("--check-host refuses one that is good for another host", r.returncode == 5 and "localhost" in r.out, r.out)
    r = run(DCMSEC, "echo", "--no-client-cert", "--ca", ca.path, "--title", "CT1", f"localhost:{port}")
    claim("without a certificate a bound title is rejected", r.returncode == 6, r.out)
    r = run(DCMSEC, "echo", "--no-client-cert", "--ca", ca.path, "--title", "FREE", f"localhost:{port}")
    claim("... and another is not, where none is required", r.returncode == 0, r.out)

port = free_port()
with Server(DCMSEC, "receive", "--plain", "--bind", "127.0.0.1", "--port", port, "--out", T / "in3",
            "--peer", "CT1=subject:CN=ct1", port=port):
    r = run(DCMSEC, "echo", "--plain", "--title", "CT1", f"localhost:{port}")
    claim("without TLS a bound title is rejected", r.returncode == 6 and "not recognized" in r.out, r.out)
    r = run(DCMSEC, "echo", "--plain", "--called", "PACS", "--peer", "PACS=subject:CN=pacs", f"localhost:{port}")
    claim("without TLS a sender calls no bound title", r.returncode == 5, r.out)

for bad in ("CT1", "CT1=SHA256:12", "=subject:CN=x", "CT1=subject:"):
    r = run(DCMSEC, "echo", "--plain", "--peer", bad, "localhost:1")
    claim(f"--peer {bad} is a wrong call", r.returncode == 2, r.out)
(T / "wrong").write_text("CT1=subject:CN=ct1\nMR1\n")
r = run(DCMSEC, "echo", "--plain", "--peers", T / "wrong", "localhost:1")
claim("a file with a wrong line is refused by the line's number", r.returncode == 3 and "line 2" in r.out, r.out)
