#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""storescp +ac with rules by name and a name server that takes its time: who is asked about waits, and nobody
else. What counts is the order of what happens, not how long it takes."""
import os
import pathlib
import re
import select
import signal
import socket

from harness import DCMSEC, T, Server, claim, free_port, skip
from nameserver import ETC, NameServer, alone, children, etc, reverse, within
from rawpeer import CT, IMPLICIT_LE, Wire, associate_rq, object_bytes, pdu, P_DATA, COMMAND, LAST, p_data, store_rq

TEXT = "a slow name server holds up nobody but who is asked about"
SANITIZED = b"not in a build for tests" in pathlib.Path(DCMSEC).read_bytes()


def status(pid, key):
    return re.search(rf"^{key}:[ \t]*(.*)$", pathlib.Path(f"/proc/{pid}/status").read_text(), re.M)[1]


class Peer(Wire):
    """Connects from an address and asks for an association."""

    def __init__(self, port, address):
        super().__init__(socket.create_connection(("127.0.0.1", port), 60, source_address=(address, 0)))
        self.put(associate_rq([(CT, [IMPLICIT_LE])]))

    def accepted(self):
        try:
            return self.get()[0] == 2
        except Exception:
            return False

    def silent(self):
        """Neither words nor the end of the connection have come."""
        return not select.select([self.sock], [], [], 0)[0]

    def shut_out(self):
        """The connection ends without a byte."""
        try:
            return self.sock.recv(100) == b""
        except ConnectionResetError:
            return True

    def store(self, number):
        uid = f"1.2.3.{number}"
        self.put(p_data(1, COMMAND | LAST, store_rq(CT, uid, number)), p_data(1, LAST, object_bytes(instance=uid)))
        return int.from_bytes(self.message()[0][0x900], "little")


def receiver(*options):
    port = free_port()
    out = T / f"out-{port}"
    out.mkdir()
    return Server(DCMSEC, "storescp", "+ac", "-v", "-od", out, *options, port, port=port), port


def porter(server):
    return [p for p in children(server.process.pid)
            if pathlib.Path(f"/proc/{p}/comm").read_text().strip() == "dcmsec-porter"]


def nobody_waits(dns):
    etc("hosts.allow", "storescp: 127.0.0.1\nstorescp: .hospital.example\n")
    etc("hosts.deny", "ALL: ALL\n")
    server, port = receiver()
    with server:
        before = Peer(port, "127.0.0.1")
        claim("who is let in by his address has his association", before.accepted(), server.text())
        asked = len(dns.asked)
        dns.hold(reverse("127.0.0.2"))
        slow = Peer(port, "127.0.0.2")
        claim("where a rule depends on a name it is asked for", dns.was_asked(reverse("127.0.0.2")), dns.asked)
        stored = [before.store(i) for i in range(1, 21)]
        claim(f"{TEXT}: 20 objects of another association are stored meanwhile", stored == [0] * 20, stored)
        later = Peer(port, "127.0.0.1")
        claim("... and another association begins and stores", later.accepted() and later.store(21) == 0, server.text())
        claim("... while who is asked about hears nothing", slow.silent() and within(lambda: dns.waiting))
        claim("... and nothing else was asked", {n for n, _ in dns.asked[asked:]} == {reverse("127.0.0.2")}, dns.asked)
        dns.let_go()
        claim("with the answer his association begins, and what he had sent is read", slow.accepted()
              and slow.store(22) == 0, server.text())
        claim("a name that leads to another address is nobody's", Peer(port, "127.0.0.3").shut_out()
              and server.wait_for("127.0.0.3:.* was closed: kept out by line 1 of /etc/hosts.deny"), server.text())
        claim("nor is an address without a name let in", Peer(port, "127.0.0.4").shut_out(), server.text())
        claim("nor one with another name", Peer(port, "127.0.0.6").shut_out(), server.text())


def crowd(dns):
    """Many connections from an address whose name server is silent."""
    server, port = receiver()
    with server:
        dns.hold(reverse("127.0.0.5"))
        flood = [Peer(port, "127.0.0.5") for _ in range(40)]
        there = within(lambda: porter(server))[0]  # its name comes after its start
        kept = within(lambda: sum(not f.silent() for f in flood) == len(flood) - 16)
        claim("one address has 16 look-ups at a time; who is too much is judged without a name", kept
              and len(children(there)) <= 16 and all(f.shut_out() for f in flood if not f.silent()),
              f"{sum(not f.silent() for f in flood)} {len(children(there))} {server.text()}")
        other = Peer(port, "127.0.0.2")
        claim("another address is looked up beside them", other.accepted() and other.store(1) == 0, server.text())
        claim("who is not named in time is judged without a name", all(f.shut_out() for f in flood), server.text())
    dns.let_go()
    server, port = receiver()
    with server:
        dns.hold(reverse("127.0.0.2"))
        asked = sum(n == reverse("127.0.0.2") for n, _ in dns.asked)
        held = Peer(port, "127.0.0.2")
        claim("a receiver that is told to end does not wait for names", dns.was_asked(reverse("127.0.0.2"), asked + 1)
              and held.silent() and server.stop() == 0 and held.shut_out() and within(lambda: dns.waiting), server.text())
        dns.let_go()
    etc("hosts.allow", "storescp: UNKNOWN\n")
    etc("resolv.conf", ETC["resolv.conf"].replace("30", "1"))
    server, port = receiver()
    with server:
        dns.hold(reverse("127.0.0.2"))
        claim("a name that is not found in time is UNKNOWN", Peer(port, "127.0.0.2").accepted(), server.text())
        dns.let_go()
        etc("resolv.conf", ETC["resolv.conf"])
        claim("one that is found is not", Peer(port, "127.0.0.2").shut_out(), server.text())
    etc("hosts.allow", "storescp: .hospital.example\n")
    server, port = receiver("-dhl")
    with server:
        asked = len(dns.asked)
        claim("with -dhl no host has a name, and none is asked for", Peer(port, "127.0.0.2").shut_out()
              and len(dns.asked) == asked, server.text())


def alone_with_it(dns):
    """What the porter is, and that the receiver needs no rights for what it does."""
    server, port = receiver()
    with server:
        pid, there = server.process.pid, within(lambda: porter(server)) or []  # its name comes after its start
        claim("a process of its own judges hosts", len(there) == 1 and Peer(port, "127.0.0.2").accepted(), server.text())
        claim("it has no file and no socket but one", os.listdir(f"/proc/{there[0]}/fd") == ["0"])
        if SANITIZED:
            skip("with +ac the receiver and the porter are confined", "this build has no sandbox")
        else:
            claim("with +ac the receiver and the porter are confined", status(pid, "Seccomp") == "2" and
                  status(there[0], "Seccomp") == "2" and "sandbox: " in server.text(), server.text())
        os.kill(there[0], signal.SIGTERM)
        claim("it outlives the signals that end a receiver", Peer(port, "127.0.0.2").accepted(), server.text())
        os.kill(there[0], signal.SIGKILL)
        claim("without it the receiver ends, saying why", server.process.wait(60) == 1
              and "the process that judged hosts has ended" in server.text(), server.text())
    server, port = receiver("-ac")
    with server:
        claim("without +ac there is none", not children(server.process.pid))


def main():
    if not alone(TEXT):
        return
    dns = NameServer()
    dns.host("ct1.hospital.example", "127.0.0.2")
    dns.host("ct3.hospital.example", "127.0.0.3", back="127.0.0.99")
    dns.host("ct6.elsewhere.example", "127.0.0.6")
    nobody_waits(dns)
    alone_with_it(dns)
    crowd(dns)


if __name__ == "__main__":
    main()
