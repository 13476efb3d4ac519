"""Sweeps of a line's voltage: what their columns mean, and points that say no more than a bound.

Whoever sweeps stops a cell that has left its window. What it would have had at further voltages is then only known to
lie beyond its last resistance: above it in HRS, below it in LRS.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from spicekit.errors import InputError
from spicekit.fit.columns import CONDITIONS, LINES_PULSED, Column

BEYOND = {"lrs": "below", "hrs": "above"}
"""On which side of its last resistance a cell that has left its window would be."""

_MOST = 1_000_000  # bounds
_CLOSE = 1e-6  # relative; voltages that are closer are the same


@dataclass(frozen=True)
class Chosen:
    """Values of a condition that are taken: from `first` to `last`, each `step`; or `values`."""

    first: float = -np.inf
    last: float = np.inf
    step: float = 0.0  # 0: all
    values: tuple[float, ...] = ()

    def has(self, given: np.ndarray) -> np.ndarray:
        """Return which values are chosen; NaN is not."""
        if self.values:
            return np.asarray(np.isclose(given[:, None], self.values, rtol=_CLOSE, atol=0).any(axis=1))
        slack = _CLOSE * (self.step or max(abs(x) for x in (self.first, self.last) if np.isfinite(x)))
        within = (given >= self.first - slack) & (given <= self.last + slack)
        if self.step:
            steps = (given - self.first) / self.step
            within &= np.abs(steps - np.round(steps)) < 1e-3
        return within


def pulsed(path: Path, header: Sequence[Column]) -> tuple[list[Column], dict[str, str], str | None]:
    """Return the columns under their own names, how they were called, and the state if the pulsed line says it.

    A pulse on the bit line is a SET and leaves LRS; one on the source line is a RESET and leaves HRS.

    Raises:
        InputError: a word line that could be of several pulses.
    """
    names = {of.name for of in header}
    found = [(line, name, state) for line, (name, state) in LINES_PULSED.items() if line in names]
    implied = found[0][2] if len(found) == 1 and "state" not in names else None
    renamed = {line: name for line, name, _ in found}
    if "word_line" in names:
        if implied is None:
            raise InputError(
                f"{path}: column `word_line` could be of SET, RESET or reads: call it `set_word_line`, "
                "`reset_word_line` or `read_word_line`"
            )
        renamed["word_line"] = "set_word_line" if implied == "lrs" else "reset_word_line"
    if "resistance_after" in names:
        renamed["resistance_after"] = "resistance"
    return [Column(renamed.get(of.name, of.name), of.unit, of.power) for of in header], renamed, implied


def sides(found: tuple[Column, list[str]] | None, rows: int) -> tuple[list[str], tuple[int, str] | None]:
    """Return on which side of each row its resistance is, "" if it is that, and the first cell that says neither."""
    if found is None:
        return [""] * rows, None
    cells = [{"no": "", "0": ""}.get(text.lower(), text.lower()) for text in found[1]]
    wrong = next((i for i, text in enumerate(cells) if text not in ("", *BEYOND.values())), None)
    if wrong is None:
        return cells, None
    return cells, (
        wrong,
        f"`censored` is `{found[1][wrong]}`, expected `above`, `below`, or nothing for a value",
    )


def bounded(
    path: Path, table: pd.DataFrame, only: Mapping[str, Chosen], ended_sweeps: bool
) -> tuple[pd.DataFrame, list[str]]:
    """Return the rows at the conditions chosen, those that are bounds marked, and notes of them."""
    notes = []
    filled = _filled_in(table) & (table["censored"] == "").to_numpy()
    if filled.any():
        first = table["line"].to_numpy()[filled.argmax()]
        notes.append(
            f"{filled.sum():,} rows repeat both resistances of an earlier one (from line {first} on): taken for points "
            "filled in after a sweep's end, which only bound the resistance"
        )
        table.loc[filled, "censored"] = table.loc[filled, "state"].map(BEYOND)
    if ended_sweeps:
        lacking = _after_the_end(path, table[table["censored"] == ""], only)
        table = pd.concat([table, lacking], ignore_index=True)
        notes.append(
            f"sweeps that end early bound {len(lacking):,} resistances at voltages that they did not come to"
        )
    for name, chosen in only.items():
        if name not in table:
            raise InputError(f"{path}: has no column `{name}`, which `--only` needs")
        kept = chosen.has(table[name].to_numpy(float))
        if not kept.any():
            there = (
                f"{table[name].min():g} to {table[name].max():g}"
                if table[name].notna().any()
                else "not stated"
            )
            raise InputError(
                f"{path}: no row has the `{name}` of `--only`; expected such as in the file: {there}"
            )
        notes.append(f"`{name}` as in `--only`: {(~kept).sum():,} of {len(kept):,} rows are left out")
        table = table[kept].reset_index(drop=True)
    return table, notes


def _filled_in(table: pd.DataFrame) -> np.ndarray:
    """Return which rows repeat both resistances, before and after, of an earlier row of the same device.

    No cell does that to the last digit: such rows stand for points that were not measured any more.
    """
    if "resistance_before" not in table:
        return np.zeros(len(table), bool)
    return table.duplicated(["device", "state", "resistance_before", "resistance"]).to_numpy()


def _after_the_end(path: Path, table: pd.DataFrame, only: Mapping[str, Chosen]) -> pd.DataFrame:
    """Return a row for each voltage that a sweep did not come to, with its last resistance as a bound.

    Consecutive rows of a device in which the voltage rises are a sweep.

    Raises:
        InputError: no condition rises, or more than one varies.
    """
    varied = [name for name in CONDITIONS if table[name].nunique() > 1]
    if len(varied) != 1:
        shown = ", ".join(f"`{name}`" for name in varied) or "none"
        raise InputError(
            f"{path}: {shown} varies, expected one condition that rises in sweeps, as `--ended-sweeps` needs it"
        )
    swept = table[varied[0]].to_numpy()
    starts = np.append(
        True, (table["device"].to_numpy()[1:] != table["device"].to_numpy()[:-1]) | (np.diff(swept) <= 0)
    )
    ends = np.append(np.flatnonzero(starts)[1:], len(table)) - 1
    values = np.unique(swept)
    if varied[0] in only:
        values = values[only[varied[0]].has(values)]
    further = len(values) - np.searchsorted(values, swept[ends], side="right")
    if further.sum() > _MOST:
        raise InputError(
            f"{path}: sweeps lack {further.sum():,} points, expected at most {_MOST:,}: choose voltages with `--only`"
        )
    lacking = table.iloc[np.repeat(ends, further)].copy()
    lacking[varied[0]] = np.concatenate([values[len(values) - n :] for n in further]) if len(lacking) else []
    return lacking.assign(censored=lacking["state"].map(BEYOND))
