# SPDX-License-Identifier: MIT
"""--keylog, which only builds with DEBUG=1 have: what it writes is what OpenSSL writes for the same connections."""
import os
import pathlib
import shutil
import subprocess

from harness import T, Authority, Server, claim, free_port, need, run

DCMSEC = os.environ["DCMSEC"]
ROOT = pathlib.Path(__file__).resolve().parents[2]


def debug_build():
    """The same program with DEBUG=1, in a folder of its own under build/."""
    env = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
    made = subprocess.run(["make", "-s", "-C", ROOT, "DEBUG=1"], env=env, capture_output=True, text=True)
    path = ROOT / "build/musl-gcc-debug/dcmsec"
    claim("make DEBUG=1 builds", made.returncode == 0 and path.exists(), made.stdout + made.stderr)
    return path


def lines(path):
    """The lines that both write; OpenSSL adds its exporter secret, and what static RSA encrypts."""
    text = path.read_text() if path.exists() else ""
    return {line for line in text.splitlines() if line and not line.startswith(("#", "EXPORTER", "RSA "))}


def compare(dcmsec, w, version, relic):
    """Both sides, once each, against OpenSSL with one version."""
    key, cert, ca = w
    tls = ["--key", key, "--cert", cert, "--ca", ca]
    suite = ["-cipher", "AES128-SHA:@SECLEVEL=0"] if relic else []
    how = ["--profile", "bcp195"] if relic else []
    labels = 4 if version == "-tls1_3" else 1
    mine, theirs, port = T / "mine", T / "theirs", free_port()
    with Server("openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-key", key, "-cert", cert, "-quiet",
                version, *suite, "-keylogfile", theirs, port=port):
        run(dcmsec, "echo", *tls, *how, "--keylog", mine, "--associate-timeout", "8", f"127.0.0.1:{port}")
    what = f"openssl {version}{' with a relic' if relic else ''}"
    claim(f"a client's secrets are those of {what}", lines(mine) == lines(theirs) and len(lines(mine)) == labels,
          f"{lines(mine)}\n{lines(theirs)}")
    claim(f"the file is for its owner alone ({what})", mine.exists() and mine.stat().st_mode & 0o777 == 0o600)
    for path in (mine, theirs):
        path.unlink(missing_ok=True)
    (T / "out").mkdir()
    port = free_port()
    with Server(dcmsec, "receive", "--bind", "127.0.0.1", "--port", port, "--out", T / "out", *tls, *how,
                "--keylog", mine, port=port):
        run("openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-key", key, "-cert", cert, version, *suite,
            "-keylogfile", theirs)
    claim(f"a server's secrets are those of {what}", lines(mine) == lines(theirs) and len(lines(mine)) == labels,
          f"{lines(mine)}\n{lines(theirs)}")
    for path in (mine, theirs):
        path.unlink(missing_ok=True)
    shutil.rmtree(T / "out")


def main():
    if "debug" in DCMSEC:
        print("skip - without DEBUG=1 there is no --keylog: this is a build with it")
        return
    refused = run(DCMSEC, "echo", "--keylog", T / "never", "127.0.0.1")
    claim("without DEBUG=1 there is no such option", refused.returncode == 2 and "--keylog" in refused.stderr, refused.out)
    if "musl" not in DCMSEC:
        print("skip - what a release build holds and a debug build writes: this build is neither")
        return
    words = pathlib.Path(DCMSEC).read_bytes()
    claim("nor anything in the program that could write secrets", b"TRAFFIC_SECRET" not in words and b"keylog" not in words)
    claim("nothing was written", not (T / "never").exists())
    if not need("openssl", "the key log of a debug build is openssl's"):
        return
    authority = Authority(T / "ca", key="rsa2048")
    key, cert = authority.node("node", "rsa2048")
    dcmsec = debug_build()
    compare(dcmsec, (key, cert, authority.path), "-tls1_3", False)
    compare(dcmsec, (key, cert, authority.path), "-tls1_2", False)
    compare(dcmsec, (key, cert, authority.path), "-tls1_2", True)


main()
