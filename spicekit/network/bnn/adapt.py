"""Thresholds set again on a programmed chip: its batch norms, from some inputs that it reads itself.

Wrong weights move the sums of a neuron and change their spread; the batch norm that was folded into its threshold no
longer fits. Sums of inputs without labels, which the chip computes with the weights as they stand, say by how much:
only digital numbers are changed, the memory stays as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from spicekit.network.bnn.bits import Bits
from spicekit.network.bnn.layers import Layer, Scores, Threshold, Weighted
from spicekit.network.bnn.network import Network, Sums, exact


@dataclass(frozen=True)
class Moments:
    """Mean and standard deviation of the sums of each neuron of a layer, over inputs and places."""

    mean: np.ndarray  # (outputs,)
    std: np.ndarray  # (outputs,)


def moments_of(network: Network, encoded: Bits, summed: Sums = exact) -> tuple[Moments, ...]:
    """Return the moments of each layer with weights, for inputs as `network.encoded` gives them."""
    return _through(network, encoded, None, summed)[0]


def adapted(network: Network, encoded: Bits, aims: Sequence[Moments], summed: Sums = exact) -> Network:
    """Return a programmed network with its thresholds and scores set again.

    Layer by layer, each with those before it set already, a threshold is put where it stood in the network without
    errors, in standard deviations from the mean of its neuron's sums; scores are brought to the same mean and spread.
    That is batch norm computed anew, without its training. A neuron whose sums do not spread keeps its width.

    Args:
        network: as it stands in the memory (`program(...).network`).
        encoded: the inputs, by `network.encoded`; training or validation samples, never those that it is tested on.
        aims: `moments_of` the network without errors, for the same inputs.
        summed: how the chip adds up (`program(...).sums`).
    """
    return _through(network, encoded, aims, summed)[1]


def _through(
    network: Network, bits: Bits, aims: Sequence[Moments] | None, summed: Sums
) -> tuple[tuple[Moments, ...], Network]:
    layers: list[Layer] = list(network.layers)
    moments: list[Moments] = []
    for place in range(network.weighted[0][0], len(layers)):
        layer = layers[place]
        if not isinstance(layer, Weighted):
            bits = layer(bits)  # type: ignore[arg-type,assignment]
            continue
        found = summed(place, layer.inputs_of(bits), layer.weights)
        now = Moments(found.mean(axis=0), found.std(axis=0))
        if aims is not None:
            layers[place] = layer = _set_again(layer, aims[len(moments)], now)
        moments.append(now)
        if not isinstance(layer, Scores):
            bits = layer.outputs_of(found, network.shapes[place])
    return tuple(moments), replace(network, layers=tuple(layers), reference=None)


def _set_again(layer: Weighted, aim: Moments, now: Moments) -> Weighted:
    known = (aim.std > 0) & (now.std > 0)
    wider = np.where(known, now.std / np.where(known, aim.std, 1), 1.0)
    if isinstance(layer, Scores):
        scale = layer.scale / wider
        return replace(layer, scale=scale, offset=layer.offset + layer.scale * aim.mean - scale * now.mean)
    level = now.mean + (layer.threshold.level - aim.mean) * wider
    same = (now.mean == aim.mean) & (now.std == aim.std)  # then no rounding may carry it over a sum
    level = np.where(same, layer.threshold.level, level)
    return replace(layer, threshold=Threshold(level, layer.threshold.inverted))
