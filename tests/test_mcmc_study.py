"""Around the sampler: votes, scores, references, energy, ageing, and `spicekit network mcmc` itself."""

import json
from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from scipy.stats import beta, skew
from scipy.stats import entropy as scipy_entropy
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import GridSearchCV
from typer.testing import CliRunner

from spicekit.cli.app import app
from spicekit.errors import InputError
from spicekit.models.digital import load_digital
from spicekit.network.mcmc import Model, aged_law, coding, fresh_law
from spicekit.network.mcmc.ageing import ber_at
from spicekit.network.mcmc.copies import copied, laplace, programmed
from spicekit.network.mcmc.energy import Work, duration, programmed_rows, pulses_of, training
from spicekit.network.mcmc.law import shape_of
from spicekit.network.mcmc.models import log_likelihood
from spicekit.network.mcmc.nuts import nuts
from spicekit.network.mcmc.predict import auroc, difference, entropy, score, vote
from spicekit.network.mcmc.references import gradient, logistic
from spicekit.network.mcmc.tasks import load_task
from spicekit.statistics import Condition, Endurance, Estimate, Moments, Statistics, save
from spicekit.studies.conductance_ageing.result import AgedPoint, ConductanceAgeing
from spicekit.studies.conductance_law.result import ConductanceLaw, ConductancePoint

from .commands import EMPTY

RUN = CliRunner()


def _point(compliance, spread=0.08, skewness=0.24, mean=1.5):
    """Conductance of 1.5 times the compliance over a volt; half of the variance between devices."""
    value = mean * compliance
    part = Estimate(value=spread * value / np.sqrt(2))
    return ConductancePoint(
        compliance=compliance, mean=Estimate(value=value), std=Estimate(value=spread * value), std_device=part,
        std_cycle=part, skewness=Estimate(value=skewness, error=0.05), current=compliance, samples=100, devices=10,
        discards=0,
    )  # fmt: skip


def test_the_slow_share_is_that_of_the_points_and_all_in_files_that_do_not_know_it(statistics):
    law = statistics.conductance_law
    assert fresh_law(law).slow_share == 1.0
    points = [
        p.model_copy(update={"std_slow": Estimate(value=share**0.5 * p.std_cycle.value)})
        for p, share in zip(law.points, (0.2, 0.3, 0.4), strict=True)
    ]
    assert fresh_law(law.model_copy(update={"points": tuple(points)})).slow_share == pytest.approx(0.3)


@pytest.fixture
def statistics():
    """A law over a decade; at 1e9 cycles spreads have doubled, means are 10 % higher; SET costs 1.5 V times current."""
    points = tuple(_point(c) for c in (3e-5, 1e-4, 3e-4))
    costs = {"energy_reset": Moments(mean=90e-12, std=0)}
    aged = [
        AgedPoint(
            cycles=n,
            conductance=_point(c, s, mean=mean),
            energy_set=Moments(mean=1.5e-6 * c, std=0),
            **costs,
        )
        for n, s, mean in ((0.0, 0.05, 1.4), (1e9, 0.11, 1.54))
        for c in (3e-5, 3e-4)
    ]
    return Statistics(
        conditions=(
            Condition(
                name="other", set_compliance=2e-4, reset_voltage=2.5, pulse_width=1e-6,
                endurance=Endurance(criterion=1e-3, curve=[(0.0, 0.3)]),
            ),
            Condition(
                name="own", set_compliance=2e-4, reset_voltage=2.0, pulse_width=1e-6,
                energy_read=Moments(mean=0.2e-12, std=0), read_delay=Moments(mean=1e-9, std=0),
                endurance=Endurance(
                    criterion=1e-3, curve=[(0.0, 1e-9), (1e9, 0.02)], interval=[(1e9, 0.01, 0.03)]
                ),
            ),
        ),
        conductance_law=ConductanceLaw(
            points=points, correlation=0.5, cycle_step=10, reset_voltage=2.0, pulse_width=1e-6, status="made up",
            method="made up",
        ),
        conductance_ageing=ConductanceAgeing(
            points=tuple(aged), reset_voltage=2.0, pulse_width=1e-6, status="made up", method="made up"
        ),
    )  # fmt: skip


def test_the_law_is_that_of_the_statistics(statistics):
    law = fresh_law(statistics.conductance_law)
    mean, std = law.moments(np.array([1.5e-4]))
    assert mean[0] == pytest.approx(1.5e-4)
    assert std[0] == pytest.approx(0.08 * 1.5e-4, rel=1e-6)
    assert law.compliance_of(np.array([1.5e-4]))[0] == pytest.approx(1e-4)
    assert law.device_share == pytest.approx(0.5)
    assert law.correlation**10 == pytest.approx(0.5)


@pytest.mark.parametrize(("shape", "drawn"), [("log-normal", np.exp), ("normal", lambda x: 1 + x)])
def test_the_shape_is_that_of_the_samples(shape, drawn):
    values = drawn(0.1 * np.random.default_rng(0).standard_normal(100_000))
    point = _point(1e-4, values.std() / values.mean(), float(skew(values)))
    assert shape_of([point]) == shape


def test_aged_devices_miss_their_target_as_the_study_found(statistics):
    law = aged_law(statistics, 1e9)
    mean, std = law.moments(np.array([1e-4, 4e-4]))
    np.testing.assert_allclose(mean, [1.1e-4, 4.4e-4], rtol=1e-6)  # 1.54/1.4
    # 0.11 of the aged mean over 0.05 of the fresh one
    np.testing.assert_allclose(std / np.array([1e-4, 4e-4]), 0.08 * 0.11 * 1.54 / (0.05 * 1.4), rtol=1e-6)
    np.testing.assert_allclose(aged_law(statistics, 0.0).std, fresh_law(statistics.conductance_law).std)
    with pytest.raises(InputError, match=r"no `conductance_ageing` of fresh devices and at 1e\+06 cycles"):
        aged_law(statistics, 1e6)


def test_the_error_rate_is_of_the_condition_with_the_same_pulses(statistics):
    assert ber_at(statistics, 1e9) == (0.01, 0.02, 0.03)
    assert ber_at(statistics, 0.0) == (1e-9, 1e-9, 1e-9)
    assert ber_at(statistics, 5e9) is None


def test_a_training_costs_what_it_does_by_hand(statistics):
    pulses, digital = pulses_of(statistics), load_digital()
    work = Work(1000, blocks=1, parameters=31, samples=455, acceptance=0.5, compliance=1e-4, pulse_width=1e-6)
    budget = training(work, pulses, statistics.condition("own"), digital)
    parts = {item.name: item.energy for item in budget.items}
    assert parts["SET pulses"] == pytest.approx(62_000 * 150e-12)
    assert parts["RESET pulses"] == pytest.approx(62_000 * 90e-12)
    assert parts["reads of a pair"] == pytest.approx(1000 * 455 * 31 * 0.2e-12)
    assert parts["sums of the likelihood"] == pytest.approx(455_000 * digital.add_32)
    assert parts["table of the proposals' densities, bits"] == pytest.approx(
        2 * 62_000 * 32 * digital.small_memory_bit
    )
    assert budget.total == pytest.approx(sum(parts.values()))
    assert duration(work, statistics.condition("own")) == pytest.approx((1000 * 63e-6, 455_000 * 1e-9))
    # of blocks, both pairs are read, each sample's score is fetched, changed twice, and written where it is accepted
    blocks = {
        item.name: item.energy
        for item in training(replace(work, blocks=31), pulses, statistics.condition("own"), digital).items
    }
    assert blocks["SET pulses"] == parts["SET pulses"]
    assert blocks["reads of a pair"] == pytest.approx(2 * parts["reads of a pair"])
    assert blocks["sums of the likelihood"] == pytest.approx(3 * 31 * parts["sums of the likelihood"])
    bits = blocks["scores of the samples, read and written, bits"]
    assert bits == pytest.approx(1.5 * 31 * parts["table of the likelihood, bits"])
    longer = duration(replace(work, blocks=31), statistics.condition("own"))
    assert longer == pytest.approx((1000 * 93e-6, 31 * 455_000 * 1e-9))
    by_processor, by_logic = programmed_rows(132, work, 20, 3e-3, pulses, digital)
    pulse = 132 * 62 * 240e-12
    assert by_processor.total == pytest.approx(pulse + 3e-3 * digital.cpu_power)
    sums = 20 * 2 * 455 * 31 * (digital.multiply_32 + digital.add_32)
    assert by_logic.total == pytest.approx(pulse + sums + 20 * 455 * 32 * digital.small_memory_bit)
    with pytest.raises(InputError, match="condition `other` has no `energy_read`"):
        training(work, pulses, statistics.condition("other"), digital)


def test_models_vote_and_doubt_is_where_models_disagree():
    model = Model(2)
    w = np.array([[[2.0, 0.0], [2.0, 0.0], [-2.0, 0.0], [2.0, 0.0]]])
    found = vote(model, w, np.array([[[1.0, 1.0], [0.0, 1.0]]]))
    p = 1 / (1 + np.exp(-2.0))
    assert found.probability[0] == pytest.approx([0.75 * p + 0.25 * (1 - p), 0.5])
    mean, each = found.probability[0, 0], scipy_entropy([p, 1 - p], base=2)
    assert found.disagreement[0] == pytest.approx([scipy_entropy([mean, 1 - mean], base=2) - each, 0])
    assert entropy(np.array([0.0, 1.0])).tolist() == [0, 0]


def test_a_network_computes_its_neurons_one_by_one():
    rng = np.random.default_rng(1)
    w, x = rng.standard_normal(2 * 4 + 1), rng.standard_normal((5, 3))
    by_hand = [
        sum(w[6 + k] * np.tanh(sum(w[3 * k + j] * one[j] for j in range(3))) for k in range(2)) + w[8]
        for one in x
    ]
    model = Model(3, 2)
    assert model.parameters == 9
    np.testing.assert_allclose(model.score(w, x), by_hand)
    y = np.array([0, 1, 1, 0, 1])
    said = 1 / (1 + np.exp(-np.array(by_hand)))
    assert log_likelihood(model, x[None], y[None], w[None])[0] == pytest.approx(-5 * log_loss(y, said))


def test_scores_and_their_interval():
    rng = np.random.default_rng(2)
    labels = rng.integers(0, 2, (6, 40))
    said = np.clip(0.5 + 0.3 * (labels - 0.5) + 0.3 * rng.standard_normal((6, 40)), 0.01, 0.99)
    found = score(said, labels, 0.25)
    right = ((said > 0.5) == labels).mean(axis=1)
    # Nadeau and Bengio (2003): s sqrt(1/6 + 0.25); Student's t with 5 degrees of freedom, 97.5 %: 2.570582
    reach = 2.570582 * right.std(ddof=1) * np.sqrt(1 / 6 + 0.25)
    assert found.interval == pytest.approx((right.mean() - reach, right.mean() + reach))
    assert found.log_loss == pytest.approx(log_loss(labels.ravel(), said.ravel()))
    assert sum(size for _, _, size in found.calibration) == 240
    one = np.zeros((1, 114))
    one[0, :2] = 1  # two of 114 are wrong; Clopper and Pearson's ends are quantiles of beta laws
    ends = beta.ppf(0.025, 112, 3), beta.ppf(0.975, 113, 2)
    assert score(one, np.zeros((1, 114), dtype=int), 0.25).interval == pytest.approx(ends)
    true = score(np.full((1, 100_000), 0.3), (rng.random((1, 100_000)) < 0.3).astype(int), 0)
    assert true.calibration_error == pytest.approx(0, abs=0.005)
    assert auroc(said[labels == 0], said[labels == 1]) == pytest.approx(
        roc_auc_score(labels.ravel(), said.ravel())
    )


def test_devices_take_a_trained_model_with_their_scatter(statistics):
    task, code = load_task("breast_cancer", 4, 0), coding(4.5e-5, 4.5e-4, 0.25)
    law = fresh_law(statistics.conductance_law)
    said, w, _ = logistic(task, 0.25)
    x, y = task.train_inputs[0], task.train_labels[0]
    slope = (y - 1 / (1 + np.exp(-x @ w[0]))) @ x - w[0] / 0.25**2
    assert np.abs(slope).max() < 0.05  # the gradient of the log posterior is zero at its maximum
    plain = score(said, task.test_labels, 0.25).mean
    assert plain > 0.95

    rows = programmed(law, code, copied(w, 12), 0)
    one, voted = (
        vote(Model(task.features), each, task.test_inputs).probability for each in (rows[:, :1], rows)
    )
    assert 0.9 < score(one, task.test_labels, 0.25).mean <= plain + 0.01
    assert np.abs(voted - said).mean() < 0.6 * np.abs(one - said).mean()  # rows err each in their own way
    np.testing.assert_array_equal(programmed(law, code, copied(w, 1), 0), rows[:, :1])
    assert rows.mean(axis=1) == pytest.approx(w, abs=4 * rows.std(axis=1).max() / np.sqrt(12))
    said, rates = gradient(task, law, code, 0)
    assert score(said, task.test_labels, 0.25).mean > 0.85
    # test samples have no say in the rate
    other = replace(task, test_inputs=-task.test_inputs, test_labels=1 - task.test_labels)
    np.testing.assert_array_equal(gradient(other, law, code, 0)[1], rates)


def test_laplace_draws_have_the_curvature_of_the_posterior():
    """Second differences of the log posterior at its maximum, along each axis of the sample's covariance."""
    task = load_task("breast_cancer", 2, 0)
    w = logistic(task, 1.0)[1]
    found = laplace(task, 1.0, w, 20_000, 3)
    np.testing.assert_allclose(found.mean(axis=1), w, atol=0.04)
    x, y = task.train_inputs[:1], task.train_labels[:1]
    values, axes = np.linalg.eigh(np.cov(found[0].T))

    def level(at):
        return log_likelihood(Model(task.features), x, y, at[None])[0] - (at**2).sum() / 2

    step = 1e-3
    curvature = [
        (2 * level(w[0]) - level(w[0] + step * a) - level(w[0] - step * a)) / step**2 for a in axes.T
    ]
    np.testing.assert_allclose(
        values * curvature, 1, atol=0.06
    )  # the largest deviation of 31 variances of 20,000
    np.testing.assert_array_equal(laplace(task, 1.0, w, 5, 3), found[:, :5])


def test_differences_are_paired_by_the_splits_that_both_learned():
    labels = np.ones((4, 10), dtype=int)
    one, other = (
        score(np.arange(10) / 10 < np.array(right)[:, None], labels[: len(right)], 0)
        for right in ([0.9, 0.9, 0.9, 0.2], [0.7, 0.8, 0.7])
    )
    found = difference(one, other, 0.25)
    apart = np.array([0.2, 0.1, 0.2])
    # Student's t with 2 degrees of freedom, 97.5 %: 4.302653; Nadeau and Bengio's variance
    reach = 4.302653 * apart.std(ddof=1) * np.sqrt(1 / 3 + 0.25)
    mean = apart.mean()
    assert (found.low, found.mean, found.high) == pytest.approx((mean - reach, mean, mean + reach))
    assert difference(one, score(np.ones((1, 10)), labels[:1], 0), 0.25) is None


def test_the_prior_is_the_one_that_training_samples_choose():
    """Five folds of scikit-learn's logistic regression, whose C is the variance of the prior."""
    task = load_task("breast_cancer", 3, 0)
    x, y = task.train_inputs[0], task.train_labels[0]
    grid = {"C": [4.0**k for k in range(-4, 3)]}
    search = GridSearchCV(
        LogisticRegression(fit_intercept=False, max_iter=2000), grid, scoring="neg_log_loss"
    )
    assert np.sqrt(search.fit(x, y).best_params_["C"]) == task.prior_std


def test_splits_are_standardized_and_keep_their_classes():
    task = load_task("breast_cancer", 3, 0)
    np.testing.assert_allclose(task.train_inputs[..., :-1].mean(axis=1), 0, atol=1e-6)
    assert (task.test_inputs[..., -1] == 1).all()
    # 357 of 569 are benign
    np.testing.assert_allclose(task.test_labels.mean(axis=1), 357 / 569, atol=0.01)
    strange = task.out_of_distribution(0)
    np.testing.assert_allclose(np.sort(strange, axis=1), np.sort(task.test_inputs, axis=1))
    with pytest.raises(InputError, match=r"unknown task `breast` \(did you mean `breast_cancer`"):
        load_task("breast", 3, 0)


@pytest.mark.slow
def test_nuts_samples_the_same_prior():
    pytest.importorskip("numpyro")
    code = coding(5e-5, 2.5e-4, 0.7)
    found = nuts(Model(2), code, np.zeros((2, 1, 2)), np.zeros((2, 1), dtype=int), 400, 1, 0)
    assert found.shape == (2, 1, 400, 2)
    # without data the prior is left: two normals cut at 2.5 have a standard deviation of 0.9546 (scipy.stats.truncnorm)
    assert found.std() == pytest.approx(0.7 * 0.9546, rel=0.08)


def _mcmc(*arguments):
    return RUN.invoke(app, ["network", "mcmc", *map(str, arguments), "--quiet"])


def _arguments(folder):
    return (
        folder / "statistics.json", "--splits", 3, "--steps", 30, "--arrays", 2, "--aged", 2, "--perceptrons", 1,
        "--nuts", 0, "--devices", 6200, "-o", folder / "out",
    )  # fmt: skip


def _draw_only(plot, _):
    """Put all that a picture shows on its figure, and leave it at that: to write it takes four times as long."""
    plot.draw(Figure())
    return EMPTY


def test_the_command_from_statistics_to_a_page(statistics, tmp_path, monkeypatch):
    save(statistics, tmp_path / "statistics.json")
    monkeypatch.setattr("spicekit.page.drawing.Plot._drawn", _draw_only)
    found = _mcmc(*_arguments(tmp_path), "-j", 1)
    assert found.exit_code == 0, found.output + str(found.exception)
    table = pd.read_csv(tmp_path / "out" / "table.csv").set_index("method")
    assert table.loc["array, exact ratio", "accuracy"] > 0.9
    assert table.loc["array, exact ratio", "splits"] == 3
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert summary["schema"] == "spicekit.mcmc_result/1"
    assert summary["array"]["rows"] == 100
    assert [a["ber_2t2r"][1] for a in summary["ageing"]] == [1e-9, 0.02]
    page = (tmp_path / "out" / "report.html").read_text().replace("\u00a0", " ")
    assert 'At 1e9 cycles the same devices as a 2T2R memory err at <span class="whole">2e-2</span>' in page
    fresh, aged = summary["ageing"]
    assert aged["exact"]["acceptance"] < fresh["exact"]["acceptance"]
    assert 0.5 < aged["out_of_distribution"]["exact"] <= 1
    assert "exact ratio less copies, points" in page


@pytest.mark.slow
def test_the_command_gives_the_same_with_two_workers(statistics, tmp_path):
    save(statistics, tmp_path / "statistics.json")
    tables = []
    for workers in (1, 2):
        assert _mcmc(*_arguments(tmp_path), "-j", workers).exit_code == 0
        tables.append((tmp_path / "out" / "table.csv").read_bytes())
    assert tables[0] == tables[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--task", "breast_cancr"], "did you mean `breast_cancer`"),
        (["--task", "mitbih"], "`mitbih` needs --path"),
        (["--task", "mitbih", "--path", "none.npz"], "none.npz: cannot be read: No such file or directory"),
        (["--task", "mitbih", "--path", __file__], "test_mcmc_study.py: is not a file of ECG records"),
        (["--path", "x.csv"], "`--path` is x.csv, but task `breast_cancer` comes with its data"),
        (["--task", "cartpole", "--path", "x.csv"], "`--path` is x.csv, but task `cartpole` comes with its"),
        (
            ["--low", "1 uA"],
            "`--low` is 1 uA, expected a compliance of the conductance law, 3e-05 to 0.0003 A",
        ),
        (["--low", "50"], "`--low`: got '50' without a unit"),
        (["--low", "200 uA", "--high", "100 uA"], "expected a compliance below `--high`"),
        (["--blocks", "32"], "`--blocks` is 32, more than the 31 parameters of the model"),
        (["--devices", "100"], "gives 1 rows of 62 devices, expected at least 4 rows: give 248 or more"),
        (["--prior", "0"], "`--prior` is 0, expected a standard deviation above zero"),
        (["--condition", "typicl"], "no condition `typicl`: there are other, own"),
    ],
)
def test_bad_input_is_one_line(statistics, tmp_path, arguments, said):
    save(statistics, tmp_path / "statistics.json")
    found = _mcmc(tmp_path / "statistics.json", *arguments, "-o", tmp_path / "out")
    assert said in str(found.exception)
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(find_spec("numpyro") is not None, reason="NumPyro is there")
def test_nuts_without_numpyro_is_refused_before_anything_learns(statistics, tmp_path):
    save(statistics, tmp_path / "statistics.json")
    found = _mcmc(tmp_path / "statistics.json", "--nuts", 2, "-o", tmp_path / "out")
    assert "`--nuts` is 2, which needs NumPyro: `pip install" in str(found.exception)
    assert not (tmp_path / "out").exists()


def test_statistics_without_a_law_are_refused(statistics, tmp_path):
    save(statistics.model_copy(update={"conductance_law": None}), tmp_path / "statistics.json")
    found = _mcmc(tmp_path / "statistics.json", "-o", tmp_path / "out")
    assert "the statistics have no `conductance_law`: run an experiment with" in str(found.exception)


def test_poles_fall_as_gymnasium_says():
    """Arrays' own start states, else Gymnasium's environment: one array alone sees what it sees beside others."""
    gymnasium = pytest.importorskip("gymnasium")
    from spicekit.network.mcmc.cartpole import _Poles

    def right(states):
        return np.ones(states.shape[:2], dtype=bool)

    found = _Poles((0, 4), 3, 1, "test")
    steps = found.balanced(right)
    np.testing.assert_array_equal(_Poles((4,), 3, 1, "test").balanced(right)[0], steps[1])
    np.testing.assert_array_equal(found.balanced(right), steps)  # the same states again
    single = gymnasium.make("CartPole-v1").unwrapped
    for k in range(6):
        single.reset(seed=0)
        single.state = found._states[:, k]
        count, fallen = 0, False
        while not fallen:
            _, _, fallen, _, _ = single.step(1)
            count += 1
        assert count == steps.ravel()[k]


def test_cartpole_as_a_command(statistics, tmp_path):
    pytest.importorskip("gymnasium")
    save(statistics, tmp_path / "statistics.json")
    arguments = "--task", "cartpole", "--splits", 3, "--steps", 12, "-o", tmp_path / "out"
    found = _mcmc(tmp_path / "statistics.json", *arguments)
    assert found.exit_code == 0, str(found.exception)
    assert len(pd.read_csv(tmp_path / "out" / "table.csv")) == 3
    assert "CartPole-v1 of Gymnasium" in (tmp_path / "out" / "report.html").read_text()
