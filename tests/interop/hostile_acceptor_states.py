# SPDX-License-Identifier: MIT
"""Every PDU, and some that do not exist, with the length it should have and with others, in every state of a requestor
that its peer can bring about: our callers do what PS3.8 Table 9-10 says, and end by themselves with the exit code of the
manual. Sta9 passes within one turn, and Sta10 and Sta12 are an acceptor's."""
import struct

from acceptors import AGAIN, ALL, PATIENT, RELEASED, Seen, part, sides, table
from hostile import RELEASE
from rawpeer import (ABORT, ASSOCIATE_AC, ASSOCIATE_RJ, ASSOCIATE_RQ, COMMAND, CT, IMPLICIT_LE, LAST, P_DATA, RELEASE_RP,
                     RELEASE_RQ, associate_ac, associate_rq, p_data, pdu, store_rsp)

# Sta5, Sta6, Sta7, Sta11 and Sta13 of Table 9-10.
STA5, STA6, STA7, STA11, STA13 = range(5)
TABLE = {ASSOCIATE_RQ: ("AA-8", "AA-8", "AA-8", "AA-8", "AA-7"), ASSOCIATE_AC: ("AE-3", "AA-8", "AA-8", "AA-8", "AA-6"),
         ASSOCIATE_RJ: ("AE-4", "AA-8", "AA-8", "AA-8", "AA-6"), P_DATA: ("AA-8", "DT-2", "AR-6", "AA-8", "AA-6"),
         RELEASE_RQ: ("AA-8", "AR-2", "AR-8", "AA-8", "AA-6"), RELEASE_RP: ("AA-8", "AA-8", "AR-3", "AR-3", "AA-6"),
         ABORT: ("AA-3", "AA-3", "AA-3", "AA-3", "AA-2")}
INVALID = ("AA-8", "AA-8", "AA-8", "AA-8", "AA-7")
UNKNOWN = (0, 8, 0x16, 0x47, 0x80, 0xff)
RQ = associate_rq([(CT, [IMPLICIT_LE])])
REJECTION = bytes([0, 1, 1, 7])


# ---- how each state is made; what is given back goes out with the PDU, in one piece

def sta5(talk):
    talk.asked()
    return b""


def sta6_idle(talk):
    """Before the object is begun."""
    talk.asked()
    return associate_ac(talk.rq)


def sta6(talk):
    talk.accept().object()
    return b""


def sta7(talk):
    sta6(talk)
    talk.put(talk.answer())
    assert talk.word() == "release asked"
    return b""


def sta11(talk):
    sta7(talk)
    assert talk.put(RELEASE).word() == "released"
    return b""


def sta13(talk):
    """An error that leaves the framing as it is."""
    assert talk.asked().put(pdu(RELEASE_RQ, bytes(5))).word() == "abort 2 6"
    return b""


# How it is made, the column, what a failure there is to send, and whether the object was answered before.
STATES = {"Sta5": (sta5, STA5, 6, 0), "Sta6 before a request": (sta6_idle, STA6, 6, 0), "Sta6": (sta6, STA6, 1, 0),
          "Sta7": (sta7, STA7, 0, 1), "Sta11": (sta11, STA11, 0, 1), "Sta13": (sta13, STA13, 6, 0)}


def body_of(kind, talk):
    if kind == ASSOCIATE_AC:
        return associate_ac(talk.rq)[6:]
    if kind == P_DATA:
        number = talk.number() if talk.requests else 1
        field = struct.unpack("<H", talk.requests[-1][0x100])[0] | 0x8000 if talk.requests else 0x8001
        return p_data(talk.context, COMMAND | LAST, store_rsp(0, number, field=field))[6:]
    return {ASSOCIATE_RQ: RQ[6:], ASSOCIATE_RJ: REJECTION}.get(kind, bytes(4))


LENGTHS = {  # the PDU as it should be, and with other lengths
    "whole": pdu, "empty": lambda k, body: pdu(k, b""), "of a byte": lambda k, body: pdu(k, body[:1]),
    "a byte short": lambda k, body: pdu(k, body[:-1]), "a byte long": lambda k, body: pdu(k, body + b"\0"),
    "of 2 GB": lambda k, body: struct.pack(">BxI", k, 0x80000000) + body,
    "of 4 GB": lambda k, body: struct.pack(">BxI", k, 0xffffffff) + body}


def action(kind, what, column):
    """The table's; what is passed over is passed over whatever its length is."""
    if kind in TABLE and (what == "whole" or (column == STA13 and kind in (ASSOCIATE_AC, P_DATA))):
        return TABLE[kind][column]
    return INVALID[column]


def reasons(kind, what, column):
    """Of an A-ABORT by the provider (PS3.8 9.3.8): 1 unrecognized PDU, 2 unexpected, 6 an invalid value. One that is
    unexpected and malformed is either."""
    if kind not in TABLE:
        return (1,)
    due = TABLE[kind][column] not in ("AA-8", "AA-7")
    return (2,) if what == "whole" else (6,) if due else (2, 6)


def wanted(state, kind, what, does):
    """What may be heard of it, and the code of send and how many are stored then."""
    _, column, code, before = STATES[state]
    aborts = [[f"abort 2 {r}"] for r in reasons(kind, what, column)]
    if does == "AE-3":
        return [["closed"]], 0, 1
    if does == "DT-2" and state == "Sta6":
        return [["release asked", "closed"]], 0, 1
    if does in ("DT-2", "AR-6"):  # it answers nothing, which is for the user to see
        return [["abort 0 0"]], code, before
    if does in ("AR-2", "AR-8"):
        return [["released", "closed"]], code, before
    if does in ("AE-4", "AR-3", "AA-3", "AA-2"):
        return [["closed"]], code, before
    if does == "AA-6":  # passed over: the A-ASSOCIATE-RQ behind it is answered (AA-7), if it is not swallowed
        return [["closed"]] if what.endswith("GB") else [["abort 2 2"]], code, before
    if does == "AA-8" and kind == P_DATA and what == "a byte long" and state == "Sta6":
        return [*aborts, ["release asked", *aborts[0]]], None, None  # the PDV before the odd byte is whole
    if does == "AA-8" and kind == P_DATA and what == "a byte long" and column in (STA6, STA7):
        aborts.append(["abort 0 0"])  # the same, and that one answers nothing
    return aborts, code, before


def rows(*states):
    for state in states:
        for kind in (*TABLE, *UNKNOWN):
            for what in LENGTHS:
                yield f"{state}, PDU {kind:02x} {what} ({action(kind, what, STATES[state][1])})", state, kind, what


def whole(*states):
    return [row for row in rows(*states) if row[3] == "whole"]


def meet(side, row, applet="send", again=False):
    _, state, kind, what = row
    make, column, _, _ = STATES[state]
    does = action(kind, what, column)

    def script(talk):
        glue = make(talk)
        talk.put(glue + LENGTHS[what](kind, body_of(kind, talk)))
        if does == "AE-3":
            return talk.serve()
        if does == "AA-6":
            talk.put(RQ)
            if what.endswith("GB"):
                talk.finish()
        heard = talk.words("release asked", "released")
        if heard[-1] == "release asked" and does == "DT-2":
            heard += talk.put(RELEASED).words()
        elif heard[-1] == "release asked":
            heard += talk.words()
        elif heard[-1] == "released":
            heard += (talk.put(RELEASED) if does == "AR-8" else talk.finish()).words()
        return heard
    seen = Seen(side, script, applet, options=AGAIN + PATIENT if again else () if applet == "storescu" else PATIENT)
    heard, code, stored = wanted(state, kind, what, does)
    wrong = [] if seen.heard in heard else [f"not {heard}"]
    if applet == "send" and again and does != "AE-4":  # rejected for good
        code, stored = 0, 1
        if seen.connections != (1 if STATES[state][3] or does in ("AE-3", "DT-2") and state != "Sta6 before a request"
                                or code is None else 2) and what != "a byte long":
            wrong.append("its connections are not as many")
    elif applet != "send":  # all is well only if the release came to its end
        code = 0 if does in ("AE-3", "AR-3", "AR-8") or does == "DT-2" and state == "Sta6" else 6 if applet == "echo" else 1
        stored = None
        if does == "AA-8" and kind == P_DATA and what == "a byte long":
            code = None
    if code is not None and seen.code != code:
        wrong.append(f"the code is not {code}")
    if stored is not None and len(seen.stored) != stored:
        wrong.append(f"not {stored} stored")
    return seen, wrong


tcp, tls = sides()
for states in ("Sta5",), ("Sta6 before a request", "Sta6"), ("Sta7", "Sta11"), ("Sta13",):
    names = " and ".join(states)
    table(f"TCP, send in {names}", list(rows(*states)), lambda row: meet(tcp, row))
    table(f"TLS, send in {names}", list(rows(*states)) if ALL else whole(*states), lambda row: meet(tls, row))
for side in (tcp, tls):
    table(f"{side.name}, send --retry, and a good acceptor on the second connection",
          list(rows(*STATES)) if ALL else whole(*STATES)[side is tls::2], lambda row: meet(side, row, again=True))
    table(f"{side.name}, echo", list(rows("Sta5", "Sta6", "Sta7", "Sta11", "Sta13")) if ALL
          else whole("Sta5", "Sta6", "Sta7", "Sta11", "Sta13")[side is tls::2], lambda row: meet(side, row, "echo"))
table("storescu", list(rows(*STATES)) if ALL else part(whole(*STATES), 2), lambda row: meet(tcp, row, "storescu"))
