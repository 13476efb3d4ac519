"""A whole study of a posterior in the array: every way, judged fresh, aged, and with fewer copies."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from spicekit.network.intervals import none_changed
from spicekit.network.mcmc.ageing import ages_of, ber_at
from spicekit.network.mcmc.energy import pulses_of
from spicekit.network.mcmc.law import Law, aged_law, fresh_law, known_law
from spicekit.network.mcmc.predict import tested_in
from spicekit.network.posterior.array import programmed
from spicekit.network.posterior.asked import Asked
from spicekit.network.posterior.energy import Cost, cost_of
from spicekit.network.posterior.judge import CONFIDENCE, Judged, Mean, judged, mean_of, share_of
from spicekit.network.posterior.tasks import strange_samples
from spicekit.network.posterior.ways import (
    COPIES,
    DRAWS,
    ENSEMBLE,
    POSTERIOR,
    RELEARNED,
    SPREADS,
    TRAININGS,
    Learned,
    Way,
    learn_pairs,
    learn_ways,
)
from spicekit.network.shown import Shown
from spicekit.statistics import Condition, Statistics

FEWER = (POSTERIOR, SPREADS, DRAWS, COPIES, ENSEMBLE)
"""Ways that are judged with fewer copies, too."""
ACCURACY, LOSS = "accuracy", "log_loss"


@dataclass(frozen=True)
class Aged:
    """Every way in devices that have done so many cycles; who programs them knows the fresh means alone."""

    cycles: float
    judged: dict[str, Judged]
    ber: tuple[float, float | None, float] | None  # of the same devices as a 2T2R memory


@dataclass(frozen=True, repr=False)
class Found(Shown):
    """All that was found."""

    asked: Asked
    law: Law
    learned: Learned
    judged: dict[str, Judged]  # in fresh devices, by way
    costs: dict[str, Cost]
    fewer: dict[str, tuple[tuple[int, Judged], ...]]  # by way: with so many copies
    aged: tuple[Aged, ...]
    pulses: str  # where energies of pulses come from

    def mean(self, key: str, one: Judged) -> Mean | None:
        """Return a measure's mean over splits with its interval; None of fewer than two splits."""
        values, task = measures(one)[key], self.asked.task
        if key != LOSS:
            return share_of(values, task.overlap, self.tested)
        found = mean_of(values, task.overlap)
        return found and replace(found, low=max(found.low, 0.0))

    def less(self, key: str, other: str) -> Mean | None:
        """Return a measure of the spread as posterior less that of another way, paired by splits."""
        apart = measures(self.judged[POSTERIOR])[key] - measures(self.judged[other])[key]
        alike = 0.0 if key == LOSS else none_changed(self.tested, CONFIDENCE)
        return mean_of(apart, self.asked.task.overlap, alike)

    @property
    def tested(self) -> int:
        """Samples that are in the test of any split, each counted once."""
        return tested_in(self.asked.task.test_labels, self.asked.task.overlap)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of strange samples."""
        return tuple(self.judged[POSTERIOR].told)

    @property
    def table(self) -> pd.DataFrame:
        """Return one row per way; accuracies and areas from 0 to 1, log loss in nat, energies in J."""
        return pd.DataFrame([self._row(way) for way in self.learned.ways])

    def _row(self, way: Way) -> dict[str, object]:
        found, cost = self.judged[way.name], self.costs.get(way.name)
        row: dict[str, object] = {"way": way.name, "splits": len(found.right)}
        for key, values in measures(found).items():
            ends = self.mean(key, found)
            row |= {key: values.mean(), f"{key}_low": ends and ends.low, f"{key}_high": ends and ends.high}
        row["calibration_error"] = found.calibration_error
        row |= {f"told_by_disagreement_{kind}": v.mean() for kind, v in found.told_by_disagreement.items()}
        for key in measures(found):
            ends = None if way.name == POSTERIOR else self.less(key, way.name)
            row |= {f"posterior_less_this_{key}{end}": getattr(ends, name, None)
                    for end, name in (("", "mean"), ("_low", "low"), ("_high", "high"))}  # fmt: skip
        return row | {
            "temperature": float(way.temperature.mean()),
            "devices": cost and cost.devices,
            "programming": cost and cost.programming,
            "reads": cost and cost.reads,
            "inference": cost and cost.inference,
        }


def measures(found: Judged) -> dict[str, np.ndarray]:
    """Return what is compared split by split, (splits,), by key."""
    told = {f"told_{kind}": values for kind, values in found.told.items()}
    return {ACCURACY: found.right, LOSS: found.log_loss} | told


def total_trainings(statistics: Statistics) -> int:
    """Return how many trainings `study` does."""
    return TRAININGS + len(ages_of(statistics))


def study(
    asked: Asked, statistics: Statistics, condition: Condition, progress: Callable[[int], None]
) -> Found:
    """Return all that is found; `progress` is told how many trainings are done.

    Raises:
        InputError: the statistics have no conductance law, or no energies of pulses.
    """
    law, pulses = fresh_law(known_law(statistics)), pulses_of(statistics)
    learned = learn_ways(asked, law, progress)
    judge = _Judge(asked)
    fresh = {way.name: judge.of(way, judge.parameters(way, law)) for way in learned.ways}
    costs = {way.name: cost_of(way, law, pulses, condition) for way in learned.ways}
    fewer = {
        way.name: tuple((n, judge.of(way, judge.parameters(way, law), n)) for n in counts_up_to(asked.copies))
        for way in learned.ways
        if way.name in FEWER
    }
    aged = []
    for k, cycles in enumerate(ages_of(statistics)):
        old = aged_law(statistics, cycles)
        ways = [way for way in learned.ways if way.targets is not None]
        if cycles:
            ways.append(learn_pairs(asked, old, learned.ways[0].temperature))
        each = {way.name: judge.of(way, judge.parameters(way, old)) for way in ways}
        aged.append(
            Aged(cycles, each | {RELEARNED: each.get(RELEARNED, each[POSTERIOR])}, ber_at(statistics, cycles))
        )
        progress(TRAININGS + k + 1)
    return Found(
        asked,
        law,
        learned,
        fresh,
        {name: cost for name, cost in costs.items() if cost},
        fewer,
        tuple(aged),
        pulses.source,
    )


def counts_up_to(copies: int) -> tuple[int, ...]:
    """Return powers of two below a number of copies, and the number."""
    return (*(1 << k for k in range(copies.bit_length()) if 1 << k < copies), copies)


class _Judge:
    """Judges ways on the test samples of all splits, and on strange ones."""

    def __init__(self, asked: Asked) -> None:
        self._asked, self._strange = asked, strange_samples(asked.task, asked.seed)

    def parameters(self, way: Way, law: Law) -> np.ndarray:
        """Return what stands in the devices, (splits, copies, n), or in software."""
        if way.targets is None or way.scales is None:
            assert way.parameters is not None
            return way.parameters
        return programmed(law, way.targets, way.scales, self._asked.seed)

    def of(self, way: Way, parameters: np.ndarray, first: int = 0) -> Judged:
        """Return how good parameters are; `first`: so many copies speak, 0: all."""
        task, seed = self._asked.task, self._asked.seed
        tests = way.says(parameters, task.test_inputs, seed, first)
        strange = {kind: way.says(parameters, x, seed, first) for kind, x in self._strange.items()}
        return judged(tests, task.test_labels, strange, several=way.several and first != 1)
