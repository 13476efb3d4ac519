"""Chips that are programmed again and again: what stays wrong, and by how much chips differ."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from spicekit.network.bnn.accuracy import Accuracy
from spicekit.network.bnn.chips import Work, each_chip, unpacked, work_of
from spicekit.network.bnn.faults import Chip, Faults, program
from spicekit.network.bnn.network import Network
from spicekit.network.bnn.trainings import Trainings


@dataclass(frozen=True)
class Reprogrammed:
    """Accuracy of chips over several programmings of each."""

    accuracies: np.ndarray  # (chips, programmings)
    wrong: np.ndarray  # (chips, programmings), weights that stand wrong
    again: (
        np.ndarray
    )  # (chips, programmings - 1), among them those that are wrong in the next programming, too
    right: np.ndarray  # (samples,), share of chips and programmings that get each right
    right_before: np.ndarray  # (samples,), whether the network without errors does
    confidence: float = 0.95
    trainings: Trainings | None = None

    @property
    def accuracy(self) -> Accuracy:
        """The mean over programmings of each chip, over chips."""
        return Accuracy(
            self.accuracies.mean(axis=1),
            self.wrong.mean(axis=1),
            self.right,
            self.right_before,
            self.confidence,
            self.trainings,
        )

    @property
    def wrong_again(self) -> float | None:
        """Share of the weights that stand wrong in a programming that do so in the next; None if none is wrong."""
        wrong = self.wrong[:, :-1].sum()
        return float(self.again.sum() / wrong) if wrong else None

    @property
    def between_chips(self) -> float:
        """Standard deviation of accuracy between chips, without what programmings make; zero where that hides it."""
        programmings = self.accuracies.shape[1]
        found = self.accuracies.mean(axis=1).var(ddof=1) - self.between_programmings**2 / programmings
        return float(np.sqrt(max(found, 0.0)))

    @property
    def between_programmings(self) -> float:
        """Standard deviation of accuracy between programmings of one chip."""
        return float(np.sqrt(self.accuracies.var(axis=1, ddof=1).mean()))


def reprogram(
    network: Network,
    inputs: np.ndarray,
    labels: np.ndarray,
    faults: Faults,
    chips: int,
    programmings: int,
    *,
    seed: int = 0,
    workers: int = 1,
    progress: Callable[[int], None] = lambda _: None,
) -> Reprogrammed:
    """Return the accuracy of chips that are each programmed several times, at least twice; arguments as
    `accuracy_over_chips`, whose chips are these in their first programming.
    """
    work = work_of(network, inputs, labels, faults, seed)
    found, right = [], np.zeros(len(labels))
    for place, (packed, *result) in enumerate(
        each_chip(_Again(work, programmings), range(chips), workers), 1
    ):
        each = [unpacked(of_programming, len(labels)) for of_programming in packed]
        right += sum(each) / programmings
        found.append(([one.mean() for one in each], *result))
        progress(place)
    accuracies, wrong, again = (np.array(part) for part in zip(*found, strict=True))
    before, trainings = work.right_before, network.trainings
    return Reprogrammed(accuracies, wrong, again, right / chips, before, trainings=trainings)


@dataclass(frozen=True)
class _Again:
    """What all programmings of one chip give."""

    work: Work
    programmings: int

    def __call__(self, number: int) -> tuple[list[np.ndarray], list[int], list[int]]:
        work = self.work
        right, wrong, again, before = [], [], [], None
        for programming in range(self.programmings):
            chip = program(work.network, work.faults, work.seed, number, programming)
            right.append(np.packbits(work.right(chip)))
            wrong.append(chip.flipped)
            now = _wrong(work.network, chip)
            if before is not None:
                again.append(
                    sum(int(np.bitwise_count(a & b).sum()) for a, b in zip(before, now, strict=True))
                )
            before = now
        return right, wrong, again


def _wrong(network: Network, chip: Chip) -> list[np.ndarray]:
    """Return the words of each layer with a one where a weight stands wrong."""
    pairs = zip(network.weighted, chip.network.weighted, strict=True)
    return [right[1].weights.words ^ found[1].weights.words for right, found in pairs]
