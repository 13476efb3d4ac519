"""The study of aged cells: rare-event estimates, one for each condition and age, one "sample" each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from spicekit.circuits.cell import Technology
from spicekit.run_folder import ENDURANCE
from spicekit.statistics import Condition, Conditions, Endurance, RareEstimate
from spicekit.studies.memory.chain import ageing_of, build_chain, population_after, sample_name
from spicekit.studies.memory.condition import Condition as Asked
from spicekit.studies.rare.limit import ChainLimit
from spicekit.studies.rare.request import Request
from spicekit.studies.rare.study import lost, read_estimate, simulate
from spicekit.studies.study import Form, Point, StopRule, Study

if TYPE_CHECKING:
    from spicekit.experiment.file import SpecFile

_STORED = 1
_NO_RATE = ("failed", "disagreed")  # outcomes of estimates whose interval is none


@dataclass(frozen=True)
class EnduranceTable:
    """What an experiment file asks of aged cells."""

    conditions: tuple[Asked, ...]
    cycles: tuple[float, ...]
    criterion: float
    ageing: str  # status of the ageing law
    method: str
    relative_error: float
    max_runs: int
    confidence: float
    seed: int


def asked(content: "SpecFile", technology: Technology, form: Form) -> EnduranceTable | None:
    """Return what an experiment file asks of estimates at each age; None without any, which a part leaves out."""
    table, estimate = content.endurance, content.estimate
    if table is None or not table.max_runs or form.part or (form.quick and not table.quick_samples):
        return None
    return EnduranceTable(
        conditions=tuple(
            Asked(c.name, c.set_compliance, c.reset_voltage, c.pulse_width) for c in content.conditions
        ),
        cycles=tuple(table.cycles),
        criterion=table.criterion,
        ageing=ageing_of(technology).cycles.status,
        method=estimate.method if estimate else "auto",
        relative_error=table.relative_error,
        max_runs=table.max_runs,
        confidence=content.monte_carlo.confidence,
        seed=form.seed,
    )


def points(technology: Technology, table: EnduranceTable) -> tuple[Point, ...]:
    """Return one point per condition and age; ages beyond the reach of the ageing law are left out."""
    found, ageing = [], ageing_of(technology)
    for condition in table.conditions:
        fresh = build_chain(technology, condition)
        for n in table.cycles:
            if ageing.wear(n, condition.reset_voltage, condition.pulse_width) > ageing.limit.value:
                continue
            worn = population_after(technology.rram, condition, n)
            chain = replace(fresh, cycles=n, population=worn)
            request = Request(
                chain,
                "2t2r",
                _STORED,
                table.method,
                table.relative_error,
                table.max_runs,
                table.confidence,
                table.seed,
            )
            labels = {"condition": condition.name, "cycles": n}
            content = (request, ChainLimit(chain, _STORED))
            found.append(Point(sample_name(condition.name, n), labels, {}, content, named=False))
    return tuple(found)


def rule(table: EnduranceTable, point: Point, form: Form) -> StopRule:
    """Return the rule of a point: one estimate."""
    del table, point, form
    return StopRule(1)


def analyze(table: EnduranceTable, rows: pd.DataFrame, confidence: float) -> Mapping[str, Conditions]:
    """Return the error rate against cycles of each condition that has estimates."""
    del confidence  # it is part of the request
    found = []
    for one in table.conditions:
        mine = rows[rows["condition"] == one.name].sort_values("cycles")
        ages = [
            (float(n), read_estimate(text, one.name))
            for n, text in zip(mine["cycles"], mine["estimate"], strict=True)
        ]
        if known := [(n, estimate) for n, estimate in ages if estimate.outcome not in _NO_RATE]:
            found.append(
                Condition(
                    name=one.name,
                    set_compliance=one.set_compliance,
                    reset_voltage=one.reset_voltage,
                    pulse_width=one.pulse_width,
                    endurance=endurance(table, known, [n for n, e in ages if e.outcome in _NO_RATE]),
                )
            )
    return {"conditions": Conditions(conditions=tuple(found))}


def endurance(
    table: EnduranceTable, known: Sequence[tuple[float, RareEstimate]], missing: Sequence[float]
) -> Endurance:
    """Return the curve of the `known` estimates at their ages, and where it crosses the criterion."""
    curve = [(n, e.rate.best) for n, e in known if e.rate.best is not None]
    interval = [(n, e.rate.low, e.rate.high) for n, e in known]
    doubts = {
        f"{outcome} at {', '.join(f'{n:g}' for n, e in known if e.outcome == outcome)} cycles": None
        for outcome in (e.outcome for _, e in known)
        if outcome != "agreed"
    }
    if missing:
        doubts[f"none at {', '.join(f'{n:g}' for n in missing)} cycles"] = None
    cycles = crossing(curve, table.criterion)
    return Endurance(
        cycles=cycles,
        cycles_low=crossing([(n, high) for n, _, high in interval], table.criterion),
        cycles_high=crossing([(n, low) for n, low, _ in interval], table.criterion),
        criterion=table.criterion,
        curve=curve,
        interval=interval,
        status=table.ageing,
        method="rare-event estimates of aged pairs that store +1, as -1 fails alike; form of the ageing law assumed, "
        f"its lifetime {table.ageing}; ages beyond its limit are left out; interval at {table.confidence:.0%}"
        + "".join(f"; {doubt}" for doubt in doubts),
        unsure=[n for n, e in known if e.outcome != "agreed"],
        doubt=_doubt(known, cycles),
    )


def _doubt(known: Sequence[tuple[float, RareEstimate]], cycles: float | None) -> str:
    """Return which of the ages that the crossing lies between, or of the last one, have no result."""
    after = [n for n, _ in known if cycles is not None and n >= cycles]
    before = [n for n, _ in known if cycles is None or n < cycles]
    beside = {*before[-1:], *after[:1]}
    said = [f"{e.outcome} at {n:g} cycles" for n, e in known if n in beside and e.outcome != "agreed"]
    return f"estimates are {', '.join(said)}" if said else ""


def crossing(curve: Iterable[tuple[float, float]], criterion: float) -> float | None:
    """Return the cycles at which a rising curve crosses `criterion`, straight in log-log; None if it does not."""
    for (n0, p0), (n1, p1) in pairwise(curve):
        if p0 < criterion <= p1:
            if p0 <= 0:  # a bound that says nothing of the ages between
                return n1
            share = np.log(criterion / p0) / np.log(p1 / p0)
            return float(n0 * (n1 / n0) ** share)
    return None


STUDY = Study(
    ENDURANCE, points, simulate, analyze, asked=asked, rule=rule, lost=lost,
    counts="rare-event estimates of aged cells",
)  # fmt: skip
