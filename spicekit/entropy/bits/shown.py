"""Judged streams as a table and as JSON."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from spicekit.entropy.bits.judge import Judged

PUBLISHED_ENERGY = 20e-15
"""J per bit of a superparamagnetic junction with its read circuit, as a secondary text states it."""


def table_of(streams: Iterable[Judged], sources: str) -> pd.DataFrame:
    """Return one row for each stream; min-entropy in bits per bit, energies in J, rates in 1/s."""
    rows = []
    for one in streams:
        below, of = one.verdict.below
        rows.append(
            {
                "stream": one.stream.name, "bits": one.length, "ones": one.ones.best, "ones_low": one.ones.low,
                "ones_high": one.ones.high, "correlation": one.correlations[0].best,
                "min_entropy": one.least[1], "estimator": one.least[0], "passed": one.verdict.passed,
                "failed_tests": ", ".join(one.verdict.failed), "p_values_below_1_percent": below, "p_values": of,
                "energy_per_bit": one.stream.energy, "bit_rate": one.stream.rate, sources: one.stream.sources,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def stream_of(one: Judged, sources: str) -> dict[str, Any]:
    """Return all numbers of a stream as plain data; `sources`: what that are which are joined, such as "cells"."""
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
        "energy_per_bit": one.stream.energy,
        "bit_rate": one.stream.rate,
        sources: one.stream.sources,
        "cpu_bits_per_second": one.bits_per_second,
        "cpu_seconds_with_tests": one.seconds,
    }  # fmt: skip
