# SPDX-License-Identifier: MIT
"""Programs of ours under tests/tools/fault, with what they work on, and sweeps over every point of a scenario."""
import json
import os
import pathlib
import shutil
import ssl
import subprocess
import tempfile
import threading

from harness import DCMSEC, T, WAIT, body_bytes
from rawpeer import CT, explicit_file

TOOL = os.path.join(os.environ.get("O", "build/musl-gcc"), "tests/tools/fault")
# A sanitizer has a start of its own, which is not what is tried here, and wants memory and no tracer at the end.
SANITIZED = os.environ.get("O", "").rstrip("/").endswith("-san")


def hindrance():
    """Why there can be no faults here, or nothing."""
    if "coverage" in TOOL:
        return "a build that counts calls the system for that, and loses its counts when it dies there"
    probe = subprocess.run([TOOL, T / "probe", "all", "trace", "0", "/bin/true"], capture_output=True, text=True)
    return probe.returncode and (probe.stderr.strip() or "the tool does not run")


class Objects:
    """new, the same again, another content of its UID, another one: as files, and their data sets."""

    window = None  # as rawpeer.associate_rq has it: given within a window, all of them before an answer

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True)
        contents = [("1.2.3.1", b"a" * 700), ("1.2.3.1", b"a" * 700), ("1.2.3.1", b"b" * 700), ("1.2.3.2", b"c" * 9000)]
        self.paths, self.sent = [], []
        for i, (uid, pixels) in enumerate(contents):
            path = folder / f"{i}.dcm"
            path.write_bytes(explicit_file(CT, uid, pixels))
            self.paths.append(path)
            self.sent.append((uid, body_bytes(path)))
        self.bodies = {body for _, body in self.sent}


class Secure:
    """The two ends of a TLS link for Python, and ours."""

    def __init__(self, authority):
        server, client = authority.node("pacs"), authority.node("ct1")
        self.ours = {name: ("--key", node[0], "--cert", node[1], "--ca", authority.path)
                     for name, node in (("receive", server), ("send", client))}
        self.contexts = {}
        for name, kind, node in (("receive", ssl.PROTOCOL_TLS_CLIENT, client), ("send", ssl.PROTOCOL_TLS_SERVER, server)):
            context = ssl.SSLContext(kind)
            context.load_cert_chain(node[1], node[0])
            context.load_verify_locations(authority.path)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_REQUIRED
            self.contexts[name] = context

    def wrap(self, sock, role):
        return self.contexts[role].wrap_socket(sock, server_side=role == "send")


def link_options(link, role):
    return link.ours[role] if link else ("--plain",)


class Run:
    """A program of ours under the tool, or with fault None by itself."""

    def __init__(self, folder, *words, fault=None, listener=None):
        self.report, self.log = folder / "report", folder / "log"
        kind, action, n = fault or ("all", "none", 0)
        env = dict(os.environ)
        if SANITIZED:
            env["ASAN_OPTIONS"] = "detect_leaks=0:abort_on_error=1"
            if kind != "change":
                env["FAULT_AFTER"] = "connect" if words[0] == "send" else "accept4"
        descriptors = ()
        if listener:
            env["FAULT_FD"], descriptors = str(listener.fileno()), (listener.fileno(),)
        self.report.unlink(missing_ok=True)
        with open(self.log, "wb") as log, open(folder / "err", "wb") as err:
            self.process = subprocess.Popen([str(w) for w in (TOOL, self.report, kind, action, n, DCMSEC, *words)],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=err, env=env,
                                            pass_fds=descriptors)
        if listener:
            listener.close()
        self.traced, self.fault = fault is not None, (kind, action, n)
        self.errors = folder / "err"

    def alive(self):
        return self.process.poll() is None

    def end(self, how=None, seconds=WAIT):
        """The exit code of the program, minus its signal, or "hangs"."""
        try:
            if how and self.alive():
                self.process.send_signal(how)
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return "hangs"
        if not self.traced:
            return code
        lines = self.lines()
        return int(lines[-1].split()[1]) if code == 0 and lines and lines[-1].startswith("end ") else f"tool {code}"

    def lines(self):
        return self.report.read_text(errors="replace").splitlines() if self.report.exists() else []

    def hit(self):
        return next((line[4:] for line in self.lines() if line.startswith("hit ")), None)

    def seen(self):
        return next((int(line[5:]) for line in self.lines() if line.startswith("seen ")), 0)

    def events(self):
        found = []
        for line in self.log.read_text(errors="replace").splitlines():
            if line.startswith("{") and line.endswith("}"):
                found.append(json.loads(line))
        return found

    def said(self):
        return self.errors.read_text(errors="replace")[-600:]


class Sweep:
    """Every n of a kind and an action, or each step-th, until the scenario has no such call any more."""

    def __init__(self, scenario, workers=3):
        self.scenario, self.workers = scenario, workers
        self.points, self.findings, self.lock = 0, [], threading.Lock()
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=T))

    def one(self, kind, action, n):
        folder = self.folder / f"{kind}-{action}-{n}"
        try:
            run, wrong = self.scenario(folder, (kind, action, n))
            hit = run.hit()
        except Exception as failure:  # a finding like any other, told with its place
            hit, wrong = "?", [f"{type(failure).__name__}: {failure}"]
        with self.lock:
            self.points += hit is not None
            for what in wrong:
                self.findings.append(f"{action} at {kind} {n} ({hit}): {what}")
        if not wrong:
            shutil.rmtree(folder, ignore_errors=True)
        return hit is not None

    def over(self, kind, action, first=1, step=1):
        state = {"next": first, "missed": 0}

        def work():
            while True:
                with self.lock:
                    if state["missed"] > 1:
                        return
                    n = state["next"]
                    state["next"] += step
                if not self.one(kind, action, n):
                    with self.lock:
                        state["missed"] += 1

        threads = [threading.Thread(target=work) for _ in range(self.workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self
