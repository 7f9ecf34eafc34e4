# SPDX-License-Identifier: MIT
"""How long the certificate chain of a peer may be for send --small, which has room for one record, and what is said of
longer ones. Without it 32 KB are the bound, for which see pki_hostile."""
from harness import DCMSEC, T, Authority, Server, claim, free_port, need, run, samples
from peers import Receiver, events, secure, send

VERSIONS = (("TLS 1.3", []), ("TLS 1.2", ["--profile", "bcp195-ex"]))
SMALL = ["--small"]
# Bytes of the certificate, the sender's options, whether it is taken.
LENGTHS = ((15000, SMALL, True), (20000, SMALL, False), (20000, [], True))


def called(authority, size):
    """A node whose certificate has about so many bytes, for the many names in it."""
    names = ["localhost"] + [f"{n:04}-{'x' * 50}.example.org" for n in range(size // 69)]
    return authority.node(f"called-{size}", hosts=names)


def refused(r, size):
    return r.returncode != 0 and f"handshake message of {str(size)[:2]}" in r.stderr and "--small" in r.stderr


def ours(authority, caller, nodes):
    for version, options in VERSIONS:
        for size, more, taken in LENGTHS:
            with Receiver(T / f"out-{version[-1]}-{size}{''.join(more)}", link=[*secure(nodes[size], authority), *options]) as to:
                r = send(to.port, samples()[0], link=[*caller, *options], options=more)
                claim(f"{version}: a chain of {size // 1000} KB {'is taken' if taken else 'is refused, with the reason'} "
                      f"by send {''.join(more)}", r.returncode == 0 if taken else refused(r, size), r.out)
                if not taken:
                    claim(f"{version}: and its owner is told by decode_error", to.wait_for("alert 50"), to.text())


def openssl(authority, caller, nodes):
    """Whose records are as large as may be."""
    for version, options in VERSIONS:
        for size, more, taken in LENGTHS[:2]:
            port = free_port()
            key, cert = nodes[size]
            with Server("openssl", "s_server", "-quiet", "-rev", "-accept", f"127.0.0.1:{port}", "-key", key, "-cert", cert,
                        port=port):
                r = run(DCMSEC, "send", *caller, *options, *more, "--associate-timeout", "8s", "--json", f"127.0.0.1:{port}", samples()[0])
                told = [e for e in events(r.stdout) if e["event"] == "secure"]
                claim(f"{version}: a chain of {size // 1000} KB from openssl {'is taken' if taken else 'is refused'} with --small",
                      bool(told) if taken else not told and refused(r, size), r.out)


def main():
    authority = Authority(T / "ca")
    caller = secure(authority.node("caller"), authority)
    nodes = {size: called(authority, size) for size in {row[0] for row in LENGTHS}}
    ours(authority, caller, nodes)
    if need("openssl", "chains from openssl"):
        openssl(authority, caller, nodes)


main()
