# SPDX-License-Identifier: MIT
"""Key files in every form that OpenSSL and python3-cryptography write, and in forms that must be
refused, each matched with its certificate and with another one."""
import base64
import os

from cryptography.hazmat.primitives import serialization as S

from pki import DCMSEC, DER, PEM, T, Report, bounded, key, make, run, write

KINDS = ("p256", "p384", "p521", "rsa2048", "rsa3072", "rsa4096")
WORD = "geheim äß"
problems, total = {}, 0


def match(group, label, path, cert, code, *options, within=None, **kw):
    global total
    total += 1
    words = (DCMSEC, "certs", "match", "--no-prompt", "--key", path, "--cert", cert, *options)
    bad = problems.setdefault(group, [])
    if within:  # seconds of processor time: the least of three, for what others do here costs some of that, too
        for _ in range(3):
            got, _, _, said = bounded(within, *words, **kw)
            if got >= 0:
                break
    else:
        r = run(*words, **kw)
        got, said = r.returncode, r.stdout + r.stderr
    if got != code:
        bad.append(f"{label}: exit {got}: {said.strip()}")


def store(name, data):
    path = os.path.join(T, name)
    with open(path, "wb") as f:
        f.write(data)
    return path


def openssl(*args, out):
    path = os.path.join(T, out)
    r = run("openssl", *args, "-out", path)
    assert r.returncode == 0, (args, r.stderr)
    return path


other = {k: write(os.path.join(T, k + ".other"), make("other " + k, kind=k)) for k in KINDS}
certs, plain = {}, {}
for k in KINDS:
    node = make("key " + k, kind=k)
    certs[k] = write(os.path.join(T, k + ".crt"), node)
    plain[k] = store(k + ".key", node.private.private_bytes(PEM, S.PrivateFormat.PKCS8, S.NoEncryption()))
    for form, name in ((S.PrivateFormat.PKCS8, "pkcs8"), (S.PrivateFormat.TraditionalOpenSSL, "traditional")):
        for encoding, ext in ((PEM, "pem"), (DER, "der")):
            path = store(f"{k}.{name}.{ext}", node.private.private_bytes(encoding, form, S.NoEncryption()))
            match("plain", f"{k} {name} {ext}", path, certs[k], 0)
    match("plain", f"{k} with another's certificate", plain[k], other[k], 1)
for k in KINDS:
    match("plain", f"{k} with a certificate of another kind", plain[k],
          certs["p256" if k != "p256" else "rsa2048"], 1)

# ---- encrypted
FORMS = [(f"PBES2 {c} {p}", "pkcs8", "-topk8", "-v2", c, "-v2prf", p)
         for c in ("aes-128-cbc", "aes-192-cbc", "aes-256-cbc", "des3")
         for p in ("hmacWithSHA1", "hmacWithSHA224", "hmacWithSHA256", "hmacWithSHA384", "hmacWithSHA512")]
FORMS += [("scrypt", "pkcs8", "-topk8", "-scrypt"), ("PBES1 3DES", "pkcs8", "-topk8", "-v1", "PBE-SHA1-3DES"),
          ("scrypt with N 1024", "pkcs8", "-topk8", "-scrypt", "-scrypt_N", "1024", "-scrypt_p", "3"),
          ("600,000 iterations", "pkcs8", "-topk8", "-iter", "600000"),
          ("PBES2 in DER", "pkcs8", "-topk8", "-outform", "DER")]
FORMS += [(f"traditional {c}", "ec" if k == "p256" else "rsa", "-" + c, *(["-traditional"] if k != "p256" else []))
          for c in ("aes128", "aes192", "aes256", "des3") for k in ("p256",)]
words = store("words", WORD.encode() + b"\r\nsecond line\n")
for i, (label, command, *args) in enumerate(FORMS):
    for k in ("p256", "rsa2048")[:2 if command == "pkcs8" and i % 4 == 0 else 1]:
        path = openssl(command, "-in", plain[k], *args, "-passout", "pass:" + WORD, out="enc")
        match("encrypted", f"{k} {label}", path, certs[k], 0, "--pass-file", words)
        match("encrypted", f"{k} {label}, wrong password", path, certs[k], 3, "--pass", "wrong")
rsa = openssl("rsa", "-in", plain["rsa2048"], "-aes256", "-traditional", "-passout", "pass:" + WORD, out="enc")
match("encrypted", "traditional RSA", rsa, certs["rsa2048"], 0, "--pass-file", words)
match("encrypted", "password in the environment", rsa, certs["rsa2048"], 0, "--pass-env", "SECRET",
      env=dict(os.environ, SECRET=WORD))
match("encrypted", "password on standard input", rsa, certs["rsa2048"], 0, "--pass-fd", "0",
      input=WORD + "\n")
match("encrypted", "password on the command line", rsa, certs["rsa2048"], 0, "--pass", WORD)
match("encrypted", "no password", rsa, certs["rsa2048"], 3)
match("encrypted", "environment without it", rsa, certs["rsa2048"], 3, "--pass-env", "NOT_THERE")
empty = openssl("pkcs8", "-topk8", "-in", plain["p256"], "-passout", "pass:", out="enc")
match("encrypted", "empty password", empty, certs["p256"], 0, "--pass", "")

# ---- PKCS#12
for k in ("p256", "rsa2048"):
    for label, args in (("default", []),
                        ("AES-128", ["-keypbe", "AES-128-CBC", "-certpbe", "AES-128-CBC", "-macalg", "sha512"]),
                        ("3DES", ["-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1"]),
                        ("clear key", ["-keypbe", "NONE"]), ("clear certificates", ["-certpbe", "NONE"]),
                        ("no MAC", ["-nomac"]), ("with a chain", ["-certfile", other[k]])):
        path = openssl("pkcs12", "-export", "-inkey", plain[k], "-in", certs[k], "-passout", "pass:" + WORD, *args,
                       out="p12")
        match("PKCS#12", f"{k} {label}", path, certs[k], 0, "--pass-file", words)
        if label not in ("clear key", "no MAC"):
            match("PKCS#12", f"{k} {label}, wrong password", path, certs[k], 3, "--pass", "wrong")
path = openssl("pkcs12", "-export", "-inkey", plain["p256"], "-in", certs["p256"], "-passout", "pass:", out="p12")
match("PKCS#12", "empty password", path, certs["p256"], 0, "--pass", "")
path = openssl("pkcs12", "-export", "-nokeys", "-in", certs["p256"], "-passout", "pass:x", out="p12")
match("PKCS#12", "no key inside", path, certs["p256"], 3, "--pass", "x")

# ---- how files look
with open(plain["p256"], "rb") as f:
    text = f.read()
with open(certs["p256"], "rb") as f:
    cert_text = f.read()
for label, data in (("CRLF", text.replace(b"\n", b"\r\n")), ("byte order mark", b"\xef\xbb\xbf" + text),
                    ("text before", b"Bag Attributes\n    localKeyID: 01\n" + text), ("no last newline", text.rstrip()),
                    ("blanks at line ends", text.replace(b"\n", b"  \n")),
                    ("certificate before", cert_text + text), ("certificate behind", text + cert_text)):
    match("files", label, store("form", data), certs["p256"], 0)
params = openssl("ecparam", "-name", "prime256v1", "-genkey", out="params")
match("files", "EC PARAMETERS before another's key", params, certs["p256"], 1)
bare = key("bare")
d = bare.private_numbers().private_value.to_bytes(32, "big")
inner = b"\x30\x25\x02\x01\x01\x04\x20" + d
algorithm = bytes.fromhex("301306072a8648ce3d020106082a8648ce3d030107")
body = b"\x02\x01\x00" + algorithm + b"\x04" + bytes([len(inner)]) + inner
match("files", "PKCS#8 of EC without curve and point inside", store("form", b"\x30" + bytes([len(body)]) + body),
      write(os.path.join(T, "bare.crt"), make("bare", private=bare)), 0)
explicit = openssl("ecparam", "-name", "prime256v1", "-genkey", "-param_enc", "explicit", "-noout", out="explicit")
with open(plain["rsa2048"], "rb") as f:
    rsa_text = f.read()
raw = bytearray(base64.b64decode(b"".join(rsa_text.splitlines()[1:-1])))
raw[-40] ^= 1  # in the CRT coefficient: a signature with it would give the key away
for label, path, code in (
        ("explicit parameters", explicit, 3), ("damaged CRT part", store("form", bytes(raw)), 1),
        ("no key", certs["p256"], 3), ("empty", store("empty", b""), 3), ("not there", "/nonexistent", 3),
        ("a directory", T, 3), ("noise", store("noise", os.urandom(3000)), 3),
        ("cut short", store("cut", text[:100]), 3)):
    match("refused", label, path, certs["p256" if "CRT" not in label else "rsa2048"], code)
for label, kind in (("P-224", "p224"), ("RSA of 256 bits", None)):
    if kind:
        path = store("odd", key("odd", kind).private_bytes(PEM, S.PrivateFormat.PKCS8, S.NoEncryption()))
        match("refused", label, path, certs["p256"], 3)

# ---- what would take years
with open(openssl("pkcs8", "-topk8", "-in", plain["p256"], "-outform", "DER", "-passout", "pass:x", out="enc"),
          "rb") as f:
    enc = f.read()
assert b"\x02\x02\x08\x00" in enc  # 2048 iterations
for label, iterations in (("0", b"\x02\x02\x00\x00"), ("0 in DER", b"\x02\x01\x00"), ("-1", b"\x02\x02\xff\x00"),
                          ("2^40", b"\x02\x06\x01\x00\x00\x00\x00\x00")):
    grow = len(iterations) - 4
    data = bytearray(enc.replace(b"\x02\x02\x08\x00", iterations))
    at = data.find(iterations)

    def fix(data, at, grow):
        """Adds grow to the length of every element that surrounds offset at."""
        pos, end = 0, len(data)
        while pos < at:
            head = 2 + (data[pos + 1] & 0x7f if data[pos + 1] >= 0x80 else 0)
            length = int.from_bytes(data[pos + 2:pos + head], "big") if head > 2 else data[pos + 1]
            if pos + head + length + (grow if pos == 0 else 0) >= at and data[pos] == 0x30 and \
                    pos + head + length > at - 1:
                new = (length + grow).to_bytes(max(1, head - 2), "big")
                data[pos + (2 if head > 2 else 1):pos + head] = new
                pos += head
            else:
                pos += head + length
    fix(data, at, grow)
    match("limits", "PBKDF2 iterations " + label, store("form", bytes(data)), certs["p256"], 3, "--pass", "x",
          within=1)
for n, r, p in ((1 << 20, 8, 1), (1 << 14, 8, 64), (1 << 14, 1 << 10, 1)):
    r_ = run("openssl", "pkcs8", "-topk8", "-in", plain["p256"], "-scrypt", "-scrypt_N", n, "-scrypt_r", r, "-scrypt_p",
             p, "-passout", "pass:x", "-out", os.path.join(T, "enc"))
    if r_.returncode == 0:
        match("limits", f"scrypt with N {n}, r {r}, p {p}", os.path.join(T, "enc"), certs["p256"], 3, "--pass", "x",
              within=1)
big = store("big", b"-----BEGIN PRIVATE KEY-----\n" + b"A" * 900000 + b"\n-----END PRIVATE KEY-----\n")
match("limits", "megabytes of base64", big, certs["p256"], 3, within=1)
huge = store("huge", b"A" * (3 << 20))
match("limits", "a large file", huge, certs["p256"], 3, within=1)

report = Report()
for group, bad in problems.items():
    report.claim(f"key files, {group}: each is taken or refused as it should be", bad)
print(f"# {total} key files")
report.claim("at least 80 key files are tried", [] if total >= 80 else [total])
