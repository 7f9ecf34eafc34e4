# SPDX-License-Identifier: MIT
"""The C estimators against the ones in tests/lib/estimators.py, on fixed samples of many kinds."""
import os
import random
import subprocess

import estimators

NAMES = ["most common value", "collision", "Markov", "compression", "t-tuple",
         "longest repeated substring", "multi-MCW", "lag", "MultiMMC", "LZ78Y"]
r = random.Random(90)


def samples():
    yield "random bytes", r.randbytes(5000)
    yield "few random bytes", r.randbytes(200)
    yield "biased bits", bytes(sum((r.random() < 0.3) << k for k in range(8)) for _ in range(5000))
    yield "biased bytes", bytes(min(255, int(r.expovariate(0.2))) for _ in range(5000))
    yield "a counter", bytes(i % 256 for i in range(5000))
    yield "a counter with errors", bytes((i + (r.random() < 0.05)) % 256 for i in range(5000))
    yield "a slow counter", b"".join(i.to_bytes(2, "little") for i in range(3000))
    yield "text", open("LICENSE", "rb").read() + open("tests/run.sh", "rb").read()
    yield "zeros", bytes(600)
    yield "one odd byte", bytes(400) + b"\1" + bytes(300)
    yield "the same twice", r.randbytes(3000) * 2
    walk, at = [], 100
    for _ in range(5000):
        at = (at + r.choice((-1, 0, 0, 1))) % 256
        walk.append(at)
    yield "a random walk", bytes(walk)
    try:
        import pydicom
        from pydicom.data import get_testdata_file
        yield "a CT's pixels", pydicom.dcmread(get_testdata_file("CT_small.dcm")).PixelData
    except (ImportError, OSError, AttributeError) as e:
        print("skip - the estimates of a CT's pixels agree: no pydicom with its files (%s)" % e)


def close(g, w):
    return g is w if g is None or w is None else abs(g - w) <= max(0.01 * w, 1e-4)



folder = os.environ["T"]
tool = os.path.join(os.environ["O"], "tests/tools/estimate")


def ours(data):
    path = os.path.join(folder, "sample")
    with open(path, "wb") as f:
        f.write(data)
    text = subprocess.run([tool, path], check=True, stdout=subprocess.PIPE).stdout.split()
    return [float(x) if float(x) >= 0 else None for x in text]


for name, data in samples():
    got = ours(data)
    want = estimators.all_of(data)
    bad = ["%s gives %s, not %s" % x for x in zip(NAMES, got, want) if not close(*x[1:])]
    print("%s - all ten estimates of %s agree with the independent ones to 1 %%" % (
        "not ok" if bad else "ok", name))
    print("# " + " ".join("-" if g is None else "%.4f" % g for g in got))
    for line in bad:
        print("# " + line)

# Long enough that the Markov models run into their limit of 100,000 entries.
data = bytes(r.choice(b"abcdefghijklmnopqrstuvwxyz") for _ in range(110000))
got, want = ours(data)[8], estimators.mmc(data)
print("%s - MultiMMC agrees to 1 %% where its models are full" % (
    "ok" if close(got, want) else "not ok"))
print("# %s, independently %s" % (got, want))
