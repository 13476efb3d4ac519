"""The drawn design around the memory devices: sizes, line capacitances, supplies and timing."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import pydantic

from spicekit.models.quantity import Meta, Quantity, check_names, find_card, read_card


@dataclass(frozen=True)
class Design:
    """Numbers of a 2T2R cell and its sense amplifier, SI units; the TOML file says the source of each."""

    access_width: float
    access_length: float
    latch_width: float
    precharge_width: float
    xnor_width: float
    foot_width: float
    logic_length: float
    bit_line_capacitance: float
    source_line_capacitance: float
    output_capacitance: float
    supply: float
    read_word_line: float
    precharge_time: float
    sense_time: float
    margin_time: float
    word_line_edge: float
    logic_edge: float
    read_step: float
    set_voltage: float
    reset_word_line: float
    program_edge: float
    settle_time: float
    verify_voltage: float
    steps_per_pulse: float


class _Card(pydantic.BaseModel, extra="forbid", frozen=True):
    meta: Meta
    quantities: dict[str, Quantity]


def load_design(source: str | Path = "2t2r_130nm", override: Mapping[str, float] | None = None) -> Design:
    """Load a design by its bundled name or by the path of a TOML file; `override` replaces single values.

    Raises:
        InputError: file missing or unreadable, unknown or missing quantity.
    """
    path = find_card(source, "cells")
    card = read_card(path, _Card)
    check_names(path, "quantities", card.quantities, tuple(field.name for field in fields(Design)))
    return Design(
        **{name: quantity.value for name, quantity in card.quantities.items()} | dict(override or {})
    )
