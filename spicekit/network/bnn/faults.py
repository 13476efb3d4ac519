"""Errors as they happen: some weights stand wrong in a programmed chip, others are misread once.

What a simulated cell's error rate counts, its devices and its amplifier, stays as it is until the chip is programmed
again: permanent. Noise in reads is transient, new at each read, and is given by hand.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from spicekit.errors import InputError
from spicekit.network.bnn.bits import Bits, mismatches
from spicekit.network.bnn.codewords import wrong_behind
from spicekit.network.bnn.layers import Layer, Weighted
from spicekit.network.bnn.network import Network, Sums, exact
from spicekit.network.bnn.rates import ErrorRates
from spicekit.network.bnn.tiling import PUBLISHED, Block, Tiled, tile
from spicekit.statistics.codes import Code


@dataclass(frozen=True)
class Faults:
    """What goes wrong with weights."""

    permanent: ErrorRates
    transient: float = 0.0  # share of reads that give the other value, of +1 and -1 alike
    block: Block = PUBLISHED
    layers: tuple[int, ...] | None = None  # places of the layers whose weights err; None: all
    code: Code | None = (
        None  # that the weights stand behind; `permanent` is then of single cells, not decoded
    )
    verify: int = 0  # times that a cell which reads wrong is programmed again, at most

    def __post_init__(self) -> None:
        """Raise InputError for a rate that is none."""
        if not 0 <= self.transient <= 0.5:
            raise InputError(f"`transient` is {self.transient:g}, expected 0 ... 0.5")
        if self.code is not None and self.permanent.amplifier_share:
            raise InputError(
                "weights behind a code have no amplifiers that they share: expected `amplifier_share` 0"
            )
        if self.verify < 0 or (self.verify and self.code is not None):
            raise InputError(
                f"`verify` is {self.verify}, expected 0 or more, and 0 behind a code, whose check bits are not verified"
            )


@dataclass(frozen=True)
class Chip:
    """One programmed chip: the network as it stands in memory, and how its reads add up."""

    network: Network
    flipped: int  # weights that stand wrong
    sums: Sums
    after: tuple[
        int, ...
    ] = ()  # weights that stood wrong after each programming: verified, flipped are the last


def program(network: Network, faults: Faults, seed: int, number: int, programming: int = 0) -> Chip:
    """Return chip `number`, a function of (seed, network, number) and the faults; equal draws for all rates.

    The same cells are wrong first, whatever the rate: so accuracies at two rates are compared on the same chips. At
    another `programming` amplifiers and cells are the same, and only what a cycle makes is drawn anew; so it is in a
    cell that is programmed again because it reads wrong.
    """
    layers: list[Layer] = list(network.layers)
    flipped, after = 0, np.zeros(1 + faults.verify, int)
    for tiled, (place, layer) in zip(tile(network, faults.block), network.weighted, strict=True):
        if not (faults.permanent.plus or faults.permanent.minus):
            break
        if faults.layers is not None and place not in faults.layers:
            continue
        ones = layer.weights.unpack()
        cells = erring(
            faults.permanent,
            tiled,
            seed,
            (network.name, number),
            f"layer {place}",
            programming,
            faults.verify,
        )
        wrong = np.zeros_like(ones)
        for again, of_values in enumerate(cells):
            wrong = np.where(ones, *of_values)
            after[again] += wrong.sum()
            if not wrong.any():
                break
        if faults.code is not None:
            checks = [
                chip_generator(seed, network.name, number, f"layer {place}, {faults.code.name}{part}")
                for part in (", cells", f", programming {programming}")
            ]
            wrong = wrong_behind(faults.code, ones, wrong, faults.permanent, checks)
        flipped += int(wrong.sum())
        layers[place] = _with_weights(layer, Bits.pack(ones ^ wrong))
    chip = replace(network, layers=tuple(layers))
    if not faults.transient:
        return Chip(chip, flipped, exact, tuple(after.tolist()))
    reads = f"reads, programming {programming}" if programming else "reads"
    misread = _misread(faults.transient, chip_generator(seed, network.name, number, reads))
    return Chip(chip, flipped, misread, tuple(after.tolist()))


def erring(
    rates: ErrorRates,
    tiled: Tiled,
    seed: int,
    chip: tuple[str, int],
    layer: str,
    programming: int = 0,
    verify: int = 0,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield which cells of a layer read wrong where +1 is stored, and which where -1 is: booleans (outputs, inputs).

    First once they are programmed, then each time that those which read wrong were programmed again, `verify` times.
    One draw for each cell says which value it leans to and how far, so that no cell errs for both: of two devices
    that are compared, the one that came out too high is too high for either value.

    Args:
        chip: name of the network, number of the chip.
        layer: what the layer's draws are called, `layer PLACE`.
    """
    generator = chip_generator(seed, *chip, layer)
    offsets = generator.standard_normal(tiled.down * tiled.inputs)
    if programming:
        generator = chip_generator(seed, *chip, f"{layer}, programming {programming}")
    shape = tiled.outputs, tiled.inputs
    drawn = generator.random(shape)
    if rates.own_share:
        own = chip_generator(seed, *chip, f"{layer}, cells").standard_normal(shape)
        plus, minus = rates.behind(offsets[tiled.amplifiers()], own)
    else:
        plus, minus = (of_value[tiled.amplifiers()] for of_value in rates.behind(offsets))
    wrong = drawn < plus, 1 - drawn < minus
    yield wrong
    for again in range(1, verify + 1):
        drawn = chip_generator(seed, *chip, f"{layer}, programming {programming}, again {again}").random(
            shape
        )
        wrong = wrong[0] & (drawn < plus), wrong[1] & (1 - drawn < minus)
        yield wrong


def _with_weights(layer: Weighted, weights: Bits) -> Weighted:
    return replace(layer, weights=weights)


def _misread(rate: float, generator: np.random.Generator) -> Sums:
    """Return sums of reads that err independently: of m mismatches and the matches, binomial numbers change sides."""

    def sums(layer: int, inputs: Bits, weights: Bits) -> np.ndarray:  # noqa: ARG001
        apart = mismatches(inputs, weights)
        apart = apart - generator.binomial(apart, rate) + generator.binomial(inputs.size - apart, rate)
        return (inputs.size - 2 * apart).astype(np.int32)

    return sums


def chip_generator(seed: int, *names: object) -> np.random.Generator:
    """Return the generator of what is drawn under these names: of a chip, of a layer, of a programming."""
    key = hashlib.sha256("/".join(map(str, names)).encode()).digest()
    return np.random.default_rng([seed, int.from_bytes(key[:16])])
