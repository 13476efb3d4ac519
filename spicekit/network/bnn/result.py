"""What was found of a network on simulated devices, as a table and as JSON."""

from dataclasses import dataclass, field
from decimal import ROUND_CEILING

import numpy as np
import pandas as pd

from spicekit.network.bnn.by_layer import OfLayer
from spicekit.network.bnn.conditions import Cells, ConditionResult, Task
from spicekit.network.bnn.energy import Budget
from spicekit.network.bnn.fitting import worthless
from spicekit.network.bnn.in_array import InArray
from spicekit.network.bnn.refresh import Refresh
from spicekit.network.bnn.stream_study import StreamStudy
from spicekit.network.bnn.sweep import Sweep
from spicekit.network.bnn.verify import Verified
from spicekit.network.bnn.widths import Width
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
    adapted: Sweep | None = None  # the same chips, thresholds set again on each; None: not asked for
    beside: Sweep | None = None  # another network on the same data; None: not asked for
    by_layer: tuple[OfLayer, ...] = ()  # errors in one layer alone; empty: not asked for
    widths: tuple[Width, ...] = ()  # other widths of this shape, and with 8 bits; empty: none were trained
    in_array: dict[str, InArray] = field(default_factory=dict)  # by condition; empty: not asked for
    streams: StreamStudy | None = None  # the first layer on streams of random bits; None: not asked for

    @property
    def table(self) -> pd.DataFrame:
        """Return one row per condition and way to store a weight; SI units, accuracies from 0 to 1.

        Where no error was seen, best rate and accuracy are empty: only their ends at `ber_high` are known. Intervals
        are for other chips, other test samples and, where known, other trainings; `accuracy_chips_…` for other chips
        alone.
        """
        rows = []
        for found in self.conditions:
            array = self.in_array.get(found.condition.name)
            arrayed = (array.cells,) if array and array.cells else ()
            for cells in (found.cells, *found.others, *arrayed):
                at, rates = cells.accuracy["best"], cells.rates["best"]
                energies = self._energies(found.condition.name) if cells is found.cells else {}
                verified = _verified(found.verified) if cells is found.cells and found.verified else {}
                adapted = {} if cells.adapted is None else {"accuracy_adapted": cells.adapted.mean}
                rows.append(
                    {
                        "condition": found.condition.name,
                        "cells": cells.name,
                        "devices_per_weight": cells.devices,
                        **{f"ber_{end}": cells.rates[end].mean for end in ("low", "best", "high")},
                        **({"ber_best": None} if cells.bound else {}),
                        "ber_plus": None if cells.bound else rates.plus,
                        "ber_minus": None if cells.bound else rates.minus,
                        "transient": self.task.transient,
                        "bound": cells.bound,
                        "accuracy": None if cells.bound else at.mean,
                        "accuracy_low": None if cells.bound else at.interval[0],
                        "accuracy_high": None if cells.bound else at.interval[1],
                        "accuracy_chips_low": None if cells.bound else at.interval_of_chips[0],
                        "accuracy_chips_high": None if cells.bound else at.interval_of_chips[1],
                        **(dict.fromkeys(adapted) if cells.bound else adapted),
                        "accuracy_at_ber_high": cells.accuracy["high"].mean,
                        "accuracy_without_errors": at.without_errors,
                        "chips": len(at.of_chips),
                        "samples": at.samples,
                        "ber_source": rates.source,
                        **energies,
                        **verified,
                    }
                )
        return pd.DataFrame(rows)

    def _energies(self, condition: str) -> dict[str, float | None]:
        """Return what an inference takes with the weights in pairs, and of it refreshing; nothing without energies."""
        budgets, array = self.budgets.get(condition, ()), self.in_array.get(condition)
        alone: dict[str, float | None] = {"energy_inference": budgets[0].total} if budgets else {}
        if budgets and self.refresh and (energy := self.refresh.energy(condition)):
            keys = ("energy_refresh_low", "energy_refresh", "energy_refresh_high", "energy_refresh_weakest")
            alone |= dict(zip(keys, (*energy, self.refresh.energy_for_the_weakest(condition)), strict=True))
        return {**alone, "energy_inference_in_array": array.budgets[0].total} if array else alone

    @property
    def worthless(self) -> bool:
        """Whether the network is no better than saying the most frequent class, without any error."""
        return worthless(self.sweep.without_errors, self.majority, len(self.task.labels))


def _verified(found: Verified) -> dict[str, float | None]:
    """Return what is left once pairs are verified, and what it takes; of a bound only its upper end."""
    law, best = found.law, not found.rates.bound
    energy = found.energy()
    return {
        "ber_verified": law["best"].rates[-1] if best else None,
        "ber_verified_low": law["low"].rates[-1],
        "ber_verified_high": law["high"].rates[-1],
        "accuracy_verified": found.accuracy.mean if best else None,
        "programmings_verified": law["best"].programmings[-1] if best else None,
        "energy_programming": found.plain_energy,
        "energy_programming_verified": sum(energy) if energy and best else None,
    }


def in_words(cells: Cells) -> str:
    """Return a cell's error rate and the accuracy that it leaves, in words; a bound is said to be one."""
    rate, at = cells.rates["best"], cells.accuracy["best"]
    if cells.bound:
        most = scientific(rate.mean, ROUND_CEILING)
        return f"bit error rate at most {most} (no error seen): accuracy at least {floored(at.interval[0])}"
    low, high = at.interval
    how = "given" if rate.source == "given" else rate.source.partition(",")[0]
    trained = f", {at.trainings.seeds} trainings" if at.trainings else ""
    return (
        f"bit error rate {scientific(rate.mean)} ({how}): accuracy {100 * at.mean:.2f} % "
        f"({100 * low:.2f} ... {100 * high:.2f} %; {len(at.of_chips)} chips, {at.samples:,} test samples{trained})"
    )


def floored(share: float) -> str:
    """Return a share in per cent, rounded down: what is said to be a least must not be more."""
    return f"{np.floor(1000 * share + 1e-9) / 10:.1f} %"


def majority(labels: np.ndarray) -> float:
    """Return the share of the most frequent label."""
    return float(np.bincount(labels).max() / len(labels))
