"""One full chain: program both devices of a 2T2R cell from their opposite states, then read it.

This module builds the decks and names the coordinates; `simulate` runs them.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from spicekit.characterize.condition import Condition
from spicekit.characterize.identity import facts, sha256
from spicekit.circuits.cell import ProgramDeck, Pulse, Technology, compliance_deck, program_deck
from spicekit.circuits.read import ReadDeck, read_deck
from spicekit.circuits.surroundings import SharedSpread, shared_by, shared_spread, temperature_spread
from spicekit.errors import InputError, SimulatorError
from spicekit.models.rram import ALTER, RramModel
from spicekit.ngspice import Reason, evaluate

SIDES = ("left", "right")


@dataclass(frozen=True)
class Chain:
    """All decks of a condition at an age, with the spread of everything in them."""

    technology: Technology
    condition: Condition
    cycles: float  # done before
    wear: float
    set_deck: ProgramDeck
    reset_deck: ProgramDeck
    read: ReadDeck
    facts: dict[str, Any]  # all that affects a sample, beside the seed
    identity: str  # SHA-256 of the facts

    @property
    def rram(self) -> RramModel:
        """The memory device."""
        return self.technology.rram

    @property
    def supply(self) -> float:
        """Supply of the sense amplifier [V]."""
        return self.technology.design.supply

    @property
    def telegraph_noise(self) -> bool:
        """Whether reads have it."""
        return self.technology.telegraph_noise

    @property
    def shared(self) -> tuple[SharedSpread, ...]:
        """What all devices of a sample share, where it is spread."""
        return shared_spread(self.technology)

    @property
    def coordinates(self) -> tuple[str, ...]:
        """Names of the standard normal coordinates, in order."""
        devices = (
            f"{s}.{when}.{p}" for s in SIDES for when in ("device", "prepare", "program") for p in ALTER
        )
        traps = (f"{s}.telegraph" for s in SIDES if self.telegraph_noise)
        shared = (s.name for s in self.shared)
        return (*devices, *(s.name for s in self.read.spread), *traps, *shared)

    @property
    def name(self) -> str:
        """Return ``CONDITION`` or ``CONDITION@CYCLES``, as in sample ids."""
        return sample_name(self.condition.name, self.cycles)


def build_chain(technology: Technology, condition: Condition, cycles: float = 0.0) -> Chain:
    """Return the chain of a condition after `cycles`; finds the word line that makes the compliance by simulation.

    Raises:
        InputError: the access transistor cannot give the compliance, or a spread is too wide.
        SimulatorError: ngspice is missing or refuses a deck, or a run ends early.
    """
    design, rram = technology.design, technology.rram
    word_line = compliance_word_line(technology, condition.set_compliance)
    set_pulse = Pulse("set", design.set_voltage, word_line, condition.pulse_width)
    reset_pulse = Pulse("reset", condition.reset_voltage, design.reset_word_line, condition.pulse_width)
    lrs, hrs = rram.initial.lrs.value, rram.initial.hrs.value
    shared, temperature = shared_spread(technology), temperature_spread(technology)
    set_deck = shared_by(program_deck(technology, set_pulse, hrs), temperature)
    reset_deck = shared_by(program_deck(technology, reset_pulse, lrs), temperature)
    read = shared_by(read_deck(technology, lrs, hrs), shared)
    wear = rram.ageing.wear(cycles, condition.reset_voltage, condition.pulse_width)
    public = facts(set_deck, reset_deck, read, rram, wear, design.supply, technology.telegraph_noise, shared)
    return Chain(technology, condition, cycles, wear, set_deck, reset_deck, read, public, sha256(public))


def sample_name(condition: str, cycles: float, number: int | None = None) -> str:
    """Return the id of a sample, ``CONDITION:NUMBER`` or ``CONDITION:NUMBER@CYCLES``; without number, of its chain."""
    return condition + ("" if number is None else f":{number}") + (f"@{cycles:g}" if cycles else "")


def compliance_word_line(technology: Technology, current: float) -> float:
    """Return the word-line voltage [V] at which the nominal access transistor gives `current` [A]."""
    deck = compliance_deck(technology, current)
    measured, outcomes = evaluate(deck, np.array([deck.row()]))
    if outcomes[0].reason is Reason.MEASUREMENT:  # it ran, and the current was never reached
        raise InputError(
            f"`set_compliance`: the access transistor does not give {current * 1e6:g} uA at half the SET voltage "
            f"and a word line of {technology.process.access_supply:g} V: lower it or draw a wider transistor"
        )
    if not outcomes[0].ok:
        raise SimulatorError(
            f"`set_compliance`: the access transistor does not simulate: {outcomes[0].detail}"
        )
    return round(float(measured[0, 0]) * 1e6, 6)  # the gate rises by 1 V/us; a microvolt is enough
