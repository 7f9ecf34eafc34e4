# SPDX-License-Identifier: MIT
"""One exchange file and many processes: 50 start at once while its keeper is killed again and again.
Nobody ever reads half a file, and no two start from the same state. Clients run on the seed alone, so
that nothing but the file, the time and the process could make them differ; what each writes to a seed
file of its own is the state that it started from."""
import os
import pathlib
import random
import signal
import subprocess
import threading
import time

DCMSEC, T = os.environ["DCMSEC"], pathlib.Path(os.environ["T"])
ROUNDS, CLIENTS = 12, 50
exchange = T / "exchange"
r = random.Random(50)


def claim(text, ok, why=""):
    print(("ok - " if ok else "not ok - ") + text, flush=True)
    if not ok:
        print("\n".join("# " + line for line in str(why).splitlines()[:30]))


def keeper(*more):
    return subprocess.Popen([DCMSEC, "seed", "--exchange", str(exchange), "--interval", "100ms", *more],
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def until(condition):
    end = time.monotonic() + 60
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


sizes, contents, watching = set(), set(), True


def watch():
    while watching:
        try:
            b = exchange.read_bytes()
        except FileNotFoundError:
            continue
        sizes.add(len(b))
        contents.add(b)
        time.sleep(0.001)


def client(name, write_back):
    """An echo to a port where nobody listens: it seeds itself, fails to connect, and ends."""
    return subprocess.Popen([DCMSEC, "echo", "--no-system-random", "--seed", str(exchange),
                             "--no-client-cert", "--no-verify", "--verbose",
                             *(["--write-seed"] if write_back else ["--write-seed-file", str(name)]),
                             "127.0.0.1:1"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


killed, stop = [0], threading.Event()


def torment():
    """Keeps a keeper running, and kills it at no good moment."""
    while not stop.is_set():
        k = keeper()
        time.sleep(r.random() * 0.3)
        k.kill()
        k.wait()
        k.stderr.close()
        killed[0] += 1


first = keeper()
claim("the keeper makes the exchange file", until(exchange.exists))
first.send_signal(signal.SIGINT)
claim("and ends well on SIGINT", first.wait(30) == 0)
threading.Thread(target=watch, daemon=True).start()
tormentor = threading.Thread(target=torment)
tormentor.start()
states, complaints = [], []
for turn in range(ROUNDS):
    batch = [client(T / ("own.%d.%d" % (turn, i)), i % 5 == 0) for i in range(CLIENTS)]
    for c in batch:
        text = c.communicate(timeout=120)[1]
        if c.returncode != 4 or "512 bits of the seed file" not in text:
            complaints.append("%s: %s" % (c.returncode, text))
    states += [p.read_bytes() for p in T.glob("own.%d.*" % turn) if not p.name.endswith(".part")]
stop.set()
tormentor.join()
watching = False
print("# %d keepers killed, %d different files seen" % (killed[0], len(contents)))
claim("each of %d clients found a whole seed" % (ROUNDS * CLIENTS), not complaints, "\n".join(complaints))
claim("the exchange file was whole whenever it was looked at", sizes == {1024}, sizes)
claim("no two clients started from the same state", len(states) == ROUNDS * CLIENTS * 4 // 5 and
      len(set(states)) == len(states), (len(states), len(set(states))))
claim("keepers were killed at work", killed[0] > 3, killed[0])
(T / ("exchange.%d.part" % 999999999)).write_bytes(b"half")
last = keeper()
claim("the next keeper sweeps up what killed ones left",
      until(lambda: not list(T.glob("exchange.*.part"))), list(T.glob("exchange.*.part")))
last.terminate()
last.wait(30)
claim("the file is for its owner only", exchange.stat().st_mode & 0o7777 == 0o600)

# ---- what is written is not what was used

seed = T / "seed"


def run(*more):
    p = subprocess.run([DCMSEC, "echo", "--seed", str(seed), "--no-client-cert", "--no-verify", "-v", *more,
                        "127.0.0.1:1"], capture_output=True, text=True, timeout=60)
    return p.stderr


seed.write_bytes(r.randbytes(1024))
seed.chmod(0o600)
before = seed.read_bytes()
err = run()
claim("without --write-seed the seed file stays as it is", seed.read_bytes() == before, err)
claim("the sources and what they count for are told",
      "384 bits of getrandom, 512 bits of the seed file" in err, err)
err = run("--write-seed")
claim("with it the file is another one", seed.read_bytes() != before and seed.stat().st_size == 1024, err)
seed.chmod(0o644)
claim("a seed file that others can read is warned about", "others can read the seed file" in run())
run("--write-seed")
claim("and written back for its owner only", seed.stat().st_mode & 0o7777 == 0o600)
seed.write_text("thirty-eight characters are not a seed" * 30)
err = run("--no-system-random")
claim("text as the only seed is refused, with what to do",
      "it is text" in err and "not enough randomness for TLS" in err and "dcmsec seed" in err, err)
