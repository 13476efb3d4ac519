"""Studies in a run: resumed, merged, counted and said in the statistics like everything else of an experiment."""

import json
import os
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from spicekit import statistics
from spicekit.characterize.merge import merge
from spicekit.characterize.plan import make_plan
from spicekit.characterize.run import Settings, run
from spicekit.characterize.spec import load_spec
from spicekit.characterize.studies import STUDIES
from spicekit.errors import InputError
from spicekit.run_folder import RunFolder

from .conftest import SHORT_SPEC

LAW = """
[studies.conductance_law]
compliances = ["50 uA", "200 uA"]
reset_voltage = "2.0 V"
pulse_width = "100 ns"
samples = 5
quick_samples = 3
cycles = 3
"""
STUDIES_ONLY = 'schema = "spicekit.sweep/1"\nname = "law"\nseed = 7\n' + LAW


@pytest.fixture
def law_spec(tmp_path):
    path = tmp_path / "law.toml"
    path.write_text(STUDIES_ONLY)
    return path


def run_to_end(spec, path, workers=1, **options):
    folder = RunFolder(path)
    return folder, run(make_plan(load_spec(spec), **options), folder, Settings(workers), lambda _: None)


def test_an_experiment_may_have_studies_alone_and_two_workers_agree_with_one(law_spec, tmp_path):
    one, finished = run_to_end(law_spec, tmp_path / "one")
    two, _ = run_to_end(law_spec, tmp_path / "two", workers=2)
    assert finished.samples == 10
    assert finished.discards == ()
    pd.testing.assert_frame_equal(one.study("conductance_law"), two.study("conductance_law"))
    assert one.statistics_file.read_bytes() == two.statistics_file.read_bytes()
    counts = one.manifest()["studies"]["conductance_law"]
    assert counts["50uA"] == {"samples": 5, "ok": 5, "discard": 0, "stopped": "most samples (5)"}


def test_a_run_resumes_to_the_same_bytes_and_finished_does_nothing(law_spec, tmp_path):
    whole, _ = run_to_end(law_spec, tmp_path / "whole")
    short, _ = run_to_end(law_spec, tmp_path / "resumed", quick=True)
    assert short.manifest()["studies"]["conductance_law"]["50uA"]["samples"] == 3
    resumed, _ = run_to_end(law_spec, tmp_path / "resumed")
    assert resumed.statistics_file.read_bytes() == whole.statistics_file.read_bytes()
    files = {p: os.stat(p).st_mtime_ns for p in resumed.study_folder("conductance_law").iterdir()}
    run_to_end(law_spec, tmp_path / "resumed")
    assert files == {p: os.stat(p).st_mtime_ns for p in resumed.study_folder("conductance_law").iterdir()}


def test_another_study_is_another_experiment(law_spec, tmp_path):
    run_to_end(law_spec, tmp_path / "run", quick=True)
    law_spec.write_text(STUDIES_ONLY.replace('"2.0 V"', '"2.1 V"'))
    with pytest.raises(InputError, match="holds another experiment"):
        run_to_end(law_spec, tmp_path / "run", quick=True)


def test_parts_leave_studies_out_and_a_merged_folder_can_be_run_on(tmp_path):
    spec = tmp_path / "both.toml"
    spec.write_text(SHORT_SPEC.replace("[endurance]\ncycles = [1e8]\nsamples = 3\ncriterion = 1e-3\n", LAW))
    a, _ = run_to_end(spec, tmp_path / "a", part=(0, 3))
    b, _ = run_to_end(spec, tmp_path / "b", part=(3, 6))
    assert "studies" not in a.manifest()
    merge([a, b], RunFolder(tmp_path / "merged"))
    _, finished = run_to_end(spec, tmp_path / "merged")
    assert finished.statistics.conductance_law is not None
    whole, _ = run_to_end(spec, tmp_path / "whole")
    merged_again = merge([RunFolder(tmp_path / "merged"), whole], RunFolder(tmp_path / "again"))
    assert merged_again.conductance_law == whole.statistics().conductance_law
    assert [c.lrs for c in merged_again.conditions] == [c.lrs for c in whole.statistics().conditions]


def test_lost_pulses_are_discards_and_are_counted(law_spec, tmp_path):
    plan = make_plan(load_spec(law_spec))
    study = plan.studies[0]
    content, initial = study.points[0].content, study.points[0].content.rram.initial
    nowhere = initial.lrs.model_copy(update={"value": float("nan")})  # is refused, as no card can hold it
    rram = replace(content.rram, initial=initial.model_copy(update={"lrs": nowhere}))
    content = replace(content, rram=rram)
    points = (replace(study.points[0], content=content), study.points[1])
    plan = replace(plan, studies=(replace(study, points=points),))
    finished = run(plan, RunFolder(tmp_path / "run"), Settings(max_discards=1.0), lambda _: None)
    assert len(finished.discards) == 5
    assert finished.discards[0][0] == "conductance_law/50uA:0"
    assert "RESET of cycle 0" in finished.discards[0][1]
    assert finished.too_many_discards is False
    counts = RunFolder(tmp_path / "run").manifest()["studies"]["conductance_law"]
    assert counts["50uA"]["discard"] == 5
    assert [p.compliance for p in finished.statistics.conductance_law.points] == [2e-4]


BAD = {
    "unknown study": (
        "[studies.conductance_law]",
        "[studies.conductance_lav]",
        r"`studies.conductance_lav` \(did",
    ),
    "unknown key": ("cycles = 3", "cycle = 3", r"`studies.conductance_law.cycle` \(did you mean `cycles`"),
    "missing key": ("cycles = 3\n", "", r"key `studies.conductance_law.cycles` is missing"),
    "no unit": ('"50 uA"', '"50"', r"`studies.conductance_law.compliances\[1\]`: got '50' without a unit"),
    "twice": ('"50 uA"', '"200 uA"', r"`studies.conductance_law.compliances`: 0.0002 is given twice"),
    "nothing asked": (LAW, "", r"asks for nothing"),
    "conditions without samples": (
        LAW,
        SHORT_SPEC[SHORT_SPEC.index("[[cond") :],
        r"`monte_carlo.samples` is miss",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_tables_are_said_in_one_line(law_spec, case):
    old, new, message = BAD[case]
    law_spec.write_text(STUDIES_ONLY.replace(old, new))
    with pytest.raises(InputError, match=message) as error:
        load_spec(law_spec)
    assert "\n" not in str(error.value)
    assert str(law_spec) in str(error.value)


def test_a_compliance_beyond_the_transistor_names_the_study(law_spec):
    law_spec.write_text(STUDIES_ONLY.replace("200 uA", "20 mA"))
    with pytest.raises(InputError, match=r"`studies.conductance_law`: .*does not give 20000 uA"):
        make_plan(load_spec(law_spec))


@pytest.mark.parametrize("name", STUDIES)
def test_every_key_of_a_study_is_documented(name, request):
    text = (request.config.rootpath / "docs" / "experiment.md").read_text(encoding="utf-8")
    assert f"`[studies.{name}]`" in text
    for key in STUDIES[name].table.model_fields:
        assert f"`{key}`" in text, key


def test_statistics_without_conditions_come_back_whole(law_spec, tmp_path):
    folder, finished = run_to_end(law_spec, tmp_path / "run", quick=True)
    assert statistics.load(folder.statistics_file) == finished.statistics
    assert json.loads(folder.statistics_file.read_text())["conditions"] == []
    assert np.isfinite(finished.statistics.conductance_law.at(1e-4)).all()
