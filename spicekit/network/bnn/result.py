"""What was found of a network on simulated devices, as a table and as JSON."""

from dataclasses import dataclass
from decimal import ROUND_CEILING
from typing import Any

import numpy as np
import pandas as pd

from spicekit.network.bnn.chips import Accuracy
from spicekit.network.bnn.conditions import Cells, ConditionResult, Task
from spicekit.network.bnn.energy import Budget
from spicekit.network.bnn.fitting import worthless
from spicekit.network.bnn.gathered import summary_of_gathered
from spicekit.network.bnn.refresh import Refresh
from spicekit.network.bnn.sweep import LOSSES, Sweep
from spicekit.network.shown import Shown
from spicekit.page.numbers import scientific

SCHEMA = "spicekit.bnn_result/1"


@dataclass(frozen=True, repr=False)
class Result(Shown):
    """All that was found."""

    task: Task
    data: str  # name, split and source
    sweep: Sweep
    conditions: tuple[ConditionResult, ...]
    budgets: dict[str, tuple[Budget, ...]]  # by condition, the network in memory first
    majority: float  # share of the most frequent class: what knowing nothing gives
    refresh: Refresh | None = None  # what reads do to the weights; None if the statistics do not say

    @property
    def table(self) -> pd.DataFrame:
        """Return one row per condition and way to store a weight; SI units, accuracies from 0 to 1.

        Where no error was seen, best rate and accuracy are empty: only their ends at `ber_high` are known.
        """
        rows = []
        for found in self.conditions:
            for cells in (found.cells, *found.others):
                at = cells.accuracy["best"]
                rows.append(
                    {
                        "condition": found.condition.name,
                        "cells": cells.name,
                        "devices_per_weight": cells.devices,
                        **{f"ber_{end}": cells.rates[end].mean for end in ("low", "best", "high")},
                        **({"ber_best": None} if cells.bound else {}),
                        "bound": cells.bound,
                        "accuracy": None if cells.bound else at.mean,
                        "accuracy_chips_low": None if cells.bound else at.interval[0],
                        "accuracy_chips_high": None if cells.bound else at.interval[1],
                        "accuracy_at_ber_high": cells.accuracy["high"].mean,
                        "accuracy_without_errors": at.without_errors,
                        "ber_source": cells.rates["best"].source,
                    }
                )
        return pd.DataFrame(rows)

    @property
    def worthless(self) -> bool:
        """Whether the network is no better than saying the most frequent class, without any error."""
        return worthless(self.sweep.without_errors, self.majority, len(self.task.labels))


def summary_of(result: Result, provenance: dict[str, str]) -> dict[str, Any]:
    def of(accuracy: Accuracy) -> dict[str, Any]:
        low, high = accuracy.interval
        return {"low": low, "mean": accuracy.mean, "high": high, "confidence": accuracy.confidence,
                "chips": len(accuracy.of_chips), "samples": accuracy.samples}  # fmt: skip

    return {
        "schema": SCHEMA,
        "provenance": provenance,
        "network": result.task.network.name,
        "weights": result.task.network.weights,
        "data": result.data,
        "accuracy_without_errors": result.sweep.without_errors,
        "majority": result.majority,
        "sweep": [{"ber": r, **of(a)} for r, a in zip(result.sweep.rates, result.sweep.found, strict=True)],
        "ber_at_loss": {f"{loss:g}": result.sweep.rate_at(loss) for loss in LOSSES},
        "conditions": [
            {
                "name": found.condition.name,
                "cells": [
                    {"name": c.name, "devices_per_weight": c.devices, "source": c.rates["best"].source,
                     "bound": c.bound,
                     "ber": {end: None if c.bound and end == "best" else r.mean for end, r in c.rates.items()},
                     "accuracy": {e: None if c.bound and e == "best" else of(a) for e, a in c.accuracy.items()}}
                    for c in (found.cells, *found.others)
                ],
                "gathered": None if found.gathered is None else summary_of_gathered(found.gathered),
                "energy_programming": None if found.programming_energy is None
                else found.programming_energy * result.task.network.weights,
                "energy_inference": {b.name: b.total for b in result.budgets.get(found.condition.name, ())},
            }
            for found in result.conditions
        ],
    }  # fmt: skip


def in_words(cells: Cells) -> str:
    """Return a cell's error rate and the accuracy that it leaves, in words; a bound is said to be one."""
    rate, at = cells.rates["best"], cells.accuracy["best"]
    if cells.bound:
        most = scientific(rate.mean, ROUND_CEILING)
        return f"bit error rate at most {most} (no error seen): accuracy at least {floored(at.mean)}"
    low, high = at.interval
    how = "given" if rate.source == "given" else rate.source.partition(",")[0]
    return (
        f"bit error rate {scientific(rate.mean)} ({how}): accuracy {100 * at.mean:.2f} % "
        f"({100 * low:.2f} ... {100 * high:.2f} % over {len(at.of_chips)} chips)"
    )


def floored(share: float) -> str:
    """Return a share in per cent, rounded down: what is said to be a least must not be more."""
    return f"{np.floor(1000 * share + 1e-9) / 10:.1f} %"


def majority(labels: np.ndarray) -> float:
    """Return the share of the most frequent label."""
    return float(np.bincount(labels).max() / len(labels))
