"""Accuracy over chips: each is programmed once, with errors of its own, and sees all samples."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from scipy.stats import t as student

from spicekit.network.bnn.bits import Bits, corrected, sums
from spicekit.network.bnn.faults import Chip, Faults, program
from spicekit.network.bnn.layers import Dense
from spicekit.network.bnn.network import Network
from spicekit.network.workers import in_workers

T = TypeVar("T")


@dataclass(frozen=True)
class Accuracy:
    """Accuracy of one network over chips, on the same samples."""

    of_chips: np.ndarray  # (chips,)
    flipped: np.ndarray  # (chips,), weights that stood wrong
    confidence: float
    samples: int
    without_errors: float

    @property
    def mean(self) -> float:
        """Mean over chips."""
        return float(self.of_chips.mean())

    @property
    def interval(self) -> tuple[float, float]:
        """Student's interval of the mean over chips; says nothing of other samples. One chip has none: 0 ... 1."""
        n = len(self.of_chips)
        if n < 2:
            return 0.0, 1.0
        reach = student.ppf((1 + self.confidence) / 2, n - 1) * self.of_chips.std(ddof=1) / np.sqrt(n)
        return max(self.mean - reach, 0.0), min(self.mean + reach, 1.0)

    @property
    def band(self) -> tuple[float, float]:
        """Range that holds 90 % of the chips."""
        low, high = np.quantile(self.of_chips, [0.05, 0.95])
        return float(low), float(high)


def accuracy_over_chips(
    network: Network,
    inputs: np.ndarray,
    labels: np.ndarray,
    faults: Faults,
    chips: int | Sequence[int],
    *,
    seed: int = 0,
    confidence: float = 0.95,
    workers: int = 1,
    progress: Callable[[int], None] = lambda _: None,
) -> Accuracy:
    """Return the accuracy of programmed chips.

    Args:
        inputs, labels: (samples, *network.input_shape), (samples,).
        chips: how many, or their numbers; chip i is the same in each call.
        workers: processes; results do not depend on it.
        progress: is called with the number of chips that are done.
    """
    numbers = range(chips) if isinstance(chips, int) else chips
    work = work_of(network, inputs, labels, faults, seed)
    found = []
    for place, result in enumerate(each_chip(work, numbers, workers), 1):
        found.append(result)
        progress(place)
    of_chips, flipped = zip(*found, strict=True)
    return Accuracy(np.array(of_chips), np.array(flipped), confidence, len(labels), work.without_errors)


@dataclass(frozen=True)
class Work:
    """What is the same for all chips, and what gives the accuracy and the wrong weights of one."""

    network: Network
    encoded: Bits
    labels: np.ndarray
    faults: Faults
    seed: int
    first_sums: (
        np.ndarray | None
    )  # of the first layer without errors, where a chip's are few corrections away
    without_errors: float

    def __call__(self, number: int) -> tuple[float, int]:
        chip = program(self.network, self.faults, self.seed, number)
        return self.accuracy(chip), chip.flipped

    def accuracy(self, chip: Chip) -> float:
        """Return the accuracy of a programmed chip."""
        if not chip.flipped and not self.faults.transient:
            return self.without_errors
        first_sums = self.first_sums
        if first_sums is not None:
            before, after = (net.weighted[0][1].weights for net in (self.network, chip.network))
            first_sums = corrected(first_sums, self.encoded, before, after)
        classes = chip.network.scores_of(self.encoded, chip.sums, first_sums).argmax(axis=1)
        return float((classes == self.labels).mean())


def work_of(network: Network, inputs: np.ndarray, labels: np.ndarray, faults: Faults, seed: int) -> Work:
    encoded = network.encoded(inputs)
    first = network.weighted[0][1]
    known = None
    if isinstance(first, Dense) and not faults.transient:
        known = np.asfortranarray(sums(encoded, first.weights))  # corrected neuron by neuron
    right = network.scores_of(encoded, first_sums=known).argmax(axis=1) == labels
    return Work(network, encoded, labels, faults, seed, known, float(right.mean()))


_works: list[Callable[[int], Any]] = []  # of a worker process, which is given it once


def _begin(work: Callable[[int], Any]) -> None:
    _works.append(work)


def _one(number: int) -> Any:
    return _works[-1](number)


def each_chip(work: Callable[[int], T], numbers: Iterable[int], workers: int) -> Iterable[T]:
    """Yield what `work` makes of each number, in order."""
    if workers == 1:
        yield from map(work, numbers)
        return
    yield from in_workers(_one, numbers, workers, _begin, (work,))
