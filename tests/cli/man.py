#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The manual pages beside what the binary says of itself: the applets, each applet's options with
their values, the exit codes; and that groff formats every page without a warning."""
import glob
import os
import re
import subprocess

from harness import DCMSEC, claim, need

DOCS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs")


def output(*words):
    return subprocess.run([DCMSEC, *words], capture_output=True, text=True, check=False).stdout


def section(text, heading):
    """The indented lines after a heading of a help text."""
    found = re.search(rf"^{heading}:\n((?:  .*\n)*)", text, re.M)
    return found.group(1).splitlines() if found else []


def names(lines):
    return [line.split()[0] for line in lines if re.match(r"  [a-z]", line)]


def help_options(text):
    """Left columns such as '-v, --verbose' and '--title TITLE'."""
    rows = re.findall(r"^ {2,6}(-\S.*?)(?: {2,}.*)?$", text, re.M)
    return {re.sub(r" +", " ", row.strip()) for row in rows}


def plain(text):
    text = re.sub(r"\\f[BIRP]", "", text)
    return text.replace(r"\-", "-").replace(r"\&", "").replace(r"\(aq", "'")


def tags(page):
    """The tag lines after .TP, without their macros."""
    lines = page.splitlines()
    for i, line in enumerate(lines[:-1]):
        if line.startswith(".TP"):
            tag = lines[i + 1]
            macro = re.match(r"\.([BIR]{1,2}) (.*)", tag)
            if macro:
                words = [w.strip('"') for w in re.findall(r'"[^"]*"|\S+', macro.group(2))]
                tag = (" " if len(macro.group(1)) == 1 else "").join(words)
            yield plain(tag)


def page_options(page):
    return {re.sub(r" +", " ", tag) for tag in tags(page) if tag.startswith("-")}


def read(name):
    try:
        with open(os.path.join(DOCS, name), encoding="utf-8") as f:
            return f.read()
    except OSError:
        return None


def check_applet(applet):
    page = read(f"dcmsec-{applet}.1")
    if page is None:
        return [f"docs/dcmsec-{applet}.1 is missing"]
    text = output(applet, "--help")
    shown = help_options(text)
    for command in names(section(text, "Commands")):
        shown |= help_options(output(applet, command, "--help"))
        if not re.search(rf"(?m)^\.(TP|SS|B|BR).*\n?.*\b{command}\b", page):
            shown.add(f"the command {command}")
    written = page_options(page)
    common = {"-h, --help", "--version"}  # dcmsec(1) has them
    return [f"docs/dcmsec-{applet}.1 lacks {o}" for o in sorted(shown - written - common)] + [
        f"docs/dcmsec-{applet}.1 has {o}, which the help has not" for o in sorted(written - shown)]


def check_events(applet):
    """The events of --json and their members, as the sources have them; None where there are none."""
    own = {"send": ("outbox*", "link", "sender", "node"), "receive": ("inbox", "node"), "echo": ("node",),
           "certs": ("certs_[a-qs-z]*", "certs_request", "making"), "crl": ("crl*",), "ciphers": ("ciphers*",)}
    text = ""
    for source in (os.path.join("applets", applet), *(os.path.join("lib", "app", s) for s in own.get(applet, ()))):
        for path in glob.glob(os.path.join(DOCS, "..", source + ".c")):
            with open(path, encoding="utf-8") as f:
                text += f.read()
    if "json_begin(" not in text:
        return None
    page = read(f"dcmsec-{applet}.1") or ""
    part = page[page.find(".SH EVENTS"):]
    part = part[:part.find("\n.SH ", 1)]
    events = set(re.findall(r'json_begin\([^,]*, "(\w+)"\)', text))
    members = set(re.findall(r'json_(?:str|uint|int|bool|span|array|object)\([^,]*, "(\w+)"', text))
    told = [e for tag in tags(part) for e in tag.split(", ")]
    return [f"docs/dcmsec-{applet}.1 lacks the event {e}" for e in sorted(events - set(told))] + [
        f"docs/dcmsec-{applet}.1 has the event {e}, which is no word" for e in told if not re.fullmatch(r"\w+", e)] + [
        f"docs/dcmsec-{applet}.1 lacks the member {m}" for m in sorted(members)
        if not re.search(rf"^\.(IR?|RI \() {m}\b", part, re.M)]


def check_main(applets):
    page = read("dcmsec.1") or ""
    found = set(tags(page))
    bad = [f"docs/dcmsec.1 lacks the applet {a}" for a in applets if not any(
        re.match(rf"{a}\b", tag) for tag in found)]
    with open(os.path.join(DOCS, "..", "lib", "cli", "exit.h"), encoding="utf-8") as f:
        codes = re.findall(r"EXIT_\w+ = (\d+)", f.read())
    bad += [f"docs/dcmsec.1 lacks exit code {c}" for c in codes if c not in found]
    return bad


def check_format():
    bad = []
    for name in sorted(os.listdir(DOCS)):
        if name.endswith(".1"):
            run = subprocess.run(
                ["groff", "-man", "-Tutf8", "-ww", "-z", os.path.join(DOCS, name)],
                capture_output=True, text=True, check=False)
            bad += [f"{name}: {line}" for line in run.stderr.splitlines()]
            bad += [f"{name}: exit code {run.returncode}"] if run.returncode else []
    return bad


def check_twice(names_of_applets):
    """Within one applet and one syntax a spelling must mean one thing."""
    bad = []
    for name in names_of_applets:
        rows = re.findall(r"^ {2,6}([-+]\S.*?)(?: {2,}(?=[^-]).*)?$", output(name, "--help"), re.M)
        seen = set()
        for spelling in re.findall(r"(?:^|(?<=[ ,]))[-+][^ ,]+", "\n".join(rows), re.M):
            if spelling in seen:
                bad.append(f"{name} has {spelling} twice")
            seen.add(spelling)
    return bad


def main():
    lists = output()
    applets = names(section(lists, "Applets"))
    if not claim("dcmsec lists its applets", applets):
        return
    lack = check_main(applets)
    claim("dcmsec(1) has every applet and every exit code", not lack, "\n".join(lack))
    for applet in applets:
        lack = check_applet(applet)
        claim(f"dcmsec-{applet}(1) and its help have the same options", not lack, "\n".join(lack))
        lack = check_events(applet)
        if lack is not None:
            claim(f"dcmsec-{applet}(1) has the events of --json and their members", not lack, "\n".join(lack))
    lack = check_twice(applets + re.findall(r"\((\w+)\)$", lists, re.M))
    claim("no applet has a spelling twice", not lack, "\n".join(lack))
    text = "groff formats the manual pages without a warning"
    if need("groff", text):
        lack = check_format()
        claim(text, not lack, "\n".join(lack))


if __name__ == "__main__":
    main()
