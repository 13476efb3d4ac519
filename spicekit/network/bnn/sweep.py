"""Accuracy against bit error rate, and the rates at which a network has lost a tenth of a point, and one point."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from spicekit.network.bnn.chips import Accuracy, accuracy_over_chips
from spicekit.network.bnn.faults import Faults
from spicekit.network.bnn.network import Network
from spicekit.network.bnn.rates import ErrorRates

RATES = (1e-6, 1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 2e-2, 4e-2, 0.07, 0.1)
LOSSES = (0.001, 0.01)


@dataclass(frozen=True)
class Sweep:
    """Accuracy over chips at each bit error rate, equal for +1 and -1, spread over no amplifiers."""

    network: str
    without_errors: float
    rates: tuple[float, ...]
    found: tuple[Accuracy, ...]

    def rate_at(self, loss: float) -> tuple[float | None, float | None, float | None]:
        """Return low, best and high of the rate at which accuracy has fallen by `loss`.

        Straight lines over the logarithm of the rate; the ends are where those of the mean's interval fall. None is
        beyond the rates of the sweep.
        """
        ends = [accuracy.interval for accuracy in self.found]
        curves = ([low for low, _ in ends], [a.mean for a in self.found], [high for _, high in ends])
        low, best, high = (self._crossing(np.array(curve), loss) for curve in curves)
        return low, best, high

    def _crossing(self, curve: np.ndarray, loss: float) -> float | None:
        lost = self.without_errors - curve
        beyond = np.flatnonzero(lost > loss)
        if not len(beyond) or beyond[0] == 0:
            return None
        i = int(beyond[0])
        share = (loss - lost[i - 1]) / (lost[i] - lost[i - 1])
        ln = np.log(self.rates)
        return float(np.exp(ln[i - 1] + share * (ln[i] - ln[i - 1])))


def sweep_rates(
    network: Network,
    inputs: np.ndarray,
    labels: np.ndarray,
    chips: int,
    *,
    rates: Sequence[float] = RATES,
    seed: int = 0,
    workers: int = 1,
    progress: Callable[[int], None] = lambda _: None,
) -> Sweep:
    """Return the accuracy over chips at each rate; `progress` counts chips over all rates."""
    found: list[Accuracy] = []
    for place, rate in enumerate(sorted(rates)):
        faults = Faults(ErrorRates(rate, rate))

        def count(n: int, before: int = place * chips) -> None:
            progress(before + n)

        found.append(
            accuracy_over_chips(
                network, inputs, labels, faults, chips, seed=seed, workers=workers, progress=count
            )
        )
    return Sweep(network.name, found[0].without_errors, tuple(sorted(rates)), tuple(found))
