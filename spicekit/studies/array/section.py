"""The array: its error rate beside that of lone cells, its bad bits, what a bit costs, and what grows with its size."""

import math

import pandas as pd

from spicekit.page import numbers
from spicekit.page.section import Grid, Section
from spicekit.statistics import Statistics
from spicekit.studies.array.maps import die_maps, growth
from spicekit.studies.array.result import Array, ArrayEnergy, ArrayPoint
from spicekit.units import engineering

_MOST_LISTED = 100


def section(statistics: Statistics, rows: pd.DataFrame | None) -> Section | None:
    """Return the section of arrays, or None if there is none."""
    found = statistics.of(Array)
    if found is None:
        return None
    pictures = []
    maps = die_maps(found.points, rows) if rows is not None and len(rows) else None
    if maps:
        caption = "Margin of every bit of the first die toward what it stores; wrong and undecided bits are crossed."
        pictures.append((maps[0], caption))
    grown = growth(found.points)
    if grown:
        caption = (
            "Means over the cells that were simulated. Right: counted, with intervals; a triangle is an upper bound, "
            "where no error was seen."
        )
        pictures.append((grown, caption))
    first = found.points[0]
    return Section(
        title="The array",
        pictures=tuple(pictures),
        sentences=" ".join(_finding(point) for point in _largest(found))
        + _fails_from(found)
        + _worst_write(statistics),
        summary=_summary(first),
        points=_listed(rows) if rows is not None else (),
        grid=_grid(found, statistics),
        notes=(
            f"{found.method[0].upper()}{found.method[1:]}. A cell that is not selected loads its bit lines with "
            f"{engineering(found.bit_line_load, 'F')} each, its source line with "
            f"{engineering(found.source_line_load, 'F')} and its word line with "
            f"{engineering(found.word_line_load, 'F')}, wires apart. {found.status[0].upper()}{found.status[1:]}.",
            "Lone cells are the same devices, access transistors and amplifiers, written and read as in the "
            "programming conditions: full voltages at the cell, lumped lines of the design file, no switches. A write "
            "has failed where a resistance ends beyond the geometric mean of both medians. What a row costs is shared "
            "by its columns; the population count is not in the energies.",
        ),
    )


def _largest(found: Array) -> list[ArrayPoint]:
    """Return the largest array of each condition that reads nine of ten bits right; if none does, the smallest."""
    by_name: dict[str, list[ArrayPoint]] = {}
    for point in found.points:
        by_name.setdefault(point.condition, []).append(point)
    chosen = []
    for points in by_name.values():
        ordered = sorted(points, key=lambda one: one.rows * one.columns)
        good = [one for one in ordered if _works(one)]
        chosen.append(good[-1] if good else ordered[0])
    return chosen


def _works(point: ArrayPoint) -> bool:
    return point.failed.errors < 0.1 * point.failed.samples


def _fails_from(found: Array) -> str:
    """Return from which size on most reads fail, in one sentence; empty where none does."""
    failing = [point for point in found.points if not _works(point)]
    if not failing:
        return ""
    first = min(failing, key=lambda one: one.rows * one.columns)
    return (
        f" From {first.rows} × {first.columns} on ({first.condition}) more than a tenth of the reads fail: their lines "
        "are too heavy for the pre-charge time of the design file, and the outputs are not even when the latch starts."
    )


def _named(point: ArrayPoint) -> str:
    return f"{point.condition}, {point.rows} × {point.columns}"


def _summary(point: ArrayPoint) -> str:
    array, alone = numbers.interval(point.failed), numbers.interval(point.failed_alone)
    return (
        f"an array of {point.rows} × {point.columns} ({point.condition}) errs in {array} of its bits, its cells alone "
        f"in {alone}."
    )


def _finding(point: ArrayPoint) -> str:
    text = (
        f"{_named(point)[0].upper()}{_named(point)[1:]}: {point.failed.errors} of {point.failed.samples} bits of "
        f"{_dies(point)} are wrong, of the same cells alone {point.failed_alone.errors}."
    )
    if point.lrs and point.hrs and point.lrs_alone and point.hrs_alone:
        lrs, hrs = (
            point.lrs.median / point.lrs_alone.median - 1,
            point.hrs.median / point.hrs_alone.median - 1,
        )
        text += f" Through the lines and drivers the median LRS changes by {lrs:+.1%}, the median HRS by {hrs:+.1%}."
    if point.energy:
        text += f" {_cost(point.energy)}"
    return text


def _dies(point: ArrayPoint) -> str:
    return "one die" if point.dies == 1 else f"{point.dies} dies"


def _cost(energy: ArrayEnergy) -> str:
    parts = {
        name: getattr(energy, name) / energy.read
        for name in ("word_line", "precharge", "drivers", "control", "sense")
    }
    said = ", ".join(f"{share:.0%} {name.replace('_', ' ')}" for name, share in parts.items())
    return f"A bit read costs {engineering(energy.read, 'J')} ({said})."


def _listed(rows: pd.DataFrame) -> tuple[str, ...]:
    """Return the addresses of all wrong bits, a line for each die, as far as there is room."""
    if "word" not in rows:
        return ()
    said = []
    wrong = rows[rows["outcome"] == "error"]
    for (condition, height, width, die), mine in wrong.groupby(
        ["condition", "rows", "columns", "sample"], sort=False
    ):
        shown = mine.head(_MOST_LISTED)
        places = [
            f"({row:g}, {column:g})" + ("" if math.isfinite(delay) else "u")
            for row, column, delay in zip(shown["word"], shown["column"], shown["delay"], strict=True)
        ]
        more = f" and {len(mine) - len(shown)} more" if len(mine) > len(shown) else ""
        undecided = "; u: undecided" if any(place.endswith("u") for place in places) else ""
        where = f"{condition}, {height:g} × {width:g}, die {die}"
        said.append(f"{where}: wrong at (row, column) {' '.join(places)}{more}{undecided}")
    return tuple(said)


def _grid(found: Array, statistics: Statistics) -> Grid:
    head = (
        "array", "bit error rate", "lone cells", "failed writes", "delay", "energy: bit read", "bit written",
    )  # fmt: skip
    rows = [_row(point) for point in found.points]
    for place in statistics.grid:
        if block := place.studies.get("array"):
            rows += [(place.name,), *(_row(point) for point in Array.model_validate(block).points)]
    return Grid(head, tuple(rows), folded=len(rows) > 16)


def _row(point: ArrayPoint) -> tuple[str, ...]:
    return (
        _named(point),
        numbers.interval(point.failed),
        numbers.interval(point.failed_alone),
        numbers.interval(point.unwritten),
        numbers.plus_minus(point.delay, "s"),
        engineering(point.energy.read, "J") if point.energy else "–",
        engineering(point.energy.write, "J") if point.energy else "–",
    )


def _worst_write(statistics: Statistics) -> str:
    """Return where of a grid the most writes fail, in one sentence; empty without a grid."""
    places = [
        (place.name, point)
        for place in statistics.grid
        if (block := place.studies.get("array"))
        for point in Array.model_validate(block).points
    ]
    if not places:
        return ""
    name, worst = max(places, key=lambda one: one[1].unwritten.errors)
    lowest, current = min(
        ((place, point.set_current.mean) for place, point in places if point.set_current),
        key=lambda one: one[1],
    )
    read_at, reads = max(places, key=lambda one: one[1].failed.errors)
    misread = (
        f" Reads fail most at {read_at} ({reads.condition}): {reads.failed.errors} of {reads.failed.samples}."
        if reads.failed.errors
        else ""
    )
    failed = (
        f"Writes fail most at {name} ({worst.condition}): {worst.unwritten.errors} of {worst.unwritten.samples} "
        "devices."
        if worst.unwritten.errors
        else f"No write failed at any of the {len(statistics.grid)} points of the grid."
    )
    return f" {failed}{misread} The SET current is lowest at {lowest}, {engineering(current, 'A')}."
