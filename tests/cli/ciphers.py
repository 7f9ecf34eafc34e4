#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""dcmsec ciphers beside OpenSSL's own list of suites, and its answers to what cannot be."""
import json
import re

from harness import DCMSEC, claim, need, run

PROFILES = ("8996", "8996-mod", "bcp195-nd", "bcp195", "bcp195-ex", "basic", "aes", "null")


def ciphers(*options):
    return run(DCMSEC, "ciphers", *options)


def events(*options):
    return [json.loads(line) for line in ciphers("--json", *options).stdout.splitlines()]


def openssl():
    """What `openssl ciphers -V` says, by IANA name."""
    rows = {}
    for line in run("openssl", "ciphers", "-V", "-stdname", "ALL:COMPLEMENTOFALL:@SECLEVEL=0").stdout.splitlines():
        m = re.match(r"\s*0x(\w\w),0x(\w\w) - (\S+)\s+- (\S+)\s+\S+\s+Kx=(\S+)\s+Au=(\S+)\s+Enc=(\S+)\s+Mac=(\S+)", line)
        if m:
            high, low, iana, name, kx, auth, enc, mac = m.groups()
            bits = re.search(r"\((\d+)\)", enc)
            rows[iana] = {"code": f"0x{high}{low}".lower(), "openssl": name, "kx": kx.split("/")[0], "auth": auth,
                          "bits": int(bits.group(1)) if bits else 0, "mac": mac}
    return rows


def differences(ours, theirs):
    """OpenSSL writes DH for DHE, ECDH for ECDHE, and 168 for the 112 bits of 3DES that count."""
    kx = {"DHE": "DH", "ECDHE": "ECDH"}.get(ours["key_exchange"], ours["key_exchange"])
    bits = {168: 112}.get(theirs["bits"], theirs["bits"])
    pairs = ((ours["code"], theirs["code"]), (ours["openssl"], theirs["openssl"]), (kx, theirs["kx"]),
             (ours["authentication"], theirs["auth"]), (ours["bits"], bits), (ours["integrity"], theirs["mac"]))
    return [f"{ours['iana']}: {a} here, {b} there" for a, b in pairs if a != b]


def check_list():
    listed = events()
    text = "names, codes, key exchange, authentication, bits and integrity are OpenSSL's"
    if need("openssl", text):
        theirs = openssl()
        both = [e for e in listed if e["iana"] in theirs]
        wrong = [d for e in both for d in differences(e, theirs[e["iana"]])]
        claim(text, len(both) >= 50 and not wrong, f"{len(both)} suites in both\n" + "\n".join(wrong))
    rows = ciphers().stdout.splitlines()
    starts = [m.start() for m in re.finditer(r"(?<=  )\S", rows[0])]
    ragged = [r for r in rows for at in starts if at < len(r) and (r[at - 2:at] != "  " or r[at] == " ")]
    claim("the list has one aligned row for each suite", len(starts) == 10 and len(rows) == len(listed) + 1 and
          not ragged and all(r == r.rstrip() for r in rows), "\n".join(ragged[:5]))


def check_profiles():
    bad = []
    suites = {e["iana"]: e for e in events()}
    for name in PROFILES:
        told = events("--profile", name)
        have = {e["iana"] for e in told if e["event"] == "suite"}
        want = {i for i, e in suites.items() if name in e["profiles"]}
        if have != want:
            bad.append(f"{name}: {have ^ want}")
        bad += [f"{name}: {e['iana']}" for e in told if e["event"] == "suite" and
                (e["offered"] != ("why" not in e) or (e["offered"] and not suites[e["iana"]]["here"]))]
    claim("each profile shows all its suites, offered or left out with a reason", not bad, "\n".join(bad))
    r = ciphers("--profile", "null")
    claim("a profile of which nothing is left exits 1 and says why",
          r.returncode == 1 and "null" in r.stderr and "without encryption" in r.stdout, r.out)
    claim("every other profile exits 0", all(ciphers("--profile", p).returncode == 0 for p in PROFILES[:-1]))


def check_explain():
    names = [e for e in events() if e["openssl"]]
    bad = [e["iana"] for e in names for n in (e["iana"].lower(), e["openssl"])
           if events("--explain", n) != [e]]
    claim("--explain finds each suite by both names in any case", not bad, "\n".join(bad))
    # IANA's number, the versions that its RFC has it for, and what is to be said against it
    rows = (("NULL-SHA", "0x0002", "TLSv1.0 to TLSv1.2", "does not encrypt"), ("RC4-SHA", "0x0005", "TLSv1.0 to TLSv1.2", "RFC 7465"),
            ("DES-CBC3-SHA", "0x000a", "TLSv1.0 to TLSv1.2", "64 bits"),
            ("AES128-GCM-SHA256", "0x009c", "TLSv1.2", "No forward secrecy"),
            ("ECDHE-RSA-AES128-SHA256", "0xc027", "TLSv1.2", "separate MAC"),
            ("ECDHE-ECDSA-AES128-CCM8", "0xc0ae", "TLSv1.2", "64 bits only"),
            ("DHE-RSA-AES128-GCM-SHA256", "0x009e", "TLSv1.2", "ECDHE is better"),
            ("TLS_AES_128_GCM_SHA256", "0x1301", "TLSv1.3", "Recommended"))
    told = [ciphers("--explain", name) for name, *_ in rows]
    bad = [r.out for r, (_, code, versions, word) in zip(told, rows) if r.returncode or not re.search(
        rf"^  code +{code}\n  protocol +{versions}$", r.stdout, re.M) or word not in r.stdout.splitlines()[-1]]
    claim("and ends with what is to be said against it today", not bad, "\n".join(bad))


def check_refusals():
    for options, want in (
            (("--explain", "ECDHE-RSA-AES128-GCM-SHA265"), "did you mean ECDHE-RSA-AES128-GCM-SHA256"),
            (("--explain", "TLS_AES_128_GCM_SHA25"), "did you mean TLS_AES_128_GCM_SHA256"),
            (("--explain", "zzz"), "no cipher suite is called"),
            (("--profile", "bpc195"), "did you mean bcp195"),
            (("--profile", "zzzzzzz"), "there are 8996"),
            (("--explain", "AES128-SHA", "--profile", "aes"), "stands alone"),
            (("AES128-SHA",), "no operands"),
            (("--explain", ""), "empty")):
        r = ciphers(*options)
        claim(f"{' '.join(options) or 'nothing'} is refused in one line that helps",
              r.returncode == 2 and want in r.stderr and len(r.stderr.splitlines()) == 1, r.out)


def check_node():
    """--profile and --cipher of the applets that talk: refused before anything is sent."""
    peer = ("--no-client-cert", "--no-verify", "127.0.0.1:1")
    for options, want in (
            (("--cipher", "NULL-SHA"), "not in this program"),
            (("--cipher", "AES128-SHB"), "did you mean AES128-SHA"),
            (("--profile", "8966"), "did you mean 8996"),
            (("--profile", "null"), "none of the cipher suites")):
        r = run(DCMSEC, "echo", *options, *peer)
        claim(f"echo {' '.join(options)} is refused and says why", r.returncode == 2 and want in r.stderr, r.out)
    r = run(DCMSEC, "echo", "--cipher", "AES128-SHA", "--cipher", "ECDHE-RSA-AES256-SHA", *peer)
    claim("suites to add are taken", r.returncode == 4, r.out)
    for name, weak in (("basic", "3DES"), ("bcp195", "TLS 1.0"), ("aes", "no forward secrecy")):
        said = run(DCMSEC, "echo", "--profile", name, *peer).stderr
        claim(f"the retired profile {name} is warned of once, naming what is weak",
              said.count("is retired") == 1 and weak in said, said)
    claim("a profile that is not retired is not warned of",
          "retired" not in run(DCMSEC, "echo", "--profile", "8996-mod", *peer).stderr)


check_node()
check_list()
check_profiles()
check_explain()
check_refusals()
