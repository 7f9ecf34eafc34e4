#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""storescp over TLS, DCMTK's and ours, with the same words, for the same DCMTK storescu: who is let in, and that what is
let in arrives."""
import concurrent.futures
import re
import shutil
import socket

from dropin import Peer, both, data_sets, differences, inputs, stored
from dropkeys import CA, EC, LATE, RSA, STRANGER, prepare
from harness import T, WAIT, claim, need, run

ALONE = ("+tla",)
GOOD = ("+tls", *RSA)
# words of storescp, how the sender presents itself, more words of the sender
ROWS = [
    ("+tls KEY CERT +cf CA", GOOD, ""), ("+tls KEY CERT +cf CA", ("+tls", *EC), ""), ("+tls EC ECCERT +cf CA", GOOD, ""),
    ("--enable-tls KEY CERT --add-cert-file CA", GOOD, ""),
    ("+tls KEY CERT +cf CA", ALONE, ""), ("+tls KEY CERT +cf CA", ("+tls", *STRANGER), ""),
    ("+tls KEY CERT +cf CA", ("+tls", *LATE), ""), ("+tls KEY CERT +cf CA +cf OTHER", ("+tls", *STRANGER), ""),
    ("+tls KEY CERT +cd DIR", GOOD, ""), ("+tls KEY CERT +cd DIR", ("+tls", *STRANGER), ""),
    ("+tls KEY CERT +cf CA -rc", GOOD, ""), ("+tls KEY CERT +cf CA -rc", ALONE, ""),
    ("+tls KEY CERT +cf CA -vc", GOOD, ""), ("+tls KEY CERT +cf CA -vc", ALONE, ""),
    ("+tls KEY CERT +cf CA -vc", ("+tls", *STRANGER), ""), ("+tls KEY CERT -ic", GOOD, ""),
    ("+tls KEY CERT -ic", ALONE, ""), ("+tls KEY CERT -ic", ("+tls", *STRANGER), ""),
    ("+tls KEY CERT +cf CA -ic -rc", ALONE, ""), ("+tls KEY CERT +cf CA -rc -ic", ALONE, ""),
    ("+tls KEY CERT +cf CA +crl CRL +crv", GOOD, ""), ("+tls KEY CERT +cf CA +crl CRLALL +crv", GOOD, ""),
    ("+tls KEY CERT +cf CA +crl CRLALL +cra", GOOD, ""), ("+tls KEY CERT +cf CA +crl CRLALL +crv", ("+tls", *EC), ""),
    ("-pem +tls KEY CERT +cf CA", GOOD, ""), ("-der +tls KEYDER CERTDER +cf CADER", GOOD, ""),
    ("+tls LOCKED CERT +cf CA +pw secret", GOOD, ""), ("+tls KEY CERT +cf CA -pw", GOOD, ""),
    *((f"+tls KEY CERT +cf CA {p}", GOOD, q) for p in ("+py", "+px", "+pz", "+pa") for q in ("+py", "+px", "+pz", "+pa")),
    ("+tls KEY CERT +cf CA +cs TLS_RSA_WITH_AES_256_CBC_SHA", GOOD, "+pz"),
    ("+tls KEY CERT +cf CA +ps", GOOD, ""), ("+tls KEY CERT +cf CA +rs SEED +ws", GOOD, ""),
    ("+tls KEY CERT +cf CA +rs SEED", GOOD, ""), ("+tls KEY CERT +cf CA +rs SEED +wf SEEDOUT", GOOD, ""),
    ("+tls KEY CERT -tls", (), ""), ("-tls", (), ""), ("+tls KEY CERT +cf CA", (), ""), ("", GOOD, ""),
    ("+tls KEY CERT +cf CA --fork", GOOD, ""), ("+tls KEY CERT +cf CA -ta 30 -ts 30 -td 30", GOOD, ""),
]
# storescp does not start
WRONG = ["+tls /none CERT +cf CA", "+tls KEY /none +cf CA", "+tls KEY ECCERT +cf CA", "+tls LOCKED CERT +pw wrong +cf CA",
         "+cf CA", "-ic", "+pw x", "+crv", "+tls KEY CERT +cf CA +cs NO_SUCH_SUITE", "-pem", "+py", "+cs TLS_RSA_WITH_AES_256_CBC_SHA",
         "+ws", "+rs SEED", "-rc", "+ps"]


def shown():
    return [("storescp", row[0]) for row in ROWS]


def once(name, program, names, words, who, more):
    here = T / "tls" / "in"
    names = {**names, "SEED": shutil.copy(names["SEED"], T / "tls" / f"seed-{name}")}  # which is written, too
    options = [str(names.get(w, w)) for w in words.split()]
    trust = ("+cf", str(CA.path)) if who else ()
    with Peer(program, *options, name=name) as peer:
        r = run("storescu", *who, *trust, *more.split(), "localhost", peer.number, here / "ct.dcm", timeout=60)
        return {"up": peer.up, "sent": r.returncode == 0, "sets": data_sets(stored(peer.out)), "said": r.out, "log": peer.text()}


def silent(names):
    """-ta is for TLS too, where DCMTK's waits for ever."""
    words = [str(names.get(w, w)) for w in "+tls KEY CERT +cf CA -ta 1".split()]
    with Peer(both("storescp")[1][1], *words, name="silent") as peer:
        with socket.create_connection(("127.0.0.1", peer.number), timeout=WAIT) as s:
            said = peer.wait_for("within 1000 ms")
            try:
                s.recv(100)  # an alert
                heard = s.recv(100)
            except OSError as e:
                heard = e
        claim("storescp +tls -ta 1: a peer that says nothing is closed", said and heard == b"", f"{heard!r} {peer.text()}")


def main():
    if not need("storescp", "storescp and ours over TLS"):
        return
    inputs(T / "tls" / "in")
    names = prepare()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        seen = [pool.submit(once, f"tls-{kind}-{i}", program, names, *row) for i, row in enumerate(ROWS)
                for kind, program in both("storescp")]
        codes = [pool.submit(run, *program, *[str(names.get(w, w)) for w in words.split()], "1", timeout=60) for words in WRONG
                 for _, program in both("storescp")]
    for i, (words, who, more) in enumerate(ROWS):
        theirs, ours = (f.result() for f in seen[2 * i:2 * i + 2])
        wrong = [] if theirs["sent"] == ours["sent"] and theirs["up"] == ours["up"] else [
            f"sent: {theirs['sent']} with DCMTK, {ours['sent']} with us: {theirs['said'][-200:]} {ours['said'][-200:]} "
            f"{ours['log'][-300:]}"]
        wrong += differences(theirs["sets"], ours["sets"])
        sender = re.sub(r"\S*/(\w+)\.(?:key|pem)", r"\1", " ".join(map(str, who)) or "no TLS")
        claim(f"storescp {words} for storescu {sender} {more}: {'takes' if theirs['sent'] else 'refuses'} as DCMTK's does",
              not wrong, "\n".join(wrong))
    for i, words in enumerate(WRONG):
        theirs, ours = (f.result() for f in codes[2 * i:2 * i + 2])
        claim(f"storescp {words}: ends as DCMTK's does", theirs.returncode == ours.returncode == 1,
              f"{theirs.returncode} {ours.returncode} {theirs.out[-300:]} {ours.out[-300:]}")
    silent(names)


if __name__ == "__main__":
    main()
