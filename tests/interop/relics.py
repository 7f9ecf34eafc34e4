# SPDX-License-Identifier: MIT
"""The profile bcp195 of our applets: TLS 1.3 with who has it, relics with who has nothing else, and what somebody
in between who blocks or rewrites the first connection gains by it (nothing)."""
import json
import os
import shutil
import socket
import threading

from harness import T, Authority, Server, claim, free_port, need, run

DCMSEC = os.environ["DCMSEC"]
BOTH = ["--profile", "bcp195"]
ALERT = b"\x15\x03\x01\x00\x02\x02"


class World:
    def __init__(self):
        self.ca = Authority(T / "ca", key="rsa2048")
        self.key, self.cert = self.ca.node("node", "rsa2048")
        self.tls = ["--key", self.key, "--cert", self.cert, "--ca", self.ca.path]

    def receive(self, *how):
        out = T / "out"
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        port = free_port()
        return Server(DCMSEC, "receive", "--bind", "127.0.0.1", "--port", port, "--out", out, "--json", *self.tls, *how,
                      port=port)

    def storescp(self, *how):
        out = T / "out"
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        port = free_port()
        return Server("storescp", "+tls", self.key, self.cert, "+cf", self.ca.path, *how, "-od", out, port, port=port)

    def echo(self, port, *how):
        return run(DCMSEC, "echo", "--json", *self.tls, *how, f"127.0.0.1:{port}")

    def echoscu(self, port, *how):
        return run("echoscu", "+tls", self.key, self.cert, "+cf", self.ca.path, *how, "127.0.0.1", port)


def agreed(text):
    """Protocol and suite of the last "secure" event."""
    found = ("", "")
    for line in text.splitlines():
        if line.startswith("{"):
            event = json.loads(line)
            if event["event"] == "secure":
                found = event["protocol"], event["suite"]
    return found


class Between(threading.Thread):
    """Takes connections on a port of its own: answers the first one with an alert or lets rewrite() change its first
    bytes, and passes on whatever else comes."""

    def __init__(self, port, alert=None, rewrite=None):
        super().__init__(daemon=True)
        self.to, self.alert, self.rewrite, self.seen = port, alert, rewrite, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.start()

    def run(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.seen += 1
            first = client.recv(65536)
            if self.alert and self.seen == 1:
                client.sendall(ALERT + bytes([self.alert]))
                client.shutdown(socket.SHUT_WR)
                while client.recv(65536):
                    pass
                client.close()
                continue
            server = socket.create_connection(("127.0.0.1", self.to))
            server.sendall(self.rewrite(first) if self.rewrite and self.seen == 1 else first)
            for a, b in ((client, server), (server, client)):
                threading.Thread(target=pump, args=(a, b), daemon=True).start()


def pump(a, b):
    try:
        while data := a.recv(65536):
            b.sendall(data)
        b.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def without_versions(hello):
    """The hello as one of TLS 1.2: supported_versions becomes an extension that nobody knows."""
    return hello.replace(b"\x00\x2b\x00\x05\x04\x03\x04", b"\x7f\x2b\x00\x05\x04\x03\x04")


def relics_alone(hello):
    """Each suite of the hello becomes TLS_RSA_WITH_AES_128_CBC_SHA."""
    at = 5 + 4 + 2 + 32
    at += 1 + hello[at]
    n = int.from_bytes(hello[at:at + 2], "big")
    return without_versions(hello[:at + 2] + b"\x00\x2f" * (n // 2) + hello[at + 2 + n:])


def ours(w):
    with w.receive(*BOTH) as s:
        done = w.echo(s.port, *BOTH)
        claim("two of ours with bcp195 use TLS 1.3", done.returncode == 0 and agreed(done.stdout)[0] == "TLSv1.3", done.out)
        for alert in (40, 70):
            between = Between(s.port, alert=alert)
            done = w.echo(between.port, *BOTH)
            claim(f"who answers the first connection with alert {alert} gets no second one of use",
                  done.returncode == 5 and between.seen == 2 and "inappropriate_fallback" in done.stderr, done.out)
        for what, rewrite in (("TLS 1.3 taken out", without_versions), ("relics put in", relics_alone)):
            between = Between(s.port, rewrite=rewrite)
            done = w.echo(between.port, *BOTH)
            claim(f"a hello with {what} leads to no connection", done.returncode == 5 and between.seen == 1, done.out)
        between = Between(s.port, alert=40)
        done = w.echo(between.port)
        claim("the default profile makes no second connection", done.returncode == 5 and between.seen == 1, done.out)
    for profile in ("aes", "basic"):
        with w.receive("--profile", profile) as s:
            done = w.echo(s.port, *BOTH)
            claim(f"a receiver with the profile {profile} is reached with a relic",
                  done.returncode == 0 and "RSA_WITH" in agreed(done.stdout)[1], done.out)
        with w.receive(*BOTH) as s:
            done = w.echo(s.port, "--profile", profile)
            claim(f"a sender with the profile {profile} is served with a relic",
                  done.returncode == 0 and "RSA_WITH" in agreed(done.stdout)[1], done.out)


def dcmtk(w):
    for option, protocol in (("+px", "TLSv1.3"), ("+py", "TLSv1.3"), ("+pz", "TLSv1.2"), ("+pa", "TLSv1")):
        with w.storescp(option) as s:
            done = w.echo(s.port, *BOTH)
        claim(f"echo with bcp195 and storescp {option} agree on {protocol}",
              done.returncode == 0 and agreed(done.stdout)[0].startswith(protocol), done.out + s.text())
        with w.receive(*BOTH) as s:
            done = w.echoscu(s.port, option)
        said = s.text()
        claim(f"receive with bcp195 and echoscu {option} agree on {protocol}",
              done.returncode == 0 and agreed(said)[0].startswith(protocol), done.out + said)


def openssl(w):
    """A receiver with bcp195 and OpenSSL clients that marks itself as a fallback, or has one old version alone."""
    with w.receive(*BOTH) as s:
        base = ["openssl", "s_client", "-connect", f"127.0.0.1:{s.port}", "-key", w.key, "-cert", w.cert]
        done = run(*base, "-no_tls1_3", "-fallback_scsv")
        claim("openssl's fallback from TLS 1.3 is refused", "inappropriate fallback" in done.out, done.out)
        for version in ("-tls1", "-tls1_1", "-tls1_2"):
            done = run(*base, version, "-cipher", "AES128-SHA:@SECLEVEL=0")
            claim(f"openssl {version} with AES128-SHA alone is served", "Cipher is AES128-SHA" in done.out, done.out)


def main():
    w = World()
    ours(w)
    if need("storescp", "bcp195 with DCMTK"):
        dcmtk(w)
    if need("openssl", "bcp195 with openssl"):
        openssl(w)


main()
