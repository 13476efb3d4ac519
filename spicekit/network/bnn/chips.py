"""Accuracy over chips: each is programmed once, with errors of its own, and sees all samples."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from spicekit.network.bnn.accuracy import Accuracy
from spicekit.network.bnn.adapt import Moments, adapted, moments_of
from spicekit.network.bnn.bits import Bits, corrected, sums
from spicekit.network.bnn.faults import Chip, Faults, program
from spicekit.network.bnn.layers import Dense
from spicekit.network.bnn.network import Network
from spicekit.network.workers import in_workers

T = TypeVar("T")
_FEW = 0.6  # of the words of the first layer: if more differ, to add up anew is faster than to correct


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
    adapt: np.ndarray | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Accuracy:
    """Return the accuracy of programmed chips.

    Args:
        inputs, labels: (samples, *network.input_shape), (samples,).
        chips: how many, or their numbers; chip i is the same in each call.
        workers: processes; results do not depend on it.
        adapt: inputs (samples, *network.input_shape) from which each chip sets its thresholds again; None: it does not.
        progress: is called with the number of chips that are done.
    """
    numbers = range(chips) if isinstance(chips, int) else chips
    work = work_of(network, inputs, labels, faults, seed, adapt)
    of_chips, flipped, right = [], [], np.zeros(len(labels))
    for place, (of_chip, wrong) in enumerate(each_chip(work, numbers, workers), 1):
        found = unpacked(of_chip, len(labels))
        of_chips.append(found.mean())
        flipped.append(wrong)
        right += found
        progress(place)
    return Accuracy(
        np.array(of_chips), np.array(flipped), right / len(of_chips), work.right_before, confidence,
        network.trainings,
    )  # fmt: skip


@dataclass(frozen=True)
class Work:
    """What is the same for all chips, and what gives the samples that one gets right, and its wrong weights."""

    network: Network
    encoded: Bits
    labels: np.ndarray
    faults: Faults
    seed: int
    first_sums: (
        np.ndarray | None
    )  # of the first layer without errors, where a chip's are few corrections away
    right_before: np.ndarray  # (samples,), without errors
    adapt: tuple[Bits, tuple[Moments, ...]] | None = (
        None  # inputs that thresholds are set again from, and their aims
    )

    def __call__(self, number: int) -> tuple[np.ndarray, int]:
        chip = program(self.network, self.faults, self.seed, number)
        return np.packbits(self.right(chip)), chip.flipped

    def right(self, chip: Chip) -> np.ndarray:
        """Return which samples a programmed chip gets right, (samples,)."""
        if not chip.flipped and not self.faults.transient:
            return self.right_before
        network = chip.network
        if self.adapt is not None:
            inputs, aims = self.adapt
            network = adapted(network, inputs, aims, chip.sums)
        first_sums = self.first_sums
        if first_sums is not None:
            before, after = (net.weighted[0][1].weights for net in (self.network, network))
            few = (before.words != after.words).mean() < _FEW
            first_sums = corrected(first_sums, self.encoded, before, after) if few else None
        classes = network.scores_of(self.encoded, chip.sums, first_sums).argmax(axis=1)
        return classes == self.labels


def work_of(
    network: Network,
    inputs: np.ndarray,
    labels: np.ndarray,
    faults: Faults,
    seed: int,
    adapt: np.ndarray | None = None,
) -> Work:
    encoded = network.encoded(inputs)
    first = network.weighted[0][1]
    known, aims = None, None
    if isinstance(first, Dense) and not faults.transient:
        known = np.asfortranarray(sums(encoded, first.weights))  # corrected neuron by neuron
    right = network.scores_of(encoded, first_sums=known).argmax(axis=1) == labels
    if adapt is not None:
        bits = network.encoded(adapt)
        aims = bits, moments_of(network, bits)
    return Work(network, encoded, labels, faults, seed, known, right, aims)


def unpacked(right: np.ndarray, samples: int) -> np.ndarray:
    """Return what a process packed, as booleans (samples,)."""
    return np.unpackbits(right, count=samples).astype(bool)


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
