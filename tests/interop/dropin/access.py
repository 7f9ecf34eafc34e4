#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""storescp +ac, DCMTK's (which asks libwrap) and ours, with hosts.allow and hosts.deny of our own put over those of the
system where only the one process sees them."""
import shutil
import socket
import subprocess

from dropin import Peer, both, data_sets, differences, inputs, stored
from harness import DCMSEC, T, claim, free_port, run, skip

LAY = 'mount --bind "$0" /etc/hosts.allow && mount --bind "$1" /etc/hosts.deny && shift && exec "$@"'
ROWS = [("", ""), ("", "ALL: ALL\n"), ("storescp: 127.0.0.1\n", "ALL: ALL\n"), ("storescp: 127.0.0.\n", "ALL: ALL\n"),
        ("storescp: 127.0.0.0/255.0.0.0 EXCEPT 127.0.0.1\n", "ALL: ALL\n"), ("storescp: 10.\n", "storescp: ALL\n"),
        ("sshd: ALL\n", "ALL: 127.0.0.0/255.0.0.0\n"), ("storescu: ALL\n", "storescp: 127.0.0.1\n"),
        ("", "ALL EXCEPT storescp: ALL\n"), ("", "sshd: ALL\nALL: 10., \\\n 11.\n"), ("storescp: LOCAL\n", "ALL: ALL\n"),
        ("storescp: localhost\n", "ALL: ALL\n"), ("storescp: KNOWN\n", "ALL: ALL\n"), ("", "ALL: UNKNOWN PARANOID\n"),
        ("storescp: ALL: deny\n", ""), ("", "storescp: 127.: allow\nALL: ALL\n")]
BROKEN = [("storescp ALL\n", "", "line 1 of /etc/hosts.allow"), ("# rules\n\nstorescp: @nodes\n", "", "line 3"),
          ("", "sshd: @nodes\nALL: ALL: spawn (echo)\n", "line 2 of /etc/hosts.deny"),
          ("", "ALL: 10.0.0.0/99\n", "has no mask"), ("storescp: root@localhost\n", "", "user's name")]


def shown():
    return [("storescp", "+ac")]


def laid(allow, deny, *program):
    (T / "allow").write_text(allow)
    (T / "deny").write_text(deny)
    return ["unshare", "-rm", "sh", "-c", LAY, T / "allow", T / "deny", *program]


def once(program, allow, deny, here):
    with Peer(laid(allow, deny, *program), "+ac", "-v", name="there") as peer:
        r = run("storescu", "127.0.0.1", peer.number, here / "ct.dcm", timeout=60)
        return r.returncode == 0, data_sets(stored(peer.out)), peer.text()


def silence(here):
    """Nothing of a connection that is kept out is read, and nothing is said to it, but for its end."""
    with Peer(laid("", "ALL: ALL\n", DCMSEC, "storescp"), "+ac", "-v", name="there") as peer:
        with socket.create_connection(("127.0.0.1", peer.number), timeout=60) as s:
            try:
                got = s.recv(100)
            except ConnectionResetError:
                got = b""
        said = peer.wait_for("connection from 127.0.0.1:.* was closed: kept out by line 1 of /etc/hosts.deny")
    claim("+ac closes the connection of a host that is kept out before a byte, and names the rule", got == b"" and said,
          f"{got} {peer.text()}")
    with Peer(laid("", "", DCMSEC, "storescp"), "+ac", name="there") as peer:
        before = run("storescu", "127.0.0.1", peer.number, here / "ct.dcm").returncode
        (T / "deny").write_text("ALL: ALL\n")
        between = run("storescu", "127.0.0.1", peer.number, here / "mr.dcm").returncode
        (T / "deny").write_text("nonsense\n")
        broken = run("storescu", "127.0.0.1", peer.number, here / "mr.dcm").returncode
        (T / "deny").write_text("")
        after = run("storescu", "127.0.0.1", peer.number, here / "mr.dcm").returncode
        claim("rules that change count with the next connection, and broken ones let nobody in",
              before == after == 0 and between and broken, f"{before} {between} {broken} {after} {peer.text()}")
    with Peer(laid("", "ALL: ALL\n", DCMSEC, "storescp"), "+ac", "-ac", name="there") as peer:
        claim("-ac behind +ac lets in every host", run("echoscu", "127.0.0.1", peer.number).returncode == 0, peer.text())


def main():
    text = "storescp +ac, DCMTK's and ours"
    if not shutil.which("storescp"):
        skip(text, "storescp is not installed")
        return
    trial = subprocess.run([str(w) for w in laid("", "", "true")], capture_output=True, check=False)
    if trial.returncode != 0:
        skip(text, f"no mount namespace: {trial.stderr.decode().strip()}")
        return
    here = inputs(T / "in")
    for allow, deny in ROWS:
        theirs, ours = (once(program, allow, deny, here) for _, program in both("storescp"))
        claim(f"{text}: {allow!r} and {deny!r} let in the same", theirs[0] == ours[0] and
              not differences(theirs[1], ours[1]), f"{theirs} {ours}")
    for allow, deny, words in BROKEN:
        r = run(*laid(allow, deny, DCMSEC, "storescp"), "+ac", "-od", T, free_port(), timeout=60)
        claim(f"storescp +ac does not start with {allow or deny!r}, and names the line", r.returncode == 1 and words in r.out,
              f"{r.returncode} {r.out}")
    silence(here)


if __name__ == "__main__":
    main()
