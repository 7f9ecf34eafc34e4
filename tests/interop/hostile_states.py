# SPDX-License-Identifier: MIT
"""Every PDU, and some that do not exist, with the length it should have and with others, in every state of an
acceptor that a peer can bring about: what comes back is what PS3.8 Table 9-10 says, over TCP and inside TLS."""
import struct

from hostile import ABORTED, RELEASE, fronts, table
from rawpeer import (ABORT, ASSOCIATE_AC, ASSOCIATE_RJ, ASSOCIATE_RQ, COMMAND, CT, IMPLICIT_LE, LAST, P_DATA, RELEASE_RP,
                     RELEASE_RQ, associate_rq, echo_rq, object_bytes, p_data, pdu, store_rq)

RQ = associate_rq([(CT, [IMPLICIT_LE]), ("1.2.840.10008.1.1", [IMPLICIT_LE])])
STORE = store_rq(CT, "1.2.3")

# Sta2, Sta6 and Sta13 of Table 9-10. Sta3 and Sta8 pass within one turn of the receiver, the others are a requestor's.
TABLE = {ASSOCIATE_RQ: ("AE-6", "AA-8", "AA-7"), ASSOCIATE_AC: ("AA-1", "AA-8", "AA-6"),
         ASSOCIATE_RJ: ("AA-1", "AA-8", "AA-6"), P_DATA: ("AA-1", "DT-2", "AA-6"), RELEASE_RQ: ("AA-1", "AR-2", "AA-6"),
         RELEASE_RP: ("AA-1", "AA-8", "AA-6"), ABORT: ("AA-2", "AA-3", "AA-2")}
INVALID = ("AA-1", "AA-8", "AA-7")
STA2, STA6, STA13 = range(3)

# What is seen of each action. AA-1 names the user as source of the abort, AA-8 the provider (PS3.8 9.2.2).
SEEN = {"AE-6": ["accepted"], "AA-1": ["abort by user"], "AA-8": ["abort by provider"], "AA-7": ["abort by provider"],
        "AA-2": ["closed"], "AA-3": ["closed"], "AR-2": ["released"]}

# How the state is made, the column, the data that is legal there, and what answers that.
STATES = {
    "without an association": ([], STA2, p_data(3, 3, echo_rq()), None),
    "in an association": ([RQ], STA6, p_data(3, 3, echo_rq()), ["0000"]),
    "within a command": ([RQ, p_data(1, COMMAND, STORE[:30])], STA6, p_data(1, 3, STORE[30:]), []),
    "within an object": ([RQ, p_data(1, 3, STORE) + p_data(1, 0, object_bytes()[:40])], STA6,
                         p_data(1, LAST, b""), ["C000"]),
    "after the release": ([RQ, RELEASE], STA13, p_data(3, 3, echo_rq()), None),
    "after a rejection": ([RQ.replace(b"3.1.1.1", b"3.1.1.9")], STA13, p_data(3, 3, echo_rq()), None),
    "after an error": ([RQ, pdu(RELEASE_RQ, bytes(5))], STA13, p_data(3, 3, echo_rq()), None),
}
UNKNOWN = (0, 8, 0x16, 0x47, 0x80, 0xff)


def lengths(kind, body):
    """The PDU as it should be, and with other lengths."""
    yield "whole", pdu(kind, body)
    yield "empty", pdu(kind, b"")
    yield "of a byte", pdu(kind, body[:1])
    yield "a byte short", pdu(kind, body[:-1])
    yield "a byte long", pdu(kind, body + b"\0")
    yield "of 2 GB", struct.pack(">BxI", kind, 0x80000000) + body
    yield "of 4 GB", struct.pack(">BxI", kind, 0xffffffff) + body


def action(kind, what, column):
    """The table's; what is passed over is passed over whatever its length is."""
    if kind in TABLE and (what == "whole" or (column == STA13 and kind in (ASSOCIATE_AC, P_DATA))):
        return TABLE[kind][column]
    return INVALID[column]


def rows(state):
    _, column, data, answer = STATES[state]
    bodies = {ASSOCIATE_RQ: RQ[6:], ASSOCIATE_AC: RQ[6:], P_DATA: data[6:]}
    for kind in (*TABLE, *UNKNOWN):
        for what, bytes_ in lengths(kind, bodies.get(kind, bytes(4))):
            does = action(kind, what, column)
            if does == "AA-6":
                expected = [["abort by provider"]] if what not in ("of 2 GB", "of 4 GB") else [["closed"]]
            elif does == "DT-2":
                expected = [answer + ["released"]]
            else:
                expected = [SEEN[does]]
                if kind == P_DATA and what == "a byte long" and answer is not None:
                    expected.append(answer + SEEN[does])  # the PDV before the odd byte is whole
            yield f"{state}, PDU {kind:02x} {what} ({does})", state, bytes_, does, expected


def meet(front, row):
    """What was seen of one PDU. What is passed over shows by the next one: a second A-ASSOCIATE-RQ, which is answered
    by one A-ABORT (AA-7), unless the PDU swallows it."""
    _, state, bytes_, does, expected = row
    q = front.peer(*[p for p in STATES[state][0][:1]])
    for part in STATES[state][0][1:]:
        q.put(part)
        if STATES[state][1] == STA13:
            q.word()
    q.put(bytes_)
    if does == "AA-6":
        q.put(RQ)
        if expected == [["closed"]]:
            q.finish()
    elif does == "DT-2":
        q.put(RELEASE)
    heard = q.words("accepted", "released")
    if does in ("AA-6", "AA-7") and heard != ["closed"]:
        heard += [w for w in q.put(ABORTED).finish().words() if w != "closed"]  # AA-2: no second answer
    q.close()
    return heard


def deaf(front, row):
    q = front.peer(RQ)
    heard = q.put(pdu(0x42, b"")).words()
    heard += q.put(row[1]).finish().words()
    q.close()
    return heard


for front in fronts():
    for state in STATES:
        table(front, state, list(rows(state)), meet)
    # An unknown PDU means that the framing is lost: nothing of what follows is read any more.
    table(front, "after an unknown PDU", [(f"PDU {kind:02x}", pdu(kind, RQ[6:]), [["abort by provider", "closed"]])
                                          for kind in (*TABLE, *UNKNOWN)], deaf)
