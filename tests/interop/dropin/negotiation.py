#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Association profiles (-xf) beside DCMTK's tools: the same file and words, what is proposed as DCMTK's
receiver logs it, and what is accepted of raw requests."""
import pathlib
import re
import socket
import struct

import rawpeer as raw
from dropin import CT, EXPLICIT_LE, Peer, both, contexts, inputs, run
from harness import T, Server, claim, free_port, need

SHIPPED = pathlib.Path("/etc/dcmtk")
SMALL = """[[TransferSyntaxes]]
[Some]
TransferSyntax1 = LittleEndianImplicit
TransferSyntax2 = JPEGLossless:Non-hierarchical-1stOrderPrediction
# a comment
[Two]
TransferSyntax1 = 1.2.840.10008.1.2.1
TransferSyntax2 = LittleEndianImplicit
TransferSyntax4 = passed over, behind a gap
[[PresentationContexts]]
[List]
PresentationContext1 = CTImageStorage\\Two
PresentationContext2 = MRImageStorage\\some
PresentationContext3 = 1.2.3.4\\
  Two
PresentationContext4 = VerificationSOPClass\\Two
PresentationContext5 = RETIRED_NuclearMedicineImageStorage\\Two
[[SCPSCURoleSelection]]
[R]
Role1 = CTImageStorage\\%s
[[ExtendedNegotiation]]
[E]
ExtendedNegotiation1 = CTImageStorage\\020003000000
[[Profiles]]
[Mine]
PresentationContexts = list
[Roles]
PresentationContexts = List
SCPSCURoleSelection = R
ExtendedNegotiation = E
"""
ROLES = (None, (1, 0), (0, 1), (1, 1))


def shown():
    return [("storescu", "-xf"), ("storescp", "-xf")]


def write(name, text):
    path = T / name
    path.write_text(text)
    return path


def proposals(files):
    """What each sender's words make of a request, and of its exit code."""
    small = write("small.cfg", SMALL % "BOTH")
    rows = [("Debian's storescu.cfg", SHIPPED / "storescu.cfg", "Default", ["ct.dcm"]),
            ("a small profile", small, "Mine", ["ct.dcm"]), ("a profile named otherwise", small, " mi NE", ["ct.dcm"]),
            ("a class that is not in the profile", small, "Mine", ["jpeg.dcm", "ct.dcm"]),
            ("the same with --no-halt", small, "Mine", ["jpeg.dcm", "ct.dcm", "-nh"]),
            ("roles", small, "Roles", ["ct.dcm"])]
    for what, path, profile, words in rows:
        seen = {}
        for name, tool in both("storescu"):
            with Peer(["storescp"], "-d", "+xa", name="xf") as peer:
                flags = [w for w in words if w.startswith("-")]
                r = run(*tool, *flags, "-xf", path, profile, "localhost", str(peer.number),
                        *[files / w for w in words if not w.startswith("-")])
            log = peer.text()
            role = re.findall(r"(?:Proposed|Accepted) SCP/SCU Role: (\S+)", log)
            seen[name] = (r.returncode, contexts(log, "RQ"), role, sorted(p.name for p in peer.out.iterdir()))
        claim(f"storescu -xf: {what}: contexts, roles, exit code and stored objects are DCMTK's",
              seen["dcmtk"] == seen["dcmsec"] and seen["dcmtk"][1], f"{seen['dcmtk']}\n{seen['dcmsec']}")


def request(role=None, extended=None):
    uid = CT.encode()
    body = struct.pack(">HH16s16s32x", 1, 0, b"A".ljust(16), b"B".ljust(16)) + raw.item(0x10, b"1.2.840.10008.3.1.1.1")
    body += raw.item(0x20, struct.pack(">Bxxx", 1) + raw.item(0x30, uid) + raw.item(0x40, EXPLICIT_LE.encode()))
    user = raw.item(0x51, struct.pack(">I", 16384)) + raw.item(0x52, b"1.2.3.4")
    if role:
        user += raw.item(0x54, struct.pack(">H", len(uid)) + uid + bytes(role))
    if extended:
        user += raw.item(0x56, struct.pack(">H", len(uid)) + uid + extended)
    return raw.pdu(raw.ASSOCIATE_RQ, body + raw.item(0x50, user))


def answer(port, pdu):
    """What the receiver says: PDU type, contexts, and the items about roles and extended negotiation."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as s:
        s.sendall(pdu)
        stream = s.makefile("rb")
        kind, n = struct.unpack(">BxI", stream.read(6))
        body = stream.read(n)
        s.sendall(raw.pdu(raw.ABORT, bytes(4)))
    said, at = [kind], 68
    while kind == raw.ASSOCIATE_AC and at + 4 <= len(body):
        item, size = struct.unpack(">BxH", body[at:at + 4])
        content = body[at + 4:at + 4 + size]
        if item == 0x21:
            said.append((content[0], content[2], content[8:] if content[2] == 0 else b""))
        where = 0
        while item == 0x50 and where + 4 <= len(content):
            sub, m = struct.unpack(">BxH", content[where:where + 4])
            if sub in (0x54, 0x56):
                said.append((sub, content[where + 4:where + 4 + m]))
            where += 4 + m
        at += 4 + size
    return said


def storescp(tool, path, profile):
    port = free_port()
    out = T / "accepts"
    out.mkdir(exist_ok=True)
    return port, Server(*tool, "-od", out, "-xf", path, profile, port, port=port)


def acceptances():
    uids = [c for c in (f"1.2.840.10008.5.1.4.1.1.{i}" for i in
            (*range(1, 8), 20, "12.1", "77.1", "88.11", "104.1", "481.1", "9.1.1", 66, "2.1"))] + ["1.2.840.10008.1.1", "1.2.3"]
    syntaxes = ["1.2.840.10008.1.2", EXPLICIT_LE, "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.5"]
    syntaxes += [f"1.2.840.10008.1.2.4.{i}" for i in (50, 51, 57, 70, 80, 81, 90, 91, 100, 102, 107, 108)]
    asked = [raw.associate_rq([(u, order) for u in uids]) for order in (syntaxes, syntaxes[::-1], syntaxes[4:], syntaxes[:1])]
    for profile in ("Default", "AllDICOM"):
        seen = {}
        for name, tool in both("storescp"):
            port, server = storescp(tool, SHIPPED / "storescp.cfg", profile)
            with server:
                seen[name] = [answer(port, pdu) for pdu in asked]
        claim(f"storescp -xf: Debian's storescp.cfg, {profile}: each context is answered as DCMTK answers it",
              seen["dcmtk"] == seen["dcmsec"] and len(seen["dcmtk"][0]) > len(uids), seen)
    for word in ("SCU", "SCP", "BOTH"):
        path = write("roles.cfg", SMALL % word)
        seen = {}
        for name, tool in both("storescp"):
            port, server = storescp(tool, path, "Roles")
            with server:
                seen[name] = [answer(port, request(role, extended)) for role in ROLES for extended in (None, b"\1\2")]
        claim(f"storescp -xf: role {word}: roles and extended negotiation are answered as DCMTK answers them",
              seen["dcmtk"] == seen["dcmsec"], seen)


def wide(files):
    """As many contexts as there can be, of 40 transfer syntaxes each: some 110 KB."""
    text = (SHIPPED / "storescu.cfg").read_text()
    classes = list(dict.fromkeys(re.findall(r"PresentationContext\d+ *= *(\w+)\\", text)))
    classes = (["CTImageStorage"] + [c for c in classes if c != "CTImageStorage"])[:128]
    classes += [f"1.2.3.4.{i}" for i in range(128 - len(classes))]
    syntaxes = [EXPLICIT_LE, *(f"1.2.840.10008.1.2.4.{i}" for i in range(50, 89))]
    path = write("wide.cfg", "[[TransferSyntaxes]]\n[Many]\n" + "".join(
        f"TransferSyntax{i} = {s}\n" for i, s in enumerate(syntaxes, 1)) + "[[PresentationContexts]]\n[All]\n" + "".join(
        f"PresentationContext{i} = {c}\\Many\n" for i, c in enumerate(classes, 1))
        + "[[Profiles]]\n[Wide]\nPresentationContexts = All\n")
    seen = {}
    for name, receiver in both("storescp"):
        for by, sender in both("storescu"):
            with Peer(receiver, "-d", name="wide") as peer:
                r = run(*sender, *(["-d"] if by == "dcmtk" else []), "-xf", path, "Wide",
                        "localhost", str(peer.number), files / "ct.dcm")
                seen[name, by] = (r.returncode, [p.name for p in peer.out.iterdir()])
                if by == "dcmtk":
                    seen[name] = contexts(r.out, "AC")
    claim("a profile of 128 contexts with 40 syntaxes each: DCMTK's storescu and ours propose it, DCMTK's storescp and ours take it",
          len({str(seen[n, b]) for n in ("dcmtk", "dcmsec") for b in ("dcmtk", "dcmsec")}) == 1 and seen["dcmtk", "dcmtk"][0] == 0
          and len(seen["dcmtk", "dcmtk"][1]) == 1 and len(seen["dcmtk"]) == 128 and seen["dcmtk"] == seen["dcmsec"],
          str({k: v for k, v in seen.items() if isinstance(k, tuple)}) + str(len(seen["dcmtk"])) + str(
              [(a, b) for a, b in zip(seen["dcmtk"], seen["dcmsec"]) if a != b][:5]))


def bad_files():
    good = SMALL % "BOTH"
    rows = [("no such file", None, "Mine", "cannot open"), ("no such profile", good, "Other", "no profile"),
            ("an unknown transfer syntax", good.replace("LittleEndianImplicit\nTransferSyntax2 = J", "Nonsense\nTransferSyntax2 = J"),
             "Mine", "line 3:"),
            ("an unknown SOP class", good.replace("MRImage", "NoImage"), "Mine", "line 13:"),
            ("an undefined list", good.replace("\\some", "\\none"), "Mine", "line 13:"),
            ("no backslash", good.replace("\\some", ""), "Mine", "line 13:"),
            ("an unknown role", good.replace("\\BOTH", "\\ALL"), "Mine", "line 20:"),
            ("half a byte", good.replace("020003000000", "0200030"), "Mine", "line 23:"),
            ("no contexts in a profile", good.replace("PresentationContexts = list\n", ""), "Mine", "line 25:"),
            ("no profiles", good[:good.index("[[Profiles")], "Mine", "no [[Profiles]]"),
            ("a role without its context", good.replace("Role1 = CT", "Role1 = ComputedRadiography"), "Roles", "line 20:")]
    for what, text, profile, line in rows:
        path = write("bad.cfg", text) if text else T / "none.cfg"
        codes = {}
        for tool, operands in (("storescu", ["localhost", "1", __file__]), ("storescp", [str(free_port())])):
            for name, words in both(tool):
                codes[name] = run(*words, "-xf", path, profile, *operands, timeout=20)
            ours = codes["dcmsec"]
            claim(f"{tool} -xf: {what}: exit code 1 as DCMTK's, and one line that says where",
                  ours.returncode == codes["dcmtk"].returncode == 1 and line in ours.stderr
                  and len(ours.stderr.splitlines()) == 1, f"{codes['dcmtk']}\n{ours}")


def main():
    if not need("storescp", "association profiles beside DCMTK's"):
        return
    files = inputs(T / "in")
    proposals(files)
    wide(files)
    acceptances()
    bad_files()


if __name__ == "__main__":
    main()
