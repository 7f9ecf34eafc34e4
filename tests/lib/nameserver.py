# SPDX-License-Identifier: MIT
"""A name server that says what the test wants, when it wants, in a world of its own: a network and a mount
namespace, where 127.0.0.1 port 53 is free and the files of libc's resolver are ours."""
import os
import pathlib
import socket
import struct
import subprocess
import sys
import threading
import time

from harness import T, WAIT, skip

ETC = {"resolv.conf": "nameserver 127.0.0.1\noptions timeout:30 attempts:1\n", "hosts": "", "hosts.allow": "",
       "hosts.deny": ""}
LINK_LOCAL = "fe80::53"
# The second address is for glibc, which looks for no addresses where a host has none but 127.0.0.1.
LAY = (f"ip link set lo up && ip addr add 192.0.2.1/24 dev lo && {{ ip addr add {LINK_LOCAL}/64 dev lo nodad 2>/dev/null; "
       'for f in $FILES; do mount --bind "$ETC/$f" "/etc/$f" || exit 1; done; } && exec "$@"')
A, PTR, AAAA = 1, 12, 28


def alone(text):
    """Goes on in such a world, with the files of ETC in place of the host's; False, and a loud skip, where there can
    be none."""
    if "ALONE" in os.environ:
        return True
    folder = T / "etc"
    folder.mkdir(exist_ok=True)
    for name, words in ETC.items():
        etc(name, words)
    os.environ.update(ETC=str(folder), FILES=" ".join(ETC), T=str(T))
    enter = ["unshare", "-nm" if os.geteuid() == 0 else "-rnm", "sh", "-c", LAY, "sh"]
    trial = subprocess.run([*enter, "true"], capture_output=True, text=True, check=False)
    if trial.returncode:
        skip(text, f"there can be no network and mount namespace: {trial.stderr.strip()}")
        return False
    os.environ["ALONE"] = "1"
    sys.stdout.flush()
    os.execvp(enter[0], [*enter, sys.executable, os.path.abspath(sys.argv[0])])


def etc(name, words):
    """Writes one of the files that the world has below /etc."""
    (T / "etc" / name).write_text(words)


def children(pid):
    return [int(p) for p in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def within(condition):
    """Waits until it holds, or it will not; whether it does."""
    end = time.monotonic() + WAIT
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


def reverse(address):
    return ".".join(reversed(address.split("."))) + ".in-addr.arpa"


class NameServer:
    """Answers from names and addresses; what is held is not answered before it is let go."""

    def __init__(self):
        self.names, self.addresses, self.held, self.waiting, self.asked = {}, {}, set(), [], []
        self.lock = threading.Lock()
        self.serve(socket.AF_INET, ("127.0.0.1", 53))

    def serve(self, family, at):
        """Answers at this address as well."""
        sock = socket.socket(family, socket.SOCK_DGRAM)
        sock.bind(at)
        threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def host(self, name, address, back=None):
        """A host with this name; back: where the name leads, if not to the address."""
        self.addresses[reverse(address)] = name
        self.names[name] = back or address

    def hold(self, *names):
        with self.lock:
            self.held.update(names)

    def let_go(self):
        """Answers all that waits, and holds nothing any more."""
        with self.lock:
            self.held.clear()
            waiting, self.waiting = self.waiting, []
        for question, *who in waiting:
            self._answer(question, *who)

    def was_asked(self, name, times=1):
        """Waits until somebody has asked for it."""
        return within(lambda: sum(n == name for n, _ in self.asked) >= times)

    def _serve(self, sock):
        while True:
            question, who = sock.recvfrom(2000)
            name, kind, _ = self._parse(question)
            with self.lock:
                self.asked.append((name, kind))
                if name in self.held:
                    self.waiting.append((question, sock, who))
                    continue
            self._answer(question, sock, who)

    @staticmethod
    def _parse(question):
        labels, at = [], 12
        while question[at]:
            labels.append(question[at + 1:at + 1 + question[at]].decode())
            at += 1 + question[at]
        return ".".join(labels), struct.unpack(">H", question[at + 1:at + 3])[0], question[12:at + 5]

    def _answer(self, question, sock, who):
        name, kind, asked = self._parse(question)
        data = None
        if kind == PTR and name in self.addresses:
            data = b"".join(bytes([len(w)]) + w.encode() for w in self.addresses[name].split(".")) + b"\0"
        elif kind == A and name in self.names:
            data = socket.inet_aton(self.names[name])
        known = name in self.names or name in self.addresses
        head = question[:2] + struct.pack(">HHHHH", 0x8180 if known else 0x8183, 1, int(data is not None), 0, 0)
        record = struct.pack(">HHHIH", 0xc00c, kind, 1, 0, len(data)) + data if data is not None else b""
        sock.sendto(head + asked + record, who)
