"""Studies: experiments on the memory device alone, beside the full chains of the conditions.

A study is a module with a `Study` (see `study`): a table of the experiment file, the points that follow from it, how
one of their samples is simulated, and what is said of all samples. To add one, say `window`:

1. `studies/window.py`: a pydantic table, subclass of `StudyTable` (quantities from `characterize.fields`);
   `points(technology, table) -> tuple[Point, ...]`: build the decks, name each point, give it labels (columns of its
   rows) and facts (`device_facts` has most); raise InputError for what the circuit cannot do;
   `simulate(point, seed, start, stop) -> DataFrame` with `sample`, `outcome`, `reason` and own columns, one or more
   rows per sample; draw with `standard_normals(seed, point.identity, start, stop, size)`, and nothing else;
   `conclude(table, rows, confidence) -> {"window": block}`; and `STUDY = Study("window", ...)`.
2. `statistics/window.py`: the block, a `Block` with plain numbers; a field `window: Window | None = None` of
   `Statistics`, and its rows in docs/statistics.md (a test looks).
3. `STUDIES` below, and its rows in docs/experiment.md (a test looks).
4. `report/plots_window.py` and an entry of `report/studies.py`: the section shows when the block is there.
Everything else follows: `[studies.window]` of an experiment, workers and clusters, crashes as discards, resuming,
`studies/window/*.parquet` in the run folder, counts in the manifest, merging, JSON.
"""

from typing import Any

from pydantic import create_model

from spicekit.characterize.fields import Table
from spicekit.characterize.studies import (
    conductance_ageing,
    conductance_law,
    injection_locking,
    iv_loops,
    mutual_locking,
    oscillation,
    read_disturb,
    reset_law,
    retention,
    superparamagnetic,
    switching_time,
)
from spicekit.characterize.studies.study import Point, Study, StudyTable

STUDIES: dict[str, Study] = {study.name: study for study in (
    iv_loops.STUDY, switching_time.STUDY, conductance_law.STUDY, reset_law.STUDY, retention.STUDY, read_disturb.STUDY,
    conductance_ageing.STUDY,
    superparamagnetic.STUDY,
    oscillation.STUDY,
    injection_locking.STUDY,
    mutual_locking.STUDY,
)}  # fmt: skip
"""Every study by its name, in the order in which they run and are reported."""

_FIELDS: dict[str, Any] = {name: (study.table | None, None) for name, study in STUDIES.items()}
StudiesTable: type[Table] = create_model("StudiesTable", __base__=Table, **_FIELDS)
"""`[studies]` of an experiment file: one optional table per study."""

__all__ = ["STUDIES", "Point", "StudiesTable", "Study", "StudyTable"]
