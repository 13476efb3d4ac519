"""The study of rare-event estimates: one for each condition, cell and stored value, one "sample" each."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd
import pydantic

from spicekit.circuits.cell import Technology
from spicekit.errors import InputError
from spicekit.run_folder import MEMORY, RARE
from spicekit.statistics import Condition, Conditions, RareEstimate
from spicekit.studies.memory.chain import build_chain
from spicekit.studies.memory.condition import Condition as Asked
from spicekit.studies.rare.combine import mean_rate
from spicekit.studies.rare.limit import Cell, ChainLimit, Limit
from spicekit.studies.rare.request import STORED, Request
from spicekit.studies.rare.single_ended import (
    LEAST,
    SingleEndedLimit,
    reference_resistance,
    single_ended_read,
)
from spicekit.studies.study import Form, Point, StopRule, Study

if TYPE_CHECKING:
    from spicekit.experiment.file import SpecFile

NO_REFERENCE = f"fewer than {LEAST} good trials, too few to place a reference resistance"


@dataclass(frozen=True)
class RareTable:
    """What an experiment file asks of its estimates."""

    runs: Mapping[str, tuple[Asked, int]]  # by the name of the condition: it, and the most simulated cells
    cells: tuple[Cell, ...]
    stored: tuple[int, ...]  # of 2T2R; of 1T1R it is always both, which are two states of one device
    method: str
    relative_error: float
    confidence: float
    seed: int

    def values(self, cell: Cell) -> tuple[int, ...]:
        """Return the stored values to estimate of a cell."""
        return self.stored if cell == "2t2r" else STORED


def asked(content: "SpecFile", technology: Technology, form: Form) -> RareTable | None:
    """Return what the tables of an experiment file ask for; None without estimates, which a part leaves out."""
    del technology
    table = content.estimate
    if table is None or form.part:
        return None
    key = "quick_max_runs" if form.quick else "max_runs"
    runs = {}
    for one in content.conditions:
        own = getattr(one.estimate, key) if one.estimate else None
        if most := getattr(table, key) if own is None else own:
            runs[one.name] = (
                Asked(one.name, one.set_compliance, one.reset_voltage, one.pulse_width), most
            )  # fmt: skip
    if not runs:
        return None
    return RareTable(
        runs=runs,
        cells=tuple(table.cells),
        stored=tuple(table.quick_stored) if form.quick else STORED,
        method=table.method,
        relative_error=table.quick_relative_error if form.quick else table.relative_error,
        confidence=content.monte_carlo.confidence,
        seed=form.seed,
    )


def points(technology: Technology, table: RareTable) -> tuple[Point, ...]:
    """Return one point per estimate, called ``CONDITION_CELL_STORED``; `complete` gives it its limit function."""
    found = []
    for name, (condition, most) in table.runs.items():
        chain = build_chain(technology, condition)
        for cell in table.cells:
            for stored in table.values(cell):
                request = Request(
                    chain,
                    cell,
                    stored,
                    table.method,
                    table.relative_error,
                    most,
                    table.confidence,
                    table.seed,
                    single_ended_read(technology, chain.shared) if cell == "1t1r" else None,
                )
                labels = {"condition": name, "cell": cell, "stored": stored}
                place = f"{name}_{cell}_{stored:+d}"
                found.append(Point(place, labels, {}, (request, None), named=False))
    return tuple(found)


def complete(point: Point, rows: pd.DataFrame) -> Point | str:
    """Return the point with its limit function; of 1T1R the fresh trials in `rows` place the reference."""
    request, _ = point.content
    mine = rows
    if len(rows):
        mine = rows[(rows["condition"] == request.chain.condition.name) & (rows["cycles"] == 0)]
    limit = limit_of(request, mine)
    if limit is None:
        return NO_REFERENCE
    return replace(point, content=(request, limit))


def limit_of(request: Request, fresh: pd.DataFrame) -> Limit | None:
    """Return the limit function of a fresh cell; None if the `fresh` trials are too few to place a reference."""
    if request.cell == "2t2r":
        return ChainLimit(request.chain, request.stored)
    reference = reference_resistance(fresh) if len(fresh) else None
    if reference is None or request.read is None:
        return None
    return SingleEndedLimit(request.chain, request.stored, reference, request.read)


def rule(table: RareTable, point: Point, form: Form) -> StopRule:
    """Return the rule of a point: one estimate."""
    del table, point, form
    return StopRule(1)


def simulate(point: Point, seed: int, start: int, stop: int) -> pd.DataFrame:
    """Return the one row of a point.

    Columns: ``sample``, ``outcome``, ``reason``, ``estimate`` (JSON of a `RareEstimate`), ``reference`` [Ohm] of 1T1R,
    ``wall_time`` [s]. How an estimate ended is part of it: one that broke down is an outcome, and no discard.
    """
    from spicekit.studies.rare.estimate import run_estimate  # here, as loading OpenTURNS takes time

    del seed, start, stop  # of one estimate; its request has the seed
    return _row(point, *run_estimate(*point.content))


def lost(point: Point, number: int, reason: str) -> pd.DataFrame:
    """Return the row of an estimate that killed its process."""
    from spicekit.studies.rare.estimate import failed

    del number
    return _row(point, failed(point.content[0], reason), 0.0)


def _row(point: Point, found: RareEstimate, wall_time: float) -> pd.DataFrame:
    reference = getattr(point.content[1], "reference", None)
    return pd.DataFrame(
        {
            "sample": [0],
            "outcome": ["ok"],
            "reason": [""],
            "estimate": [found.model_dump_json()],
            "reference": [float("nan") if reference is None else reference],
            "wall_time": [round(wall_time, 3)],
        }
    )


def analyze(table: RareTable, rows: pd.DataFrame, confidence: float) -> Mapping[str, Conditions]:
    """Return the estimates of each condition that has any, and the rates that follow from them."""
    del confidence  # it is part of the request
    found = []
    for name, (one, _) in table.runs.items():
        mine = rows[rows["condition"] == name]
        if mine.empty:
            continue
        estimates = tuple(read_estimate(text, name) for text in mine["estimate"])
        references = mine["reference"].dropna()
        found.append(
            Condition(
                name=name,
                set_compliance=one.set_compliance,
                reset_voltage=one.reset_voltage,
                pulse_width=one.pulse_width,
                estimates=estimates,
                ber_2t2r_estimated=mean_rate(estimates, "2t2r", table.values("2t2r")),
                ber_1t1r_estimated=mean_rate(estimates, "1t1r", table.values("1t1r")),
                reference=float(references.iloc[0]) if len(references) else None,
            )
        )
    return {"conditions": Conditions(conditions=tuple(found))}


def read_estimate(text: str, condition: str) -> RareEstimate:
    """Return an estimate as its row has it.

    Raises:
        InputError: it is damaged.
    """
    try:
        return RareEstimate.model_validate_json(text)
    except pydantic.ValidationError as error:
        raise InputError(
            f"an estimate of condition `{condition}` is damaged ({str(error).splitlines()[0]})"
        ) from None


STUDY = Study(
    RARE, points, simulate, analyze,
    asked=asked, rule=rule, follows=MEMORY, complete=complete, lost=lost, counts="rare-event estimates",
)  # fmt: skip
