"""A Bayesian network in the spread of devices: learning, what is programmed, what it is worth, and the command."""

import json
from functools import cache

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from scipy.stats import entropy
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score
from typer.testing import CliRunner

from spicekit import statistics
from spicekit.cli.app import app
from spicekit.data import data_path
from spicekit.network.mcmc import fresh_law
from spicekit.network.posterior.array import least_targets, programmed
from spicekit.network.posterior.asked import asked_of
from spicekit.network.posterior.families import Normals, Numbers, Pairs
from spicekit.network.posterior.judge import judged, said_of
from spicekit.network.posterior.learning import Job, learn
from spicekit.network.posterior.net import Net, slopes
from spicekit.network.posterior.tasks import strange_samples, task_of
from spicekit.network.posterior.ways import Way, learn_pairs

from .commands import EMPTY

RUN = CliRunner()
NET = Net(4, 3, 2)


@cache
def _found():
    """Statistics of learning, of fresh devices and of the oldest alone."""
    found = statistics.load(data_path("reports", "learning", "statistics.json"))
    block = found.conductance_ageing
    points = tuple(p for p in block.points if p.cycles in (0.0, block.ages[-1]))
    return found.model_copy(update={"conductance_ageing": block.model_copy(update={"points": points})})


@cache
def _law():
    return fresh_law(_found().conductance_law)


def _numeric(function, values, place, step=1e-6):
    up, down = values.copy(), values.copy()
    up[place] += step
    down[place] -= step
    return (function(up) - function(down)) / (2 * step)


@pytest.mark.parametrize("classes", [2, 3])
def test_slopes_are_those_of_differences(classes):
    net, rng = Net(4, 3, classes), np.random.default_rng(0)
    n, samples = net.parameters, 6
    mean, variance = rng.normal(size=(1, n)), rng.uniform(0.1, 0.5, (1, n))
    x, labels = rng.normal(size=(1, samples, 4)), rng.integers(0, classes, samples)
    noise = rng.normal(size=(1, samples, 3)), rng.normal(size=(1, samples, net.outputs))
    kept = rng.integers(0, 2, (1, samples, 3)) * 2.0

    def loss(mean, variance):
        (into, out), (into_var, out_var) = net.parts(mean), net.parts(variance)
        neurons = np.tanh(x @ into + np.sqrt(x**2 @ into_var) * noise[0]) * kept
        neurons = np.concatenate([neurons, np.ones((1, samples, 1))], axis=-1)
        said = net.probabilities(neurons @ out + np.sqrt(neurons**2 @ out_var) * noise[1])
        return samples * log_loss(labels, said[0], labels=range(classes))

    of_mean, of_variance = slopes(net, mean, variance, x, np.eye(classes)[labels][None], noise, kept)
    for place in [(0, 0), (0, 7), (0, n - 4), (0, n - 1)]:
        assert of_mean[place] == pytest.approx(_numeric(lambda m: loss(m, variance), mean, place), abs=1e-5)
        assert of_variance[place] == pytest.approx(
            _numeric(lambda v: loss(mean, v), variance, place), abs=1e-5
        )


def test_what_pairs_hold_is_what_the_law_says_and_its_slopes_are_those_of_differences():
    law, rng = _law(), np.random.default_rng(1)
    low, high = 5e-5, 5e-4
    family = Pairs(law, NET, low, high, np.ones(NET.parameters))
    now = family.start(rng.normal(size=(1, NET.parameters)))
    now["log_conductance"] = np.log(rng.uniform(low, high, (1, 2, NET.parameters)))
    mean, variance = family.moments(now)
    plus, minus = np.split(family.targets(now)[0], 2)
    scale = family.scales(now)[0]
    np.testing.assert_allclose(mean[0], scale * (plus - minus), rtol=1e-3, atol=1e-4)  # tables are short
    spread = np.hypot(law.moments(plus)[1], law.moments(minus)[1])
    np.testing.assert_allclose(np.sqrt(variance[0]), scale * spread, rtol=1e-5)
    weights, none = rng.normal(size=(1, NET.parameters)), np.zeros((1, NET.parameters))
    for which, given in enumerate([(weights, none), (none, weights)]):  # of means alone, of variances alone
        pulled = family.pull(now, *given)
        for name, place in [
            ("log_conductance", (0, 0, 2)),
            ("log_conductance", (0, 1, 5)),
            ("log_scale", (0, 1)),
        ]:

            def total(values, name=name, which=which):
                return (weights * family.moments(now | {name: values})[which]).sum()

            assert pulled[name][place] == pytest.approx(_numeric(total, now[name], place, 1e-2), rel=4e-2)


def _learned(family, temperature=1.0, splits=1, steps=400):
    """Networks that see nothing but how often class 1 is right: 30 of 100 samples."""
    labels = np.tile(np.arange(100) % 10 < 3, (splits, 1)).astype(int)
    return learn(
        Job(NET, family, np.zeros((splits, 100, 4)), labels, tuple(range(splits)), ("network",) * splits,
            np.full(splits, temperature), np.ones(NET.parameters), 0, steps)
    )  # fmt: skip


@pytest.mark.parametrize("temperature", [1.0, 0.1])
def test_the_posterior_is_that_of_a_grid_and_without_evidence_the_prior(temperature):
    family = Normals(np.ones(NET.parameters))
    mean, variance = family.moments(_learned(family, temperature))
    # the constant behind the neurons alone counts: 30 of 100, prior 1
    grid = np.linspace(-3, 2, 4001)
    log = (30 * grid - 100 * np.log1p(np.exp(grid))) / temperature - grid**2 / 2
    density = np.exp(log - log.max())
    density /= density.sum()
    centre = (density * grid).sum()
    assert mean[0, -1] == pytest.approx(centre, abs=0.03)
    std = np.sqrt((density * (grid - centre) ** 2).sum())
    assert np.sqrt(variance[0, -1]) == pytest.approx(std, rel=0.07)
    into = NET.layer == 0
    np.testing.assert_allclose(mean[0, into], 0, atol=0.02)
    np.testing.assert_allclose(variance[0, into], 1, rtol=0.02)


def test_a_split_learns_the_same_whatever_others_there_are():
    one, two = (_learned(Numbers(), splits=n, steps=5)["mean"] for n in (1, 2))
    np.testing.assert_array_equal(one[0], two[0])
    assert not np.array_equal(two[0], two[1])


def test_what_stands_in_the_devices_has_mean_and_spread_of_the_law_and_copies_do_not_depend_on_their_number():
    law = _law()
    targets = np.full((1, 4000, 2), [3e-4, 1e-4])
    found = programmed(law, targets, np.full((1, 1, 1), 2e3), 0)
    plus, minus = (law.moments(np.array([g]))[1][0] for g in (3e-4, 1e-4))
    assert found.mean() == pytest.approx(2e3 * 2e-4, rel=0.01)
    assert found.std() == pytest.approx(2e3 * np.hypot(plus, minus), rel=0.04)
    np.testing.assert_array_equal(programmed(law, targets[:, :3], np.full((1, 1, 1), 2e3), 0), found[:, :3])


def test_least_targets_hold_the_parameters_with_one_device_of_each_pair_at_the_low_end():
    w = np.random.default_rng(0).normal(size=(2, 3, NET.parameters))
    targets, scales = least_targets(NET, w, 1e-5, 1e-4)
    plus, minus = np.split(targets, 2, axis=-1)
    np.testing.assert_allclose(scales * (plus - minus), w)
    np.testing.assert_allclose(np.minimum(plus, minus), 1e-5)
    assert targets.max(axis=(1, 2)) == pytest.approx(1e-4)


def test_votes_and_scores_are_those_of_scikit_learn():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, (1, 40))
    each = rng.dirichlet(np.ones(3), (5, 40))
    said, strange = said_of(each), said_of(rng.dirichlet(np.ones(3), (5, 30)))
    np.testing.assert_allclose(said.doubt, entropy(each.mean(axis=0), base=2, axis=-1))
    np.testing.assert_allclose(said.doubt - said.disagreement, entropy(each, base=2, axis=-1).mean(axis=0))
    assert np.abs(said_of(each[:1]).disagreement).max() < 1e-12
    found = judged([said], labels, {"other": [strange]}, several=True)
    assert found.right[0] == accuracy_score(labels[0], said.probability.argmax(axis=-1))
    assert found.log_loss[0] == pytest.approx(log_loss(labels[0], said.probability))
    truth = np.repeat([0, 1], [40, 30])
    for values, measure in ((found.told, "doubt"), (found.told_by_disagreement, "disagreement")):
        both = np.concatenate([getattr(said, measure), getattr(strange, measure)])
        assert values["other"][0] == pytest.approx(roc_auc_score(truth, both))
    one = [said_of(np.eye(2)[[[0, 0, 1, 1]]] * 0.8 + 0.1)]
    assert judged(one, np.array([[0, 0, 1, 0]]), {}, several=False).calibration_error == pytest.approx(0.15)


def test_dropout_leaves_out_other_neurons_in_each_pass():
    way = Way("", NET, 500, np.ones(1), kept=0.8)
    w = np.zeros((1, 1, NET.parameters))
    w[..., NET.layer == 0], w[..., -4:-1] = 100, 1  # all neurons are 1, and so is what each adds to the score
    (said,) = way.says(w, np.ones((1, 1, 4)), 0)
    # the score is 3 on average, 1.25 for each neuron that is left
    chances = [0.2**3, 3 * 0.8 * 0.2**2, 3 * 0.8**2 * 0.2, 0.8**3]
    expected = sum(c / (1 + np.exp(-1.25 * k)) for k, c in enumerate(chances))
    assert said.probability[0, 1] == pytest.approx(expected, abs=0.02)
    assert said.disagreement[0] > 0.01


def test_a_wide_network_takes_no_more_devices_than_all_copies():
    asked = asked_of(_found(), splits=2, copies=7)
    most = asked.copies * asked.net.parameters
    more = Net(asked.wide.features, asked.wide.hidden + 1, 2).parameters
    assert asked.wide.parameters <= most < more


def test_digits_turned_by_a_quarter_are_the_same_pixels():
    task = task_of("digits", 2, 0, 100)
    turned = strange_samples(task, 0)["turned by a quarter"]
    assert task.train_inputs.shape == (2, 100, 65)
    assert turned[0, 0, 7 * 8] == task.test_inputs[0, 0, 0]  # the upper left pixel comes to the lower left
    np.testing.assert_array_equal(np.sort(turned), np.sort(task.test_inputs))


def test_pairs_learn_two_moons_and_spread_less_where_it_is_colder():
    asked = asked_of(_found(), "moons", splits=2, copies=4, steps=300)
    law = _law()
    way = learn_pairs(asked, law, np.full(2, 0.1))
    said = way.says(programmed(law, way.targets, way.scales, 0), asked.task.test_inputs, 0)
    found = judged(said, asked.task.test_labels, {}, several=True)
    assert found.right.mean() > 0.85  # always the same class: a half
    colder = learn_pairs(asked, law, np.full(2, 1e-3))
    wide, narrow = (
        np.hypot(*np.split(law.moments(one.targets)[1], 2, axis=-1)).mean()
        / np.abs(np.subtract(*np.split(one.targets, 2, axis=-1))).mean()
        for one in (way, colder)
    )
    assert narrow < 0.7 * wide


def _posterior(*arguments):
    return RUN.invoke(app, ["network", "posterior", *map(str, arguments), "--quiet"])


def _draw_only(plot, _):
    """Put all that a picture shows on its figure, and leave it at that: to write it takes four times as long."""
    plot.draw(Figure())
    return EMPTY


def test_the_command_from_statistics_to_a_page(tmp_path, monkeypatch):
    statistics.save(_found(), tmp_path / "statistics.json")
    monkeypatch.setattr("spicekit.page.drawing.Plot._drawn", _draw_only)
    options = (
        "--splits",
        2,
        "--steps",
        15,
        "--copies",
        3,
        "--hidden",
        8,
        "--samples",
        100,
        "-o",
        tmp_path / "out",
    )
    found = _posterior(tmp_path / "statistics.json", *options)
    assert found.exit_code == 0, found.output + str(found.exception)
    table = pd.read_csv(tmp_path / "out" / "table.csv").set_index("way")
    assert len(table) == 11
    assert (table["accuracy"] > 0.75).all()
    assert table.loc["spread as posterior", "devices"] == 3 * 2 * (8 * 31 + 9)
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert summary["schema"] == "spicekit.posterior_result/1"
    fresh, aged = summary["ageing"]
    alike = summary["ways"]["ensemble"]["log_loss"]["mean"]
    assert fresh["ways"]["ensemble"]["log_loss"]["mean"] == alike
    assert aged["ways"]["ensemble"]["log_loss"]["mean"] != alike
    assert [c["copies"] for c in summary["fewer_copies"]["ensemble"]] == [1, 2, 3]
    page = (tmp_path / "out" / "report.html").read_text().replace("\u00a0", " ")
    assert "spread as posterior, learned for this age" in page


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--task", "digit"], "unknown task `digit` (did you mean `digits`?)"),
        (["--samples", "500"], "`--samples` is 500, expected at most 455, the training samples of a split"),
        (
            ["--low", "1 uA"],
            "`--low` is 1 uA, expected a compliance of the conductance law, 2e-05 to 0.0005 A",
        ),
        (["--low", "50"], "`--low`: got '50' without a unit"),
        (["--low", "200 uA", "--high", "100 uA"], "`--low` is 200 uA, expected a compliance below `--high`"),
        (["--dropout", "1"], "`--dropout` is 1, expected a share above 0 and below 1"),
        (["--condition", "typicl"], "no condition `typicl`"),
    ],
)
def test_bad_input_is_one_line(tmp_path, arguments, said):
    found = _posterior("learning", *arguments, "-o", tmp_path / "out")
    assert said in str(found.exception)
    assert not (tmp_path / "out").exists()


def test_statistics_without_a_law_are_refused(tmp_path):
    statistics.save(_found().model_copy(update={"conductance_law": None}), tmp_path / "statistics.json")
    found = _posterior(tmp_path / "statistics.json", "-o", tmp_path / "out")
    assert "the statistics have no `conductance_law`: run an experiment with" in str(found.exception)
