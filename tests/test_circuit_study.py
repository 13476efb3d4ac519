"""Circuits of the user's own: what is drawn, measured and counted, and every line that refuses one."""

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from spicekit.errors import InputError
from spicekit.export import FORMATS, export
from spicekit.report import build_report, findings
from spicekit.run.execute import Settings, run
from spicekit.run.plan import make_plan
from spicekit.run.replay import replay
from spicekit.run.spec import load_spec
from spicekit.run_folder import RunFolder
from spicekit.statistics import numbers
from spicekit.studies.circuit.section import section
from spicekit.studies.circuit.study import STUDY, summary

from .own_circuits import C1, DELAY, FILTER, INVERTERS, LIMIT, OF_INVERTERS, R1, written


def planned(folder, *args, **more):
    (study,) = make_plan(load_spec(written(folder, *args, **more))).studies
    return study


def run_to_end(file, folder, workers=1, **options):
    place = RunFolder(folder)
    return place, run(make_plan(load_spec(file), **options), place, Settings(workers), lambda _: None)


def test_the_delay_of_a_filter_spreads_as_its_closed_form_says(tmp_path):
    """v(out) reaches half of a step after RC ln 2; ln(RC) has the standard deviation hypot(0.05, 0.1), nearly."""
    point = planned(tmp_path).points[0]
    samples = 200
    rows = STUDY.simulate(point, 3, 0, samples)
    logs = np.log(rows["delay"] / (1e-9 * np.log(2)))
    assert logs.std() == pytest.approx(np.hypot(0.05, 0.1), rel=4 / np.sqrt(2 * samples))
    assert logs.mean() == pytest.approx(0, abs=4 * 0.112 / np.sqrt(samples))
    # the rate beyond the limit, of the same law
    expected = norm.sf(np.log(0.85 / np.log(2)) / np.hypot(0.05, 0.1))
    assert (rows["outcome"] == "error").mean() == pytest.approx(expected, abs=4 * np.sqrt(expected / samples))
    np.testing.assert_array_equal(rows["outcome"] == "error", rows["delay"] > 0.85e-9)
    np.testing.assert_allclose(rows["distance"], 0.85e-9 - rows["delay"], rtol=1e-9)


def test_each_sample_is_the_closed_form_of_its_own_values(tmp_path):
    point = planned(tmp_path).points[0]
    rows, values = STUDY.simulate(point, 3, 0, 5), None
    from spicekit.sampling.normals import named_normals  # here, to show what is drawn

    values = point.content.values(named_normals(3, ("r1", "c1"), 0, 5))
    np.testing.assert_allclose(rows["delay"], values.prod(axis=1) * np.log(2), rtol=3e-3)


def test_a_sample_is_the_same_in_any_range_and_beside_other_parameters(tmp_path):
    netlist = FILTER.replace("c1 out", "rload out 0 1meg\nc1 out")
    whole = STUDY.simulate(planned(tmp_path, netlist).points[0], 3, 0, 6)
    alone = STUDY.simulate(planned(tmp_path, netlist).points[0], 3, 4, 5)
    pd.testing.assert_series_equal(alone.iloc[0], whole.iloc[4], check_names=False)
    other = planned(tmp_path, netlist, parameters=('{ name = "rload", sigma = "10 %" }', C1, R1))
    again = STUDY.simulate(other.points[0], 3, 4, 5)
    assert again["delay"].iloc[0] == pytest.approx(whole["delay"].iloc[4], rel=1e-3)


def test_lists_of_values_are_points_with_all_combinations(tmp_path):
    study = planned(
        tmp_path,
        INVERTERS,
        (
            '{ name = "load", values = ["50 fF", "200 fF"] }',
            '{ name = "vdd", values = ["1.6 V", "1.8 V", "2 V"], sigma = "10 mV" }',
        ),
        (OF_INVERTERS,),
        'limit = { of = "edge", above = "1 ns" }',
        samples=2,
    )
    names = [point.name for point in study.points]
    assert names == [
        f"one_load_{load}_vdd_{vdd}" for load in ("50fF", "200fF") for vdd in ("1.6V", "1.8V", "2V")
    ]
    edges = [STUDY.simulate(point, 3, 0, 1)["edge"].iloc[0] for point in study.points]
    assert edges[0] > edges[1] > edges[2]  # more supply is faster
    assert min(edges[3:]) > max(edges[:3])  # more load is slower
    assert len({point.identity for point in study.points}) == 6


def test_measurements_of_inverters_agree_with_each_other(tmp_path):
    """From a constant supply the energy is its voltage times its charge; the output ends where its input has begun."""
    study = planned(tmp_path, INVERTERS, ('{ name = "vdd", sigma = "1 %" }',), (OF_INVERTERS,), "", samples=3)
    (point,) = study.points
    rows = STUDY.simulate(point, 3, 0, 3)
    from spicekit.sampling.normals import named_normals

    supply = point.content.values(named_normals(3, ("vdd",), 0, 3))[:, 0]
    np.testing.assert_allclose(rows["energy"], -supply * rows["charge"], rtol=1e-6)
    np.testing.assert_allclose(rows["high"], supply, rtol=1e-3)
    np.testing.assert_allclose(rows["inner"], -supply, rtol=1e-3)
    assert (rows["top"] >= rows["high"]).all()
    assert rows["edge"].between(1e-12, 1e-9).all()
    assert "distance" not in rows
    assert (rows["outcome"] == "ok").all()


def test_parameters_of_models_and_of_instances_in_subcircuits_are_found_and_act(tmp_path):
    names = ("nch[vto]", "x1:pch[vto]", "x2.mp[w]", "cout", "temperature")
    values = {
        "nch[vto]": "0.6 V",
        "x1:pch[vto]": "-0.7 V",
        "x2.mp[w]": "1 um",
        "cout": "9 fF",
        "temperature": "85 C",
    }
    common = planned(tmp_path, INVERTERS, ('{ name = "vdd", sigma = "1 %" }',), (OF_INVERTERS,), "")
    still = STUDY.simulate(common.points[0], 3, 0, 1)["edge"].iloc[0]
    for name in names:
        set_to = f'{{ name = "{name}", value = "{values[name]}" }}'
        moved = planned(tmp_path, INVERTERS, ('{ name = "vdd", sigma = "1 %" }', set_to), (OF_INVERTERS,), "")
        assert STUDY.simulate(moved.points[0], 3, 0, 1)["edge"].iloc[0] != pytest.approx(
            still, rel=1e-4, abs=0
        ), name


def test_the_deck_of_a_sample_runs_alone_and_agrees(tmp_path):
    folder, _ = run_to_end(written(tmp_path, samples=4), tmp_path / "run")
    found = replay(folder, "circuit/one:2")
    (step,) = found.steps
    from spicekit.ngspice import standalone

    (tmp_path / "deck.cir").write_text(standalone(step.deck, step.values, "waves.txt"))
    done = subprocess.run(
        ["ngspice", "-b", "deck.cir"], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    time, out = np.loadtxt(tmp_path / "waves.txt", skiprows=1).T
    assert np.interp(0.5, out[time > 1e-9], time[time > 1e-9]) - 1e-9 == pytest.approx(
        found.row["delay"], rel=1e-6
    )
    stored = folder.study("circuit")
    assert stored[stored["sample"] == 2]["delay"].iloc[0] == found.row["delay"]


def test_a_deck_without_values_has_those_of_the_experiment(tmp_path):
    """`value` replaces what the netlist has, also in the decks that a run leaves for others."""
    from spicekit.ngspice import standalone

    point = planned(
        tmp_path, parameters=('{ name = "r1", value = "2 kOhm", sigma = "1 %" }',), rest=""
    ).points[0]
    assert "alter r1=2000\n" in standalone(point.content.deck)


def test_a_run_is_the_same_with_two_workers_resumed_merged_shown_and_exported(tmp_path):
    file = written(tmp_path, samples=12)
    one, finished = run_to_end(file, tmp_path / "one")
    two, _ = run_to_end(file, tmp_path / "two", workers=2)
    assert one.statistics_file.read_bytes() == two.statistics_file.read_bytes()
    short, _ = run_to_end(file, tmp_path / "resumed", quick=True)
    assert short.manifest()["studies"]["circuit"]["one"]["samples"] == 5
    resumed, _ = run_to_end(file, tmp_path / "resumed")
    assert resumed.statistics_file.read_bytes() == one.statistics_file.read_bytes()
    assert (one.path / "models/circuit/one/mine.cir").read_text() == FILTER
    # a run folder is complete: the netlist that it came from may go
    (tmp_path / "mine.cir").unlink()
    assert run_to_end(one.spec_file, tmp_path / "one")[1].samples == 12
    shown = section(finished.statistics, one.study("circuit"))
    assert shown is not None
    assert "delay above 0.85 ns" in shown.sentences
    assert shown.points[0].count("circuit/one:") == 5
    assert "<svg" in shown.pictures[0][0].inline("a")
    assert "Your own circuits" in build_report(one).read_text()
    for form in FORMATS:
        assert export(one, form, tmp_path / f"out.{form}").stat().st_size > 100
    found = {number.key: number for number in numbers(finished.statistics.circuit, "circuit")}
    assert found["circuit.measurements.delay.mean.value"].unit == "s"
    assert found["circuit.measurements.final.std.value"].unit == "V"
    assert found["circuit.failed.samples"].value == 12


def test_comments_never_reach_ngspice_not_even_those_that_it_would_execute(tmp_path):
    netlist = FILTER.replace("c1 out", "*# shell touch executed\n*ng_script\nc1 out")
    point = planned(tmp_path, netlist).points[0]
    assert "shell" not in point.content.deck.netlist
    assert point.identity == planned(tmp_path).points[0].identity


def test_what_is_said_of_values_by_hand():
    found = summary(np.array([1.0, 2.0, 3.0, 4.0, np.inf]), "V")
    assert (found.mean.value, found.samples, found.never) == (2.5, 4, 1)
    assert found.std.value == pytest.approx(np.sqrt(5 / 3))
    assert found.quantiles["0.5"] == 2.5
    assert "0.01" not in found.quantiles  # four samples do not reach so far
    assert summary(np.array([np.inf]), "V") is None


def test_the_error_of_a_standard_deviation_is_its_spread_over_repetitions():
    rng = np.random.default_rng(5)
    found = [summary(rng.exponential(size=400), "1").std for _ in range(300)]
    spread = np.std([one.value for one in found])
    assert np.mean([one.error for one in found]) == pytest.approx(spread, rel=0.15)


def test_a_crossing_that_never_happens_is_a_discard_or_takes_forever(tmp_path):
    """Half of the step at 1.75 ns after its start: RC ln 2 = 0.69 ns passes, the samples with twice that do not."""
    netlist = FILTER.replace("10n", "1.75n")
    study = planned(tmp_path, netlist, (R1, C1), (DELAY,), "", samples=60)
    rows = STUDY.simulate(study.points[0], 3, 0, 60)
    assert 0 < (rows["outcome"] == "discard").sum() < 60
    assert rows.loc[rows["outcome"] == "discard", "reason"].str.contains("never crosses").all()
    forever = DELAY.replace(" }", ', never = "infinite" }')
    study = planned(tmp_path, netlist, (R1, C1), (forever,), LIMIT, samples=60)
    again = STUDY.simulate(study.points[0], 3, 0, 60)
    assert (np.isinf(again["delay"]) == (rows["outcome"] == "discard")).all()
    assert (again.loc[np.isinf(again["delay"]), "outcome"] == "error").all()
    block = STUDY.analyze(study.table, again.assign(point="one", **study.points[0].labels), 0.95)[
        "circuit"
    ].points[0]
    assert block.measurements["delay"].never == np.isinf(again["delay"]).sum()


LIBRARY = ".subckt cell a b\nr1 a b 1k\n.ends\n.lib extra\nr9 out 0 1g\n.endl\n"


def test_only_files_that_the_experiment_names_are_included(tmp_path):
    (tmp_path / "cells.lib").write_text(LIBRARY)
    netlist = FILTER.replace("r1 in out 1k", "xr in out cell\n.include cells.lib\n.lib 'cells.lib' extra")
    with pytest.raises(InputError, match=r"mine.cir, line 4: .*names: add 'cells.lib' to `include`"):
        planned(tmp_path, netlist, ('{ name = "xr.r1", sigma = "5 %" }',))
    study = planned(
        tmp_path, netlist, ('{ name = "xr.r1", sigma = "5 %" }',), rest=LIMIT + '\ninclude = ["cells.lib"]'
    )
    assert "r9 out 0 1g" in study.points[0].content.deck.netlist
    folder, _ = run_to_end(tmp_path / "mine.toml", tmp_path / "run", quick=True)
    (tmp_path / "cells.lib").unlink()  # the run folder has it all
    assert replay(folder, "circuit/one:1").row["outcome"] in ("ok", "error")


def test_the_example_of_the_documentation_runs(tmp_path):
    text = (Path(__file__).parents[1] / "docs" / "circuits.md").read_text(encoding="utf-8")
    for kind, name in (("spice", "filter.cir"), ("toml", "filter.toml")):
        (tmp_path / name).write_text(re.findall(rf"```{kind}\n(.*?)```", text, flags=re.DOTALL)[0])
    (study,) = make_plan(load_spec(tmp_path / "filter.toml")).studies
    assert [point.name for point in study.points] == ["filter_c1_1pF", "filter_c1_2pF"]
    rows = STUDY.simulate(study.points[1], 1, 0, 2)
    assert rows["delay"].between(0.8e-9, 2.4e-9).all()


def test_from_python_a_netlist_is_named_from_the_working_folder(tmp_path, monkeypatch):
    import spicekit as sk

    written(tmp_path, samples=2)
    loaded = sk.Experiment.load(tmp_path / "mine.toml")
    other = tmp_path / "elsewhere"
    other.mkdir()
    monkeypatch.chdir(other)
    again = replace(loaded, seed=4)
    assert again.run("out", workers=1, progress=False).statistics.circuit.points[0].failed.samples == 2


def test_from_python_all_numbers_may_be_plain(tmp_path, monkeypatch):
    import spicekit as sk

    monkeypatch.chdir(tmp_path)
    circuit = {
        "name": "filter",
        "netlist": "rc_lowpass",
        "parameters": [
            {"name": "r1", "value": 2e3, "sigma": 100.0},
            {"name": "c1", "values": [1e-12, 2e-12]},
        ],
        "measurements": [{"name": "delay", "kind": "crossing", "of": "v(out)", "level": 0.5, "start": 1e-9}],
        "limit": {"of": "delay", "above": 1.5e-9},
    }
    experiment = sk.Experiment(
        name="plain", seed=1, studies={"circuit": {"samples": 3, "circuits": [circuit]}}
    )
    points = experiment.run("out", workers=1, progress=False).statistics.circuit.points
    # RC ln 2 with 2 kOhm: 1.4 ns and 2.8 ns
    assert [point.failed.errors for point in points] == [0, 3]
    assert sk.Experiment.load(experiment.save(tmp_path / "saved.toml")).studies == experiment.studies


def test_a_limit_that_no_sample_comes_near_is_questioned(tmp_path):
    folder = tmp_path / "run"
    place, finished = run_to_end(
        written(tmp_path, rest='limit = { of = "final", below = "-5 V" }', samples=20), folder
    )
    (said,) = findings(finished.statistics, place)
    assert "no sample comes near “final below -5 V”: the nearest is 6 V away" in said
    assert "Only a circuit that flips gets there: is the limit what you mean?" in said
