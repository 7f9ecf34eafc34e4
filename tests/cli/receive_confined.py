# SPDX-License-Identifier: MIT
"""What a receiver gives up once it has started: files, programs, connections, root, and its key."""
import errno
import os
import pathlib
import pwd
import re
import signal
import subprocess
import time

from cryptography.hazmat.primitives.serialization import load_pem_private_key
from harness import DCMSEC, SAMPLES, T, Authority, Server, claim, free_port, run, skip, until
from peers import secure

CONFINED = pathlib.Path(os.environ.get("O", "build/musl-gcc")) / "tests/tools/confined"
SANITIZED = b"not in a build for tests" in pathlib.Path(DCMSEC).read_bytes()
NOBODY = pwd.getpwnam("nobody")
ROOT = os.geteuid() == 0


def status(pid, key):
    return re.search(rf"^{key}:[ \t]*(.*)$", pathlib.Path(f"/proc/{pid}/status").read_text(), re.M)[1]


def children(pid):
    return [int(p) for p in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def ended(pid, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if status(pid, "State").startswith("Z"):
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    return False


def memory_has(pid, needle):
    """Whether the bytes lie in any memory of the process that can be read."""
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as mem:
        for line in maps:
            start, end = (int(x, 16) for x in line.split()[0].split("-"))
            if line.split()[1][0] != "r" or "[v" in line:
                continue
            try:
                mem.seek(start)
                if needle in mem.read(end - start):
                    return True
            except OSError:
                continue
    return False


def attempts(user):
    """What tests/tools/confined could do in the sandbox."""
    folder = T / f"try-{user.replace(':', '-')}"
    for name in ("out", "read", "other"):
        (folder / name).mkdir(parents=True)
        (folder / name / "file").write_text("x")
        (folder / name).chmod(0o777)
        (folder / name / "file").chmod(0o666)
    ran = run(CONFINED, user, folder / "out", folder / "read", folder / "other")
    return dict(line.split(": ", 1) for line in ran.stdout.splitlines() if ": " in line), ran


ALLOWED = ["make a file in OUT", "make a folder in OUT", "move a file into a folder of OUT", "link a file in OUT",
           "remove a file in OUT", "read a file in READ", "map memory", "ask for flags of a descriptor", "set flags of a descriptor",
           "keep a descriptor from programs", "double a descriptor"]
FILES = ["write a file in READ", "make a file in READ", "read a file in OTHER", "write a file in OTHER", "list OTHER",
         "move a file out of OUT", "make a link in OUT to the whole", "read /etc/passwd"]
REFUSED = ("Operation not permitted", "Out of memory")  # the second is what musl makes of it in mmap
CALLS = ["make memory executable", "map executable memory", "make a socket", "connect", "bind", "trace",
         "change the root", "become root", "fork", "start a program", "have signals sent to another process",
         "choose such a signal", "lock a file", "ask for another's limits", "set another's limits", "set its own limits"]


def tool():
    said, ran = attempts("-")
    why = ran.stdout + ran.stderr
    claim("what a receiver needs works in its sandbox", all(said.get(a) == "yes" for a in ALLOWED), why)
    if said.get("landlock", "0").startswith("0"):
        skip("files elsewhere cannot be reached", said.get("landlock"))
    else:
        for attempt in FILES:
            claim(f"in the sandbox one cannot {attempt}", said.get(attempt) not in (None, "yes"), why)
    if said.get("seccomp", "0").startswith("0"):
        skip("system calls that are not needed fail", said.get("seccomp"))
    else:
        for attempt in CALLS:
            claim(f"in the sandbox one cannot {attempt}", said.get(attempt) in REFUSED, why)
    names(said.get("landlock", "0"), said.get("seccomp", "0"))


NAMES = ["read /etc/hosts", "read a file beside it", "ask over UDP", "ask over TCP", "find an interface",
         "start one like itself"]
NOT_NAMES = ["reach services of the host", "reach the kernel's tables", "change an interface", "listen",
             "end another process", "trace", "start a program"]


def names(landlock, seccomp):
    """The sandbox of who judges hosts, and of who looks a peer's name up; landlock, seccomp: what the tool said."""
    ran = run(CONFINED, "names", T / "try--" / "other")
    said = dict(line.split(": ", 1) for line in ran.stdout.splitlines() if ": " in line)
    claim("who asks for names can do that in his sandbox", all(said.get(a) == "yes" for a in NAMES), ran.out)
    for what, attempts_, there in (("files", ("write /etc/hosts", "read a file in OTHER", "make a file in OTHER",
                                              "list OTHER"), landlock), ("system calls", NOT_NAMES, seccomp)):
        if there.startswith("0"):
            skip(f"who asks for names has no other {what}", there)
            continue
        for attempt in attempts_:
            claim(f"who asks for names cannot {attempt}", said.get(attempt) not in (None, "yes"), ran.out)
    if not seccomp.startswith("0"):  # Landlock would say EACCES; there are kernels without it
        claim("the filter of system calls alone keeps him from writing files",
              said.get("write /etc/hosts") == said.get("make a file in OTHER") == os.strerror(errno.EPERM), ran.out)


authority = Authority(T / "ca")
node, scanner = authority.node("archive", key="rsa"), authority.node("scanner")
OBJECT = SAMPLES / "test_files/CT_small.dcm"


def receiver(*options, out=None):
    port = free_port()
    out = out or T / f"out-{port}"
    return Server(DCMSEC, "receive", *secure(node, authority), "--bind", "127.0.0.1", "--port", port, "--out", out,
                  "-v", *options, port=port), port, out


def send(port):
    return run(DCMSEC, "send", *secure(scanner, authority), f"127.0.0.1:{port}", OBJECT)


def key():
    secret = load_pem_private_key(pathlib.Path(node[0]).read_bytes(), None).private_numbers()
    prime = secret.p.to_bytes(128, "big")
    server, port, _ = receiver()
    with server:
        pid = server.process.pid
        keepers = children(pid)
        claim("the private key has a process of its own", len(keepers) == 1, keepers)
        claim("a receiver whose key is elsewhere is served by it", send(port).returncode == 0, server.text())
        if ROOT and not SANITIZED:  # whose shadow memory is too much to read
            claim("the key is in the keeper's memory", memory_has(keepers[0], prime))
            claim("the key is not in the memory of the process that parses", not memory_has(pid, prime))
        claim("the keeper has no file and no socket but one",
              sorted(os.listdir(f"/proc/{keepers[0]}/fd")) == ["0"], os.listdir(f"/proc/{keepers[0]}/fd"))
        os.kill(keepers[0], signal.SIGTERM)
        os.kill(keepers[0], signal.SIGINT)
        claim("the keeper outlives the signals that end a receiver", send(port).returncode == 0, server.text())
    claim("the keeper ends with the receiver", ended(keepers[0]))
    server, port, _ = receiver()
    with server:
        keepers = children(server.process.pid)
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait()
        claim("the keeper ends when the receiver is killed", ended(keepers[0]))
    server, port, _ = receiver()
    with server:
        os.kill(children(server.process.pid)[0], signal.SIGKILL)
        sent = send(port)
        claim("without its keeper a receiver makes no handshake", sent.returncode != 0, sent.out)
        claim("and ends, saying why", server.process.wait(60) == 8 and "private key" in server.text(), server.text())
    server, port, _ = receiver("--no-keeper")
    with server:
        claim("--no-keeper keeps the key in the process", not children(server.process.pid) and
              send(port).returncode == 0, server.text())


def rights():
    server, port, _ = receiver()
    with server:
        pid = server.process.pid
        server.wait_for("sandbox: ")  # it listens before that
        limits = pathlib.Path(f"/proc/{pid}/limits").read_text()
        claim("no core dumps are left", re.search(r"Max core file size\s+0\s+0", limits), limits)
        if SANITIZED:
            skip("a receiver is confined", "this build has no sandbox")
            return
        claim("--verbose tells what is in force", "sandbox: " in server.text(), server.text())
        claim("a receiver gets no new privileges", status(pid, "NoNewPrivs") == "1")
        claim("its system calls are filtered", status(pid, "Seccomp") == "2")
        claim("the keeper's are, too", until(lambda: status(children(pid)[0], "Seccomp") == "2"))
    server, port, _ = receiver("--no-sandbox")
    with server:
        claim("--no-sandbox says so", server.wait_for("sandbox: none, as asked"), server.text())
        claim("and leaves that out", status(server.process.pid, "Seccomp") == "0")
    both = run(DCMSEC, "receive", "--plain", "--port", "0", "--out", T / "both", "--no-sandbox", "--require-sandbox")
    claim("--no-sandbox with --require-sandbox is a usage error", both.returncode == 2, both.out)


def user():
    if not ROOT:
        skip("a receiver gives root up", "not run as root")
        return
    T.chmod(0o755)
    out = T / "nobodys"
    out.mkdir()
    server, port, _ = receiver("--user", "nobody", out=out)
    claim("--user without the right to write is refused with the reason", server.process.wait(60) == 8 and
          "user nobody cannot store in" in server.text(), server.text())
    server.stop()
    os.chown(out, NOBODY.pw_uid, NOBODY.pw_gid)
    for user, name in (("nobody", "by name"), ("nobody:nogroup", "with a group"),
                       (f"{NOBODY.pw_uid}:{NOBODY.pw_gid}", "by numbers")):
        server, port, _ = receiver("--user", user, "--name", f"{user}/{{SOPInstanceUID}}.dcm", out=out)
        with server:
            sent = send(port)
            pid = server.process.pid
            claim(f"--user {name}: is that user and stores", sent.returncode == 0 and
                  set(status(pid, "Uid").split()) == {str(NOBODY.pw_uid)} and
                  set(status(pid, "Gid").split()) == {str(NOBODY.pw_gid)} and not status(pid, "Groups").strip(),
                  sent.out + server.text())
            keeper = children(pid)[0]
            claim(f"--user {name}: the keeper of the key is, too",
                  set(status(keeper, "Uid").split()) == {str(NOBODY.pw_uid)} and
                  set(status(keeper, "Gid").split()) == {str(NOBODY.pw_gid)} and not status(keeper, "Groups").strip(),
                  status(keeper, "Uid"))
            claim(f"--user {name}: and neither can be read by others of that user",
                  all(os.stat(f"/proc/{p}/mem").st_uid == 0 for p in (pid, keeper)))
    claim("what it stored is that user's", all(p.stat().st_uid == NOBODY.pw_uid for p in out.rglob("*.dcm")))
    for bad in ("no-such-user", "nobody:no-such-group", "nobody:", ":nogroup", "", "-1", "99999999999"):
        ran = run(DCMSEC, "receive", "--plain", "--port", "0", "--out", out, "--user", bad)
        claim(f"--user {bad!r} is refused with exit code 2", ran.returncode == 2 and
              re.search("no user|no group|USER", ran.stderr), ran.out)
    plain = subprocess.run(["setpriv", "--reuid", "65534", "--clear-groups", "--regid", "65534", DCMSEC, "receive",
                            "--plain", "--port", "0", "--out", str(out), "--user", "root"],
                           capture_output=True, text=True, timeout=60)
    claim("who is not root cannot become it", plain.returncode == 8 and "only root can" in plain.stderr, plain.stderr)


tool()
key()
rights()
user()
