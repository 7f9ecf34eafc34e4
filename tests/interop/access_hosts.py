#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Rules of hosts_access(5) as our matcher takes them, beside libwrap, which is what DCMTK's storescp asks: chosen
ones, and thousands that a fixed seed makes of the words of that manual page."""
import ctypes
import os
import random
import subprocess

from harness import T, claim, skip

TOOL = os.path.join(os.environ.get("O", "build/musl-gcc"), "tests/tools/access")
CLIENTS = [("192.0.2.7", "ct1.hospital.org"), ("192.0.2.70", "ct1"), ("10.1.2.3", "mr1.hospital.org"), ("10.1.2.3", ""),
           ("10.255.0.1", "paranoid"), ("127.0.0.1", "localhost"), ("131.155.73.9", "ct22.example"),
           ("2001:db8::1", "six.hospital.org"), ("2001:db8:1::9", ""), ("::1", "localhost"), ("11.0.0.1", "a.b.c.d.e")]
WORDS = ["ALL", "KNOWN", "UNKNOWN", "PARANOID", "LOCAL", "192.0.2.7", "192.0.2.", "10.", "10.1.", "10.0.0.0/255.0.0.0",
         "10.0.0.0/8", "131.155.72.0/255.255.254.0", "131.155.72.0/23", ".hospital.org", "ct1.hospital.org", "ct1",
         "CT1.Hospital.org", "ct?", "*.org", "ct*", "[2001:db8::1]", "[2001:db8::]/32", "[::1]", "127.0.0.1", "local",
         "192.0.2.?*", ".example", "*", "a.*.e"]
DAEMONS = ["storescp", "ALL", "sshd", "sshd, storescp", "ALL EXCEPT sshd", "ALL EXCEPT storescp", "store*", "STORESCP", "x"]
CHOSEN = [("", ""), ("storescp: 10.\n", "ALL: ALL\n"), ("storescp: ALL EXCEPT 10. EXCEPT 10.1.\n", "storescp: ALL\n"),
          ("storescp: 10. : deny\nALL: ALL\n", ""), ("", "storescp: 10.: allow\nstorescp: ALL\n"),
          ("# storescp: ALL\n\nsshd: ALL\nstorescp: \\\n 10. \\\n 11.\n", "ALL:ALL\n"),
          ("storescp:LOCAL,.hospital.org\n", "ALL : PARANOID, 10.\n"), ("", "ALL EXCEPT storescp: ALL\n")]


def libwrap(daemon, allow, deny):
    lib, paths = ctypes.CDLL("libwrap.so.0"), (os.fsencode(allow), os.fsencode(deny))
    ctypes.c_char_p.in_dll(lib, "hosts_allow_table").value = paths[0]
    ctypes.c_char_p.in_dll(lib, "hosts_deny_table").value = paths[1]
    # a name that it does not know is "unknown" to it
    return ["yes" if lib.hosts_ctl(daemon.encode(), (n or "unknown").encode(), a.encode(), b"unknown") else "no"
            for a, n in CLIENTS]


def ours(daemon, allow, deny):
    r = subprocess.run([TOOL, daemon, allow, deny], input="".join(f"{a} {n}\n" for a, n in CLIENTS), text=True,
                       capture_output=True, check=False)
    return r.stdout.splitlines()


def differs(allow, deny):
    paths = T / "allow", T / "deny"
    for path, text in zip(paths, (allow, deny)):
        path.write_text(text)
    theirs, mine = libwrap("storescp", *paths), ours("storescp", *paths)
    return [f"{allow!r} {deny!r} {c}: {a} with libwrap, {b} with us" for c, a, b in zip(CLIENTS, theirs, mine) if a != b] \
        if len(mine) == len(theirs) else [f"{allow!r}: {mine}"]


def made(dice):
    def clients():
        return dice.choice((" ", ", ")).join(dice.choices(WORDS, k=dice.randint(1, 3)))

    def rule():
        excepts = "".join(f" EXCEPT {clients()}" for _ in range(dice.choice((0, 0, 0, 1, 1, 2, 3))))
        return f"{dice.choice(DAEMONS)}: {clients()}{excepts}{dice.choice(('', '', '', ' : allow', ' : deny'))}\n"
    return "".join(rule() for _ in range(dice.randint(0, 3)))


def main():
    text = "rules mean to us what they mean to libwrap"
    try:
        ctypes.CDLL("libwrap.so.0")
    except OSError:
        skip(text, "libwrap is not installed")
        return
    wrong = [w for pair in CHOSEN for w in differs(*pair)]
    claim(f"{text}, {len(CHOSEN)} chosen pairs of files for {len(CLIENTS)} clients", not wrong, "\n".join(wrong))
    dice = random.Random(5)
    wrong = [w for _ in range(1500) for w in differs(made(dice), made(dice))]
    claim(f"{text}, 1500 made pairs for {len(CLIENTS)} clients", not wrong, f"{len(wrong)}\n" + "\n".join(wrong))


if __name__ == "__main__":
    main()
