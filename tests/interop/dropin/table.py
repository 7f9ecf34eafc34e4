#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The list of DCMTK's options beside it: complete by what the tools say of themselves, true of our parser,
and the source of docs/dcmtk-compatibility.md. table.py --write makes that page anew."""
import collections
import importlib
import pathlib
import re
import shutil
import subprocess
import sys

from harness import DCMSEC, claim, run, skip

HERE = pathlib.Path(__file__).resolve().parent
PAGE = HERE.parents[2] / "docs" / "dcmtk-compatibility.md"
TOOLS = ("storescu", "storescp", "echoscu")
OPERANDS = {"storescu": ["localhost", "1", "/nonexistent/file"], "storescp": ["not-a-port"],
            "echoscu": ["localhost", "not-a-port"]}
BUILT_IN = ("--help", "--version", "--arguments")
LISTS = ("--list-ciphers", "--list-profiles")
OFFLINE = ("--verify-cert", "--is-root-cert")  # judge a file that is not there

Option = collections.namedtuple("Option", "tools short long values verdict how")


def options():
    for line in (HERE / "options").read_text().splitlines():
        if not line.startswith("#"):
            tools, short, long, values, verdict, *how = line.split("\t")
            yield Option(tools.split(","), None if short == "-" else short, long, int(values), verdict,
                         how[0] if how else "")


def said_by(tool):
    """(short or None, long, number of values) of each option in a tool's help."""
    for line in subprocess.run([tool, "--help"], capture_output=True, text=True, check=False).stdout.splitlines():
        row = re.match(r"\s{2,14}(?:([-+]\S+)\s+)?(--\S+)\s+(.*)$", line)
        if row:
            takes = re.match(r"((?:\[\w\]\S*[, ]*(?:of \w+)?)+): (?:string|integer)|\[\w\].*: (?:string|integer)", row[3])
            yield row[1], row[2], len(re.findall(r"\[\w\]", row[3])) if takes else 0


def page(rows):
    count = collections.Counter(o.verdict for o in rows for _ in o.tools)
    all_of_them = sum(count.values())
    share = 100 * (count["same"] + count["better"]) / all_of_them
    text = f"""# dcmsec in the place of DCMTK's storescu, storescp and echoscu

Called by one of these names (a symbolic link, or `dcmsec storescu ...`) dcmsec follows DCMTK 3.7's command
line. This page lists every option of the three tools and what becomes of it: *same*; *better*, and how;
*part*, which is honoured in part, and says so when it is used; *refused*, and why: then the tool says so in
one line and ends with exit code 1. No option is ignored.

Of {all_of_them} options, each counted for each tool that has it, {count['same']} are the same, {count['better']}
better, {count['part']} are honoured in part and {count['refused']} refused: {share:.1f} % are same or better. Made by `tests/interop/dropin/table.py --write`; do not edit.
"""
    for tool in TOOLS:
        text += f"\n## {tool}\n\n| option | values | | |\n|---|---|---|---|\n"
        for o in rows:
            if tool in o.tools:
                names = " ".join(f"`{n}`" for n in (o.short, o.long) if n)
                text += f"| {names} | {o.values or ''} | {o.verdict} | {o.how} |\n"
    return text


# options that are the same or better, and have no row: why
WITHOUT_ROW = {
}


def rows_of():
    """The words of all rows that the tests beside this one run, by tool."""
    words = collections.defaultdict(set)
    for path in sorted(HERE.glob("*.py")):
        if path.stem != "table":
            for tool, line in importlib.import_module(path.stem).shown():
                words[tool] |= set(line.split())
    return words


def value_for(o, i):
    """A value that the option takes: most take anything."""
    return {"--log-level": "warn", "--aetitle": "AE", "--call": "AE", "--max-pdu": "16384",
            "--max-send-pdu": "16384"}.get(o.long, "5" if i == 0 else "6")


def recognised(tool, o, spelling):
    """What is wrong with our reading of one spelling; None when nothing is."""
    values = [value_for(o, i) for i in range(o.values)]
    r = run(DCMSEC, tool, "--arguments", spelling, *values, *OPERANDS[tool], timeout=60)
    said = r.stdout + r.stderr
    if o.long in BUILT_IN:
        return None if r.returncode == (1 if o.long == "--arguments" else 0) else f"exit code {r.returncode}"
    if o.long in LISTS:
        return None if r.returncode == 0 and r.stdout else f"exit code {r.returncode}"
    if o.long in OFFLINE:
        return None if r.returncode == 22 and "ertificate '5'" in r.stdout else f"exit code {r.returncode}"
    if r.returncode != 1:
        return f"exit code {r.returncode}: {said[-300:]}"
    if "nknown option" in said:
        return "is unknown"
    refusal = re.search(re.escape(spelling) + r".*not supported: \S.*", said)
    if (o.verdict == "refused") != bool(refusal):
        return f"is {o.verdict} in the list, but we say: {said[-300:]}"
    if values:
        r = run(DCMSEC, tool, spelling, *values[1:], timeout=60)
        if "Missing value" not in r.stderr:
            return f"is taken with {len(values) - 1} values: {r.stderr[-200:]}"
    return None


def main():
    rows = list(options())
    if sys.argv[1:] == ["--write"]:
        PAGE.write_text(page(rows))
        return
    for tool in TOOLS:
        ours = {(o.short, o.long, o.values) for o in rows if tool in o.tools}
        text = f"every option in {tool} --help is in our list, with its spellings and its number of values"
        if shutil.which(tool):
            missing = [o for o in said_by(tool) if o not in ours]
            claim(text, len(ours) > 20 and not missing, "\n".join(map(str, missing)))
        else:
            skip(text, f"{tool} is not installed")
        wrong = []
        for o in rows:
            for spelling in (o.short, o.long) if tool in o.tools else ():
                why = spelling and recognised(tool, o, spelling)
                if why:
                    wrong.append(f"{spelling}: {why}")
        claim(f"{tool}: every spelling is known, takes its values, and what is refused says why", not wrong,
              "\n".join(wrong))
        r = run(DCMSEC, tool, "--help", timeout=60)
        known = {n for o in rows if tool in o.tools for n in (o.short, o.long) if n}
        more = set(re.findall(r"^  +([-+]\S+)", r.stdout, re.M)) | set(re.findall(r"^  +[-+]\S+ +(--\S+)", r.stdout, re.M))
        claim(f"{tool}: our help names no option that is not in the list", r.returncode == 0 and not more - known
              - {"--json"}, sorted(more - known))
    words = rows_of()
    bare = {(tool, o.long) for o in rows for tool in o.tools if o.verdict != "refused" and not {o.short, o.long} & words[tool]}
    claim("each option that is the same or better has a row that shows it, or is named with a reason",
          bare == set(WITHOUT_ROW), f"no row: {sorted(bare - set(WITHOUT_ROW))}\nhave one: {sorted(set(WITHOUT_ROW) - bare)}")
    claim("docs/dcmtk-compatibility.md says what the list says", PAGE.exists() and PAGE.read_text() == page(rows),
          "run tests/interop/dropin/table.py --write")
    verdicts = {o.verdict for o in rows}
    bare = [o.long for o in rows if o.verdict != "same" and not o.how]
    claim("whatever is better or refused says how or why", verdicts <= {"same", "better", "part", "refused"} and not bare,
          bare)


if __name__ == "__main__":
    main()
