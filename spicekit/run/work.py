"""What a worker process is sent: the study's own function is named in it, so that a worker loads this one study."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from spicekit.studies.study import Point, labelled


@dataclass(frozen=True)
class Work:
    """Samples `start` … `stop` - 1 of one point."""

    simulate: Callable[[Point, int, int, int], pd.DataFrame]  # of the study, a function of a module
    point: Point
    seed: int
    start: int
    stop: int


@dataclass(frozen=True)
class Simulated:
    """What a worker gives back of it."""

    rows: pd.DataFrame
    seconds: float  # that it took


def simulate_work(work: Work) -> Simulated:
    """Simulate the samples in the process at hand; the entry point of workers."""
    begun = time.monotonic()
    rows = work.simulate(work.point, work.seed, work.start, work.stop)
    return Simulated(labelled(work.point, rows), time.monotonic() - begun)
