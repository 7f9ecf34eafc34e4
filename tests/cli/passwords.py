# SPDX-License-Identifier: MIT
"""Passwords of keys in every applet that takes one: the warning about --pass, and the question on a terminal,
asked again after a wrong answer and not shown."""
import os
import pty
import select
import subprocess
import termios
import time

from harness import WAIT, free_port, until
from pki import DCMSEC, T, Report, run

report = Report()
os.chdir(T)
with open("word", "w") as f:
    f.write("geheim\n")
for argv in (["init", "--name", "R", "--encrypt", "--new-pass-file", "word"],
             ["issue", "--name", "a.local", "--encrypt", "--new-pass-file", "word", "--pass-file", "word"],
             ["request", "--name", "b.local", "--out", "b"]):
    r = run(DCMSEC, "certs", *argv)
    assert r.returncode == 0, r
KEY, CERT, CA = "a.local/key.pem", "a.local/cert.pem", "a.local/ca.pem"
TLS = ["--key", KEY, "--cert", CERT, "--ca", CA]
os.makedirs("out", exist_ok=True)
with open("none.dcm", "wb") as f:
    f.write(b"")
USES = {
    "certs match": (["certs", "match", "--key", KEY, "--cert", CERT], 0),
    "certs convert": (["certs", "convert", "--out", "plain.key", "--key-only", KEY], 0),
    "certs issue": (["certs", "issue", "--name", "c.local"], 0),
    "certs sign": (["certs", "sign", "--out", "b/cert.pem", "b/request.pem"], 0),
    "certs renew": (["certs", "renew", "--out", "a2.pem", CERT], 0),
    "certs revoke": (["certs", "revoke", "c.local/cert.pem"], 0),
    "crl make": (["crl", "make"], 0),
    "echo": (["echo", *TLS, f"127.0.0.1:{free_port()}"], None),
    "send": (["send", *TLS, f"127.0.0.1:{free_port()}", "none.dcm"], None),
    "receive": (["receive", *TLS, "--bind", "127.0.0.1", "--port", "0", "--out", "out"], "listens"),
}


def terminal(argv, answers, serves=False, seconds=WAIT * 2):
    """What a person sees at a terminal and the exit code; answers are typed at each question. A program that
    serves is ended when it says so."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(DCMSEC, [DCMSEC, *argv])
    seen, end, given = b"", time.monotonic() + seconds, 0
    while time.monotonic() < end:
        if select.select([fd], [], [], 0.2)[0]:
            try:
                more = os.read(fd, 4096)
            except OSError:
                break  # the terminal is gone with its program
            if not more:
                break
            seen += more
        if seen.count(b"password for") > given and given < len(answers):
            until(lambda: not termios.tcgetattr(fd)[3] & termios.ECHO)  # what is typed before is flushed
            os.write(fd, answers[given].encode() + b"\n")
            given += 1
        if serves and b"listen" in seen.lower():
            os.kill(pid, 15)
            serves = False
    else:
        os.kill(pid, 9)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), seen.decode(errors="replace"), given


warned, asked = [], []
for what, (argv, code) in USES.items():
    p = subprocess.Popen([DCMSEC, *argv, "--pass", "geheim"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                         stdin=subprocess.DEVNULL)
    err = ""
    while code == "listens" and "listens" not in err and (line := p.stderr.readline()):
        err += line
    if code == "listens":
        p.terminate()
    err += p.communicate(timeout=WAIT)[1]
    if err.count("visible to every user") != 1:
        warned.append((what, err))
report.claim("a password on the command line is warned of by every applet that takes one", warned)
for path in ("c.local", "plain.key", "b/cert.pem", "a2.pem"):
    subprocess.run(["rm", "-rf", path], check=True)
for what, (argv, code) in USES.items():
    got, seen, given = terminal(argv, ["falsch", "geheim"], serves=code == "listens")
    if given != 2 or "geheim" in seen or "falsch" in seen or (code == 0 and got != 0) or "wrong" in seen.lower():
        asked.append((what, got, seen))
report.claim("a wrong password is asked for again, a right one is taken, and none is shown", asked)
got, seen, given = terminal(USES["certs match"][0], ["a", "b", "c", "d"])
report.claim("after three wrong ones there is no more question", [] if given == 3 and got == 3 else [(got, given, seen)])
r = subprocess.run(["setsid", DCMSEC, *USES["certs match"][0]], capture_output=True, text=True, stdin=subprocess.DEVNULL)
report.claim("without a terminal the remedy is named", [] if r.returncode == 3 and "--pass-file" in r.stderr else [r])
