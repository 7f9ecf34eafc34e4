# SPDX-License-Identifier: MIT
"""Acceptors that break off or fall silent, at each place of the conversation and before there is TLS: our callers end by
themselves in the time that their options give, with the exit code of the manual, and go on with a good acceptor if they
may try again."""
from acceptors import AGAIN, ALL, PATIENT, QUICK, RELEASED, Seen, part, sides, table
from rawpeer import associate_ac, p_data, pdu

tcp, tls = sides()


def good(talk):
    return talk.answer()[12:]


def cuts():
    """Where the peer breaks off: (name, what it does before, the piece that is cut, how many are stored)."""
    def first(t):
        t.asked()
        return associate_ac(t.rq)

    def second(t):
        t.accept().object()
        return t.answer()

    def third(t):
        second(t)
        assert t.put(t.answer()).word() == "release asked"
        return RELEASED
    for name, make, n, stored, code in (("the answer to the association", first, 190, 0, (4,)),
                                        ("the answer to the object", second, 100, 0, (1,)),
                                        ("the answer to the release", third, 10, 1, (0,))):
        for at in range(0, n, 1 if ALL else 9):
            for how in ("closed", "reset", "aborted"):
                yield f"{name}, {how} after {at} bytes", make, at, how, stored, code


def cut(side, row):
    _, make, at, how, stored, codes = row

    def script(talk):
        whole = make(talk)
        talk.put(whole[:min(at, len(whole) - 1)])
        if how == "reset":
            talk.reset()
            return ["closed"]
        if how == "aborted" and at == 0:
            talk.put(pdu(7, bytes(4)))
        return talk.finish().words()
    seen = Seen(side, script)
    codes = (*codes, 6) if not stored and codes == (4,) else codes
    return seen, [] if seen.code in codes and len(seen.stored) == stored else [f"not {codes}, {stored} stored"]


SILENT = [("before anything", lambda t: None, 0, (4,)), ("before the answer to the association", lambda t: t.asked(), 0, (4,)),
          ("within it", lambda t: t.asked().put(associate_ac(t.rq)[:50]), 0, (4,)),
          ("before the answer to the object", lambda t: t.accept().object(), 0, (1,)),
          ("within it", lambda t: (t.accept().object(), t.put(t.answer()[:50])), 0, (1,)),
          ("between two of its fragments", lambda t: (t.accept().object(), t.put(p_data(1, 1, good(t)))), 0, (1,)),
          ("before the answer to the release", lambda t: (t.accept().object(), t.put(t.answer()), t.word()), 1, (0,)),
          ("after it", lambda t: (t.accept().object(), t.put(t.answer()), t.word(), t.put(RELEASED)), 1, (0,)),
          ("after an error", lambda t: t.asked().put(pdu(0x42, b"")), 0, (6,))]


def silent(side, row, again=False):
    def script(talk):
        row[1](talk)
        while talk.word() != "closed":
            pass
        return ["closed"]
    seen = Seen(side, script, options=QUICK + ("--artim", "1s") + (AGAIN if again else ()))
    code, stored = (seen.code in row[3], row[2]) if not again else (seen.code == 0, 1)
    return seen, [] if code and len(seen.stored) == stored else [f"not {row[3]}"]


# Sta4 over TLS: the transport itself is not made.
def hello(talk):
    talk.sock.recv(65536)
    return talk


BEFORE_TLS = [(f"{name}", act, (4, 5)) for name, act in (
    ("closed at once", lambda t: t.finish()), ("reset at once", lambda t: t.reset()), ("closed after the hello", lambda t: hello(t).finish()),
    ("reset after the hello", lambda t: hello(t).reset()), ("an association, unasked", lambda t: hello(t).put(pdu(2, bytes(200)))),
    ("HTTP", lambda t: hello(t).put(b"HTTP/1.1 400 Bad Request\r\n\r\n")), ("an alert", lambda t: hello(t).put(b"\x15\3\3\0\2\2\x28")),
    ("close_notify", lambda t: hello(t).put(b"\x15\3\3\0\2\1\0").finish()), ("its own hello", lambda t: t.put(t.sock.recv(65536))),
    ("a record of 65535 bytes", lambda t: hello(t).put(b"\x16\3\3\xff\xff" + bytes(65535))),
    ("a record of no length", lambda t: hello(t).put(b"\x16\3\3\0\0" * 1000).finish()), ("zeros", lambda t: hello(t).put(bytes(5000))),
    ("half a record", lambda t: hello(t).put(b"\x16\3\3\0\x50\2").finish()), ("silence", lambda t: t), ("silence after the hello", hello))]


def not_secured(row, applet="send"):
    def script(talk):
        row[1](talk)
        while talk.sock.fileno() >= 0 and talk.sock.recv(65536):
            pass
        return ["closed"]
    seen = Seen(tls, script, applet, options=QUICK if "silence" in row[0] else PATIENT, raw=True)
    return seen, [] if seen.code in row[2] and not seen.stored else [f"not {row[2]}"]


for side in (tcp, tls):
    every = 1 if side is tcp else 4
    meets = lambda meet: lambda row: meet(side, row)
    table(f"{side.name}, cuts", part(cuts(), every), meets(cut))
    table(f"{side.name}, silence", SILENT if ALL else SILENT[side is tls::2], meets(silent))
    table(f"{side.name}, silence, and a good acceptor on the second connection",
          SILENT[:5] if ALL else SILENT[:5][side is tcp::2], lambda row: silent(side, row, again=True))
table("no TLS", BEFORE_TLS, not_secured)
table("no TLS, echo", part(BEFORE_TLS, 3), lambda row: not_secured(row, "echo"))
