"""Tables of others as columns of text, and where in the file each row is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from spicekit.errors import InputError, did_you_mean
from spicekit.fit.columns import KNOWN, OF_SWEEPS, STATES, Column, column
from spicekit.fit.sweeps import pulsed
from spicekit.readers import MARKS, read_rows


@dataclass(frozen=True)
class Table:
    """Cells by column, stripped."""

    columns: dict[str, tuple[Column, list[str]]]  # those that are known, by name
    lines: list[int]  # of the file, one per row
    place: Callable[[int], str]  # "line 7", of a row by its index
    notes: tuple[str, ...]
    called: dict[str, str] = field(default_factory=dict)  # columns that the file calls otherwise, by its name


def read_table(path: Path) -> Table:
    """Read a file with a header line and a row per resistance.

    Raises:
        InputError: unreadable, a misspelt or missing column, a row of another width.
    """
    found, mark = read_rows(path, "a table in CSV")
    if not found:
        raise InputError(f"{path}: is empty; expected a header line with `state` and `resistance`, then rows")
    rows = found[1:]
    width = len(found[0][1])
    for line, cells in rows:
        if len(cells) != width:
            raise InputError(
                f"{path}, line {line}: {len(cells)} cells, expected {width} as in the header, parted by {MARKS[mark]}"
            )
    header, called, implied = pulsed(path, _header(path, *found[0]))
    _check_names(path, header, implied)
    notes = [f"column `{of.name}` is not known and was ignored" for of in header if of.name not in KNOWN]
    notes += [f"`{of.name}` is taken in {of.unit}, as its title says" for of in header if of.unit]
    columns = {}
    for of, texts in zip(header, zip(*(cells for _, cells in rows), strict=True), strict=False):
        cells, comma = with_points([text.strip() for text in texts], mark)
        notes += [note for note in comma if note not in notes]
        if of.name in KNOWN:
            columns[of.name] = of, cells
    lines = [line for line, _ in rows]
    if implied:
        columns["state"] = Column("state"), [implied] * len(rows)
        pulse = "bit line is pulsed: SETs" if implied == "lrs" else "source line is pulsed: RESETs"
        notes.append(f"no column `state`: the {pulse}, which leave {implied.upper()}")
    return Table(columns, lines, lambda row: f"line {lines[row]}", tuple(notes), called)


def with_points(cells: list[str], mark: str) -> tuple[list[str], list[str]]:
    """Return cells with decimal points, and a note if they had commas."""
    if mark == "," or not any("," in cell for cell in cells):
        return cells, []
    note = f"columns are parted by {MARKS[mark]}: commas in numbers are read as decimal points"
    return [cell.replace(",", ".") for cell in cells], [note]


def _header(path: Path, line: int, titles: list[str]) -> list[Column]:
    """Return what the titles say; refuse those that look like a slip."""
    if len(titles) > 2 and all(title.strip()[:1].isdigit() for title in titles):
        raise InputError(
            f"{path}, line {line}: has numbers where titles are expected, such as `state` and `resistance`; if it is a "
            "row per cell, say which states its columns have in turn: `--alternating hrs,lrs` or lrs,hrs"
        )
    header = []
    for title in titles:
        try:
            header.append(column(title))
        except ValueError as error:
            raise InputError(f"{path}, line {line}: column `{title.strip()}`: {error}") from None
    return header


def _check_names(path: Path, header: list[Column], implied: str | None) -> None:
    """Refuse columns that stand twice, look like a slip, or are missing."""
    names = [of.name for of in header]
    for name in names:
        if names.count(name) > 1:
            rows = "; for a row per cell see `--alternating`" if name.strip("0123456789 _") in STATES else ""
            raise InputError(f"{path}: column `{name}` is given twice{rows}")
        alike = (
            KNOWN if len(name) > len("bit_line") - 2 else [known for known in KNOWN if known not in OF_SWEEPS]
        )
        if name not in KNOWN and (hint := did_you_mean(name, alike)):
            raise InputError(f"{path}: unknown column `{name}`{hint}; known: {', '.join(KNOWN)}")
    for name in ("resistance",) if implied else ("state", "resistance"):
        if name not in names:
            sweep = " (or the line pulsed in a sweep: `bit_line`, `source_line`)" if name == "state" else ""
            raise InputError(f"{path}: column `{name}` is missing{sweep}; known columns: {', '.join(KNOWN)}")
