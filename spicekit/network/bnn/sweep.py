"""Accuracy against bit error rate, and the rates at which a network has lost a tenth of a point, and one point.

How much a rate costs depends on how it is shared out: equally between +1 and -1 it costs least, all on one value most.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from spicekit.network.bnn.accuracy import Accuracy
from spicekit.network.bnn.chips import accuracy_over_chips
from spicekit.network.bnn.faults import Faults
from spicekit.network.bnn.network import Network
from spicekit.network.bnn.rates import ErrorRates

RATES = (1e-6, 1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 2e-2, 4e-2, 0.07, 0.1)
LOSSES = (0.001, 0.01)
Side = Literal["both", "plus", "minus"]
SIDES: dict[Side, str] = {"both": "equally on both values", "plus": "all on +1", "minus": "all on −1"}
_MOST = 0.5  # of a value's rate: a coin


def shared(rate: float, side: Side) -> ErrorRates | None:
    """Return the rates of +1 and -1 with the mean `rate`, equal or all of it on one value; None beyond a coin."""
    if side == "both":
        return ErrorRates(rate, rate)
    if 2 * rate > _MOST:
        return None
    return ErrorRates(2 * rate, 0.0) if side == "plus" else ErrorRates(0.0, 2 * rate)


@dataclass(frozen=True)
class Sweep:
    """Accuracy over chips at each bit error rate, the mean of both values, spread over no amplifiers."""

    network: str
    rates: tuple[float, ...]
    found: tuple[Accuracy, ...]  # equally on both values
    plus: tuple[
        Accuracy | None, ...
    ] = ()  # all errors on weights of +1; None where that would be more than a coin
    minus: tuple[Accuracy | None, ...] = ()
    transient: float = 0.0  # share of single reads that err besides

    @property
    def without_errors(self) -> float:
        """Accuracy without any error, permanent or transient."""
        return self.found[0].without_errors

    def curve(self, side: Side) -> tuple[Accuracy | None, ...]:
        """Return the accuracies at all rates, empty if that side was not asked for."""
        return self.found if side == "both" else self.plus if side == "plus" else self.minus

    def worst(self, place: int) -> Accuracy:
        """Return the lowest accuracy at a rate, of all ways to share the errors out."""
        every = [self.found[place], *(side[place] for side in (self.plus, self.minus) if side)]
        return min((one for one in every if one is not None), key=lambda one: one.mean)

    def rate_at(self, loss: float, side: Side = "both") -> tuple[float | None, float | None, float | None]:
        """Return low, best and high of the rate at which accuracy has fallen by `loss` from that without any error.

        Straight lines over the logarithm of the rate; the ends are where those of the loss's interval fall, for other
        chips and test samples. None is beyond the rates of the sweep, at either end.
        """
        pairs = [(r, a.loss) for r, a in zip(self.rates, self.curve(side), strict=False) if a is not None]
        if not pairs:
            return None, None, None
        rates = np.array([rate for rate, _ in pairs])
        low, best, high = (
            _crossing(rates, np.array([of[end] for _, of in pairs]), loss) for end in (2, 1, 0)
        )
        return low, best, high


def _crossing(rates: np.ndarray, lost: np.ndarray, loss: float) -> float | None:
    beyond = np.flatnonzero(lost > loss)
    if not len(beyond) or beyond[0] == 0:
        return None
    i = int(beyond[0])
    share = (loss - lost[i - 1]) / (lost[i] - lost[i - 1])
    ln = np.log(rates)
    return float(np.exp(ln[i - 1] + share * (ln[i] - ln[i - 1])))


def chips_of_sweep(rates: Sequence[float], chips: int, sides: Sequence[Side] = tuple(SIDES)) -> int:
    """Return how many chips `sweep_rates` programs."""
    return chips * sum(shared(rate, side) is not None for rate in rates for side in sides)


def sweep_rates(
    network: Network,
    inputs: np.ndarray,
    labels: np.ndarray,
    chips: int,
    *,
    rates: Sequence[float] = RATES,
    seed: int = 0,
    workers: int = 1,
    transient: float = 0.0,
    sides: Sequence[Side] = tuple(SIDES),
    adapt: np.ndarray | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Sweep:
    """Return the accuracy over chips at each rate; arguments as of `accuracy_over_chips`.

    Args:
        rates: means of both values.
        transient: share of single reads that err besides.
        sides: how errors are shared out between the values, "both" among them.
        progress: counts chips over all rates.
    """
    rates, done = tuple(sorted(rates)), 0
    curves: dict[Side, tuple[Accuracy | None, ...]] = {}
    for side in sides:
        found: list[Accuracy | None] = []
        for rate in rates:
            of_values = shared(rate, side)
            if of_values is None:
                found.append(None)
                continue

            def count(n: int, before: int = done) -> None:
                progress(before + n)

            found.append(
                accuracy_over_chips(
                    network, inputs, labels, Faults(of_values, transient), chips,
                    seed=seed, workers=workers, adapt=adapt, progress=count,
                )
            )  # fmt: skip
            done += chips
        curves[side] = tuple(found)
    both = tuple(one for one in curves["both"] if one is not None)
    return Sweep(network.name, rates, both, curves.get("plus", ()), curves.get("minus", ()), transient)
