"""What a report says of parts that are not there: true of quick runs, of parts, of runs without a spec."""

import json

import pytest

from spicekit.data import data_path
from spicekit.registry import tables
from spicekit.report.build import collect
from spicekit.report.page import render
from spicekit.run_folder import RunFolder
from spicekit.statistics import Statistics, save
from tests.small_studies import spec_text
from tests.test_report_html import plain
from tests.test_report_made_up import CONDITIONS, made_up_run

ESTIMATE = "[estimate]\nrelative_error = 0.1\n"
ENDURANCE = "[endurance]\ncycles = [1e8]\nsamples = 100\ncriterion = 1e-3\n"
STUDY = f"[studies.reset_law]\nsamples = 10\n{tables()['reset_law'].example}"


@pytest.fixture
def said(tmp_path):
    """The text of the report of a small run of an experiment with `tables`, and with `keys` of the manifest."""

    def text(tables, **keys):
        run = made_up_run(tmp_path / "run", samples=30, conditions=CONDITIONS[:1], ages=(), waveforms=False)
        run.spec_file.write_text(run.spec_file.read_text() + tables)
        known = run.manifest()
        made = known["studies"] | keys.pop("studies", {})
        run.manifest_file.write_text(json.dumps({**known, **keys, "studies": made}))
        return plain(render(collect(run), pictures=False))

    return text


def test_a_quick_run_names_what_it_leaves_out_and_the_command_of_the_full_run(said):
    text = said(ESTIMATE + ENDURANCE + STUDY, quick=True)
    assert "it leaves out rare-event estimates, endurance and the study of reset law." in text
    assert "The full run has all: spicekit run made_up.toml -o runs/made_up --seed 7" in text
    assert "Left out by --quick: rare-event estimates." in text
    assert "Left out by --quick: chains on aged devices." in text
    assert "Left out by --quick: the study of reset law." in text
    assert "asks for no" not in text


def test_the_command_of_a_bundled_experiment_names_it(tmp_path):
    run = made_up_run(tmp_path / "run", samples=30, conditions=CONDITIONS[:1], ages=(), waveforms=False)
    run.spec_file.write_bytes(data_path("sweeps", "rram_datasheet.toml").read_bytes())
    run.manifest_file.write_text(json.dumps({**run.manifest(), "name": "rram_datasheet"}))
    text = plain(render(collect(run), pictures=False))
    assert "This goes on: spicekit run rram_datasheet -o runs/rram_datasheet --seed 7" in text
    assert "The experiment comes with spicekit." in text


def test_a_quick_run_that_leaves_nothing_out_says_that(said):
    text = said(ENDURANCE + "quick_samples = 5\n", quick=True)
    assert "no part of the experiment is left out" in text
    assert "Left out by --quick" not in text


def test_estimates_that_the_quick_form_has_are_not_called_left_out(said):
    text = said(ESTIMATE + "quick_max_runs = 1000\n", quick=True)
    assert "no part of the experiment is left out" in text


def test_what_is_not_asked_for_is_said_to_be_so(said):
    text = said("", quick=True)
    assert "the experiment asks for no rare-event estimates" in text
    assert "the experiment asks for no endurance" in text


def test_a_run_that_did_not_come_to_it_does_not_blame_the_experiment(said):
    text = said(ESTIMATE + ENDURANCE + STUDY)  # such as a part
    for what in ("rare-event estimates", "chains on aged devices", "the study of reset law"):
        assert f"Left out: {what}. The experiment asks for this, but the run did not come to it" in text
    assert "quick" not in text


def test_a_study_that_the_run_did_not_come_to_is_named(said):
    none = {"samples": 0, "ranges": [[0, 0]], "stopped": "wall time (1 s)"}
    text = said(STUDY, studies={"reset_law": {"1.6V": none}})
    assert "Left out: the study of reset law. The experiment asks for this, but the run did not come" in text


def test_a_folder_without_a_spec_does_not_know_what_was_asked_for(tmp_path):
    run = made_up_run(tmp_path / "run", samples=30, conditions=CONDITIONS[:1], ages=(), waveforms=False)
    run.spec_file.unlink()
    text = plain(render(collect(run), pictures=False))
    assert "nobody knows whether rare-event estimates should be there" in text
    assert "nobody knows whether endurance should be there" in text
    assert "asks for no" not in text


def test_a_run_of_studies_alone_says_what_it_is_of(tmp_path, request):
    run = RunFolder(tmp_path)
    save(Statistics(conditions=()), run.statistics_file)
    reports = request.config.rootpath / "reports"
    counted = {"samples": 2, "ranges": [[0, 2]]}
    run.statistics_file.write_bytes((reports / "oscillators" / "statistics.json").read_bytes())
    run.spec_file.write_text(spec_text("oscillation").replace("superparamagnetic =", "# "))
    run.manifest_file.write_text(json.dumps({"name": "o", "studies": {"oscillation": {"3mA": counted}}}))
    page = collect(run)
    text = plain(render(page, pictures=False))
    assert "This page is on oscillators." in text
    assert "oscillator vortex (Vortex oscillator, 375 nm" in text
    assert [point.split("</b>")[0] for point in page.sections[0].points] == [
        f"<b>{title}" for title in ("Free oscillation", "Injection locking", "Mutual locking")
    ]
    assert "bit error rate" not in text.lower()


def test_a_page_says_what_a_study_is_of_and_names_its_transistors(tmp_path, request):
    run, reports = RunFolder(tmp_path), request.config.rootpath / "reports"
    for name, subject, named in (
        ("array", "arrays of memory cells", True),
        ("pbit", "p-bits", True),
        ("superparamagnetic", "superparamagnetic junctions", False),
    ):
        run.statistics_file.write_bytes((reports / name / "statistics.json").read_bytes())
        run.spec_file.write_text(spec_text(name))
        entry = {name: {"one": {"samples": 2, "ranges": [[0, 2]]}}}
        run.manifest_file.write_text(json.dumps({"name": name, "studies": entry}))
        text = plain(render(collect(run), pictures=False))
        assert f"This page is on {subject}." in text
        assert ("transistors of SkyWater 130 nm, corner tt" in text) == named, name
