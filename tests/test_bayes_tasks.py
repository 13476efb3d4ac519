"""What the Bayesian machine recognizes: data of others, features chosen without the test, classifiers, energies."""

import pickle

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import spicekit as sk
from spicekit.block import Moments, Probability
from spicekit.cli.app import app
from spicekit.data import data_path
from spicekit.errors import InputError
from spicekit.models.digital import load_digital
from spicekit.models.microcontroller import load_microcontroller
from spicekit.network.bayes.baselines import baselines
from spicekit.network.bayes.choose import choose_features
from spicekit.network.bayes.energy import Circuit, logarithmic_budget, program_budget, stochastic_budget
from spicekit.network.bayes.machine import Chips, Machine, exact, logarithmic, stochastic
from spicekit.network.bayes.own import own_task
from spicekit.network.bayes.random_numbers import Source
from spicekit.network.bayes.score import score_of
from spicekit.network.bayes.supplies import supplies_of
from spicekit.network.bayes.task import folds_of, true_posterior
from spicekit.network.bayes.tasks import load_task
from spicekit.network.bnn.rates import ErrorRates
from spicekit.network.data.gestures import WINDOW, features_of, gestures
from spicekit.statistics import GridPoint, Statistics, load
from spicekit.studies.bayes_column.result import BayesColumn

CLASSES = ("push", "pull")


def write_gestures(path, people=4, **changed):
    """Two exercises of a few people: one turns about x, the other about y, twice a second."""
    rng, series, labels, subjects = np.random.default_rng(0), [], [], []
    for person in range(people):
        for label in range(2):
            time = np.arange(2 * WINDOW + 30) / 50
            one = 0.3 * rng.standard_normal((len(time), 6))
            one[:, 3 + label] += 3 * np.sin(4 * np.pi * time)
            one[:, 1] += 0.5 * label
            series.append(np.asfortranarray(one) if person % 2 else one)
            labels.append(label)
            subjects.append(person)
    held = {
        "X": series,
        "y": np.array(labels),
        "subject": np.array(subjects),
        "X_labels": ["ax", "ay", "az", "wx", "wy", "wz"],
        "y_labels": list(CLASSES),
    } | changed
    array = np.array(None, dtype=object)
    array[()] = held
    np.save(path, array, allow_pickle=True)
    return path


def write_own(path, samples=90, groups=3, **changed):
    rng = np.random.default_rng(1)
    y = rng.integers(0, 3, samples)
    x = rng.standard_normal((samples, 4))
    x[:, 2] += 2.5 * y
    np.savez(path, **({"x": x, "y": y, "group": np.arange(samples) % groups} | changed))
    return path


def _column(**changed):
    part = Moments(mean=4e-14, std=1e-15)
    none = Probability(low=0, best=None, high=0.1, samples=30)
    return BayesColumn(
        **{
            "bits": 8, "cycles": 8, "period": 2e-9, "supply": 1.4, "energy_read": Moments(mean=1.6e-12, std=1e-14),
            "energy_compare": part, "energy_and": Moments(mean=8e-15, std=1e-16),
            "energy_hold": Moments(mean=0.0, std=0.0), "energy_flip_flop": Moments(mean=3e-14, std=1e-15),
            "wrong_bits": none, "wrong_outputs": none, "status": "made up", "method": "made up",
        } | changed
    )  # fmt: skip


def test_windows_of_recordings_are_told_apart(tmp_path):
    data = gestures(write_gestures(tmp_path / "w.npy"))
    assert (data.features.shape, data.series, data.classes) == (
        (16, 34),
        8,
        CLASSES,
    )  # two whole windows of each
    columns = dict(zip(data.names, data.features.T, strict=True))
    # a sine of amplitude 3 and noise of 0.3: standard deviation sqrt(4.5 + 0.09)
    assert np.exp(columns["ln std wx"][data.labels == 0]) == pytest.approx(np.sqrt(4.59), rel=0.03)
    assert columns["mean ay"][data.labels == 1] == pytest.approx(0.5, abs=0.15)


def test_features_do_not_depend_on_the_wrist():
    windows = np.random.default_rng(2).standard_normal((5, WINDOW, 6)) + np.arange(6)
    mirrored = windows * [-1, 1, 1, 1, -1, -1]
    assert features_of(mirrored)[1] == pytest.approx(features_of(windows)[1])


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"X_labels": ["a"] * 6}, r"its axes are \['a'"),
        ({"y": np.arange(8)}, r"`y` runs from 0 to 7, expected 0 to 1"),
        ({"subject": np.arange(3)}, r"8 recordings, but labels of shape \(8,\) and subjects \(3,\)"),
        ({"X": [np.zeros((10, 6))] * 8}, "no recording is as long as a window of 200 samples"),
        ({"X": [np.full((300, 6), np.nan)] * 8}, "recording 0 of `X`"),
    ],
)
def test_recordings_that_are_none_are_refused(tmp_path, changed, said):
    with pytest.raises(InputError, match=said) as raised:
        gestures(write_gestures(tmp_path / "w.npy", **changed))
    assert "\n" not in str(raised.value)


class _Command:
    def __reduce__(self):
        return (print, ("ran",))


def test_recordings_run_nothing(tmp_path, capsys):
    file = write_gestures(tmp_path / "w.npy")
    header = file.read_bytes()[:128]
    file.write_bytes(header + pickle.dumps({"X": _Command()}, 2))
    with pytest.raises(InputError, match=r"asks for \w+\.print, which is no array"):
        gestures(file)
    assert capsys.readouterr().out == ""
    file.write_bytes(b"none")
    with pytest.raises(InputError, match=r"it is no \.npy file"):
        gestures(file)


def test_features_are_chosen_among_the_training_samples():
    rng = np.random.default_rng(3)
    labels, groups = rng.integers(0, 2, 400), np.arange(400) % 4
    x = rng.standard_normal((400, 5))
    x[:, 3] += 3 * labels
    x[:, 1] += 1.5 * labels
    assert choose_features(x, labels, groups, 2, 6, 2) == (3, 1)
    assert choose_features(x, labels, groups, 2, 6, 9)[:2] == (3, 1)
    task = load_task("synthetic")
    assert {fold.columns for fold in folds_of(task)} == {tuple(range(6))}


def test_no_sample_of_a_group_reaches_its_own_tables(tmp_path):
    task = own_task(write_own(tmp_path / "o.npz"), 2, 4)
    changed = own_task(write_own(tmp_path / "c.npz"), 2, 4)
    changed.features[changed.groups == 1] += 100
    before, after = folds_of(task)[1], folds_of(changed)[1]
    assert before.columns == after.columns
    assert np.array_equal(before.tables.likelihoods, after.tables.likelihoods)
    assert not np.array_equal(folds_of(task)[0].tables.edges, folds_of(changed)[0].tables.edges)


@pytest.mark.parametrize("beside", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_the_synthetic_task_is_calibrated_and_nobody_beats_its_law(beside):
    """Of a known law the exact posterior is right as often as it says: the mean of its largest share."""
    task = load_task("synthetic", seed=3)
    posterior = true_posterior(task)
    score = score_of(posterior[None], task)
    assert score.accuracy.mean == pytest.approx(posterior.max(axis=1).mean(), abs=3 * np.sqrt(0.25 / 5000))
    assert score.calibration_error < 0.02
    found = exact(task, folds_of(task))
    assert found.accuracy.mean == pytest.approx(score.accuracy.mean)
    for one in baselines(task, folds_of(task), 1500, 0) if beside else ():
        assert one.score.accuracy.mean < score.accuracy.mean + 3 * np.sqrt(0.25 / 5000)


def test_machines_come_to_the_exact_decisions_and_lose_them_to_errors():
    task = load_task("synthetic", seed=1)
    folds = folds_of(task)[:]
    machine = Machine(bits=8, logarithmic_bits=8, cycles=511, source=Source("ideal", "own"))
    right = exact(task, folds).accuracy.mean
    found = stochastic(machine, task, folds, Chips())
    assert right - 0.02 < found.score.accuracy.mean <= right + 0.01
    means = [accuracy.mean for _, accuracy in found.by_cycles]
    assert means[0] < means[4] < means[-1] == pytest.approx(found.score.accuracy.mean, abs=1e-9)
    assert logarithmic(machine, task, folds, Chips()).score.accuracy.mean == pytest.approx(right, abs=0.005)
    halves = Chips(ErrorRates(0.5, 0.5), 2)  # coins instead of bits: nothing is left but chance
    assert logarithmic(machine, task, folds, halves).score.accuracy.mean == pytest.approx(0.25, abs=0.09)
    few = [logarithmic(machine, task, folds, Chips(ErrorRates(r, r), 3)) for r in (1e-3, 3e-2)]
    assert few[0].score.accuracy.mean > few[1].score.accuracy.mean + 0.02
    # 192 words of eight bits
    assert few[1].wrong_bits == pytest.approx(0.03 * 192 * 8, rel=0.35)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"y": np.arange(90) % 2 * 2}, "no sample is of class `1`; expected some of each class"),
        ({"group": np.zeros(90, int)}, "has one group, expected 2 at least"),
        ({"y": (np.arange(90) % 3 == 0).astype(int)}, "class `1` is in group `0` alone"),
        ({"y": np.zeros(90, int)}, "`y` runs from 0 to 0, expected two to 100 classes"),
        (
            {"x": np.full((90, 2), np.inf)},
            r"`x` has shape \(90, 2\) and type float64, expected finite numbers",
        ),
        ({"group": np.zeros(3, int)}, r"`group` has shape \(3,\) and type int64, expected 90 whole numbers"),
    ],
)
def test_own_features_that_cannot_be_learned_are_refused(tmp_path, changed, said):
    with pytest.raises(InputError, match=said) as raised:
        own_task(write_own(tmp_path / "o.npz", **changed), 3, 4)
    assert "\n" not in str(raised.value)


def test_tasks_that_there_are_not_are_asked_about(tmp_path):
    with pytest.raises(InputError, match="did you mean `gestures`"):
        load_task("gesture")
    with pytest.raises(InputError, match="task `synthetic` draws its data: leave `--path` out"):
        load_task("synthetic", tmp_path / "x")
    np.savez(tmp_path / "o.npz", x=np.zeros((3, 2)), y=np.arange(3))
    with pytest.raises(InputError, match=r"has no array `group`; it holds x, y"):
        load_task(str(tmp_path / "o.npz"))


def test_budgets_are_counted_by_hand():
    """Six features of four classes: 24 words; 100 cycles; 16-bit registers for each feature; ten-bit counters."""
    task, machine, circuit = load_task("synthetic"), Machine(), Circuit(_column(), "made up")
    found = {i.name.split(",")[0]: i for i in stochastic_budget(circuit, machine, task, 100).items}
    assert found["bits of likelihoods read"].energy == pytest.approx(24 * 1.6e-12)
    assert found["comparators and AND gates"].energy == pytest.approx(24 * 100 * 4.8e-14)
    assert found["random numbers"].energy == pytest.approx(6 * 16 * 100 * 3e-14)
    assert found["counters"].energy == pytest.approx(4 * 10 * 100 * 3e-14)
    again = stochastic_budget(circuit, machine, task, 100, each_cycle=True).items[0]
    assert again.energy == pytest.approx(100 * 24 * 1.6e-12)
    digital = load_digital()
    sums = {i.name: i.energy for i in logarithmic_budget(circuit, machine, task, digital).items}
    assert sums["bits of likelihoods read"] == pytest.approx(24 * 4 * 2e-13)
    assert sums["additions, full adders"] == pytest.approx(24 * 6 * digital.add_bit)
    # STM32L452: 84 pC at 3 V a cycle; 50 + 4 (6 x 6 + 4) cycles
    assert program_budget(load_microcontroller(), task).total == pytest.approx(210 * 252e-12)


def test_a_card_with_another_unit_is_refused(tmp_path):
    text = data_path("device_models", "digital", "stm32l452.toml").read_text()
    (tmp_path / "m.toml").write_text(text.replace('84e-12, unit = "C"', '84, unit = "pC"'))
    with pytest.raises(InputError, match=r"`quantities\.charge_per_cycle`: unit `pC`, expected `C`"):
        load_microcontroller(tmp_path / "m.toml")


def test_supplies_are_those_of_a_grid():
    conditions = load(data_path("reports", "programming_conditions", "statistics.json")).conditions[:1]
    points = [
        GridPoint(
            name=f"{v}V", process="sky130 tt", temperature=300.15, supply=v, conditions=conditions,
            studies={"bayes_column": _column(supply=v).model_dump()},
        )
        for v in (1.8, 1.2)
    ]  # fmt: skip
    cold = points[0].model_copy(update={"temperature": 233.15, "supply": 1.0})
    found = supplies_of(Statistics(conditions=(), grid=(cold, *points)), "x")
    assert [one.voltage for one in found] == [1.2, 1.8]
    assert found[0].circuit.column.supply == 1.2
    assert supplies_of(Statistics(conditions=(), grid=(points[0],)), "x") == ()
    assert supplies_of(Statistics(conditions=()), "x") == ()


def test_the_command_judges_a_machine(tmp_path):
    gates = Statistics(conditions=(), bayes_column=_column())
    (tmp_path / "gates.json").write_text(gates.model_dump_json(by_alias=True, exclude_none=True))
    own = str(write_own(tmp_path / "o.npz"))
    arguments = ["network", "bayes", "programming_conditions", "--task", own, "--circuit",
                 str(tmp_path / "gates.json"), "--chips", "2", "--features", "2", "--cycles", "63", "--register", "8",
                 "--quiet", "-o", str(tmp_path / "out")]  # fmt: skip
    found = CliRunner().invoke(app, arguments)
    assert found.exit_code == 0, found.output
    assert "typical: bit error rate 2.2e-8: stochastic" in found.output
    assert "logarithmic: " in found.output
    page = (tmp_path / "out" / "report.html").read_text()
    for title in (
        "Accuracy and calibration",
        "Cycles and random numbers",
        "Robustness",
        "Energy of a decision",
    ):
        assert title in page
    table = pd.read_csv(tmp_path / "out" / "table.csv", keep_default_na=False)
    same = sk.networks.bayes(
        sk.load("programming_conditions"), str(tmp_path / "o.npz"), circuit=gates, chips=2, features=2, cycles=63,
        register=8, progress=False,
    )  # fmt: skip
    assert same.table["accuracy"].tolist() == pytest.approx(table["accuracy"].tolist())
    assert len(table) == 1 + 3 + 2 + 2 * 3
    assert (table["accuracy"] > 0.5).all()  # chance is a third
    for options, said in (
        (["--bits", "10"], "`--bits` is 10, but the register has 8"),
        (["--random", "lfsrs"], "`--random` is `lfsrs`, expected one of lfsr, ideal"),
        (["--scaling", "none"], "`--scaling` is `none`, expected one of observation, table"),
        (["--circuit", "learning"], "has no `bayes_column`"),
    ):
        bad = CliRunner().invoke(app, [*arguments, *options])
        assert said in str(bad.exception), options
        assert "\n" not in str(bad.exception)
