# SPDX-License-Identifier: MIT
"""What PS3.8 and PS3.7 make possible to get wrong in an acceptor's answers: items of an A-ASSOCIATE-AC, PDVs, elements of
a command set, statuses, and answers to something else. An object counts as stored if the answer to just that object
says so, and in no other case; what breaks a rule is met by an A-ABORT, and told in a line."""
import pathlib
import struct

from acceptors import Seen, part, sides, table
from harness import SAMPLES
from rawpeer import (COMMAND, CT, EXPLICIT_LE, IMPLICIT_LE, LAST, P_DATA, VERIFICATION, associate_ac, echo_rq,
                     element, item, object_bytes, p_data, pdu, pdv, proposed, store_rq, store_rsp, uid_value, us)

tcp, tls = sides()
BY_PROVIDER = [f"abort 2 {r}" for r in (4, 5, 6)]  # an unrecognized, unexpected or invalid parameter (PS3.8 9.3.8)
BY_USER, INVALID = "abort 0 0", "abort 2 6"  # DIMSE gives up (PS3.8 7.3); the upper layer does, for a wrong value
TAKEN, REFUSED, UNSENT, EITHER = range(4)  # served; aborted; no context for the object; any of these

# ---- A-ASSOCIATE-AC

NAME = item(0x10, b"1.2.840.10008.3.1.1.1")
LENGTH, CLASS_UID = item(0x51, struct.pack(">I", 16384)), item(0x52, b"1.2.3.4")
SYNTAX = item(0x40, EXPLICIT_LE.encode())
ROLE = item(0x54, struct.pack(">H", len(CT)) + CT.encode() + b"\0\1")


def user(*inner):
    return item(0x50, b"".join(inner))


def context(number=1, result=0, inner=SYNTAX, kind=0x21):
    return item(kind, struct.pack(">BxBx", number, result) + inner)


USER, GOOD = user(LENGTH, CLASS_UID), (NAME, context(), context(3, inner=item(0x40, IMPLICIT_LE.encode())), None)


def ac(*items, version=1, titles=None):
    """An answer to the request; None among the items is the usual user information."""
    def make(rq):
        head = struct.pack(">H", version) + rq[2:4] + (rq[4:68] if titles is None else titles)
        return pdu(2, head + b"".join(USER if i is None else i for i in items))
    return make


def with_user(*inner):
    return ac(*GOOD[:3], user(*inner))


def longer(at, by):
    part_ = [USER if i is None else i for i in GOOD]
    part_[at] = part_[at][:2] + struct.pack(">H", (len(part_[at]) - 4 + by) & 0xffff) + part_[at][4:]
    return ac(*part_)


ANSWERS = [
    ("as it should be", ac(*GOOD), TAKEN), ("protocol version 0", ac(*GOOD, version=0), REFUSED),
    ("version bits beside the first", ac(*GOOD, version=0xffff), TAKEN),
    ("version bits without the first", ac(*GOOD, version=0xfffe), REFUSED),
    *((f"titles of {what}: not to be tested (PS3.8 9.3.3)", ac(*GOOD, titles=title), TAKEN) for what, title in (
        ("other peers", b"OTHER".ljust(64)), ("NULs", bytes(64)), ("control characters", b"\x1b[2J\n{}\0" * 8))),
    ("no items", ac(), REFUSED), ("no application context", ac(*GOOD[1:]), REFUSED),
    ("two application contexts", ac(NAME, *GOOD), REFUSED), ("an empty one", ac(item(0x10, b""), *GOOD[1:]), EITHER),
    ("another one", ac(item(0x10, b"1.2.3"), *GOOD[1:]), EITHER), ("it comes last", ac(*GOOD[1:], NAME), EITHER),
    ("no presentation context", ac(NAME, None), REFUSED), ("one of the two", ac(NAME, context(), None), TAKEN),
    ("the other of the two", ac(NAME, GOOD[2], None), TAKEN), ("no user information", ac(*GOOD[:3]), REFUSED),
    ("two of them", ac(*GOOD, USER), REFUSED), ("an empty one", ac(*GOOD[:3], user()), EITHER),
    ("an unknown item", ac(*GOOD, item(0x77, b"x" * 100)), TAKEN),  # shall be ignored (PS3.8 9.3.1)
    ("an unknown sub-item", with_user(LENGTH, CLASS_UID, item(0x99, b"x")), TAKEN),
    ("6,000 empty items", ac(*GOOD, *[item(0x77, b"")] * 6000), EITHER),
    *((f"an item of {n} bytes behind a length", ac(*GOOD, b"\x77\0\xff\xff" + b"x" * n), REFUSED) for n in (0, 1, 100)),
    *((f"the {what} {by} bytes longer than it is", longer(at, by), REFUSED) for at, what in (
        (0, "application context"), (1, "presentation context"), (3, "user information")) for by in (1, 30000)),
    *((f"{n} bytes behind the last item", ac(*GOOD, b"\x50" * n), REFUSED) for n in (1, 2, 3)),
    ("a context of a request", ac(NAME, context(kind=0x20), None), REFUSED),
    *((f"context {n}, which was not proposed", ac(*GOOD[:3], context(n), None), REFUSED) for n in (5, 9, 255)),
    *((f"context {n}, which is even", ac(*GOOD[:3], context(n), None), REFUSED) for n in (0, 2, 254)),
    ("context 1 twice", ac(NAME, context(), context(), None), REFUSED),
    ("context 1 accepted and refused", ac(NAME, context(), context(1, 3), None), REFUSED),
    *((f"both refused with {n}", ac(NAME, context(1, n), context(3, n), None), UNSENT) for n in (1, 2, 3, 4)),
    *((f"both with the result {n}, which does not exist", ac(NAME, context(1, n), context(3, n), None), UNSENT)
      for n in (5, 127, 255)),
    ("refused without a transfer syntax", ac(NAME, context(1, 3, b""), context(3, 4, b""), None), UNSENT),
    ("accepted without a transfer syntax", ac(NAME, context(inner=b""), None), REFUSED),
    ("accepted with two", ac(NAME, context(inner=SYNTAX * 2), None), REFUSED),
    *((f"accepted with {what}", ac(NAME, context(inner=item(0x40, uid)), None), REFUSED) for what, uid in (
        ("one that was not proposed", b"1.2.840.10008.1.2.4.50"), ("no UID", b""), ("one of 65 characters", b"1." + b"2" * 63),
        ("one with a newline", b"1.2\n.3"), ("its name", b"ExplicitVRLittleEndian"))),
    ("one of a byte", ac(NAME, item(0x21, b"\1"), None), REFUSED),
    ("no maximum length", with_user(CLASS_UID), REFUSED), ("two of them", with_user(LENGTH, LENGTH, CLASS_UID), REFUSED),
    *((f"a maximum length in {n} bytes", with_user(item(0x51, b"\0\0\x40\0\0"[:n]), CLASS_UID), REFUSED) for n in (0, 1, 3, 5)),
    *((f"a maximum length of {n}", with_user(item(0x51, struct.pack(">I", n)), CLASS_UID), how) for n, how in (
        (0, TAKEN), (1, REFUSED), (6, REFUSED), (63, REFUSED), (64, EITHER), (127, EITHER), (1000, TAKEN), (16384, TAKEN),
        (0x7fffffff, TAKEN), (0xffffffff, TAKEN))),
    ("no implementation class", with_user(LENGTH), EITHER), ("an empty one", with_user(LENGTH, item(0x52, b"")), EITHER),
    ("one of 65 characters", with_user(LENGTH, item(0x52, b"1" * 65)), EITHER),
    ("one of control characters", with_user(LENGTH, item(0x52, b"\n\r\t\x1b\0")), EITHER),
    ("a version name of 17", with_user(LENGTH, CLASS_UID, item(0x55, b"V" * 17)), EITHER),
    ("one of control characters", with_user(LENGTH, CLASS_UID, item(0x55, b"\n{}\n\x1b[2J")), EITHER),
    *((f"a window of {n} bytes", with_user(LENGTH, CLASS_UID, item(0x53, bytes(n))), REFUSED) for n in (0, 1, 3)),
    *((f"a window of {n}", with_user(LENGTH, CLASS_UID, item(0x53, struct.pack(">HH", n, 1))), TAKEN) for n in (0, 1, 65, 0xffff)),
    ("two windows", with_user(LENGTH, CLASS_UID, *[item(0x53, b"\0\1\0\1")] * 2), REFUSED),
    ("a role that was not proposed", with_user(LENGTH, CLASS_UID, ROLE), EITHER),
    *((f"a role whose UID has {n} bytes and says {m}",
       with_user(LENGTH, CLASS_UID, item(0x54, struct.pack(">H", m) + b"1" * n + b"\0\1")), REFUSED)
      for n, m in ((4, 0xffff), (4, 5), (0, 3))),
    ("extended negotiation that was not proposed", with_user(LENGTH, CLASS_UID, item(0x56, b"\0\0031.2\1")), EITHER),
    ("a yes to an identity that was not told", with_user(LENGTH, CLASS_UID, item(0x59, b"\0\0")), EITHER),
    ("one whose length lies", with_user(LENGTH, CLASS_UID, item(0x59, b"\xff\xffx")), REFUSED),
    ("an identity, as in a request", with_user(LENGTH, CLASS_UID, item(0x58, b"\2\1\0\1u\0\0")), EITHER),
    ("a sub-item longer than the item", with_user(LENGTH, CLASS_UID[:2] + b"\xff\xff" + CLASS_UID[4:]), REFUSED),
]


def answered(side, row):
    def script(talk):
        return talk.put(row[1](talk.asked().rq)).serve()
    seen = Seen(side, script)
    outcomes = {TAKEN: (seen.heard == ["closed"], 0, 1), UNSENT: (seen.heard == ["closed"], 1, 0),
                REFUSED: (seen.heard[-1] in BY_PROVIDER, 6, 0)}
    fits = [kind for kind, (heard, code, stored) in outcomes.items()
            if heard and (seen.code, len(seen.stored)) == (code, stored)]
    return seen, [] if fits and row[2] in (EITHER, *fits) else [f"not {['taken', 'refused', 'unsent', 'sound'][row[2]]}"]


# ---- answers to a C-STORE-RQ; number and instance are those of the request

RSP = [(0x0002, "SOP class", uid_value(CT)), (0x0100, "field", us(0x8001)), (0x0120, "message ID", None),
       (0x0800, "data set type", us(0x101)), (0x0900, "status", us(0)), (0x1000, "SOP instance", None)]


def encode(elements, length=None):
    body = b"".join(element(tag, value) if raw is None else raw for tag, value, raw in elements)
    return element(0, struct.pack("<I", len(body) if length is None else length)) + body


def change(act):
    """A command set made from the good elements by act(elements)."""
    def make(number, instance):
        values = {0x0120: us(number), 0x1000: uid_value(instance)}
        return act([(tag, values.get(tag, value), None) for tag, _, value in RSP])
    return make


def instead(i, *new):
    """new: functions of (tag, value) that give an element each."""
    return change(lambda plain: encode(plain[:i] + [n(*plain[i][:2]) for n in new] + plain[i + 1:]))


def command_sets():
    """(name, function of number and instance, may it count)."""
    same = lambda t, v: (t, v, None)
    yield "as it should be", change(encode), True
    for i, (tag, name, _) in enumerate(RSP):
        optional = tag in (0x0002, 0x1000)  # U(=) in PS3.7 Table 9.1-1
        yield f"no {name}", instead(i), optional
        yield f"an empty {name}", instead(i, lambda t, v: (t, b"", None)), None if optional else False
        yield f"two of {name}", instead(i, same, same), False
        yield f"a {name} a byte long", instead(i, lambda t, v: (t, v + b"\x41", None)), False
        yield f"a {name} a byte short", instead(i, lambda t, v: (t, v[:-1], None)), False
        yield f"a {name} of twice the length", instead(i, lambda t, v: (t, v * 2, None)), False
        yield f"a {name} in another group", instead(i, lambda t, v: (t | 0x00080000, v, None)), False
        yield f"a {name} out of order", change(lambda p, i=i: encode([p[-1], *p[:-1]] if i == 5 else
                                                                     p[:i] + p[i + 1:] + [p[i]])), False
        for n in (0xffff, 0x7fffffff, 0xfffffffe, 0xffffffff):
            yield f"a {name} that says {n:#x} bytes", instead(
                i, lambda t, v, n=n: (t, v, struct.pack("<HHI", 0, t, n) + v)), False
    for n in (0, 1, 7, 0xffff, 0x7fffffff, 0xffffffff):
        yield f"a group length of {n:#x}", change(lambda p, n=n: encode(p, n)), False
    yield "no group length", change(lambda p: encode(p)[12:]), False
    yield "two group lengths", change(lambda p: encode(p)[:12] + encode(p)), False
    yield "big endian", change(lambda p: b"".join(struct.pack(">HHI", 0, t, len(v)) + v for t, v, _ in p)), False
    yield "nothing", change(lambda p: b""), False
    for n in range(1, 120, 7):
        yield f"its first {n} bytes", change(lambda p, n=n: encode(p)[:n]), False
    for field in (0, 1, 0x30, 0x110, 0x0fff, 0x8000, 0x8010, 0x8020, 0x8021, 0x8030, 0x8100, 0x8140, 0xffff):
        yield f"the field {field:04x}", instead(1, lambda t, v, f=field: (t, us(f), None)), False
    for number in (0, 2, 7, 0x100, 0xffff):
        yield f"message ID {number}", instead(2, lambda t, v, n=number: (t, us(n), None)), False
    for kind in (0, 1, 0x100, 0x102, 0xffff):
        yield f"a data set of type {kind:04x}", instead(3, lambda t, v, k=kind: (t, us(k), None)), False
    for uid in (b"1.2.3\0", b"../../x\0", b"1.2\n3\0", b"1" * 66, b"\xff\xfe"):
        yield f"the SOP instance {uid[:9]}", instead(5, lambda t, v, u=uid: (t, u, None)), False
    yield "the SOP class of another object", instead(0, lambda t, v: (t, uid_value(VERIFICATION), None)), None
    yield "a comment of escape sequences", change(lambda p: encode(p[:5] + [(0x902, b"\x1b[2J\n{}\n", None)] + p[5:])), True
    yield "a comment of 4,000", change(lambda p: encode(p[:5] + [(0x902, b"x" * 3800, None)] + p[5:])), True
    yield "a comment of 60,000", change(lambda p: encode(p[:5] + [(0x902, b"x" * 60000, None)] + p[5:])), False


def commanded(side, row):
    """Where there is an answer too many, the caller has an end too: what is claimed is that nothing else counts."""
    def script(talk):
        talk.accept().object()
        instance = talk.requests[-1][0x1000].rstrip(b"\0")
        return talk.put(p_data(talk.context, COMMAND | LAST, row[1](talk.number(), instance))).serve()
    return judged(Seen(side, script), row[2])


def judged(seen, counts):
    """counts: whether it has to, must not (False, or by which abort), or may (None)."""
    fine = [seen.heard == ["closed"] and seen.code == 0,
            seen.heard[-1] == (counts or BY_USER) and seen.code == 1 and not seen.stored]
    return seen, [] if fine[counts is not True] or (counts is None and any(fine)) else [f"not {'stored' if counts is True else 'aborted'}"]


# ---- PDVs and messages

def good(talk):
    return talk.answer()[12:]


HALF = 30
MESSAGES = [  # name, bytes of what is said after the object, may it count
    ("in PDVs of a byte", lambda t: b"".join(p_data(1, COMMAND, good(t)[i:i + 1]) for i in range(len(good(t)) - 1))
     + p_data(1, 3, good(t)[-1:]), True),
    ("in a PDU of many PDVs", lambda t: pdu(P_DATA, pdv(1, 1, good(t)[:HALF]) + pdv(1, 1, b"") * 100 + pdv(1, 3, good(t)[HALF:])),
     True),
    ("with upper bits in the header", lambda t: p_data(1, 0xff, good(t)), True),  # not tested (PS3.8 E.2)
    ("in the other context that was accepted", lambda t: p_data(3, 3, good(t)), False),
    *((f"in context {n}, which was not accepted", lambda t, n=n: p_data(n, 3, good(t)), INVALID) for n in (0, 2, 5, 255)),
    ("begun in one context and ended in the other", lambda t: p_data(1, 1, good(t)[:HALF]) + p_data(3, 3, good(t)[HALF:]), False),
    ("begun in the other", lambda t: p_data(3, 1, good(t)[:HALF]) + p_data(1, 3, good(t)[HALF:]), False),
    ("begun with nothing in the other", lambda t: p_data(3, 1, b"") + p_data(1, 3, good(t)), False),
    ("with a data set in its middle", lambda t: p_data(1, 1, good(t)[:HALF]) + p_data(1, LAST, b"xx") + p_data(1, 3, good(t)[HALF:]),
     False),
    ("a data set instead", lambda t: p_data(1, LAST, object_bytes()), False),
    ("half a data set instead", lambda t: p_data(1, 0, object_bytes()[:40]), False),
    ("behind a data set", lambda t: p_data(1, LAST, b"xx") + p_data(1, 3, good(t)), False),
    ("behind an answer to another request", lambda t: p_data(1, 3, store_rsp(0, 2)) + p_data(1, 3, good(t)), False),
    ("behind a command of nothing", lambda t: p_data(1, 3, b"") + p_data(1, 3, good(t)), False),
    ("twice the first half", lambda t: p_data(1, 1, good(t)[:HALF]) * 2 + p_data(1, 3, good(t)[HALF:]), False),
    ("a C-STORE-RQ", lambda t: p_data(1, 3, store_rq(CT, "1.2.3")) + p_data(1, LAST, object_bytes()), False),
    ("a C-ECHO-RQ", lambda t: p_data(1, 3, echo_rq()), False),
    ("a C-CANCEL-RQ", lambda t: p_data(1, 3, encode([(0x100, us(0xfff), None), (0x120, us(1), None), (0x800, us(0x101), None)])),
     False),
    *((f"{n} bytes of PDV in all", lambda t, n=n: pdu(P_DATA, bytes(n)), INVALID) for n in range(6)),
    *((f"a PDV length of {n:#x} in a PDU with less", lambda t, n=n: pdu(P_DATA, struct.pack(">IBB", n, 1, 3) + good(t)), INVALID)
      for n in (0, 1, 0xffff, 0x7fffffff, 0xffffffff)),
]


def said(side, row):
    def script(talk):
        talk.accept().object()
        return talk.put(row[1](talk)).serve()
    return judged(Seen(side, script), row[2])


def echoed(side, row):
    """The same for a C-ECHO-RQ, whose answer has no instance."""
    def script(talk):
        talk.accept().object()
        return talk.put(row[1](talk)).serve()
    seen = Seen(side, script, "echo")
    want = (["closed"], 0) if row[2] else (None, 6)
    fine = seen.code == want[1] and (seen.heard == want[0] if row[2] else seen.heard[-1] == BY_USER)
    return seen, [] if fine else [f"not {want[1]}"]


ECHOES = [(name, lambda t, make=make: p_data(1, 3, make(t)), counts) for name, make, counts in (
    ("success", good, True), ("a C-STORE-RSP", lambda t: store_rsp(0, t.number()), False),
    ("another message ID", lambda t: store_rsp(0, 9, field=0x8030), False), ("half of it", lambda t: good(t)[:HALF], False),
    ("no status", lambda t: encode([(0x100, us(0x8030), None), (0x120, us(t.number()), None), (0x800, us(0x101), None)]), False),
    ("a data set behind it", lambda t: encode([(0x100, us(0x8030), None), (0x120, us(t.number()), None),
                                               (0x800, us(0), None), (0x900, us(0), None)]), False))]

# Statuses (PS3.4 B.2.3, PS3.7 Annex C): success and warnings count, all else does not.
STATUSES = [*((s, True) for s in (0x0000, 0x0001, 0x0107, 0x0116, 0xB000, 0xB006, 0xB007, 0xBfff)),
            *((s, False) for s in (0x0002, 0x0100, 0x0105, 0x0106, *range(0x0110, 0x0116), *range(0x0117, 0x0125), 0x0210, 0x0211,
                                   0x0212, 0x0213, 0x4711, 0x8000, 0xA000, 0xA700, 0xA7ff, 0xA801, 0xA900, 0xA9ff, 0xAfff,
                                   0xC000, 0xCfff, 0xD000, 0xFE00, 0xFF00, 0xFF01, 0xFFFF))]


def status(side, row):
    def script(talk):
        talk.accept().object()
        return talk.put(talk.answer(row[1])).serve()
    seen = Seen(side, script)
    return seen, [] if (seen.code, len(seen.stored)) == ((0, 1) if row[2] else (1, 0)) and seen.heard == ["closed"] else ["wrong"]


# ---- several objects without an answer: (whose message ID, whose instance), then an abort by us; which are stored

OBJECTS = [SAMPLES / f"test_files/{name}" for name in ("CT_small.dcm", "MR_small.dcm", "rtplan.dcm")]
WINDOW = [
    ("in another order", [(2, 2), (0, 0), (1, 1)], {0, 1, 2}), ("one of three", [(1, 1)], {1}),
    ("one twice", [(0, 0), (0, 0)], {0}), ("two exchanged", [(0, 1), (1, 0)], set()),
    ("the last for the first instance", [(2, 0)], set()), ("without an instance", [(2, None), (0, None)], {0, 2}),
    ("one good, then of nobody", [(1, 1), (7, 0), (0, 0)], {1}), ("none", [], set()),
]


def several(side, row):
    def script(talk):
        talk.asked()
        window = with_user(LENGTH, CLASS_UID, item(0x53, struct.pack(">HH", 3, 1)))(talk.rq)
        contexts = [context(n, inner=item(0x40, syntaxes[0].encode())) for n, _, syntaxes in proposed(talk.rq)]
        talk.put(ac(NAME, *contexts, window[-len(user(LENGTH, CLASS_UID, bytes(8))):])(talk.rq))
        where = []
        for _ in OBJECTS:
            talk.object()
            where.append(talk.context)
        ids = [struct.unpack("<H", r[0x110])[0] for r in talk.requests]
        uids = [r[0x1000].rstrip(b"\0") for r in talk.requests]
        talk.put(b"".join(p_data(where[i] if i < 3 else 1, 3, store_rsp(0, ids[i] if i < 3 else 99, instance=None if k is None
                                                                        else uids[k])) for i, k in row[1]))
        talk.put(pdu(7, bytes(4)))
        return talk.words("release asked")
    seen = Seen(side, script, paths=OBJECTS)
    again = [i for i, e in enumerate(seen.events) if e["event"] == "association"][1:]  # what was lost goes over another
    first = {OBJECTS.index(pathlib.Path(e["path"])) for e in seen.events[:again[0] if again else None]
             if e["event"] == "object" and e["result"] == "stored"}
    return seen, [] if first == row[2] else [f"{first} are stored, not {row[2]}"]


for side in (tcp, tls):
    every = 1 if side is tcp else 4
    meets = lambda meet: lambda row: meet(side, row)
    table(f"{side.name}, A-ASSOCIATE-AC", part(ANSWERS, every), meets(answered))
    table(f"{side.name}, command sets that answer", part(command_sets(), every), meets(commanded))
    table(f"{side.name}, PDVs that answer", part(MESSAGES, every), meets(said))
    table(f"{side.name}, answers to an echo", ECHOES, meets(echoed))
    table(f"{side.name}, statuses", part([(f"{s:04X}", s, good_) for s, good_ in STATUSES], every), meets(status))
    table(f"{side.name}, answers to several objects", WINDOW, meets(several))
