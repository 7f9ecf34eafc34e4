# SPDX-License-Identifier: MIT
"""TLS that cannot be: certificates that are untrusted, expired, missing or for the other role, on both sides,
plain and TLS mixed up, and links that break. Messages name subject, issuer and dates; nothing is stored."""
import re
import socket
import ssl
import time

from cryptography import x509

from harness import DCMSEC, SAMPLES, T, WAIT, Authority, claim, run
from peers import PLAIN, Receiver, send
from rawpeer import COMMAND, CT, IMPLICIT_LE, LAST, Acceptor, Wire, associate_rq, object_bytes, p_data, store_rq

GOOD = SAMPLES / "test_files/CT_small.dcm"


def link(node, authority):
    return ("--key", node[0], "--cert", node[1], "--ca", authority.path)


def names(node, text):
    """Whether the text names subject, issuer and both dates of the node's certificate."""
    cert = x509.load_pem_x509_certificate(node[1].read_bytes())
    dates = [d.strftime("%Y-%m-%dT%H:%M:%SZ") for d in (cert.not_valid_before, cert.not_valid_after)]
    cn = [n.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value for n in (cert.subject, cert.issuer)]
    return re.search(f"subject [^\n]*CN={cn[0]}, issuer [^\n]*CN={cn[1]}, [^\n]*valid {dates[0]} to {dates[1]}", text)


def complaint(receiver, before):
    """What the receiver says since then."""
    end = time.monotonic() + WAIT
    while len(receiver.events("end")) <= before and time.monotonic() < end:
        time.sleep(0.01)
    return "\n".join(e["reason"] for e in receiver.events("end")[before:])


# Certificate, what is wrong with it in the words of who judges it, what the other side hears.
FAULTY = [
    ("expired", "has expired", "alert 45 .*expired"),
    ("future", "is not valid yet", "alert 45 .*not yet valid"),
    ("stranger", "no trusted certificate of its issuer", "alert 48 .*does not know the CA"),
    ("pretender", "signature|no trusted certificate of its issuer", "alert (48|42|51)"),
]


def receiver_faulty(nodes, authority):
    for name, why, heard in [*FAULTY, ("clientonly", "extended key usage .* does not allow a TLS server", "alert 43")]:
        with Receiver(T / "in", link=link(nodes[name], authority)) as receiver:
            r = send(receiver.port, GOOD, link=link(nodes["good"], authority))
            said = complaint(receiver, 0)
            claim(f"a receiver's {name} certificate: exit code 5, named with subject, issuer and dates",
                  r.returncode == 5 and re.search(why, r.stderr) and names(nodes[name], r.stderr),
                  f"{r.returncode} {r.stderr}")
            claim(f"a receiver's {name} certificate: the receiver hears why", re.search(heard, said), said)


def sender_faulty(receiver, nodes, authority):
    for name, why, heard in [*FAULTY, ("serveronly", "extended key usage .* does not allow a TLS client", "alert 43")]:
        before = len(receiver.events("end"))
        r = send(receiver.port, GOOD, link=link(nodes[name], authority))
        said = complaint(receiver, before)
        claim(f"a sender's {name} certificate: the receiver names it with subject, issuer and dates",
              re.search(why, said) and names(nodes[name], said), said)
        claim(f"a sender's {name} certificate: the sender hears why, exit code 5",
              r.returncode == 5 and re.search(heard, r.stderr), f"{r.returncode} {r.stderr}")
    before = len(receiver.events("end"))
    r = send(receiver.port, GOOD, link=("--no-client-cert", "--ca", authority.path))
    said = complaint(receiver, before)
    claim("a sender without a certificate: both sides say that one is required, exit code 5", r.returncode == 5
          and "demands a client certificate" in r.stderr and "showed no certificate" in said, r.stderr + said)
    before = len(receiver.events("end"))
    r = send(receiver.port, GOOD, link=link(nodes["good"], authority) + ("--verify-host", "pacs.example"))
    complaint(receiver, before)
    claim("a receiver's certificate for another host, when asked for: named with the hosts it is for, exit code 5",
          r.returncode == 5 and "not for the host pacs.example but for localhost" in r.stderr
          and names(nodes["good"], r.stderr), r.stderr)
    r = send(receiver.port, GOOD, link=("--key", nodes["good"][0], "--cert", nodes["inner"][1], "--ca", authority.path))
    claim("a key and a certificate that do not belong together: said so, exit code 3",
          r.returncode == 3 and "belongs to the private key" in r.stderr, f"{r.returncode} {r.stderr}")
    r = send(receiver.port, GOOD, link=link(nodes["good"], authority)[:4])
    claim("no authority to trust: said so, exit code 2", r.returncode == 2 and "--ca" in r.stderr, r.stderr)
    before = len(receiver.events("end"))
    r = send(receiver.port, GOOD, link=link(nodes["inner"], authority))
    complaint(receiver, before)
    claim("a sender's certificate of an intermediate authority, sent along: stored", r.returncode == 0, r.stderr)
    for folder in receiver.out.iterdir():
        folder.unlink()


def web_server(wire):
    wire.take(1)
    wire.put(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    while wire.sock.recv(65536):  # what is left unread would be a reset
        pass


def mixed_up(receiver, nodes, authority):
    before = len(receiver.events("end"))
    r = send(receiver.port, GOOD)
    said = complaint(receiver, before)
    claim("a plain sender on a TLS port: both sides say so", r.returncode in (5, 6)
          and "TLS alert where DICOM was expected" in r.stderr and "plain DICOM, not TLS" in said, r.stderr + said)
    with Receiver(T / "plain") as plain:
        r = send(plain.port, GOOD, link=link(nodes["good"], authority))
        said = complaint(plain, 0)
        claim("a TLS sender on a plain port: both sides say so, exit code 5", r.returncode == 5
              and "plain DICOM, not TLS" in r.stderr and "speaks TLS where DICOM was expected" in said, r.stderr + said)
    with Acceptor(web_server) as web:
        r = send(web.port, GOOD, link=link(nodes["good"], authority))
        claim("a TLS sender and a web server: said so, exit code 5", r.returncode == 5 and "web server" in r.stderr,
              f"{r.returncode} {r.stderr}")
    r = run(DCMSEC, "echo", *PLAIN, f"127.0.0.1:{receiver.port}")
    claim("a plain echo on a TLS port: said so", r.returncode in (5, 6) and "TLS" in r.stderr, r.stderr)


def raw_connection(receiver):
    return socket.create_connection(("127.0.0.1", receiver.port), WAIT)


def context(nodes, authority, **settings):
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    c.check_hostname = False
    c.load_verify_locations(authority.path)
    c.load_cert_chain(nodes["good"][1], nodes["good"][0])
    for name, value in settings.items():
        setattr(c, name, value)
    return c


def broken_links(nodes, authority):
    """Clients that break off or stall anywhere between the first byte and the last object."""
    hello = bytes.fromhex("16030100c8010000c40303") + bytes(range(32))

    def ended(what, pattern, before):
        said = complaint(receiver, before)
        claim(f"{what}: ended with a message", re.search(pattern, said), said)
    with Receiver(T / "silent", "--artim", "3s", link=link(nodes["good"], authority)) as receiver:
        for what, data in (("silence on a TLS port", b""), ("half a ClientHello, then silence", hello)):
            before = len(receiver.events("end"))
            with raw_connection(receiver) as s:
                s.sendall(data)
                ended(what, "3000 ms|TLS|3 s", before)
        before = len(receiver.events("end"))
        with context(nodes, authority).wrap_socket(raw_connection(receiver)):
            ended("a TLS client that is silent after the handshake", "ARTIM", before)
    with Receiver(T / "broken", link=link(nodes["good"], authority)) as receiver:
        for what, data, pattern in (
                ("an HTTP request on a TLS port", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP"),
                ("random bytes on a TLS port", bytes(range(100, 200)) * 5, "TLS"),
                ("a TLS record of the wrong size", bytes.fromhex("160301ffff") + bytes(500), "TLS|record"),
                ("an alert instead of a ClientHello", bytes.fromhex("15030100020228"), "alert")):
            before = len(receiver.events("end"))
            s = raw_connection(receiver)
            s.sendall(data)
            ended(what, pattern, before)
            s.close()
        before = len(receiver.events("end"))
        s = raw_connection(receiver)
        s.sendall(hello)
        s.close()
        ended("half a ClientHello, then gone", "closed|TLS", before)

        for what, settings in (("only TLS 1.1", {"minimum_version": ssl.TLSVersion.TLSv1,
                                                 "maximum_version": ssl.TLSVersion.TLSv1_1}),):
            before = len(receiver.events("end"))
            c = context(nodes, authority, **settings)
            c.set_ciphers("ALL:@SECLEVEL=0")
            try:
                c.wrap_socket(raw_connection(receiver))
                refused = False
            except OSError:
                refused = True
            claim(f"a client with {what}: refused", refused)
            ended(f"a client with {what}", "TLS", before)
        c = context(nodes, authority, maximum_version=ssl.TLSVersion.TLSv1_2)
        c.set_ciphers("AES128-SHA")
        before = len(receiver.events("end"))
        try:
            c.wrap_socket(raw_connection(receiver))
            refused = False
        except OSError:
            refused = True
        claim("a client with a suite of old only: refused", refused)
        ended("a client with a suite of old only", "suite", before)

        for what, act, pattern in (
                ("a TLS client that sends no DICOM", lambda w: w.put(b"GET / HTTP/1.1\r\n\r\n"), "HTTP|PDU"),
                ("a TLS client gone in the middle of an object", half_object, "closed|TLS|reset"),
                ("a TLS client that closes TLS in the middle of an object", half_object_closed, "closed|TLS")):
            before = len(receiver.events("end"))
            wire = Wire(context(nodes, authority).wrap_socket(raw_connection(receiver)))
            act(wire)
            ended(what, pattern, before)
            wire.close()
        claim("nothing of them is on disk", receiver.files() == [], receiver.files())
        r = send(receiver.port, GOOD, link=link(nodes["good"], authority))
        claim("after all that a good sender is served", r.returncode == 0 and len(receiver.files()) == 1, r.stderr)
        claim("and the receiver ends with 0", receiver.stop() == 0)


def half_object(wire):
    wire.put(associate_rq([(CT, [IMPLICIT_LE])]))
    wire.get()
    wire.put(p_data(1, COMMAND | LAST, store_rq(CT, "1.2.3")), p_data(1, 0, object_bytes()[:40]))
    wire.reset()


def half_object_closed(wire):
    wire.put(associate_rq([(CT, [IMPLICIT_LE])]))
    wire.get()
    wire.put(p_data(1, COMMAND | LAST, store_rq(CT, "1.2.3")), p_data(1, 0, object_bytes()[:40]))
    try:
        wire.sock.unwrap()
    except OSError:
        pass


def main():
    authority, other = Authority(T / "good", "Good CA"), Authority(T / "other", "Other CA")
    false_name = Authority(T / "false", "Good CA")  # the same name with another key
    inner = Authority(T / "inner", "Inner CA", parent=authority)
    nodes = {"good": authority.node("good"), "expired": authority.node("expired", days=(-30, -2)),
             "future": authority.node("future", days=(2, 30)), "stranger": other.node("stranger"),
             "pretender": false_name.node("pretender"), "clientonly": authority.node("clientonly", role="client"),
             "serveronly": authority.node("serveronly", role="server"), "inner": inner.node("inner")}
    receiver_faulty(nodes, authority)
    with Receiver(T / "in", link=link(nodes["good"], authority)) as receiver:
        sender_faulty(receiver, nodes, authority)
        mixed_up(receiver, nodes, authority)
        claim("nothing was stored for any of them", receiver.files() == [], receiver.files())
    broken_links(nodes, authority)


main()
