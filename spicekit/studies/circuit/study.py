"""Your own circuits: parameters drawn, measurements, what fails."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from spicekit.block import QUANTILES, Block, Estimate
from spicekit.ngspice import Outcome, evaluate
from spicekit.sampling.counts import Counts, error_probability
from spicekit.sampling.normals import named_normals
from spicekit.studies.circuit.content import Content
from spicekit.studies.circuit.loaded import Asked, load
from spicekit.studies.circuit.points import points, settings
from spicekit.studies.circuit.result import CircuitPoint, Circuits, Measured
from spicekit.studies.circuit.said import limit_in_words, setting_in_words, unit_of
from spicekit.studies.circuit.table import OneCircuitTable
from spicekit.studies.study import Form, Point, StopRule, Study
from spicekit.units import number

_WORST = 5  # samples that are named
_METHOD = "independent samples in SPICE; failed: counted, Clopper-Pearson"


def simulate(point: Point, seed: int, start: int, stop: int) -> pd.DataFrame:
    """Return one row per sample.

    Columns: ``sample``, ``outcome``, ``reason``, ``distance`` (from the limit in its unit, below 0 it is violated; only
    with a limit), and one column for each measurement [SI].
    """
    content: Content = point.content
    z = named_normals(seed, content.coordinates, start, stop)
    return rows_of(content, *evaluate(content.deck, content.values(z)), start)


def rule(asked: Asked, point: Point, form: Form) -> StopRule:
    """Return how many samples a point has; a part leaves it out."""
    return StopRule(0 if form.part else asked.samples(str(point.labels["circuit"]), form.quick))


def rows_of(content: Content, measured: np.ndarray, outcomes: Sequence[Outcome], start: int) -> pd.DataFrame:
    """Return the rows of samples from number `start` on, measured (samples, measurements)."""
    lost = np.array([not outcome.ok for outcome in outcomes])
    table = pd.DataFrame({"sample": np.arange(start, start + len(outcomes))})
    failed = np.zeros(len(lost), dtype=bool)
    if content.limit is not None:
        distance = content.limit.margin(measured[:, content.limit.measurement])
        failed = distance < 0
        table["distance"] = np.where(lost, np.nan, distance)
    table.insert(1, "outcome", np.where(lost, "discard", np.where(failed, "error", "ok")))
    table.insert(2, "reason", ["" if outcome.ok else str(outcome) for outcome in outcomes])
    for column, one in enumerate(content.deck.measurements):
        table[one.name] = np.where(lost, np.nan, measured[:, column])
    return table


def analyze(asked: Asked, rows: pd.DataFrame, confidence: float) -> Mapping[str, Block]:
    """Return what each point says; one of which all samples were lost is left out."""
    found = []
    for circuit in asked.table.circuits:
        for name, values in settings(circuit):
            mine = rows[rows["point"] == name]
            if (mine["outcome"] != "discard").any():
                found.append(_said(asked, circuit, name, values, mine, confidence))
    return {"circuit": Circuits(points=tuple(found), method=_METHOD)} if found else {}


def _said(
    asked: Asked,
    circuit: OneCircuitTable,
    name: str,
    values: Mapping[str, str],
    rows: pd.DataFrame,
    confidence: float,
) -> CircuitPoint:
    good = rows[rows["outcome"] != "discard"]
    limited = circuit.limit is not None
    measured = {m.name: summary(good[m.name].to_numpy(dtype=float), unit_of(m)) for m in circuit.measurements}
    counts = Counts(len(rows), int((rows["outcome"] == "error").sum()), len(rows) - len(good))
    worst = good.nsmallest(_WORST, "distance") if limited else good.iloc[:0]
    return CircuitPoint(
        name=name,
        circuit=circuit.name,
        netlist=asked.netlists[circuit.name][0],
        setting=setting_in_words(values),
        coordinates=int(rows["coordinates"].iloc[0]),
        transistors=int(rows["transistors"].iloc[0]),
        without_mismatch=int(rows["without_mismatch"].iloc[0]),
        technology=str(rows["technology"].iloc[0]),
        limit=limit_in_words(circuit) if limited else None,
        limit_of=circuit.limit.of if circuit.limit else None,
        below=_end(circuit, "below"),
        above=_end(circuit, "above"),
        failed=error_probability(counts, "counted, Clopper-Pearson", confidence) if limited else None,
        measurements={name: block for name, block in measured.items() if block is not None},
        worst=tuple(int(number) for number in worst["sample"]),
        worst_distances=tuple(float(distance) for distance in worst["distance"]) if limited else (),
    )


def _end(circuit: OneCircuitTable, side: str) -> float | None:
    text = getattr(circuit.limit, side, None)
    return None if text is None else number(text)


def summary(values: np.ndarray, unit: str) -> Measured | None:
    """Return what values (n,) of samples say; those that are not finite are counted apart, and None without "
    "any other."""
    finite = values[np.isfinite(values)]
    n = len(finite)
    if not n:
        return None
    mean, std = float(finite.mean()), float(finite.std(ddof=1)) if n > 1 else None
    fourth = float(((finite - mean) ** 4).mean())
    error = None if not std or n < 4 else float(np.sqrt(max(fourth - std**4, 0.0) / n) / (2 * std))
    reached = [p for p in QUANTILES if min(p, 1 - p) * n >= 1]
    return Measured(
        unit=unit,
        mean=Estimate(value=mean, error=None if std is None else float(std / np.sqrt(n))),
        std=None if std is None else Estimate(value=std, error=error),
        lowest=float(finite.min()),
        highest=float(finite.max()),
        quantiles={f"{p:g}": float(np.quantile(finite, p)) for p in reached},
        samples=n,
        never=len(values) - n,
    )


STUDY = Study("circuit", points, simulate, analyze, load=load, rule=rule)
