# SPDX-License-Identifier: MIT
"""Sessions between ours and DCMTK's tools: storescp gives tickets and takes them, storescu keeps none."""
from harness import DCMSEC, T, Authority, Server, claim, free_port, need, run, samples
from peers import Receiver, events, secure

VERSIONS = (("TLSv1.3", "+px", ["--profile", "bcp195"]), ("TLSv1.2", "+pz", ["--profile", "bcp195-ex"]))


def dcmtk(node, authority):
    return ("+tls", *node, "+cf", authority.path)


def we_connect(authority, caller, called):
    for version, theirs, ours in VERSIONS:
        session, port, told = T / f"sessions-{version}", free_port(), []
        with Server("storescp", *dcmtk(called, authority), theirs, "-od", T, port, port=port) as server:
            for _ in range(3):
                r = run(DCMSEC, "echo", *secure(caller, authority), *ours, "--session", session, "--json", f"127.0.0.1:{port}")
                told += [(r.returncode, e["protocol"], e["resumed"]) for e in events(r.stdout) if e["event"] == "secure"]
        claim(f"echo --session and storescp {theirs}: {version}, full first, then resumed twice",
              told == [(0, version, False), (0, version, True), (0, version, True)], f"{told} {r.out} {server.text()}")


def they_connect(authority, caller, called):
    with Receiver(T / "in", link=secure(called, authority)) as receiver:
        codes = [run("storescu", *dcmtk(caller, authority), "127.0.0.1", receiver.port, samples()[0]).returncode
                 for _ in range(2)]
        told = [e["resumed"] for e in receiver.events("secure")]
        claim("storescu and receive: a full handshake each time", codes == [0, 0] and told == [False, False], f"{codes} {told}")


def main():
    authority = Authority(T / "ca")
    caller, called = authority.node("caller"), authority.node("called")
    if need("storescp", "sessions with storescp"):
        we_connect(authority, caller, called)
    if need("storescu", "sessions with storescu"):
        they_connect(authority, caller, called)


main()
