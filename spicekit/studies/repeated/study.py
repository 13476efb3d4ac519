"""The same pairs programmed again and again, and read by their amplifier each time: what of the errors stays.

A programming is a trial of the condition that starts where the one before has ended. Of the coordinates of a pair,
those of its devices and of all transistors are drawn once; those of its cycles follow each other as the RRAM card says.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from spicekit.block import ErrorCorrelation
from spicekit.circuits.cell import Technology
from spicekit.sampling.intraclass import by_counts, by_margins
from spicekit.sampling.lognormal import equal_error_threshold
from spicekit.sampling.normals import named_normals
from spicekit.statistics import Condition, Conditions
from spicekit.studies.memory.chain import SIDES, Chain, build_chain
from spicekit.studies.memory.condition import Condition as Asked
from spicekit.studies.memory.simulate import simulate as run_chains
from spicekit.studies.repeated.table import RepeatedTable
from spicekit.studies.study import Point, Study

COLUMNS = ("sample", "cycle", "outcome", "reason", "weight", "lrs", "hrs", "margin", "read_delay")
LEAST_ERRORS = 20
LEAST_ERRING = 5  # cells: with fewer, counts say little of how errors gather
_LOST = "a programming before was lost"


@dataclass(frozen=True)
class Repeated:
    """What is programmed, and how often."""

    chain: Chain
    cycles: int


def points(technology: Technology, table: RepeatedTable) -> tuple[Point, ...]:
    """Return the one point.

    Raises:
        InputError: the access transistor cannot give the compliance, or the pulse is shorter than its edges.
    """
    asked = Asked(table.condition, table.set_compliance, table.reset_voltage, table.pulse_width)
    chain = build_chain(technology, asked)
    decks = {"set": chain.set_deck.deck, "reset": chain.reset_deck.deck, "read": chain.read.deck}
    return (
        Point(
            table.condition, {"condition": table.condition}, decks, Repeated(chain, table.cycles), named=False
        ),
    )


def simulate(point: Point, seed: int, start: int, stop: int) -> pd.DataFrame:
    """Return the programmings of pairs `start` … `stop` - 1, one row each.

    Columns: ``sample`` (pair), ``cycle``, ``outcome``, ``reason``, ``weight``, ``lrs``, ``hrs`` [Ohm], ``margin`` [V],
    ``read_delay`` [s]. Once a programming is lost, all later ones of that pair are discards, as its state is not known.
    """
    content: Repeated = point.content
    chain, numbers = content.chain, np.arange(start, stop)
    weights = np.where(numbers % 2 == 0, 1, -1)
    z = dict(zip(chain.coordinates, named_normals(seed, chain.coordinates, start, stop).T, strict=True))
    gaps: tuple[np.ndarray, np.ndarray] | None = None
    good, rows = np.full(len(numbers), True), []
    for cycle in range(content.cycles):
        if cycle:
            z = _moved_on(chain, z, seed, start, stop, cycle)
        found = _lost(numbers, weights, cycle)
        alive = np.flatnonzero(good)
        if len(alive):
            at = np.column_stack([z[name] for name in chain.coordinates])[alive]
            before = None if gaps is None else (gaps[0][alive], gaps[1][alive])
            after = run_chains(chain, at, weights[alive], before=before)
            columns = [name for name in COLUMNS if name not in ("sample", "cycle")]
            found.loc[alive, columns] = after[columns].to_numpy(dtype=object)
            gaps = gaps or (np.full(len(numbers), np.nan), np.full(len(numbers), np.nan))
            gaps[0][alive], gaps[1][alive] = after["lrs_gap"], after["hrs_gap"]
            good[alive] = after["outcome"] != "discard"
        rows.append(found)
    table = pd.concat(rows, ignore_index=True).sort_values(["sample", "cycle"], ignore_index=True)
    return table.astype(
        dict.fromkeys(("sample", "cycle", "weight"), int)
        | dict.fromkeys(("lrs", "hrs", "margin", "read_delay"), float)
        | dict.fromkeys(("outcome", "reason"), str)
    )


def _moved_on(
    chain: Chain, z: Mapping[str, np.ndarray], seed: int, start: int, stop: int, cycle: int
) -> dict[str, np.ndarray]:
    """Return the coordinates of the next programming: the last cycle becomes the one that prepares it."""
    population, moved = chain.population, dict(z)
    for side in SIDES:
        zero = np.zeros(stop - start)
        before, drawn = (
            np.column_stack([z.get(f"{side}.{when}.{name}", zero) for name in population.cycle_names])
            for when in ("prepare", "program")
        )
        last = population.next_cycle(before, drawn)
        names = [f"{side}.cycle {cycle}.{name}" for name in population.cycle_names]
        fresh = named_normals(seed, names, start, stop)
        for k, name in enumerate(population.cycle_names):
            if f"{side}.program.{name}" in z:
                moved[f"{side}.prepare.{name}"] = last[:, k]
                moved[f"{side}.program.{name}"] = fresh[:, k]
        if chain.telegraph:
            moved[f"{side}.telegraph"] = named_normals(
                seed, [f"{side}.cycle {cycle}.telegraph"], start, stop
            )[:, 0]
    return moved


def _lost(numbers: np.ndarray, weights: np.ndarray, cycle: int) -> pd.DataFrame:
    """Return rows of pairs of which an earlier programming was lost."""
    rows = pd.DataFrame(
        {"sample": numbers, "cycle": cycle, "outcome": "discard", "reason": _LOST, "weight": weights}
    )
    return rows.reindex(columns=COLUMNS).astype(object)


def analyze(table: RepeatedTable, rows: pd.DataFrame, confidence: float) -> Mapping[str, Conditions]:
    """Return the condition with how alike the errors of a pair are, and those of a device; nothing without any."""
    pairs = _of_pairs(rows, confidence)
    if pairs is None:
        return {}
    condition = Condition(
        name=table.condition,
        set_compliance=table.set_compliance,
        reset_voltage=table.reset_voltage,
        pulse_width=table.pulse_width,
        error_correlation_2t2r=pairs,
        error_correlation_1t1r=_of_devices(rows, confidence),
    )
    return {"conditions": Conditions(conditions=(condition,))}


def _of_pairs(rows: pd.DataFrame, confidence: float) -> ErrorCorrelation | None:
    wrong = _matrix(rows.assign(wrong=(rows["outcome"] == "error").astype(float)), "wrong")
    return _surer(wrong, _matrix(rows, "margin"), confidence)


def _of_devices(rows: pd.DataFrame, confidence: float) -> ErrorCorrelation | None:
    """Return it of devices, each in its one state against the threshold where both states err alike."""
    low, high = np.log(_matrix(rows, "lrs")), np.log(_matrix(rows, "hrs"))
    known = np.isfinite(low) & np.isfinite(high)
    if known.sum() < 2:
        return None
    threshold = equal_error_threshold(low[known], high[known])
    margins = np.concatenate([threshold - low, high - threshold])
    return _surer(np.where(np.isfinite(margins), margins < 0, np.nan), margins, confidence)


def _surer(wrong: np.ndarray, margins: np.ndarray, confidence: float) -> ErrorCorrelation | None:
    """Return what the counts tell, or the margins where too few errors were counted."""
    of_cell = np.nansum(wrong, axis=1)
    if of_cell.sum() >= LEAST_ERRORS and (of_cell > 0).sum() >= LEAST_ERRING:
        return by_counts(wrong, confidence)
    return by_margins(margins, confidence)


def _matrix(rows: pd.DataFrame, column: str) -> np.ndarray:
    """Return a column as (pairs, cycles), NaN of discards."""
    known = rows[column].where(rows["outcome"] != "discard")
    return (
        rows.assign(known=known).pivot(index="sample", columns="cycle", values="known").to_numpy(dtype=float)
    )


STUDY = Study("repeated", points, simulate, analyze, counts="pairs")
