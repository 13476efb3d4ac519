"""The first layer on streams of random bits, in place of inputs in fixed point.

In each cycle an input is +1 with the probability that its value says; XNORs and a population count go on as in all
other layers, counts are added over the cycles, and the sum meets the threshold (stochastic computing; Hirtzlin et al.,
IEEE Access 7, 76394, 2019). The numbers that values are compared with are those of shift registers. The limit of long
streams is the same layer with inputs of eight bits, each added or subtracted as its weight says.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from spicekit.errors import InputError
from spicekit.network.bayes.random_numbers import Source
from spicekit.network.bnn.accuracy import Accuracy
from spicekit.network.bnn.bits import Bits, sums
from spicekit.network.bnn.chips import each_chip, unpacked
from spicekit.network.bnn.faults import chip_generator
from spicekit.network.bnn.layers import Dense, Encode, Flatten
from spicekit.network.bnn.network import Network

VALUE_BITS = 8
REGISTER = 16  # bits of a shift register
SOURCES = {
    "a register for each input": Source("lfsr", "classes", REGISTER),
    "one register for all": Source("lfsr", "all", REGISTER),
}
"""Where random numbers come from, by what they are called."""
LONGEST = 1024


@dataclass(frozen=True)
class Streamed:
    """Accuracy with streams of one length, over chips whose registers start elsewhere."""

    cycles: int
    source: str  # of the random numbers, a key of `SOURCES`
    accuracy: Accuracy  # losses count from inputs in fixed point


@dataclass(frozen=True)
class Streams:
    """What streams of random bits do to a network."""

    found: tuple[Streamed, ...]  # by source, then by length
    fixed_point: float  # accuracy with inputs of eight bits

    def of(self, source: str) -> tuple[Streamed, ...]:
        """Return those of a source of random numbers, by length."""
        return tuple(one for one in self.found if one.source == source)


def check(network: Network) -> None:
    """Refuse a network whose first layer takes no streams.

    Raises:
        InputError: a thermometer code of several levels, or a convolution.
    """
    first, place = network.layers[0], network.weighted[0][0]
    assert isinstance(first, Encode)
    plain = all(isinstance(layer, Flatten) for layer in network.layers[1:place])
    if len(first.levels) == 1 and plain and isinstance(network.layers[place], Dense):
        return
    raise InputError(
        f"`--streams`: network `{network.name}` takes {len(first.levels)} bits of each input and begins with "
        f"`{type(network.layers[place]).__name__.lower()}`, expected one bit of each input and `dense`, as "
        "`fashion_streams` has it (docs/networks.md says how such networks are trained)"
    )


def levels_of(network: Network, inputs: np.ndarray) -> np.ndarray:
    """Return inputs (samples, ...) in fixed point, uint8 (samples, inputs): 0 and 255 are the ends of the range."""
    low, high = network.input_range or (0.0, 1.0)
    shares = np.clip((inputs.reshape(len(inputs), -1) - low) / (high - low), 0, 1)
    return np.rint(shares * ((1 << VALUE_BITS) - 1)).astype(np.uint8)


def fixed_point_classes(network: Network, levels: np.ndarray) -> np.ndarray:
    """Return classes (samples,) with inputs of eight bits in the first layer, 0 for -1 and 255 for +1: exact sums."""
    weights = np.where(network.weighted[0][1].weights.unpack(), 1, -1).astype(np.float32)
    most = (1 << VALUE_BITS) - 1
    found = (
        2.0 * levels.astype(np.float32) - most
    ) @ weights.T  # whole numbers below 2^24: exact in any order
    return _classes(network, levels, found / most)


def _classes(network: Network, levels: np.ndarray, first_sums: np.ndarray) -> np.ndarray:
    none = Bits.pack(np.zeros((len(levels), levels.shape[1]), bool))
    return network.scores_of(none, first_sums=first_sums).argmax(axis=1)


@dataclass(frozen=True)
class _Work:
    """What is the same for all chips; gives the samples that one gets right, by length."""

    network: Network
    levels: np.ndarray  # (samples, inputs)
    labels: np.ndarray
    cycles: tuple[int, ...]
    source: str
    seed: int

    def __call__(self, number: int) -> np.ndarray:
        generator = chip_generator(self.seed, self.network.name, number, f"streams, {self.source}")
        shape = 1, 1, self.levels.shape[1], max(self.cycles)
        numbers = SOURCES[self.source].numbers(VALUE_BITS, shape, generator)[0, 0]
        weights, total, right = self.network.weighted[0][1].weights, 0, []
        for cycle in range(max(self.cycles)):
            ones = self.levels > numbers[:, cycle]
            total = total + sums(Bits.pack(ones), weights)
            if cycle + 1 in self.cycles:
                classes = _classes(self.network, self.levels, total / (cycle + 1))
                right.append(np.packbits(classes == self.labels))
        return np.array(right)


def streams(
    network: Network,
    inputs: np.ndarray,
    labels: np.ndarray,
    cycles: Sequence[int],
    chips: int,
    *,
    seed: int = 0,
    workers: int = 1,
    progress: Callable[[int], None] = lambda _: None,
) -> Streams:
    """Return the accuracy of streams of each length; shorter ones are the beginnings of longer ones.

    Args:
        inputs, labels: (samples, *network.input_shape), (samples,).
        chips: whose registers start at states of their own; chip i is a function of (seed, network, i).
        progress: is called with the number of chips that are done, over all sources of random numbers.

    Raises:
        InputError: as `check`.
    """
    check(network)
    levels, lengths = levels_of(network, inputs), tuple(sorted(set(cycles)))
    before = fixed_point_classes(network, levels) == labels
    found, done = [], 0
    for source in SOURCES:
        work, right = _Work(network, levels, labels, lengths, source, seed), []
        for packed in each_chip(work, range(chips), workers):
            right.append([unpacked(one, len(labels)) for one in packed])
            done += 1
            progress(done)
        of_lengths = np.array(right).transpose(1, 0, 2)  # (lengths, chips, samples)
        found += [
            Streamed(
                length, source,
                Accuracy(of.mean(axis=1), np.zeros(chips), of.mean(axis=0), before),
            )
            for length, of in zip(lengths, of_lengths, strict=True)
        ]  # fmt: skip
    return Streams(tuple(found), float(before.mean()))
