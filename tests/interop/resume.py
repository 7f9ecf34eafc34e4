# SPDX-License-Identifier: MIT
"""Resumption of TLS sessions by send, echo and receive: within a run, from run to run by --session, and when it
must not be."""
import datetime
import time

import pydicom
from cryptography import x509
from pydicom.uid import UID_dictionary

from harness import DCMSEC, T, Authority, Server, claim, free_port, run
from peers import EXPLICIT_LE, Receiver, events, secure, send

FILE = T / "sessions"
VERSIONS = (("TLSv1.3", []), ("TLSv1.2", ["--profile", "bcp195-ex", "--require-ems"]))
NEW = 0


class Node:
    """A receiver, and echoes to it at the same port."""

    def __init__(self, link, *options):
        global NEW
        NEW += 1
        self.receiver = Receiver(T / f"out{NEW}", *options, link=link)

    def __enter__(self):
        self.receiver.__enter__()
        return self

    def __exit__(self, *why):
        return self.receiver.__exit__(*why)

    def echo(self, link, *options, port=None):
        r = run(DCMSEC, "echo", *link, *options, "--json", f"127.0.0.1:{port or self.receiver.port}")
        secured = [e for e in events(r.stdout) if e["event"] == "secure"]
        r.secured = secured[0] if secured else {}
        r.resumed = r.secured.get("resumed")
        return r

    def kept(self, link, *more):
        return self.echo(link, "--session", FILE, *more)


def forget():
    FILE.unlink(missing_ok=True)


def from_run_to_run(client, server):
    for version, options in VERSIONS:
        forget()
        with Node([*server, *options]) as node:
            first, second, third = (node.kept([*client, *options]) for _ in range(3))
            claim(f"echo --session: full first, then resumed, {version}",
                  (first.resumed, second.resumed, third.resumed) == (False, True, True), first.out + second.out)
            claim(f"{version}: the peer's name is known when resumed, on both sides",
                  first.secured["peer_subject"] == second.secured["peer_subject"] and second.secured["peer_sha256"] and
                  len({e["peer_subject"] for e in node.receiver.events("secure")}) == 1 and
                  [e["resumed"] for e in node.receiver.events("secure")] == [False, True, True], node.receiver.text())
            claim(f"{version} it is, all three times", {r.secured["protocol"] for r in (first, second, third)} == {version},
                  second.out)
        claim("the file is for its owner alone", FILE.stat().st_mode & 0o777 == 0o600, oct(FILE.stat().st_mode))
        with Node([*server, *options]) as node:
            FILE.write_bytes(FILE.read_bytes())
            r = node.kept([*client, *options])
            claim(f"{version}: a session of another port is not used", r.returncode == 0 and r.resumed is False, r.out)


def restarted(client, server):
    forget()
    port = free_port()
    told = []
    for _ in range(2):
        with Server(DCMSEC, "receive", *server, "--bind", "127.0.0.1", "--port", port, "--out", T / "again", port=port):
            r = run(DCMSEC, "echo", *client, "--session", FILE, "--json", f"127.0.0.1:{port}")
            told += [e["resumed"] for e in events(r.stdout) if e["event"] == "secure"]
    claim("a ticket does not outlive the receiver that gave it", told == [False, False], told)


def files(client, server):
    with Node(server) as node:
        for what, make in (("garbled", lambda: FILE.write_bytes(b"\0" * 3000)),
                           ("of another kind", lambda: FILE.write_bytes(b"-----BEGIN CERTIFICATE-----\n")),
                           ("cut short", lambda: FILE.write_bytes(FILE.read_bytes()[:-5])),
                           ("with one bit flipped", lambda: FILE.write_bytes(flipped(FILE.read_bytes())))):
            forget()
            node.kept(client)
            make()
            FILE.chmod(0o600)
            before = FILE.read_bytes()
            r = node.kept(client)
            claim(f"a file {what}: a warning, a full handshake, and the file stays",
                  r.returncode == 0 and r.resumed is False and str(FILE) in r.stderr and FILE.read_bytes() == before, r.out)
        forget()
        node.kept(client)
        FILE.chmod(0o644)
        r = node.kept(client)
        claim("a file that others may read is not used, and told", r.returncode == 0 and r.resumed is False
              and "chmod 600" in r.stderr, r.out)
        forget()
        FILE.symlink_to(T / "elsewhere")
        r = node.kept(client)
        claim("nor is a symbolic link followed", r.returncode == 0 and r.resumed is False and not (T / "elsewhere").exists(),
              r.out)
        forget()
        r = node.echo(client, "--session", T)
        claim("nor is a folder one", r.returncode == 0 and r.resumed is False and str(T) in r.stderr, r.out)
        r = node.echo(client, "--session", T / "no" / "such")
        claim("one that cannot be made: a warning", r.returncode == 0 and str(T / "no" / "such") in r.stderr, r.out)
        node.kept(client)
        r = node.kept([*client, "--profile", "8996-mod"])
        claim("with another profile the file is begun anew", r.returncode == 0 and r.resumed is False and not r.stderr,
              r.out)
        locked(client, node)


def locked(client, node):
    import fcntl
    forget()
    node.kept(client)
    with open(FILE, "r+b") as f:
        fcntl.lockf(f, fcntl.LOCK_EX)
        r = node.kept(client)
        claim("a file that another process works with: a warning, a full handshake",
              r.returncode == 0 and r.resumed is False and "another process" in r.stderr, r.out)
    r = node.kept(client)
    claim("and when that is done it is used again", r.resumed is True, r.out)


def flipped(data):
    return data[:100] + bytes([data[100] ^ 1]) + data[101:]


def crl(authority, path, *revoked):
    """A list of revoked certificates (of nodes), in place of the one at path."""
    from cryptography.hazmat.primitives import hashes, serialization
    now = datetime.datetime.utcnow()
    b = (x509.CertificateRevocationListBuilder().issuer_name(authority.name).last_update(now)
         .next_update(now + datetime.timedelta(days=1)).add_extension(x509.CRLNumber(1 + len(revoked)), False))
    for node in revoked:
        serial = x509.load_pem_x509_certificate(node[1].read_bytes()).serial_number
        b = b.add_revoked_certificate(x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now).build())
    path.write_bytes(b.sign(authority.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))


def judged_again(authority):
    """What became of a certificate, or of who is trusted, since its session began."""
    client, server = authority.node("caller", key="ec"), authority.node("called", key="ec")
    for version, options in VERSIONS:
        for whose in ("client", "server"):
            forget()
            crl(authority, T / "crl.pem")
            check = ["--check-crl", "--crl", T / "crl.pem"]
            c, s = [*secure(client, authority), *options], [*secure(server, authority), *options]
            with Node([*s, *(check if whose == "client" else [])]) as node:
                mine = [*c, *(check if whose == "server" else [])]
                told = [node.kept(mine).resumed for _ in range(2)]
                crl(authority, T / "crl.pem", client if whose == "client" else server)
                r = node.kept(mine)
                claim(f"{version}: a {whose} revoked between two connections is refused, whatever ticket there is",
                      told == [False, True] and r.returncode == 5 and "revoked" in r.stderr, r.out)
        forget()
        store = T / "trusted.pem"
        other = Authority(T / "other", "Other CA")
        store.write_bytes(other.path.read_bytes() + authority.path.read_bytes())
        with Node(["--key", server[0], "--cert", server[1], "--ca", store, *options]) as node:
            mine = [*secure(client, authority), *options]
            told = [node.kept(mine).resumed for _ in range(2)]
            store.write_bytes(other.path.read_bytes())
            r = node.kept(mine)
            claim(f"{version}: a client whose authority is no longer trusted is refused, whatever ticket it has",
                  told == [False, True] and r.returncode == 5, r.out)


def expired(authority):
    """What becomes of a session when the certificate behind it expires."""
    good, later = authority.node("caller"), ["--at", (datetime.datetime.utcnow() + datetime.timedelta(days=3)).strftime(
        "%Y-%m-%dT%H:%M:%SZ")]
    called = authority.node("called-for-a-day", days=(-1, 1))
    for version, options in VERSIONS:
        forget()
        mine = [*secure(good, authority), *options]
        with Node([*secure(called, authority), *options]) as node:
            told = [node.kept(mine).resumed for _ in range(2)]
            r = node.kept(mine, *later)
            claim(f"{version}: a server's certificate that expired between two connections is refused, whatever ticket there is",
                  told == [False, True] and r.returncode == 5 and "expired" in r.stderr, f"{told} {r.out}")
        # A receiver has one clock: its client's certificate must expire indeed, after two connections at least.
        for seconds in (6, 30, 120):
            forget()
            brief = authority.node("caller-for-seconds", days=(-1, seconds / 86400))
            end = x509.load_pem_x509_certificate(brief[1].read_bytes()).not_valid_after
            mine = [*secure(brief, authority), *options]
            with Node([*secure(authority.node("called"), authority), *options]) as node:
                told = [node.kept(mine).resumed for _ in range(2)]
                if datetime.datetime.utcnow() >= end:
                    continue
                time.sleep((end - datetime.datetime.utcnow()).total_seconds() + 2)
                r = node.kept(mine)
                claim(f"{version}: a client's certificate that expired between two connections is refused, whatever ticket it has",
                      told == [False, True] and r.returncode == 5 and "expired" in r.out + node.receiver.text(),
                      f"{told} {r.out}")
                break


def within_a_run(client, server):
    """More kinds of objects than one association has numbers for."""
    classes = sorted(u for u, row in UID_dictionary.items() if row[1] == "SOP Class" and u.startswith(
        "1.2.840.10008.5.1.4.1.1.") and "Storage" in row[0])
    (T / "many").mkdir()
    for number, sop_class in enumerate(classes):
        ds = pydicom.Dataset()
        ds.SOPClassUID, ds.SOPInstanceUID, ds.PatientName = sop_class, f"1.2.826.0.1.{number}", "AGAIN^AND AGAIN"
        ds.is_little_endian, ds.is_implicit_VR, ds.file_meta = True, False, pydicom.dataset.FileMetaDataset()
        ds.file_meta.MediaStorageSOPClassUID, ds.file_meta.MediaStorageSOPInstanceUID = sop_class, ds.SOPInstanceUID
        ds.file_meta.TransferSyntaxUID = EXPLICIT_LE
        pydicom.dcmwrite(T / "many" / f"{number}.dcm", ds, write_like_original=False)
    with Receiver(T / "many-in", "--no-sync", link=server) as receiver:
        r = send(receiver.port, T / "many", link=client)
        told = [e["resumed"] for e in receiver.events("secure")]
        claim(f"send with {len(told)} associations resumes all but the first",
              r.returncode == 0 and len(told) > 1 and told == [False] + [True] * (len(told) - 1), f"{told} {r.stderr}")


def off(client, server):
    forget()
    with Node([*server, "--no-tickets"]) as node:
        told = [node.kept(client).resumed for _ in range(2)]
        claim("receive --no-tickets: every handshake is a full one", told == [False, False], told)
    forget()
    with Node([*server, "--ticket-lifetime", "1s"]) as node:
        node.kept(client)
        time.sleep(1.2)
        claim("receive --ticket-lifetime 1s: over after that", node.kept(client).resumed is False)
    r = run(DCMSEC, "receive", *server, "--ticket-lifetime", "8d", "--out", T / "o")
    claim("--ticket-lifetime is a week at most", r.returncode == 2, r.out)


def main():
    authority = Authority(T / "ca")
    client = secure(authority.node("client", key="ec"), authority)
    server = secure(authority.node("server", key="rsa"), authority)
    from_run_to_run(client, server)
    restarted(client, server)
    files(client, server)
    off(client, server)
    judged_again(authority)
    expired(authority)
    within_a_run(client, server)


main()
