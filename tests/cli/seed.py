# SPDX-License-Identifier: MIT
"""dcmsec seed: what passes for randomness and what does not, what it writes, what openssl makes of it."""
import itertools
import json
import os
import pathlib
import pty
import random
import re
import select
import signal
import subprocess
import termios
import time

DCMSEC, T = os.environ["DCMSEC"], pathlib.Path(os.environ["T"])
r = random.Random(4)


def claim(text, ok, why=""):
    print(("ok - " if ok else "not ok - ") + text)
    if not ok:
        print("\n".join("# " + line for line in str(why).splitlines()[:30]))


def seed(*args, **more):
    p = subprocess.run([DCMSEC, "seed", *map(str, args)], capture_output=True, text=True,
                       timeout=120, **more)
    return p.returncode, p.stdout, p.stderr


def file(name, data):
    path = T / name
    path.write_bytes(data)
    return path


def credited(text):
    return [int(x) for x in re.findall(r"credited: (\d+) bits", text)]


noise = file("noise", r.randbytes(5000))
out = T / "out.bin"

code, text, err = seed("--from", noise, "--out", out)
claim("enough noise makes a seed of 1024 bytes, mode 0600",
      code == 0 and out.stat().st_size == 1024 and out.stat().st_mode & 0o7777 == 0o600, err)
claim("the table names all ten estimators and the credit",
      len(re.findall(r"^  \S.* +\d\.\d{4}$|^  \S.* +-$", text, re.M)) == 10 and credited(text), text)
claim("a file as source is warned about: who else has it?", "is no secret" in err, err)
first = out.read_bytes()
seed("--from", noise, "--out", out, "--size", 64)
claim("the same source again makes another seed, of the size asked for",
      out.stat().st_size == 64 and out.read_bytes() != first[:64])

refused = {
    "zeros": bytes(100000),
    "text": b"".join(b"%d bottles of beer on the wall; " % i for i in range(3000)),
    "text in Russian": "".join("%d бутылок пива стоят на столе, " % i for i in range(3000)).encode(),
    "text in UTF-16": "".join("%d bottles of beer, " % i for i in range(3000)).encode("utf-16-be"),
    "a counter": bytes(i % 256 for i in range(50000)),
    "the same bytes twice": r.randbytes(20000) * 2,
    "few bytes": r.randbytes(20),
    "nothing": b"",
}
for name, data in refused.items():
    gone = T / "gone.bin"
    code, text, err = seed("--from", file("bad", data), "--out", gone)
    claim("%s: refused with exit code 7, and nothing is written" % name,
          code == 7 and not gone.exists() and "not enough randomness" in err, (code, text, err))

copy = file("copy", noise.read_bytes())
code, text, err = seed("--from", noise, "--from", copy, "--out", out)
claim("a copy of a source counts for nothing",
      code == 0 and credited(text)[1] == 0 and "read before" in text, text)
part = file("part", r.randbytes(1000) + noise.read_bytes()[100:3000])
code, text, err = seed("--from", noise, "--from", part, "--out", out)
claim("a file that holds a part of another source counts for nothing",
      code == 0 and credited(text)[1] == 0 and "copied" in text, text)
code, text, err = seed("--from", noise, "--from", file("zeros", bytes(50000)), "--out", out)
claim("a worthless source takes nothing from a good one",
      code == 0 and credited(text)[0] > 20000 and credited(text)[1] == 0, text)
code, text, err = seed("--from", T / "zeros", "--out", T / "forced", "--force", "--quiet")
claim("--force writes, and says loudly even under --quiet what that means",
      code == 0 and (T / "forced").stat().st_size == 1024 and "CAN BE GUESSED" in err, err)
code, text, err = seed("--from", "-", "--out", out, input=None, stdin=open(noise, "rb"))
claim("standard input is a source", code == 0 and credited(text)[0] > 20000, text + err)
code, text, err = seed("--from", T / "missing", "--out", T / "gone.bin")
claim("a source that is not there: exit code 3 and its name",
      code == 3 and str(T / "missing") in err and not (T / "gone.bin").exists(), err)
code, text, err = seed("--from", T / "missing", "--from", "os", "--out", out)
claim("a source that fails is left out aloud, and the others do", code == 0 and "left out" in err, err)
code, text, err = seed("--from", "dev:/dev/zero", "--out", T / "gone.bin")
claim("a stuck device is refused", code == 7 and not (T / "gone.bin").exists(), text + err)
code, text, err = seed("--from", "dev:/dev/urandom", "--out", out)
claim("the kernel's device vouches for itself", code == 0 and credited(text) == [512], text + err)
code, text, err = seed("--out", "/dev/null")
claim("a device is never replaced by a seed", code == 2 and pathlib.Path("/dev/null").is_char_device(),
      (code, err))
code, text, err = seed("--out", T / "no" / "such" / "folder")
claim("a seed that cannot be written: exit code 8", code == 8, (code, err))
code, text, err = seed("--from", "os", "--out", out, "--check", out)
claim("two things to do at once are refused", code == 2, err)
before = out.read_bytes()
code, text, err = seed("--check", out)
claim("--check judges and writes nothing", code == 0 and out.read_bytes() == before, err)
code, text, err = seed("--check", T / "zeros")
claim("--check of zeros: exit code 7", code == 7 and "not enough by itself" in err, err)
code, text, err = seed("--from", noise, "--out", out, "--json")
events = [json.loads(line) for line in text.splitlines()]
claim("--json tells of each source and of the seed",
      [e["event"] for e in events] == ["source", "seed"] and events[1]["credited"] == 512 and
      len(events[0]["millibits_a_byte"]) >= 9, text)

# DICOM: only pixel data counts
try:
    import pydicom
    from pydicom.data import get_testdata_file
    ct = get_testdata_file("CT_small.dcm")
    code, text, err = seed("--from", ct, "--out", out)
    want = pydicom.dcmread(ct)
    claim("of a DICOM file the pixel data counts, all of it and nothing else",
          code == 0 and "of %d bytes:" % len(want.PixelData) in text, text)
    want.PixelData = bytes(len(want.PixelData))
    want.PatientComments = r.randbytes(4000).decode("latin1")
    want.save_as(T / "blank.dcm")
    code, text, err = seed("--from", T / "blank.dcm", "--out", T / "gone.bin")
    claim("a blank image is refused, however random its header",
          code == 7 and credited(text) == [0], text)
    for name in ("MR_small_RLE.dcm", "MR_small_bigendian.dcm", "image_dfl.dcm"):
        code, text, err = seed("--from", get_testdata_file(name), "--out", out)
        claim("pixel data is found in %s" % name,
              "DICOM object" in text and code == 0, text + err)
    del want.PixelData
    want.save_as(T / "none.dcm")
    code, text, err = seed("--from", T / "none.dcm", "--out", T / "gone.bin")
    claim("a DICOM file without pixel data counts for nothing", code == 7, text)
except ImportError as e:
    print("skip - of a DICOM file only the pixel data counts: %s" % e)

# what others make of it
p = subprocess.run(["openssl", "rand", "-rand", str(out), "-hex", "16"], capture_output=True, text=True)
claim("openssl rand reads the seed file", p.returncode == 0 and len(p.stdout.strip()) == 32, p.stderr)
subprocess.run(["openssl", "rand", "-writerand", str(T / "theirs"), "-out", "/dev/null", "1"], check=True)
code, text, err = seed("--check", T / "theirs")
claim("a seed file of openssl is read and judged", code == 0 and credited(text)[0] >= 256, text)


def keyboard(strokes, gap):
    """Types at a terminal of its own until the program ends; what the person sees and the exit code. Keys that a busy
    machine reads in one go are none: so there are enough, and the last one comes again."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(DCMSEC, [DCMSEC, "seed", "--from", "keyboard", "--out", str(T / "typed")])
    seen = b""
    while b"type anything" not in seen:
        seen += os.read(fd, 4096)
    end = time.monotonic() + 120
    try:
        for key in itertools.chain(strokes, itertools.repeat(strokes[-1])):
            if time.monotonic() > end:
                os.kill(pid, signal.SIGKILL)
            os.write(fd, key)
            pause = time.monotonic() + gap
            while select.select([fd], [], [], max(0, pause - time.monotonic()))[0]:
                seen += os.read(fd, 4096)
    except OSError:
        pass  # the terminal is gone with its program
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), seen.decode()


keys = [bytes([97 + i % 26]) for i in range(2000)]
code, seen = keyboard(keys, 0.02)
claim("keystrokes at a terminal make a seed, counted live",
      code == 0 and (T / "typed").stat().st_size == 1024 and " 10 of 256" in seen, seen[-400:])
code, seen = keyboard([b"a"] * 150 + [b"\x04"], 0.02)
claim("a held key is not counted", code == 7 and "timing of 0 keystrokes" in seen, seen[-400:])
code, seen = keyboard([bytes(range(97, 123)) * 4, b"\x04"], 0.1)
claim("pasted text is not counted as keystrokes", code == 7, seen[-400:])
code, seen = keyboard(keys[:20] + [b"\x03"], 0.02)
claim("Ctrl-C at the keyboard ends it without a seed", code == 7 and "interrupted" in seen, seen[-400:])
code, seen = keyboard([b"a\x03"], 0.02)
claim("and Ctrl-C that comes in one go with another key does", code == 7 and "interrupted" in seen, seen[-400:])


def killed_at_the_keyboard(number):
    """Ends it by a signal while it waits for keys: the signal that ended it, and what the terminal echoes."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(DCMSEC, [DCMSEC, "seed", "--from", "keyboard", "--out", str(T / "killed")])
    seen = b""
    while b"type anything" not in seen:
        seen += os.read(fd, 4096)
    raw = termios.tcgetattr(fd)[3] & (termios.ECHO | termios.ICANON | termios.ISIG)
    os.kill(pid, number)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    back = termios.tcgetattr(fd)[3] & (termios.ECHO | termios.ICANON | termios.ISIG)
    os.close(fd)
    return -code, raw, back


for name in ("SIGTERM", "SIGINT", "SIGHUP"):
    number, raw, back = killed_at_the_keyboard(getattr(signal, name))
    claim("%s at the keyboard ends it, and the terminal is set back" % name,
          number == getattr(signal, name) and raw == 0
          and back == termios.ECHO | termios.ICANON | termios.ISIG and not (T / "killed").exists(),
          "%d, %o, %o" % (number, raw, back))
