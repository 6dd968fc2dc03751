"""The peer of `zhijian bench rules`: the same month of the same kind of city, the way rules engines on vectors compute it.

One core, float32, one vector a variable, numpy only. It is faster than such an engine, which also keeps its variables,
periods and parameters; and it is not exact: float32 holds 24 bits, so that figures above 167,772.16 yuan lose the fen,
and products of rates are off by a fen where they meet a half. The last line is one JSON object.

    python3 bench/rules_numpy.py --people 1300000
"""

import argparse
import json
import statistics
import time

import numpy as np

FLOOR, CEILING = np.float32(2849.35), np.float32(14246.75)
PENSION = (np.float32(0.20), np.float32(0.08), np.float32(0.08))
MEDICAL = (np.float32(0.08), np.float32(0.02))
UNEMPLOYMENT = (np.float32(0.007), np.float32(0.003))
MATERNITY = np.float32(0.005)
CLASSES = np.array([0, 0.002, 0.004, 0.007, 0.009, 0.011, 0.013, 0.016, 0.019], dtype=np.float32)


def city(people):
    random = np.random.default_rng(20170701)
    employers = people // 40 + 1
    sizes = random.integers(1, 81, employers * 2)
    classes = np.repeat(random.integers(1, 9, employers * 2), sizes)[:people]
    factors = np.repeat(random.choice([50, 80, 100, 120, 150], employers * 2), sizes)[:people]
    factors = np.where(classes == 1, 100, factors)
    wages = 1500 + random.random(people) * 4000 + (random.random(people) < 0.25) * random.random(people) * 15000
    return wages.astype(np.float32), classes.astype(np.uint8), factors.astype(np.float32)


def fen(amount):
    return np.round(amount, 2)


def assess(wages, classes, factors):
    base = np.clip(fen(wages), FLOOR, CEILING)
    pension = [fen(base * rate) for rate in PENSION]
    medical = [fen(base * rate) for rate in MEDICAL]
    unemployment = [fen(base * rate) for rate in UNEMPLOYMENT]
    injury = fen(base * (CLASSES[classes] * factors / np.float32(100)))
    maternity = fen(base * MATERNITY)
    employer = pension[0] + medical[0] + unemployment[0] + injury + maternity
    employee = pension[1] + medical[1] + unemployment[1]
    return base, *pension, *medical, *unemployment, injury, maternity, employer, employee


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--people", type=int, default=1_300_000)
    arguments.add_argument("--rounds", type=int, default=15)
    given = arguments.parse_args()
    columns = city(given.people)
    times = []
    for _ in range(given.rounds):
        start = time.perf_counter()
        assess(*columns)
        times.append(time.perf_counter() - start)
    per_s = int(given.people / statistics.median(times))
    print(json.dumps({"bench": "rules_numpy", "people": given.people, "rounds": given.rounds, "per_s": per_s}))


if __name__ == "__main__":
    main()
