"""What was found of a source of random bits, as a table and as JSON."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from spicekit.entropy.sp800_22 import Verdict
from spicekit.entropy.trng.asked import Asked, Setting
from spicekit.entropy.trng.junction import Chains
from spicekit.entropy.trng.streams import Stream
from spicekit.network.shown import Shown

SCHEMA = "spicekit.trng_result/1"
PUBLISHED_ENERGY = 20e-15
"""J per bit of a superparamagnetic junction with its read circuit, as a secondary text states it."""


class Interval(NamedTuple):
    """A number with its interval of 95 %."""

    low: float
    best: float
    high: float


@dataclass(frozen=True)
class AtSetting:
    """Cells at one corner, temperature and supply, read at the chosen interval."""

    setting: Setting
    cells: Chains
    quiet: float  # s, the interval that would leave as little correlation there


@dataclass(frozen=True)
class AtInterval:
    """The median cell, read so often."""

    interval: float  # s
    correlation: float  # of neighbouring bits, closed form
    ones: float
    counted: Interval | None  # correlation of simulated bits


@dataclass(frozen=True)
class Judged:
    """A stream of bits, and what tests and estimators say of it."""

    stream: Stream
    length: int
    ones: Interval
    correlations: tuple[Interval, ...]  # at 1, 2, …
    entropy: dict[str, float]  # min-entropy per bit, by estimator
    verdict: Verdict
    energy: float | None  # J per bit
    picture: np.ndarray  # first bits
    bits_per_second: float  # made, of one processor
    seconds: float  # of this processor, tests included

    @property
    def least(self) -> tuple[str, float]:
        """The estimator that finds the least entropy, and what it finds."""
        return min(self.entropy.items(), key=lambda one: one[1])


@dataclass(frozen=True, repr=False)
class Found(Shown):
    """All that was found."""

    asked: Asked
    interval: float  # s, chosen
    fast: float  # s: pre-charge and read, without any rest
    settings: tuple[AtSetting, ...]
    sweep: tuple[AtInterval, ...]
    streams: tuple[Judged, ...]

    @property
    def table(self) -> pd.DataFrame:
        """Return one row for each stream; min-entropy in bits per bit, energies in J, rates in 1/s."""
        rows = []
        for one in self.streams:
            below, of = one.verdict.below
            rows.append(
                {
                    "stream": one.stream.name, "bits": one.length, "ones": one.ones.best, "ones_low": one.ones.low,
                    "ones_high": one.ones.high, "correlation": one.correlations[0].best,
                    "min_entropy": one.least[1], "estimator": one.least[0], "passed": one.verdict.passed,
                    "failed_tests": ", ".join(one.verdict.failed), "p_values_below_1_percent": below, "p_values": of,
                    "energy_per_bit": one.energy, "bit_rate": one.stream.rate, "cells": one.stream.cells,
                }
            )  # fmt: skip
        return pd.DataFrame(rows)


def summary_of(found: Found, provenance: dict[str, str]) -> dict[str, Any]:
    """Return all numbers as plain data."""
    return {
        "schema": SCHEMA,
        "provenance": provenance,
        "bits": found.asked.bits,
        "interval": found.interval,
        "shortest_interval": found.fast,
        "published_energy_per_bit": PUBLISHED_ENERGY,
        "settings": [_setting(one) for one in found.settings],
        "intervals": [
            {"interval": one.interval, "correlation": one.correlation, "ones": one.ones,
             "counted": None if one.counted is None else one.counted._asdict()}
            for one in found.sweep
        ],
        "streams": [_stream(one) for one in found.streams],
    }  # fmt: skip


def _setting(one: AtSetting) -> dict[str, Any]:
    block, cells = one.setting.found, one.cells
    return {
        "name": one.setting.name,
        "supply": block.supply,
        "temperature": block.temperature,
        "energy_per_read": block.energy.model_dump(),
        "unusable": block.unusable.model_dump(),
        "unusable_trimmed": block.unusable_trimmed.model_dump(),
        "ones": _spread(cells.ones),
        "correlation": _spread(cells.correlation),
        "min_entropy": _spread(cells.min_entropy),
        "quiet_interval": one.quiet,
        "live_flips": {"counted": block.live_flips, "expected": block.live_flips_expected, "reads": block.live_reads},
        "live_wrong": {"counted": block.live_wrong, "expected": block.live_wrong_expected, "reads": block.live_reads},
    }  # fmt: skip


def _spread(values: np.ndarray) -> dict[str, float]:
    low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
    return {
        "cells": len(values),
        "of_20_the_lowest": float(low),
        "median": float(middle),
        "of_20_the_highest": float(high),
    }


def _stream(one: Judged) -> dict[str, Any]:
    below, of = one.verdict.below
    return {
        "name": one.stream.name,
        "made_up": one.stream.made_up,
        "bits": one.length,
        "ones": one.ones._asdict(),
        "correlations": [c.best for c in one.correlations],
        "min_entropy": one.entropy,
        "least_min_entropy": one.least[1],
        "sp800_22": {
            "passed": one.verdict.passed, "failed": list(one.verdict.failed), "p_values_below_1_percent": below,
            "p_values": of, "tests": {t.name: list(t.p_values) for t in one.verdict.tests},
        },
        "energy_per_bit": one.energy,
        "bit_rate": one.stream.rate,
        "cells": one.stream.cells,
        "cpu_bits_per_second": one.bits_per_second,
        "cpu_seconds_with_tests": one.seconds,
    }  # fmt: skip
