# SPDX-License-Identifier: MIT
"""The non-IID estimators of SP 800-90B 6.3, step by step as the standard words them, with Python's
dictionaries and no care for speed: what lib/rand/estimate*.c is compared with. Symbols are bytes;
collision, Markov and compression get the bits. Each gives bits of min-entropy a byte, or None."""
import collections
import math

Z = 2.5758293035489008


def upper(p, n):
    return min(1.0, p + Z * math.sqrt(p * (1 - p) / (n - 1)))


def bits_of(s):
    return [b >> (7 - k) & 1 for b in s for k in range(8)]


def mcv(s):
    p = max(collections.Counter(s).values()) / len(s)
    return -math.log2(upper(p, len(s)))


def collision(s):
    b = bits_of(s)
    t, i = [], 0
    while True:
        seen, j = set(), i
        while j < len(b) and b[j] not in seen:
            seen.add(b[j])
            j += 1
        if j == len(b):
            break
        t.append(j - i + 1)
        i = j + 1
    v = len(t)
    mean = sum(t) / v
    sigma = math.sqrt(sum((x - mean) ** 2 for x in t) / (v - 1))
    low = mean - Z * sigma / math.sqrt(v)

    def statistic(p):
        # 6.3.2 step 7 with F(1/z) = Gamma(3, z) z^-3 e^z, where Gamma(3, z) = (z^2 + 2z + 2) e^-z
        q = 1 - p
        z = 1 / q
        f = (z * z + 2 * z + 2) / z ** 3
        return p / q ** 2 * (1 + 0.5 * (1 / p - 1 / q)) * f - p / q * 0.5 * (1 / p - 1 / q)

    return 8 * -math.log2(solve(statistic, low, 0.5, 1 - 1e-9, 0.5))


def solve(f, value, lo, hi, default):
    """The p where falling f takes the value; default when it is above f everywhere."""
    if value > f(lo):
        return default
    for _ in range(60):
        mid = (lo + hi) / 2
        if f(mid) > value:
            lo = mid
        else:
            hi = mid
    return (lo + hi) / 2


def markov(s):
    b = bits_of(s)
    p1 = sum(b) / len(b)
    start = {0: 1 - p1, 1: p1}
    pairs = collections.Counter(zip(b, b[1:]))
    t = {}
    for x in (0, 1):
        n = pairs[x, 0] + pairs[x, 1]
        for y in (0, 1):
            t[x, y] = pairs[x, y] / n if n else 0.0
    best = -1e300
    for seq in ([0] * 128, [0, 1] * 64, [0] + [1] * 127, [1] + [0] * 127, [1, 0] * 64, [1] * 128):
        probs = [start[seq[0]]] + [t[x, y] for x, y in zip(seq, seq[1:])]
        if all(probs):
            best = max(best, sum(map(math.log2, probs)))
    return 8 * min(1.0, -best / 128)


def compression(s):
    import numpy
    b = bits_of(s)
    blocks = [int("".join(map(str, b[i:i + 6])), 2) for i in range(0, len(b) - 5, 6)]
    d = 1000
    if len(blocks) < d + 2:
        return None
    last, logs = {}, []
    for i, x in enumerate(blocks, 1):
        if i > d:
            logs.append(math.log2(i - last.get(x, 0)))
        last[x] = i
    v = len(logs)
    mean = sum(logs) / v
    sigma = 0.5907 * math.sqrt(max(0.0, sum(x * x for x in logs) / (v - 1) - mean ** 2))
    low = mean - Z * sigma / math.sqrt(v)
    log2u = numpy.log2(numpy.arange(1, len(blocks) + 1))

    def g(z):
        # the sum over t of the sum over u, the inner one as a running total
        w = (1 - z) ** numpy.arange(0, len(blocks))
        inner = numpy.concatenate(([0.0], numpy.cumsum(log2u * z * z * w)))
        t = numpy.arange(d + 1, len(blocks) + 1)
        return float((inner[t - 1] + log2u[t - 1] * z * w[t - 1]).sum()) / v

    p = solve(lambda p: g(p) + 63 * g((1 - p) / 63), low, 1 / 64, 1.0, 1 / 64)
    return 8 * -math.log2(p) / 6


def tuples(s):
    """The t-tuple and the LRS estimate."""
    n, w, p_tuple, p_lrs = len(s), 1, 0.0, 0.0
    often = True
    starts = range(n)
    while True:
        # only where the shorter substring was repeated can this one be
        c = collections.Counter(s[i:i + w] for i in starts if i + w <= n)
        top = max(c.values(), default=0)
        if top < 2:
            break
        often = often and top >= 35
        if often:
            p_tuple = max(p_tuple, (top / (n - w + 1)) ** (1 / w))
        else:
            pairs = sum(k * (k - 1) // 2 for k in c.values())
            p_lrs = max(p_lrs, (pairs / math.comb(n - w + 1, 2)) ** (1 / w))
        starts = [i for i in starts if i + w <= n and c[s[i:i + w]] > 1]
        w += 1
    return tuple(-math.log2(upper(p, n)) if p else None for p in (p_tuple, p_lrs))


def predictor(correct):
    n, c = len(correct), sum(correct)
    p_global = 1 - 0.01 ** (1 / n) if c == 0 else upper(c / n, n)
    r = max((len(run) for run in "".join(map(str, correct)).split("0")), default=0) + 1

    def chance(p):
        q = 1 - p
        x = 1.0
        for _ in range(10):
            x = 1 + q * p ** r * x ** (r + 1)
        top, bottom = 1 - p * x, (r + 1 - r * x) * q
        if top <= 0 or bottom <= 0:
            return -1e300
        return math.log(top / bottom) - (n + 1) * math.log(x)

    p_local = solve(chance, math.log(0.99), 1e-12, 1 - 1e-12, 0.0)
    return -math.log2(max(p_global, p_local, 1 / 256))


def scored(s, first, guesses):
    """Runs the scoreboard of 6.3.7 to 6.3.9 over the guesses that guesses(i) gives."""
    score, winner, correct = collections.Counter(), 0, []
    for i in range(first, len(s)):
        g = guesses(i)
        correct.append(int(g[winner] == s[i]))
        for j, x in enumerate(g):
            if x == s[i]:
                score[j] += 1
                if score[j] >= score[winner]:
                    winner = j
    return predictor(correct)


def mcw(s):
    def common(i, w):
        if i < w:
            return None
        part = s[i - w:i]
        c = collections.Counter(part)
        top = max(c.values())
        return max((v for v in c if c[v] == top), key=part.rfind if isinstance(part, str) else
                   lambda v: part.rfind(bytes([v])))
    return scored(s, 63, lambda i: [common(i, w) for w in (63, 255, 1023, 4095)])


def lag(s):
    return scored(s, 1, lambda i: [s[i - d] if d <= i else None for d in range(1, 129)])


def mmc(s):
    models = [collections.defaultdict(collections.Counter) for _ in range(17)]
    entries = [0] * 17

    def guesses(i):
        out = []
        for d in range(1, 17):
            m = models[d]
            if d <= i - 1:
                x, y = s[i - 1 - d:i - 1], s[i - 1]
                if x in m and y in m[x]:
                    m[x][y] += 1
                elif entries[d] < 100000:
                    m[x][y] = 1
                    entries[d] += 1
            x = s[i - d:i]
            out.append(max(m[x], key=lambda y: (m[x][y], y)) if d <= i and x in m else None)
        return out
    return scored(s, 2, guesses)


def lz78y(s):
    book, correct = {}, []
    for i in range(17, len(s)):
        for j in range(16, 0, -1):
            x = s[i - 1 - j:i - 1]
            if x not in book and len(book) < 65536:
                book[x] = collections.Counter()
            if x in book:
                book[x][s[i - 1]] += 1
        top, guess = 0, None
        for j in range(16, 0, -1):
            c = book.get(s[i - j:i])
            if c:
                y = max(c, key=lambda y: (c[y], y))
                if c[y] > top:
                    top, guess = c[y], y
        correct.append(int(guess == s[i]))
    return predictor(correct)


def all_of(s):
    """In the order of lib/rand/estimate.h."""
    return [mcv(s), collision(s), markov(s), compression(s), *tuples(s), mcw(s), lag(s), mmc(s),
            lz78y(s)]
