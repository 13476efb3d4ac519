"""Columns of a measured table: their titles with a unit, and their cells as numbers, whole columns at a time."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from spicekit.readers import number
from spicekit.units import quantity

STATES = ("lrs", "hrs")
ALWAYS = {"set_compliance": "A", "reset_voltage": "V", "pulse_width": "s", "read_voltage": "V"}
"""Conditions with their units; one of each is assumed where nobody states it."""
LINES = {"set_voltage": "V", "set_word_line": "V", "reset_word_line": "V", "read_word_line": "V"}
"""Voltages of lines that are the design's where nobody states them."""
CONDITIONS = ALWAYS | LINES | {"set_word_line_loss": "V", "line_resistance": "Ohm"}
LINES_PULSED = {"bit_line": ("set_voltage", "lrs"), "source_line": ("reset_voltage", "hrs")}
"""Lines as sweeps name them: the condition that they are, and the state that a pulse on them leaves."""
OF_SWEEPS = (*LINES_PULSED, "word_line", "resistance_after", "resistance_before")
KNOWN = ("state", "resistance", "device", "cycle", *CONDITIONS, "censored", *OF_SWEEPS)
HIGHEST = {"A": 1.0, "V": 20.0, "s": 1.0, "Ohm": 1e15}  # slips of the prefix, not physics
_UNITS = {
    **dict.fromkeys(("resistance", "resistance_after", "resistance_before"), "Ohm"),
    **CONDITIONS,
    **dict.fromkeys((*LINES_PULSED, "word_line"), "V"),
}
_OHMS = (
    "Ohms",
    "ohms",
    "ohm",
    "OHM",
    "\u03a9",
    "\u2126",
)  # the Greek letter, and the sign that looks like it
_EXAMPLES = {"Ohm": "kOhm", "A": "uA", "V": "mV", "s": "ns"}
_PLAIN = {
    "Ohm": ("5700 or 5.7e3", ", or with its unit as in 5.7 kOhm"),
    "A": ("2e-4", ", or with its unit as in 200 uA"),
    "V": ("2.3", ", or with its unit as in 2300 mV"),
    "s": ("1e-7", ", or with its unit as in 100 ns"),
    "": ("5700 or 5.7e3", ""),
}
_WITH_UNIT = re.compile(r"([+-]?(?:\d++\.?\d*+|\.\d++)(?:[eE][+-]?\d++)?+)[ \u00a0]?(\S++)", re.ASCII)


@dataclass(frozen=True)
class Column:
    """What a title says."""

    name: str  # in small letters, without its unit
    unit: str = ""  # as written: "kOhm"; "" if it has none
    power: int = 0  # of ten, from that unit to SI


@dataclass(frozen=True)
class Numbers:
    """A column as numbers in SI; NaN where a cell is empty, or bad."""

    values: np.ndarray
    bad: tuple[int, str] | None  # the first cell that is not as expected: its index, and what to say of it
    united: int  # cells that carry a unit


def column(title: str) -> Column:
    """Return what `title` says: ``resistance``, ``resistance [kOhm]``, ``pulse_width (ns)``, ``pulse_width_ns``.

    Raises:
        ValueError: a unit of another kind, or one that could be two.
    """
    title = title.strip()
    for left, right in ("[]", "()"):
        name, _, unit = title.partition(left)
        name, unit = name.strip().lower(), unit.strip()
        if name in _UNITS and unit.endswith(right):
            unit = unit.removesuffix(right).strip()
            return Column(name, unit, _power(unit, _UNITS[name]))
    name, _, unit = title.rpartition("_")
    symbol = _UNITS.get(name.lower())
    if symbol and _spelt(unit, symbol).endswith(symbol) and len(_spelt(unit, symbol)) <= len(symbol) + 3:
        return Column(name.lower(), unit, _power(unit, symbol))
    return Column(title.lower())


def in_range(name: str, value: float) -> float:
    """Return a condition that was given; raises ValueError if it is a slip of the prefix."""
    unit = CONDITIONS[name]
    if not 0 < value <= HIGHEST[unit]:
        raise ValueError(f"got {value:g} {unit}, expected above 0 and at most {HIGHEST[unit]:g} {unit}")
    return value


def numbers(of: Column, cells: Sequence[str], may_be_empty: bool = False) -> Numbers:
    """Return the cells of a column as numbers in SI: plain ones in the unit of its title, others in their own."""
    unit = _UNITS.get(of.name, "")
    bad, united = None, 0
    try:
        values = np.array([_scaled(text, of.power) for text in cells], dtype=float)
    except ValueError:  # one by one, to say which
        values = np.full(len(cells), np.nan)
        for i, text in enumerate(cells):
            if may_be_empty and not text:
                continue
            try:
                values[i], with_unit = _value(text, of, unit)
            except ValueError as error:
                bad = i, f"`{of.name}` is `{text}`, expected {_expected(of, unit)}, {error}"
                break
            united += with_unit
    with np.errstate(invalid="ignore"):
        least = 0 if unit == "V" else np.nextafter(0, 1)  # a sweep may begin without any pulse
        good = (values >= least) & (values <= HIGHEST[unit]) if unit else (values >= 0) & np.isfinite(values)
    off = np.flatnonzero(~good & ~np.isnan(values))
    if len(off):
        limit = f", at most {HIGHEST[unit] / 10.0**of.power:g}" if unit else ""
        bad = int(off[0]), f"`{of.name}` is {cells[off[0]]}, expected {_expected(of, unit)}{limit}"
    return Numbers(values, bad, united)


def _value(text: str, of: Column, unit: str) -> tuple[float, bool]:
    """Return the number in a cell, and whether it carries a unit; raises ValueError with what is expected."""
    try:
        return _scaled(text, of.power), False
    except ValueError:
        found = _WITH_UNIT.fullmatch(text) if unit else None
    plain, example = _PLAIN[unit]
    if of.unit:
        if found and _spelt(found[2], unit) == _spelt(of.unit, unit):
            return _scaled(found[1], of.power), True
        raise ValueError("as its title says; take the unit out of the title, or out of the cells") from None
    if found is None:
        raise ValueError(f"plain as in {plain}{example}")
    try:
        return _scaled(found[1], _power(found[2], unit)), True
    except ValueError as error:
        raise ValueError(f"plain as in {plain}{example} ({error})") from None


def _scaled(text: str, power: int) -> float:
    """Return the number times a power of ten, as exactly as if it were written so."""
    value = number(text)
    if not power:
        return value
    mantissa, _, exponent = text.lower().partition("e")
    return float(f"{mantissa}e{int(exponent or 0) + power}")


def _power(text: str, unit: str) -> int:
    """Return the power of ten of a unit such as "kOhm" or "ns"."""
    spelt = _spelt(text, unit)
    if spelt.removesuffix(unit) == "M":
        raise ValueError(
            f"`M` is milli in SPICE and mega in SI; write `{'' if unit == 'Ohm' else 'm` or `'}Meg`"
        )
    try:
        power = round(math.log10(quantity(f"1 {spelt}", unit)))
    except ValueError:
        raise ValueError(f"`{text}` is no unit such as `{_EXAMPLES[unit]}`") from None
    if unit == "Ohm" and power < 0:
        raise ValueError(f"`{text}` is less than an Ohm, which no cell has; write `kOhm` or `MegOhm`")
    return power


def _spelt(text: str, unit: str) -> str:
    """Return a unit of resistance as it is spelt here; others write KOHM or kΩ."""
    if unit != "Ohm":
        return text
    for symbol in _OHMS:
        if text.endswith(symbol):
            text = text.removesuffix(symbol) + unit
            break
    return "k" + text[1:] if text.startswith("K") else text


def _expected(of: Column, unit: str) -> str:
    if not unit:
        return "a number, 0 or more"
    return (
        f"a number, 0 or more, in {of.unit or unit}"
        if unit == "V"
        else f"a number above 0 in {of.unit or unit}"
    )
