"""Measured resistances from a CSV file: every row is checked, and errors name its line."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pandas as pd

from spicekit.errors import InputError, did_you_mean
from spicekit.fit.alternating import check_order, read_alternating
from spicekit.fit.columns import CONDITIONS, STATES, Numbers, numbers
from spicekit.fit.tables import read_table
from spicekit.units import engineering

LEAST = 10  # resistances of a state at a setting; with fewer a spread means nothing
MOST_SETTINGS = 24  # each is simulated some hundred times


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

    name: str  # of the file, and the cycles if not all
    table: pd.DataFrame
    settings: tuple[Setting, ...]
    has_device: bool
    has_cycle: bool
    notes: tuple[str, ...]  # what was ignored or taken from elsewhere


def read_measured(
    path: Path,
    given: Mapping[str, float],
    otherwise: Mapping[str, tuple[float, str]],
    cycles: tuple[float, float] | None = None,
    alternating: tuple[str, str] | None = None,
) -> Measured:
    """Read a CSV file with a header line, or of `alternating` columns.

    ``#`` starts a comment line; numbers are plain SI or have a unit. Columns may be parted by ``;`` or tabs instead
    of commas; then a comma in a number is a decimal point.

    Args:
        path: with the columns ``state`` and ``resistance``, and any of ``device``, ``cycle`` and the conditions.
        given: conditions by name that the user states for rows without them.
        otherwise: value and origin of each condition that neither the file nor `given` has.
        cycles: first and last one that is taken; all rows are checked.
        alternating: states of the columns behind a label, of a file without header and with a row per cell.

    Raises:
        InputError: unreadable, a misspelt or missing column, a bad row, a cycle given twice, too few rows.
    """
    found = read_alternating(path, alternating) if alternating else read_table(path)
    if not found.lines:
        raise InputError(
            f"{path}: no rows below the header; at least {LEAST} resistances of a state are needed"
        )
    notes = list(found.notes)
    table, problems = pd.DataFrame({"line": found.lines}), []
    table["state"], bad = _states(found.columns["state"][1])
    problems.append(bad)
    resistances = numbers(*found.columns["resistance"])
    table["resistance"] = resistances.values
    problems.append(resistances.bad)
    notes += _mixed("resistance", resistances)
    conditions = {}
    for name, unit in CONDITIONS.items():
        instead, origin = (given[name], "") if name in given else otherwise[name]
        values = np.full(len(table), np.nan)
        if name in found.columns:
            stated = numbers(*found.columns[name], may_be_empty=True)
            values = stated.values
            problems.append(stated.bad)
            notes += _mixed(name, stated)
            if name in given:
                notes.append(
                    f"`{name}` stands in the file: the option is used only where a row leaves it empty"
                )
        if origin and np.isnan(values).any():
            notes.append(f"`{name}` is not stated: {engineering(instead, unit)} is taken, {origin}")
        conditions[name] = np.where(np.isnan(values), instead, values)
    labels = found.columns["device"][1] if "device" in found.columns else [""] * len(table)
    table["device"] = labels
    if "device" in found.columns and "" in labels:
        problems.append((labels.index(""), "`device` is empty, expected a label"))
    table["cycle"] = math.nan
    if "cycle" in found.columns:
        counted = numbers(*found.columns["cycle"])
        table["cycle"] = counted.values
        problems.append(counted.bad)
    if bad := min((p for p in problems if p), key=lambda p: p[0], default=None):
        raise InputError(f"{path}, {found.place(bad[0])}: {bad[1]}")
    if alternating:
        check_order(path, table, alternating)
    table = table.assign(**conditions)
    name = path.name
    if cycles:
        table, note = _within(path, table, cycles)
        name = f"{name} (cycles {cycles[0]:g} to {cycles[1]:g})"
        notes.append(note)
    table["setting"], settings = _settings(table)
    table = table[["line", "state", "resistance", "setting", "device", "cycle"]]
    measured = Measured(
        name, table, settings, "device" in found.columns, "cycle" in found.columns, tuple(notes)
    )
    _check_rows(path, measured)
    return measured


def describe(setting: Setting, settings: Sequence[Setting]) -> str:
    """Return what sets `setting` apart from the others, or all of it if it is the only one."""
    shown = [
        f for f in fields(Setting) if len({getattr(s, f.name) for s in settings}) > 1 or len(settings) == 1
    ]
    return ", ".join(f"{f.name} {engineering(getattr(setting, f.name), CONDITIONS[f.name])}" for f in shown)


def _states(cells: Sequence[str]) -> tuple[list[str], tuple[int, str] | None]:
    """Return the states, and the first cell that is none with what to say of it."""
    states = {text: text.lower() for text in set(cells)}
    bad = None
    if wrong := {text for text, state in states.items() if state not in STATES}:
        place = next(i for i, text in enumerate(cells) if text in wrong)
        hint = did_you_mean(states[cells[place]], STATES)
        bad = place, f"`state` is `{cells[place]}`, expected lrs or hrs{hint}"
    return [states[text] for text in cells], bad


def _within(path: Path, table: pd.DataFrame, cycles: tuple[float, float]) -> tuple[pd.DataFrame, str]:
    """Return the rows of these cycles, and a note of how many there are besides."""
    first, last = cycles
    if table["cycle"].isna().all():
        raise InputError(
            f"{path}: has no column `cycle`, which `--cycles` needs: add it, or leave out the option"
        )
    kept = table[table["cycle"].between(first, last)].reset_index(drop=True)
    if kept.empty:
        there = f"{table['cycle'].min():g} to {table['cycle'].max():g}"
        raise InputError(f"{path}: has no cycles {first:g} to {last:g}; expected `--cycles` within {there}")
    note = f"cycles {first:g} to {last:g}: {len(table) - len(kept):,} of {len(table):,} rows are left out"
    return kept, note


def _settings(table: pd.DataFrame) -> tuple[np.ndarray, tuple[Setting, ...]]:
    """Return the index of the setting of each row, and the settings in their order in the file."""
    rows = list(zip(*(table[f.name].tolist() for f in fields(Setting)), strict=True))
    place = {row: i for i, row in enumerate(dict.fromkeys(rows))}
    return np.array([place[row] for row in rows]), tuple(Setting(*row) for row in place)


def _mixed(name: str, found: Numbers) -> list[str]:
    """Return a note if some cells of a column have a unit and some have none."""
    plain = int((~np.isnan(found.values)).sum()) - found.united
    if not found.united or not plain:
        return []
    return [f"`{name}`: {found.united} cells have a unit, {plain} have none and are taken as SI"]


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
