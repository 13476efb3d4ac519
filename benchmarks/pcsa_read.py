"""The circuit that all benchmarks simulate: the 2T2R read in 130 nm, every transistor with its mismatch."""

import os
import resource
import statistics
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from spicekit.circuits.cell import Technology
from spicekit.circuits.read import ReadDeck, read_deck
from spicekit.models.cmos import sky130
from spicekit.models.design import load_design
from spicekit.models.rram import load_rram

GAPS = {"left.gap": (0.40, 0.02), "right.gap": (0.85, 0.05)}  # nm: median and spread, near the sweeps'


def circuit() -> ReadDeck:
    """Return the read of a cell that stores weight +1, with nominal gaps."""
    return read_deck(Technology(sky130(), load_rram(), load_design()), 0.4, 0.85)


def draw(read: ReadDeck, samples: int, seed: int = 0) -> np.ndarray:
    """Return values (samples, parameters), SI, with the mismatch and both gaps drawn."""
    rng = np.random.default_rng(seed)
    rows = np.tile(read.deck.row(), (samples, 1))
    at = {p.name: j for j, p in enumerate(read.deck.parameters)}
    for s in read.spread:
        rows[:, at[s.name]] = s.nominal + s.sigma * rng.standard_normal(samples)
    for name, (median, sigma) in GAPS.items():
        rows[:, at[name]] = median + sigma * rng.standard_normal(samples)
    return rows


def resident() -> float:
    """Return the resident memory of this process [MB]; Linux."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def load() -> str:
    """Return the machine's load average as text."""
    return " ".join(f"{x:.1f}" for x in os.getloadavg())


def median_and_range(values: Sequence[float], digits: int = 3) -> str:
    """Return "median (lowest … highest)"."""
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f} … {max(values):.{digits}f})"
