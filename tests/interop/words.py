#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The words of a command line as DCMTK's storescu reads them, and as we do under its name: random
@files with quotations, shown by --arguments of both. The seed is fixed, so a failure comes back."""
import random
import re
import subprocess

from harness import DCMSEC, T, claim, need

FILES = 150
ALPHABET = "ab5" + "  " + "\"'" + "\\@=" + "\t\n"
TAIL = ["h", "1", "/nonexistent/file"]


def shown(program, file):
    """What --arguments printed, or the error for an empty value."""
    run = subprocess.run([*program, "--arguments", *TAIL, f"@{file}"], capture_output=True,
                         text=True, timeout=60, check=False)
    # DCMTK puts its prefix before every line of a message.
    text = run.stderr.replace("\nI: ", "\n")
    found = re.search(r"I: calling 'storescu' with (\d+) arguments: ?(.*?'|) *\n(?:I:|) ?\n", text, re.S)
    return found.groups() if found else ("?", run.stderr)


def main():
    if not need("storescu", "our words are DCMTK's words"):
        return
    rng = random.Random(20261122)
    why = []
    for i in range(FILES):
        file = T / f"words{i}"
        file.write_text("".join(rng.choice(ALPHABET) for _ in range(rng.randrange(40))))
        theirs = shown(["storescu"], file)
        ours = shown([DCMSEC, "storescu"], file)
        if theirs != ours or theirs[0] == "?":
            why.append(f"{file.read_text()!r}: DCMTK {theirs}, we {ours}")
    claim(f"{FILES} random command files give the words that DCMTK's storescu reads", not why,
          "\n".join(why))


if __name__ == "__main__":
    main()
