# SPDX-License-Identifier: MIT
"""What the interop tests share: claims, processes, ports, certificates, sample files, comparison.

A test calls claim("what holds", condition, "what was seen instead") and ends; tests/run.sh counts.
"""
import datetime
import os
import pathlib
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

DCMSEC = os.environ.get("DCMSEC", "./dcmsec")
T = pathlib.Path(os.environ.get("T") or tempfile.mkdtemp())
SAMPLES = pathlib.Path("/usr/lib/python3/dist-packages/pydicom/data")
WAIT = 60  # seconds until something that should happen at once is given up


def claim(text, ok, why=""):
    print(("ok - " if ok else "not ok - ") + text)
    if not ok and why:
        for line in str(why).splitlines()[:40]:
            print("# " + line)
    sys.stdout.flush()
    return bool(ok)


def skip(text, why):
    print(f"skip - {text}: {why}", flush=True)


def need(program, text):
    """Whether a peer is installed; a loud skip where it is not."""
    if shutil.which(program):
        return True
    skip(text, f"{program} is not installed")
    return False


def samples():
    """Debian's sample objects, each path once."""
    return sorted(SAMPLES.rglob("*.dcm"))


PORTS = pathlib.Path(os.environ.get("logs") or T) / "ports"


def taken(port):
    """Whether another test of this run has it, or had: a server may be about to listen, or listen on ::1 alone."""
    PORTS.mkdir(exist_ok=True)
    try:
        os.close(os.open(PORTS / str(port), os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return True
    return False


def free_port():
    """A port that nobody has, never the same twice, and below those that the kernel gives to connections that go out:
    while a server starts, a busy machine makes many of these."""
    with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as f:
        first = int(f.read().split()[0])
    while True:
        port = random.SystemRandom().randrange(10000, first) if first > 11000 else 0
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
            except OSError:
                continue
            port = s.getsockname()[1]
        if not taken(port):
            return port


def listening(port, seconds=WAIT, process=None):
    """Whether somebody listens on the port, looked up without connecting: a connection would count."""
    want = f":{port:04X}"
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for table in ("/proc/net/tcp", "/proc/net/tcp6"):
            try:
                for line in open(table).readlines()[1:]:
                    words = line.split()
                    if words[1].endswith(want) and words[3] == "0A":
                        return True
            except FileNotFoundError:
                pass
        if process is not None and process.poll() is not None:
            return False
        time.sleep(0.02)
    return False


def until(condition, seconds=WAIT):
    """Waits until it holds, or it will not; the last that it said."""
    end = time.monotonic() + seconds
    while not (said := condition()) and time.monotonic() < end:
        time.sleep(0.02)
    return said


def busy(port):
    """Whether somebody on this port has a connection that he has not closed, or not taken yet."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            with open(table, encoding="ascii") as f:
                for line in f.readlines()[1:]:
                    words = line.split()
                    if words[1].endswith(f":{port:04X}") and words[3] not in ("06", "0A"):  # TIME_WAIT, LISTEN
                        return True
        except FileNotFoundError:
            pass
    return False


def run(*command, timeout=WAIT * 2, **more):
    """Runs to the end; .returncode, .stdout and .stderr as text, .out both."""
    try:
        r = subprocess.run([str(c) for c in command], capture_output=True, timeout=timeout,
                           stdin=subprocess.DEVNULL, errors="replace", text=True, **more)
    except subprocess.TimeoutExpired as late:
        text = lambda b: b.decode(errors="replace") if isinstance(b, bytes) else b or ""
        r = subprocess.CompletedProcess(command, -1, text(late.stdout), text(late.stderr) + "\nTIMED OUT")
    r.out = r.stdout + r.stderr
    return r


class Server:
    """A peer that listens on a port of its own until the with block ends."""

    def __init__(self, *command, port, env=None, cwd=None, log=None):
        self.log = pathlib.Path(log or tempfile.mktemp(dir=T, prefix="server-", suffix=".log"))
        self.port = port
        self.file = open(self.log, "wb")
        self.process = subprocess.Popen([str(c) for c in command], stdin=subprocess.DEVNULL, cwd=cwd,
                                        stdout=self.file, stderr=subprocess.STDOUT,
                                        env={**os.environ, **(env or {})})
        self.up = listening(port, process=self.process)

    def text(self):
        return self.log.read_text(errors="replace")

    def wait_for(self, pattern, seconds=WAIT):
        return until(lambda: re.search(pattern, self.text()) is not None, seconds)

    def done(self):
        """Waits until each connection to it has come to its end: what a peer says of one, it says before that."""
        return until(lambda: self.process.poll() is not None or not busy(self.port))

    def stop(self, seconds=WAIT):
        """Asks it to end; its exit code, or None where it had to be killed."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            code = None
        self.file.close()
        return code

    def __enter__(self):
        if not self.up:
            print(f"# no server on port {self.port}: {self.text()[-2000:]}")
        return self

    def __exit__(self, *_):
        if self.process.poll() is None or not self.file.closed:
            self.stop()


class Authority:
    """A certification authority and the nodes it made, as PEM files below a folder."""

    def __init__(self, folder, name="Test CA", key="ec", parent=None, days=(-1, 365)):
        from cryptography import x509
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.parent = parent
        self.key = new_key(key)
        self.name = x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "St. Elsewhere"),
                               x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        issuer = parent or self
        usage = dict.fromkeys(("digital_signature", "content_commitment", "key_encipherment",
                               "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False)
        self.certificate = self._build(
            self.name, issuer.name, self.key.public_key(), issuer.key, days,
            [(x509.BasicConstraints(True, None), True),
             (x509.KeyUsage(key_cert_sign=True, crl_sign=True, **usage), True)])
        self.path = self.folder / "ca.pem"
        self.path.write_bytes(pem(self.certificate))

    def _build(self, subject, issuer, public, signer, days, extensions):
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes
        now = datetime.datetime.utcnow()
        b = (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public)
             .serial_number(x509.random_serial_number())
             .not_valid_before(now + datetime.timedelta(days=days[0]))
             .not_valid_after(now + datetime.timedelta(days=days[1])))
        for value, critical in extensions:
            b = b.add_extension(value, critical)
        b = b.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), False)
        b = b.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), False)
        return b.sign(signer, hashes.SHA256())

    def node(self, name, key="ec", days=(-1, 365), hosts=("localhost",), role=None):
        """Makes NAME.key and NAME.pem (certificate, then intermediates); returns (key, certificate)."""
        import ipaddress
        from cryptography import x509
        from cryptography.hazmat.primitives import serialization
        private = new_key(key)
        alternatives = [x509.DNSName(h) for h in hosts] + [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        extensions = [(x509.BasicConstraints(False, None), True),
                      (x509.SubjectAlternativeName(alternatives), False)]
        if role:
            use = {"server": x509.ExtendedKeyUsageOID.SERVER_AUTH,
                   "client": x509.ExtendedKeyUsageOID.CLIENT_AUTH}[role]
            extensions.append((x509.ExtendedKeyUsage([use]), False))
        certificate = self._build(
            x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "St. Elsewhere"),
                       x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]),
            self.name, private.public_key(), self.key, days, extensions)
        chain, above = pem(certificate), self
        while above.parent:
            chain += pem(above.certificate)
            above = above.parent
        key_path, cert_path = self.folder / f"{name}.key", self.folder / f"{name}.pem"
        key_path.write_bytes(private.private_bytes(serialization.Encoding.PEM,
                                                   serialization.PrivateFormat.TraditionalOpenSSL,
                                                   serialization.NoEncryption()))
        key_path.chmod(0o600)
        cert_path.write_bytes(chain)
        return key_path, cert_path


def new_key(kind):
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    if kind.startswith("rsa"):
        return rsa.generate_private_key(public_exponent=65537, key_size=int(kind[3:] or 2048))
    return ec.generate_private_key({"ec": ec.SECP256R1, "ec384": ec.SECP384R1, "ec521": ec.SECP521R1}[kind]())


def pem(certificate):
    from cryptography.hazmat.primitives import serialization
    return certificate.public_bytes(serialization.Encoding.PEM)


def data_set(path):
    """What a file holds, as pydicom reads it, with the bytes of big elements."""
    import pydicom
    pydicom.config.settings.reading_validation_mode = 0
    return pydicom.dcmread(path, force=True)


def body_bytes(path):
    """The bytes of the data set: what follows group 0002, or the whole file where there is none."""
    data = pathlib.Path(path).read_bytes()
    if data[128:132] != b"DICM":
        return data
    at = 132
    while at + 8 <= len(data) and data[at:at + 2] == b"\x02\x00":
        if data[at + 4:at + 6] in (b"OB", b"OW", b"UN", b"UT", b"SQ", b"UC", b"UR"):
            at += 12 + int.from_bytes(data[at + 8:at + 12], "little")
        else:
            at += 8 + int.from_bytes(data[at + 6:at + 8], "little")
    return data[at:]
