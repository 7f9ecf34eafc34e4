# SPDX-License-Identifier: MIT
"""A host that gives no randomness: getrandom blocked by seccomp, in a root without /dev. TLS is refused
with the documented message and exit code, and a seed file is all it needs."""
import os
import pathlib
import random
import shutil
import subprocess

DCMSEC, T = os.environ["DCMSEC"], pathlib.Path(os.environ["T"])
STARVE = os.path.join(os.environ["O"], "tests/tools/starve")
TLS = ["--no-client-cert", "--no-verify"]
r = random.Random(8)


def claim(text, ok, why=""):
    print(("ok - " if ok else "not ok - ") + text, flush=True)
    if not ok:
        print("\n".join("# " + line for line in str(why).splitlines()[:30]))


def starved(root, *args):
    p = subprocess.run([STARVE, str(root), *map(str, args)], capture_output=True, text=True, timeout=60)
    return p.returncode, p.stdout + p.stderr


def main():
    code, text = starved("/", DCMSEC, "echo", *TLS, "-v", "127.0.0.1:1")
    if code == 125:
        print("skip - a host without randomness is told so: no seccomp here (%s)" % text.strip())
        return
    claim("without getrandom the kernel's device serves", code == 4 and "384 bits of /dev/urandom" in text,
          text)
    root = T / "root"
    root.mkdir()
    shutil.copy(DCMSEC, root / "dcmsec")
    code, text = starved(root, "/dcmsec", "--version")
    if code == 125:
        print("skip - a host without any source is told so: no chroot here (%s)" % text.strip())
        return
    if code != 0:
        print("skip - a host without any source is told so: this build is not static, and cannot run in "
              "an empty root")
        return
    code, text = starved(root, "/dcmsec", "echo", *TLS, "127.0.0.1:1")
    claim("with no source at all TLS is refused, exit code 7", code == 7, (code, text))
    claim("and the message says what is missing and what to do",
          all(x in text for x in ("not enough randomness for TLS", "getrandom", "/dev/random",
                                  "384 bits (48 bytes)", "dcmsec seed", "--seed FILE")), text)
    for words in (["init", "--name", "Test CA"], ["issue", "--name", "localhost", "--out", root / "node"]):
        subprocess.run([DCMSEC, "certs", *words, "--dir", T / "ca"], check=True, capture_output=True)
    node = ["--key", "/node/key.pem", "--cert", "/node/cert.pem", "--no-verify"]
    for applet in (["receive", *node, "--out", "/x", "--port", "0"], ["send", *TLS, "127.0.0.1:1", "/dcmsec"]):
        code, text = starved(root, "/dcmsec", *applet)
        claim("so are %s's connections" % applet[0], code == 7 and "not enough randomness" in text,
              (code, text))
    code, text = starved(root, "/dcmsec", "seed", "--out", "/seed")
    claim("dcmsec seed is refused too, exit code 7, and writes nothing",
          code == 7 and not (root / "seed").exists(), (code, text))
    (root / "dev").mkdir()
    (root / "dev" / "random").write_bytes(r.randbytes(4096))
    (root / "dev" / "urandom").write_bytes(r.randbytes(4096))
    code, text = starved(root, "/dcmsec", "echo", *TLS, "127.0.0.1:1")
    claim("a file in the place of the kernel's device deceives nobody",
          code == 7 and "is not the kernel's device" in text, (code, text))
    (root / "image").write_bytes(r.randbytes(20000))
    code, text = starved(root, "/dcmsec", "seed", "--from", "/image", "--out", "/seed")
    claim("a seed can be made there from a file", code == 0 and (root / "seed").stat().st_size == 1024, text)
    code, text = starved(root, "/dcmsec", "echo", *TLS, "-v", "--seed", "/seed", "--write-seed", "127.0.0.1:1")
    claim("and a seed file is all that TLS needs: the connection is tried",
          code == 4 and "512 bits of the seed file" in text and "the seed alone must do" in text,
          (code, text))
    os.truncate(root / "seed", 47)
    code, text = starved(root, "/dcmsec", "echo", *TLS, "--seed", "/seed", "127.0.0.1:1")
    claim("47 bytes of seed are too few", code == 7 and "shorter than 48 bytes" in text, (code, text))


main()
