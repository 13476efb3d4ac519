"""What studies found at each point of a grid, side by side, for those whose own sections do not show it."""

from spicekit.page.section import Grid, Section
from spicekit.registry import results, sections
from spicekit.statistics import GridPoint, Statistics

_MOST_COLUMNS = 9
_HERE = "as asked"


def over_grid(statistics: Statistics) -> list[Section]:
    """Return one section per study: its table of the experiment itself, beside that of each point of the grid."""
    points = [point for point in statistics.grid if point.studies]
    if not points:
        return []
    alone = statistics.model_copy(update={"grid": ()})
    found = []
    for name, make in sections().items():
        here = make(alone, None)
        if here is None or here.grid is None or not _same(here, make(statistics, None)):
            continue
        tables = {}
        for point in points:
            there = make(_at(statistics, point), None)
            if there is not None and there.grid is not None:
                tables[point.name] = there.grid
        if here.grid not in tables.values():  # a point of the grid may be the experiment itself
            tables = {_HERE: here.grid, **tables}
        if len(tables) > 1:
            found.append(_side_by_side(name, here.title, tables))
    return found


def _at(statistics: Statistics, point: GridPoint) -> Statistics:
    """Return what was found at a point, as if it were the experiment itself."""
    known = results()
    blocks = {
        key: known[key].model_validate(point.studies[key]) if key in point.studies else None for key in known
    }
    return statistics.model_copy(update={**blocks, "conditions": point.conditions, "grid": ()})


def _same(one: Section, other: Section | None) -> bool:
    """Return whether two sections say the same; pictures are counted."""
    if other is None:
        return False
    said = [(s.grid, s.sentences, s.points, s.notes, len(s.pictures)) for s in (one, other)]
    return said[0] == said[1]


def _side_by_side(name: str, title: str, tables: dict[str, Grid]) -> Section:
    """Return the first numbers of all tables by their labels: a column per point, or a row each where they are many."""
    here = next(iter(tables.values()))
    values = {point: dict(_labelled(grid)) for point, grid in tables.items()}
    if len(tables) <= _MOST_COLUMNS:
        head = ("", *tables)
        rows = [
            (label[-1],) if value is None else (label[-1], *(values[p].get(label) or "–" for p in tables))
            for label, value in _labelled(here)
        ]
    else:
        labels = [label for label, value in _labelled(here) if value is not None]
        head = ("", *(", ".join(filter(None, label)) for label in labels))
        rows = [(point, *(values[point].get(label) or "–" for label in labels)) for point in tables]
    return Section(
        title=f"{title}, over the grid",
        pictures=(),
        sentences=f"The numbers above ({here.head[1]}) at the points of the grid.",
        grid=Grid(head, tuple(rows), folded=len(rows) > 40),
        notes=(
            f"Samples of the study `{name}` have the same deviations of devices and transistors at every point: "
            "differences between points are known better than the spread or the interval of a single one says.",
        ),
    )


def _labelled(grid: Grid) -> list[tuple[tuple[str, str], str | None]]:
    """Return ((group, label), first number) of each row; of the head of a group the number is None.

    What stands behind a comma in the head of a group is left out: it counts the samples, of which points may have less.
    """
    group: str = ""
    found: list[tuple[tuple[str, str], str | None]] = []
    for label, *numbers in grid.rows:
        if not numbers:
            group = label.partition(",")[0]
            found.append((("", group), None))
        else:
            found.append(((group, label), numbers[0]))
    return found
