"""Reads of pairs that are written again and again, drawn from a law that is known; none is simulated."""

import json
from functools import cache

import numpy as np
import pandas as pd

from spicekit.studies.random_writes.extract import DRAWN, TRAPS
from spicekit.studies.random_writes.study import analyze
from spicekit.studies.random_writes.table import RandomWritesTable

WRITES = (0, 1, 2, 3, 4, 20, 60, 200)
CONSTANT, SLOW, CYCLES = 0.5, 0.2, 40.0
FRAGILE = 8  # every so many pairs read 1 but where the left trap alone is occupied


def latent(pairs, constant=CONSTANT, slow=SLOW, seed=1, writes=WRITES):
    """What the amplifier sees (pairs, writes), from the covariance of all writes at once."""
    lags = np.abs(np.subtract.outer(writes, writes))
    covariance = constant + slow * np.exp(-lags / CYCLES) + (1 - constant - slow) * np.eye(len(writes))
    return np.random.default_rng(seed).multivariate_normal(np.zeros(len(writes)), covariance, pairs)


def table():
    return RandomWritesTable(
        samples=10, states=["hrs"], writes=list(WRITES), set_compliance="200 uA", reset_voltage="1.5 V",
        pulse_width="100 ns",
    )  # fmt: skip


def rows_of(seen):
    """Rows as `simulate` gives them; of each pair the first write is read in all states of the traps too."""
    rows = []
    for sample, values in enumerate(seen):
        shared = {
            "sample": sample, "outcome": "ok", "reason": "", "state": "hrs", "decided": 1, "energy": 1.7e-13,
            "energy_write": 1e-10, "temperature": 300.15, "supply": 1.4, "write_time": 2.5e-7, "read_time": 1e-8,
            "slow_cycles": CYCLES, "occupancy": 0.5, "relaxation_time": 1e-3, "relaxation_spread": 0.0,
        }  # fmt: skip
        for number, value in zip(WRITES, values, strict=True):
            rows.append(
                {**shared, "write": number, "traps": DRAWN, "bit": int(value > 0), "margin": np.sinh(value),
                 "ratio": value}
            )  # fmt: skip
        for traps in TRAPS:
            bit = int(traps != "left") if sample % FRAGILE == 0 else 1
            rows.append({**shared, "write": 0, "traps": traps, "bit": bit, "margin": 0.1, "ratio": 0.0})
    return pd.DataFrame(rows)


@cache
def block(pairs=200, **law):
    return analyze(table(), rows_of(latent(pairs, **law)), 0.95)["random_writes"]


def write_pairs(path, **other):
    """A statistics file of such pairs; `other` keys of the block instead."""
    given = json.loads(block(120).model_dump_json()) | other
    path.write_text(json.dumps({"schema": "spicekit.statistics/1", "conditions": [], "random_writes": given}))
    return path
