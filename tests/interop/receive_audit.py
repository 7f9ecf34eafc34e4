# SPDX-License-Identifier: MIT
"""What auditors read: a line and an event for each association, in the system log as well, that no peer can
forge or break, and that does not say who a patient is."""
import json
import pathlib
import re
import socket
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from harness import DCMSEC, SAMPLES, T, Authority, Server, claim, free_port, run
from peers import events, secure
from rawpeer import CT, associate_rq

OBJECT = SAMPLES / "test_files/CT_small.dcm"
authority = Authority(T / "ca")
archive, scanner = authority.node("archive"), authority.node("scanner")
FINGERPRINT = x509.load_pem_x509_certificate(pathlib.Path(scanner[1]).read_bytes()).fingerprint(
    hashes.SHA256()).hex(":").upper()


class Syslog:
    """A system log that keeps what it is sent."""

    def __init__(self, name="log"):
        self.path = T / name
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(self.path))
        self.socket.settimeout(0.2)
        self.messages = []

    def wait_for(self, pattern, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                self.messages.append(self.socket.recv(65536).decode())
            except TimeoutError:
                pass
            if any(re.search(pattern, m) for m in self.messages):
                return True
        return False

    def close(self):
        self.socket.close()
        self.path.unlink()


def receiver(*options, link=None):
    port = free_port()
    return Server(DCMSEC, "receive", *(secure(archive, authority) if link is None else link), "--bind", "127.0.0.1",
                  "--port", port, "--out", T / f"out-{port}", *options, port=port), port


def send(port, *options, link=None):
    return run(DCMSEC, "send", *(secure(scanner, authority) if link is None else link), *options,
               f"127.0.0.1:{port}", OBJECT)


def end_of(server):
    return [e for e in events(server.text()) if e["event"] == "end"]


def wait_end(server, n=1):
    server.wait_for(r'(?s)("event": ?"end".*){%d}' % n)
    return end_of(server)


def audit():
    log = Syslog()
    server, port = receiver("--syslog", log.path, "--json")
    with server:
        claim("an object is sent", send(port, "--title", "SCANNER", "--called", "ARCHIVE").returncode == 0, server.text())
        claim("the system log has the association without --verbose", log.wait_for("association with"), log.messages)
        line = next((m for m in log.messages if "association with" in m), "")
        claim("its line begins with facility daemon, severity notice, and the process (RFC 3164 4.1)",
              re.match(r"<29>dcmsec\[%d\]: " % server.process.pid, line), line)
        for what, pattern in (("the peer's address", r"127\.0\.0\.1:\d+"), ("both AE titles", "SCANNER to ARCHIVE"),
                              ("protocol and suite", "TLSv1.3 TLS_AES_128_GCM_SHA256"),
                              ("the certificate's subject", "CN=scanner"), ("its fingerprint", FINGERPRINT),
                              ("objects", "1 object, 0 refused"), ("bytes", "38.9 kB"), ("the outcome", "released")):
            claim(f"the line has {what}", re.search(pattern, line), line)
        claim("objects are not in it at that level", not any("stored 1.3" in m for m in log.messages), log.messages)
        end = (wait_end(server) or [{}])[0]
        claim("the event has the same", end.get("calling") == "SCANNER" and end.get("called") == "ARCHIVE" and
              end.get("protocol") == "TLSv1.3" and end.get("suite") == "TLS_AES_128_GCM_SHA256" and
              "CN=scanner" in end.get("peer_subject", "") and end.get("peer_sha256") == FINGERPRINT and
              end.get("objects") == 1 and end.get("refused") == 0 and end.get("reason") == "released", end)
        log.close()
        again = Syslog()
        send(port)
        claim("a system log that was started anew gets the next one", again.wait_for("association with"), again.messages)
        again.close()
        claim("without a system log the receiver goes on", send(port).returncode == 0, server.text())
    server, port = receiver("--syslog", T / "nobody")
    claim("a socket that nobody reads is refused at start, by name", server.process.wait(60) == 8 and
          "nobody" in server.text(), server.text())
    server.stop()
    ran = run(DCMSEC, "receive", "--plain", "--port", "0", "--out", T / "x", "--syslog", "/" + "x" * 200)
    claim("so is a name that is too long for a socket", ran.returncode == 2 and "107 bytes" in ran.stderr, ran.stderr)


def forging():
    """Titles and UIDs are the peer's words."""
    log = Syslog("log2")
    server, port = receiver("--syslog", log.path, "--json", "-v", link=["--plain"])
    evil = [b'A"},{"event":"x', b"A\r\nFORGED: line", b"A\x1b[2J\x07", b"\xff\xfe\x00\x01", b"%s%n%p{}"]
    with server:
        for title in evil:
            request = associate_rq([(CT, ["1.2.840.10008.1.2"])], calling="T" * 16)
            with socket.create_connection(("127.0.0.1", port), 60) as peer:
                peer.sendall(request.replace(b"T" * 16, title[:16].ljust(16)))
                peer.recv(4096)
        end = wait_end(server, len(evil)) or []
        claim("each of five hostile titles ends in one event", len(end) == len(evil), server.text())
        whole = [line for line in server.text().splitlines() if line.startswith("{")]
        for line in whole:
            json.loads(line)
        claim("each event is one JSON object on one line", all(isinstance(json.loads(x), dict) for x in whole))
        claim("no event has another kind than ours", {json.loads(x)["event"] for x in whole} <=
              {"listening", "association", "rejected", "end", "summary"}, whole)
        others = [line for line in server.text().splitlines() if not line.startswith("{")]
        claim("no line begins otherwise than ours do", all(x.startswith("dcmsec receive: ") for x in others), others)
        claim("nothing in them moves a cursor", not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", "".join(others)), others)
        log.wait_for(".")
        log.wait_for("nothing like it", 1)
        claim("no message of the system log has a second line or a control character",
              log.messages and not any(re.search(r"[\x00-\x1f\x7f]", m) for m in log.messages), log.messages)
    log.close()


def privacy():
    for options, shown in (((), False), (("--log-patient",), True)):
        server, port = receiver("--json", "-v", "--name", "{PatientID}/{PatientName}/{SOPInstanceUID}.dcm", *options)
        with server:
            send(port)
            wait_end(server)
            text = server.text()
            claim("with --log-patient file names are told" if shown else
                  "a file name made of a patient's name and number is not told", shown == ("1CT1" in text), text)
        files = list((T / f"out-{port}").rglob("*.dcm"))
        claim("the file has it in any case", len(files) == 1 and "1CT1" in str(files[0]), files)
    server, port = receiver("--json", "-v", "--name", "{StudyInstanceUID}/{SOPInstanceUID}.dcm")
    with server:
        send(port)
        wait_end(server)
        claim("names without patient data are told as ever", [e for e in events(server.text())
              if e["event"] == "object"][0]["file"].endswith(".dcm"), server.text())


audit()
forging()
privacy()
