"""Runs of the whole chain in real ngspice: reproducible, resumable, and never mixed up."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from spicekit.errors import InputError
from spicekit.identity import identity_of
from spicekit.models.quantity import Quantity
from spicekit.models.transistor import Transistor
from spicekit.ngspice import Evaluation, Outcome, Reason, evaluate
from spicekit.report import write_table_csv
from spicekit.run.execute import Settings, run
from spicekit.run.plan import make_plan
from spicekit.run.replay import replay
from spicekit.run.spec import load_spec
from spicekit.run.state import Progress
from spicekit.run.tasks import open_tasks
from spicekit.run_folder import RunFolder
from spicekit.studies.memory.chain import build_chain
from spicekit.studies.memory.condition import Condition
from spicekit.studies.memory.extract import distribution, single_ended
from spicekit.studies.memory.simulate import simulate
from spicekit.studies.rare.single_ended import SingleEndedLimit, single_ended_read
from spicekit.studies.study import Point, StopRule

from .conftest import SHORT_SPEC

SHORT = SHORT_SPEC.replace("\nsamples = 6", "\nsamples = 4").replace("\nsamples = 3", "\nsamples = 2")
SHORT = SHORT.replace("quick_samples = 3", "quick_samples = 2")


@pytest.fixture
def short_spec(short_spec):
    """The same of fewer samples."""
    short_spec.write_text(SHORT)
    return short_spec


def run_to_end(spec, path, workers=1, **options):
    folder = RunFolder(path)
    finished = run(make_plan(load_spec(spec), **options), folder, Settings(workers), lambda _: None)
    write_table_csv(finished.statistics, folder.table_file)
    return folder


@pytest.fixture(scope="module")
def one_worker(tmp_path_factory):
    """A finished run of the short experiment on one worker."""
    path = tmp_path_factory.mktemp("run")
    (path / "short.toml").write_text(SHORT)
    return run_to_end(path / "short.toml", path / "one")


def test_a_run_measures_every_condition(one_worker):
    statistics = one_worker.statistics()
    assert [c.name for c in statistics.conditions] == ["typical", "fast"]
    for condition in statistics.conditions:
        assert condition.ber_2t2r.samples == 4
        assert condition.ber_1t1r.samples == 8
        assert condition.lrs.median < condition.hrs.median
        assert condition.energy_set_cell.mean < condition.energy_set.mean
        pair = condition.energy_set.mean + condition.energy_reset.mean
        assert condition.energy_pair.mean == pytest.approx(pair)
        assert condition.endurance.status == "fitted"
    manifest = one_worker.manifest()
    counts = manifest["studies"]["memory"]
    assert counts["typical"] == {
        "ranges": [[0, 4]], "samples": 4, "ok": 4, "error": 0, "discard": 0, "stopped": "most samples (4)",
    }  # fmt: skip
    assert (counts["typical@1e+08"]["ranges"], counts["typical@1e+08"]["ok"]) == ([[0, 2]], 2)
    assert set(one_worker.waveforms()["pulse"]) == {"set", "reset", "read +1", "read -1"}


@pytest.mark.slow  # two workers and one: test_resume.py
def test_two_workers_give_the_same_table(one_worker, tmp_path, short_spec):
    two = run_to_end(short_spec, tmp_path / "two", workers=2)
    assert two.table_file.read_bytes() == one_worker.table_file.read_bytes()
    pd.testing.assert_frame_equal(two.samples(), one_worker.samples())


def test_a_short_form_is_a_prefix_and_grows_into_the_full_run(one_worker, tmp_path, short_spec):
    folder = run_to_end(short_spec, tmp_path / "grown", quick=True)
    assert len(folder.samples()) == 4
    before = {p: p.stat().st_mtime_ns for p in folder.study_folder("memory").iterdir()}
    run_to_end(short_spec, tmp_path / "grown")
    assert folder.table_file.read_bytes() == one_worker.table_file.read_bytes()
    assert all(p.stat().st_mtime_ns == t for p, t in before.items())  # nothing was simulated twice


def test_lost_samples_are_simulated_again(one_worker, tmp_path, short_spec):
    shutil.copytree(one_worker.path, tmp_path / "hurt")
    folder = RunFolder(tmp_path / "hurt")
    next(folder.study_folder("memory").iterdir()).unlink()
    run_to_end(short_spec, folder.path)
    assert folder.table_file.read_bytes() == one_worker.table_file.read_bytes()


def test_another_experiment_never_shares_a_folder(one_worker, short_spec):
    before = one_worker.manifest_file.read_bytes()
    with pytest.raises(InputError, match=r"another experiment \(seed: the folder has 7, this run 8\)"):
        run_to_end(short_spec, one_worker.path, seed=8)
    short_spec.write_text(SHORT.replace("2.5 V", "2.4 V").replace("2.0 V", "2.1 V"))
    with pytest.raises(
        InputError, match=r"conditions.typical.reset_voltage: the folder has 2.5 V, the file says 2.4"
    ):
        run_to_end(short_spec, one_worker.path)
    assert one_worker.manifest_file.read_bytes() == before


def test_a_folder_of_other_things_is_left_alone(tmp_path, short_spec):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("precious")
    with pytest.raises(InputError, match="not empty"):
        run_to_end(short_spec, tmp_path / "mine")
    assert [p.name for p in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_a_compliance_out_of_reach_is_said(short_spec):
    short_spec.write_text(SHORT.replace("200 uA", "200 mA", 1))
    with pytest.raises(InputError, match="condition `typical`: `set_compliance`"):
        make_plan(load_spec(short_spec))


def test_any_sample_can_be_replayed(one_worker):
    table = one_worker.samples()
    for sample_id, rows in (
        ("typical:3", (table["condition"] == "typical") & (table["cycles"] == 0) & (table["sample"] == 3)),
        ("fast:1@1e8", (table["condition"] == "fast") & (table["cycles"] == 1e8) & (table["sample"] == 1)),
    ):
        again = replay(one_worker, sample_id)
        stored = table[rows].iloc[0]
        assert again.row["lrs"] == stored["lrs"]
        assert again.row["decision"] == stored["decision"]
        assert len(again.steps) == 5
        assert {"time", "signal", "value"} <= set(again.waveforms().columns)


@pytest.mark.parametrize(
    ("sample_id", "said"),
    [("typical", "expected CONDITION:NUMBER"), ("typcal:1", "did you mean `typical`"),
     ("typical:-1", r"samples 0 … 3 of `typical`"), ("typical:1@3", "at 0, 1e.08 cycles"),
     ("typical:99999", r"samples 0 … 3 of `typical`"), ("fast:2@1e8", r"samples 0 … 1 of `fast@1e.08`"),
     ("weak:1", "the run has typical, fast"), ("typical:١", "expected CONDITION:NUMBER"),
     ("typical:" + "9" * 5000, "expected CONDITION:NUMBER"), ("typical:1@nan", "expected CONDITION:NUMBER")],
)  # fmt: skip
def test_a_wrong_sample_id_is_explained(one_worker, sample_id, said):
    with pytest.raises(InputError, match=said):
        replay(one_worker, sample_id)


def test_an_occupied_trap_takes_its_share_of_the_conductance_that_is_read(technology):
    noisy = replace(technology, telegraph_noise=True)
    quiet, chain = (build_chain(t, Condition("c", 2e-4, 2.0, 1e-7)) for t in (technology, noisy))
    assert identity_of(quiet) != identity_of(chain)
    points = np.zeros((2, len(chain.coordinates)))
    trap = chain.coordinates.index("right.telegraph")  # of the device that ends in HRS, at +1
    points[:, trap] = -5, 5  # occupied, empty
    table = simulate(chain, points, np.array([1, 1]))
    share = 1 - table["hrs"][1] / table["hrs"][0]
    law = technology.rram.telegraph
    expected = law.amplitude.value / (1 + law.resistance.value / table["hrs"][1])
    assert share == pytest.approx(
        expected, rel=0.05
    )  # the law takes R at low field, not at the verify voltage
    assert table["margin"][0] > table["margin"][1]  # a higher HRS is easier to read


def test_traps_of_drawn_amplitude_take_a_coordinate_of_their_own(technology):
    spread = Quantity(value=0.7, unit="1", status="assumed", source="a test")
    law = technology.rram.telegraph.model_copy(update={"amplitude_spread": spread})
    noisy = replace(technology, telegraph_noise=True, rram=replace(technology.rram, telegraph=law))
    chain = build_chain(noisy, Condition("c", 2e-4, 2.0, 1e-7))
    points = np.zeros((3, len(chain.coordinates)))
    at = {name: k for k, name in enumerate(chain.coordinates)}
    points[:, at["right.telegraph"]] = -5, -5, 5  # occupied, occupied, empty
    points[1, at["right.telegraph_amplitude"]] = 2.0
    hrs = simulate(chain, points, np.array([1, 1, 1]))["hrs"]
    assert np.log((hrs[1] / hrs[2] - 1) / (hrs[0] / hrs[2] - 1)) == pytest.approx(2 * 0.7, rel=1e-6)
    limit = SingleEndedLimit(chain, 1, 3e4, single_ended_read(noisy, chain.shared))
    assert "cell.telegraph_amplitude" in limit.coordinates
    assert np.isfinite(limit(np.zeros((1, limit.dimension)))).all()


def test_a_chain_is_a_function_of_its_point(technology):
    chain = build_chain(technology, Condition("c", 2e-4, 2.0, 1e-7))
    points = np.zeros((4, len(chain.coordinates)))
    table = simulate(chain, points, np.array([1, -1, 1, -1]))
    assert list(table["outcome"]) == ["ok"] * 4
    assert table["lrs"].nunique() == 1  # nominal devices are alike on both sides
    assert list(np.sign(table["decision"])) == [1, -1, 1, -1]
    # the device that ends in HRS is on the right for +1: its barrier must not touch the other
    points[0, chain.coordinates.index("right.device.e_reset")] = 2
    moved = simulate(chain, points[:1], np.array([1]))
    assert moved["lrs"][0] == table["lrs"][0]
    assert moved["hrs"][0] < 0.8 * table["hrs"][0]


def test_a_failed_step_discards_the_sample_and_says_where(technology):
    chain = build_chain(technology, Condition("c", 2e-4, 2.0, 1e-7))

    def failing_reset(deck, values):
        found = evaluate(deck, values)
        if deck.name != "1t1r reset":
            return found
        outcomes = (Outcome(Reason.ABORTED, "timestep too small"), *found.outcomes[1:])
        measured = found.measurements.copy()
        measured[0] = np.nan
        return Evaluation(measured, outcomes)

    table = simulate(chain, np.zeros((2, len(chain.coordinates))), np.array([1, 1]), failing_reset)
    # the preparing RESET fails for the first of two, the programming one for the first of what is left: both
    assert list(table["outcome"]) == ["discard", "discard"]
    assert table["reason"][1].startswith("program RESET: ")
    assert table["reason"][0].startswith("prepare RESET: ")
    assert "timestep too small" in table["reason"][0]
    assert np.isnan(table["decision"][0])


def test_open_tasks_leave_out_what_is_done_and_heed_the_stop():
    point = Point("c", {}, {})
    progress = Progress(StopRule(60))
    progress.add(np.array([0, 1, 2, 30]), np.array(["ok"] * 4))
    tasks = list(open_tasks("memory", point, 1, progress, lambda: 25))
    covered = [i for t in tasks for i in range(t.start, t.stop)]
    assert covered == [i for i in range(60) if i not in {0, 1, 2, 30}]
    assert max(t.stop - t.start for t in tasks) <= 25
    progress.stopped = "enough"
    assert list(open_tasks("memory", point, 1, progress, lambda: 25)) == []


def made_up_samples(n, seed=0):
    """Log-normal numbers, not simulated: for the arithmetic of the extraction alone."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "sample": np.arange(n),
            "outcome": "ok",
            "lrs": np.exp(rng.normal(8.5, 0.3, n)),
            "hrs": np.exp(rng.normal(10.3, 0.6, n)),
        }
    )


def test_the_1t1r_error_rate_is_the_closed_form_at_its_threshold():
    # Q(D / (sL + sH)) = Q(2) = 2.28 %
    found = single_ended(made_up_samples(20000), 0.99)
    assert found.low < 0.02275 < found.high
    assert found.samples == 40000


def test_quantiles_do_not_reach_beyond_the_samples():
    assert "0.001" not in distribution(made_up_samples(100)["hrs"]).quantiles
    assert "0.01" in distribution(made_up_samples(100)["hrs"]).quantiles
    many = distribution(made_up_samples(20000)["hrs"])
    assert many.median == pytest.approx(np.exp(10.3), rel=0.02)
    assert many.sigma_ln == pytest.approx(0.6, rel=0.02)


def test_the_manifest_holds_no_secret_of_the_machine(one_worker):
    text = json.dumps(one_worker.manifest())
    assert str(one_worker.path) not in text


def own_library(folder, technology):
    """Write a `.lib` of three plain models, taken from the flattened cards, as a user's own might be."""
    lines = [".lib mine"]
    sizes = {"nmos": (0.84e-6, 0.15e-6), "pmos": (0.84e-6, 0.15e-6), "access": (5e-6, 0.5e-6)}
    for kind, (width, length) in sizes.items():
        instance = technology.process.instance("m1", "d", "g", "s", "b", Transistor(kind, width, length))
        lines.append(instance.cards[0].replace("card_m1", f"own_{kind}"))
    (folder / "own.lib").write_text("\n".join([*lines, ".endl", ""]))
    table = (
        '[technology.library]\npath = "own.lib"\nsection = "mine"\nelement = "M"\nnmos = "own_nmos"\n'
        'pmos = "own_pmos"\naccess = "own_access"\navt_nmos = 5e-9\navt_pmos = 5e-9\navt_access = 1e-8\n'
    )
    (folder / "own.toml").write_text(SHORT.replace("[monte_carlo]", table + "[monte_carlo]"))
    return folder / "own.toml"


def test_own_transistors_run_the_whole_chain(tmp_path, technology):
    folder = run_to_end(own_library(tmp_path, technology), tmp_path / "out", quick=True)
    table = folder.samples()
    assert list(table["outcome"]) == ["ok"] * 4
    assert table["read_delay"].nunique() == 4  # the stated A_VT spreads them
    (tmp_path / "own.lib").unlink()
    again = replay(folder, "typical:1")  # with the copy that the run folder keeps
    assert again.row["lrs"] == table[table["condition"] == "typical"]["lrs"].iloc[1]


def test_a_control_block_in_an_own_library_is_refused(tmp_path, technology):
    spec = own_library(tmp_path, technology)
    library = tmp_path / "own.lib"
    library.write_text(library.read_text().replace(".endl", ".control\nshell touch pwned\n.endc\n.endl"))
    with pytest.raises(InputError, match=r"own\.toml: `technology`: .*own\.lib.*execute commands"):
        load_spec(spec)
