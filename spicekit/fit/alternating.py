"""Tables as cycling scripts write them: no header, a row per cell, its label and then the two states in turn."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from spicekit.errors import InputError
from spicekit.fit.columns import Column
from spicekit.fit.tables import Table, with_points
from spicekit.readers import MARKS, number, read_rows
from spicekit.units import engineering


def read_alternating(path: Path, states: tuple[str, str]) -> Table:
    """Read a file with a row per cell: a label, then resistances of `states` in turn, a pair for each cycle.

    Cycles are counted from 1.

    Raises:
        InputError: unreadable, a header, rows of several widths, half a cycle.
    """
    found, mark = read_rows(path, "a table in CSV", headed=False)
    if not found:
        raise InputError(f"{path}: is empty; expected a row per cell: its label, then resistances")
    rows = [(line, [cell.strip() for cell in cells]) for line, cells in found]
    if all(not cells[-1] for _, cells in rows):  # each line ends with a mark
        rows = [(line, cells[:-1]) for line, cells in rows]
    first, width = rows[0][0], len(rows[0][1])
    _check_first(path, *rows[0], states)
    for line, cells in rows:
        if len(cells) != width:
            raise InputError(
                f"{path}, line {line}: {len(cells)} cells, expected {width} as in line {first}, parted by {MARKS[mark]}"
            )
    pairs = (width - 1) // 2
    resistances, comma = with_points([cell for _, cells in rows for cell in cells[1:]], mark)
    columns = {
        "device": [cells[0] for _, cells in rows for _ in range(2 * pairs)],
        "cycle": [str(cycle) for cycle in range(1, pairs + 1) for _ in states] * len(rows),
        "state": list(states) * (pairs * len(rows)),
        "resistance": resistances,
    }
    notes = [f"a row per cell: {len(rows):,} cells, {pairs:,} cycles each, counted from 1", *comma]
    return Table(
        {name: (Column(name), cells) for name, cells in columns.items()},
        [line for line, _ in rows for _ in range(2 * pairs)],
        lambda i: f"line {rows[i // (2 * pairs)][0]}, column {i % (2 * pairs) + 2}",
        tuple(notes),
    )


def check_order(path: Path, table: pd.DataFrame, states: tuple[str, str]) -> None:
    """Raise InputError if the states were named the wrong way round."""
    median = table.groupby("state")["resistance"].median()
    if median["hrs"] < median["lrs"]:
        shown = {state: engineering(float(median[state]), "Ohm") for state in states}
        raise InputError(
            f"{path}: by `--alternating {','.join(states)}` HRS has {shown['hrs']} in the median, less than LRS "
            f"with {shown['lrs']}; expected `--alternating {','.join(reversed(states))}`"
        )


def _check_first(path: Path, line: int, cells: Sequence[str], states: tuple[str, str]) -> None:
    where = f"{path}, line {line}"
    if not any(_begins_with_digit(cell) for cell in cells[1:]) and len(cells) > 1:
        raise InputError(
            f"{where}: is `{cells[1]}` and no resistance in column 2; files for `--alternating` have no header: "
            "delete the line, or put `#` before it"
        )
    if len(cells) < 3 or len(cells) % 2 == 0:
        raise InputError(
            f"{where}: {len(cells)} cells, expected a label and pairs of {' and '.join(s.upper() for s in states)}, "
            f"thus an odd number, parted by {', '.join(MARKS.values())}"
        )
    if _counts(cells):
        raise InputError(
            f"{where}: counts its columns; files for `--alternating` have no header: delete the line"
        )


def _begins_with_digit(cell: str) -> bool:
    return cell[:1].isdigit() or (cell[:1] in "+-." and cell[1:2].isdigit())


def _counts(cells: Sequence[str]) -> bool:
    try:
        found = np.array([number(cell) for cell in cells[1:]])
    except ValueError:
        return False
    return len(found) > 2 and bool((np.diff(found) == 1).all())
