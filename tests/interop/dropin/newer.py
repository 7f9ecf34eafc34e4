#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Options that DCMTK's tools have only since 3.6.8 to 3.7, and that Debian's do not: there is nothing to stand beside
ours, so each is held against what it says. Suites by their numbers (RFC 5289, 7251, 7905, 8446 B.4, 5246 A.5)."""
import socket
import struct
import threading

import rawpeer as raw
from dropin import CT, EXPLICIT_LE, Peer, inputs
from dropkeys import CA, EC, RSA, prepare
from harness import DCMSEC, T, claim, free_port, need, run, until

CALLERS = ("echoscu", "storescu")
NAMES = ("8996", "8996-mod", "bcp195-nd", "bcp195", "bcp195-ex", "basic", "aes", "null")
GCM, TLS13 = {0xc02b, 0xc02c, 0xc02f, 0xc030}, {0x1301, 0x1302, 0x1303}
# what must be among the suites of a ClientHello, and what besides may be; signalling values (00ff, 5600) always may
OFFERS = {"+pg": (GCM | {0x1301, 0x1302}, TLS13), "+py": ({0xc02f, 0xc030, 0x1301, 0x1302}, TLS13),
          "+pm": (GCM | {0xc0ac, 0xc0ad, 0xc0ae, 0xc0af, 0xcca8, 0xcca9, 0x1301, 0x1302}, TLS13 | {0x1304, 0x1305}),
          "+pb": ({0x000a}, set())}


def shown():
    words = (*OFFERS, "+pn", "+ph")
    return [*((tool, w) for tool in (*CALLERS, "storescp") for w in words),
            *((tool, w) for tool in CALLERS for w in ("--no-sni", "--request-sni")), ("storescp", "--max-associations"),
            ("storescu", "--jwt")]


def hello(*command):
    """The first record that a caller sends: its suites, and the name it asks for."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        got = []

        def answer():
            c = door.accept()[0]
            with c, c.makefile("rb") as stream:
                head = stream.read(5)
                got.append(stream.read(struct.unpack(">H", head[3:])[0]))

        server = threading.Thread(target=answer, daemon=True)
        server.start()
        files = [T / "in" / "ct.dcm"] if command[1] == "storescu" else []
        r = run(*command, "localhost", door.getsockname()[1], *files, timeout=60)
        server.join(30)
    if not got:
        return set(), None, r
    body = got[0]
    at = 4 + 2 + 32
    at += 1 + body[at]
    n = struct.unpack(">H", body[at:at + 2])[0]
    suites = set(struct.unpack(f">{n // 2}H", body[at + 2:at + 2 + n]))
    at += 2 + n
    at += 1 + body[at] + 2
    name = None
    while at + 4 <= len(body):
        kind, n = struct.unpack(">HH", body[at:at + 4])
        if kind == 0:  # RFC 6066 3: a list of one name
            name = body[at + 9:at + 4 + n].decode()
        at += 4 + n
    return suites, name, r


def callers():
    for tool in CALLERS:
        for word, (least, more) in OFFERS.items():
            suites, name, r = hello(DCMSEC, tool, "+tla", "+cf", CA.path, word)
            suites -= {0x00ff, 0x5600}
            claim(f"{tool} {word}: offers the suites of its profile, and no other", least <= suites <= least | more
                  and name == "localhost" and r.returncode == 1, f"{sorted(map(hex, suites))} {name} {r.out}")
        for words, want in ((("--no-sni",), None), (("--request-sni", "pacs.example"), "pacs.example"),
                            (("--request-sni", "a.example", "--request-sni", "b.example"), "b.example")):
            suites, name, r = hello(DCMSEC, tool, "+tla", "+cf", CA.path, *words)
            claim(f"{tool} {' '.join(words)}: the name in the ClientHello is {want or 'left out'}", suites and name == want,
                  f"{name} {r.out}")


def refused():
    files = {"storescu": ["localhost", "1", T / "in" / "ct.dcm"], "echoscu": ["localhost", "1"], "storescp": ["1"]}
    for tool, operands in files.items():
        r = run(DCMSEC, tool, "+tls", *RSA, "+cf", CA.path, "+pn", *operands, timeout=60)
        claim(f"{tool} +pn: ends with 1 and says that it has no suite of the profile", r.returncode == 1 and "null" in r.stderr,
              f"{r.returncode} {r.out}")
        r = run(DCMSEC, tool, "+ph", timeout=60)
        named = [line.split()[0] for line in r.stdout.splitlines() if line.strip()]
        claim(f"{tool} +ph: lists the eight profiles and ends", r.returncode == 0 and set(NAMES) <= set(named), r.out)
        for words in (("+pg",), ("+pm",), ("+pb",), *((("--no-sni",), ("--request-sni", "x")) if tool != "storescp" else
                                                      (("--max-associations", "0"), ("--max-associations", "x")))):
            r = run(DCMSEC, tool, *words, *operands, timeout=60)
            claim(f"{tool} {' '.join(words)}, without TLS or out of range: refused with exit code 1 in one line",
                  r.returncode == 1 and len(r.stderr.strip().splitlines()) == 1, f"{r.returncode} {r.out}")
    for words in (("--jwt", "/nonexistent"), ("--jwt", T / "in" / "words", "-usr", "me"), ("--jwt", T / "in" / "words", "-epw")):
        r = run(DCMSEC, "storescu", *words, *files["storescu"], timeout=60)
        claim(f"storescu {words[0]} {' '.join(w for w in map(str, words[2:]))} without a file, or with another identity: refused",
              r.returncode == 1, f"{r.returncode} {r.out}")


def receivers():
    """Profiles of storescp, by what DCMTK's sender has in common with them, or has not, and OpenSSL."""
    rows = [("+pg", RSA, "ECDHE-RSA-AES128-GCM-SHA256", True), ("+pg", RSA, "ECDHE-RSA-CHACHA20-POLY1305", False),
            ("+pm", RSA, "ECDHE-RSA-CHACHA20-POLY1305", True), ("+pm", EC, "ECDHE-ECDSA-AES128-CCM8", True),
            ("+pg", EC, "ECDHE-ECDSA-AES128-CCM8", False), ("+pg", RSA, "AES128-SHA", False), ("+pb", RSA, "AES128-SHA", False)]
    for word, node, suite, taken in rows:
        with Peer([DCMSEC, "storescp"], "+tls", *node, "+cf", CA.path, "-ic", word, name="newer") as peer:
            r = run("openssl", "s_client", "-connect", f"127.0.0.1:{peer.number}", "-tls1_2", "-cipher", f"{suite}:@SECLEVEL=0",
                    timeout=60)
        claim(f"storescp {word}: {'takes' if taken else 'refuses'} {suite}", (f"Cipher is {suite}" in r.out) == taken, r.out[-600:])
    with Peer([DCMSEC, "storescp"], "+tls", *RSA, "+cf", CA.path, "+pb", name="newer") as peer:
        codes = [run(DCMSEC, "echoscu", "+tls", *RSA, "+cf", CA.path, w, "localhost", peer.number, timeout=60).returncode
                 for w in ("+pb", "+pa", "+pg")]
    claim("storescp +pb: takes what has 3DES, and refuses what has not", codes == [0, 0, 1], codes)


def associations():
    """So many at once; one more is rejected (transient, local limit exceeded: PS3.8 9.3.4), and taken when one has ended."""
    asked = raw.associate_rq([(CT, [EXPLICIT_LE])])

    def ask(port):
        s = socket.create_connection(("127.0.0.1", port), timeout=30)
        s.sendall(asked)
        stream = s.makefile("rb")
        kind, n = struct.unpack(">BxI", stream.read(6))
        return s, kind, stream.read(n)

    with Peer([DCMSEC, "storescp"], "--fork", "--max-associations", "2", name="newer") as peer:
        held = [ask(peer.number) for _ in range(3)]
        kinds = [kind for _, kind, _ in held]
        claim("storescp --max-associations 2: the third at once is rejected for now, by a local limit",
              kinds == [2, 2, 3] and held[2][2][1:] == bytes((2, 3, 2)), f"{kinds} {held[2][2]}")
        held[0][0].sendall(raw.pdu(raw.ABORT, bytes(4)))

        def taken():
            s, kind, _ = ask(peer.number)
            s.close()
            return kind == 2
        claim("storescp --max-associations 2: where one has ended there is room again", until(taken))
        for s, _, _ in held:
            s.close()


def main():
    if not need("openssl", "options that are newer than Debian's DCMTK"):
        return
    inputs(T / "in")
    prepare()
    callers()
    refused()
    receivers()
    associations()


if __name__ == "__main__":
    main()
