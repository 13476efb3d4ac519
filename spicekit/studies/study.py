"""What a study is: settings of a device experiment, the samples that are simulated at each, what is said of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from spicekit.block import Block
from spicekit.circuits.cell import Technology
from spicekit.experiment.study import StudyTable
from spicekit.identity import ENGINE, plain, sha256
from spicekit.ngspice import Deck, ngspice_version

if TYPE_CHECKING:
    from spicekit.experiment.file import SpecFile

FindFile = Callable[[str, str], tuple[str, str]]
"""(kind, name in the experiment file) -> its place in a run folder, and where it is now."""


@dataclass(frozen=True)
class Form:
    """In which form an experiment is run."""

    seed: int
    quick: bool = False
    part: tuple[int, int] | None = None  # samples (first, end) of each condition alone, to be merged later


@dataclass(frozen=True)
class StopRule:
    """When a point has been sampled enough: whichever comes first; None is no limit."""

    samples: int
    errors: int | None = None
    relative_error: float | None = None  # of the error rate, one standard error
    first: int = 0  # number of the first sample

    def reached(self, samples: int, errors: int) -> str | None:
        """Return what stopped the sampling after `samples` with `errors`, or None."""
        if self.errors is not None and errors >= self.errors:
            return f"most errors ({self.errors})"
        # binomial: sqrt((1 - p) / (n p)); one error alone says nothing of the spread
        goal = self.relative_error
        if goal is not None and errors > 1 and np.sqrt((1 - errors / samples) / errors) <= goal:
            return f"target relative error ({goal:g})"
        return f"most samples ({self.samples})" if samples >= self.samples else None


@dataclass(frozen=True)
class Point:
    """One setting of a study, with all that its samples need; it is sent to workers, so it must pickle.

    `simulate` is given the point and a seed alone, and the identity is of all that the point holds: what affects a
    sample cannot be forgotten there.
    """

    name: str  # unique in the study, such as "20uA"; letters, digits and `-+_.@` only; `~` sets off that of a grid
    labels: Mapping[str, float | str]  # columns that each of its rows gets, such as {"compliance": 2e-5}
    decks: Mapping[str, Deck]  # all that are simulated, by a short name
    content: Any = (
        None  # all else that `simulate` needs: plain data, decks, dataclasses of them (`identity.plain`)
    )
    named: bool = True
    """Whether name and labels affect samples; if not, a point keeps its samples when it is renamed."""

    @cached_property
    def identity(self) -> str:
        """SHA-256 of everything that affects a sample, beside the seed."""
        return sha256(self.public)

    @property
    def public(self) -> dict[str, Any]:
        """Return what the identity is the SHA-256 of."""
        named = {"point": self.name, "labels": dict(self.labels)} if self.named else {}
        return {
            "engine": ENGINE,
            "ngspice": ngspice_version().split(".")[0],  # patch releases compute alike
            "decks": plain(self.decks),
            "content": plain(self.content),
            **named,
        }


def labelled(point: Point, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows as they are stored: with the point's name and labels, and numbered within each sample."""
    table = rows.reset_index(drop=True)
    for place, (name, value) in enumerate({"point": point.name, **point.labels}.items()):
        table.insert(place, name, value)
    table.insert(list(table.columns).index("sample") + 1, "row", table.groupby("sample").cumcount())
    return table


def lost(point: Point, number: int, reason: str) -> pd.DataFrame:
    """Return the row of a sample whose simulation killed its process: a discard without numbers."""
    del point
    return pd.DataFrame({"sample": [number], "outcome": ["discard"], "reason": [reason]})


def as_asked(table: StudyTable, point: Point, form: Form) -> StopRule:
    """Return the rule of a study that says how many samples each point has; a part leaves it out."""
    del point
    return StopRule(0 if form.part else table.quick_samples if form.quick else table.samples)


@dataclass(frozen=True)
class Study:
    """A kind of experiment: the functions that plan, simulate and analyze it. All must be functions of a module.

    The first four are what most studies have. The others are for those that the experiment file asks for in tables of
    their own, or that stand on the samples of another one.
    """

    name: str  # of its table under `[studies]`, and of its folder in a run
    points: Callable[[Technology, Any], tuple[Point, ...]]
    """(technology, its table) -> settings. Raises InputError for one that the circuit cannot do."""
    simulate: Callable[[Point, int, int, int], pd.DataFrame]
    """(point, seed, start, stop) -> rows in order of `sample`, any number per sample; `outcome` is "ok", "error" (which
    stop rules count) or "discard", `reason` says why. A row is a function of (seed, point, sample) alone."""
    analyze: Callable[[Any, pd.DataFrame, float], Mapping[str, Block]]
    """(its table, rows that count, confidence) -> blocks by their key in `statistics.json`; what the rows cannot tell
    is left out."""
    load: Callable[[Any, FindFile], tuple[Any, Mapping[str, str]]] | None = None
    """(its table under `[studies]`, finder) -> what is asked, with the text of the files that the table names, and
    these texts by their places in a run folder; without such a function it is the table."""
    asked: "Callable[[SpecFile, Technology, Form], Any] | None" = None
    """(tables of the experiment file, technology, form) -> its table, or None if nothing is asked of it; without such
    a function it is the one under `[studies]`."""
    rule: Callable[[Any, Point, Form], StopRule] = as_asked
    """(its table, point, form) -> when the point is sampled enough."""
    follows: str | None = None
    """The study that is done before, since the points stand on its samples."""
    complete: Callable[[Point, pd.DataFrame], Point | str] | None = None
    """(point, rows of that study that count) -> the point with all that affects its samples, or why there are none."""
    lost: Callable[[Point, int, str], pd.DataFrame] = lost
    """(point, number, reason) -> row of a sample whose simulation killed its process."""
    again: Callable[[Point, pd.DataFrame, int], pd.DataFrame] | None = None
    """(point, its stored row, number) -> rows of one simulation out of many behind that row, which `spicekit show` asks
    for by a number."""
    counts: str = "samples"
    """What one sample of it is called where work is counted."""
    without_samples: bool = False
    """Whether `analyze` has something to say where every sample is a discard, or none is there."""
    step: Callable[[Point, int, int], str | None] | None = None
    """(point, number, place) -> name of the simulation at this place of a sample that is shown, None for none."""
