# SPDX-License-Identifier: MIT
"""What the hostile-peer tests share: a receiver with its own and with good peers, over TCP or inside TLS, and what
comes back from it after some bytes, in words."""
import contextlib
import socket
import ssl
import struct
import threading

from harness import T, Authority, claim, run, samples
from peers import PLAIN, Receiver, secure, send
from rawpeer import (ABORT, ASSOCIATE_AC, ASSOCIATE_RJ, P_DATA, RELEASE_RP, RELEASE_RQ, WAIT, Gone, Wire,
                     parse_command, pdu)

WORDS = {ASSOCIATE_AC: "accepted", ASSOCIATE_RJ: "rejected", RELEASE_RP: "released", RELEASE_RQ: "release asked"}
ABORTED = pdu(ABORT, bytes(4))
RELEASE = pdu(RELEASE_RQ, bytes(4))


def word(kind, body):
    if kind == ABORT:
        return "abort by provider" if body[2] == 2 else "abort by user"
    if kind != P_DATA:
        return WORDS.get(kind, f"PDU {kind:02x}")
    status = parse_command(body[6:]).get(0x900)
    return "data" if status is None else "%04X" % struct.unpack("<H", status)[0]


class Peer(Wire):
    """One connection. Nothing that it does fails when the other side has closed."""

    def __init__(self, port, context=None):
        sock = socket.create_connection(("127.0.0.1", port), WAIT)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().__init__(context.wrap_socket(sock, server_hostname="localhost") if context else sock)

    def put(self, *data):
        with contextlib.suppress(OSError):
            super().put(*data)
        return self

    def word(self):
        """The next PDU in a word; "closed" when there is none."""
        try:
            return word(*self.get())
        except (Gone, OSError):
            return "closed"

    def words(self, *until):
        """All that comes up to one of these, an abort, a rejection or the close."""
        heard = [self.word()]
        while heard[-1] not in ("closed", "rejected", *until) and not heard[-1].startswith("abort"):
            heard.append(self.word())
        return heard

    def finish(self):
        """Nothing more comes from here: a close of the connection in this direction."""
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self.sock, socket.SHUT_WR)
        return self


class Front:
    """A receiver, and how one talks to it: link for our own send, context for a Peer."""

    def __init__(self, name, link, context, *options):
        self.name, self.link, self.context = name, link, context
        self.receiver = Receiver(T / name.replace(" ", "-"), "--max-failures", "0", *options, link=link)
        self.good = 0

    def peer(self, *before):
        """Connected, and told these, each of them answered by one PDU."""
        q = Peer(self.receiver.port, self.context)
        for data in before:
            q.put(data).word()
        return q

    def serves(self, what):
        """Claims that a good peer is served, and that nothing but its object was ever stored."""
        r = send(self.receiver.port, samples()[0], link=self.link)
        self.good += r.returncode == 0
        names = self.receiver.files()
        claim(f"{self.name}, {what}: a good peer is served afterwards, and nothing else is there",
              r.returncode == 0 and len(names) == 1, f"{r.out} {names}")

    def memory(self):
        """KB resident."""
        with open(f"/proc/{self.receiver.process.pid}/status", encoding="ascii") as f:
            return next(int(line.split()[1]) for line in f if line.startswith("VmRSS:"))


def fronts(*options):
    """A receiver over TCP, then one over TLS."""
    authority = Authority(T / "ca")
    node = authority.node("node")
    context = ssl.create_default_context(cafile=str(authority.path))
    context.load_cert_chain(str(node[1]), str(node[0]))
    for name, link, wrapped in (("TCP", PLAIN, None), ("TLS", secure(node, authority), context)):
        front = Front(name, link, wrapped, *options)
        with front.receiver:
            yield front
            claim(f"{name}: the receiver ends with 0", front.receiver.stop() == 0, front.receiver.text()[-1500:])


def table(front, what, rows, meet):
    """One claim over rows of (name, ..., expected): meet(front, row) says what was seen, expected holds what may be."""
    wrong = []
    for row in rows:
        got = meet(front, row)
        fine = row[-1](got) if callable(row[-1]) else got in row[-1]
        if not fine:
            wrong.append(f"{row[0]}: {got}")
    claim(f"{front.name}, {what}: {len(rows)} kinds, each ends as it has to", not wrong, "\n".join(wrong))
    front.serves(what)
