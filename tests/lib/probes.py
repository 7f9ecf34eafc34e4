# SPDX-License-Identifier: MIT
"""What the tests of dcmsec ciphers --probe share: what it tells, and servers to ask."""
import contextlib
import socket
import threading

from harness import DCMSEC, Server, free_port, run
from peers import events


class Probe:
    """What a probe of a server found."""

    def __init__(self, port, *options, host="127.0.0.1"):
        self.run = run(DCMSEC, "ciphers", "--probe", f"{host}:{port}", "--rate", "500", "--json", *options)
        self.events = events(self.run.stdout)
        peers = [e for e in self.events if e["event"] == "peer"]
        self.peer = peers[0] if peers else {"versions": [], "groups": [], "client_certificate": None}
        self.certificates = [e for e in self.events if e["event"] == "certificate"]
        self.verdicts = {e["profile"]: e["verdict"] for e in self.events if e["event"] == "verdict"}

    def suites(self, version=None):
        return {e["openssl"] for e in self.events if e["event"] == "suite" and version in (None, e["version"])}

    def good(self):
        return {p for p, v in self.verdicts.items() if v != "no"}

    def told(self):
        return f"{self.run.returncode}\n{self.peer}\n{sorted(self.suites())}\n{self.verdicts}\n{self.run.stderr}"


def openssl_server(key, cert, *options):
    port = free_port()
    return Server("openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-key", key, "-cert", cert, "-www", *options,
                  port=port)


class Raw:
    """A peer that answers every connection with these bytes, or keeps silent."""

    def __init__(self, answer):
        self.answer, self.made = answer, 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                s, _ = self.socket.accept()
            except OSError:
                return
            self.made += 1
            with s, contextlib.suppress(OSError):  # the other side may have given up before
                s.recv(4096)
                if self.answer is None:
                    s.recv(4096)
                else:
                    s.sendall(self.answer)
