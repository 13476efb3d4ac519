"""Program and verify: each pair is read once it is programmed, and programmed again while it reads wrong.

A read here is what a read in use is, by the pair's own amplifier, so that it finds just the weights that would be
wrong. A pair that leans to one value leans to it again: by the law, of pairs with their own rates the share E[p^n] is
wrong n times running, where pairs that forget everything have E[p]^n.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from spicekit.block import clopper_pearson
from spicekit.network.bnn.accuracy import Accuracy
from spicekit.network.bnn.chips import Work, each_chip, unpacked
from spicekit.network.bnn.faults import program
from spicekit.network.bnn.network import Network
from spicekit.network.bnn.rates import End, ErrorRates
from spicekit.network.intervals import reach_of_mean
from spicekit.sampling.probit_normal import in_each
from spicekit.statistics import Condition

PULSES = 2
"""Of a programming: one device is SET, the other is RESET."""


@dataclass(frozen=True)
class Law:
    """What is wrong after one programming, two, and so on, of weights whose pairs have rates of their own."""

    plus: tuple[float, ...]  # of weights of +1
    minus: tuple[float, ...]
    ones: float  # share of the weights that are +1

    @property
    def rates(self) -> tuple[float, ...]:
        """Bit error rate after each programming: the mean of both values."""
        return tuple((plus + minus) / 2 for plus, minus in zip(self.plus, self.minus, strict=True))

    @property
    def wrong(self) -> tuple[float, ...]:
        """Share of the network's weights that stand wrong after each programming."""
        pairs = zip(self.plus, self.minus, strict=True)
        return tuple(self.ones * plus + (1 - self.ones) * minus for plus, minus in pairs)

    @property
    def programmings(self) -> tuple[float, ...]:
        """Programmings of a weight on average, if it may be programmed once, twice, and so on; each has its read."""
        return tuple(1 + sum(self.wrong[:again]) for again in range(len(self.wrong)))


def law_of(rates: ErrorRates, again: int, ones: float) -> Law:
    """Return what is left by the law where pairs that read wrong are programmed again, at most `again` times."""
    plus, minus = (
        tuple(in_each(rate, rates.kept, 1 + n) for n in range(again + 1))
        for rate in (rates.plus, rates.minus)
    )
    return Law(plus, minus, ones)


@dataclass(frozen=True)
class Verified:
    """Chips that are programmed and verified."""

    condition: Condition
    again: int  # times that a pair is programmed again, at most
    rates: ErrorRates  # before, the best ones
    law: dict[End, Law]  # "low" of the lowest rate and the lowest correlation
    weights: int
    wrong: np.ndarray  # (chips, 1 + again), weights that stand wrong after each programming
    accuracy: Accuracy  # at the best rates, once verified

    @property
    def drawn(self) -> tuple[tuple[float, float, float], ...]:
        """Low, mean and high of the share of wrong weights after each programming, over chips.

        Where all chips have as many, such as none, it is Clopper and Pearson's of weights that err alone.
        """
        found = []
        for of_chips in self.wrong.T / self.weights:
            mean, confidence = float(of_chips.mean()), self.accuracy.confidence
            if reach := reach_of_mean(of_chips, confidence):
                found.append((max(mean - reach, 0.0), mean, mean + reach))
            else:
                number = len(of_chips) * self.weights
                low, _, high = clopper_pearson(number, round(mean * number), confidence=confidence)
                found.append((low, mean, high))
        return tuple(found)

    @property
    def programmings(self) -> float:
        """Programmings of a weight on average, on the chips that were drawn."""
        return 1 + float(self.wrong[:, :-1].sum(axis=1).mean()) / self.weights

    @property
    def plain_energy(self) -> float | None:
        """Energy [J] to program all weights once, without a read."""
        pair = self.condition.energy_pair
        return None if pair is None else pair.mean * self.weights

    def energy(self, end: End = "best", again: int = -1) -> tuple[float, float] | None:
        """Return the energy [J] of all programmings and of all reads by the law; None where one was not measured.

        Args:
            again: times that a pair may be programmed again; -1: all that were asked for.
        """
        pair, read = self.condition.energy_pair, self.condition.energy_read
        if pair is None or read is None:
            return None
        each = self.law[end].programmings[again] * self.weights
        return pair.mean * each, read.mean * each


def ones_of(network: Network) -> float:
    """Return the share of a network's weights that are +1."""
    return sum(int(layer.weights.unpack().sum()) for _, layer in network.weighted) / network.weights


def verified_chips(
    work: Work, chips: int, workers: int, progress: Callable[[int], None]
) -> tuple[np.ndarray, Accuracy]:
    """Return the wrong weights after each programming, (chips, 1 + again), and the accuracy once they are verified.

    Args:
        work: with `verify` among its faults.
    """
    of_chips, after, right = [], [], np.zeros(len(work.labels))
    for place, (packed, wrong) in enumerate(each_chip(_Verifying(work), range(chips), workers), 1):
        found = unpacked(packed, len(work.labels))
        of_chips.append(found.mean())
        after.append(wrong)
        right += found
        progress(place)
    wrong = np.array(after)
    before, trainings = work.right_before, work.network.trainings
    return wrong, Accuracy(np.array(of_chips), wrong[:, -1], right / chips, before, trainings=trainings)


@dataclass(frozen=True)
class _Verifying:
    """What one chip gives, and what was wrong on the way."""

    work: Work

    def __call__(self, number: int) -> tuple[np.ndarray, tuple[int, ...]]:
        work = self.work
        chip = program(work.network, work.faults, work.seed, number)
        return np.packbits(work.right(chip)), chip.after


def summary_of_verified(found: Verified) -> dict[str, Any]:
    """Return it as JSON; of a bound best values are null, and chips were drawn at its upper end."""

    def ends(value: Callable[[End], Any]) -> dict[str, Any]:
        hidden = found.rates.bound
        return {end: None if hidden and end == "best" else value(end) for end in found.law}

    def energy(part: int) -> dict[str, float | None] | None:
        return None if found.energy() is None else ends(lambda end: (found.energy(end) or (0.0, 0.0))[part])

    drawn = [dict(zip(("low", "mean", "high"), ends_of, strict=True)) for ends_of in found.drawn]
    return {
        "again": found.again,
        "bound": found.rates.bound,
        "error_correlation": found.rates.kept,
        "after": [
            {
                "programmings": n + 1,
                "ber": ends(lambda end, n=n: found.law[end].rates[n]),
                "wrong_drawn": drawn[n],
            }
            for n in range(found.again + 1)
        ],
        "programmings_per_weight": ends(lambda end: found.law[end].programmings[-1]),
        "programmings_per_weight_drawn": found.programmings,
        "pulses_per_weight": ends(lambda end: PULSES * found.law[end].programmings[-1]),
        "reads_per_weight": ends(lambda end: found.law[end].programmings[-1]),
        "energy_programming": energy(0),
        "energy_reads": energy(1),
    }
