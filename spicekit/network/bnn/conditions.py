"""What a programming condition is worth to a network: accuracy, energies, lifetime, and codes beside 2T2R."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from spicekit.network.bnn.accuracy import Accuracy
from spicekit.network.bnn.chips import accuracy_over_chips, work_of
from spicekit.network.bnn.faults import Faults
from spicekit.network.bnn.gathered import Gathered
from spicekit.network.bnn.network import Network
from spicekit.network.bnn.rates import End, ErrorRates, rates_of
from spicekit.network.bnn.reprogram import Reprogrammed, reprogram
from spicekit.network.bnn.verify import Verified, law_of, ones_of, verified_chips
from spicekit.statistics import Cell, Condition
from spicekit.statistics.codes import CODES, Code

ENDS: tuple[End, ...] = ("low", "best", "high")


@dataclass(frozen=True)
class Task:
    """A network with the samples that it is tested on, and how many chips are programmed."""

    network: Network
    inputs: np.ndarray  # (samples, *network.input_shape)
    labels: np.ndarray  # (samples,)
    chips: int
    seed: int = 0
    transient: float = 0.0  # error rate of single reads
    workers: int = 1
    programmings: int = 2  # of each chip, where errors that gather are set beside independent ones
    adapt: np.ndarray | None = None  # inputs that each chip may set its thresholds again from
    verify: int = 0  # times that a pair which reads wrong is programmed again, at most; 0: it is not read

    def accuracy(
        self,
        rates: ErrorRates,
        progress: Callable[[int], None] = lambda _: None,
        code: Code | None = None,
        adapt: bool = False,
    ) -> Accuracy:
        """Return the accuracy over chips whose cells err at these rates, with the weights behind a code or none.

        With `adapt` each chip sets its thresholds again from the inputs `self.adapt`.
        """
        faults = Faults(rates, self.transient, code=code)
        return accuracy_over_chips(
            self.network, self.inputs, self.labels, faults, self.chips,
            seed=self.seed, workers=self.workers, adapt=self.adapt if adapt else None, progress=progress,
        )  # fmt: skip

    def reprogrammed(
        self, rates: ErrorRates, progress: Callable[[int], None] = lambda _: None
    ) -> Reprogrammed:
        """Return what the same chips do when they are programmed several times."""
        return reprogram(
            self.network, self.inputs, self.labels, Faults(rates, self.transient), self.chips, self.programmings,
            seed=self.seed, workers=self.workers, progress=progress,
        )  # fmt: skip


@dataclass(frozen=True)
class Cells:
    """One way to store the weights: its error rates, and the accuracy that they leave."""

    name: str
    devices: float  # memory devices per weight; a decoder is not counted
    rates: dict[End, ErrorRates]  # of the weights: behind the decoder, if there is one
    accuracy: dict[End, Accuracy]  # "low" is of the lowest rate, on the same chips
    adapted: Accuracy | None = (
        None  # at the best rate, thresholds set again on each chip; None: not asked for
    )

    @property
    def bound(self) -> bool:
        """Whether no error was seen: the rate is at most its "best", the accuracy at least."""
        return self.rates["best"].bound


@dataclass(frozen=True)
class ConditionResult:
    """A programming condition, seen from the network."""

    condition: Condition
    cells: Cells  # 2T2R
    others: tuple[Cells, ...]  # 1T1R, plain and behind each code; empty if its rate was not measured
    gathered: Gathered | None = None  # None where the statistics do not say, or no error was seen
    verified: Verified | None = None  # programmed again where pairs read wrong; None: not asked for

    @property
    def loss(self) -> float:
        """Accuracy lost on average over chips, from 0 to 1; where no error was seen, what may be lost at most."""
        at = self.cells.accuracy["best"]
        return at.without_errors - at.mean

    @property
    def programming_energy(self) -> float | None:
        """Energy [J] to SET one and RESET the other device of one weight, on average; None if not measured."""
        pair = self.condition.energy_pair
        return None if pair is None else pair.mean


Known = dict[tuple[float, float, float, float, Code | None, bool], Accuracy]
"""Accuracies by the rates of +1 and -1, the amplifiers' share, the correlation, the code and whether thresholds are set
again: equal bounds are simulated once."""


def evaluate_condition(
    task: Task,
    condition: Condition,
    progress: Callable[[int], None] = lambda _: None,
    known: Known | None = None,
) -> ConditionResult:
    """Return what a network loses in a condition; `progress` counts chips over all rates.

    Args:
        known: what the same task has found for other conditions; is added to.

    Raises:
        InputError: the statistics have no 2T2R error rate of this condition.
    """
    counter, known = Counter(progress), {} if known is None else known
    pairs: dict[End, ErrorRates] = {end: rates_of(condition, end) for end in ENDS}
    cells = cells_at(task, "2T2R", 2, pairs, counter, known)
    gathered = _gathered(task, pairs["best"], counter) if _gathers(condition) else None
    verified = _verified(task, condition, pairs, counter) if task.verify else None
    if not _single(condition):
        return ConditionResult(condition, cells, (), gathered, verified)
    single: dict[End, ErrorRates] = {end: rates_of(condition, end, "1t1r") for end in ENDS}
    name = "1T1R, ideal comparator" if single["best"].ideal else "1T1R"
    others = [cells_at(task, name, 1, single, counter, known)]
    for code in CODES:
        others.append(cells_at(task, f"{name}, {code.name}", code.redundancy, single, counter, known, code))
    return ConditionResult(condition, cells, tuple(others), gathered, verified)


def check(condition: Condition) -> None:
    """Refuse a condition that `evaluate_condition` could say nothing about, before anything is simulated.

    Raises:
        InputError: no 2T2R error rate that is a result, or a rate that no memory has.
    """
    cells: tuple[Cell, ...] = ("2t2r", "1t1r") if _single(condition) else ("2t2r",)
    for cell in cells:
        for end in ENDS:
            rates_of(condition, end, cell)


def _single(condition: Condition) -> bool:
    return condition.ber_1t1r is not None or condition.ber_1t1r_estimated is not None


def chips_of(condition: Condition, chips: int, adapt: bool = False, verify: bool = False) -> int:
    """Return how many chips `evaluate_condition` programs.

    Args:
        adapt, verify: whether chips set their thresholds again, and whether some are verified, too.
    """
    reprogrammed = 2 if _gathers(condition) else 0
    each = len(ENDS) + adapt
    return chips * (each * (2 + len(CODES) if _single(condition) else 1) + reprogrammed + verify)


def _gathers(condition: Condition) -> bool:
    """Return whether it is known how errors gather, and how many there are."""
    return condition.error_correlation_2t2r is not None and not rates_of(condition).bound


def _gathered(task: Task, rates: ErrorRates, counter: "Counter") -> Gathered:
    found = []
    for one in (rates, rates.independent):
        found.append(task.reprogrammed(one, counter))
        counter.before += task.chips
    return Gathered(rates.correlation, *found)


def _verified(task: Task, condition: Condition, rates: dict[End, ErrorRates], counter: "Counter") -> Verified:
    faults = Faults(rates["best"], task.transient, verify=task.verify)
    work = work_of(task.network, task.inputs, task.labels, faults, task.seed)
    wrong, accuracy = verified_chips(work, task.chips, task.workers, counter)
    counter.before += task.chips
    ones = ones_of(task.network)
    stays = condition.error_correlation_2t2r
    laws = {}
    for end, of_end in rates.items():
        correlation = getattr(stays, end) if stays else of_end.correlation
        laws[end] = law_of(replace(of_end, correlation=correlation), task.verify, ones)
    return Verified(condition, task.verify, rates["best"], laws, task.network.weights, wrong, accuracy)


def _behind(code: Code, rates: ErrorRates) -> ErrorRates:
    """Return rates behind the decoder, of weights that are +1 as often as -1; chips are simulated word by word."""
    minus, plus = code.residuals(rates.minus, rates.plus)
    source = f"{code.name} on {rates.source}"
    return ErrorRates(min(plus, 0.5), min(minus, 0.5), 0.0, 0.0, source, rates.bound, rates.ideal)


@dataclass
class Counter:
    """Tells `progress` how many chips are done, those before included."""

    progress: Callable[[int], None]
    before: int = 0

    def __call__(self, chips: int) -> None:
        self.progress(self.before + chips)


def cells_at(
    task: Task,
    name: str,
    devices: float,
    rates: dict[End, ErrorRates],
    counter: Counter,
    known: Known,
    code: Code | None = None,
) -> Cells:
    """Return the accuracy at rates of single cells, and the rates that the weights have.

    Args:
        known: as of `evaluate_condition`.
    """
    found: dict[End, Accuracy] = {}
    for end, of_end in rates.items():
        found[end] = _found(task, of_end, code, False, counter, known)
    adapted = None if task.adapt is None else _found(task, rates["best"], code, True, counter, known)
    if code is not None:
        rates = {end: _behind(code, of_end) for end, of_end in rates.items()}
    return Cells(name, devices, rates, found, adapted)


def _found(
    task: Task, rates: ErrorRates, code: Code | None, adapt: bool, counter: Counter, known: Known
) -> Accuracy:
    key = rates.plus, rates.minus, rates.amplifier_share, rates.correlation, code, adapt
    if key not in known:
        known[key] = task.accuracy(rates, counter, code, adapt)
    counter.before += task.chips
    counter(0)  # also where nothing was left to find
    return known[key]
