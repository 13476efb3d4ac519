"""The device on its test bench: what is set and measured, and outcomes in words."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from spicekit.circuits.cell import Technology
from spicekit.circuits.device import hold_deck
from spicekit.device_check.guarded import Ran, run
from spicekit.device_check.pulses import COMPLIANCES, RESET_VOLTAGE, Pulses, pulses_of
from spicekit.models.memory import MemoryModel
from spicekit.ngspice import Deck

STATES = ("lrs", "hrs")


@dataclass(frozen=True)
class Bench:
    """A device with all that is needed to simulate it."""

    technology: Technology
    set_voltage: float | None = None  # V, in the cell; None: as the design has it
    reset_voltage: float = RESET_VOLTAGE  # V, in the cell

    @property
    def device(self) -> MemoryModel:
        """What is checked."""
        return self.technology.rram

    @property
    def unit(self) -> str:
        """Unit of the state."""
        return self.device.initial.lrs.unit

    @property
    def middle(self) -> float:
        """State between both, whose crossing is switching."""
        return (self.start("lrs") + self.start("hrs")) / 2

    @property
    def window(self) -> float:
        """Distance of both states."""
        return abs(self.start("hrs") - self.start("lrs"))

    @property
    def range(self) -> tuple[float, float]:
        """Beyond this a state has diverged: the card's range, as widely as samples may leave it."""
        return self.device.population().plausible

    def start(self, state: str) -> float:
        """Return where a device in a state, "lrs", "hrs" or "pristine", begins."""
        return float(getattr(self.device.initial, state).value)

    def is_high(self, state: float) -> bool:
        """Tell whether a state lies on the side of the high resistance."""
        return (state > self.middle) == self.device.high_is_wide

    def inside(self, state: float) -> bool:
        """Tell whether a state is within the card's range."""
        low, high = self.range
        return low <= state <= high

    def shown(self, state: float) -> str:
        """Return a state in words, without the digits of rounding errors."""
        digits = 4 - math.floor(math.log10(self.window))
        return f"{round(state, digits) + 0.0:.3g} {self.unit if self.unit != '1' else ''}".rstrip()

    @cached_property
    def pulses(self) -> Pulses:
        """SET and RESET in the cell, under the first compliance."""
        return pulses_of(self.technology, COMPLIANCES[0], self.set_voltage, self.reset_voltage)

    @cached_property
    def read_deck(self) -> Deck:
        """A short read at the verify voltage."""
        design = self.technology.design
        return hold_deck(
            self.technology, design.verify_voltage, design.settle_time, self.start("lrs"), self.middle
        )

    def read(self, rows: Sequence[Mapping[str, float]]) -> list[tuple[Ran, float]]:
        """Read devices; return what was measured and their resistance [Ohm] at the verify voltage, for each."""
        voltage = self.technology.design.verify_voltage
        return [(ran, resistance_of(voltage, ran["current"])) for ran in run(self.read_deck, rows)]


def resistance_of(voltage: float, current: float) -> float:
    """Return a resistance [Ohm]; infinite without current."""
    return voltage / current if current else math.inf
