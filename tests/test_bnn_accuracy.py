"""Accuracy over chips: intervals for other chips and samples, how errors are shared out, layers, thresholds."""

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from spicekit.cli.app import app
from spicekit.errors import InputError
from spicekit.network.bnn.accuracy import Accuracy
from spicekit.network.bnn.adapt import adapted, moments_of
from spicekit.network.bnn.bundled import find_network
from spicekit.network.bnn.by_layer import OfLayer, by_layer
from spicekit.network.bnn.chips import accuracy_over_chips
from spicekit.network.bnn.faults import Faults, program
from spicekit.network.bnn.fitting import inputs_to_adapt
from spicekit.network.bnn.page_accuracy import _dearest
from spicekit.network.bnn.rates import ErrorRates
from spicekit.network.bnn.sweep import shared, sweep_rates
from spicekit.network.bnn.trainings import LOSS_SCATTER, Trainings
from spicekit.network.bnn.verdict import _choice, _cost
from spicekit.network.data import load_data
from spicekit.network.data.own import own_data

RUN = CliRunner()


@pytest.fixture(scope="module")
def digits():
    return find_network("digits_dense"), load_data("digits")


def _drawn(rng, chips, samples):
    """Chips of different quality see samples of different difficulty; the true mean over both is 0.9."""
    chance = 0.9 + 0.03 * rng.standard_normal((chips, 1)) + np.where(rng.random(samples) < 0.5, 0.06, -0.06)
    right = rng.random((chips, samples)) < chance
    before = np.ones(samples, bool)
    return Accuracy(right.mean(axis=1), np.zeros(chips), right.mean(axis=0), before)


@pytest.mark.parametrize(("chips", "samples"), [(5, 60), (30, 200)])
def test_an_interval_holds_for_other_chips_and_other_samples(chips, samples):
    rng = np.random.default_rng(3)
    inside = [low <= 0.9 <= high for low, high in (_drawn(rng, chips, samples).interval for _ in range(400))]
    lost = [low <= 0.1 <= high for low, _, high in (_drawn(rng, chips, samples).loss for _ in range(400))]
    assert np.mean(inside) > 0.93
    assert np.mean(lost) > 0.93


@pytest.mark.parametrize("seeds", [2, 3, 5])
def test_an_interval_holds_for_other_trainings(seeds):
    """One of several trainings, each of other quality, and of other sensitivity to errors that cost a quarter."""
    rng, inside, without = np.random.default_rng(4), [], []
    for _ in range(400):
        trained = 0.9 + 0.03 * rng.standard_normal(seeds)
        known = Trainings(seeds, trained.mean(), trained.std(ddof=1))
        before = rng.random(2000) < min(trained[0], 1.0)
        stays = 1 - 0.25 * (1 + LOSS_SCATTER * rng.standard_normal())
        right = (before & (rng.random((20, 2000)) < stays)).astype(float)
        one = Accuracy(right.mean(axis=1), np.ones(20), right.mean(axis=0), before, trainings=known)
        truth, alone = 0.9 * 0.75, replace(one, trainings=None)
        inside.append(one.interval[0] <= truth <= one.interval[1])
        without.append(alone.interval[0] <= truth <= alone.interval[1])
        assert one.loss == alone.loss
    assert np.mean(inside) > 0.94
    assert np.mean(without) < 0.7


def test_no_interval_of_an_accuracy_has_no_width():
    # the same 95 % on every chip: Wilson 1927 for 19 of 20 gives 76.4 … 99.1 %
    right = np.arange(20) > 0
    same = Accuracy(np.full(3, 0.95), np.ones(3), right.astype(float), right)
    low, high = same.interval
    assert (low, high) == (pytest.approx(0.764, abs=0.03), pytest.approx(0.991, abs=0.003))
    # none of 20 samples changed: of others up to z² / (n + z²) may
    most = 1.96**2 / (20 + 1.96**2)
    assert same.loss == pytest.approx((-most, 0, most), abs=1e-4)
    assert same.interval_of_chips == pytest.approx((0.95 - most, 1.0), abs=1e-4)
    # but not where no weight is wrong: then it is the network itself
    assert replace(same, flipped=np.zeros(3)).loss == pytest.approx((0, 0, 0), abs=1e-12)
    # all right: Wilson's end is n / (n + z²)
    perfect = Accuracy(np.ones(3), np.zeros(3), np.ones(20), np.ones(20, bool))
    assert perfect.interval == (pytest.approx(20 / (20 + 1.96**2), rel=1e-3), pytest.approx(1.0))


def test_errors_on_one_value_alone_have_the_same_mean_and_cost_more(digits):
    network, data = digits
    assert shared(0.01, "plus") == ErrorRates(0.02, 0.0)
    assert shared(0.3, "minus") is None  # more than a coin
    sweep = sweep_rates(network, data.test_inputs, data.test_labels, 4, rates=(0.04, 0.3))
    both, plus, minus = sweep.found[0], sweep.plus[0], sweep.minus[0]
    for one in (plus, minus):  # as many wrong weights: half of 116,000 at twice the rate
        assert one.flipped.mean() == pytest.approx(both.flipped.mean(), rel=0.03)
    assert max(plus.mean, minus.mean) < both.mean - 0.02
    assert sweep.worst(0).mean == min(plus.mean, minus.mean)
    assert sweep.plus[1] is None
    chip = program(network, Faults(ErrorRates(0.02, 0.0)), 0, 0)
    for (_, old), (_, new) in zip(network.weighted, chip.network.weighted, strict=True):
        assert not (new.weights.unpack() & ~old.weights.unpack()).any()  # no -1 became +1


@pytest.mark.usefixtures("undrawn")
def test_single_reads_that_err_are_in_the_sweep_the_table_and_the_summary(digits, tmp_path):
    network, data = digits
    inputs, labels = data.test_inputs[:100], data.test_labels[:100]
    plain, noisy = (
        sweep_rates(network, inputs, labels, 2, rates=(1e-6,), sides=("both",), transient=t)
        for t in (0.0, 0.3)
    )
    assert noisy.found[0].mean < plain.found[0].mean - 0.1
    assert noisy.without_errors == plain.without_errors
    statistics = tmp_path / "s.json"
    condition = {
        "name": "own",
        "set_compliance": 2e-4,
        "reset_voltage": 2.0,
        "pulse_width": 1e-6,
        "ber_2t2r": 1e-6,
    }
    statistics.write_text(json.dumps({"schema": "spicekit.statistics/1", "conditions": [condition]}))
    options = ["--chips", "2", "--samples", "60", "--ber", "1e-6", "--transient", "0.3", "--quiet", "-j", "1"]
    found = RUN.invoke(app, ["network", "bnn", str(statistics), *options, "-o", str(tmp_path / "out")])
    assert found.exit_code == 0, found.output
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    table = pd.read_csv(tmp_path / "out" / "table.csv")
    assert summary["transient"] == 0.3
    assert (table["transient"] == 0.3).all()
    assert summary["sweep"][0]["mean"] < summary["accuracy_without_errors"] - 0.1
    assert (table["chips"] == 2).all()
    assert (table["accuracy_high"] - table["accuracy_low"] > 0.05).all()  # 60 samples, whatever the chips


def test_an_accuracy_of_none_or_all_can_be_drawn():
    """Rounding put the end of an interval a hair before its mean, which is no length of a bar."""
    for share in (0.0, 1.0):
        for samples in range(20, 400, 7):
            of = Accuracy(
                np.full(3, share), np.ones(3), np.full(samples, share), np.full(samples, bool(share))
            )
            low, high = of.interval
            assert low <= of.mean <= high


def test_the_dearest_layer_is_told_for_each_rate_and_only_where_it_loses():
    def lost(layer, share, side="both"):
        wrong = np.arange(1000) < 1000 * share
        right, chips = 1.0 - wrong, np.full(3, 1 - share)
        return OfLayer(
            layer, "dense", 100, 0.1, side, Accuracy(chips, np.full(3, 10.0), right, np.ones(1000, bool))
        )

    found = [lost(1, 0.1), lost(2, 0.2), lost(1, 0.3, "plus"), lost(2, 0.2, "plus"), lost(1, 0, "minus")]
    assert _dearest(found) == (
        "Dearest for each wrong weight, where its loss is shown: layer 1 at 1e-1 all on +1; layer 2 at 1e-1 equally on "
        "both values."
    )
    assert _dearest([lost(1, 0)]) == "In no layer a loss is shown."


@pytest.mark.parametrize("doubts", [("", "clipped"), ("not converged", "")])  # either may last longer
def test_what_is_not_shown_to_cost_less_does_not_decide_alone(doubts):
    two = [
        SimpleNamespace(programming_energy=energy, condition=SimpleNamespace(
            name=name, endurance=SimpleNamespace(cycles=cycles, doubt=doubt)))
        for name, energy, cycles, doubt in (("a", 1e-12, 1e5, doubts[0]), ("b", 2e-12, 1e6, doubts[1]))
    ]  # fmt: skip
    chosen = (
        "other things decide: a takes least energy to program (1 pJ a weight), b lasts longest (in doubt)."
    )
    assert _choice(two, harmless=True) == f"Between a and b {chosen}"
    open_ = "if they cost it nothing, which is not ruled out,"
    assert _choice(two, harmless=False) == f"Between a and b, {open_} {chosen}"


def test_errors_in_one_layer_stay_there(digits):
    network, data = digits
    found = by_layer(network, data.test_inputs, data.test_labels, (0.1,), 2)
    assert [one.layer for one in found] == [1, 1, 1, 2, 2, 2, 3, 3, 3]
    for one in found:
        assert one.accuracy.flipped.mean() == pytest.approx(0.1 * one.weights, rel=0.15)
    for place, _ in network.weighted:
        chip = program(network, Faults(ErrorRates(0.1, 0.1), layers=(place,)), 0, 0)
        every = program(network, Faults(ErrorRates(0.1, 0.1)), 0, 0)
        for (at, one), (_, other), (_, right) in zip(
            chip.network.weighted, every.network.weighted, network.weighted, strict=True
        ):
            assert (one.weights.words == (other if at == place else right).weights.words).all()


def test_thresholds_set_again_take_back_what_one_sided_errors_cost(digits):
    network, data = digits
    inputs = inputs_to_adapt(network, data, 500, seed=0)
    faults = Faults(shared(0.06, "plus"))
    plain, again = (
        accuracy_over_chips(network, data.test_inputs, data.test_labels, faults, 4, adapt=adapt)
        for adapt in (None, inputs)
    )
    assert (plain.flipped == again.flipped).all()
    assert again.mean > plain.mean + 0.1
    none = accuracy_over_chips(
        network, data.test_inputs, data.test_labels, Faults(ErrorRates(0, 0)), 2, adapt=inputs
    )
    assert none.mean == none.without_errors


def test_thresholds_are_those_of_batch_norm_computed_anew(digits):
    """Level by level, in plain floats: (level - mean) / deviation of the sums is what it was without errors."""
    network, data = digits
    inputs = data.train_inputs[:400]
    bits = network.encoded(inputs)
    chip = program(network, Faults(ErrorRates(0.1, 0.0)), 0, 0).network
    found = adapted(chip, bits, moments_of(network, bits))
    signs = [2.0 * layer.weights.unpack() - 1 for net in (network, chip) for _, layer in net.weighted]
    x, y = (2.0 * bits.unpack() - 1 for _ in range(2))
    for place, (old, new) in enumerate(zip(network.weighted, found.weighted, strict=True)):
        a, b = x @ signs[place].T, y @ signs[place + 3].T
        if place == 2:
            scores = [(s - s.mean(0)) / s.std(0) for s in (old[1].scores(a), new[1].scores(b))]
            for one, other, of, at in zip(
                *scores, (a - a.mean(0)) / a.std(0), (b - b.mean(0)) / b.std(0), strict=True
            ):
                assert one * np.sign(old[1].scale) == pytest.approx(of)
                assert other * np.sign(new[1].scale) == pytest.approx(at)
            assert new[1].scores(b).mean(0) == pytest.approx(old[1].scores(a).mean(0))
            assert new[1].scores(b).std(0) == pytest.approx(old[1].scores(a).std(0))
            break
        spread = (a.std(0) > 0) & (b.std(0) > 0)
        before = ((old[1].threshold.level - a.mean(0)) / a.std(0))[spread]
        assert ((new[1].threshold.level - b.mean(0)) / b.std(0))[spread] == pytest.approx(before)
        assert (new[1].threshold.inverted == old[1].threshold.inverted).all()
        x, y = (2.0 * layer[1].threshold(s) - 1 for layer, s in ((old, a), (new, b)))


def test_inputs_to_set_thresholds_again_are_training_samples(digits, tmp_path):
    network, data = digits
    chosen = inputs_to_adapt(network, data, 200, seed=4)
    train = {sample.tobytes() for sample in data.train_inputs}
    assert all(sample.tobytes() in train for sample in chosen)
    assert (chosen == inputs_to_adapt(network, data, 200, seed=4)).all()
    np.savez(tmp_path / "mine.npz", x_test=data.test_inputs, y_test=data.test_labels)
    with pytest.raises(InputError, match=r"have 0 training samples.*add `x_train` to the file"):
        inputs_to_adapt(network, own_data(tmp_path / "mine.npz"), 200, seed=4)
    np.savez(
        tmp_path / "all.npz",
        x_test=data.test_inputs,
        y_test=data.test_labels,
        x_train=data.train_inputs[:300],
    )
    assert len(inputs_to_adapt(network, own_data(tmp_path / "all.npz"), 200, seed=4)) == 200
    np.savez(tmp_path / "bad.npz", x_test=data.test_inputs, y_test=data.test_labels, x_train=np.zeros((5, 3)))
    with pytest.raises(InputError, match="`x_train` has shape"):
        own_data(tmp_path / "bad.npz")


@pytest.mark.parametrize(
    ("of_chips", "said"),
    [
        ([0.80, 0.80, 0.80], "costs it 20 points (12 … 28; bit error rate 1e-2)."),
        (
            [1.0, 0.96, 0.98],
            "not told by 3 chips and 100 samples: 2 points (−3.7 … 7.7; bit error rate 1e-2).",
        ),
    ],
)
def test_a_loss_that_may_be_none_is_said_to_be_open(of_chips, said):
    wrong = round(100 * (1 - np.mean(of_chips)))
    right = np.r_[np.zeros(wrong), np.ones(100 - wrong)]
    accuracy = Accuracy(np.array(of_chips), np.zeros(3), right, np.ones(100, bool))
    rates = SimpleNamespace(mean=0.01)
    cells = SimpleNamespace(accuracy={"best": accuracy}, rates={"best": rates})
    assert _cost("weak", cells).endswith(said)
