"""What was found of a source of random bits, as a table and as JSON."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from spicekit.entropy.bits.chain import Chains
from spicekit.entropy.bits.judge import Interval, Judged
from spicekit.entropy.bits.shown import PUBLISHED_ENERGY, stream_of, table_of
from spicekit.entropy.trng.asked import Asked, Setting
from spicekit.network.shown import Shown

SCHEMA = "spicekit.trng_result/1"


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
        return table_of(self.streams, "cells")


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
        "streams": [stream_of(one, "cells") for one in found.streams],
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
