"""Measured resistances from a CSV file: every row is checked, and errors name its line."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import pandas as pd

from spicekit.errors import InputError, did_you_mean
from spicekit.readers import MARKS, number, read_rows
from spicekit.units import engineering

LEAST = 10  # resistances of a state at a setting; with fewer a spread means nothing
MOST_SETTINGS = 24  # each is simulated some hundred times
STATES = ("lrs", "hrs")
CONDITIONS = {"set_compliance": "A", "reset_voltage": "V", "pulse_width": "s", "read_voltage": "V"}
_KNOWN = ("state", "resistance", "device", "cycle", *CONDITIONS)
_HIGHEST = {"A": 1.0, "V": 20.0, "s": 1.0, "Ohm": 1e15}  # slips of the prefix, not physics


@dataclass(frozen=True)
class Setting:
    """How a cell was programmed and read."""

    set_compliance: float  # A
    reset_voltage: float  # V, over cell and access transistor
    pulse_width: float  # s, of both pulses
    read_voltage: float  # V, over the cell


@dataclass(frozen=True)
class Measured:
    """Resistances with all that is known of each.

    `table` has one row each: ``line`` (of the file), ``state`` ("lrs", "hrs"), ``resistance`` [Ohm], ``setting``
    (index into `settings`), ``device`` (label; "" if the file has none), ``cycle`` (NaN if the file has none).
    """

    name: str  # of the file
    table: pd.DataFrame
    settings: tuple[Setting, ...]
    has_device: bool
    has_cycle: bool
    notes: tuple[str, ...]  # what was ignored or taken from elsewhere


def read_measured(
    path: Path, given: Mapping[str, float], otherwise: Mapping[str, tuple[float, str]]
) -> Measured:
    """Read a CSV file with a header line; ``#`` starts a comment line, numbers are plain SI.

    Columns may be parted by ``;`` or tabs instead of commas; then a comma in a number is a decimal point.

    Args:
        path: with the columns ``state`` and ``resistance``, and any of ``device``, ``cycle`` and the conditions.
        given: conditions by name that the user states for rows without them.
        otherwise: value and origin of each condition that neither the file nor `given` has.

    Raises:
        InputError: unreadable, a misspelt or missing column, a bad row, a cycle given twice, too few rows.
    """
    lines, mark = _lines(path)
    header = [name.strip().lower() for name in lines[0][1]]
    ignored = _check_header(path, header)
    notes = [f"column `{name}` is not known and was ignored" for name in ignored]
    if mark != "," and any("," in cell for _, cells in lines[1:] for cell in cells):
        notes.append(f"columns are parted by {MARKS[mark]}: commas in numbers are read as decimal points")
        lines = [(line, [cell.replace(",", ".") for cell in cells]) for line, cells in lines]
    for name in CONDITIONS:
        if name in header and name in given:
            notes.append(f"`{name}` stands in the file: the option is used only where a row leaves it empty")
    rows = [
        _row(path, line, dict(zip(header, cells, strict=True)), given, otherwise) for line, cells in lines[1:]
    ]
    if not rows:
        raise InputError(
            f"{path}: no rows below the header; at least {LEAST} resistances of a state are needed"
        )
    for name, unit in CONDITIONS.items():
        if name not in given and any(not row[f"{name} stated"] for row in rows):
            value, origin = otherwise[name]
            notes.append(f"`{name}` is not stated: {engineering(value, unit)} is taken, {origin}")
    table = pd.DataFrame(rows)
    settings = tuple(dict.fromkeys(table["setting"]))
    table["setting"] = table["setting"].map({s: i for i, s in enumerate(settings)})
    table = table[["line", "state", "resistance", "setting", "device", "cycle"]]
    measured = Measured(path.name, table, settings, "device" in header, "cycle" in header, tuple(notes))
    _check_rows(path, measured)
    return measured


def in_range(name: str, value: float) -> float:
    """Return a condition that was given; raises ValueError if it is a slip of the prefix."""
    unit = CONDITIONS[name]
    if not 0 < value <= _HIGHEST[unit]:
        raise ValueError(f"got {value:g} {unit}, expected above 0 and at most {_HIGHEST[unit]:g} {unit}")
    return value


def describe(setting: Setting, settings: Sequence[Setting]) -> str:
    """Return what sets `setting` apart from the others, or all of it if it is the only one."""
    shown = [
        f for f in fields(Setting) if len({getattr(s, f.name) for s in settings}) > 1 or len(settings) == 1
    ]
    return ", ".join(f"{f.name} {engineering(getattr(setting, f.name), CONDITIONS[f.name])}" for f in shown)


def _lines(path: Path) -> tuple[list[tuple[int, list[str]]], str]:
    """Return (line number, cells) of the header and of each row, and the mark between cells."""
    found, mark = read_rows(path, "a table in CSV")
    if not found:
        raise InputError(f"{path}: is empty; expected a header line with `state` and `resistance`, then rows")
    width = len(found[0][1])
    for line, cells in found[1:]:
        if len(cells) != width:
            raise InputError(
                f"{path}, line {line}: {len(cells)} cells, expected {width} as in the header, parted by {MARKS[mark]}"
            )
    return found, mark


def _check_header(path: Path, header: list[str]) -> list[str]:
    """Return the columns that are ignored; refuse those that look like a slip."""
    for name in header:
        if header.count(name) > 1:
            raise InputError(f"{path}: column `{name}` is given twice")
        if name not in _KNOWN and (hint := did_you_mean(name, _KNOWN)):
            raise InputError(f"{path}: unknown column `{name}`{hint}; known: {', '.join(_KNOWN)}")
    for name in ("state", "resistance"):
        if name not in header:
            raise InputError(f"{path}: column `{name}` is missing; known columns: {', '.join(_KNOWN)}")
    return [name for name in header if name not in _KNOWN]


def _row(path: Path, line: int, cells: dict[str, str], given: Mapping, otherwise: Mapping) -> dict:
    cells = {name: text.strip() for name, text in cells.items()}
    state = cells["state"].lower()
    if state not in STATES:
        raise InputError(
            f"{path}, line {line}: `state` is `{cells['state']}`, expected lrs or hrs{did_you_mean(state, STATES)}"
        )
    row: dict = {"line": line, "state": state, "resistance": _number(path, line, "resistance", cells, "Ohm")}
    conditions = {}
    for name, unit in CONDITIONS.items():
        row[f"{name} stated"] = bool(cells.get(name))
        instead = given[name] if name in given else otherwise[name][0]
        conditions[name] = _number(path, line, name, cells, unit) if cells.get(name) else instead
    row["setting"] = Setting(**conditions)
    row["device"] = cells.get("device", "")
    if "device" in cells and not row["device"]:
        raise InputError(f"{path}, line {line}: `device` is empty, expected a label")
    row["cycle"] = _number(path, line, "cycle", cells, "") if "cycle" in cells else math.nan
    return row


def _number(path: Path, line: int, name: str, cells: Mapping[str, str], unit: str) -> float:
    text = cells[name]
    expected = f"a number above 0 in {unit}" if unit else "a number, 0 or more"
    try:
        value = number(text)
    except ValueError:
        raise InputError(
            f"{path}, line {line}: `{name}` is `{text}`, expected {expected}, plain as in 5700 or 5.7e3"
        ) from None
    good = math.isfinite(value) and (0 < value <= _HIGHEST[unit] if unit else value >= 0)
    if not good:
        limit = f", at most {_HIGHEST[unit]:g}" if unit else ""
        raise InputError(f"{path}, line {line}: `{name}` is {text}, expected {expected}{limit}")
    return value


def _check_rows(path: Path, measured: Measured) -> None:
    table, settings = measured.table, measured.settings
    if len(settings) > MOST_SETTINGS:
        raise InputError(
            f"{path}: {len(settings)} different settings, at most {MOST_SETTINGS} are fitted at once: give the "
            "values that were set, not the ones that were measured, or split the file"
        )
    for (setting, state), rows in table.groupby(["setting", "state"]):
        if len(rows) < LEAST:
            raise InputError(
                f"{path}: {len(rows)} resistances of {str(state).upper()} at "
                f"{describe(settings[int(setting)], settings)}, at least {LEAST} are needed"  # type: ignore[arg-type]
            )
        if rows["resistance"].nunique() == 1:
            raise InputError(
                f"{path}: all resistances of {str(state).upper()} at "
                f"{describe(settings[int(setting)], settings)} are {rows['resistance'].iloc[0]:g} Ohm: "  # type: ignore[arg-type]
                "no spread to fit; give them with all their digits"
            )
    if measured.has_cycle:
        again = table[table.duplicated(["setting", "state", "device", "cycle"])]
        if len(again):
            first = again.iloc[0]
            whose = f" of device `{first['device']}`" if measured.has_device else ": add a column `device`"
            raise InputError(
                f"{path}, line {first['line']}: cycle {first['cycle']:g} in {first['state'].upper()} stands "
                f"twice{whose}"
            )
