"""Rare failures of the user's own circuits: against closed forms, stored, shown, and refused where nothing fails."""

import json
import re

import numpy as np
import pytest
from scipy.stats import norm

from spicekit.errors import InputError
from spicekit.export import FORMATS, export
from spicekit.report import build_report
from spicekit.run.execute import Settings, run
from spicekit.run.plan import make_plan
from spicekit.run.replay import replay
from spicekit.run.spec import load_spec
from spicekit.run_folder import RunFolder
from spicekit.statistics import numbers
from spicekit.studies.circuit.section import section

from .commands import command
from .own_circuits import DELAY, FILTER, written

R, C = (
    '{ name = "r1", sigma = "5 %", law = "lognormal" }',
    '{ name = "c1", sigma = "10 %", law = "lognormal" }',
)
SIGMA = np.hypot(0.05, 0.1)  # of the logarithm of R C
BETA = 5.0
NETLIST = FILTER.replace("10n", "4n")  # the latest failure is over by then
LATE = 1e-9 * np.log(2) * np.exp(BETA * SIGMA) + 0.5e-12  # the step rises in 1 ps
RARE = f'limit = {{ of = "delay", above = "{LATE * 1e9:.6f} ns" }}\n'
RARE += "estimate = { max_runs = 1000, relative_error = 0.2 }"


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A finished run: nothing may be changed in its folder."""
    path = tmp_path_factory.mktemp("rare")
    folder = RunFolder(path / "run")
    plan = make_plan(load_spec(written(path, NETLIST, (R, C), (DELAY,), RARE)))
    return folder, run(plan, folder, Settings(1), lambda _: None).statistics


def test_the_rate_of_a_filter_is_that_of_its_closed_form(finished):
    """ln(RC) is normal, so that the rate is that of a normal law beyond BETA, and R has a fifth of the variance."""
    (found,) = finished[1].circuit.estimates
    assert found.outcome == "agreed", found.reason
    expected = norm.sf(BETA)
    # three standard errors, and a maximum step of 10 ps in 1.2 ns, whose share of a sigma moves the rate
    assert np.log(found.rate.best / expected) == pytest.approx(0, abs=3 * found.relative_error + 0.1)
    (region,) = found.regions
    assert region.beta == pytest.approx(BETA, abs=0.05)
    assert region.devices["c1"] == pytest.approx(0.8, abs=0.03)
    assert region.devices["r1"] == pytest.approx(0.2, abs=0.03)
    assert found.runs <= 1000
    assert found.coordinates == 2


def test_counted_and_estimated_stand_in_one_block_and_one_section(finished):
    folder, statistics = finished
    (point,) = statistics.circuit.points
    assert (point.failed.errors, point.failed.samples) == (0, 40)
    shown = section(statistics, folder.study("circuit"))
    assert "by rare-event sampling in" in shown.sentences
    assert any("share of β² by device: c1 8" in text for text in shown.points)
    assert len(shown.pictures) == 2
    text = build_report(folder).read_text()
    assert "circuit_estimate/one:1" in text
    found = {number.key for number in numbers(statistics.circuit, "circuit")}
    assert {"circuit.estimates.rate.best", "circuit.estimates.regions.devices.c1"} <= found


def test_exports_have_the_estimate(finished, tmp_path):
    for form in FORMATS:
        assert export(finished[0], form, tmp_path / f"x.{form}").stat().st_size > 100
    assert ",circuit.estimates.rate.best,0,point," in (tmp_path / "x.csv").read_text()


def test_the_most_likely_failure_is_shown_alone_and_lies_at_the_limit(finished):
    found = replay(finished[0], "circuit_estimate/one:1")
    assert found.row["delay"] == pytest.approx(LATE, rel=2e-3)
    (step,) = found.steps
    assert set(step.values) == {"r1", "c1"}
    assert step.values["r1"] * step.values["c1"] * np.log(2) == pytest.approx(LATE, rel=2e-3)
    with pytest.raises(InputError, match=r"has failure regions 1 … 1, and none of number 2"):
        replay(finished[0], "circuit_estimate/one:2")


@pytest.mark.slow  # of cells this is in the fast half (test_estimate_run.py)
def test_two_workers_and_a_second_run_give_the_same_bytes(tmp_path):
    few = 'limit = { of = "delay", above = "0.8 ns" }\nestimate = { max_runs = 200 }'
    file = written(tmp_path, parameters=(R, C), measurements=(DELAY,), rest=few, samples=4)
    one, two = RunFolder(tmp_path / "one"), RunFolder(tmp_path / "two")
    for workers, folder in ((1, one), (2, two), (1, two)):
        run(make_plan(load_spec(file)), folder, Settings(workers), lambda _: None)
    assert len(one.study("circuit_estimate")) == 1
    assert one.statistics_file.read_bytes() == two.statistics_file.read_bytes()


def test_a_short_run_leaves_estimates_out_unless_it_is_told_their_runs(tmp_path):
    file = written(tmp_path, parameters=(R, C), measurements=(DELAY,), rest=RARE)
    assert [s.study.name for s in make_plan(load_spec(file), quick=True).studies] == ["circuit"]
    file.write_text(file.read_text().replace("max_runs = 1000", "max_runs = 1000, quick_max_runs = 400"))
    planned = make_plan(load_spec(file), quick=True).studies[1]
    assert planned.points[0].content.max_runs == 400


def test_a_rate_that_can_be_counted_is_the_count(tmp_path):
    """With a limit at the median, and samples that never cross, which count as failed."""
    forever = DELAY.replace(" }", ', never = "infinite" }')
    rest = 'limit = { of = "delay", above = "0.6936 ns" }\nestimate = { max_runs = 300 }'
    file = written(tmp_path, NETLIST, (R, C), (forever,), rest, samples=2)
    plan = make_plan(load_spec(file))
    planned = plan.studies[1]
    rows = planned.study.simulate(planned.points[0], 3, 0, 1)
    found = json.loads(rows["estimate"].iloc[0])
    assert found["outcome"] == "agreed"
    assert found["rate"]["best"] == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(found["rate"]["samples"]) + 0.02)


def test_an_estimate_that_breaks_down_is_an_outcome(tmp_path, monkeypatch):
    file = written(tmp_path, parameters=(R, C), measurements=(DELAY,), rest=RARE, samples=2)
    planned = make_plan(load_spec(file)).studies[1]
    monkeypatch.setattr("spicekit.sampling.rare.estimate", lambda *_, **__: 1 / 0)
    found = json.loads(planned.study.simulate(planned.points[0], 3, 0, 1)["estimate"].iloc[0])
    assert (found["outcome"], found["rate"]["low"], found["rate"]["high"]) == ("failed", 0, 1)
    assert "ZeroDivisionError" in found["reason"]


def test_an_estimate_needs_a_limit(tmp_path):
    file = written(tmp_path, rest="estimate = { max_runs = 3000 }")
    done = command("run", file.name, cwd=tmp_path)
    assert done.returncode == 2
    assert re.search("`estimate` needs a `limit`: what fails", done.stderr)


def test_more_samples_can_be_asked_of_one_circuit(tmp_path):
    file = written(tmp_path, rest="samples = 7\nquick_samples = 3")
    for quick, expected in ((False, 7), (True, 3)):
        (planned,) = make_plan(load_spec(file), quick=quick).studies
        assert planned.rules["one"].samples == expected
