"""Accuracy over chips: each is programmed once, with errors of its own, and sees all samples."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.stats import t as student

from spicekit.network.bnn.bits import Bits
from spicekit.network.bnn.faults import Faults, program
from spicekit.network.bnn.network import Network


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
    done: Callable[[int], None] = lambda _: None,
) -> Accuracy:
    """Return the accuracy of programmed chips.

    Args:
        inputs, labels: (samples, *network.input_shape), (samples,).
        chips: how many, or their numbers; chip i is the same in each call.
        workers: processes; results do not depend on it.
        done: is called with the number of chips that are done.
    """
    numbers = range(chips) if isinstance(chips, int) else chips
    encoded = network.encoded(inputs)  # the same for all chips
    right = float((network.scores_of(encoded).argmax(axis=1) == labels).mean())
    one = partial(_one, network, encoded, labels, faults, seed, right)
    found = []
    for place, result in enumerate(_each(one, numbers, workers), 1):
        found.append(result)
        done(place)
    of_chips, flipped = zip(*found, strict=True)
    return Accuracy(np.array(of_chips), np.array(flipped), confidence, len(labels), right)


def _one(
    network: Network,
    encoded: Bits,
    labels: np.ndarray,
    faults: Faults,
    seed: int,
    without_errors: float,
    number: int,
) -> tuple[float, int]:
    chip = program(network, faults, seed, number)
    if not chip.flipped and not faults.transient:
        return without_errors, 0
    classes = chip.network.scores_of(encoded, chip.sums).argmax(axis=1)
    return float((classes == labels).mean()), chip.flipped


def _each(
    one: Callable[[int], tuple[float, int]], numbers: Iterable[int], workers: int
) -> Iterable[tuple[float, int]]:
    if workers == 1:
        yield from map(one, numbers)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(one, numbers)
