"""One full chain: program both devices of a 2T2R cell from their opposite states, then read it.

This module builds the decks and names the coordinates; `simulate` runs them.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from spicekit.circuits.cell import ProgramDeck, Pulse, Technology, program_deck
from spicekit.circuits.compliance import compliance_word_line
from spicekit.circuits.read import ReadDeck, read_deck
from spicekit.circuits.surroundings import GlobalVariation, global_variation, shared_by, temperature_variation
from spicekit.identity import ENGINE, sha256
from spicekit.models.rram import ALTER, RramModel
from spicekit.ngspice import ngspice_version
from spicekit.studies.memory.condition import Condition

SIDES = ("left", "right")


@dataclass(frozen=True)
class Chain:
    """All decks of a condition at an age, with the spread of everything in them."""

    technology: Technology
    condition: Condition
    cycles: float  # done before
    set_deck: ProgramDeck
    reset_deck: ProgramDeck
    read: ReadDeck

    @cached_property
    def wear(self) -> float:
        """What the cycles have done to the devices, as the ageing law counts it."""
        condition = self.condition
        return self.rram.ageing.wear(self.cycles, condition.reset_voltage, condition.pulse_width)

    @cached_property
    def identity(self) -> str:
        """SHA-256 of the facts."""
        return sha256(self.facts)

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
    def shared(self) -> tuple[GlobalVariation, ...]:
        """What all devices of a sample share, where it is spread."""
        return global_variation(self.technology)

    @property
    def coordinates(self) -> tuple[str, ...]:
        """Names of the standard normal coordinates, in order."""
        devices = (
            f"{s}.{when}.{p}" for s in SIDES for when in ("device", "prepare", "program") for p in ALTER
        )
        traps = (f"{s}.telegraph" for s in SIDES if self.telegraph_noise)
        shared = (s.name for s in self.shared)
        return (*devices, *(s.name for s in self.read.spread), *traps, *shared)

    @cached_property
    def facts(self) -> dict[str, Any]:
        """All that affects a sample, beside the seed, as plain data."""
        rram, shared = self.rram, self.shared
        decks = (self.set_deck.deck, self.reset_deck.deck, self.read.deck)
        return {
            "engine": ENGINE,
            "ngspice": ngspice_version().split(".")[0],  # patch releases compute alike
            "decks": {d.name: d.identity for d in decks},
            "mismatch": {s.name: [s.nominal, s.sigma] for s in (*self.set_deck.spread, *self.read.spread)},
            "rram": {
                p: {
                    "nominal": rram.value(p),
                    "device": rram.sigma(p, "device"),
                    "cycle": rram.sigma(p, "cycle"),
                }
                for p in ALTER
            },
            "correlation_cycles": rram.cycling.correlation_cycles.value,
            "telegraph": {k: q.value for k, q in dict(rram.telegraph).items()}
            if self.telegraph_noise
            else None,
            "initial_gap": {"lrs": rram.initial.lrs.value, "hrs": rram.initial.hrs.value},
            "gap_range": [rram.value("gap_min"), rram.value("gap_max")],
            "ageing": {
                "wear": self.wear,
                "barrier_shift": rram.ageing.barrier_shift.value,
                "spread_growth": rram.ageing.spread_growth.value,
            },
            "supply": self.supply,
            # absent without such a spread, so that chains that never heard of it keep their identity
            **({"shared": {s.name: [s.nominal, s.sigma] for s in shared}} if shared else {}),
        }

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
    shared, temperature = global_variation(technology), temperature_variation(technology)
    set_deck = shared_by(program_deck(technology, set_pulse, hrs), temperature)
    reset_deck = shared_by(program_deck(technology, reset_pulse, lrs), temperature)
    read = shared_by(read_deck(technology, lrs, hrs), shared)
    return aged(Chain(technology, condition, 0.0, set_deck, reset_deck, read), cycles)


def aged(chain: Chain, cycles: float) -> Chain:
    """Return the chain of the same condition after `cycles`."""
    return replace(chain, cycles=cycles)


def sample_name(condition: str, cycles: float, number: int | None = None) -> str:
    """Return the id of a sample, ``CONDITION:NUMBER`` or ``CONDITION:NUMBER@CYCLES``; without number, of its chain."""
    return condition + ("" if number is None else f":{number}") + (f"@{cycles:g}" if cycles else "")
