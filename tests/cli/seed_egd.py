# SPDX-License-Identifier: MIT
"""EGD daemons as sources, also ones that are drained, slow or lie; and the keeper as an EGD daemon."""
import os
import pathlib
import re
import signal
import socket
import subprocess
import threading
import time

DCMSEC, T = os.environ["DCMSEC"], pathlib.Path(os.environ["T"])


def claim(text, ok, why=""):
    print(("ok - " if ok else "not ok - ") + text, flush=True)
    if not ok:
        print("\n".join("# " + line for line in str(why).splitlines()[:30]))


class Daemon:
    """An EGD stand-in: holds some bytes, answers one connection, misbehaves as told."""

    count = 0

    def __init__(self, holds=4096, level=None, tcp=False, say=None, stop_after=None, stall=False):
        self.holds, self.say, self.stop_after, self.stall = holds, say, stop_after, stall
        self.level = 8 * holds if level is None else level
        self.asked = []
        if tcp:
            self.s = socket.create_server(("127.0.0.1", 0))
            self.where = "egd:127.0.0.1:%d" % self.s.getsockname()[1]
        else:
            Daemon.count += 1
            path = T / ("egd%d" % Daemon.count)
            self.s = socket.socket(socket.AF_UNIX)
            self.s.bind(str(path))
            self.s.listen()
            self.where = "egd:%s" % path
        threading.Thread(target=self.serve, daemon=True).start()

    def give(self, n):
        n = min(n, self.holds)
        self.holds -= n
        return os.urandom(n)

    def answer(self, c, command):
        if command == 0:
            c.sendall(self.level.to_bytes(4, "big"))
        elif command == 1:
            n = c.recv(1)[0]
            if self.say == "longer":
                c.sendall(bytes([200]) + os.urandom(200))
            elif self.say == "shorter":
                c.sendall(bytes([n]) + os.urandom(n // 2))
                c.close()
            elif self.say == "same":
                c.sendall(bytes([n]) + b"\x42" * n)
            else:
                b = self.give(n)
                c.sendall(bytes([len(b)]) + b)
        elif command == 2:
            n = c.recv(1)[0]
            if self.stall:
                c.sendall(self.give(n))
                time.sleep(30)
            c.sendall(self.give(n) if self.holds else os.urandom(n))
        elif command == 4:
            c.sendall(b"\x044711")

    def serve(self):
        c, _ = self.s.accept()
        try:
            while command := c.recv(1):
                self.asked.append(command[0])
                if len(self.asked) == self.stop_after:
                    break
                self.answer(c, command[0])
        except OSError:
            pass
        c.close()


def seed(*args):
    p = subprocess.run([DCMSEC, "seed", "--out", str(T / "out"), *args], capture_output=True, text=True,
                       timeout=60)
    return p.returncode, p.stdout, p.stderr


def credited(text):
    return [int(x) for x in re.findall(r"credited: (\d+) bits", text)]


for tcp in (False, True):
    d = Daemon(tcp=tcp)
    code, text, err = seed("--from", d.where)
    claim("a daemon at a %s gives 64 bytes for 512 bits, and its process number is told" % (
        "TCP port" if tcp else "unix socket"),
        code == 0 and credited(text) == [512] and "process 4711" in text, text + err)

d = Daemon(holds=40)
code, text, err = seed("--from", d.where)
claim("a daemon that runs dry gives fewer bytes, and that is no error",
      code == 0 and credited(text) == [320] and "drained" in text, text + err)
d = Daemon(holds=10)
code, text, err = seed("--from", d.where)
claim("one that is nearly dry is waited for, for no more than a seed needs",
      code == 0 and credited(text) == [256] and d.asked[-1] == 2, (text, err, d.asked))
d = Daemon(holds=10, stall=True)
code, text, err = seed("--from", d.where)
claim("one that is dry and stalls is left after a while, and what it gave does not suffice",
      code == 7 and credited(text) == [80] and "stalled" in text, text + err)
d = Daemon(holds=10, stall=True)
code, text, err = seed("--from", d.where, "--from", "os")
claim("a stalled daemon does not spoil another source", code == 0 and credited(text) == [80, 512], text)
d = Daemon(level=100)
code, text, err = seed("--from", d.where)
claim("no more is credited than the daemon says that it holds", credited(text) == [100], text)
d = Daemon(say="longer")
code, text, err = seed("--from", d.where)
claim("an answer longer than asked for counts for nothing", code == 7 and credited(text) == [0], text)
d = Daemon(say="shorter")
code, text, err = seed("--from", d.where)
claim("an answer shorter than its length counts for nothing", code == 7 and credited(text) == [0], text)
for after in (1, 2, 3):
    d = Daemon(stop_after=after)
    code, text, err = seed("--from", d.where)
    claim("a daemon that closes at request %d counts for nothing" % after,
          code == 7 and credited(text) == [0], text + err)
d = Daemon(say="same")
code, text, err = seed("--from", d.where)
claim("a stuck daemon fails the health tests", code == 7 and "repetition count test" in err, text + err)
code, text, err = seed("--from", "egd:%s" % (T / "nobody"))
claim("no daemon: exit code 3 and the path", code == 3 and "no EGD daemon" in err, err)
code, text, err = seed("--from", "egd:" + "x" * 200)
claim("a path too long for a socket is refused", code == 3 and "too long" in err, err)

# ---- the keeper as a daemon

path, exchange = T / "pool", T / "exchange"


def keep():
    k = subprocess.Popen([DCMSEC, "seed", "--exchange", str(exchange), "--serve-egd", str(path),
                          "--interval", "200ms"], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    end = time.monotonic() + 60
    while time.monotonic() < end and k.poll() is None:
        try:
            if exchange.exists() and connect().close() is None:
                break
        except OSError:
            pass
        time.sleep(0.02)
    return k


def connect():
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(60)
    s.connect(str(path))
    return s


keeper = keep()


def recv(s, n):
    b = b""
    while len(b) < n:
        more = s.recv(n - len(b))
        if not more:
            break
        b += more
    return b


def ask(s, request, n):
    s.sendall(request)
    return recv(s, n)


s = connect()
claim("the keeper tells its process number", ask(s, b"\4", 1 + len(str(keeper.pid)))[1:] ==
      str(keeper.pid).encode())
claim("it tells how much it holds", int.from_bytes(ask(s, b"\0", 4), "big") >= 512)
got = [ask(s, b"\1\xff", 256) for _ in range(500)]
claim("it never runs dry: 500 reads of 255 bytes are answered in full, all different",
      all(len(g) == 256 and g[0] == 255 for g in got) and len(set(got)) == 500)
claim("a blocking read is answered", len(ask(s, b"\2\x40", 64)) == 64)
claim("what is written is taken, and the next request answered",
      len(ask(s, b"\3\0\x40\x08abcdefgh\1\x10", 17)) == 17)
claim("requests that arrive in one piece are answered in order",
      len(ask(s, b"\1\1\0\2\5\1\0", 2 + 4 + 5 + 1)) == 12)
slow = connect()
slow.sendall(b"\3\0")
claim("a request that comes in pieces waits for its rest",
      (time.sleep(0.1), ask(slow, b"\x08\2ab\1\2", 3))[1][:1] == b"\2")
bad = connect()
claim("a foreign command ends the connection", ask(bad, b"\x07", 1) == b"")
claim("and no other", len(ask(s, b"\1\4", 5)) == 5)
many = [connect() for _ in range(60)]
answered = 0
for m in many:
    try:
        answered += len(ask(m, b"\1\1", 2)) == 2
    except OSError:
        pass
claim("more clients than places: the latest 32 are served", answered >= 32, answered)
code, text, err = seed("--from", "egd:%s" % path)
claim("dcmsec seed takes from the keeper as from any daemon", code == 0 and credited(text) == [512], text)
other = subprocess.run([DCMSEC, "seed", "--exchange", str(T / "x"), "--serve-egd", str(path)],
                       capture_output=True, text=True, timeout=60)
claim("a second keeper at the same socket is refused", other.returncode == 2 and
      "another daemon answers" in other.stderr, other.stderr)
a, end = exchange.read_bytes(), time.monotonic() + 30
while exchange.read_bytes() == a and time.monotonic() < end:
    time.sleep(0.05)
claim("the exchange file is replaced as time goes by", exchange.read_bytes() != a)
before = exchange.read_bytes()
keeper.send_signal(signal.SIGTERM)
code = keeper.wait(60)
claim("on SIGTERM the file is written a last time and the socket removed, exit code 0",
      code == 0 and exchange.read_bytes() != before and not path.exists(), keeper.stderr.read())
killed = keep()
killed.kill()
killed.wait()
again = keep()
claim("a socket that a killed keeper left is taken over", len(ask(connect(), b"\2\4", 4)) == 4)
again.terminate()
again.wait(60)
