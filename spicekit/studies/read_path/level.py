"""Resistances of devices as values of a deck: how a nominal device takes any resistance."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from spicekit.circuits.cell import Technology
from spicekit.circuits.device import hold_deck
from spicekit.errors import InputError


@dataclass(frozen=True)
class Level:
    """The lower resistance of a read, as the state or the current of a nominal device.

    A device whose ln R is proportional to its state takes a resistance by the state, any other one by a factor on its
    current.
    """

    resistance: float  # Ohm, at the verify voltage
    gap: float  # nm, of a device that has it
    per_ln: float | None  # nm by which ln R rises by 1; None: by the current
    conductance: str  # parameter that the current is proportional to
    factor: float  # value of that parameter

    def values(self, device: str, above: np.ndarray) -> Mapping[str, np.ndarray]:
        """Return values of parameters of a `device` whose ln R lies so far `above` (n,) that of the level."""
        if self.per_ln is not None:
            return {f"{device}.gap": self.gap + self.per_ln * above}
        return {
            f"{device}.gap": np.full(len(above), self.gap),
            f"{device}.{self.conductance}": self.factor * np.exp(-above),
        }


def level_of(technology: Technology, resistance: float, largest: float) -> Level:
    """Return the level of a resistance [Ohm]; `largest` is the highest ratio to it that is read.

    The card's low resistance state is read at the verify voltage by simulation.

    Raises:
        InputError: the device's state does not reach so far.
        SimulatorError: as `Deck.measure`.
    """
    rram, design = technology.rram, technology.design
    lrs, hrs = rram.initial.lrs.value, rram.initial.hrs.value
    held = hold_deck(technology, design.verify_voltage, design.settle_time, lrs, hrs)
    above = float(np.log(resistance / (design.verify_voltage / held.measure()["current"])))
    population = rram.population()
    conductance = population.conductance
    nominal = rram.value(conductance)
    if rram.state_per_ln is None:
        return Level(resistance, lrs, None, conductance, nominal * float(np.exp(-above)))
    gap = lrs + above * rram.state_per_ln
    end = gap + float(np.log(largest)) * rram.state_per_ln
    lowest, highest = population.gap_range
    if not (lowest <= min(gap, end) and max(gap, end) <= highest):
        raise InputError(
            f"`resistances`, `ratios`: {resistance:g} Ohm and {largest:g} times that need states of {gap:.3g} and "
            f"{end:.3g} nm, expected within {lowest:g} and {highest:g} nm of `{rram.name}`: take others"
        )
    return Level(resistance, gap, rram.state_per_ln, conductance, nominal)
