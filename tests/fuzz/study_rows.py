"""Rows of two samples of each study, as seeds. `python -m tests.fuzz.study_rows` simulates them anew."""

import tempfile
from pathlib import Path

import pandas as pd

from spicekit.studies.study import labelled
from tests.small_studies import STUDIES, small_study

ROWS = Path(__file__).with_name("studies")
_KINDS = ("point", "sample", "kind", "half", "state")
_MOST = 12  # rows of a kind that are kept: more would say the same


def _simulated(study: str) -> pd.DataFrame:
    with tempfile.TemporaryDirectory() as folder:
        _, planned = small_study(study, Path(folder))
    rows = pd.concat([labelled(p, planned.study.simulate(p, 3, 0, 2)) for p in planned.points])
    kinds = [rows[key] for key in _KINDS if key in rows]
    return rows[rows.groupby(kinds, dropna=False).cumcount() < _MOST]


if __name__ == "__main__":
    ROWS.mkdir(exist_ok=True)
    for study in STUDIES:
        _simulated(study).to_parquet(ROWS / f"{study}.parquet", index=False, compression="zstd")
