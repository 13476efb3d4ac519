"""From the samples that count to statistics, counts, and a list of discarded samples."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from spicekit.experiment.grid import MEMORY_DEVICE
from spicekit.run.grid import Place, rows_at
from spicekit.run.spec import Spec
from spicekit.run_folder import MEMORY, name_of, placed, select
from spicekit.statistics import Block, Condition, Conditions, GridPoint, Provenance, Statistics
from spicekit.studies.memory.chain import sample_name
from spicekit.studies.study import Form

Counts = dict[str, dict[str, dict[str, Any]]]
"""Of a manifest: study -> point -> ranges, samples, ok, error, discard, stopped."""


def analyze(
    spec: Spec, form: Form, provenance: Provenance, rows: Mapping[str, pd.DataFrame], counts: Counts
) -> Statistics:
    """Return the statistics of the `rows` of studies that count; `counts` say why there are not more."""
    conditions, found = _at(spec, form, rows, counts, "")
    grid = []
    for place in spec.places:
        there = (conditions, found) if place.itself else _at(spec, form, rows, counts, place.name)
        grid.append(_grid_point(place, *there))
    return Statistics(provenance=provenance, conditions=conditions, grid=tuple(grid), **found)


def _at(
    spec: Spec, form: Form, rows: Mapping[str, pd.DataFrame], counts: Counts, place: str
) -> tuple[tuple[Condition, ...], dict[str, Any]]:
    """Return conditions and blocks by their key, of the experiment itself or at one point of its grid."""
    found: dict[str, Any] = {}
    for study, table in spec.asked(form):
        mine = rows_at(rows.get(study.name, pd.DataFrame({"outcome": []})), place)
        if place and mine.empty:
            continue  # the grid does not repeat it
        # discards alone tell nothing, and a lost process has left no columns; they are counted in the manifest
        if study.without_samples or (mine["outcome"] != "discard").any():
            blocks = study.analyze(table, mine, spec.content.monte_carlo.confidence)
            # several studies may each fill in a part of the same block
            found |= {key: block.joined(found.get(key)) for key, block in blocks.items()}
    stopped = {name: entry["stopped"] for name, entry in counts.get(MEMORY, {}).items()}
    conditions = found.pop("conditions", Conditions()).conditions
    told = tuple(
        one.model_copy(update={"stopped": stopped.get(placed(place, one.name))}) for one in conditions
    )
    return told, found


def _grid_point(place: Place, conditions: tuple[Condition, ...], found: Mapping[str, Block]) -> GridPoint:
    technology = place.technology
    return GridPoint(
        name=place.name,
        process=technology.process.name,
        temperature=technology.temperature,
        supply=technology.design.supply,
        memory=technology.rram.name if MEMORY_DEVICE in place.settings else "",
        parameters={name: float(value) for name, value in place.settings.items() if "." in name},
        conditions=conditions,
        studies={key: block.model_dump(mode="json", exclude_none=True) for key, block in found.items()},
    )


def counts_of(
    rows: pd.DataFrame | None, point: str, ranges: Sequence[tuple[int, int]], stopped: str
) -> dict[str, Any]:
    """Return how many samples of a point count, how they ended, and why there are not more; one with several rows
    ended as its worst."""
    worst = pd.Series(dtype=int)
    if rows is not None:
        mine = select(rows, {point: list(ranges)})
        order = {"ok": 0, "error": 1, "discard": 2}
        worst = mine["outcome"].map(order).groupby(mine["sample"]).max()
    ends = {name: int((worst == place).sum()) for place, name in enumerate(("ok", "error", "discard"))}
    return {"ranges": [list(part) for part in ranges], "samples": len(worst), **ends, "stopped": stopped}


def discarded(rows: Mapping[str, pd.DataFrame]) -> list[tuple[str, str]]:
    """Return (sample id, reason) of every sample with a discard, such as ``typical:17`` or ``STUDY/POINT:3``."""
    found = []
    for study, table in rows.items():
        lost = table[table["outcome"] == "discard"].drop_duplicates(["point", "sample"])
        for point, number, reason in zip(lost["point"], lost["sample"], lost["reason"], strict=True):
            found.append((sample_id(study, point, number), reason))
    return found


def sample_id(study: str, point: str, number: int) -> str:
    """Return how a user names a sample: ``CONDITION:NUMBER[@CYCLES]`` or ``STUDY/POINT:NUMBER``."""
    if study != MEMORY:
        return f"{name_of(study, point)}:{number}"
    condition, _, cycles = point.partition("@")
    return sample_name(condition, float(cycles or 0), number)
