"""One full chain: program both devices of a 2T2R cell from their opposite states, then read it.

This module builds the decks and names the coordinates; `simulate` runs them.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from spicekit.characterize.condition import Condition
from spicekit.circuits.cell import ProgramDeck, Pulse, Technology, compliance_deck, program_deck
from spicekit.circuits.read import ReadDeck, read_deck
from spicekit.errors import InputError
from spicekit.models.rram import ALTER, RramModel
from spicekit.ngspice import evaluate

SIDES = ("left", "right")


@dataclass(frozen=True)
class Chain:
    """All decks of a condition at an age, with the spread of everything in them."""

    condition: Condition
    cycles: float  # done before
    wear: float
    rram: RramModel
    set_deck: ProgramDeck
    reset_deck: ProgramDeck
    read: ReadDeck
    supply: float  # V, of the sense amplifier

    @property
    def coordinates(self) -> tuple[str, ...]:
        """Names of the standard normal coordinates, in order."""
        devices = (
            f"{s}.{when}.{p}" for s in SIDES for when in ("device", "prepare", "program") for p in ALTER
        )
        return (*devices, *(s.name for s in self.read.spread))

    @cached_property
    def identity(self) -> str:
        """SHA-256 of everything that affects a sample, beside the seed."""
        spread = [[s.name, s.nominal, s.sigma] for s in (*self.read.spread, *self.set_deck.spread)]
        laws = {p: [self.rram.sigma(p, "device"), self.rram.sigma(p, "cycle")] for p in ALTER}
        growth = self.rram.ageing.spread_growth.value, self.rram.ageing.barrier_shift.value
        initial = self.rram.initial.lrs.value, self.rram.initial.hrs.value
        decks = [d.identity for d in (self.set_deck.deck, self.reset_deck.deck, self.read.deck)]
        everything = [decks, spread, laws, self.wear, growth, initial, self.coordinates]
        return hashlib.sha256(json.dumps(everything, sort_keys=True).encode()).hexdigest()


def build_chain(technology: Technology, condition: Condition, cycles: float = 0.0) -> Chain:
    """Return the chain of a condition after `cycles`; finds the word line that makes the compliance by simulation.

    Raises:
        InputError: the access transistor cannot give the compliance.
        SimulatorError: ngspice is missing or refuses a deck.
    """
    design, rram = technology.design, technology.rram
    word_line = compliance_word_line(technology, condition.set_compliance)
    set_pulse = Pulse("set", design.set_voltage, word_line, condition.pulse_width)
    reset_pulse = Pulse("reset", condition.reset_voltage, design.reset_word_line, condition.pulse_width)
    lrs, hrs = rram.initial.lrs.value, rram.initial.hrs.value
    return Chain(
        condition,
        cycles,
        rram.ageing.wear(cycles, condition.reset_voltage, condition.pulse_width),
        rram,
        program_deck(technology, set_pulse, hrs),
        program_deck(technology, reset_pulse, lrs),
        read_deck(technology, lrs, hrs),
        design.supply,
    )


def compliance_word_line(technology: Technology, current: float) -> float:
    """Return the word-line voltage [V] at which the nominal access transistor gives `current` [A]."""
    deck = compliance_deck(technology, current)
    measured, outcomes = evaluate(deck, np.array([deck.row()]))
    if not outcomes[0].ok:
        raise InputError(
            f"`set_compliance`: the access transistor does not give {current * 1e6:g} uA at half the SET voltage "
            f"and a word line of {technology.process.access_supply:g} V: lower it or draw a wider transistor"
        )
    return round(float(measured[0, 0]) * 1e6, 6)  # the gate rises by 1 V/us; a microvolt is enough
