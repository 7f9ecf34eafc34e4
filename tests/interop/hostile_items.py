# SPDX-License-Identifier: MIT
"""What PS3.8 and PS3.7 make possible to get wrong below the PDU: items of an association request, PDVs, elements of
a command set; over TCP and inside TLS. Where the standard says what becomes of it, that is claimed; elsewhere that it
is turned away or does no harm. Nothing of it is stored, and a good peer is served after each group."""
import struct

from hostile import RELEASE, fronts, table
from rawpeer import (ASSOCIATE_RQ, COMMAND, CT, IMPLICIT_LE, LAST, P_DATA, VERIFICATION, associate_rq, echo_rq, element,
                     item, object_bytes, p_data, pdu, pdv, store_rq, uid_value, us)

# ---- association requests: head, application context, presentation contexts, user information

TAKEN, REFUSED = ["accepted"], ["rejected", "abort by user", "abort by provider"]
EITHER = TAKEN + REFUSED
NAME = item(0x10, b"1.2.840.10008.3.1.1.1")
ABSTRACT, SYNTAX = item(0x30, CT.encode()), item(0x40, IMPLICIT_LE.encode())
LENGTH, CLASS_UID = item(0x51, struct.pack(">I", 16384)), item(0x52, b"1.2.3.4")


def head(version=1, reserved=b"\0\0", called=b"DCMSEC", calling=b"RAW", tail=bytes(32)):
    return struct.pack(">H2s16s16s32s", version, reserved, called.ljust(16), calling.ljust(16), tail)


def context(number=1, inner=ABSTRACT + SYNTAX, kind=0x20, reserved=b"\0\0\0"):
    return item(kind, struct.pack(">B3s", number, reserved) + inner)


def user(*inner):
    return item(0x50, b"".join(inner))


def rq(*items, **more):
    return pdu(ASSOCIATE_RQ, head(**more) + b"".join(items))


def odd(data, reserved=0xff):
    """The item with its reserved byte set."""
    return data[:1] + bytes([reserved]) + data[2:]


USER = user(LENGTH, CLASS_UID)
ROLE = item(0x54, struct.pack(">H", len(CT)) + CT.encode() + b"\0\1")
GOOD = (NAME, context(), USER)

RESERVED = [  # "this reserved field shall be sent with a value 00H but not tested to this value" (PS3.8 9.3.2)
    ("of the PDU", odd(rq(*GOOD)), TAKEN), ("after the version", rq(*GOOD, reserved=b"\xff\xff"), TAKEN),
    ("after the titles", rq(*GOOD, tail=b"\xff" * 32), TAKEN),
    ("of the application context", rq(odd(NAME), *GOOD[1:]), TAKEN),
    ("of a presentation context", rq(NAME, odd(context(reserved=b"\xff\xff\xff")), USER), TAKEN),
    ("of its items", rq(NAME, context(inner=odd(ABSTRACT) + odd(SYNTAX)), USER), TAKEN),
    ("of the user information", rq(NAME, context(), odd(user(odd(LENGTH), odd(CLASS_UID)))), TAKEN),
    ("version bits beside the first", rq(*GOOD, version=0xffff), TAKEN),
    ("version bits without the first", rq(*GOOD, version=0xfffe), ["rejected"]),
]
NESTING = [
    ("no items", rq(), REFUSED), ("no application context", rq(*GOOD[1:]), REFUSED),
    ("two application contexts", rq(NAME, *GOOD), EITHER),
    ("an empty application context", rq(item(0x10, b""), *GOOD[1:]), REFUSED),
    ("the application context last", rq(*GOOD[1:], NAME), EITHER),
    ("an application context of 300 characters", rq(item(0x10, b"1." + b"2" * 298), *GOOD[1:]), REFUSED),
    ("an application context with a NUL behind it", rq(item(0x10, b"1.2.840.10008.3.1.1.1\0"), *GOOD[1:]), EITHER),
    ("no user information", rq(NAME, context()), EITHER), ("two of them", rq(*GOOD, USER), EITHER),
    ("an empty one", rq(NAME, context(), user()), EITHER), ("user information first", rq(USER, NAME, context()), EITHER),
    ("an unknown item", rq(*GOOD, item(0x77, b"x" * 100)), TAKEN),  # shall be ignored (PS3.8 9.3.1)
    ("an unknown item of no length", rq(item(0, b""), *GOOD), TAKEN),
    ("an unknown sub-item", rq(NAME, context(), user(LENGTH, CLASS_UID, item(0x99, b"x"))), TAKEN),
    ("user information in a presentation context", rq(NAME, context(inner=ABSTRACT + SYNTAX + USER), USER), EITHER),
    ("a presentation context in the user information", rq(NAME, user(LENGTH, CLASS_UID, context())), REFUSED),
    ("presentation contexts in presentation contexts", rq(NAME, context(inner=context(inner=context())), USER), REFUSED),
    ("a context of an answer", rq(NAME, context(kind=0x21), USER), REFUSED),
    *((f"{n} bytes behind the last item", rq(*GOOD, b"\x50" * n), REFUSED) for n in (1, 2, 3)),
    *((f"the {what} one byte {how}", rq(*(part[:2] + struct.pack(">H", len(part) - 4 + d) + part[4:] if i == at else part
                                        for i, part in enumerate(GOOD))), REFUSED)
      for at, what in enumerate(("application context", "presentation context", "user information"))
      for d, how in ((1, "longer than it is"), (0xffff - len(GOOD[at]) + 4, "of 65535 bytes, and so"))),
    ("16,000 empty items", rq(*GOOD, *[item(0x77, b"")] * 16000), EITHER),
]
CONTEXTS = [
    ("none", rq(NAME, USER), REFUSED), ("number 0", rq(NAME, context(0), USER), EITHER),
    ("number 2, even", rq(NAME, context(2), USER), EITHER), ("number 255", rq(NAME, context(255), USER), TAKEN),
    ("a number twice", rq(NAME, context(1), context(1), USER), REFUSED),
    ("a number twice for other things", rq(NAME, context(1), context(1, item(0x30, VERIFICATION.encode()) + SYNTAX), USER),
     REFUSED),
    ("128 of them", rq(NAME, *[context(2 * i + 1) for i in range(128)], USER), TAKEN),
    ("129 of them", rq(NAME, *[context((2 * i + 1) & 255) for i in range(129)], USER), REFUSED),
    ("one of no length", rq(NAME, item(0x20, b""), USER), REFUSED),
    ("one of a number alone", rq(NAME, item(0x20, b"\1"), USER), REFUSED),
    ("no abstract syntax", rq(NAME, context(inner=SYNTAX), USER), EITHER),
    ("two abstract syntaxes", rq(NAME, context(inner=ABSTRACT * 2 + SYNTAX), USER), EITHER),
    ("no transfer syntax", rq(NAME, context(inner=ABSTRACT), USER), EITHER),
    ("the transfer syntax first", rq(NAME, context(inner=SYNTAX + ABSTRACT), USER), EITHER),
    ("1,000 transfer syntaxes", rq(NAME, context(inner=ABSTRACT + SYNTAX * 1000), USER), EITHER),
    *((f"an abstract syntax {what}", rq(NAME, context(inner=item(0x30, uid) + SYNTAX), USER), EITHER) for what, uid in (
        ("of no length", b""), ("of 65 characters", b"1." + b"2" * 63), ("of 5,000", b"1." + b"2" * 4998),
        ("with a newline", b"1.2\n.3"), ("with quotes", b'1.2","x":"y'), ("of escape sequences", b"\x1b[2J"),
        ("of NULs", bytes(20)))),
    *((f"a transfer syntax {what}", rq(NAME, context(inner=ABSTRACT + item(0x40, uid)), USER), EITHER) for what, uid in (
        ("of no length", b""), ("of 65 characters", b"1." + b"2" * 63), ("of NULs", bytes(20)), ("of a NUL too many",
                                                                                           IMPLICIT_LE.encode() + b"\0"))),
]
TITLES = [
    *((f"called {what}", rq(*GOOD, called=title), EITHER) for what, title in (
        ("spaces", b""), ("NULs", bytes(16)), ("a newline", b"A\n{\"event\":1}"), ("an escape", b"\x1b]0;x\7"))),
    *((f"calling {what}", rq(*GOOD, calling=title), EITHER) for what, title in (
        ("spaces", b""), ("NULs", bytes(16)), ("a newline", b"A\n{\"event\":1}"), ("an escape", b"\x1b]0;x\7"),
        ("Latin-1", "ÄÖÜ".encode("latin-1")), ("a path", b"../../../../etc"), ("quotes", b'","x":"y'))),
]
USERS = [
    ("no maximum length", user(CLASS_UID), EITHER), ("two maximum lengths", user(LENGTH, LENGTH, CLASS_UID), EITHER),
    *((f"a maximum length in {n} bytes", user(item(0x51, b"\0\0\x40\0\0"[:n]), CLASS_UID), REFUSED) for n in (0, 1, 3, 5)),
    ("a maximum length of 0: any", user(item(0x51, bytes(4)), CLASS_UID), TAKEN),
    ("a maximum length of 1", user(item(0x51, b"\0\0\0\1"), CLASS_UID), REFUSED),
    ("a maximum length of 4 GB", user(item(0x51, b"\xff" * 4), CLASS_UID), TAKEN),
    ("no implementation class", user(LENGTH), EITHER), ("one of 65 characters", user(LENGTH, item(0x52, b"1" * 65)), EITHER),
    ("one of control characters", user(LENGTH, item(0x52, b"\n\r\t\x1b\0")), EITHER),
    ("a version name of 17", user(LENGTH, CLASS_UID, item(0x55, b"V" * 17)), EITHER),
    ("a version name of control characters", user(LENGTH, CLASS_UID, item(0x55, b"\n{\"event\":1}\n\x1b[2J")), EITHER),
    *((f"an operations window of {n} bytes", user(LENGTH, CLASS_UID, item(0x53, bytes(n))), REFUSED) for n in (0, 1, 3)),
    ("roles", user(LENGTH, CLASS_UID, ROLE), TAKEN), ("roles twice", user(LENGTH, CLASS_UID, ROLE, ROLE), EITHER),
    *((f"a role item whose UID has {n} bytes and says {m}",
       user(LENGTH, CLASS_UID, item(0x54, struct.pack(">H", m) + b"1" * n + b"\0\1")), REFUSED)
      for n, m in ((4, 0xffff), (4, 5), (0, 3))),
    ("a role item of a byte", user(LENGTH, CLASS_UID, item(0x54, b"\0")), REFUSED),
    ("extended negotiation whose UID is longer than it",
     user(LENGTH, CLASS_UID, item(0x56, b"\xff\xff1.2")), REFUSED),
    ("an identity whose length lies", user(LENGTH, CLASS_UID, item(0x58, b"\2\1\xff\xffuser\0\0")), REFUSED),
    ("an identity of a kind that does not exist", user(LENGTH, CLASS_UID, item(0x58, b"\x63\1\0\4user\0\0")), EITHER),
    ("an identity of no length", user(LENGTH, CLASS_UID, item(0x58, b"")), REFUSED),
    ("a sub-item longer than the item", user(LENGTH, CLASS_UID[:2] + b"\xff\xff" + CLASS_UID[4:]), REFUSED),
]


def asked(front, row):
    q = front.peer()
    heard = q.put(row[1]).word()
    q.close()
    return heard


# ---- PDVs

ECHO = echo_rq()
ANSWERED = [["0000", "released"]]
BROKEN, MISUSED = [["abort by provider"]], [["abort by user"]]  # by the upper layer, and by DIMSE, its user (PS3.8 7.3, 7.4)
PDVS = [
    *((f"message control header {flags:02x}: its upper bits are not tested (PS3.8 E.2)",
       p_data(3, flags, ECHO), ANSWERED) for flags in (7, 0x83, 0xff)),
    *((f"context {number}, which was not accepted", p_data(number, 3, ECHO), BROKEN) for number in (0, 2, 4, 5, 254, 255)),
    *((f"{n} bytes in all", pdu(P_DATA, bytes(n)), BROKEN) for n in range(6)),
    *((f"a length of {n:#x} in a PDU with less", pdu(P_DATA, struct.pack(">IBB", n, 3, 3) + ECHO), BROKEN)
      for n in (len(ECHO) + 3, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff)),
    *((f"a length of {n}", pdu(P_DATA, struct.pack(">IBB", n, 3, 3)), BROKEN) for n in (0, 1)),
    ("a length that leaves a byte over", pdu(P_DATA, pdv(3, 3, ECHO) + b"\0"), [["0000", "abort by provider"], *BROKEN]),
    ("a second PDV in the PDU for another context", pdu(P_DATA, pdv(3, 3, ECHO) + pdv(9, 3, ECHO)),
     [["0000", "abort by provider"], *BROKEN]),
    ("a command in 1,000 PDVs of nothing and one", pdu(P_DATA, pdv(3, 1, b"") * 1000 + pdv(3, 3, ECHO)), ANSWERED),
    ("a command in PDVs of a byte", pdu(P_DATA, b"".join(pdv(3, 1, ECHO[i:i + 1]) for i in range(len(ECHO) - 1))
                                        + pdv(3, 3, ECHO[-1:])), ANSWERED),
    ("a command that goes on in another context", p_data(3, 1, ECHO[:20]) + p_data(1, 3, ECHO[20:]), MISUSED),
    ("a data set alone", p_data(1, LAST, object_bytes()), MISUSED), ("half of one", p_data(1, 0, object_bytes()), MISUSED),
    ("a data set within a command", p_data(1, COMMAND, ECHO[:20]) + p_data(1, LAST, object_bytes()), MISUSED),
    ("a command within an object", p_data(1, 3, store_rq(CT, "1.2.3")) + p_data(1, 0, object_bytes()[:20])
     + p_data(3, 3, ECHO), MISUSED),
    ("a command where its data set is due", p_data(1, 3, store_rq(CT, "1.2.3")) + p_data(1, 3, store_rq(CT, "1.2.3")), MISUSED),
    ("an object that goes on in another context", p_data(1, 3, store_rq(CT, "1.2.3")) + p_data(1, 0, object_bytes()[:20])
     + p_data(3, LAST, object_bytes()[20:]), MISUSED),
]

ASSOCIATE = associate_rq([(CT, [IMPLICIT_LE]), (VERIFICATION, [IMPLICIT_LE])])


def given(front, row):
    """What answers the PDVs, and a release behind them."""
    q = front.peer(ASSOCIATE)
    heard = q.put(row[1], RELEASE).words("released")
    q.close()
    return heard


# ---- command sets (PS3.7 6.3.1, E.1): each element of a C-STORE-RQ, one at a time

STORE = [(0x0002, uid_value(CT)), (0x0100, us(1)), (0x0110, us(1)), (0x0700, us(0)), (0x0800, us(0)),
         (0x1000, uid_value("1.2.3"))]
LABELS = {0x0000: "group length", 0x0002: "SOP class", 0x0100: "field", 0x0110: "message ID", 0x0700: "priority",
          0x0800: "data set type", 0x1000: "SOP instance"}


def encode(elements, length=None):
    body = b"".join(raw if raw is not None else element(tag, value) for tag, value, raw in elements)
    return element(0, struct.pack("<I", len(body) if length is None else length)) + body


def broken_commands():
    plain = [(tag, value, None) for tag, value in STORE]

    def swapped(i, *instead):
        return encode(plain[:i] + list(instead) + plain[i + 1:])

    for i, (tag, value, _) in enumerate(plain):
        name = LABELS[tag]
        yield f"no {name}", swapped(i)
        yield f"an empty {name}", swapped(i, (tag, b"", None))
        yield f"two of {name}", swapped(i, plain[i], plain[i])
        yield f"a {name} a byte long", swapped(i, (tag, value + b"\x41", None))
        yield f"a {name} a byte short", swapped(i, (tag, value[:-1], None))
        yield f"a {name} of twice the length", swapped(i, (tag, value * 2, None))
        yield f"a {name} out of order", encode([p for j, p in enumerate(plain) if j != i] + [plain[i]]
                                               if i < 5 else [plain[5], *plain[:5]])
        yield f"a {name} in another group", swapped(i, (tag | 0x00080000, value, None))
        for n in (len(value) + 2, 0xffff, 0x7fffffff, 0xfffffffe, 0xffffffff):
            yield f"a {name} that says {n:#x} bytes", swapped(
                i, (tag, value, struct.pack("<HHI", 0, tag, n) + value))
    for n in (0, 1, 7, 0xffff, 0x7fffffff, 0xffffffff):
        yield f"a group length of {n:#x}", encode(plain, n)
    good = encode(plain)
    yield "no group length", good[12:]
    yield "two group lengths", good[:12] + good
    yield "a group length of two bytes", element(0, us(len(good) - 12)) + good[12:]
    yield "explicit VR", b"".join(struct.pack("<HH2sH", 0, t, b"UI" if t in (2, 0x1000) else b"US", len(v)) + v for t, v in STORE)
    yield "big endian", b"".join(struct.pack(">HHI", 0, t, len(v)) + v for t, v in STORE)
    yield "nothing", b""
    for n in range(1, len(good), 5):
        yield f"its first {n} bytes", good[:n]
    for field in (0, 2, 0x10, 0x20, 0x21, 0x30, 0x100, 0x110, 0x120, 0x130, 0x140, 0x150, 0x8001, 0x8030, 0xfff, 0xffff):
        yield f"the field {field:04x}", swapped(1, (0x0100, us(field), None))
    for uid in (b"1.2.3\0x", b"../../x\0", b"1.2\n3\0", b"1..2\0", b".\0", b"\0\0", b" \0", b"1" * 66, b"1." + b"2" * 64, b"\xff\xfe"):
        yield f"the SOP instance {uid}", swapped(5, (0x1000, uid, None))
        yield f"the SOP class {uid}", swapped(0, (0x0002, uid, None))


def commanded(front, row):
    """A data set that cannot be stored goes with it, so that even what is taken leaves nothing."""
    q = front.peer(ASSOCIATE)
    heard = q.put(p_data(1, 3, row[1]), p_data(1, LAST, object_bytes()[:-3]), RELEASE).words("released")
    q.close()
    return heard


def refused(heard):
    """Aborted, or answered, but not with success, and then released."""
    statuses = [w for w in heard if len(w) == 4]
    return heard[-1] in ("abort by user", "released") and "0000" not in statuses and set(heard[:-1]) <= set(statuses)


for front in fronts():
    table(front, "reserved fields of a request", RESERVED, asked)
    table(front, "items of a request", NESTING, asked)
    table(front, "presentation contexts", CONTEXTS, asked)
    table(front, "titles", TITLES, asked)
    table(front, "user information", [(what, rq(NAME, context(), info), how) for what, info, how in USERS], asked)
    table(front, "PDVs", PDVS, given)
    table(front, "command sets", [(*row, refused) for row in broken_commands()], commanded)
