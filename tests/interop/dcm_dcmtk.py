# SPDX-License-Identifier: MIT
"""Against DCMTK in both directions, plain and over TLS, with every sample file that DCMTK takes: data set for
data set, or element for element where the transfer syntax changes on the way."""
import pathlib
import re

import pydicom

from dcmtk import PALETTES, UN_UIDS, differences
from harness import Authority, Server, T, body_bytes, claim, free_port, need, run
from peers import (DEFLATED_LE, EXPLICIT_BE, EXPLICIT_LE, IMPLICIT_LE, PLAIN, UNCOMPRESSED, Receiver, distinct,
                   sample_objects, secure, send)

# Proposals of storescu, and the transfer syntaxes besides uncompressed ones that they add.
PROPOSALS = {
    "-x=": [], "-xe": [], "-xb": [], "-xi": [],
    "-xd": [DEFLATED_LE],
    "-xs": ["1.2.840.10008.1.2.4.70"],
    "-xy": ["1.2.840.10008.1.2.4.50"],
    "-xx": ["1.2.840.10008.1.2.4.51"],
    "-xv": ["1.2.840.10008.1.2.4.90"],
    "-xw": ["1.2.840.10008.1.2.4.91"],
    "-xt": ["1.2.840.10008.1.2.4.80"],
    "-xr": ["1.2.840.10008.1.2.5"],
}
# Preferences of storescp, likewise.
PREFERENCES = {"+x=": [], "+xe": [], "+xb": [], "+xd": [DEFLATED_LE], "+xs": ["1.2.840.10008.1.2.4.70"],
               "+xy": ["1.2.840.10008.1.2.4.50"], "+xv": ["1.2.840.10008.1.2.4.90"],
               "+xw": ["1.2.840.10008.1.2.4.91"], "+xr": ["1.2.840.10008.1.2.5"]}


class Storescp:
    """storescp with a folder for each SOP Instance UID to be found in."""

    def __init__(self, name, *options):
        self.out = T / ("scp-" + re.sub(r"\W", "_", name))
        self.out.mkdir(exist_ok=True)
        self.port = free_port()
        self.server = Server("storescp", "-v", *options, "-od", self.out, self.port, port=self.port)

    def __enter__(self):
        self.server.__enter__()
        return self

    def __exit__(self, *_):
        self.server.__exit__()

    def stored(self):
        """Paths by SOP Instance UID."""
        return {p.name.split(".", 1)[1]: p for p in self.out.iterdir()}


def to_storescp(objects, name, options, accepts, link=PLAIN, exact=False, as_sent=None):
    """accepts: which transfer syntaxes the peer takes; as_sent: the one everything uncompressed goes in."""
    with Storescp(name, *options) as peer:
        r = send(peer.port, *(o.path for o in objects), link=link)
        stored = peer.stored()
    wrong, arrived = [], 0
    plain_ok = [s for s in UNCOMPRESSED if s in accepts]
    for o in objects:
        event = r.told.get(str(o.path), {})
        status, reason = event.get("status"), event.get("reason", "")
        possible = o.syntax in accepts or (o.syntax in UNCOMPRESSED and plain_ok)
        if o.sop_class == PALETTES or not possible:
            why = "SOP class not supported" if o.sop_class == PALETTES else "none of the transfer syntaxes supported"
            if status or pydicom.uid.UID(o.sop_class).name not in reason or why not in reason:
                wrong.append(f"{o.name}: {event}")
        elif o.path.name in UN_UIDS and not exact:
            if status != "C000":
                wrong.append(f"{o.name}: {event}")
        elif status != "0000" or o.instance not in stored:
            wrong.append(f"{o.name}: {event}")
        elif event["sent_as"] != (o.syntax if o.syntax in accepts else as_sent or event["sent_as"]):
            wrong.append(f"{o.name}: sent as {event['sent_as']}")
        else:
            arrived += 1
            if exact and body_bytes(stored[o.instance]) != o.body:
                wrong.append(f"{o.name}: other bytes")
            elif not exact:
                wrong += differences(o, stored[o.instance])
    claim(f"send to storescp {name}: {arrived} of {len(objects)} arrive "
          f"{'byte for byte' if exact else 'with the same elements'}, the others are refused by name",
          not wrong and arrived > 90, "\n".join(wrong))


ONLY = """[[TransferSyntaxes]]
[Only]
TransferSyntax1 = {syntax}
[[PresentationContexts]]
[Contexts]
{contexts}
[[Profiles]]
[Default]
PresentationContexts = Contexts
"""


def to_one_syntax(objects):
    """Peers that take nothing but one uncompressed transfer syntax."""
    classes = sorted({o.sop_class for o in objects if o.sop_class != PALETTES})
    for name, syntax in (("implicit little endian", IMPLICIT_LE), ("explicit little endian", EXPLICIT_LE),
                         ("explicit big endian", EXPLICIT_BE), ("deflated", DEFLATED_LE)):
        config = T / "only.cfg"
        config.write_text(ONLY.format(syntax=syntax, contexts="\n".join(
            f"PresentationContext{i + 1} = {c}\\Only" for i, c in enumerate(classes))))
        to_storescp(objects, f"that takes {name} only", ["-xf", config, "Default"], [syntax], as_sent=syntax)


def sent_files(log):
    """What storescu says it sent and got an answer of success for, in order."""
    now, sent = None, []
    for line in log.splitlines():
        found = re.search(r"I: Sending file: (.*)", line)
        now = found[1] if found else now
        if "I: Received Store Response (Success)" in line:
            sent.append(now)
    return sent


def from_storescu(objects, options, also, tls=(), link=PLAIN):
    """Every file is offered to storescu; what it manages to read and to convert has to be here."""
    name = " ".join(options)
    out = T / ("rec-" + re.sub(r"\W", "_", name + ("tls" if tls else "")))
    by_path = {str(o.path): o for o in objects}
    with Receiver(out, "--no-sync", link=link) as receiver:
        r = run("storescu", "-v", "-nh", *tls, *options, "127.0.0.1", receiver.port, *by_path)
        receiver.stop()
        told = receiver.events("object")
    sent = sent_files(r.out)
    wrong = [f"{len(sent)} sent, {len(told)} told of"] if len(sent) != len(told) else []
    wrong += [str(e) for e in told if e["status"] != "0000"]
    for path, event in zip(sent, told):
        if event["sop_instance"] != by_path[path].instance:
            wrong.append(f"{path}: {event}")
        elif event["status"] == "0000":
            wrong += differences(by_path[path], out / event["file"])
    takes = set(UNCOMPRESSED) | set(also)
    unsent = [o for o in objects if o.refusal is None and o.syntax in takes and o.sop_class != PALETTES
              and o.path.name not in UN_UIDS and str(o.path) not in sent]
    wrong += [f"{o.name}: not sent" for o in unsent]
    claim(f"storescu {name} to receive{' over TLS' if tls else ''}: all {len(sent)} that it sends arrive with the "
          "same elements", not wrong and len(sent) > 90, "\n".join(wrong) + r.out[-300:])


def over_tls(objects):
    authority = Authority(T / "pki", key="rsa")
    client, server = authority.node("client"), authority.node("server", key="rsa")
    ours = secure(client, authority)
    theirs = ("+tls", *server, "+cf", authority.path)
    everything = {o.syntax for o in objects}
    for profile in ("+py", "+px", "+pz"):
        to_storescp(objects, f"{profile} over TLS", [*theirs, profile, "+B", "-pm", "+xa"], everything, link=ours,
                    exact=True)
    peer = ("+tls", *client, "+cf", authority.path)
    for profile in ("+py", "+px", "+pz"):
        from_storescu(objects, (profile, "-R", "-xv"), [], tls=peer, link=secure(server, authority))
    with Receiver(T / "ec", "--artim", "10m", link=secure(authority.node("ec", key="ec"), authority)) as receiver:
        r = run("echoscu", *peer, "+py", "127.0.0.1", receiver.port)
        claim("echoscu +py is answered by a receiver with an EC key over TLS 1.3", r.returncode == 0
              and receiver.wait_for('"secure".*"TLSv1.3"'), r.out + receiver.text())
        r = run("echoscu", *peer, "+pz", "127.0.0.1", receiver.port)
        claim("echoscu +pz over TLS 1.2", r.returncode == 0 and receiver.wait_for('"secure".*"TLSv1.2"'),
              r.out + receiver.text())
    with Receiver(T / "echo-tls", link=secure(server, authority)) as receiver:
        r = run("echoscu", "-v", *peer, "127.0.0.1", receiver.port)
        claim("echoscu over TLS is answered", r.returncode == 0 and "Echo Response (Success)" in r.out, r.out)
        r = run("echoscu", "-v", "127.0.0.1", receiver.port)
        claim("echoscu without TLS on the TLS port is turned away, and named as such", r.returncode != 0 and
              receiver.wait_for("the peer speaks plain DICOM, not TLS"), receiver.text())


def echoes():
    with Receiver(T / "echo") as receiver:
        r = run("echoscu", "-v", "--repeat", "3", "127.0.0.1", receiver.port)
        claim("echoscu is answered three times in one association", r.returncode == 0
              and r.out.count("Received Echo Response (Success)") == 3, r.out)
        r = run("echoscu", "-v", "--propose-pc", "128", "127.0.0.1", receiver.port)
        claim("echoscu with 128 presentation contexts is answered", r.returncode == 0, r.out)
        r = run("echoscu", "-v", "--abort", "127.0.0.1", receiver.port)
        claim("echoscu that aborts does no harm", receiver.wait_for("abort") and
              run("echoscu", "127.0.0.1", receiver.port).returncode == 0, receiver.text())


def main():
    objects = distinct(sample_objects())
    everything = {o.syntax for o in objects}
    to_storescp(objects, "+B +xa", ["+B", "-pm", "+xa"], everything, exact=True)
    to_storescp(objects, "+xa", ["+xa"], everything)
    to_storescp(objects, "+xi", ["+xi"], [IMPLICIT_LE], as_sent=IMPLICIT_LE)
    uncompressed = [IMPLICIT_LE, EXPLICIT_LE, EXPLICIT_BE]
    for option, more in PREFERENCES.items():
        to_storescp(objects, option, [option], uncompressed + more)
    to_one_syntax(objects)
    for option, more in PROPOSALS.items():
        from_storescu(sample_objects(), ("-R", option), more)
    from_storescu(sample_objects(), ("-R", "-xd", "+C"), PROPOSALS["-xd"])
    echoes()
    over_tls(objects)


if need("storescp", "DCMTK in both directions"):
    main()
