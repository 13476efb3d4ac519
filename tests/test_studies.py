"""Studies in a run: resumed, merged, counted and said in the statistics like everything else of an experiment."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from spicekit import statistics
from spicekit.errors import InputError
from spicekit.export import FORMATS, export
from spicekit.identity import plain
from spicekit.report import build_report
from spicekit.run.execute import Settings, run
from spicekit.run.merge import merge
from spicekit.run.plan import make_plan
from spicekit.run.replay import replay
from spicekit.run.spec import load_spec
from spicekit.run_folder import RunFolder

from .commands import command
from .conftest import SHORT_SPEC

LAW = """
[studies.conductance_law]
compliances = ["50 uA", "200 uA"]
reset_voltage = "2.0 V"
pulse_width = "100 ns"
samples = 3
quick_samples = 2
cycles = 2
"""
RESET = """
[studies.reset_law]
set_compliance = "200 uA"
set_width = "100 ns"
reset_voltages = ["1.6 V", "2.4 V"]
pulse_widths = ["100 ns"]
samples = 10
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


@pytest.fixture(scope="module")
def law(tmp_path_factory):
    """A finished run of the law alone, on one worker: nothing may be changed in its folder."""
    path = tmp_path_factory.mktemp("law")
    (path / "law.toml").write_text(STUDIES_ONLY)
    return run_to_end(path / "law.toml", path / "run")


def test_an_experiment_may_have_studies_alone_and_two_workers_agree_with_one(law, law_spec, tmp_path):
    one, finished = law
    two, _ = run_to_end(law_spec, tmp_path / "two", workers=2)
    assert finished.samples == 6
    assert finished.discards == ()
    pd.testing.assert_frame_equal(one.study("conductance_law"), two.study("conductance_law"))
    assert one.statistics_file.read_bytes() == two.statistics_file.read_bytes()
    counts = one.manifest()["studies"]["conductance_law"]
    assert counts["50uA"] == {
        "ranges": [[0, 3]], "samples": 3, "ok": 3, "error": 0, "discard": 0, "stopped": "most samples (3)",
    }  # fmt: skip


def test_a_run_resumes_to_the_same_bytes_and_finished_does_nothing(law, law_spec, tmp_path):
    whole, _ = law
    short, _ = run_to_end(law_spec, tmp_path / "resumed", quick=True)
    assert short.manifest()["studies"]["conductance_law"]["50uA"]["samples"] == 2
    resumed, _ = run_to_end(law_spec, tmp_path / "resumed")
    assert resumed.statistics_file.read_bytes() == whole.statistics_file.read_bytes()
    files = {p: os.stat(p).st_mtime_ns for p in resumed.study_folder("conductance_law").iterdir()}
    run_to_end(law_spec, tmp_path / "resumed")
    assert files == {p: os.stat(p).st_mtime_ns for p in resumed.study_folder("conductance_law").iterdir()}


def test_a_short_form_that_leaves_all_out_ends_with_an_empty_report(law_spec, here):
    text = law_spec.read_text()
    law_spec.write_text("\n".join(line for line in text.splitlines() if "quick_samples" not in line))
    code, _, said = here("run", law_spec.name, "--quick", "-o", "none")
    assert code == 0, said
    code, _, said = here("report", "none")
    assert code == 0, said


def test_another_study_is_another_experiment(law_spec, tmp_path):
    run_to_end(law_spec, tmp_path / "run", quick=True)
    law_spec.write_text(STUDIES_ONLY.replace('"2.0 V"', '"2.1 V"'))
    with pytest.raises(InputError, match="holds another experiment"):
        run_to_end(law_spec, tmp_path / "run", quick=True)


def test_parts_leave_studies_out_and_a_merged_folder_can_be_run_on(tmp_path):
    spec = tmp_path / "both.toml"
    fast = SHORT_SPEC[SHORT_SPEC.rindex("[[conditions]]") :]
    spec.write_text(STUDIES_ONLY + "[monte_carlo]\nsamples = 2\n" + fast)
    a, _ = run_to_end(spec, tmp_path / "a", part=(0, 1))
    b, _ = run_to_end(spec, tmp_path / "b", part=(1, 2))
    assert list(a.manifest()["studies"]) == ["memory"]
    merged = RunFolder(tmp_path / "merged")
    assert merge([a, b], merged).conductance_law is None
    _, finished = run_to_end(spec, merged.path)
    assert finished.samples == 8
    again = merge([a, merged], RunFolder(tmp_path / "again"))
    assert again == finished.statistics.model_copy(update={"conditions": again.conditions})
    assert again.conductance_law is not None
    assert RunFolder(tmp_path / "again").manifest()["studies"]["conductance_law"]["50uA"]["ok"] == 3


def test_lost_pulses_are_discards_and_are_counted(law_spec, tmp_path):
    plan = make_plan(load_spec(law_spec))
    study = plan.studies[0]
    content = study.points[0].content
    nowhere = {**content.population.gaps, "lrs": float("nan")}  # is refused, as no card can hold it
    content = replace(content, population=replace(content.population, gaps=nowhere))
    points = (replace(study.points[0], content=content), study.points[1])
    plan = replace(plan, studies=(replace(study, points=points),))
    finished = run(plan, RunFolder(tmp_path / "run"), Settings(max_discards=1.0), lambda _: None)
    assert len(finished.discards) == 3
    assert finished.discards[0][0] == "conductance_law/50uA:0"
    assert "RESET of cycle 0" in finished.discards[0][1]
    assert finished.too_many_discards is False
    counts = RunFolder(tmp_path / "run").manifest()["studies"]["conductance_law"]
    assert counts["50uA"]["discard"] == 3
    assert [p.compliance for p in finished.statistics.conductance_law.points] == [2e-4]


class Deadly:
    """Kills the process that looks at it."""

    def __init__(self, content):
        self.identity = plain(content)  # of the point whose samples it takes with it

    @property
    def population(self):
        os._exit(1)


def test_a_sample_that_kills_its_worker_is_a_discard_with_its_labels(law_spec, tmp_path):
    law_spec.write_text(STUDIES_ONLY.replace("\nsamples = 3", "\nsamples = 1"))
    plan = make_plan(load_spec(law_spec))
    study = plan.studies[0]
    points = (replace(study.points[0], content=Deadly(study.points[0].content)), study.points[1])
    plan = replace(plan, studies=(replace(study, points=points),))
    folder = RunFolder(tmp_path / "run")
    finished = run(plan, folder, Settings(max_discards=1.0), lambda _: None)
    assert [name for name, _ in finished.discards] == ["conductance_law/50uA:0"]
    rows = folder.study("conductance_law")
    lost = rows[rows["outcome"] == "discard"]
    assert lost["compliance"].tolist() == [5e-5]
    assert lost["reason"].str.startswith("crashed").all()
    counts = folder.manifest()["studies"]["conductance_law"]
    assert [counts[name]["discard"] for name in ("50uA", "200uA")] == [1, 0]
    again = run(plan, folder, Settings(), lambda _: None)
    assert again.statistics == finished.statistics
    shown = replay(folder, finished.discards[0][0])  # as the file says, not as this test has broken it
    assert list(shown.rows["outcome"]) == ["ok", "ok"]
    assert (finished.too_many_discards, again.too_many_discards) == (False, True)


@pytest.mark.slow
def test_a_killed_run_resumes_to_the_same_statistics(tmp_path):
    spec = tmp_path / "law.toml"
    spec.write_text(STUDIES_ONLY.replace("\nsamples = 3", "\nsamples = 90"))
    arguments = [sys.executable, "-m", "spicekit", "run", str(spec), "-o", "killed", "--quiet"]
    process = subprocess.Popen(arguments, cwd=tmp_path, start_new_session=True)
    folder = RunFolder(tmp_path / "killed")
    while not list(folder.study_folder("conductance_law").glob("*.parquet")) and process.poll() is None:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not folder.statistics_file.exists()
    assert command("run", str(spec), "-o", "killed", cwd=tmp_path).returncode == 0
    assert command("run", str(spec), "-o", "straight", cwd=tmp_path).returncode == 0
    straight = RunFolder(tmp_path / "straight")
    assert folder.statistics_file.read_bytes() == straight.statistics_file.read_bytes()
    assert folder.report_file.read_bytes() == straight.report_file.read_bytes()


def test_report_and_exports_show_studies_and_nothing_of_conditions(tmp_path):
    spec = tmp_path / "both.toml"
    spec.write_text(STUDIES_ONLY + RESET)
    folder, finished = run_to_end(spec, tmp_path / "run")
    page = build_report(folder).read_text()
    assert page.count("<svg") == 2
    assert "High resistance against RESET voltage" in page
    assert "Bit error rate" not in page
    law = finished.statistics.conductance_law
    assert f"{law.mean.exponent.value:.3f} ± {law.mean.exponent.error:.3f}" in page
    for to in FORMATS:
        export(folder, to, tmp_path / f"out.{to}")
    arrays = np.load(tmp_path / "out.npz")
    assert arrays["conductance_law.mean.value"].tolist() == [p.mean.value for p in law.points]
    assert arrays["reset_law.hrs.median"].tolist() == [
        p.hrs.median for p in finished.statistics.reset_law.points
    ]
    assert json.loads((tmp_path / "out.json").read_text())["studies"]["conductance_law.compliance"] == [
        5e-5,
        2e-4,
    ]
    table = pd.read_csv(tmp_path / "out.csv")
    pd.testing.assert_frame_equal(table.iloc[:, 1:], pd.read_parquet(tmp_path / "out.parquet").iloc[:, 1:])
    rows = table[table["key"] == "reset_law.reset_voltage"]
    assert rows["value"].tolist() == [1.6, 2.4]
    assert rows["unit"].unique().tolist() == ["V"]


BAD = {
    "unknown study": (
        "[studies.conductance_law]",
        "[studies.conductance_lav]",
        r"`studies.conductance_lav` \(did",
    ),
    "unknown key": ("cycles = 2", "cycle = 2", r"`studies.conductance_law.cycle` \(did you mean `cycles`"),
    "missing key": ("cycles = 2\n", "", r"key `studies.conductance_law.cycles` is missing"),
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


def test_statistics_without_conditions_come_back_whole(law):
    folder, finished = law
    assert statistics.load(folder.statistics_file) == finished.statistics
    assert json.loads(folder.statistics_file.read_text())["conditions"] == []
    assert np.isfinite(finished.statistics.conductance_law.at(1e-4)).all()


def test_any_sample_of_a_study_can_be_shown_again(law, here):
    folder, _ = law
    shown = replay(folder, "conductance_law/200uA:2")
    stored = folder.study("conductance_law")
    mine = stored[(stored["point"] == "200uA") & (stored["sample"] == 2)].reset_index(drop=True)
    pd.testing.assert_frame_equal(
        shown.rows.reset_index(drop=True), mine[list(shown.rows)], check_dtype=False
    )
    assert len(shown.steps) == 2 * len(mine)  # each cycle is a RESET and a SET
    last = shown.waveforms().query("step == @shown.steps[-1].name and signal == 'xcell.gap'")
    assert last["value"].iloc[-1] < last["value"].iloc[0]  # SET closes the gap
    code, out, _ = here("show", folder.path, "conductance_law/200uA:2")
    assert code == 0
    assert out.count("conductance ") >= len(mine)
    code, out, _ = here("show", folder.path, "conductance_law/200uA:2", "--deck")
    assert code == 0
    assert out.count("* ====") == len(shown.steps)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "conductance_law/20uA:0",
            r"did you mean `conductance_law/200uA`\?\); the run has conductance_law/50uA",
        ),
        ("conductance_law/200uA:3", r"the run has samples 0 … 2 of `conductance_law/200uA`"),
        ("conductance_law/200uA:-1", r"samples"),
        ("retention/125C:0", "no such point of a study"),
    ],
)
def test_samples_that_a_study_does_not_have_are_refused(law, name, said):
    folder, _ = law
    with pytest.raises(InputError, match=said):
        replay(folder, name)
