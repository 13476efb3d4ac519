"""Wall time of the same reads with one worker process and with two, through the pool that sweeps use.

A worker starts and loads its deck before the clock does. On busy cores the figure says more about the neighbours than
about the pool. So a second median is over the repeats in which every worker had at least 95 % of a core.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Iterator

import numpy as np
from pcsa_read import circuit, draw, load, median_and_range

from spicekit.ngspice import evaluate
from spicekit.ngspice.pool import run_chunks

TARGET = 1.85
UNDISTURBED = 0.95  # of a core, for each worker
CHUNK = 25


def main() -> int:
    """Measure, print, and return 0 if the target is met where the neighbours left the cores alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=300, help="per repeat")
    parser.add_argument("--repeats", type=int, default=15)
    args = parser.parse_args()

    values = draw(circuit(), args.samples)
    chunks = [values[i : i + CHUNK] for i in range(0, len(values), CHUNK)]
    print(f"{args.samples} samples in chunks of {CHUNK}; load {load()}")
    print("repeat   1 worker   2 workers   ratio   cores used by 1, by 2   (s)")
    ratios, undisturbed = [], []
    for repeat in range(args.repeats):
        (one, used_one), (two, used_two) = wall(chunks, 1), wall(chunks, 2)
        ratios.append(one / two)
        if used_one >= UNDISTURBED and used_two >= 2 * UNDISTURBED:
            undisturbed.append(one / two)
        print(
            f"{repeat + 1:6d}   {one:8.2f}   {two:9.2f}   {ratios[-1]:5.2f}   {used_one:12.2f}, {used_two:.2f}"
        )
    print(
        f"one worker takes {median_and_range(ratios, 2)} times as long as two (target {TARGET}); load {load()}"
    )
    if not undisturbed:
        print("the cores were never free: no figure")
        return 1
    print(f"undisturbed repeats ({len(undisturbed)} of {len(ratios)}): {median_and_range(undisturbed, 2)}")
    return int(statistics.median(undisturbed) < TARGET)


def wall(chunks: list[np.ndarray], workers: int) -> tuple[float, float]:
    """Return (s until all chunks are back, CPU seconds of the simulations per second) with warm workers."""
    start = 0.0

    def tasks() -> Iterator[np.ndarray]:
        # Each worker is warm once it has done one of these; the pool asks for more as they come back.
        yield from [chunks[0][:1]] * 4 * workers
        nonlocal start
        start = time.perf_counter()
        yield from chunks

    done = dict(run_chunks(simulate, tasks(), workers=workers))
    elapsed = time.perf_counter() - start
    return elapsed, sum(cpu for index, cpu in done.items() if index >= 4 * workers) / elapsed


def simulate(values: np.ndarray) -> float:
    """Simulate in a worker; return CPU seconds."""
    start = time.process_time()
    evaluate(circuit_of_worker(), values)
    return time.process_time() - start


_deck = None


def circuit_of_worker():
    """Return the deck, built once per process."""
    global _deck
    if _deck is None:
        _deck = circuit().deck
    return _deck


if __name__ == "__main__":
    sys.exit(main())
