"""The pulses that write a device in the 1T1R cell of a design."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from spicekit.circuits.cell import ProgramDeck, Pulse, Technology, program_deck
from spicekit.circuits.compliance import compliance_word_line

COMPLIANCES = (200e-6, 50e-6)  # A
RESET_VOLTAGE, WIDTH = 2.0, 1e-6  # V (unless a device needs more), s


@dataclass(frozen=True)
class Pulses:
    """SET under a compliance, and RESET."""

    set_deck: ProgramDeck
    reset_deck: ProgramDeck
    word_line: float  # V, in SET


def pulses_of(
    technology: Technology,
    compliance: float,
    set_voltage: float | None,
    reset_voltage: float,
    width: float = WIDTH,
) -> Pulses:
    """Return the pulses under a `compliance` [A]; without `set_voltage` [V] with that of the design; `width` in s.

    Raises:
        InputError: the access transistor cannot give the compliance.
    """
    design, initial = technology.design, technology.rram.initial
    if set_voltage is not None:
        technology = replace(technology, design=replace(design, set_voltage=set_voltage))
    word_line = compliance_word_line(technology, compliance)
    rise = Pulse("set", technology.design.set_voltage, word_line, width)
    fall = Pulse("reset", reset_voltage, design.reset_word_line, width)
    return Pulses(
        program_deck(technology, rise, initial.hrs.value),
        program_deck(technology, fall, initial.lrs.value),
        word_line,
    )


def read_resistance(measured: Mapping[str, float]) -> float:
    """Return the resistance [Ohm] of the device alone that was read after a pulse; infinite without current."""
    current = measured["verify_current"]
    return (measured["verify_top"] - measured["verify_bottom"]) / current if current else float("inf")
