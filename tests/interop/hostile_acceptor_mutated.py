# SPDX-License-Identifier: MIT
"""What good acceptors say, recorded here and now, said again to our sender with changes: plain, inside TLS, and with a bit
of TLS changed. It ends by itself each time, with a code and lines of the manual, and tells no object as stored that
did not arrive whole; a good acceptor is served in between.

MUTATIONS: a tenth of it are tried, 200 by default. The n-th is the same each time, but for the randomness of TLS."""
import collections
import concurrent.futures
import os
import random
import select
import shutil
import socket
import struct
import threading

import pydicom

from acceptors import PATIENT, Seen, Talk, sides
from harness import SAMPLES, T, Server, claim, free_port
from peers import Receiver
from rawpeer import Gone

COUNT = int(os.environ.get("MUTATIONS", "2000")) // 10
OBJECTS = [SAMPLES / f"test_files/{name}" for name in ("CT_small.dcm", "MR_small.dcm", "rtplan.dcm")]
UIDS = {str(pydicom.dcmread(p, stop_before_pixels=True).SOPInstanceUID).encode(): str(p) for p in OBJECTS}
PAUSE = 0.2  # seconds after which a caller that says nothing is told that nothing more comes
WORDS = [b"\n{\"event\":\"object\",\"result\":\"stored\"}\n", b"\x1b[2J", b"\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x80\0\0\0",
         b"\0\0\0\0", b"\4\0\0\0\0\6\0\0\0\2\1\3", b"\5\0\0\0\0\4\0\0\0\0", b"\6\0\0\0\0\4\0\0\0\0", b"\7\0\0\0\0\4\0\0\0\0"]


def recorded(port):
    """The PDUs that the acceptor on the port says to our sender."""
    kept = []

    def between(talk):
        with socket.create_connection(("127.0.0.1", port)) as there:
            def back():
                while data := there.recv(65536):
                    kept.append(data)
                    talk.put(data)
                talk.finish()
            thread = threading.Thread(target=back)
            thread.start()
            while data := talk.sock.recv(65536):
                there.sendall(data)
            there.shutdown(socket.SHUT_WR)
            thread.join()
    seen = Seen(tcp, between, paths=OBJECTS)
    data, pdus = b"".join(kept), []
    while data:
        n = 6 + struct.unpack(">I", data[2:6])[0]
        pdus.append(data[:n])
        data = data[n:]
    return pdus if seen.code == 0 else []


def recordings():
    with Receiver(T / "recorded", "--no-sync") as receiver:
        found = [recorded(receiver.port)]
    if shutil.which("storescp"):
        (T / "theirs").mkdir()
        port = free_port()
        with Server("storescp", "-od", T / "theirs", port, port=port):
            found.append(recorded(port))
    return found


def changed(rng, pdus):
    """The PDUs, each for its turn, with up to four changes."""
    said = list(pdus)
    for _ in range(rng.randint(1, 4)):
        k = rng.randrange(len(said))
        piece, at, n = said[k], rng.randrange(len(said[k]) + 1), 1 + rng.randrange(rng.choice((4, 16, 200)))
        at = min(at, rng.choice((12, 80, 1 << 16)))
        kind = rng.randrange(8)
        if kind == 0 and at < len(piece):
            piece = piece[:at] + bytes([piece[at] ^ 1 << rng.randrange(8)]) + piece[at + 1:]
        elif kind == 1:
            piece = piece[:at] + bytes([rng.randrange(256)]) + piece[at + 1:]
        elif kind == 2:
            word = rng.choice(WORDS)
            piece = piece[:at] + word + piece[at + len(word):]
        elif kind == 3:
            piece = piece[:at] + rng.choice(WORDS) + piece[at:]
        elif kind == 4:
            piece = piece[:at] + piece[at + n:]
        elif kind == 5:
            piece = piece[:at] + piece[at:at + n] + piece[at:]
        elif kind == 6:
            piece = rng.choice(rng.choice(SAID))
        else:
            piece += rng.choice(rng.choice(SAID))
        said[k] = piece
    return said


def quiet(sock):
    return not (getattr(sock, "pending", int)() or select.select([sock], [], [], PAUSE)[0])


def play(pdus):
    def script(talk):
        talk.asked()
        talk.put(pdus[0])
        try:
            for piece in pdus[1:]:
                if quiet(talk.sock):
                    break
                try:
                    talk.object()
                except Gone as gone:
                    if str(gone) != "PDU 5":
                        raise
                talk.put(piece)
            talk.finish()
            while True:  # what comes late has arrived, too
                talk.object()
        except (Gone, OSError):
            pass
        return talk.finish().words()
    return script


def spoiled(rng):
    """A good acceptor inside TLS, of whose bytes one bit is changed on the way."""
    position = rng.randrange(rng.choice((200, 3000, 6000)))

    def script(outer):
        ours, theirs = socket.socketpair()
        inner = []

        def good():
            try:
                inner.append(Talk(tls.wrap(theirs)))
                inner[0].accept().serve()
            except (Gone, OSError):
                pass
            theirs.close() if not inner else inner[0].close()

        def forth():
            try:
                while data := outer.sock.recv(65536):
                    ours.sendall(data)
                ours.shutdown(socket.SHUT_WR)
            except OSError:
                pass
        threads = [threading.Thread(target=f) for f in (good, forth)]
        for thread in threads:
            thread.start()
        ours.settimeout(PAUSE)
        passed = 0
        try:
            while data := bytearray(ours.recv(65536)):
                if passed <= position < passed + len(data):
                    data[position - passed] ^= 1 << rng.randrange(8)
                passed += len(data)
                outer.put(data)
        except OSError:
            pass
        outer.finish()
        threads[1].join()  # the caller closes
        ours.close()
        threads[0].join()
        outer.requests = inner[0].requests if inner else []
        return ["closed"]
    return script


def tried(name, side, first, count, make, raw=False):
    wrong, unserved, codes = [], [], collections.Counter()

    def one(n):
        rng = random.Random(n)
        seen = Seen(side, make(rng), paths=OBJECTS, options=PATIENT, raw=raw)
        arrived = {UIDS[r[0x1000].rstrip(b"\0")] for talk in seen.talks for r in talk.requests if 0x1000 in r}
        found = seen.sound() + (["something is stored that did not arrive"] if set(seen.stored) - arrived else [])
        codes[seen.code] += 1
        if found:
            wrong.append(f"{n}: {'; '.join(found)}: {seen}")
        if n % 25 == 0:
            good = Seen(side, lambda talk: talk.accept().serve(), paths=OBJECTS)
            unserved.extend([str(good)] if good.code else [])
    with concurrent.futures.ThreadPoolExecutor(6) as pool:  # most of them just wait
        list(pool.map(one, range(first, first + count)))
    print(f"# {name}: exit codes {dict(sorted(codes.items()))}")
    claim(f"{name}: {count} changed associations, and the sender ends each as it has to", not wrong, "\n".join(wrong[:20]))
    claim(f"{name}: and serves a good acceptor in between", not unserved, "\n".join(unserved[:3]))


tcp, tls = sides()
SAID = recordings()
if claim("associations of good acceptors are recorded", SAID and all(len(s) >= 5 for s in SAID), SAID):
    mutated = lambda rng: play(changed(rng, rng.choice(SAID)))
    tried("plain", tcp, 0, COUNT // 2, mutated)
    tried("inside TLS", tls, 1000000, COUNT // 4, mutated)
    tried("TLS itself", tls, 2000000, COUNT // 4, spoiled, raw=True)
