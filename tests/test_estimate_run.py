"""Rare-event estimates asked for by an experiment: made, stored, resumed, and never taken for more than they are."""

import os
import shutil
import signal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from spicekit.cli.progress import Standing
from spicekit.cli.run import unconfirmed
from spicekit.cli.standing import standing
from spicekit.errors import InputError
from spicekit.identity import identity_of
from spicekit.report import summary_table
from spicekit.run.collect import Collector
from spicekit.run.execute import Settings, kept_text, run, stored_state
from spicekit.run.merge import merge
from spicekit.run.plan import make_plan
from spicekit.run.so_far import SoFar, opened
from spicekit.run.spec import load_spec
from spicekit.run.state import amounts
from spicekit.run.store import StorageError, Store
from spicekit.run.tasks import Task
from spicekit.run_folder import RunFolder
from spicekit.sampling.rare import estimate
from spicekit.studies.rare import study
from spicekit.studies.rare.estimate import to_statistics
from spicekit.studies.rare.single_ended import SingleEndedLimit

from .half_spaces import Linear
from .test_run import run_to_end

# so weak a RESET that 200 chains of each logic value see enough errors
WEAK = """
schema = "spicekit.sweep/1"
name = "weak"
seed = 7
[monte_carlo]
samples = 50
[estimate]
method = "monte_carlo"
relative_error = 0.5
max_runs = 200
[[conditions]]
name = "weak"
set_compliance = "200 uA"
reset_voltage = "1.05 V"
pulse_width = "100 ns"
"""
NAMES = ("weak_2t2r_+1", "weak_2t2r_-1")


@pytest.fixture(scope="module")
def of_cells(tmp_path_factory) -> RunFolder:
    """A finished run with its two estimates, on one worker."""
    path = tmp_path_factory.mktemp("estimates")
    (path / "weak.toml").write_text(WEAK)
    return run_to_end(path / "weak.toml", path / "one")


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> RunFolder:
    """The same with estimates of half-spaces in the place of cells, which take no time."""
    path = tmp_path_factory.mktemp("estimates")
    (path / "weak.toml").write_text(WEAK)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(study, "limit_of", _half_space)
        return run_to_end(path / "weak.toml", path / "one")


@pytest.fixture
def again(finished, tmp_path, monkeypatch) -> RunFolder:
    """A copy of it, where further estimates are of half-spaces, too."""
    monkeypatch.setattr(study, "limit_of", _half_space)
    return RunFolder(Path(shutil.copytree(finished.path, tmp_path / "again")))


def _half_space(request, _):
    """A limit function of the condition and the stored value, as that of a cell is."""
    own = int(identity_of(request.chain)[:6], 16) / 16**6
    return Linear((0.9 if request.stored > 0 else 1.3) + own / 10, request.stored)


@pytest.fixture(scope="module")
def beside_another(finished, tmp_path_factory) -> RunFolder:
    """The same with a second condition."""
    path = tmp_path_factory.mktemp("two")
    shutil.copytree(finished.path, path / "run")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(study, "limit_of", _half_space)
        return run_to_end(spec_of(path, beside_other(WEAK)), path / "run")


@pytest.fixture
def two(beside_another, monkeypatch, tmp_path) -> RunFolder:
    """A copy of that."""
    monkeypatch.setattr(study, "limit_of", _half_space)
    return RunFolder(Path(shutil.copytree(beside_another.path, tmp_path / "two")))


def lose(folder: RunFolder, name: str) -> Path:
    """Remove the file of one of the two estimates; return that of the other one."""
    files = {pd.read_parquet(file)["point"].iloc[0]: file for file in folder.study_folder("rare").iterdir()}
    files.pop(name).unlink()
    return next(iter(files.values()))


def spec_of(tmp_path, text) -> Path:
    path = tmp_path / "weak.toml"
    path.write_text(text)
    return path


@pytest.mark.parametrize("folder", ["finished", pytest.param("of_cells", marks=pytest.mark.slow)])
def test_estimates_of_both_values_agree_with_counted_chains(folder, request):
    # in the fast half their margins are (test_limit.py)
    finished = request.getfixturevalue(folder)
    condition = finished.statistics().condition("weak")
    assert [(e.cell, e.stored, e.outcome, e.runs) for e in condition.estimates] == [
        ("2t2r", 1, "agreed", 200),
        ("2t2r", -1, "agreed", 200),
    ]
    found, counted = condition.ber_2t2r_estimated, condition.ber_2t2r
    assert found.best == pytest.approx(np.mean([e.rate.best for e in condition.estimates]))
    assert found.low <= counted.high
    assert counted.low <= found.high
    assert found.errors == sum(e.rate.errors for e in condition.estimates) > 20
    apart = (condition.ber_2t2r_plus, condition.ber_2t2r_minus)
    assert sum(rate.samples for rate in apart) == counted.samples == 50
    assert sum(rate.errors for rate in apart) == counted.errors
    assert condition.ber_1t1r_estimated is None
    stated = finished.manifest()["studies"]["rare"]
    assert tuple(stated) == NAMES
    assert all(entry["ok"] == 1 for entry in stated.values())
    assert (finished.study("rare")["wall_time"] > 0).all()
    assert "wall_time" not in finished.statistics_file.read_text()
    row = summary_table(finished.statistics()).iloc[0]
    assert row["ber_2t2r_estimated_best"] == found.best
    assert (row["ber_2t2r_estimated_runs"], row["ber_2t2r_estimated_outcome"]) == (400, "agreed")
    assert pd.isna(row["ber_1t1r_estimated_best"])


def test_a_lost_estimate_comes_back_on_two_workers_to_the_same_bytes(again):
    content = [again.statistics_file.read_bytes(), again.table_file.read_bytes()]
    kept = lose(again, NAMES[0])
    before = kept.stat().st_mtime_ns
    run_to_end(again.spec_file, again.path, workers=2)
    assert [again.statistics_file.read_bytes(), again.table_file.read_bytes()] == content
    assert kept.stat().st_mtime_ns == before
    (lost,) = set(again.study_folder("rare").iterdir()) - {kept}
    before = lost.stat().st_mtime_ns
    run_to_end(again.spec_file, again.path)
    assert lost.stat().st_mtime_ns == before  # finished: nothing is estimated again


class Flat(SingleEndedLimit):
    """One whose margin is not simulated but that of a half-space."""

    def __call__(self, points: np.ndarray) -> np.ndarray:
        return 1.0 - points[:, 0]


def _flat(request, fresh, limit_of=study.limit_of):
    """Put the half-space in the place of 1T1R alone, where there would be a limit."""
    limit = limit_of(request, fresh)
    return Flat(**vars(limit)) if isinstance(limit, SingleEndedLimit) else limit


@pytest.mark.parametrize("limit_of", [_flat, pytest.param(study.limit_of, marks=pytest.mark.slow)])
def test_1t1r_is_read_against_a_reference_that_the_samples_place(again, tmp_path, monkeypatch, limit_of):
    monkeypatch.setattr(study, "limit_of", limit_of)
    spec = spec_of(tmp_path, WEAK.replace("[estimate]", '[estimate]\ncells = ["1t1r"]'))
    run_to_end(spec, again.path)
    condition = again.statistics().condition("weak")
    assert [(e.cell, e.stored, e.runs) for e in condition.estimates] == [("1t1r", 1, 200), ("1t1r", -1, 200)]
    assert condition.lrs.median < condition.reference < condition.hrs.median
    assert condition.ber_2t2r_estimated is None
    # counted with an ideal comparator: the real one can only do worse
    assert condition.ber_1t1r_estimated.high >= condition.ber_1t1r.low
    row = summary_table(again.statistics()).iloc[0]
    assert row["reference_Ohm"] == condition.reference

    (planned,) = make_plan(load_spec(spec)).following
    few = planned.completed(again.samples().iloc[:2])
    assert few.points == ()
    assert set(few.without.values()) == {study.NO_REFERENCE}


def test_an_estimate_of_other_settings_is_not_used(again, tmp_path):
    changed = spec_of(tmp_path, WEAK.replace("relative_error = 0.5", "relative_error = 0.4"))
    run(make_plan(load_spec(changed)), again, Settings(wall_time=0), lambda _: None)
    condition = again.statistics().condition("weak")
    assert condition.ber_2t2r.samples == 50  # samples are those of the same chains
    assert condition.estimates == ()
    assert condition.ber_2t2r_estimated is None
    stated = again.manifest()["studies"]["rare"].values()
    assert [entry["stopped"] for entry in stated] == ["wall time (0 s)"] * 2


def test_merged_runs_leave_estimates_to_a_run(finished, again, tmp_path):
    merged = RunFolder(tmp_path / "merged")
    assert merge([finished, again], merged).condition("weak").estimates == ()
    assert list(merged.manifest()["identities"]) == ["weak"]
    assert make_plan(load_spec(finished.spec_file), part=(0, 10)).following == ()


class Killing(Linear):
    """A simulation that kills its process."""

    def __call__(self, points: np.ndarray) -> np.ndarray:
        os.kill(os.getpid(), signal.SIGKILL)
        return super().__call__(points)


class Broken(Linear):
    """A limit function that an estimator cannot work with."""

    def __call__(self, points: np.ndarray) -> np.ndarray:
        raise ZeroDivisionError(f"made up for {len(points)} points")


@pytest.mark.slow  # a sample that kills its worker: test_studies.py
def test_an_estimate_that_breaks_down_is_an_outcome_and_costs_no_other(again, monkeypatch, tmp_path):
    text = WEAK.replace('"monte_carlo"', '"importance"').replace("max_runs = 200", "max_runs = 1000")
    spec = spec_of(tmp_path, text.replace("[estimate]", '[estimate]\ncells = ["2t2r", "1t1r"]'))
    limits = [Killing(3, 1), Linear(4.0, -1), Broken(3, 1, "1t1r"), Linear(2.0, -1, "1t1r")]
    by_request = {(limit.cell, limit.stored): limit for limit in limits}
    monkeypatch.setattr(study, "limit_of", lambda request, _: by_request[request.cell, request.stored])
    run_to_end(spec, again.path)
    condition = again.statistics().condition("weak")
    crashed, fine, broken, other = condition.estimates
    assert crashed.outcome == broken.outcome == "failed"
    assert "crashed" in crashed.reason
    assert broken.reason.startswith("ZeroDivisionError: made up for ")
    assert (crashed.rate.low, crashed.rate.best, crashed.rate.high) == (0, None, 1)
    assert fine.outcome == other.outcome == "agreed"
    assert fine.rate.low < norm.sf(4.0) < fine.rate.high
    assert other.rate.low < norm.sf(2.0) < other.rate.high
    assert condition.ber_2t2r_estimated is None
    assert condition.ber_1t1r_estimated is None

    (region,) = fine.regions  # the normal is (0.6, -0.7, 0.1, 0.3, 0.2) / sqrt(0.99)
    assert region.beta == pytest.approx(4.0, abs=0.05)
    assert list(region.leading) == ["left.prepare.g0", "left.device.g0", "tail.vth0", "p.vth0"]
    assert region.leading["left.prepare.g0"] == pytest.approx(-4 * 0.7 / np.sqrt(0.99), abs=0.1)

    before = {file: file.stat().st_mtime_ns for file in again.study_folder("rare").iterdir()}
    run_to_end(spec, again.path)
    # as a sample that crashed: stated, and not tried for ever
    assert {file: file.stat().st_mtime_ns for file in again.study_folder("rare").iterdir()} == before
    first, second = unconfirmed(again.statistics())
    assert first.startswith("no result: weak, 2t2r that stores +1: failed: crashed")
    assert second.startswith("no result: weak, 1t1r that stores +1: failed: ZeroDivisionError")


def test_a_damaged_estimate_is_computed_again_and_a_full_disk_ends_with_one_line(again):
    before = again.statistics_file.read_bytes()
    file = sorted(again.study_folder("rare").iterdir())[0]
    file.write_bytes(file.read_bytes()[:-1])
    run_to_end(again.spec_file, again.path)
    assert again.statistics_file.read_bytes() == before
    shutil.rmtree(again.study_folder("rare"))
    again.study_folder("rare").write_text("in the way")
    with pytest.raises(StorageError, match=r"rare: cannot write samples: .* free space and run the same"):
        run_to_end(again.spec_file, again.path)


def test_numbers_that_say_nothing_are_absent():
    safe = Linear(9.0, 1)  # 1e-19: no sample of the true spread fails
    found = to_statistics(safe, estimate(safe, 5, method="monte_carlo", max_runs=200))
    assert found.outcome == "bound only"
    assert (found.rate.best, found.relative_error, found.largest_weight, found.pareto_shape) == (None,) * 4
    assert (found.regions, found.detection, found.second) == ((), None, None)
    assert found.rate.high == pytest.approx(1 - 0.05 ** (1 / 200))  # Clopper-Pearson without errors


def test_progress_says_how_many_estimates_are_done(again):
    plan = make_plan(load_spec(again.spec_file))
    lose(again, NAMES[1])
    shown = []
    run(plan, again, Settings(wall_time=0), lambda state: shown.append((dict(state), standing(state))))
    state, text = shown[0]
    assert text == Standing("rare-event estimates", 1, 2)
    assert sum(p.received for p in state.values()) == 50 + 1


def _interrupt(*_):
    raise KeyboardInterrupt


def test_an_interrupted_run_keeps_and_tells_the_estimates_that_were_done(again, monkeypatch):
    lose(again, NAMES[1])
    plan = make_plan(load_spec(again.spec_file))
    monkeypatch.setattr(Collector, "collect", _interrupt)
    with pytest.raises(KeyboardInterrupt):
        run(plan, again, Settings(), lambda _: None)
    assert kept_text(stored_state(plan, again)) == (
        "50 of 50 samples are kept, and 1 of 2 rare-event estimates (each is kept once it is done)"
    )
    so_far = opened(again)
    assert isinstance(so_far, SoFar)
    assert so_far.text() == "50 of 50 samples, 1 of 2 rare-event estimates"
    condition = so_far.statistics().condition("weak")
    assert [(e.cell, e.stored) for e in condition.estimates] == [("2t2r", 1)]
    assert condition.ber_2t2r_estimated is None  # the mean of both values needs both


def test_estimates_of_a_renamed_condition_are_kept(finished, again, tmp_path, monkeypatch):
    monkeypatch.setattr(Task, "work", property(_interrupt))  # nothing may be estimated again
    spec = spec_of(tmp_path, WEAK.replace('name = "weak"\nset', 'name = "feeble"\nset'))
    run(make_plan(load_spec(spec)), again, Settings(), lambda _: None)
    assert (
        again.statistics().condition("feeble").estimates == finished.statistics().condition("weak").estimates
    )
    assert set(again.stored("rare")["point"]) == {"feeble_2t2r_+1", "feeble_2t2r_-1"}


def resumed(folder: RunFolder, text: str, tmp_path, **options) -> SoFar:
    """Begin a run of another experiment in the folder, and interrupt it before its first sample."""
    plan = make_plan(load_spec(spec_of(tmp_path, text)), **options)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Collector, "collect", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            run(plan, folder, Settings(), lambda _: None)
    so_far = opened(folder)
    assert isinstance(so_far, SoFar)
    return so_far


OTHER = WEAK[WEAK.index("[[conditions]]") :].replace('"weak"', '"other"').replace("1.05 V", "1.06 V")


def beside_other(text: str) -> str:
    """Return the experiment with one more condition; few samples are asked for, and those that are there are kept."""
    return text.replace("samples = 50", "samples = 6") + OTHER


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param('"200 uA"', '"190 uA"', marks=pytest.mark.slow), ("max_runs = 200", "max_runs = 300"),
        pytest.param("relative_error = 0.5", "relative_error = 0.4", marks=pytest.mark.slow),
    ],
)  # fmt: skip
def test_estimates_of_other_settings_are_not_shown_while_a_run_is_not_finished(two, tmp_path, old, new):
    before = two.statistics_file.read_bytes()
    so_far = resumed(two, beside_other(WEAK.replace(old, new)), tmp_path)  # the other condition stays
    assert so_far.statistics().condition("weak").estimates == ()
    run_to_end(
        spec_of(tmp_path, beside_other(WEAK)), two.path
    )  # and come back with the settings they were made with
    assert two.statistics_file.read_bytes() == before


def test_estimates_of_conditions_that_swap_their_names_are_not_mixed_up(two, tmp_path):
    found = {c.name: c.estimates for c in two.statistics().conditions}
    swapped = (
        beside_other(WEAK)
        .replace('name = "weak"\nset', 'name = "x"\nset')
        .replace('"other"', '"weak"')
        .replace('"x"', '"other"')
    )
    so_far = resumed(two, swapped, tmp_path)
    assert so_far.statistics().condition("weak").estimates == found["other"]


def test_another_seed_is_refused_where_there_are_estimates(again, tmp_path):
    with pytest.raises(InputError, match=r"another experiment \(seed: the folder has 7, this run 8\)"):
        run_to_end(spec_of(tmp_path, WEAK), again.path, seed=8)


def test_a_run_that_ends_before_its_first_sample_makes_no_estimate(tmp_path):
    spec = spec_of(tmp_path, WEAK.replace("[estimate]", '[estimate]\ncells = ["2t2r", "1t1r"]'))
    folder = RunFolder(tmp_path / "run")
    finished = run(make_plan(load_spec(spec)), folder, Settings(wall_time=0), lambda _: None)
    assert finished.statistics.condition("weak").estimates == ()
    why = {name: entry["stopped"] for name, entry in folder.manifest()["studies"]["rare"].items()}
    assert why == dict.fromkeys(NAMES, "wall time (0 s)") | {
        f"weak_1t1r_{sign}": study.NO_REFERENCE for sign in ("+1", "-1")
    }


def test_rows_of_estimates_that_are_not_asked_for_any_more_do_not_count(again, tmp_path):
    assert again.study("rare") is not None
    run_to_end(spec_of(tmp_path, WEAK[: WEAK.index("[estimate]")] + WEAK[WEAK.index("[[cond") :]), again.path)
    assert again.study("rare") is None


def test_the_first_estimate_is_stored_at_once(again, monkeypatch):
    shutil.rmtree(again.study_folder("rare"))
    stored = []
    monkeypatch.setattr(Store, "flush", lambda self, flush=Store.flush: (flush(self), stored.append(1)))
    shown = []
    plan = make_plan(load_spec(again.spec_file))
    run(plan, again, Settings(), lambda state: shown.append((amounts(state), len(stored))))
    first = next(count for made, count in shown if made["rare-event estimates"][0] == 1)
    assert first > 0
