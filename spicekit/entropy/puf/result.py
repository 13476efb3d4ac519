"""What was found of chips, as a table and as JSON."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from spicekit.block import Probability
from spicekit.entropy.puf.asked import Asked
from spicekit.entropy.puf.codes import Scheme
from spicekit.entropy.puf.law import Law
from spicekit.network.shown import Shown
from spicekit.studies.puf.result import PufState

SCHEMA = "spicekit.puf_result/1"
PUBLISHED_UNIFORMITY, PUBLISHED_ERRORS, PUBLISHED_SPREAD = 0.5, 0.015, 0.01
"""Two crossbars of 10 × 10: about half of the bits are ones; bit errors, and what is given behind ±."""


@dataclass(frozen=True)
class Reliability:
    """One kind of read against enrolment."""

    name: str
    wrong: np.ndarray  # share of bits that differ, (chips,)
    simulated: Probability  # flips of pairs in ngspice
    law: float  # the same by the law that chips are drawn from


@dataclass(frozen=True)
class StateFound:
    """Chips whose pairs are all in one state."""

    state: PufState
    law: Law
    uniformity: np.ndarray  # share of ones, (chips,)
    uniqueness: np.ndarray  # distance of two chips, (pairs of chips,), 0 to 1
    aliasing: np.ndarray  # share of chips with a one, (bits,)
    reliability: tuple[Reliability, ...]
    column_entropy: float  # min-entropy per bit of pairs behind one amplifier, by the law
    aliasing_entropy: float  # per bit, of each place over chips


@dataclass(frozen=True)
class KeyInterval:
    """Of 95 % of the length of a key, as the simulated pairs are few."""

    low: int
    high: int
    none: float  # share of the replicas of those pairs that leave no key


@dataclass(frozen=True)
class Key:
    """What is left for a key."""

    rows: int  # pairs behind one amplifier
    masked: bool
    kept: float  # share of bits
    bits: int  # that 99 of 100 chips keep
    rates: dict[str, float]  # of errors, by read
    worst: float
    entropy: float  # min-entropy per bit that is counted on: the least of all that were found
    scheme: Scheme | None
    interval: KeyInterval | None = None


@dataclass(frozen=True, repr=False)
class Found(Shown):
    """All that was found."""

    asked: Asked
    states: tuple[StateFound, ...]
    chosen: StateFound
    entropy: dict[str, float]  # of the chosen state, by the estimators of SP 800-90B
    tested: int  # bits that they saw
    keys: tuple[Key, ...]
    maps: np.ndarray  # first chips at enrolment, (chips, rows, columns)
    bits_per_second: float  # drawn, of one processor, all reads

    @property
    def table(self) -> pd.DataFrame:
        """Return one row for each state and read; shares from 0 to 1, each with the spread over chips."""
        rows = []
        for one in self.states:
            for read in one.reliability:
                rows.append(
                    {
                        "state": one.state.state, "read": read.name, "chips": self.asked.chips,
                        "uniformity": one.uniformity.mean(), "uniformity_std": one.uniformity.std(ddof=1),
                        "uniqueness": one.uniqueness.mean(), "uniqueness_std": one.uniqueness.std(ddof=1),
                        "errors": read.wrong.mean(), "errors_std": read.wrong.std(ddof=1),
                        "errors_ngspice": read.simulated.best, "errors_ngspice_low": read.simulated.low,
                        "errors_ngspice_high": read.simulated.high, "pairs_ngspice": read.simulated.samples,
                    }
                )  # fmt: skip
        return pd.DataFrame(rows)


def summary_of(found: Found, provenance: dict[str, str]) -> dict[str, Any]:
    """Return all numbers as plain data."""
    asked = found.asked
    return {
        "schema": SCHEMA,
        "provenance": provenance,
        "chips": asked.chips,
        "rows": asked.rows,
        "columns": asked.columns,
        "published": {
            "uniformity": PUBLISHED_UNIFORMITY,
            "errors": PUBLISHED_ERRORS,
            "plus_minus": PUBLISHED_SPREAD,
        },
        "states": [_state(one) for one in found.states],
        "chosen": found.chosen.state.state,
        "min_entropy": found.entropy,
        "bits_tested": found.tested,
        "keys": [_key(one) for one in found.keys],
        "cpu_bits_per_second": found.bits_per_second,
    }


def _spread(values: np.ndarray) -> dict[str, float]:
    return {"mean": float(values.mean()), "std": float(values.std(ddof=1)), "least": float(values.min()),
            "most": float(values.max())}  # fmt: skip


def _state(one: StateFound) -> dict[str, Any]:
    return {
        "state": one.state.state,
        "pairs_in_ngspice": one.state.pairs,
        "uniformity": _spread(one.uniformity),
        "uniqueness": _spread(one.uniqueness),
        "aliasing": _spread(one.aliasing),
        "amplifier_share": one.law.shared,
        "min_entropy_of_columns": one.column_entropy,
        "min_entropy_of_places": one.aliasing_entropy,
        "reliability": [
            {"read": r.name, "errors": _spread(r.wrong), "ngspice": r.simulated.model_dump(), "law": r.law}
            for r in one.reliability
        ],
    }


def _key(one: Key) -> dict[str, Any]:
    scheme = one.scheme
    return {
        "rows": one.rows,
        "masked": one.masked, "kept": one.kept, "bits": one.bits, "errors": one.rates, "worst": one.worst,
        "min_entropy": one.entropy,
        "scheme": None if scheme is None else {
            "name": scheme.name, "blocks": scheme.blocks, "failure": scheme.failure, "key_bits": scheme.key,
        },
        "key_bits_interval": None if one.interval is None else {
            "low": one.interval.low, "best": 0 if scheme is None else scheme.key, "high": one.interval.high,
            "none": one.interval.none,
        },
    }  # fmt: skip
