# SPDX-License-Identifier: MIT
"""RSA-PSS against NIST's verification vectors and against OpenSSL (python3-cryptography), both ways."""
import hashlib
import os
import pathlib
import subprocess

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa, utils

TOOL = pathlib.Path(os.environ.get("O", "build/musl-gcc")) / "tests/tools/pss"
VECTORS = "/usr/lib/python3/dist-packages/cryptography_vectors/asymmetric/RSA/FIPS_186-2/SigVerPSS_186-3.rsp"
SHA = {256: hashes.SHA256(), 384: hashes.SHA384(), 512: hashes.SHA512()}
MESSAGE = b"what is signed"


def ask(jobs):
    """One answer a job."""
    done = subprocess.run([TOOL], input="\n".join(jobs) + "\n", capture_output=True, text=True, timeout=500)
    answers = done.stdout.split()
    assert len(answers) == len(jobs), done.stderr
    return answers


def claim(text, bad):
    print(f"{'not ok' if bad else 'ok'} - {text}", flush=True)
    for one in bad[:5]:
        print(f"# {one}")


def digest(bits, message=MESSAGE):
    return hashlib.new(f"sha{bits}", message).hexdigest()


def whole(number, least=1):
    n = max((number.bit_length() + 7) // 8, least)
    return number.to_bytes(n, "big").hex()


def nist():
    """(job, wanted answer) of each vector with a hash of ours."""
    n, now = "", {}
    for line in open(VECTORS, encoding="ascii"):
        name, _, value = (part.strip() for part in line.partition("="))
        if name == "n":
            n = value
        elif value:
            now[name] = value
        if name == "Result" and now["SHAAlg"] in ("SHA256", "SHA384", "SHA512"):
            bits = int(now["SHAAlg"][3:])
            yield (f"verify {bits} {len(now['SaltVal']) // 2} {n} {whole(int(now['e'], 16))} "
                   f"{digest(bits, bytes.fromhex(now['Msg']))} {now['S']}", "01"[value.startswith("P")])


def pss(bits, salt):
    return padding.PSS(padding.MGF1(SHA[bits]), salt)


def verify_job(key, bits, salt, signature):
    public = key.public_key().public_numbers()
    return f"verify {bits} {salt} {whole(public.n)} {whole(public.e)} {digest(bits)} {signature.hex()}"


def sign_job(key, bits):
    k = key.private_numbers()
    return (f"sign {bits} {key.key_size} {whole(k.p)} {whole(k.q)} {whole(k.dmp1)} {whole(k.dmq1)} "
            f"{whole(k.iqmp)} {digest(bits)}")


def takes(key, signature, bits):
    try:
        key.public_key().verify(signature, hashlib.new(f"sha{bits}", MESSAGE).digest(), pss(bits, bits // 8),
                                utils.Prehashed(SHA[bits]))
    except InvalidSignature:
        return False
    return True


def main():
    if os.path.exists(VECTORS):
        vectors = list(nist())
        wrong = [job for (job, want), got in zip(vectors, ask([v[0] for v in vectors])) if got != want]
        claim(f"NIST's {len(vectors)} verification vectors are accepted and refused as they should be",
              wrong if len(vectors) == 270 else ["not 270 vectors"])
    else:
        print("skip - NIST's verification vectors: python3-cryptography-vectors is not installed: make deps")
    # 1,041 bits and 2,049: the encoded message is a byte shorter than the modulus when a bit is left over.
    keys = [rsa.generate_private_key(65537, size) for size in (1041, 2048, 2049, 2056, 3072)]
    cases = [(key, bits) for key in keys for bits in SHA if key.key_size >= 16 * bits // 8 + 16]
    signed = ask([sign_job(key, bits) for key, bits in cases])
    claim("OpenSSL takes what we sign, for each hash and odd sizes of keys",
          [(key.key_size, bits) for (key, bits), s in zip(cases, signed)
           if s == "-" or not takes(key, bytes.fromhex(s), bits)])
    again = ask([sign_job(*cases[0])] * 2)
    claim("each signature has a salt of its own", [] if len({*again, "-"}) == 3 else again)
    jobs, want = [], []
    for key, bits in cases:
        theirs = key.sign(MESSAGE, pss(bits, bits // 8), SHA[bits])
        short = key.sign(MESSAGE, pss(bits, bits // 8 - 1), SHA[bits])
        plain = key.sign(MESSAGE, padding.PKCS1v15(), SHA[bits])
        altered = bytes([*theirs[:-1], theirs[-1] ^ 1])
        for signature, good in ((theirs, 1), (altered, 0), (short, 0), (plain, 0), (theirs[:-1], 0),
                                (theirs + b"\0", 0), (b"\0" * len(theirs), 0)):
            jobs.append(verify_job(key, bits, bits // 8, signature))
            want.append(str(good))
    got = ask(jobs)
    claim("we take what OpenSSL signs, and nothing altered, cut, or with another salt or padding",
          [(w, g, j[:20]) for w, g, j in zip(want, got, jobs) if w != g])
    small = rsa.generate_private_key(65537, 1024)
    claim("a key that is too small for the hash signs nothing",
          [] if ask([sign_job(small, 512)]) == ["-"] else ["signed"])


if __name__ == "__main__":
    main()
