"""Rare-event estimates of circuits: one for each point with an `estimate`, one "sample" each."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pydantic

from spicekit.circuits.cell import Technology
from spicekit.errors import InputError
from spicekit.ngspice import evaluate
from spicekit.run_folder import CIRCUIT_ESTIMATE
from spicekit.studies.circuit.content import Content
from spicekit.studies.circuit.loaded import Asked
from spicekit.studies.circuit.points import points as points_of_circuits
from spicekit.studies.circuit.result import CircuitEstimate, CircuitRegion, Circuits
from spicekit.studies.circuit.said import limit_in_words
from spicekit.studies.circuit.study import rows_of
from spicekit.studies.circuit.table import CircuitEstimateTable
from spicekit.studies.circuit_estimate.request import Request
from spicekit.studies.one_estimate import estimate_row, facts_of, finite, nothing, row_of, rule
from spicekit.studies.study import Form, Point, Study

if TYPE_CHECKING:
    from spicekit.experiment.file import SpecFile

if TYPE_CHECKING:
    from spicekit.sampling.rare import Estimate, Region


@dataclass(frozen=True)
class EstimatesAsked:
    """What an experiment file asks of estimates of circuits."""

    circuits: Asked
    tables: Mapping[str, tuple[CircuitEstimateTable, int]]  # by circuit, with the most simulations
    confidence: float
    seed: int


def asked(content: "SpecFile", technology: Technology, form: Form) -> EstimatesAsked | None:
    """Return what is asked of estimates; None without any, which a part leaves out."""
    del technology
    circuits = content.asked_studies.get("circuit")
    if not isinstance(circuits, Asked) or form.part:
        return None
    tables = {}
    for one in circuits.table.circuits:
        if one.estimate and (most := one.estimate.quick_max_runs if form.quick else one.estimate.max_runs):
            tables[one.name] = one.estimate, most
    return EstimatesAsked(circuits, tables, content.monte_carlo.confidence, form.seed) if tables else None


def points(technology: Technology, table: EstimatesAsked) -> tuple[Point, ...]:
    """Return one point per estimate, called as that of the samples.

    Raises:
        InputError: as for the samples.
    """
    found = []
    for point in points_of_circuits(technology, table.circuits):
        if (own := table.tables.get(str(point.labels["circuit"]))) is not None:
            keys, most = own
            request = Request(
                point.content, keys.method, keys.relative_error, most, table.confidence, table.seed
            )
            found.append(replace(point, content=request, decks={}))
    return tuple(found)


def simulate(point: Point, seed: int, start: int, stop: int) -> pd.DataFrame:
    """Return the one row of a point: ``estimate`` (JSON of a `CircuitEstimate`), ``wall_time`` [s]."""
    del seed, start, stop  # of one estimate; its request has the seed
    request: Request = point.content
    dimension = len(request.content.coordinates)
    return estimate_row(request, dimension, partial(_block, request.content), partial(_failed, request))


def lost(point: Point, number: int, reason: str) -> pd.DataFrame:
    """Return the row of an estimate that killed its process."""
    del number
    return row_of(_failed(point.content, reason), 0.0)


def _failed(request: Request, reason: str) -> CircuitEstimate:
    return CircuitEstimate(
        rate=nothing(request.method, request.confidence), outcome="failed", reason=reason, runs=0, discards=0
    )


def _block(content: Content, found: "Estimate") -> CircuitEstimate:
    second = found.second
    return CircuitEstimate(
        **facts_of(found),
        second_probability=finite(second.probability) if second else None,
        second_relative_error=finite(second.relative_error) if second else None,
        regions=tuple(_region(content, region) for region in found.regions),
    )


def _region(content: Content, region: "Region") -> CircuitRegion:
    point = region.design_point[: len(content.spreads)]
    squares = pd.Series(point**2).groupby([one.device for one in content.spreads]).sum()
    shares = (squares / squares.sum()).sort_values(ascending=False, kind="stable")
    return CircuitRegion(
        beta=region.beta,
        share=min(1.0, region.importance),
        devices={str(name): float(share) for name, share in shares.items()},
        point=dict(zip(content.coordinates, point.tolist(), strict=True)),
    )


def again(point: Point, rows: pd.DataFrame, number: int) -> pd.DataFrame:
    """Simulate the most likely point of failure region `number`, from 1 on, of the estimate in `rows`.

    Raises:
        InputError: the estimate has no such region.
    """
    request: Request = point.content
    regions = _read(rows["estimate"].iloc[0], point.name).regions
    if not 1 <= number <= len(regions):
        there = f"has failure regions 1 … {len(regions)}" if regions else "found no failure region"
        raise InputError(f"the estimate of `{point.name}` {there}, and none of number {number}")
    z = np.array([[regions[number - 1].point[name] for name in request.content.coordinates]])
    return rows_of(request.content, *evaluate(request.content.deck, request.content.values(z)), number)


def analyze(table: EstimatesAsked, rows: pd.DataFrame, confidence: float) -> Mapping[str, Circuits]:
    """Return the estimates, to be joined with what was counted."""
    del confidence  # it is part of the request
    circuits = {one.name: one for one in table.circuits.table.circuits}
    found = []
    for row in rows.to_dict("records"):
        told = {key: row[key] for key in ("circuit", "setting")}
        told |= {"name": row["point"], "coordinates": int(row["coordinates"])}
        told["limit"] = limit_in_words(circuits[row["circuit"]])
        found.append(_read(row["estimate"], row["point"]).model_copy(update=told))
    return {"circuit": Circuits(estimates=tuple(found))} if found else {}


def _read(text: str, name: str) -> CircuitEstimate:
    try:
        return CircuitEstimate.model_validate_json(text)
    except pydantic.ValidationError as error:
        raise InputError(f"the estimate of `{name}` is damaged ({str(error).splitlines()[0]})") from None


STUDY = Study(
    CIRCUIT_ESTIMATE, points, simulate, analyze,
    asked=asked, rule=rule, lost=lost, again=again, counts="rare-event estimates",
)  # fmt: skip
