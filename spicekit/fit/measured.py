"""Measured resistances from a CSV file: every row is checked, and errors name its line."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pandas as pd

from spicekit.errors import InputError, did_you_mean
from spicekit.fit.alternating import check_order, read_alternating
from spicekit.fit.columns import ALWAYS, CONDITIONS, STATES, Numbers, numbers
from spicekit.fit.sweeps import Chosen, bounded, sides
from spicekit.fit.tables import read_table
from spicekit.units import engineering

LEAST = 10  # resistances of a state at a setting; with fewer a spread means nothing
MOST_SETTINGS = 24  # each is simulated some hundred times
_KEPT = ["line", "state", "resistance", "setting", "device", "cycle"]
MOST_DESCRIBED = 1000  # where nothing is simulated


@dataclass(frozen=True)
class Setting:
    """How a cell was programmed and read."""

    set_compliance: float | None  # A; None if `set_word_line` is stated in its place
    reset_voltage: float  # V, of the source line: over cell and access transistor
    pulse_width: float  # s, of both pulses
    read_voltage: float  # V, of the bit line
    set_voltage: float | None = None  # V, of the bit line; None here and below: as the design has it
    set_word_line: float | None = None  # V, as stated
    reset_word_line: float | None = None  # V
    read_word_line: float | None = None  # V
    set_word_line_loss: float | None = None  # V, that gates get less in SET than `set_word_line`
    line_resistance: float | None = None  # Ohm, of the source line and what drives it; None: none
    with_access: bool = False  # resistances are those of cell, access transistor and line in series

    def __str__(self) -> str:
        """Return what is stated; draws are named by it, which fields that are not used do not move."""
        stated = ((f.name, getattr(self, f.name)) for f in fields(self))
        return f"Setting({', '.join(f'{name}={value!r}' for name, value in stated if value not in (None, False))})"


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
    bounds: (
        pd.DataFrame
    )  # as `table`, of rows that bound a resistance: it is ``censored`` "above" or "below" theirs


def read_measured(
    path: Path,
    given: Mapping[str, float],
    otherwise: Mapping[str, tuple[float, str]],
    cycles: tuple[float, float] | None = None,
    alternating: tuple[str, str] | None = None,
    with_access: bool = False,
    most_settings: int = MOST_SETTINGS,
    only: Mapping[str, Chosen] | None = None,
    ended_sweeps: bool = False,
) -> Measured:
    """Read a CSV file with a header line, or of `alternating` columns.

    ``#`` starts a comment line; numbers are plain SI or have a unit. Columns may be parted by ``;`` or tabs instead
    of commas; then a comma in a number is a decimal point.

    Args:
        path: with the columns ``state`` and ``resistance``, and any of ``device``, ``cycle`` and the conditions.
        given: conditions by name that the user states for rows without them.
        otherwise: value and origin of each condition that neither the file nor `given` has, but for voltages of lines,
            which are then the design's; without it nothing is taken for it.
        cycles: first and last one that is taken; all rows are checked.
        alternating: states of the columns behind a label, of a file without header and with a row per cell.
        with_access: resistances hold the access transistor.
        most_settings: with more the file is refused.
        only: values of conditions, by name, that are taken; all rows are checked.
        ended_sweeps: a sweep that ends early bounds the resistances at voltages that it did not come to.

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
    if "resistance_before" in found.columns:
        before = numbers(*found.columns["resistance_before"])
        table["resistance_before"] = before.values
        problems.append(before.bad)
    table["censored"], bad = sides(found.columns.get("censored"), len(table))
    problems.append(bad)
    conditions = {}
    gated = _gated(path, {*found.columns, *given})
    for name, unit in CONDITIONS.items():
        if name in given:
            instead, origin = given[name], ""
        elif name in ALWAYS and name in otherwise and not (name == "set_compliance" and gated):
            instead, origin = otherwise[name]
        else:
            instead, origin = math.nan, ""
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
    table = table.assign(**conditions, with_access=with_access)
    name = path.name
    table, said = bounded(
        path, table, {found.called.get(n, n): c for n, c in (only or {}).items()}, ended_sweeps
    )
    notes += said
    if cycles:
        table, note = _within(path, table, cycles)
        name = f"{name} (cycles {cycles[0]:g} to {cycles[1]:g})"
        notes.append(note)
    settings = tuple(dict.fromkeys(_settings(table[table["censored"] == ""])))
    place = {setting: k for k, setting in enumerate(settings)}
    table["setting"] = [place.get(setting, -1) for setting in _settings(table)]
    values = table.loc[table["censored"] == "", _KEPT].reset_index(drop=True)
    bounds = table.loc[(table["censored"] != "") & (table["setting"] >= 0), [*_KEPT, "censored"]]
    told = ("device" in found.columns, "cycle" in found.columns)
    measured = Measured(name, values, settings, *told, tuple(notes), bounds.reset_index(drop=True))
    _check_rows(path, measured, most_settings)
    return measured


def describe(setting: Setting, settings: Sequence[Setting]) -> str:
    """Return what sets `setting` apart from the others, or all of it if it is the only one."""
    shown = {
        name: value
        for name in CONDITIONS
        if len(settings) == 1 or len({getattr(s, name) for s in settings}) > 1
        if (value := getattr(setting, name)) is not None
    }
    return ", ".join(f"{name} {engineering(value, CONDITIONS[name])}" for name, value in shown.items())


def _gated(path: Path, stated: set[str]) -> bool:
    """Return whether the gate's voltage is stated in place of the compliance that it makes."""
    if {"set_compliance", "set_word_line"} <= stated:
        raise InputError(
            f"{path}: both `set_compliance` and `set_word_line` are stated; expected one, as the word line makes the "
            "compliance: leave out the other column or option"
        )
    return "set_word_line" in stated


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


def _settings(table: pd.DataFrame) -> list[Setting]:
    """Return the setting of each row."""
    columns = ([None if v != v else v for v in table[f.name].tolist()] for f in fields(Setting))
    rows = list(zip(*columns, strict=True))
    made = {row: Setting(*row) for row in set(rows)}
    return [made[row] for row in rows]


def _mixed(name: str, found: Numbers) -> list[str]:
    """Return a note if some cells of a column have a unit and some have none."""
    plain = int((~np.isnan(found.values)).sum()) - found.united
    if not found.united or not plain:
        return []
    return [f"`{name}`: {found.united} cells have a unit, {plain} have none and are taken as SI"]


def _varied(settings: Sequence[Setting]) -> str:
    """Return a choice of some values of the condition that has the most."""
    values = {name: {getattr(s, name) for s in settings} - {None} for name in CONDITIONS}
    name = max(values, key=lambda one: len(values[one]))
    low, high = min(values[name]), max(values[name])
    return f"{name}={low:g}:{high:g}:{float(f'{(high - low) / 10:.1g}'):g}"


def _check_rows(path: Path, measured: Measured, most: int) -> None:
    table, settings = measured.table, measured.settings
    if len(settings) > most:
        raise InputError(
            f"{path}: {len(settings)} different settings, at most {most} are fitted at once: give the values "
            "that were set, not the ones that were measured, or choose some by `--only`, such as "
            f"`--only {_varied(settings)}`"
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
