"""Energy of one inference: reads from the simulated circuit, logic and data movement from cited figures.

Networks with weights of 8 bits are counted in the same way, generously: inputs are the values themselves instead of a
thermometer code, every weight is fetched once per inference, however often a convolution uses it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from spicekit.models.digital import Digital
from spicekit.network.bnn.disturb import Refreshing
from spicekit.network.bnn.layers import Encode
from spicekit.network.bnn.network import Network
from spicekit.network.bnn.read_energy import ReadEnergy
from spicekit.network.bnn.tiling import Tiled, tile

PROCESSOR = "this processor"
BITS = 8  # of the network compared with
NOT_COUNTED = (
    "word lines, the broadcast of inputs, drivers, decoders, control and clocks, leakage, area and throughput, "
    "programming with its verification"
)
"""What is in no budget of any network, in words; and refreshing where the statistics do not say what reads disturb."""
REFRESH = "refresh, weights programmed again"


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


@dataclass(frozen=True)
class Memory:
    """Where weights stand."""

    name: str
    bit: float  # J, to fetch one
    source: str
    parts: tuple[tuple[str, float], ...] = ()  # of it [J], where they are known, by what they are
    refresh: Refreshing | None = None  # after so many reads; None: not known, or none is needed

    def read(self, bits: float) -> tuple[Item, ...]:
        """Return what it takes to read so many bits."""
        if not self.parts:
            return (Item("weights read, bits", bits, bits * self.bit, self.source),)
        return tuple(Item(f"{name}, bits", bits, bits * joule, self.source) for name, joule in self.parts)

    def refreshed(self, bits: float) -> tuple[Item, ...]:
        """Return what so many reads ask for: weights are programmed again once reads have disturbed them."""
        if self.refresh is None:
            return ()
        count = bits / self.refresh.endured.reads
        return (Item(REFRESH, count, self.refresh.energy(bits), self.refresh.source),)


def not_counted(left_out: str, budgets: Sequence[Budget]) -> str:
    """Return what budgets leave out, in words: refreshing too, unless one of them has it."""
    counted = any(item.name == REFRESH for budget in budgets for item in budget.items)
    return left_out if counted else f"{left_out}, refreshing"


def memories(read: ReadEnergy, digital: Digital) -> tuple[Memory, ...]:
    """Return the memories that weights may stand in: the simulated one first, then those of ever longer ways."""
    return (
        Memory("in 2T2R", read.joule, read.source, refresh=read.refresh),
        Memory("in 8 kbyte of SRAM", digital.small_memory_bit, digital.source),
        Memory("in 1 Mbyte of SRAM", digital.large_memory_bit, digital.source),
        Memory("off chip", digital.off_chip_bit, digital.source),
    )


def binarized(tiles: Sequence[Tiled], memory: Memory, digital: Digital) -> Budget:
    """Return the budget of a binarized network; in 2T2R blocks each use of a weight is a read, pre-charge included."""
    reads = sum(t.reads for t in tiles)
    counted = sum(t.counted_bits for t in tiles)
    partial = sum(t.partial_sums * t.sum_width for t in tiles)
    compared = sum(t.outputs * t.places * t.sum_width for t in tiles)
    moved = sum(_moved(t) for t in tiles)
    return Budget(
        f"binarized, {memory.name}",
        (
            *memory.read(reads),
            Item("population count, full adders", counted, counted * digital.add_bit, digital.source),
            Item("partial sums, full adders", partial, partial * digital.add_bit, digital.source),
            Item("thresholds, full adders", compared, compared * digital.add_bit, digital.source),
            Item("activations moved, bits", moved, moved * digital.small_memory_bit, digital.source),
            *memory.refreshed(reads),
        ),
    )


def eight_bit(tiles: Sequence[Tiled], memory: Memory, digital: Digital) -> Budget:
    """Return the budget of a network with weights and activations of 8 bits, of the shapes of `tiles`."""
    products = sum(t.reads for t in tiles)
    weights = BITS * sum(t.cells for t in tiles)
    moved = BITS * sum(_moved(t) for t in tiles)
    return Budget(
        f"8 bit, {memory.name}",
        (
            *memory.read(weights),
            Item("multiplications, 8 bit", products, products * digital.multiply_8, digital.source),
            Item("additions, 32 bit", products, products * digital.add_32, digital.source),
            Item("activations moved, bits", moved, moved * digital.small_memory_bit, digital.source),
            *memory.refreshed(weights),
        ),
    )


def same_neurons(network: Network) -> tuple[Tiled, ...]:
    """Return the layers of the network without a thermometer code: the same neurons, that see the values themselves."""
    first, *rest = tile(network)
    encode = network.layers[0]
    assert isinstance(encode, Encode)
    return replace(first, inputs=first.inputs // len(encode.levels)), *rest


def on_cpu(seconds: float, digital: Digital) -> Budget:
    """Return the budget of a measured time on this machine's processor, at the power that the card states."""
    said = f"measured time, {digital.cpu_power:g} W stated, not measured"
    return Budget(PROCESSOR, (Item("seconds", seconds, seconds * digital.cpu_power, said),))


def memory_bytes(tiles: Sequence[Tiled], bits: int = 1) -> int:
    """Return what the weights take at so many bits each."""
    return int(np.ceil(sum(t.cells for t in tiles) * bits / 8))


def _moved(tiled: Tiled) -> int:
    """Return activations of a layer that are read or written: inputs once for all neurons, outputs once."""
    return tiled.places * (tiled.inputs + tiled.outputs)
