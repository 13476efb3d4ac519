"""From the samples that count to what is said: the statistics, and which samples were discarded."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from spicekit.characterize.chain import sample_name
from spicekit.characterize.estimates.gather import Gathered
from spicekit.characterize.extract import extract_condition
from spicekit.characterize.reach import beyond_card
from spicekit.characterize.spec import Spec
from spicekit.run_folder import Used
from spicekit.statistics import Provenance, Statistics


def conclude(
    spec: Spec,
    provenance: Provenance,
    samples: pd.DataFrame,
    used: list[Used],
    studies: Mapping[str, pd.DataFrame],
    estimates: Gathered | None = None,
) -> Statistics:
    """Return the statistics of the `samples` and of the rows of `studies` that count, with rare-event estimates."""
    content = spec.content
    criterion = content.endurance.criterion if content.endurance else None
    ageing = spec.technology.rram.ageing.cycles.status
    stopped = {part.condition: part.stopped for part in used if part.cycles == 0}
    conditions = []
    for asked in spec.conditions:
        rows = samples[samples["condition"] == asked.name]
        found = extract_condition(asked, rows, content.monte_carlo.confidence, criterion, ageing)
        outside = beyond_card(spec.technology.rram, asked)
        found = found.model_copy(update={"stopped": stopped.get(asked.name), "outside": outside})
        conditions.append(estimates.update(found) if estimates else found)
    blocks: dict[str, Any] = {}
    for study, table in spec.studies:
        # discards alone tell nothing, and a lost process has left no columns; they are counted in the manifest
        if study.name in studies and (studies[study.name]["outcome"] != "discard").any():
            found = study.conclude(table, studies[study.name], content.monte_carlo.confidence)
            # several studies may each fill in a part of the same block
            blocks |= {key: block.joined(blocks.get(key)) for key, block in found.items()}
    return Statistics(provenance=provenance, conditions=tuple(conditions), **blocks)


def discarded(samples: pd.DataFrame, studies: Mapping[str, pd.DataFrame]) -> list[tuple[str, str]]:
    """Return (sample id, reason) of every sample with a discard; those of studies are ``STUDY/POINT:NUMBER``."""
    lost = samples[samples["outcome"] == "discard"]
    chains = [
        (sample_name(condition, cycles, number), reason)
        for condition, cycles, number, reason in zip(
            lost["condition"], lost["cycles"], lost["sample"], lost["reason"], strict=True
        )
    ]
    devices = []
    for name, rows in studies.items():
        first = rows[rows["outcome"] == "discard"].drop_duplicates(["point", "sample"])
        for point, number, reason in zip(first["point"], first["sample"], first["reason"], strict=True):
            devices.append((sample_name(f"{name}/{point}", 0, number), reason))
    return chains + devices
