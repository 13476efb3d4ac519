"""Does learning survive what ends the life of a memory? Accuracy of aged arrays beside their bit error rate."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from spicekit.network.mcmc.copies import programmed
from spicekit.network.mcmc.law import aged_law
from spicekit.network.mcmc.models import Model
from spicekit.network.mcmc.predict import Difference, Score, difference, score, told, vote
from spicekit.network.mcmc.sampler import Ratio
from spicekit.network.mcmc.target import Coding
from spicekit.network.mcmc.train import Job, train
from spicekit.sampling.counts import Counts, error_probability
from spicekit.statistics import Statistics

RATIOS: tuple[Ratio, ...] = ("exact", "shortcut")


@dataclass(frozen=True)
class Aged:
    """Arrays whose devices have done so many cycles."""

    cycles: float
    scores: dict[Ratio, Score]
    acceptance: dict[Ratio, float]
    programmed: dict[str, Score]  # software's models, in as many rows as the array holds models, by method
    less: dict[str, Difference | None]  # the array with the exact ratio less those
    told: dict[str, float]  # how well strange samples are told, of the exact ratio and of those
    ber: tuple[float, float | None, float] | None
    """2T2R of the same devices as a memory: low, best, high; no best if no error was counted."""


def ages_of(statistics: Statistics) -> tuple[float, ...]:
    """Return the ages that the statistics have, fresh first; none without the study."""
    block = statistics.conductance_ageing
    return block.ages if block and statistics.conductance_law and 0.0 in block.ages else ()


def age(
    statistics: Statistics,
    job: Job,
    models: dict[str, np.ndarray],
    wide: Coding,
    tests: tuple[np.ndarray, np.ndarray],
    strange: np.ndarray,
    overlap: float,
    workers: int,
    progress: Callable[[int], None],
) -> tuple[Aged, ...]:
    """Return what arrays learn at each age; who programs them knows the law of fresh means alone.

    The exact ratio takes the aged law for the proposals; the shortcut needs none. `models` (splits, rows, n) are those
    that software programs into the same devices, coded as `wide` says; `tests` are inputs and labels of each split,
    `strange` inputs of no class; `progress` is told how many arrays are ready.
    """
    found, ready = [], 0
    linear = Model(job.inputs.shape[-1])
    for cycles in ages_of(statistics):
        law = aged_law(statistics, cycles)
        scores: dict[Ratio, Score] = {}
        acceptance: dict[Ratio, float] = {}
        known: dict[str, float] = {}
        for ratio in RATIOS:
            aged = replace(job, law=law, rule=replace(job.rule, ratio=ratio))
            learned = train(aged, workers)
            held = job.code.parameters(learned.conductances)
            scores[ratio] = score(vote(job.model, held, tests[0]).probability, tests[1], overlap)
            if ratio == "exact":
                known[ratio] = told(job.model, held, tests[0], strange)
            acceptance[ratio] = learned.acceptance
            ready += len(job.chains)
            progress(ready)
        rows = {name: programmed(law, wide, each, job.seed) for name, each in models.items()}
        known |= {name: told(linear, each, tests[0], strange) for name, each in rows.items()}
        controls = {
            name: score(vote(linear, each, tests[0]).probability, tests[1], overlap)
            for name, each in rows.items()
        }
        less = {name: difference(scores["exact"], control, overlap) for name, control in controls.items()}
        found.append(Aged(cycles, scores, acceptance, controls, less, known, ber_at(statistics, cycles)))
    return tuple(found)


def ber_at(statistics: Statistics, cycles: float) -> tuple[float, float | None, float] | None:
    """Return low, best and high of the 2T2R error rate at an age, of the condition with the ageing study's pulses.

    Of an estimate that is agreed on where there is one, otherwise of counts.
    """
    block = statistics.conductance_ageing
    for condition in statistics.conditions if block else ():
        same = condition.reset_voltage, condition.pulse_width
        if condition.endurance and block and same == (block.reset_voltage, block.pulse_width):
            best = dict(condition.endurance.curve)
            ends = {n: (low, high) for n, low, high in condition.endurance.interval}
            if cycles in best and cycles not in condition.endurance.unsure:
                low, high = ends.get(cycles, (best[cycles], best[cycles]))
                return low, best[cycles], high
            for age, samples, errors, discards in condition.endurance.counted:
                if age == cycles and samples:
                    seen = error_probability(Counts(samples, errors, discards), "counted")
                    return seen.low, seen.best, seen.high
    return None
