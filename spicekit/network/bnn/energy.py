"""Energy of one inference: reads from the simulated circuit, logic and data movement from cited figures.

The 8-bit network of the same shape is counted in the same way, generously: every weight is fetched once per inference,
however often a convolution uses it.
"""

from dataclasses import dataclass

import numpy as np

from spicekit.models.digital import Digital
from spicekit.network.bnn.network import Network
from spicekit.network.bnn.tiling import Tiled, tile

_BITS = 8  # of the network compared with


@dataclass(frozen=True)
class Item:
    """One kind of operation: how many there are, and what they cost together."""

    name: str
    count: float
    energy: float  # J, of all
    source: str


@dataclass(frozen=True)
class Budget:
    """What one inference costs."""

    name: str
    items: tuple[Item, ...]

    @property
    def total(self) -> float:
        """Energy [J]."""
        return sum(item.energy for item in self.items)


def binarized(network: Network, energy_read: float, digital: Digital, read_source: str) -> Budget:
    """Return the budget of the network in 2T2R blocks; `energy_read` [J] is of one cell, pre-charge included."""
    tiles = tile(network)
    reads = sum(t.reads for t in tiles)
    counted = sum(t.counted_bits for t in tiles)
    partial = sum(t.partial_sums * t.sum_width for t in tiles)
    compared = sum(t.outputs * t.places * t.sum_width for t in tiles)
    moved = sum(_moved(t) for t in tiles)
    return Budget(
        "binarized, in memory",
        (
            Item("2T2R reads, without the XNOR", reads, reads * energy_read, read_source),
            Item("population count, full adders", counted, counted * digital.add_bit, digital.source),
            Item("partial sums, full adders", partial, partial * digital.add_bit, digital.source),
            Item("thresholds, full adders", compared, compared * digital.add_bit, digital.source),
            Item("activations moved, bits", moved, moved * digital.small_memory_bit, digital.source),
        ),
    )


def eight_bit(network: Network, digital: Digital, off_chip: bool) -> Budget:
    """Return the budget of a network of the same shape with weights and activations of 8 bits."""
    tiles = tile(network)
    products = sum(t.reads for t in tiles)
    weights = _BITS * network.weights
    moved = _BITS * sum(_moved(t) for t in tiles)
    place = "off chip" if off_chip else "in 1 Mbyte on chip"
    fetch = digital.off_chip_bit if off_chip else digital.large_memory_bit
    return Budget(
        f"8 bit, weights {place}",
        (
            Item("multiplications, 8 bit", products, products * digital.multiply_8, digital.source),
            Item("additions, 32 bit", products, products * digital.add_32, digital.source),
            Item("weights fetched, bits", weights, weights * fetch, digital.source),
            Item("activations moved, bits", moved, moved * digital.small_memory_bit, digital.source),
        ),
    )


def on_cpu(seconds: float, digital: Digital) -> Budget:
    """Return the budget of a measured time on this machine's processor, at the power that the card states."""
    said = f"measured time, {digital.cpu_power:g} W stated, not measured"
    return Budget("this processor", (Item("seconds", seconds, seconds * digital.cpu_power, said),))


def memory_bytes(network: Network, bits: int = 1) -> int:
    """Return what the weights take at so many bits each."""
    return int(np.ceil(network.weights * bits / 8))


def _moved(tiled: Tiled) -> int:
    """Return activations of a layer that are read or written: inputs once for all neurons, outputs once."""
    return tiled.places * (tiled.inputs + tiled.outputs)
