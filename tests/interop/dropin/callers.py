#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""echoscu and storescu, DCMTK's and ours, with the same words against the same peers, over TLS and without, and where
nothing comes of it: exit code, what arrives, contexts and titles in the peer's log, letters before messages."""
import concurrent.futures
import os
import pty
import re
import shutil
import signal
import socket
import termios
import threading

from dropin import Peer, both, contexts, data_sets, differences, inputs, stored
from dropkeys import CA, prepare
from harness import T, WAIT, claim, free_port, need, run, until

BOTH, ECHO, STORE = ("echoscu", "storescu"), ("echoscu",), ("storescu",)
TLS, CBC = "+tls KEY CERT +cf CA ", "TLS_RSA_WITH_AES_256_CBC_SHA"
LEVELS = ("-q", "-v", "-d", *(f"-ll {w}" for w in ("fatal", "error", "warn", "info", "debug", "trace")),
          *(f"-lc LOG{w}" for w in ("OFF", "FATAL", "ERROR", "WARN", "INFO", "DEBUG")))
SEEN_BY = {  # what the peers are started with
    "plain": "", "tls": TLS, "any": TLS + "-vc", "crl": TLS, "ec": "+tls EC ECCERT +cf CA", "stranger":
    "+tls STRANGER STRANGERCERT +cf CA", "late": "+tls LATE LATECERT +cf CA", "refuse": "--refuse", "reject": "--reject",
    "ignore": "--ignore", "abort-after": "--abort-after", "abort-during": "--abort-during",
    **{f"tls {p}": TLS + p for p in ("+py", "+px", "+pz", "+pa")},
    "cbc": TLS + f"+py +cs {CBC}", "refuse tls": TLS + "--refuse",
}
RAW = ("nobody", "silent", "closes", "garbage")  # peers that are none of DCMTK's
# Whose rows, their words, the peer. DCMTK ends with 1 or 10, by chance, where an association is lost: not here. It waits
# for ever for a silent TLS peer: neither.
ROWS = [
    (BOTH, "-aet ME -aec YOU", "plain"), (BOTH, "-to 30 -ta 30 -td 30 -ts 30", "plain"), (BOTH, "-pdu 4096", "plain"),
    (BOTH, "--repeat 3", "plain"), (BOTH, "--arguments", "plain"), (BOTH, "--abort", "plain"), (BOTH, "--abort --repeat 2", "plain"),
    (BOTH, "-tls", "plain"), (BOTH, "+tls KEY CERT -tls", "plain"), (ECHO, "-pts 38 -ppc 128", "plain"),
    (ECHO, "-pts 3", "plain"), (ECHO, "-ppc 5", "plain"), (STORE, "-R -u", "plain"), (STORE, "-R -xd +cl 9", "plain"),
    (BOTH, "", "plain"), (BOTH, "", "nobody"), (BOTH, "", "refuse"), (BOTH, "-q", "refuse"), (BOTH, "-v", "refuse"),
    *((BOTH, w, "nobody") for w in LEVELS),
    *((BOTH, w, "plain") for w in LEVELS if w.split()[-1] in ("-q", "-v", "-d", "warn", "info", "LOGWARN", "LOGINFO")),
    (STORE, "-v +v", "plain"),
    (BOTH, TLS, "tls"), (BOTH, "--enable-tls KEY CERT --add-cert-file CA", "tls"), (BOTH, TLS, "ec"),
    (BOTH, "+tls EC ECCERT +cf CA", "tls"), (BOTH, TLS, "stranger"), (BOTH, TLS, "late"), (BOTH, TLS + "+cf OTHER", "stranger"),
    (BOTH, "+tla +cf CA", "any"), (BOTH, "+tla +cf CA", "tls"), (BOTH, "+tla -ic", "any"), (BOTH, "+tls KEY CERT -ic", "stranger"),
    (BOTH, "+tls KEY CERT -ic", "tls"), (BOTH, TLS + "-ic -rc", "stranger"), (BOTH, TLS + "-rc -ic", "stranger"),
    (BOTH, TLS + "-rc", "tls"), (BOTH, "+tls KEY CERT", "tls"), (BOTH, "+tls STRANGER STRANGERCERT +cf CA", "tls"),
    (BOTH, "+tls LATE LATECERT +cf CA", "tls"), (BOTH, "+tls KEY CERT +cd DIR", "tls"), (BOTH, "+tls KEY CERT +cd DIR", "stranger"),
    (BOTH, TLS + "+crl CRL +crv", "tls"), (BOTH, TLS + "+crl CRLALL +crv", "tls"), (BOTH, TLS + "+crl CRLALL +cra", "tls"),
    (BOTH, TLS + "+crl CRL +cra", "tls"), (BOTH, TLS + "+crl CRLALL +crv", "ec"), (BOTH, TLS + "+crl CRLALL", "tls"),
    (BOTH, "-pem " + TLS, "tls"), (BOTH, "-der +tls KEYDER CERTDER +cf CADER", "tls"), (BOTH, TLS + "-pw", "tls"),
    (BOTH, "+tls LOCKED CERT +cf CA +pw secret", "tls"), (BOTH, TLS + "+ps", "tls"), (BOTH, TLS + "+pw x", "tls"),
    *((BOTH if ours == theirs else ECHO, TLS + ours, f"tls {theirs}") for ours in ("+py", "+px", "+pz", "+pa") for theirs in ("+py", "+px", "+pz", "+pa")),
    (BOTH, TLS + f"+pa +cs {CBC}", "cbc"), (ECHO, TLS + "+pa", "cbc"), (ECHO, TLS + f"+pz +cs {CBC}", "cbc"),
    (BOTH, TLS + "+rs SEED", "tls"), (BOTH, TLS + "+rs SEED +ws", "tls"), (BOTH, TLS + "+rs SEED +wf SEEDOUT", "tls"),
    (BOTH, TLS, "plain"), (BOTH, "", "tls"), (BOTH, TLS, "nobody"), (BOTH, TLS, "closes"),
    (BOTH, TLS, "garbage"), (BOTH, TLS, "refuse tls"), (BOTH, "-ta 1", "silent"), (BOTH, "", "closes"), (BOTH, "", "garbage"),
    (BOTH, "", "reject"), (STORE, "", "ignore"), (STORE, "-nh", "nobody"),
]
# command lines that are wrong, or lack something: nothing goes out
WRONG = ["+tls /none CERT +cf CA", "+tls KEY /none +cf CA", "+tls KEY ECCERT +cf CA", "+tls LOCKED CERT +pw wrong +cf CA",
         "+tls LOCKED CERT +ps +cf CA", "+tls LOCKED CERT -pw +cf CA", "+cf CA", "-ic", "-rc", "+pw x", "+ps", "-pw", "+crv", "-pem",
         "+py", "+cs TLS_RSA_WITH_AES_256_CBC_SHA", TLS + "+cs NO_SUCH", "+ws", "+rs SEED", "+wf SEEDOUT", "+tla -tls +cf",
         "+tla +cf /none", TLS + "+cf WORDS", "+tls KEY", "-pdu 4095", "-pdu 131073", "-aet 12345678901234567", "-ta x", "-to",
         "-ll loud", "-v -ll info", "-lc /none", "--no-such", "-aetx A"]


# what ends by itself
ENDS = ("-h", "--help", "--version", "+cc", "--list-ciphers")


def shown():
    return [*((tool, row[1]) for row in ROWS for tool in row[0]),
            *((tool, word) for word in ENDS for tool in (*BOTH, "storescp"))]


def log_file(level, path):
    path.write_text(f"log4cplus.rootLogger = {level}, console\nlog4cplus.appender.console = log4cplus::ConsoleAppender\n"
                    "log4cplus.appender.console.layout = log4cplus::PatternLayout\n"
                    "log4cplus.appender.console.layout.ConversionPattern = %P: %m%n\n")
    return path


def letters(r):
    """The gravest; and whether anything is said on the way where nothing failed. Warnings are each tool's own, and ours
    names besides, as an error, each file that was not sent."""
    found = set(re.findall(r"^([EFI]): ", r.out, re.M))
    return "F" if "F" in found else "E" if "E" in found else "".join(found) if r.returncode == 0 else ""


def drained(c):
    """Whether the other side has closed; what it says is thrown away."""
    try:
        c.settimeout(WAIT)
        return not c.recv(65536)
    except OSError:
        return True


class Raw:
    """A peer that is silent, closes at once, or talks nonsense; or the port of nobody."""

    def __init__(self, kind):
        self.kind, self.number = kind, free_port()
        self.socket = None
        if kind != "nobody":
            self.socket = socket.create_server(("127.0.0.1", self.number))
            threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        held = []
        try:
            while True:
                c = self.socket.accept()[0]
                if self.kind == "silent":
                    held.append(c)
                    continue
                if self.kind == "garbage":
                    c.recv(1)
                    c.sendall(b"HTTP/1.0 400 Bad request\r\n\r\n" * 9)
                    c.shutdown(socket.SHUT_WR)
                    until(lambda: drained(c))  # what is left unread would be a reset
                c.close()
        except OSError:
            pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.socket:
            self.socket.shutdown(socket.SHUT_RDWR)
            self.socket.close()


def once(name, tool, program, words, kind, names):
    names = {**names, "SEED": shutil.copy(names["SEED"], T / "tls" / f"seed-{name}")}  # which is written, too
    options = [str(names.get(w, w)) for w in words.split()]
    files = [T / "in" / f for f in ("ct.dcm", "mr.dcm")] if tool == "storescu" else []
    if tool == "storescu" and not re.search(r"-R|-x", words):
        options.append("-R")
    told = [str(names.get(w, w)) for w in SEEN_BY.get(kind, "").split()]
    peer = Raw(kind) if kind in RAW else Peer(["storescp"], "-d", *told, name=name)
    with peer:
        r = run(*program, *options, "localhost", peer.number, *files, timeout=60)
        if kind in RAW:
            return {"code": r.returncode, "letters": letters(r), "said": r.out, "sets": {}}
    log = peer.text()
    return {"code": r.returncode, "letters": letters(r), "said": r.out, "echoes": log.count("Received Echo Request"),
            "end": re.findall("Association (Release|Aborted)", log), "contexts": (contexts(log, "RQ"), contexts(log, "AC")),
            "titles": re.findall(r"(?:Calling|Called) Application Name: +(\S+)|Max (?:Send|Receive) PD\w+ Size: +4096", log),
            "sets": data_sets(stored(peer.out))}


def asked_on_terminal(tool, program, names):
    """The password of the key, given where the tool asks for it."""
    with Peer(["storescp"], "-d", *[str(names.get(w, w)) for w in SEEN_BY["tls"].split()], name="terminal") as peer:
        child, terminal = pty.fork()
        if child == 0:
            signal.alarm(60)
            files = [T / "in" / "ct.dcm"] if tool == "storescu" else []
            words = [*program, "+tls", names["LOCKED"], names["CERT"], "+cf", CA.path, "+ps", "localhost", peer.number, *files]
            os.execvp(program[0], [str(w) for w in words])
        text, told = b"", False
        try:
            while more := os.read(terminal, 4096):
                text += more
                if not told and b":" in text[-3:]:
                    until(lambda: not termios.tcgetattr(terminal)[3] & termios.ECHO)  # what is typed before is thrown away
                    told = os.write(terminal, b"secret\n")
        except OSError:
            pass
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        os.close(terminal)
    return code, b"secret" in text


def main():
    if not need("echoscu", "echoscu, storescu and ours side by side"):
        return
    inputs(T / "in")
    names = prepare()
    for level in ("OFF", "FATAL", "ERROR", "WARN", "INFO", "DEBUG", "BAD"):
        names["LOG" + level] = log_file(level, T / f"{level}.log")
    names["WORDS"] = T / "in" / "words"
    rows = [(tool, *row[1:]) for row in ROWS for tool in row[0]]
    wrong = [(tool, words) for words in WRONG for tool in BOTH]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        seen = [pool.submit(once, f"call-{i}-{kind}", tool, program, words, peer, names)
                for i, (tool, words, peer) in enumerate(rows) for kind, program in both(tool)]
        codes = [pool.submit(run, *program, *[str(names.get(w, w)) for w in words.split()], "localhost", "1",
                             *([T / "in" / "ct.dcm"] if tool == "storescu" else []), timeout=60)
                 for tool, words in wrong for _, program in both(tool)]
    for i, (tool, words, peer) in enumerate(rows):
        theirs, ours = (f.result() for f in seen[2 * i:2 * i + 2])
        bad = [f"{key}: {theirs[key]} with DCMTK, {ours[key]} with us" for key in theirs
               if key not in ("said", "sets") and theirs[key] != ours[key]]
        bad += differences(theirs["sets"], ours["sets"])
        claim(f"{tool} {words} to {peer}: the same as with DCMTK's", not bad,
              "\n".join(bad + [theirs["said"][-400:], ours["said"][-400:]]))
    for i, (tool, words) in enumerate(wrong):
        theirs, ours = (f.result() for f in codes[2 * i:2 * i + 2])
        claim(f"{tool} {words}: ends as DCMTK's does", theirs.returncode == ours.returncode == 1,
              f"{theirs.returncode} {ours.returncode} {theirs.out[-300:]} {ours.out[-300:]}")
    for tool in (*BOTH, "storescp"):
        for word in ENDS:
            theirs, ours = (run(*program, word, timeout=60) for _, program in both(tool))
            claim(f"{tool} {word}: something is printed, and the exit code is 0, as DCMTK's", theirs.returncode == ours.returncode
                  == 0 and ours.stdout, f"{theirs.returncode} {ours.returncode} {ours.out}")
    for tool in BOTH:
        theirs, ours = (asked_on_terminal(tool, program, names) for _, program in both(tool))
        claim(f"{tool} +ps: a password is asked for on the terminal, as DCMTK asks", theirs == ours, f"{theirs} {ours}")


if __name__ == "__main__":
    main()
