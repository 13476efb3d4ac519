"""A section of the report that a study brings along."""

from dataclasses import dataclass

from spicekit.report.drawing import Plot


@dataclass(frozen=True)
class Grid:
    """A table of text: the first column is to the left, all others are numbers. A row of one cell heads a group."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    folded: bool = False  # shown when asked for: long, and the picture says most of it


@dataclass(frozen=True)
class Section:
    """What the report shows of one study."""

    title: str
    pictures: tuple[tuple[Plot, str], ...]  # with their captions
    sentences: str = ""  # findings, above the pictures
    grid: Grid | None = None
    notes: tuple[str, ...] = ()  # methods and what is left out, below
