"""Devices in both states as a programming condition leaves them: where retention and read disturb start."""

from dataclasses import dataclass

import numpy as np

from spicekit.circuits.cell import ProgramDeck, Pulse, Technology, program_deck
from spicekit.circuits.compliance import compliance_word_line
from spicekit.experiment.study import ProgrammedTable
from spicekit.models.rram import RramModel
from spicekit.sampling.normals import standard_normals
from spicekit.studies.devices import COORDINATES, Devices, device_size


@dataclass(frozen=True)
class Programming:
    """The two pulses."""

    rram: RramModel
    set_deck: ProgramDeck
    reset_deck: ProgramDeck


@dataclass(frozen=True)
class Programmed:
    """Devices after a SET, and the same devices after the RESET of the next cycle."""

    devices: Devices
    gaps: dict[str, np.ndarray]  # nm, by state
    cycles: dict[str, np.ndarray]  # (devices, COORDINATES): the deviation that made the state
    rest: np.ndarray  # standard normals left for the study


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
        rram,
        program_deck(technology, set_pulse, rram.initial.hrs.value),
        program_deck(technology, reset_pulse, rram.initial.lrs.value),
    )


def program(
    pulses: Programming, seed: int, identity: str, start: int, stop: int, more: int = 0
) -> Programmed:
    """Return devices `start` … `stop` - 1 in both states; `more` standard normals of each are left for the study."""
    size = device_size(pulses.set_deck)
    z = standard_normals(seed, identity, start, stop, size + 2 * COORDINATES + more)
    devices = Devices(pulses.rram, z[:, :size])
    first, fresh = z[:, size : size + COORDINATES], z[:, size + COORDINATES : size + 2 * COORDINATES]
    second = pulses.rram.next_cycle(first, fresh)
    initial = devices.filled(pulses.rram.initial.hrs.value)
    lrs = devices.pulse(pulses.set_deck, initial, first, "SET")["gap"].to_numpy()
    hrs = devices.pulse(pulses.reset_deck, lrs, second, "RESET")["gap"].to_numpy()
    return Programmed(
        devices, {"lrs": lrs, "hrs": hrs}, {"lrs": first, "hrs": second}, z[:, size + 2 * COORDINATES :]
    )
