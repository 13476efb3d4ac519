"""What a study is: settings of a device experiment, the samples that are simulated at each, what is said of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from spicekit.block import Block
from spicekit.circuits.cell import Technology
from spicekit.identity import sha256
from spicekit.ngspice import Deck


@dataclass(frozen=True)
class Point:
    """One setting of a study, with all that its samples need; it is sent to workers, so it must pickle."""

    name: str  # unique in the study, such as "20uA"; letters, digits and `-+_.` only
    labels: Mapping[str, float | str]  # columns that each of its rows gets, such as {"compliance": 2e-5}
    decks: Mapping[str, Deck]  # all that are simulated, by a short name
    facts: Mapping[str, Any]  # plain data: all else that affects a sample, beside the seed
    content: Any = None  # what `simulate` needs; it must follow from technology and labels, as facts say

    @cached_property
    def identity(self) -> str:
        """SHA-256 of everything that affects a sample, beside the seed."""
        return sha256(self.public)

    @property
    def public(self) -> dict[str, Any]:
        """Return what the identity is the SHA-256 of."""
        decks = {name: deck.identity for name, deck in self.decks.items()}
        return {"point": self.name, "labels": dict(self.labels), "decks": decks, **self.facts}


@dataclass(frozen=True)
class Study:
    """A kind of experiment: the functions that plan, simulate and conclude it. All must be functions of a module."""

    name: str  # of its table under `[studies]`, and of its folder in a run
    points: Callable[[Technology, Any], tuple[Point, ...]]
    """(technology, its table) -> settings. Raises InputError for one that the circuit cannot do."""
    simulate: Callable[[Point, int, int, int], pd.DataFrame]
    """(point, seed, start, stop) -> rows in order of `sample`, any number per sample; `outcome` is "ok" or "discard",
    `reason` says why. A row is a function of (seed, point, sample) alone."""
    conclude: Callable[[Any, pd.DataFrame, float], Mapping[str, Block]]
    """(its table, rows that count, confidence) -> blocks by their key in `statistics.json`; what the rows cannot tell
    is left out."""


def labelled(point: Point, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows as they are stored: with the point's name and labels, and numbered within each sample."""
    table = rows.reset_index(drop=True)
    for place, (name, value) in enumerate({"point": point.name, **point.labels}.items()):
        table.insert(place, name, value)
    table.insert(list(table.columns).index("sample") + 1, "row", table.groupby("sample").cumcount())
    return table


def lost(point: Point, number: int, reason: str) -> pd.DataFrame:
    """Return the row of a sample whose simulation killed its process: a discard without numbers."""
    return labelled(point, pd.DataFrame({"sample": [number], "outcome": ["discard"], "reason": [reason]}))
