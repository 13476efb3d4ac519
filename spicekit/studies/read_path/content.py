"""The three kinds of read as circuits whose branches are set by one number: the ratio that the amplifier sees."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from spicekit.circuits.cell import Technology
from spicekit.circuits.disturb import disturbed
from spicekit.circuits.read import ReadDeck, read_deck
from spicekit.circuits.single_ended import single_ended_deck
from spicekit.studies.read_path.level import Level

REFERENCE = "reference"
"""The kind of read that compares one device with a resistor, and the coordinate that the resistor is drawn by."""


@dataclass(frozen=True)
class Way:
    """One circuit: a kind of read with one input of the neuron."""

    neuron_input: int  # +1 or -1; 0: the amplifier takes none
    read: ReadDeck
    tight: ReadDeck  # the same with states solved tightly


@dataclass(frozen=True)
class Content:
    """All that samples of a kind of read at one resistance need.

    Reads are placed by the number u: the logarithm of the ratio of the branch that pulls `q` low to the one that pulls
    `qb` low, so that a read with u > 0 shall end with `q` high. The lower device is always at the level.
    """

    kind: str  # "plain", "xnor", "reference"
    ways: tuple[Way, ...]
    ratios: tuple[float, ...]  # rising
    level: Level
    supply: float  # V, of the amplifier
    reference_sigma: float  # of ln of the reference

    def place(self, ratio: float) -> float:
        """Return |u| of a read at a ratio of the high over the low resistance.

        A reference in the middle leaves an amplifier half of the logarithm to either state.
        """
        return float(np.log(ratio)) * (0.5 if self.kind == REFERENCE else 1.0)

    def branches(self, way: Way, u: np.ndarray, shift: np.ndarray) -> Mapping[str, np.ndarray]:
        """Return values of parameters of both branches at u (n,); `shift` (n,) is what ln of a reference is off by."""
        away = np.abs(u)
        if self.kind == REFERENCE:
            cell = self.level.values("cell", np.where(u < 0, 2 * away, 0.0))
            return {**cell, REFERENCE: self.level.resistance * np.exp(away + shift)}
        low_left = u * (way.neuron_input or 1) > 0
        left = self.level.values("left", np.where(low_left, 0.0, away))
        return {**left, **self.level.values("right", np.where(low_left, away, 0.0))}

    def high_device(self, way: Way, u: float) -> str | None:
        """Return which device is in the high resistance state; None where no device is."""
        if self.kind == REFERENCE:
            return "cell" if u < 0 else None
        return "right" if u * (way.neuron_input or 1) > 0 else "left"


def content_of(
    technology: Technology, kind: str, level: Level, ratios: tuple[float, ...], reference_sigma: float
) -> Content:
    """Return a kind of read; its decks stand at the level and the widest ratio."""
    design, low = technology.design, level.gap
    high = low + (level.per_ln or 0.0) * float(np.log(ratios[-1]))
    if kind == REFERENCE:
        decks = {0: single_ended_deck(technology, low, level.resistance * ratios[-1] ** 0.5)}
        devices: tuple[str, ...] = ("cell",)
    else:
        inputs = (1, -1) if kind == "xnor" else (0,)
        decks = {one: read_deck(technology, low, high, one or None) for one in inputs}
        devices = ("left", "right")
    ways = tuple(Way(one, read, disturbed(technology, read, devices)) for one, read in decks.items())
    return Content(kind, ways, ratios, level, design.supply, reference_sigma if kind == REFERENCE else 0.0)
