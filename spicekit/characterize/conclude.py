"""From the samples that count to what is said: the statistics, and which samples were discarded."""

import pandas as pd

from spicekit.characterize.chain import sample_name
from spicekit.characterize.extract import extract_condition
from spicekit.characterize.spec import Spec
from spicekit.run_folder import Used
from spicekit.statistics import Provenance, Statistics


def conclude(spec: Spec, provenance: Provenance, samples: pd.DataFrame, used: list[Used]) -> Statistics:
    """Return the statistics of the `samples` that count."""
    content = spec.content
    criterion = content.endurance.criterion if content.endurance else None
    stopped = {part.condition: part.stopped for part in used if part.cycles == 0}
    conditions = []
    for asked in spec.conditions:
        rows = samples[samples["condition"] == asked.name]
        found = extract_condition(asked, rows, content.monte_carlo.confidence, criterion)
        conditions.append(found.model_copy(update={"stopped": stopped.get(asked.name)}))
    return Statistics(provenance=provenance, conditions=tuple(conditions))


def discarded(samples: pd.DataFrame) -> list[tuple[str, str]]:
    """Return (sample id, reason) of every discard."""
    lost = samples[samples["outcome"] == "discard"]
    return [
        (sample_name(condition, cycles, number), reason)
        for condition, cycles, number, reason in zip(
            lost["condition"], lost["cycles"], lost["sample"], lost["reason"], strict=True
        )
    ]
