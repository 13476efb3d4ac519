"""Words in 2T2R cells: which bits of a chip stand wrong, and stay so with the power off and on again."""

from dataclasses import dataclass

import numpy as np

from spicekit.network.bayes.words import Words
from spicekit.network.bnn.faults import chip_generator
from spicekit.network.bnn.rates import ErrorRates


@dataclass(frozen=True)
class Chip:
    """What is drawn for one chip: the same cells and amplifiers whatever is stored, and however often it errs."""

    offsets: (
        np.ndarray
    )  # (features, 1, classes, bits), standard normal: an amplifier reads one bit of all bins
    cells: np.ndarray  # (features, bins, classes, bits), standard normal
    drawn: np.ndarray  # the same shape, uniform: of one programming

    def wrong(self, words: Words, rates: ErrorRates) -> np.ndarray:
        """Return which bits stand wrong, bool, (features, bins, classes, bits)."""
        if not (rates.plus or rates.minus):
            return np.zeros(self.drawn.shape, bool)
        plus, minus = rates.behind(self.offsets, self.cells if rates.own_share else 0.0)
        return self.drawn < np.where(words.unpack(), plus, minus)


def chip_of(words: Words, seed: int, task: str, number: int, programming: int = 0) -> Chip:
    """Return chip `number`, a function of (seed, task, number); at another `programming` only `drawn` is new.

    A bit of a word stays where it is in memory when the word gets more bits: those follow behind.
    """
    features, bins, classes = words.values.shape

    def generator(what: str) -> np.random.Generator:
        return chip_generator(seed, task, number, what)

    shape = words.bits, features, bins, classes
    offsets = generator("amplifiers").standard_normal((words.bits, features, 1, classes))
    cells = generator("cells").standard_normal(shape)
    drawn = generator(f"programming {programming}").random(shape)
    return Chip(*(np.moveaxis(part, 0, -1) for part in (offsets, cells, drawn)))
