# SPDX-License-Identifier: MIT
"""docs/certificates.md as it is printed, command for command; and what it made, judged by OpenSSL and
DCMTK. The commands name no port, so they take the standard one: in a network namespace of its own, where
nothing else can have it; where there may be none, only if it is free."""
import fcntl
import glob
import os
import socket
import re
import shutil
import signal
import subprocess
import sys

from harness import WAIT, until
from pki import DCMSEC, T, Report, run

PORT = 2762
report = Report()


def port_taken(port):
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind(("", port))
        except OSError:
            return True
    return False


def listens(port):
    """Of the sockets in this network namespace; a connection would be one that the receiver sees."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with open(table, encoding="ascii") as f:
            for line in f.readlines()[1:]:
                where, state = line.split()[1], line.split()[3]
                if where.endswith(f":{port:04X}") and state == "0A":
                    return True
    return False


if "ALONE" not in os.environ:
    alone = ["unshare", "-n" if os.geteuid() == 0 else "-rn", "sh", "-c", 'ip link set lo up && exec "$0" "$@"']
    if subprocess.run([*alone, "true"], stderr=subprocess.DEVNULL).returncode == 0:
        os.environ["ALONE"] = "1"
        os.execvp(alone[0], [*alone, sys.executable, os.path.abspath(__file__)])
    lock = open(os.path.join(os.environ.get("logs", T), f"port-{PORT}.lock"), "w")
    fcntl.flock(lock, fcntl.LOCK_EX)  # the demonstration takes it, too
    if port_taken(PORT):
        print(f"skip - the guide's commands do what it says: port {PORT} is taken, and there can be no network namespace")
        sys.exit()
os.chdir(os.path.join(os.path.dirname(__file__), "../.."))
with open("docs/certificates.md") as f:
    blocks = re.findall(r"```sh\n(.*?)```", f.read(), re.S)
commands = [line for b in blocks for line in b.splitlines()]
report.claim("the guide takes under ten commands", [] if 5 < len(commands) < 10 else [len(commands)])
os.makedirs(os.path.join(T, "bin"), exist_ok=True)
binary, home = os.path.abspath(DCMSEC), os.path.join(T, "home")
shutil.rmtree(home, ignore_errors=True)
os.makedirs(home)
link = os.path.join(T, "bin/dcmsec")
if os.path.lexists(link):
    os.remove(link)
os.symlink(binary, link)
samples = sorted(glob.glob("/usr/lib/python3/dist-packages/pydicom/data/test_files/CT_small.dcm"))
env = dict(os.environ, PATH=os.path.dirname(link) + ":" + os.environ["PATH"])
os.chdir(home)
if samples:
    shutil.copy(samples[0], "image.dcm")
receiver, bad = None, []
for c in commands:
    if c.startswith("dcmsec receive"):
        receiver = subprocess.Popen(["sh", "-c", "exec " + c], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        until(lambda: listens(PORT) or receiver.poll() is not None)
        continue
    if c.startswith("dcmsec send") and not samples:
        print("skip - the guide's image is sent: no pydicom sample files")
        continue
    r = subprocess.run(["sh", "-c", c], env=env, capture_output=True, text=True)
    if r.returncode:
        bad.append(f"{c}: exit {r.returncode}: {r.stdout}{r.stderr}")
if receiver:
    receiver.send_signal(signal.SIGTERM)
    out = receiver.communicate(timeout=WAIT)[0]
    if samples and not glob.glob("images/*"):
        bad.append(out.decode())
report.claim("the guide's commands do what it says, in its order", bad)

r = [run("openssl", "verify", "-x509_strict", "-purpose", p, "-CAfile", "ca/ca.pem", "pacs.local/cert.pem").returncode
     for p in ("sslserver", "sslclient")]
report.claim("openssl verify -x509_strict accepts what was issued", [] if r == [0, 0] else [r])
r = run("openssl", "verify", "-x509_strict", "-CAfile", "ca/ca.pem", "-CRLfile", "ca/ca.crl", "-crl_check", "ct1.local/cert.pem")
report.claim("and refuses what was revoked", [] if r.returncode and "revoked" in r.stderr else [r])
args = ["certs", "verify", "--ca", "ca/ca.pem", "--crl", "ca/ca.crl", "--check-crl"]
r = [run(binary, *args, f"{n}.local/cert.pem").returncode for n in ("pacs", "ct1")]
report.claim("so do we", [] if r == [0, 1] else [r])
modes = [oct(os.stat(p).st_mode & 0o777) for p in ("ca/ca.key", "pacs.local/key.pem", "ca")]
report.claim("keys are readable by their owner only", [] if modes == ["0o600", "0o600", "0o700"] else [modes])

before = open("ca/ca.key").read(), open("pacs.local/key.pem").read()
r = [run(binary, "certs", "init", "--name", "again").returncode,
     run(binary, "certs", "issue", "--name", "pacs.local").returncode]
after = open("ca/ca.key").read(), open("pacs.local/key.pem").read()
report.claim("nothing that is there is overwritten", [] if r == [2, 2] and before == after else [r])

# encrypted keys, requests, RSA, renewal
open("pw", "w").write("geheim\n")
bad = []
for argv, code in (
        (["certs", "init", "--dir", "rsa", "--rsa", "--encrypt", "--new-pass-file", "pw", "--name", "C=DE, O=X\\, Y, CN=R"], 0),
        (["certs", "issue", "--dir", "rsa", "--no-prompt", "--name", "a.local"], 3),
        (["certs", "issue", "--dir", "rsa", "--pass-file", "pw", "--name", "a.local", "--rsa", "--role", "client"], 0),
        (["certs", "request", "--name", "CN=b.local, OU=MR1", "--san", "b.local,192.0.2.9", "--out", "b",
          "--encrypt", "--new-pass-file", "pw"], 0),
        (["certs", "sign", "--dir", "rsa", "--pass-file", "pw", "--role", "server", "--out", "b/cert.pem", "b/request.pem"], 0),
        (["certs", "renew", "--dir", "rsa", "--pass-file", "pw", "--out", "b/new.pem", "b/cert.pem"], 0),
        (["certs", "renew", "--dir", "ca", "--out", "b/no.pem", "b/cert.pem"], 3),
        (["certs", "sign", "--dir", "ca", "b/cert.pem"], 3),
        (["certs", "match", "--key", "b/key.pem", "--pass-file", "pw", "--cert", "b/new.pem"], 0),
        (["certs", "verify", "--ca", "rsa/ca.pem", "--role", "server", "--verify-host", "192.0.2.9", "b/new.pem"], 0),
        (["certs", "verify", "--ca", "rsa/ca.pem", "--role", "client", "b/new.pem"], 1),
        (["certs", "revoke", "--dir", "rsa", "--pass-file", "pw", "00ff"], 3),
        (["certs", "issue", "--dir", "ca", "--name", "x", "--san", "not a name"], 2),
        (["certs", "issue", "--dir", "ca", "--name", "QQ=x"], 2),
        (["certs", "issue", "--dir", "ca", "--name", "long", "--days", "36000"], 2),
        (["certs", "issue", "--dir", "nowhere", "--name", "x"], 3)):
    r = run(binary, *argv)
    if r.returncode != code:
        bad.append(f"{' '.join(argv)}: exit {r.returncode}: {r.stdout}{r.stderr}")
report.claim("encrypted keys, requests, RSA and renewal work, and what cannot be is refused", bad)
r = [run("openssl", "verify", "-x509_strict", "-CAfile", "rsa/ca.pem", f).returncode for f in
     ("a.local/cert.pem", "b/cert.pem", "b/new.pem")]
r += [run("openssl", "pkey", "-in", f, "-passin", "pass:geheim", "-check", "-noout").returncode for f in
      ("rsa/ca.key", "a.local/key.pem", "b/key.pem")]
r.append(run("openssl", "req", "-in", "b/request.pem", "-verify", "-noout").returncode)
report.claim("OpenSSL reads all of it", [] if not any(r) else [r])
