# SPDX-License-Identifier: MIT
"""What the tests of our callers share: an acceptor that does on its first connection what a script says, legal or not,
and behaves on all others; and what send, echo and storescu made of it. It shares nothing with what it tests."""
import concurrent.futures
import contextlib
import os
import re
import socket
import ssl
import struct
import threading

from harness import DCMSEC, SAMPLES, T, WAIT, Authority, claim, run
from hostile import WORDS
from peers import PLAIN, events, secure
from rawpeer import (ABORT, COMMAND, LAST, P_DATA, RELEASE_RP, RELEASE_RQ, Gone, Wire, associate_ac, p_data, parse_command,
                     pdu, store_rsp)

ALL = os.environ.get("HOSTILE") == "all"  # otherwise a part of the rows, for a shorter run
OBJECT = SAMPLES / "test_files/CT_small.dcm"
CODES = {0, 1, 4, 5, 6}  # of the manual, what a peer can bring about
# A peer that stalls is waited for; one that answers has time to, whatever else this machine does.
QUICK, PATIENT = ("--associate-timeout", "8s", "--dimse-timeout", "8s"), ("--associate-timeout", "60s", "--dimse-timeout", "60s")
AGAIN = ("--retry", "1", "--retry-wait", "1ms")
RELEASED = pdu(RELEASE_RP, bytes(4))


class Talk(Wire):
    """One connection to us. Nothing that it does fails when the other side has closed."""

    def __init__(self, sock):
        super().__init__(sock)
        self.rq, self.requests = b"", []  # the body of the A-ASSOCIATE-RQ, and the command sets that were whole

    def put(self, *data):
        with contextlib.suppress(OSError):
            super().put(*data)
        return self

    def word(self):
        """The next PDU in a word, an abort with its source and reason; "closed" when there is none."""
        try:
            kind, body = self.get()
        except (Gone, OSError):
            return "closed"
        return f"abort {body[2]} {body[3]}" if kind == ABORT else WORDS.get(kind, "data" if kind == P_DATA else f"PDU {kind:02x}")

    def words(self, *until):
        """All that comes up to one of these, an abort or the close."""
        heard = [self.word()]
        while heard[-1] not in ("closed", *until) and not heard[-1].startswith("abort"):
            heard.append(self.word())
        return heard

    def finish(self):
        """Nothing more comes from here: a close of the connection in this direction."""
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self.sock, socket.SHUT_WR)
        return self

    # ---- what a good acceptor does

    def asked(self):
        self.rq = self.get()[1]
        return self

    def accept(self, **more):
        return self.asked().put(associate_ac(self.rq, **more))

    def object(self):
        """The next request, with all of its data; its message ID."""
        self.requests.append(self.message()[0])
        return self.number()

    def number(self):
        return struct.unpack("<H", self.requests[-1][0x110])[0]

    def answer(self, status=0, **more):
        """A good answer to the last request."""
        request = self.requests[-1]
        field = struct.unpack("<H", request[0x100])[0] | 0x8000
        if 0x1000 in request:
            more.setdefault("instance", request[0x1000].rstrip(b"\0"))
        return p_data(self.context, COMMAND | LAST, store_rsp(status, self.number(), field=field, **more))

    def serve(self):
        """Stores all, and confirms the release; how it ended."""
        while True:
            try:
                self.object()
            except Gone as gone:
                if str(gone) == f"PDU {RELEASE_RQ}":
                    return self.put(RELEASED).words()
                return [str(gone) or "closed"]
            except OSError:
                return ["closed"]
            self.put(self.answer())

    def message(self):
        """As above; an abort is told with its source and reason."""
        parts = {COMMAND: b"", 0: b""}
        while True:
            kind, body = self.get()
            if kind != P_DATA:
                raise Gone(f"abort {body[2]} {body[3]}" if kind == ABORT else f"PDU {kind}")
            while body:
                n, context, flags = struct.unpack(">IBB", body[:6])
                parts[flags & COMMAND] += body[6:n + 4]
                if flags & COMMAND:
                    self.context = context
                body = body[n + 4:]
                command = parse_command(parts[COMMAND]) if flags & LAST else {}
                if flags & LAST and (flags & COMMAND == 0 or command.get(0x800) == b"\1\1"):
                    return parse_command(parts[COMMAND]), parts[0]


class Side:
    """TCP, or TLS: the options of a caller, and what an acceptor puts around its sockets."""

    def __init__(self, name, link, context=None):
        self.name, self.link, self.context = name, link, context

    def wrap(self, sock):
        sock.settimeout(WAIT)
        if sock.family == socket.AF_INET:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self.context.wrap_socket(sock, server_side=True) if self.context else sock


def sides():
    authority = Authority(T / "ca")
    node = authority.node("node")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(str(node[1]), str(node[0]))
    context.load_verify_locations(str(authority.path))
    context.verify_mode = ssl.CERT_REQUIRED
    return Side("TCP", PLAIN), Side("TLS", secure(node, authority), context)


class Seen:
    """What came of one caller: .heard by the script, .code, .lines on standard error, .stored paths, .connections."""

    def __init__(self, side, script, applet="send", paths=(OBJECT,), options=PATIENT, raw=False):
        self.heard, self.connections, self.trouble, self.talks = ["nobody came"], 0, None, []
        with socket.create_server(("127.0.0.1", 0), backlog=8) as listener:
            port = listener.getsockname()[1]
            thread = threading.Thread(target=self._serve, args=(listener, side, script, raw), daemon=True)
            thread.start()
            where = [f"127.0.0.1:{port}"] if applet != "storescu" else ["127.0.0.1", port]
            words = [*side.link, "--json"] if applet != "storescu" else []
            r = run(DCMSEC, applet, *words, *options, *where, *(paths if applet != "echo" else ()), timeout=WAIT * 2)
            socket.socket.shutdown(listener, socket.SHUT_RDWR)
            thread.join(WAIT)
        self.code, self.out, self.lines = r.returncode, r.stdout, r.stderr.splitlines()
        self.events = events(r.stdout)
        self.stored = [e["path"] for e in self.events if e["event"] == "object" and e["result"] == "stored"]
        self.applet, self.n = applet, len(paths)

    def _serve(self, listener, side, script, raw):
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            self.connections += 1
            talk = None
            try:
                first = self.connections == 1
                talk = Talk(sock if raw and first else side.wrap(sock))
                self.talks.append(talk)
                if first:
                    self.heard = script(talk)
                else:
                    talk.accept().serve()
            except Exception as gone:  # also a script's own: the other side is not to wait for it
                self.trouble = repr(gone)
            with contextlib.suppress(OSError):
                (talk or sock).close()

    def sound(self):
        """What has to be true of every run; what is not, in words."""
        wrong = []
        if self.code not in CODES:
            wrong.append(f"it ended with {self.code}")
        if any(re.search(r"[^ -~]", line) for line in self.lines) or len(self.lines) > self.n + 2:
            wrong.append("its lines are not what they should be")
        if self.code and not self.lines:
            wrong.append("it failed without a word")
        if len(self.stored) != len(set(self.stored)):
            wrong.append("an object was told as stored twice")
        if self.applet == "send":
            summary = self.events[-1] if self.events else {}
            sums = [summary.get(k, -1) for k in ("stored", "failed", "unsent")]
            if summary.get("event") != "summary" or sums[0] != len(self.stored) or sum(sums) != self.n:
                wrong.append(f"its sums are wrong: {summary}")
            if (self.code == 0) != (len(self.stored) == self.n):
                wrong.append("its exit code is not what its objects say")
        return wrong

    def __str__(self):
        return f"heard {self.heard} {self.trouble or ''}, code {self.code}, {len(self.stored)} stored, " \
               f"{self.connections} connections: {' / '.join(self.lines)[-400:]}"


def table(what, rows, meet):
    """One claim over rows: meet(row) is a Seen and what is wrong about it, in words."""
    def judged(row):
        seen, wrong = meet(row)
        wrong = seen.sound() + wrong
        return f"{row[0]}: {'; '.join(wrong)}: {seen}" if wrong else None
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        wrong = [w for w in pool.map(judged, rows) if w]
    claim(f"{what}: {len(rows)} kinds, each ends as it has to", not wrong, "\n".join(wrong))


def part(rows, of):
    """All rows where that is wanted, otherwise every so-manieth."""
    rows = list(rows)
    return rows if ALL else rows[::of]
