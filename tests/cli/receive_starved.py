# SPDX-License-Identifier: MIT
"""A receiver whose descriptors run out while it holds no connection serves again when there are some."""
import os
import resource
import socket

from harness import DCMSEC, Server, T, claim, free_port, run, until


def sockets(pid):
    found = 0
    for fd in os.listdir(f"/proc/{pid}/fd"):
        try:
            found += os.readlink(f"/proc/{pid}/fd/{fd}").startswith("socket:")
        except FileNotFoundError:
            pass
    return found


port = free_port()
with Server(DCMSEC, "receive", "--plain", "--bind", "127.0.0.1", "--port", port, "--out", T / "out", port=port) as server:
    pid = server.process.pid
    claim("a receiver with descriptors to spare answers an echo",
          run(DCMSEC, "echo", "--plain", f"127.0.0.1:{port}").returncode == 0, server.text())
    until(lambda: sockets(pid) == 1)  # it closes the echo's after the echo has ended
    before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    used = max(int(fd) for fd in os.listdir(f"/proc/{pid}/fd")) + 1
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (used, before[1]))
    with socket.create_connection(("127.0.0.1", port)):
        claim("running out of descriptors is reported", server.wait_for("cannot take more connections"),
              server.text())
    resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
    echo = run(DCMSEC, "echo", "--plain", f"127.0.0.1:{port}")
    claim("it serves again as soon as there are descriptors", echo.returncode == 0, echo.out + server.text())
    claim("it says so once", server.text().count("cannot take more") == 1, server.text())
