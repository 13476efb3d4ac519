"""Devices in both states as a programming condition leaves them: where retention and read disturb start."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from spicekit.circuits.cell import ProgramDeck, Pulse, Technology, program_deck
from spicekit.circuits.compliance import compliance_word_line
from spicekit.experiment.study import ProgrammedTable
from spicekit.models.population import Population
from spicekit.studies.devices import Devices, draw_cycle, draw_devices


@dataclass(frozen=True)
class Programming:
    """The two pulses."""

    population: Population
    set_deck: ProgramDeck
    reset_deck: ProgramDeck


@dataclass(frozen=True)
class Programmed:
    """Devices after a SET, and the same devices after the RESET of the next cycle."""

    devices: Devices
    gaps: dict[str, np.ndarray]  # nm, by state
    cycles: dict[str, np.ndarray]  # (devices, coordinates): the deviation that made the state


def programming(technology: Technology, table: ProgrammedTable) -> Programming:
    """Return the pulses of a table.

    Raises:
        InputError: the access transistor cannot give the compliance, or the pulse is shorter than its edges.
    """
    design, rram = technology.design, technology.rram
    word_line = compliance_word_line(technology, table.set_compliance)
    set_pulse = Pulse("set", design.set_voltage, word_line, table.pulse_width)
    reset_pulse = Pulse("reset", table.reset_voltage, design.reset_word_line, table.pulse_width)
    return Programming(
        rram.population(),
        program_deck(technology, set_pulse, rram.initial.hrs.value),
        program_deck(technology, reset_pulse, rram.initial.lrs.value),
    )


def program(pulses: Programming, seed: int, start: int, stop: int) -> Programmed:
    """Return devices `start` … `stop` - 1 in both states."""
    return program_several(pulses, seed, start, stop, ("",))


def program_several(pulses: Programming, seed: int, start: int, stop: int, of: Sequence[str]) -> Programmed:
    """Return devices `start` … `stop` - 1 of each name in `of` in both states, those of the first name first."""
    population = pulses.population
    each = [draw_devices(population, pulses.set_deck, seed, start, stop, name) for name in of]
    devices = Devices(population, np.concatenate([one.points for one in each]))
    first, drawn = (
        np.concatenate([draw_cycle(population, seed, start, stop, cycle, name) for name in of])
        for cycle in (0, 1)
    )
    second = population.next_cycle(first, drawn)
    initial = devices.filled(population.gaps["hrs"])
    lrs = devices.pulse(pulses.set_deck, initial, first, "SET")["gap"].to_numpy()
    hrs = devices.pulse(pulses.reset_deck, lrs, second, "RESET")["gap"].to_numpy()
    return Programmed(devices, {"lrs": lrs, "hrs": hrs}, {"lrs": first, "hrs": second})
