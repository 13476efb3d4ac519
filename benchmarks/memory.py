"""Resident memory over many samples in one process; fails if it grows by more than 5 % after the first 5,000."""

import argparse
import sys
import time

from pcsa_read import circuit, draw, resident

from spicekit.ngspice.evaluate import evaluate_here

STEP = 5000  # samples between two readings; the first of them is the reference
ALLOWED = 0.05


def main() -> int:
    """Measure, print, and return 0 if memory is steady."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=200_000)
    parser.add_argument("--chunk", type=int, default=250, help="samples per call of `evaluate`")
    args = parser.parse_args()

    read, readings, start = circuit(), [], time.process_time()
    print(f"{'samples':>8}   resident MB   CPU ms per sample", flush=True)
    print(f"{0:8d}   {resident():11.2f}", flush=True)
    for done in range(0, args.samples, STEP):
        size = min(STEP, args.samples - done)
        for first in range(done, done + size, args.chunk):
            outcomes = evaluate_here(
                read.deck, draw(read, min(args.chunk, done + size - first), first)
            ).outcomes
            bad = [o for o in outcomes if not o.ok]
            if bad:
                print(f"  discarded after sample {first}: {bad[0]} ({len(bad)})", flush=True)
        readings.append(resident())
        used, start = time.process_time() - start, time.process_time()
        print(f"{done + size:8d}   {readings[-1]:11.2f}   {used / size * 1e3:.2f}", flush=True)
    growth = max(readings) / readings[0] - 1
    print(f"growth after the first {STEP}: {growth:.2%} (allowed {ALLOWED:.0%})")
    return int(growth > ALLOWED)


if __name__ == "__main__":
    sys.exit(main())
