"""The drawn design around the memory devices: sizes, line capacitances, supplies and timing."""

from dataclasses import dataclass, field, fields
from pathlib import Path

import pydantic

from spicekit.models.quantity import Meta, Quantity, check_quantities, find_card, read_card


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
        InputError: file missing or unreadable, unknown or missing quantity, another unit.
    """
    path = find_card(source, "cells")
    card = read_card(path, _Card)
    units = {quantity.name: quantity.metadata["unit"] for quantity in fields(Design)}
    check_quantities(path, "quantities", card.quantities, units)
    return Design(**{name: quantity.value for name, quantity in card.quantities.items()})
