# SPDX-License-Identifier: MIT
"""A DICOM peer that does what the script says, legal or not: PDUs (PS3.8 9.3), command sets (PS3.7 6.3) and
data sets from their bytes. It shares nothing with what it tests."""
import socket
import struct
import threading

from harness import WAIT

IMPLICIT_LE, EXPLICIT_LE, DEFLATED_LE = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99"
VERIFICATION = "1.2.840.10008.1.1"
CT, MR = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.4"
ASSOCIATE_RQ, ASSOCIATE_AC, ASSOCIATE_RJ, P_DATA, RELEASE_RQ, RELEASE_RP, ABORT = range(1, 8)
C_STORE_RQ, C_STORE_RSP, C_ECHO_RQ, C_ECHO_RSP = 0x0001, 0x8001, 0x0030, 0x8030
COMMAND, LAST = 1, 2  # of a message control header


def pdu(kind, body):
    return struct.pack(">BxI", kind, len(body)) + body


def item(kind, body):
    return struct.pack(">BxH", kind, len(body)) + body


def uid_bytes(uid):
    return uid if isinstance(uid, bytes) else uid.encode()


def user_information(max_pdu, window=None):
    """window: the operations that may be invoked before their answers (PS3.7 D.3.3.3); None says nothing of it."""
    more = b"" if window is None else item(0x53, struct.pack(">HH", window, 1))
    return item(0x50, item(0x51, struct.pack(">I", max_pdu)) + item(0x52, b"1.2.3.4") + more)


def associate_rq(contexts, calling="RAW", called="DCMSEC", max_pdu=16384, window=None):
    """contexts: (abstract syntax, [transfer syntaxes]), numbered 1, 3, 5 ..."""
    body = struct.pack(">HH16s16s32x", 1, 0, called.encode().ljust(16), calling.encode().ljust(16))
    body += item(0x10, b"1.2.840.10008.3.1.1.1")
    for i, (abstract, syntaxes) in enumerate(contexts):
        inner = item(0x30, uid_bytes(abstract)) + b"".join(item(0x40, uid_bytes(s)) for s in syntaxes)
        body += item(0x20, struct.pack(">Bxxx", 2 * i + 1) + inner)
    return pdu(ASSOCIATE_RQ, body + user_information(max_pdu, window))


def proposed(rq_body):
    """(id, abstract syntax, [transfer syntaxes]) of each context in the body of an A-ASSOCIATE-RQ."""
    contexts, at = [], 68
    while at + 4 <= len(rq_body):
        kind, n = struct.unpack(">BxH", rq_body[at:at + 4])
        if kind == 0x20:
            inner, where, end = [], at + 8, at + 4 + n
            while where < end:
                m = struct.unpack(">H", rq_body[where + 2:where + 4])[0]
                inner.append((rq_body[where], rq_body[where + 4:where + 4 + m].decode()))
                where += 4 + m
            contexts.append((rq_body[at + 4], inner[0][1], [u for k, u in inner if k == 0x40]))
        at += 4 + n
    return contexts


def associate_ac(rq_body, max_pdu=16384, result=0):
    """Takes each context with the first of its transfer syntaxes."""
    body = rq_body[:68] + item(0x10, b"1.2.840.10008.3.1.1.1")
    for number, _, syntaxes in proposed(rq_body):
        body += item(0x21, struct.pack(">BxBx", number, result) + item(0x40, syntaxes[0].encode()))
    return pdu(ASSOCIATE_AC, body + user_information(max_pdu))


def pdv(context, flags, data):
    return struct.pack(">IBB", len(data) + 2, context, flags) + data


def p_data(context, flags, data):
    return pdu(P_DATA, pdv(context, flags, data))


def element(tag, value):
    """In implicit VR little endian."""
    return struct.pack("<HHI", tag >> 16, tag & 0xffff, len(value)) + value


def uid_value(uid):
    uid = uid_bytes(uid)
    return uid + b"\0" * (len(uid) % 2)


def us(value):
    return struct.pack("<H", value)


def command(*elements):
    """A command set with its group length (PS3.7 E.1)."""
    body = b"".join(element(tag, value) for tag, value in elements)
    return element(0x00000000, struct.pack("<I", len(body))) + body


def store_rq(sop_class, instance, number=1):
    return command((0x00000002, uid_value(sop_class)), (0x00000100, us(C_STORE_RQ)), (0x00000110, us(number)),
                   (0x00000700, us(0)), (0x00000800, us(0)), (0x00001000, uid_value(instance)))


def store_rsp(status, number=1, sop_class=None, instance=None, field=C_STORE_RSP):
    """The UIDs may be left out, and if they are there, they are those of the request (PS3.7 9.1.1.1)."""
    uids = [[(tag, uid_value(uid))] if uid else [] for tag, uid in ((0x00000002, sop_class), (0x00001000, instance))]
    return command(*uids[0], (0x00000100, us(field)), (0x00000120, us(number)), (0x00000800, us(0x101)),
                   (0x00000900, us(status)), *uids[1])


def echo_rq(number=1):
    return command((0x00000002, uid_value(VERIFICATION)), (0x00000100, us(C_ECHO_RQ)), (0x00000110, us(number)),
                   (0x00000800, us(0x101)))


def parse_command(data):
    values, at = {}, 0
    while at + 8 <= len(data):
        group, number, n = struct.unpack("<HHI", data[at:at + 8])
        values[group << 16 | number] = data[at + 8:at + 8 + n]
        at += 8 + n
    return values


def object_bytes(sop_class=CT, instance="1.2.3", more=b"", patient=b"RAW^PEER"):
    """A small data set in implicit VR little endian; more comes behind it."""
    return (element(0x00080016, uid_value(sop_class)) + element(0x00080018, uid_value(instance))
            + element(0x00100010, patient + b" " * (len(patient) % 2)) + more)


def explicit_file(sop_class, instance, pixels):
    """A small file (PS3.10 7.1) in explicit VR little endian."""
    def ui(tag, uid):
        value = uid_value(uid)
        return struct.pack("<HH2sH", tag >> 16, tag & 0xffff, b"UI", len(value)) + value
    version = struct.pack("<HH2sHI", 2, 1, b"OB", 0, 2) + b"\0\1"
    meta = (version + ui(0x00020002, sop_class) + ui(0x00020003, instance)
            + ui(0x00020010, EXPLICIT_LE) + ui(0x00020012, "1.2.3.4"))
    return (bytes(128) + b"DICM" + struct.pack("<HH2sHI", 2, 0, b"UL", 4, len(meta)) + meta + ui(0x00080016, sop_class)
            + ui(0x00080018, instance) + struct.pack("<HH2sHI", 0x7fe0, 0x10, b"OW", 0, len(pixels)) + pixels)


class Gone(Exception):
    """The other side closed."""


class Wire:
    """A socket in PDUs; every wait is bounded."""

    def __init__(self, sock):
        self.sock, self.context = sock, 1  # that of the last command, in which it is answered
        sock.settimeout(WAIT)

    def put(self, *data):
        self.sock.sendall(b"".join(data))

    def take(self, n):
        data = b""
        while len(data) < n:
            got = self.sock.recv(n - len(data))
            if not got:
                raise Gone()
            data += got
        return data

    def get(self):
        """(type, body) of the next PDU."""
        kind, n = struct.unpack(">BxI", self.take(6))
        return kind, self.take(n)

    def ending(self):
        """What the other side does last: "abort", "closed", "rejected" or the number of another PDU."""
        try:
            while True:
                kind, body = self.get()
                if kind == ABORT:
                    return "abort"
                if kind == ASSOCIATE_RJ:
                    return "rejected"
                if kind != P_DATA:
                    return kind
        except (Gone, ConnectionError):
            return "closed"

    def message(self):
        """The next command set as {tag: value}, and behind it, if it has one, its data set."""
        parts = {COMMAND: b"", 0: b""}
        while True:
            kind, body = self.get()
            if kind != P_DATA:
                raise Gone(f"PDU {kind}")
            while body:
                n, context, flags = struct.unpack(">IBB", body[:6])
                parts[flags & COMMAND] += body[6:n + 4]
                if flags & COMMAND:
                    self.context = context
                body = body[n + 4:]
                if flags & LAST and (flags & COMMAND == 0 or
                                     parse_command(parts[COMMAND]).get(0x800) == us(0x101)):
                    return parse_command(parts[COMMAND]), parts[0]

    def close(self):
        self.sock.close()

    def reset(self):
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


class Requestor(Wire):
    """Connects, and opens an association when it is given contexts."""

    def __init__(self, port, contexts=None, **more):
        super().__init__(socket.create_connection(("127.0.0.1", port), WAIT))
        self.answer = None
        if contexts:
            self.put(associate_rq(contexts, **more))
            self.answer = self.get()

    def status(self):
        """That of the next response."""
        return "%04X" % struct.unpack("<H", self.message()[0][0x900])[0]

    def store(self, data, sop_class=CT, instance="1.2.3", context=1, number=1):
        self.put(p_data(context, COMMAND | LAST, store_rq(sop_class, instance, number)),
                 p_data(context, LAST, data))
        return self.status()

    def release(self):
        self.put(pdu(RELEASE_RQ, bytes(4)))
        return self.get()[0] == RELEASE_RP


class Acceptor:
    """Listens, and runs the script on each connection, given as a Wire, in a thread of its own."""

    def __init__(self, script):
        self.script, self.connections = script, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, args=(self.listener,), daemon=True)
        self.thread.start()

    def _serve(self, listener):
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            wire = Wire(sock)
            self.connections += 1
            wire.connection = self.connections  # the next one may come before its thread runs
            threading.Thread(target=self._run, args=(wire,), daemon=True).start()

    def _run(self, wire):
        try:
            self.script(wire)
        except (Gone, OSError):
            pass
        wire.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()
