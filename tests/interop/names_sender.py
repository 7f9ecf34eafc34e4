#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A sender that calls its peer by name, and a name server that takes its time, changes its mind, or is silent. What
counts is the order of what happens, not how long it takes."""
import signal
import socket
import subprocess
import threading

from harness import DCMSEC, T, WAIT, claim, skip
from nameserver import LINK_LOCAL, NameServer, alone, children, etc, within
from outbox import Archive, make_objects
from peers import events, send

TEXT = "a slow name server holds up none of a sender's associations"
PEER, OTHER = "pacs.hospital.example", "127.0.0.7"
OPTIONS = ("--retry", "5", "--retry-wait", "20ms", "--associate-timeout", "40s", "--dimse-timeout", "40s")


def tally(r, count):
    return r.returncode == 0 and r.events[-1]["event"] == "summary" and r.events[-1]["stored"] == count


def start(port, folder, *options):
    return subprocess.Popen([str(w) for w in (DCMSEC, "send", "--plain", *options, "--json", f"{PEER}:{port}", folder)],
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def others_go_on(dns, folder, wanted):
    """The first of two associations is cut; while its name is looked up again, the other one stores."""
    asked = threading.Event()
    meanwhile, before = [], []

    def counted():
        return sum(n == PEER for n, _ in dns.asked)


    def act(archive, wire, connection, k):
        if k == 0:
            return 0
        if connection == 1 and k == 1:
            archive.wait(lambda: archive.connections == 2)
            dns.hold(PEER)
            before.append(counted())
            return None
        if connection == 2:
            # Its first answer waits until the other one asks for the name; the rest come while nobody answers that.
            if k == 1 and within(lambda: before) and dns.was_asked(PEER, before[0] + 1):
                asked.set()
            if asked.is_set() and dns.waiting and archive.connections == 2 and counted() <= before[0] + 2:
                meanwhile.append(k)  # and the first look-up has not been given up
            if k == 12:
                dns.let_go()
        return 0
    with Archive(act) as peer:
        r = send(peer.port, folder, host=PEER, options=(*OPTIONS, "--jobs", "2"))
        claim(f"{TEXT}: while one looks its peer up again, the other one stores", len(meanwhile) >= 10, meanwhile)
        claim("... and all objects are stored", tally(r, len(wanted)) and set(peer.said) == wanted, r.out)
        claim("... and the name is asked for at each connection", len(before) == 1 and
              counted() > before[0], dns.asked)


def last_addresses(dns, folder, wanted):
    def act(archive, wire, connection, k):
        if k == 1 and connection == 1:
            dns.names.pop(PEER)
            return None
        return 0
    with Archive(act) as peer:
        r = send(peer.port, folder, host=PEER, options=OPTIONS)
        claim("where a name is not found again its last addresses serve", tally(r, len(wanted))
              and peer.connections == 2 and PEER not in dns.names, r.out)
        none = send(peer.port, folder, host=PEER)
        claim("a name that is not found at all is told as that", none.returncode == 4
              and f"cannot find the address of {PEER}" in none.stderr, none.out)
    dns.names[PEER] = "127.0.0.1"


def new_addresses(dns, folder, wanted):
    """The peer moves to another address, where another socket has the port."""
    moved = []

    def act(archive, wire, connection, k):
        if k == 1 and connection == 1:
            dns.names[PEER] = OTHER
            return None
        if k == 0:
            moved.append(wire.sock.getsockname()[0])
        return 0
    with Archive(act) as peer:
        with socket.create_server((OTHER, peer.port)) as there:
            threading.Thread(target=peer._serve, args=(there,), daemon=True).start()
            r = send(peer.port, folder, host=PEER, options=OPTIONS)
    claim("a peer that has moved is found at its new address", tally(r, len(wanted)) and moved == ["127.0.0.1", OTHER],
          f"{moved} {r.out}")
    dns.names[PEER] = "127.0.0.1"


def asked_to_end(dns, folder):
    with Archive(lambda *_: 0) as peer:
        asked = sum(n == PEER for n, _ in dns.asked)
        dns.hold(PEER)
        sender = start(peer.port, folder, *OPTIONS)
        claim("a sender asks for its peer in a process of its own", dns.was_asked(PEER, asked + 1)
              and len(children(sender.pid)) == 1)
        sender.send_signal(signal.SIGTERM)
        out = sender.communicate(timeout=WAIT)[0]
        claim("asked to end, it does not wait for the name", sender.returncode == 8 and within(lambda: dns.waiting)
              and "interrupted" in out, f"{sender.returncode} {out}")
        dns.let_go()
        dns.hold(PEER)
        r = send(peer.port, folder, host=PEER, options=("--connect-timeout", "2s"))
        claim("a look-up takes no longer than --connect-timeout", r.returncode == 4 and within(lambda: dns.waiting)
              and "no name server answered" in r.stderr, r.out)
        dns.let_go()
    with Archive(lambda *_: 0) as peer:
        seen = []
        sender = subprocess.Popen([DCMSEC, "send", "--plain", f"127.0.0.1:{peer.port}", str(folder)])
        within(lambda: seen.extend(children(sender.pid)) or peer.connections)
        asked = len(dns.asked)
        claim("a peer that is given as an address needs neither", sender.wait(WAIT) == 0 and not seen
              and len(dns.asked) == asked, seen)


def by_interface(dns, folder, wanted):
    text = "a name server whose address needs its interface is asked"
    try:
        dns.serve(socket.AF_INET6, (LINK_LOCAL, 53, 0, socket.if_nametoindex("lo")))
    except OSError as why:
        skip(text, f"no such address can be had: {why}")
        return
    etc("resolv.conf", f"nameserver {LINK_LOCAL}%lo\n")
    asked = len(dns.asked)
    with Archive(lambda *_: 0) as peer:
        r = send(peer.port, folder, host=PEER, options=OPTIONS)
        claim(text, tally(r, len(wanted)) and len(dns.asked) > asked, r.out)


def main():
    if not alone(TEXT):
        return
    folder = T / "objects"
    wanted = make_objects(folder, 30)
    dns = NameServer()
    dns.names[PEER] = "127.0.0.1"
    others_go_on(dns, folder, wanted)
    last_addresses(dns, folder, wanted)
    new_addresses(dns, folder, wanted)
    asked_to_end(dns, folder)
    by_interface(dns, folder, wanted)


if __name__ == "__main__":
    main()
