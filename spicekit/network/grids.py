"""Tables that set things beside each other."""

from collections.abc import Sequence

from spicekit.page.section import Grid

_MOST = 4  # columns of things; more of them become rows


def beside(things: Sequence[tuple[tuple[str, str], ...]]) -> Grid:
    """Return a table of things, each given as (what, value) with its name first: a column each, or a row if many."""
    if not things:
        return Grid(("",), ())
    if len(things) > _MOST:
        head = tuple(what for what, _ in things[0])
        return Grid(head, tuple(tuple(value for _, value in thing) for thing in things))
    rows = tuple((row[0][0], *(value for _, value in row)) for row in zip(*things, strict=True))
    return Grid(rows[0], rows[1:])
