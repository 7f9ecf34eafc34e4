# SPDX-License-Identifier: MIT
"""What OpenSSL does in a second of CPU, its client and its server each counted by itself: beside tls_speed."""
import os
import re
import subprocess

import harness


def cpu(child):
    """Seconds of a child that ended."""
    _, _, usage = os.wait4(child.pid, 0)
    child.returncode = 0
    return usage.ru_utime + usage.ru_stime


def start(*command, **more):
    return subprocess.Popen([str(c) for c in command], stderr=subprocess.DEVNULL, **more)


def handshakes(authority, kind, version, reuse, seconds):
    key, cert = authority.node(f"openssl-{kind}", kind)
    port = harness.free_port()
    server = start("openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-key", key, "-cert", cert, "-Verify", "2",
                   "-CAfile", authority.path, "-quiet", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    harness.listening(port, process=server)
    client = start("openssl", "s_time", "-connect", f"127.0.0.1:{port}", "-reuse" if reuse else "-new", version, "-time",
                   seconds, "-key", key, "-cert", cert, "-CAfile", authority.path, stdout=subprocess.PIPE)
    said = client.stdout.read().decode()
    client_cpu = cpu(client)
    server.terminate()
    server_cpu = cpu(server)
    found = re.search(r"^(\d+) connections in", said, re.M)
    n = int(found.group(1)) if found else 0
    return n / max(client_cpu, 0.001), n / max(server_cpu, 0.001)


def bench(work, seconds):
    """Rows as tls_speed prints them: what, value, unit."""
    authority = harness.Authority(work / "openssl-ca", key="ec")
    rows = []
    for version, name in (("-tls1_3", "TLS 1.3"), ("-tls1_2", "TLS 1.2")):
        for kind, key in (("rsa2048", "RSA 2048"), ("ec", "P-256")):
            client, server = handshakes(authority, kind, version, False, seconds)
            rows += [(f"OpenSSL's, {name}, {key}, client", client, "handshakes/s"),
                     (f"OpenSSL's, {name}, {key}, server", server, "handshakes/s")]
    client, server = handshakes(authority, "rsa2048", "-tls1_2", True, seconds)
    rows += [("OpenSSL's, TLS 1.2, resumed, client", client, "handshakes/s"),
             ("OpenSSL's, TLS 1.2, resumed, server", server, "handshakes/s")]
    return rows
