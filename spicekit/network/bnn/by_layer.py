"""Which layer's errors cost what: the same rate in one layer alone, all others without errors."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from spicekit.network.bnn.accuracy import Accuracy
from spicekit.network.bnn.chips import accuracy_over_chips
from spicekit.network.bnn.faults import Faults
from spicekit.network.bnn.network import Network
from spicekit.network.bnn.sweep import SIDES, Side, shared


@dataclass(frozen=True)
class OfLayer:
    """Accuracy where one layer alone has errors."""

    layer: int  # of those with weights, from 1
    kind: str
    weights: int
    rate: float  # mean of both values
    side: Side
    accuracy: Accuracy

    @property
    def per_weight(self) -> float:
        """Accuracy lost for each weight that stood wrong, on average; 0 where none did."""
        wrong = float(self.accuracy.flipped.mean())
        return self.accuracy.loss[1] / wrong if wrong else 0.0


def by_layer(
    network: Network,
    inputs: np.ndarray,
    labels: np.ndarray,
    rates: Sequence[float],
    chips: int,
    *,
    seed: int = 0,
    workers: int = 1,
    progress: Callable[[int], None] = lambda _: None,
) -> tuple[OfLayer, ...]:
    """Return the accuracy with errors in one layer alone, for each layer, rate and way to share the errors out.

    Arguments as of `accuracy_over_chips`; a chip has the errors in its layer that it has with errors in all.
    """
    found = []
    for number, (place, layer) in enumerate(network.weighted, 1):
        for rate in sorted(rates):
            for side in SIDES:
                of_values = shared(rate, side)
                if of_values is None:
                    continue

                def count(n: int, before: int = len(found) * chips) -> None:
                    progress(before + n)

                faults = Faults(of_values, layers=(place,))
                accuracy = accuracy_over_chips(
                    network, inputs, labels, faults, chips, seed=seed, workers=workers, progress=count
                )
                weights = int(np.prod(layer.weights.shape))
                found.append(OfLayer(number, type(layer).__name__.lower(), weights, rate, side, accuracy))
    return tuple(found)
