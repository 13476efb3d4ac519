"""A section of a page: what a study, an error rate or a network brings along."""

from dataclasses import dataclass
from typing import Protocol


class Picture(Protocol):
    """What can be put on a page as SVG."""

    @property
    def alt(self) -> str:
        """What it shows, in words and numbers."""
        ...

    def inline(self, name: str) -> str:
        """Return it as an `svg` element; `name` keeps the ids of several apart."""
        ...


@dataclass(frozen=True)
class Grid:
    """A table of text: the first column is to the left, all others are numbers. A row of one cell heads a group."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    folded: bool = False  # shown when asked for: long, and the picture says most of it


@dataclass(frozen=True)
class Fold:
    """Further pictures behind a title, shown when asked for."""

    title: str
    pictures: tuple[tuple[Picture, str], ...]  # with their captions


@dataclass(frozen=True)
class Section:
    """What the page shows of one thing."""

    title: str
    pictures: tuple[tuple[Picture, str], ...]  # with their captions
    sentences: str = ""  # findings, above the pictures
    grid: Grid | None = None
    notes: tuple[str, ...] = ()  # methods and what is left out, below
    summary: str = ""  # the finding in one sentence, for the summary of the page
    warning: str = ""  # above all else
    points: tuple[str, ...] = ()  # a list, below the sentences
    folds: tuple[Fold, ...] = ()
