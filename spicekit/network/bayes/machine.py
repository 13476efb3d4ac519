"""A machine of either kind at work: chips with errors of their own, on all samples of a task."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from spicekit.errors import InputError
from spicekit.network.bayes.logarithmic import add_up, posterior_of
from spicekit.network.bayes.memory import chip_of
from spicekit.network.bayes.random_numbers import Source
from spicekit.network.bayes.score import Accuracy, Score, accuracy_of, score_of
from spicekit.network.bayes.stochastic import count_ones, shares_of, stop_at
from spicekit.network.bayes.tables import SCALINGS, Scaling, log_posterior, scaled
from spicekit.network.bayes.task import Fold, Task
from spicekit.network.bayes.words import Words, check_bits, linear_words, logarithmic_words
from spicekit.network.bnn.faults import chip_generator
from spicekit.network.bnn.rates import ErrorRates

NO_ERRORS = ErrorRates(0.0, 0.0)
ONES = (1, 2, 4, 8, 16)
"""Ones at which a counter may stop the machine."""


@dataclass(frozen=True)
class Machine:
    """How the machine is built.

    Raises:
        InputError: at construction, for words that do not fit the registers, or an unknown scaling.
    """

    bits: int = 8  # of a word of the stochastic machine
    logarithmic_bits: int = 4  # of a word of the logarithmic one
    cycles: int = 1023  # at most, of the stochastic one
    source: Source = field(default_factory=Source)
    scaling: Scaling = "observation"

    def __post_init__(self) -> None:
        check_bits(self.bits)
        check_bits(self.logarithmic_bits)
        self.source.check(self.bits)
        if self.scaling not in SCALINGS:
            raise InputError(f"`--scaling` is `{self.scaling}`, expected one of {', '.join(SCALINGS)}")

    @property
    def checkpoints(self) -> tuple[int, ...]:
        """Cycles after which decisions are looked at: powers of two, and all."""
        return (*(1 << k for k in range(self.cycles.bit_length()) if 1 << k < self.cycles), self.cycles)


@dataclass(frozen=True)
class Stop:
    """What a machine does that stops when a counter holds so many ones."""

    ones: int
    accuracy: Accuracy
    cycles: float  # on average
    undecided: float  # share of samples in which no counter came so far


@dataclass(frozen=True)
class Stochastic:
    """The stochastic machine on a task."""

    score: Score  # after all cycles
    by_cycles: tuple[tuple[int, Accuracy], ...]
    stops: tuple[Stop, ...]
    wrong_bits: float  # per chip, on average over folds


@dataclass(frozen=True)
class Logarithmic:
    """The logarithmic machine on a task."""

    score: Score
    wrong_bits: float


@dataclass(frozen=True)
class Chips:
    """How many chips are programmed, and what they err."""

    rates: ErrorRates = NO_ERRORS
    number: int = 1
    seed: int = 0
    programming: int = 0


def stochastic(
    machine: Machine,
    task: Task,
    folds: Sequence[Fold],
    chips: Chips,
    progress: Callable[[int], None] = lambda _: None,
    ones: Sequence[int] = ONES,
) -> Stochastic:
    """Return what the stochastic machine does; `progress` is told how many chips are done."""
    stored = [linear_words(scaled(fold.tables, machine.scaling), machine.bits) for fold in folds]
    samples, place = _order(task, folds)
    at = np.array(machine.checkpoints) - 1
    labels = task.labels[task.tested]
    right = np.zeros((len(at), chips.number, samples), bool)
    stopped = {k: np.zeros((3, chips.number, samples), np.int64) for k in ones}
    posterior = np.zeros((chips.number, samples, len(task.classes)), np.float32)
    wrong = 0
    for number in range(chips.number):
        for fold, words, mine in zip(folds, stored, place, strict=True):
            held, flipped = _held(words, task, chips, number)
            wrong += flipped
            generator = chip_generator(chips.seed, task.name, number, "registers")
            counts = count_ones(held, fold.observed, machine.cycles, machine.source, generator)
            right[:, number, mine] = (counts[..., at].argmax(axis=1) == labels[mine][:, None]).T
            posterior[number, mine] = shares_of(counts[..., -1])
            for k in ones:
                end = stop_at(counts, k)
                stopped[k][:, number, mine] = end.decisions, end.cycles, end.undecided
        progress(number + 1)
    stops = tuple(
        Stop(k, accuracy_of(decided == labels, task), float(used.mean()), float(undecided.mean()))
        for k, (decided, used, undecided) in stopped.items()
    )
    by_cycles = tuple(
        (cycles, accuracy_of(one, task)) for cycles, one in zip(machine.checkpoints, right, strict=True)
    )
    return Stochastic(score_of(posterior, task), by_cycles, stops, wrong / chips.number / len(folds))


def logarithmic(
    machine: Machine,
    task: Task,
    folds: Sequence[Fold],
    chips: Chips,
    progress: Callable[[int], None] = lambda _: None,
) -> Logarithmic:
    """Return what the logarithmic machine does; `progress` is told how many chips are done."""
    stored = [
        logarithmic_words(scaled(fold.tables, machine.scaling), machine.logarithmic_bits) for fold in folds
    ]
    samples, place = _order(task, folds)
    posterior = np.zeros((chips.number, samples, len(task.classes)), np.float32)
    wrong = 0
    for number in range(chips.number):
        for fold, words, mine in zip(folds, stored, place, strict=True):
            held, flipped = _held(words, task, chips, number)
            wrong += flipped
            assert words.step is not None
            posterior[number, mine] = posterior_of(add_up(held, fold.observed), words.step)
        progress(number + 1)
    return Logarithmic(score_of(posterior, task), wrong / chips.number / len(folds))


def exact(task: Task, folds: Sequence[Fold]) -> Score:
    """Return what the exact posterior of the same tables is worth, in floating point."""
    samples, place = _order(task, folds)
    posterior = np.zeros((1, samples, len(task.classes)))
    for fold, mine in zip(folds, place, strict=True):
        posterior[0, mine] = np.exp(log_posterior(fold.tables, fold.observed))
    return score_of(posterior, task)


def _held(words: Words, task: Task, chips: Chips, number: int) -> tuple[Words, int]:
    if not (chips.rates.plus or chips.rates.minus):
        return words, 0
    wrong = chip_of(words, chips.seed, task.name, number, chips.programming).wrong(words, chips.rates)
    return words.with_wrong(wrong), int(wrong.sum())


def _order(task: Task, folds: Sequence[Fold]) -> tuple[int, list[np.ndarray]]:
    """Return how many samples are tested, and where those of each fold stand among them."""
    number = np.cumsum(task.tested) - 1
    return int(task.tested.sum()), [number[fold.samples] for fold in folds]
