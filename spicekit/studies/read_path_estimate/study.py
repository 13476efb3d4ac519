"""Rare-event estimates of reads: one for each kind, resistance and stored value, one "sample" each."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import TYPE_CHECKING

import pandas as pd
import pydantic

from spicekit.circuits.cell import Technology
from spicekit.errors import InputError
from spicekit.run_folder import READ_PATH_ESTIMATE
from spicekit.studies.one_estimate import estimate_row, finite, nothing, row_of, rule
from spicekit.studies.read_path.content import REFERENCE
from spicekit.studies.read_path.result import ReadEstimate, ReadPath
from spicekit.studies.read_path.study import points as points_of_reads
from spicekit.studies.read_path.table import ReadEstimateTable, ReadPathTable
from spicekit.studies.read_path_estimate.request import Request
from spicekit.studies.study import Form, Point, Study

if TYPE_CHECKING:
    from spicekit.experiment.file import SpecFile

if TYPE_CHECKING:
    from spicekit.sampling.rare import Estimate


@dataclass(frozen=True)
class EstimatesAsked:
    """What an experiment file asks of estimates of reads."""

    reads: ReadPathTable
    keys: ReadEstimateTable
    max_runs: int
    confidence: float
    seed: int


def asked(content: "SpecFile", technology: Technology, form: Form) -> EstimatesAsked | None:
    """Return what is asked of estimates; None without any, which a part leaves out."""
    del technology
    table = content.asked_studies.get("read_path")
    if not isinstance(table, ReadPathTable) or form.part or (keys := table.estimate) is None:
        return None
    most = keys.quick_max_runs if form.quick else keys.max_runs
    return EstimatesAsked(table, keys, most, content.monte_carlo.confidence, form.seed) if most else None


def points(technology: Technology, table: EstimatesAsked) -> tuple[Point, ...]:
    """Return one point per estimate.

    Raises:
        InputError: as for the samples.
    """
    found = []
    for point, ratio in product(points_of_reads(technology, table.reads), table.keys.ratios):
        for weight in (1, -1) if point.labels["kind"] == REFERENCE else (1,):
            request = Request(
                point.content, weight, ratio, table.keys.method, table.keys.relative_error, table.max_runs,
                table.confidence, table.seed,
            )  # fmt: skip
            labels = {name: point.labels[name] for name in ("kind", "resistance")}
            labels |= {"ratio": ratio, "weight": weight}
            found.append(Point(f"{point.name}_{ratio:g}_{weight:+d}", labels, {}, request, named=False))
    return tuple(found)


def simulate(point: Point, seed: int, start: int, stop: int) -> pd.DataFrame:
    """Return the one row of a point: ``estimate`` (JSON of a `ReadEstimate`), ``wall_time`` [s]."""
    del seed, start, stop  # of one estimate; its request has the seed
    request: Request = point.content
    return estimate_row(request, len(request.coordinates), _block, partial(_failed, request))


def lost(point: Point, number: int, reason: str) -> pd.DataFrame:
    """Return the row of an estimate that killed its process."""
    del number
    return row_of(_failed(point.content, reason), 0.0)


def _failed(request: Request, reason: str) -> ReadEstimate:
    return ReadEstimate(
        rate=nothing(request.method, request.confidence), outcome="failed", reason=reason, runs=0, discards=0
    )


def _block(found: "Estimate") -> ReadEstimate:
    return ReadEstimate(
        rate=found.as_probability(),
        outcome=found.outcome.value,
        reason=found.reason,
        runs=found.runs,
        discards=found.all_discards,
        relative_error=finite(found.relative_error),
        beta=min((region.beta for region in found.regions), default=None),
    )


def analyze(table: EstimatesAsked, rows: pd.DataFrame, confidence: float) -> Mapping[str, ReadPath]:
    """Return the estimates, to be joined with what was counted."""
    del table, confidence  # they are part of the request
    found = []
    for row in rows.to_dict("records"):
        told = {
            "kind": row["kind"],
            "resistance": row["resistance"],
            "weight": int(row["weight"]),
            "ratio": row["ratio"],
            "neuron_input": 1 if row["kind"] == "xnor" else None,
        }
        found.append(_read(row["estimate"], row["point"]).model_copy(update=told))
    return {"read_path": ReadPath(estimates=tuple(found))} if found else {}


def _read(text: str, name: str) -> ReadEstimate:
    try:
        return ReadEstimate.model_validate_json(text)
    except pydantic.ValidationError as error:
        raise InputError(f"the estimate of `{name}` is damaged ({str(error).splitlines()[0]})") from None


STUDY = Study(
    READ_PATH_ESTIMATE, points, simulate, analyze,
    asked=asked, rule=rule, lost=lost, counts="rare-event estimates",
)  # fmt: skip
