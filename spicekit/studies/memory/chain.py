"""One full chain: program both devices of a 2T2R cell from their opposite states, then read it.

This module builds the decks and names the coordinates; `simulate` runs them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np

from spicekit.circuits.cell import ProgramDeck, Pulse, Technology, program_deck
from spicekit.circuits.compliance import compliance_word_line
from spicekit.circuits.read import ReadDeck, read_deck
from spicekit.circuits.surroundings import GlobalVariation, global_variation, pulse_variation, shared_by
from spicekit.errors import InputError
from spicekit.identity import UNSEEN
from spicekit.models.memory import MemoryModel
from spicekit.models.population import Population
from spicekit.models.rram import Ageing
from spicekit.models.telegraph_noise import TelegraphNoise
from spicekit.studies.memory.condition import Condition

SIDES = ("left", "right")


@dataclass(frozen=True)
class Chain:
    """All decks of a condition at an age, with the spread of everything in them."""

    condition: Condition = field(metadata=UNSEEN)  # its pulses are in the decks
    cycles: float  # done before
    population: Population  # worn by these cycles
    telegraph: TelegraphNoise | None  # of reads, where it is on
    set_deck: ProgramDeck
    reset_deck: ProgramDeck
    read: ReadDeck
    shared: tuple[GlobalVariation, ...]  # what all devices of a sample share, where it is spread
    supply: float  # V, of the sense amplifier
    # state that is one in ln R: the extra read that measures the offset shifts the devices so; None: it scales currents
    offset_gap: float | None

    @cached_property
    def coordinates(self) -> tuple[str, ...]:
        """Names of the standard normal coordinates that matter, in order."""
        devices = (f"{side}.{name}" for side in SIDES for name in device_coordinates(self.population))
        names = self.telegraph.coordinates if self.telegraph else ()
        traps = (f"{side}.{name}" for side in SIDES for name in names)
        shared = (s.name for s in self.shared)
        return (*devices, *(s.name for s in self.read.spread), *traps, *shared)

    @property
    def name(self) -> str:
        """Return ``CONDITION`` or ``CONDITION@CYCLES``, as in sample ids."""
        return sample_name(self.condition.name, self.cycles)


def device_coordinates(population: Population) -> tuple[str, ...]:
    """Return the names of those coordinates of a device and its two cycles that a parameter depends on."""
    matters = population.effective
    names = [name for name in population.device_names if name in matters]
    for when in ("prepare", "program"):
        names += [f"{when}.{name}" for name in population.cycle_names if name in matters]
    return tuple(names)


class DevicePoints(NamedTuple):
    """Standard normal coordinates of devices and of the two cycles that they go through."""

    device: np.ndarray
    prepare: np.ndarray
    program: np.ndarray


def device_points(population: Population, z: Mapping[str, np.ndarray], prefix: str) -> DevicePoints:
    """Return the coordinates of a device from those that matter, by name; all others are zero."""
    zero = np.zeros(len(next(iter(z.values()))))

    def stacked(names: Iterable[str]) -> np.ndarray:
        return np.column_stack([z.get(f"{prefix}.{name}", zero) for name in names])

    prepare, program = (
        stacked(f"{when}.{n}" for n in population.cycle_names) for when in ("prepare", "program")
    )
    return DevicePoints(stacked(population.device_names), prepare, population.next_cycle(prepare, program))


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
    shared, programming = global_variation(technology), pulse_variation(technology)
    set_deck = shared_by(program_deck(technology, set_pulse, hrs), programming)
    reset_deck = shared_by(program_deck(technology, reset_pulse, lrs), programming)
    read = shared_by(read_deck(technology, lrs, hrs), shared)
    return Chain(
        condition=condition,
        cycles=cycles,
        population=population_after(rram, condition, cycles),
        telegraph=rram.telegraph_noise if technology.telegraph_noise else None,
        set_deck=set_deck,
        reset_deck=reset_deck,
        read=read,
        shared=shared,
        supply=design.supply,
        offset_gap=rram.state_per_ln,
    )


def population_after(rram: MemoryModel, condition: Condition, cycles: float) -> Population:
    """Return the devices that have been through so many `cycles` of a condition."""
    if rram.ageing is None:
        return rram.population()
    return rram.population(rram.ageing.wear(cycles, condition.reset_voltage, condition.pulse_width))


def ageing_of(technology: Technology) -> Ageing:
    """Return how devices age.

    Raises:
        InputError: the card has no law of it.
    """
    if (ageing := technology.rram.ageing) is None:
        raise InputError(
            f"the card of `{technology.rram.name}` has no law of ageing: remove `[endurance]` and what asks for ages"
        )
    return ageing


def sample_name(condition: str, cycles: float, number: int | None = None) -> str:
    """Return the id of a sample, ``CONDITION:NUMBER`` or ``CONDITION:NUMBER@CYCLES``; without number, of its chain."""
    return condition + ("" if number is None else f":{number}") + (f"@{cycles:g}" if cycles else "")
