"""Weights in memory blocks: how many there are, what is read and added, and which amplifier reads which weight.

A row of a block holds weights of one neuron, one per column, and is read at once: each column has a sense amplifier,
with the XNOR inside. The population count of a row is a partial sum; partial sums of the blocks beside each other are
added in digital logic (Hirtzlin et al., Front. Neurosci. 13, 1383, 2020, for the blocks; rows as neurons are ours).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from spicekit.network.bnn.layers import Weighted
from spicekit.network.bnn.network import Network


@dataclass(frozen=True)
class Block:
    """The memory block: 2T2R cells; the published one has 1 kbit."""

    rows: int = 32
    columns: int = 32


PUBLISHED = Block()


@dataclass(frozen=True)
class Tiled:
    """One layer in blocks, and what one inference does there."""

    kind: str
    outputs: int
    inputs: int  # weights of one neuron
    places: int  # at which the neurons are evaluated: 1, or those of a convolution
    down: int  # blocks
    across: int
    block: Block

    @property
    def blocks(self) -> int:
        """Number of blocks."""
        return self.down * self.across

    @property
    def cells(self) -> int:
        """2T2R cells that hold a weight."""
        return self.outputs * self.inputs

    @property
    def utilisation(self) -> float:
        """Share of the cells of all blocks that hold a weight."""
        return self.cells / (self.blocks * self.block.rows * self.block.columns)

    @property
    def reads(self) -> int:
        """2T2R cells sensed per inference; a convolution reads its weights again at each place."""
        return self.cells * self.places

    @property
    def counted_bits(self) -> int:
        """Bits that go into population counts per inference: the XNOR of each read."""
        return self.reads

    @property
    def partial_sums(self) -> int:
        """Additions of partial sums per inference, beyond the first of each neuron."""
        return self.outputs * self.places * (self.across - 1)

    @property
    def sum_width(self) -> int:
        """Bits of the widest sum."""
        return int(np.ceil(np.log2(self.inputs + 1)))

    def amplifiers(self) -> np.ndarray:
        """Return which sense amplifier reads each weight, (outputs, inputs); numbered from 0."""
        down = np.arange(self.outputs) // self.block.rows
        return down[:, None] * self.inputs + np.arange(self.inputs)


def tile(network: Network, block: Block = PUBLISHED) -> tuple[Tiled, ...]:
    """Return the layers with weights, in blocks of 1 kbit unless given otherwise."""
    return tuple(_tiled(layer, _places(network, place), block) for place, layer in network.weighted)


def dense_tiles(sizes: Sequence[int], block: Block = PUBLISHED) -> tuple[Tiled, ...]:
    """Return the layers of a dense network with so many inputs, then so many neurons in each layer."""
    return tuple(
        Tiled("dense", outputs, inputs, 1, -(-outputs // block.rows), -(-inputs // block.columns), block)
        for inputs, outputs in pairwise(sizes)
    )


def _places(network: Network, place: int) -> int:
    shape = network.shapes[place]
    return int(np.prod(shape[:-1])) if len(shape) > 1 else 1


def _tiled(layer: Weighted, places: int, block: Block) -> Tiled:
    outputs, inputs = layer.weights.shape
    return Tiled(
        type(layer).__name__.lower(), outputs, inputs, places,
        -(-outputs // block.rows), -(-inputs // block.columns), block,
    )  # fmt: skip
