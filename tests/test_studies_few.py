"""Every study with nearly nothing to say: one sample, points that were lost, discards alone."""

import json
import warnings

import pandas as pd
import pytest

from spicekit.report import build_report
from spicekit.run.analyze import analyze
from spicekit.run_folder import RunFolder
from spicekit.statistics import Provenance, load, save
from spicekit.studies.study import Form, labelled, lost
from spicekit.tables import keep_table

from .small_studies import STUDIES, small_study

HEAVY = ("oscillation", "injection_locking", "mutual_locking")


def variants(good: pd.DataFrame, gone: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return what could be left of two samples at each point; `gone` are the rows of lost processes."""
    first = good["point"] == good["point"].iloc[0]
    first_gone = gone["point"] == good["point"].iloc[0]
    parts = {
        "all": [good],
        "all lost": [gone],
        "the first sample lost": [good[good["sample"] == 1], gone[gone["sample"] == 0]],
        "the second sample lost": [good[good["sample"] == 0], gone[gone["sample"] == 1]],
        "the first sample alone": [good[good["sample"] == 0]],
        "the second sample alone": [good[good["sample"] == 1]],
        "the first point alone": [good[first]],
        "the first point lost": [gone[first_gone], good[~first]],
        "one sample at one point": [
            gone[first_gone & (gone["sample"] == 0)],
            good[first & (good["sample"] == 1)],
        ],
        "nothing": [good.iloc[:0]],
    }
    return {
        name: pd.concat([p for p in found if len(p)] or found, ignore_index=True)
        for name, found in parts.items()
    }


@pytest.mark.parametrize(
    "shown",
    [
        ("all lost", "one sample at one point"),
        pytest.param(("the first sample lost", "the first point lost"), marks=pytest.mark.slow),
    ],
    ids=["least", "more"],
)
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if name in HEAVY else name for name in STUDIES]
)
def test_a_study_with_nearly_nothing_says_what_it_can_and_leaves_out_the_rest(tmp_path, name, shown):
    spec, planned = small_study(name, tmp_path)
    rows = [labelled(point, planned.study.simulate(point, 3, 0, 2)) for point in planned.points]
    gone = [
        labelled(point, lost(point, number, "crashed: made up"))
        for point in planned.points
        for number in (0, 1)
    ]
    for number, (what, table) in enumerate(variants(pd.concat(rows), pd.concat(gone)).items()):
        folder = RunFolder(tmp_path / f"run{number}")
        folder.study_folder(name).mkdir(parents=True)
        keep_table(folder.study_folder(name), table, "1" * 64)  # as read back: a lost number is NaN
        stored = folder.stored(name)
        assert stored is not None
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a mean of nothing, a spread of one
            found = analyze(spec, Form(3), Provenance(), {name: stored}, {})
            save(found, folder.statistics_file)
        said = load(folder.statistics_file)  # refuses what is not finite
        blocks = [key for key, block in said if block and key not in ("schema_", "provenance", "conditions")]
        assert not blocks or what not in ("all lost", "nothing")
        if what in shown:
            folder.spec_file.write_text(spec.text)
            folder.manifest_file.write_text(json.dumps({"name": "few", "quick": False, "seed": 3}))
            assert build_report(folder).stat().st_size > 1000
