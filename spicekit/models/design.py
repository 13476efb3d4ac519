"""The drawn design around the memory devices: sizes, line capacitances, supplies and timing."""

from dataclasses import dataclass, field, fields
from pathlib import Path

import pydantic

from spicekit.errors import InputError
from spicekit.models.quantity import Meta, Quantity, check_quantities, find_card, read_card

# what a design of any process could have: beyond it stands a slip of the prefix, which ngspice would take for hours
_RANGES = {"m": (1e-9, 1e-2), "F": (1e-18, 1e-9), "V": (1e-3, 20.0), "s": (1e-13, 1e-4), "1": (5.0, 1e5)}
_MOST_STEPS = 1e6  # of a read


def _in(unit: str) -> float:
    return field(metadata={"unit": unit})


@dataclass(frozen=True)
class Design:
    """Numbers of a 2T2R cell and its sense amplifier, SI units; the TOML file says the source of each."""

    access_width: float = _in("m")
    access_length: float = _in("m")
    latch_width: float = _in("m")
    precharge_width: float = _in("m")
    xnor_width: float = _in("m")
    foot_width: float = _in("m")
    logic_length: float = _in("m")
    bit_line_capacitance: float = _in("F")
    source_line_capacitance: float = _in("F")
    output_capacitance: float = _in("F")
    supply: float = _in("V")
    read_word_line: float = _in("V")
    precharge_time: float = _in("s")
    sense_time: float = _in("s")
    regeneration_time: float = _in("s")
    word_line_edge: float = _in("s")
    logic_edge: float = _in("s")
    read_step: float = _in("s")
    set_voltage: float = _in("V")
    reset_word_line: float = _in("V")
    program_edge: float = _in("s")
    settle_time: float = _in("s")
    verify_voltage: float = _in("V")
    steps_per_pulse: float = _in("1")


class _Card(pydantic.BaseModel, extra="forbid", frozen=True):
    meta: Meta
    quantities: dict[str, Quantity]


def load_design(source: str | Path = "2t2r_130nm") -> Design:
    """Load a design by its bundled name or by the path of a TOML file.

    Raises:
        InputError: file missing or unreadable, unknown or missing quantity, another unit, or a value out of range.
    """
    path = find_card(source, "cells")
    card = read_card(path, _Card)
    units = {quantity.name: quantity.metadata["unit"] for quantity in fields(Design)}
    check_quantities(path, "quantities", card.quantities, units)
    for name, quantity in card.quantities.items():
        low, high = _RANGES[units[name]]
        if not low <= quantity.value <= high:
            raise InputError(
                f"{path}: `quantities.{name}`: got {quantity.value:g} {units[name]}, expected {low:g} to {high:g} "
                f"{units[name]}: check the power of ten"
            )
    design = Design(**{name: quantity.value for name, quantity in card.quantities.items()})
    read = design.precharge_time + design.sense_time
    if read / design.read_step > _MOST_STEPS:
        raise InputError(
            f"{path}: `quantities.read_step`: a read of {read:g} s in steps of {design.read_step:g} s has more than "
            f"{_MOST_STEPS:g} steps: expected a larger step"
        )
    return design
