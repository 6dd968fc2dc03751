"""The peer of `zhijian bench palm`: a mainstream index of binary vectors over the same stored bits.

It cannot displace a palm and knows no masks, so it answers the 49 displaced palms as 49 queries of 3,072 bits, unmasked, and
the nearest of all answers counts: less than ours does, for the same purpose. Both run on the same cores, by turns, in one
run. Its nearest entry must be the hidden one too. The last line is one JSON object; times are milliseconds.

    pip install faiss-cpu
    python3 bench/peers/palm_faiss.py --zhijian target/release/zhijian --gallery 360000
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time

import faiss
import numpy as np

BITS = 3072


def ours(program, gallery, threads, rounds):
    asked = [program, "bench", "palm", "--gallery", str(gallery), "--open", "0", "--ragged", "0"]
    asked += ["--threads", str(threads), "--rounds", str(rounds)]
    lines = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.splitlines()
    return json.loads(lines[-1])


def theirs(index, queries, mate, rounds):
    times, processor = [], []
    for _ in range(rounds):
        start, used = time.perf_counter(), time.process_time()
        distances, entries = index.search(queries, 1)
        times.append(time.perf_counter() - start)
        processor.append(time.process_time() - used)
    nearest = int(np.argmin(distances[:, 0]))
    if int(entries[nearest, 0]) != mate:
        raise SystemExit("the peer did not find the hidden palm")
    return 1000 * statistics.median(times), 1000 * statistics.median(processor)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--zhijian", default="target/release/zhijian")
    arguments.add_argument("--gallery", type=int, default=360_000)
    arguments.add_argument("--threads", type=int, default=os.cpu_count())
    arguments.add_argument("--turns", type=int, default=5)
    arguments.add_argument("--rounds", type=int, default=7)
    given = arguments.parse_args()
    faiss.omp_set_num_threads(given.threads)
    with tempfile.TemporaryDirectory() as folder:
        asked = [given.zhijian, "bench", "palm", "--gallery", str(given.gallery), "--ragged", "0", "--write", folder]
        mate = int(subprocess.run(asked, check=True, capture_output=True, text=True).stdout)
        stored = np.fromfile(os.path.join(folder, "gallery.bin"), dtype=np.uint8).reshape(-1, BITS // 8)
        queries = np.fromfile(os.path.join(folder, "queries.bin"), dtype=np.uint8).reshape(-1, BITS // 8)
    index = faiss.IndexBinaryFlat(BITS)
    index.add(stored)
    our_ms, their_ms, their_processor_ms, limits = [], [], [], []
    for turn in range(given.turns):
        figures = ours(given.zhijian, given.gallery, given.threads, given.rounds)
        wall, processor = theirs(index, queries, mate, given.rounds)
        our_ms.append(figures["ms"])
        limits.append(figures["limit_ms"])
        their_ms.append(wall)
        their_processor_ms.append(processor)
        print(f"turn {turn + 1}: ours {figures['ms']:.1f} ms, theirs {wall:.1f} ms ({processor:.1f} ms of processor)")
    middle = statistics.median
    print(json.dumps({
        "bench": "palm_faiss", "library": f"faiss {faiss.__version__}", "entries": given.gallery, "queries": len(queries),
        "threads": given.threads, "ours_ms": round(middle(our_ms), 3), "theirs_ms": round(middle(their_ms), 3),
        "theirs_processor_ms": round(middle(their_processor_ms), 3), "limit_ms": round(middle(limits), 3),
        "times_as_fast": round(middle(their / our for their, our in zip(their_ms, our_ms)), 2),
    }))


if __name__ == "__main__":
    main()
