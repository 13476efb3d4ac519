"""What was found of a Bayesian machine, as a table and as JSON."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from spicekit import statistics
from spicekit.network.bayes.asked import Asked
from spicekit.network.bayes.baselines import Baseline
from spicekit.network.bayes.energy import PUBLISHED_RATIO, Budgets
from spicekit.network.bayes.machine import Logarithmic, Stochastic
from spicekit.network.bayes.score import CONFIDENCE, Accuracy, Score
from spicekit.network.bayes.supplies import Supply
from spicekit.network.bayes.task import Fold
from spicekit.network.bnn.rates import ErrorRates
from spicekit.network.shown import Shown

SCHEMA = "spicekit.bayes_result/1"
GATHERED_RATE = 1e-2
"""Bit error rate at which errors as they gather behind amplifiers and in cells are set beside independent ones."""


@dataclass(frozen=True)
class Both:
    """Both machines on the same chips."""

    stochastic: Stochastic
    logarithmic: Logarithmic


@dataclass(frozen=True)
class Condition:
    """A programming condition, seen from the machine."""

    condition: statistics.Condition
    rates: ErrorRates
    found: Both
    at_high: Both  # at the upper end of the rates


@dataclass(frozen=True)
class AtSupply:
    """A supply of amplifiers and logic, seen from the machine."""

    supply: Supply
    found: Both


@dataclass(frozen=True, repr=False)
class Found(Shown):
    """All that was found."""

    asked: Asked
    folds: tuple[Fold, ...]
    exact: Score  # of the same tables, in floating point
    baselines: tuple[Baseline, ...]
    perfect: Both  # without errors
    conditions: tuple[Condition, ...]
    sweep: tuple[tuple[float, Both], ...]  # by bit error rate
    bits: tuple[tuple[int, Both], ...]  # by bits of a word, without errors
    sources: dict[str, Stochastic]  # by random numbers, without errors
    other_scaling: Stochastic
    gathered: tuple[Both, ...]  # at `GATHERED_RATE`: as they gather, independent
    supplies: tuple[AtSupply, ...]
    budgets: Budgets  # of a decision
    reload: float  # J, to load all words after power-on if they stood in SRAM
    seconds_per_chip: float  # of this processor: both machines, all samples

    @property
    def table(self) -> pd.DataFrame:
        """Return one row per classifier, and per machine and condition; accuracies from 0 to 1, energies in J.

        The interval is over the groups that were left out. Where no error was seen the rate is empty, and the accuracy
        is that at the upper end of its interval.
        """
        tested = int(self.asked.task.tested.sum())
        rows = [_row("exact posterior, floating point", self.exact)]
        rows += [_row(one.name, one.score) for one in self.baselines]
        rows += [
            _row("stochastic, without errors", self.perfect.stochastic.score),
            _row("logarithmic, without errors", self.perfect.logarithmic.score),
        ]
        energies = {
            "stochastic": self.budgets.stochastic.total,
            "logarithmic": self.budgets.logarithmic.total,
        }
        for one in self.conditions:
            for name, energy in energies.items():
                score = getattr(one.found, name).score
                known = {
                    "condition": one.condition.name,
                    "ber": None if one.rates.bound else one.rates.mean,
                    "wrong_bits_per_chip": getattr(one.found, name).wrong_bits,
                    "accuracy_at_ber_high": getattr(one.at_high, name).score.accuracy.mean,
                    "energy": energy,
                }
                rows.append(_row(name, score) | known)
        return pd.DataFrame(rows).assign(samples=tested)

    @property
    def ratios(self) -> dict[str, float]:
        """Energy of the microcontroller over that of each other budget."""
        program = self.budgets.program.total
        return {budget.name: program / budget.total for budget in self.budgets[:-1]}


def _row(name: str, score: Score) -> dict[str, Any]:
    low, high = score.accuracy.interval
    return {
        "classifier": name,
        "condition": "",
        "accuracy": score.accuracy.mean,
        "accuracy_low": low,
        "accuracy_high": high,
        "chips": score.accuracy.chips,
        "mean_recall": score.recall,
        "calibration_error": score.calibration_error,
        "brier": score.brier,
    }


def summary_of(found: Found, provenance: dict[str, str]) -> dict[str, Any]:
    """Return all numbers as plain data."""
    asked, task, machine = found.asked, found.asked.task, found.asked.machine
    return {
        "schema": SCHEMA,
        "provenance": provenance,
        "task": task.name,
        "data": task.said,
        "majority": task.majority,
        "groups": list(task.group_names),
        "features": [[task.names[k] for k in fold.columns] for fold in found.folds],
        "machine": {"features": task.use, "bins": task.bins, "classes": len(task.classes), "bits": machine.bits,
                    "logarithmic_bits": machine.logarithmic_bits, "cycles": machine.cycles,
                    "random": machine.source.kind, "shared": machine.source.shared,
                    "register": machine.source.register, "scaling": machine.scaling, "chips": asked.chips},
        "exact": _score(found.exact),
        "baselines": {one.name: _score(one.score) | {"parameters": one.parameters} for one in found.baselines},
        "without_errors": _both(found.perfect),
        "conditions": [
            {"name": one.condition.name, "ber": None if one.rates.bound else one.rates.mean, "bound": one.rates.bound,
             "source": one.rates.source, **_both(one.found), "at_ber_high": _both(one.at_high)}
            for one in found.conditions
        ],
        "sweep": [{"ber": rate, **_both(one)} for rate, one in found.sweep],
        "bits": [{"bits": bits, **_both(one)} for bits, one in found.bits],
        "random_numbers": {name: _curve(one) for name, one in found.sources.items()},
        "other_scaling": _curve(found.other_scaling),
        "gathered": {"ber": GATHERED_RATE, "as_they_gather": _both(found.gathered[0]),
                     "independent": _both(found.gathered[1])},
        "supplies": [
            {"supply": one.supply.voltage, "ber": None if one.supply.rates.bound else one.supply.rates.mean,
             **_both(one.found)}
            for one in found.supplies
        ],
        "energy": {b.name: {"total": b.total, "items": {i.name: i.energy for i in b.items}} for b in found.budgets},
        "ratio_to_microcontroller": found.ratios | {"published": PUBLISHED_RATIO},
        "energy_of_loading_sram": found.reload,
        "cpu_seconds_per_chip": found.seconds_per_chip,
    }  # fmt: skip


def _both(found: Both) -> dict[str, Any]:
    return {
        "stochastic": _score(found.stochastic.score)
        | {"by_cycles": _curve(found.stochastic)}
        | {
            "stops": [
                {"ones": s.ones, "cycles": s.cycles, "undecided": s.undecided, **_accuracy(s.accuracy)}
                for s in found.stochastic.stops
            ]
        },
        "logarithmic": _score(found.logarithmic.score),
    }


def _curve(found: Stochastic) -> list[list[float]]:
    return [[cycles, accuracy.mean] for cycles, accuracy in found.by_cycles]


def _score(score: Score) -> dict[str, Any]:
    return {**_accuracy(score.accuracy), "mean_recall": score.recall, "calibration_error": score.calibration_error,
            "brier": score.brier}  # fmt: skip


def _accuracy(accuracy: Accuracy) -> dict[str, Any]:
    low, high = accuracy.interval
    return {"low": low, "mean": accuracy.mean, "high": high, "confidence": CONFIDENCE, "chips": accuracy.chips,
            "of_groups": accuracy.of_groups.tolist()}  # fmt: skip
