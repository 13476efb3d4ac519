"""The drawn design around the memory devices: sizes, line capacitances, supplies and timing."""

from dataclasses import dataclass
from pathlib import Path

from spicekit.errors import InputError
from spicekit.models.quantity import find_card, in_unit, read_quantities

# what a design of any process could have: beyond it stands a slip of the prefix, which ngspice would take for hours
_RANGES = {"m": (1e-9, 1e-2), "F": (1e-18, 1e-9), "V": (1e-3, 20.0), "s": (1e-13, 1e-4), "1": (5.0, 1e5)}
_MOST_STEPS = 1e6  # of a read


@dataclass(frozen=True)
class Design:
    """Numbers of a 2T2R cell and its sense amplifier, SI units; the TOML file says the source of each."""

    access_width: float = in_unit("m")
    access_length: float = in_unit("m")
    latch_width: float = in_unit("m")
    precharge_width: float = in_unit("m")
    xnor_width: float = in_unit("m")
    foot_width: float = in_unit("m")
    logic_length: float = in_unit("m")
    bit_line_capacitance: float = in_unit("F")
    source_line_capacitance: float = in_unit("F")
    output_capacitance: float = in_unit("F")
    supply: float = in_unit("V")
    read_word_line: float = in_unit("V")
    precharge_time: float = in_unit("s")
    sense_time: float = in_unit("s")
    regeneration_time: float = in_unit("s")
    word_line_edge: float = in_unit("s")
    logic_edge: float = in_unit("s")
    read_step: float = in_unit("s")
    set_voltage: float = in_unit("V")
    reset_word_line: float = in_unit("V")
    program_edge: float = in_unit("s")
    settle_time: float = in_unit("s")
    verify_voltage: float = in_unit("V")
    steps_per_pulse: float = in_unit("1")


def load_design(source: str | Path = "2t2r_130nm") -> Design:
    """Load a design by its bundled name or by the path of a TOML file.

    Raises:
        InputError: file missing or unreadable, unknown or missing quantity, another unit, or a value out of range.
    """
    path = find_card(source, "cells")
    design = read_quantities(path, Design, _RANGES)
    read = design.precharge_time + design.sense_time
    if read / design.read_step > _MOST_STEPS:
        raise InputError(
            f"{path}: `quantities.read_step`: a read of {read:g} s in steps of {design.read_step:g} s has more than "
            f"{_MOST_STEPS:g} steps: expected a larger step"
        )
    return design
