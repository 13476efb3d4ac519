"""CPU per sample of the same read: `ngspice -b` once per sample against `evaluate`, and memory after many samples.

Usage: python benchmarks/read_throughput.py [--samples 60] [--repeats 5] [--memory-samples 10000]

Both sides simulate the very same samples: mismatch of every transistor and both devices. Repeats are interleaved, so
that the machine's drift hits both; quote the ratio, not the seconds.
"""

import argparse
import os
import resource
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

from spicekit.circuits.cell import Technology
from spicekit.circuits.read import read_deck
from spicekit.models.cmos import sky130
from spicekit.models.design import load_design
from spicekit.models.rram import load_rram
from spicekit.ngspice import evaluate, standalone

GAPS = {"left.gap": (0.40, 0.02), "right.gap": (0.85, 0.05)}  # nm: median and spread, near the sweeps'


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=60, help="per repeat and side")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--memory-samples", type=int, default=10_000)
    args = parser.parse_args()

    circuit = read_deck(Technology(sky130(), load_rram(), load_design()), 0.4, 0.85)
    values = draw(circuit, args.samples)
    evaluate(circuit.deck, values[:2])  # loading is not what is compared
    print("repeat   ngspice -b   evaluate   ratio   (CPU ms per sample)")
    ratios = []
    for repeat in range(args.repeats):
        alone, in_place = batch_cpu(circuit.deck, values), evaluate_cpu(circuit.deck, values)
        ratios.append(alone / in_place)
        print(f"{repeat + 1:6d}   {alone:10.1f}   {in_place:8.2f}   {ratios[-1]:5.2f}")
    print(f"`ngspice -b` per sample costs {statistics.median(ratios):.2f} times `evaluate` (median)")

    if args.memory_samples:
        print("samples   resident memory [MB]")
        print(f"{0:7d}   {resident():.1f}")
        for done in range(0, args.memory_samples, 1000):
            evaluate(circuit.deck, draw(circuit, min(1000, args.memory_samples - done), seed=done + 1))
            print(f"{min(done + 1000, args.memory_samples):7d}   {resident():.1f}", flush=True)


def draw(circuit, samples: int, seed: int = 0) -> np.ndarray:
    """Return values (samples, parameters) with every spread drawn."""
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(samples):
        named = {s.name: s.nominal + s.sigma * rng.standard_normal() for s in circuit.spread}
        named |= {name: median + sigma * rng.standard_normal() for name, (median, sigma) in GAPS.items()}
        rows.append(circuit.deck.row(named))
    return np.array(rows)


def batch_cpu(deck, values: np.ndarray) -> float:
    """Return CPU ms per sample of one `ngspice -b` process each, its output read back."""
    names = [p.name for p in deck.parameters]
    with tempfile.TemporaryDirectory() as folder:
        for i, row in enumerate(values):
            Path(folder, f"{i}.cir").write_text(
                standalone(deck, dict(zip(names, row, strict=True)), f"{i}.txt")
            )
        environment = os.environ | {"OMP_THREAD_LIMIT": "1", "HOME": folder}
        before, own = resource.getrusage(resource.RUSAGE_CHILDREN), time.process_time()
        for i in range(len(values)):
            subprocess.run(
                ["ngspice", "-b", f"{i}.cir"], cwd=folder, env=environment, check=True, capture_output=True
            )
            waves = dict(
                zip(["time", *deck.vectors], np.loadtxt(f"{folder}/{i}.txt", skiprows=1).T, strict=True)
            )
            for measurement in deck.measurements:
                measurement(waves)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    children = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return (children + time.process_time() - own) / len(values) * 1e3


def evaluate_cpu(deck, values: np.ndarray) -> float:
    """Return CPU ms per sample of `evaluate`."""
    start = time.process_time()
    evaluate(deck, values)
    return (time.process_time() - start) / len(values) * 1e3


def resident() -> float:
    """Return the resident memory of this process in MB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


if __name__ == "__main__":
    main()
