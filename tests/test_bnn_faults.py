"""Weights that stand wrong or are misread: how many, where, and the same on the same chip."""

import re
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import binomtest, multivariate_normal, norm

from spicekit.errors import InputError
from spicekit.network.bnn import Bits, Dense, Encode, Network, Scores
from spicekit.network.bnn.bits import sums
from spicekit.network.bnn.bundled import find_network
from spicekit.network.bnn.chips import accuracy_over_chips
from spicekit.network.bnn.conditions import Task, chips_of, evaluate_condition
from spicekit.network.bnn.faults import Faults, erring, program
from spicekit.network.bnn.layers import Threshold
from spicekit.network.bnn.rates import ErrorRates, amplifier_share, rates_of
from spicekit.network.bnn.reprogram import reprogram
from spicekit.network.bnn.sweep import sweep_rates
from spicekit.network.bnn.tiling import tile
from spicekit.statistics import Condition, Distribution, Probability, RareEstimate, SenseOffset
from spicekit.statistics.codes import CODES

INPUTS, HIDDEN = 100, 70


@pytest.fixture(scope="module")
def network():
    """100 inputs, 70 neurons, 3 classes; a tenth of the weights are +1."""
    rng = np.random.default_rng(5)
    dense = Dense(
        Bits.pack(rng.random((HIDDEN, INPUTS)) < 0.1), Threshold(np.zeros(HIDDEN), np.zeros(HIDDEN, bool))
    )
    scores = Scores(Bits.pack(rng.random((3, HIDDEN)) < 0.1), np.ones(3), np.zeros(3))
    return Network("made up", (INPUTS,), (Encode(np.array([0.5])), dense, scores))


def _flips(network, faults, chips):
    """(+1 that became -1, -1 that became +1, cells of each) over all chips."""
    found = np.zeros((2, 2), int)
    for number in range(chips):
        chip = program(network, faults, 3, number)
        for (_, before), (_, after) in zip(network.weighted, chip.network.weighted, strict=True):
            old, new = before.weights.unpack(), after.weights.unpack()
            found += [[(old & ~new).sum(), (~old & new).sum()], [old.sum(), (~old).sum()]]
    return found


@pytest.mark.parametrize("share", [0.0, 0.7])
def test_each_value_errs_at_its_own_rate(network, share):
    rates = (0.04, 0.01)
    faults = Faults(ErrorRates(*rates, amplifier_share=share))
    flips, cells = _flips(network, faults, 60)
    if share:  # cells behind one amplifier err together: compare with the scatter of whole chips
        for seen, of, rate in zip(flips, cells, rates, strict=True):
            assert seen / of == pytest.approx(rate, rel=0.1)
    else:
        for seen, of, rate in zip(flips, cells, rates, strict=True):
            assert binomtest(int(seen), int(of), rate).pvalue > 1e-3


def test_errors_gather_behind_bad_amplifiers(network):
    tiled = tile(network)[0]
    columns = np.arange(INPUTS)
    assert (tiled.amplifiers()[0] == columns).all()
    assert (tiled.amplifiers()[31] == columns).all()  # rows of one block share their amplifiers
    assert (tiled.amplifiers()[32] == INPUTS + columns).all()
    wrong = np.zeros((HIDDEN, INPUTS), int)
    for number in range(40):
        chip = program(network, Faults(ErrorRates(0.02, 0.02, 0.9)), 1, number)
        wrong = chip.network.weighted[0][1].weights.unpack() ^ network.weighted[0][1].weights.unpack()
        if number == 0:
            per_amplifier = []
        per_amplifier += list(np.bincount(tiled.amplifiers()[:64].ravel(), wrong[:64].ravel()))
    # independent errors would give a variance near the mean (binomial)
    assert np.var(per_amplifier) > 2 * np.mean(per_amplifier)


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_the_mean_over_amplifiers_is_the_rate_itself(share):
    rates = ErrorRates(1e-3, 0.2, share)
    for place, rate in enumerate((1e-3, 0.2)):
        mean, _ = quad(lambda z, i=place: rates.behind(np.array(z))[i] * norm.pdf(z), -12, 12, epsabs=1e-12)
        assert mean == pytest.approx(rate, rel=1e-6)


@pytest.mark.parametrize("code", [CODES[1], CODES[2]], ids=lambda code: code.name)
def test_behind_a_code_each_value_errs_as_words_are_decoded(network, code):
    """Other words than the network's: random data, own draws, the same parity checks, every word by itself."""
    rates, chips = (0.02, 0.06), 150
    flips, cells = _flips(network, Faults(ErrorRates(*rates), code=code), chips)
    rng, words = np.random.default_rng(9), 20_000
    data = rng.random((words, code.data)) < 0.1 + 0.003  # a tenth of the weights are +1
    stored = np.concatenate([data, code.parity.check_bits(data)], axis=1)
    wrong = rng.random(stored.shape) < np.where(stored, *rates)
    lookup = {column: place for place, column in enumerate(code.parity.columns)}
    for row in wrong:
        syndrome = 0
        for place in np.flatnonzero(row):
            syndrome ^= code.parity.columns[place]
        if syndrome in lookup:
            row[lookup[syndrome]] ^= True
    left = wrong[:, : code.data]
    for seen, of, value in zip(flips, cells, (True, False), strict=True):
        expected = left[data == value]
        scatter = np.sqrt(expected.mean() * (1 / expected.size + 1 / of))
        assert seen / of == pytest.approx(
            expected.mean(), abs=3 * 2 * scatter
        )  # errors of a word come together
    assert flips[1] / cells[1] != pytest.approx(flips[0] / cells[0], rel=0.2)  # the asymmetry stays


def test_behind_a_code_the_same_cells_err_first_and_amplifiers_are_refused(network):
    plain, behind = (
        program(network, Faults(ErrorRates(0.003, 0.003), code=c), 3, 0) for c in (None, CODES[3])
    )
    assert plain.flipped > behind.flipped
    again = program(network, Faults(ErrorRates(0.003, 0.003), code=CODES[3]), 3, 0)
    assert again.flipped == behind.flipped
    with pytest.raises(InputError, match="expected `amplifier_share` 0"):
        Faults(ErrorRates(0.01, 0.01, 0.5), code=CODES[0])


def test_a_chip_is_the_same_again_and_chips_differ(network):
    faults = Faults(ErrorRates(0.05, 0.05))
    first, again, other = (program(network, faults, 3, n) for n in (7, 7, 8))
    words = [chip.network.weighted[0][1].weights.words for chip in (first, again, other)]
    assert (words[0] == words[1]).all()
    assert (words[0] != words[2]).any()


def test_a_higher_rate_keeps_the_errors_of_the_lower(network):
    few, many = (program(network, Faults(ErrorRates(rate, rate)), 3, 0) for rate in (0.01, 0.05))
    right = network.weighted[0][1].weights.unpack()
    wrong_few, wrong_many = (chip.network.weighted[0][1].weights.unpack() ^ right for chip in (few, many))
    assert wrong_few.any()
    assert not (wrong_few & ~wrong_many).any()


def test_misread_sums_follow_the_binomial_law(network):
    rate, layer = 0.03, network.weighted[0][1]
    chip = program(network, Faults(ErrorRates(0, 0), transient=rate), 2, 0)
    inputs = Bits.pack(np.random.default_rng(1).random((1, INPUTS)) < 0.5)
    right = sums(inputs, layer.weights)
    found = np.array([chip.sums(1, inputs, layer.weights) for _ in range(4000)])
    # every product of +1 or -1 changes sign with the rate: mean (1 - 2 rate), variance 4 rate (1 - rate) for each
    assert found.mean(axis=0) == pytest.approx(
        (1 - 2 * rate) * right, abs=5 * np.sqrt(4 * rate * INPUTS / 4000)
    )
    assert found.var(axis=0).mean() == pytest.approx(4 * rate * (1 - rate) * INPUTS, rel=0.02)


def test_a_chip_is_judged_as_its_network_alone_is(network):
    inputs = np.random.default_rng(4).random((200, INPUTS))
    labels = network.classes(inputs)
    faults = Faults(ErrorRates(0.05, 0.02, 0.5))
    found = accuracy_over_chips(network, inputs, labels, faults, 3, seed=3)
    alone = [program(network, faults, 3, n).network.accuracy(inputs, labels) for n in range(3)]
    assert found.of_chips.tolist() == alone
    assert min(alone) < 1


def test_workers_and_order_change_nothing(network):
    inputs = np.random.default_rng(4).random((200, INPUTS))
    labels = network.classes(inputs)
    faults = Faults(ErrorRates(0.05, 0.02, 0.5), transient=0.01)
    alone = accuracy_over_chips(network, inputs, labels, faults, 4)
    both = accuracy_over_chips(network, inputs, labels, faults, 4, workers=2)
    some = accuracy_over_chips(network, inputs, labels, faults, [3, 1])
    assert (alone.of_chips == both.of_chips).all()
    assert (some.of_chips == alone.of_chips[[3, 1]]).all()
    low, high = alone.interval
    assert low < alone.mean < high


def test_a_sweep_finds_where_accuracy_is_lost(network):
    inputs = np.random.default_rng(4).random((500, INPUTS))
    sweep = sweep_rates(network, inputs, network.classes(inputs), 8, rates=(1e-5, 1e-3, 1e-2, 0.1))
    assert sweep.without_errors == 1.0
    low, best, high = sweep.rate_at(0.01)
    assert low <= best <= high
    at = np.interp(np.log(best), np.log(sweep.rates), [a.mean for a in sweep.found])
    assert at == pytest.approx(0.99)
    assert sweep.rate_at(0.9) == (None, None, None)


def _rate(low, best, high, errors):
    return Probability(
        low=low, best=best, high=high, confidence=0.95, samples=1000, errors=errors, discards=0, method=""
    )


def _condition(**given):
    return Condition(name="own", set_compliance=2e-4, reset_voltage=2.0, pulse_width=1e-6, **given)


def test_rates_come_from_what_is_surest():
    counted = _condition(ber_2t2r=_rate(1e-3, 2e-3, 4e-3, 2))
    assert rates_of(counted).plus == rates_of(counted).minus == 2e-3
    assert not rates_of(counted).bound
    none_seen = rates_of(_condition(ber_2t2r=_rate(0, None, 3e-3, 0)))
    assert none_seen.plus == 3e-3
    assert none_seen.bound
    assert "upper end" in none_seen.source
    estimates = [
        RareEstimate(
            cell="2t2r", stored=stored, rate=_rate(best / 2, best, 2 * best, 50), outcome=outcome, reason="", runs=900,
            discards=0,
        )
        for stored, best, outcome in ((1, 1e-6, "agreed"), (-1, 3e-6, "agreed"))
    ]  # fmt: skip
    few = {"ber_2t2r": _rate(0, None, 3e-3, 0), "ber_2t2r_estimated": _rate(1e-6, 2e-6, 4e-6, 100)}
    estimated = rates_of(_condition(**few, estimates=tuple(estimates)))
    assert (estimated.plus, estimated.minus) == (1e-6, 3e-6)
    doubtful = (estimates[0], estimates[1].model_copy(update={"outcome": "disagreed"}))
    assert rates_of(_condition(**few, estimates=doubtful)).plus == 3e-3
    excluded = few | {"ber_2t2r": _rate(1e-3, 2e-3, 4e-3, 2)}  # the count saw a thousand times as many errors
    assert rates_of(_condition(**excluded, estimates=tuple(estimates))).plus == 2e-3
    with pytest.raises(InputError, match="condition `own` has no `ber_2t2r`"):
        rates_of(_condition())


def test_the_amplifier_has_its_share_of_the_spread():
    law = {"median": 1e4, "quantiles": {}}
    condition = _condition(
        lrs=Distribution(sigma_ln=0.3, **law),
        hrs=Distribution(sigma_ln=0.0, **law),
        sense_offset=SenseOffset(sigma_ln=0.4, standard_error=0.01, samples=600),
    )
    assert amplifier_share(condition) == pytest.approx(0.8)  # 3, 4, 5
    assert amplifier_share(_condition()) == 0


@pytest.mark.parametrize("rates", [{"plus": 0.6, "minus": 0}, {"plus": -0.1, "minus": 0}])
def test_a_rate_that_is_none_is_refused(rates):
    with pytest.raises(InputError, match=r"expected 0 \.\.\. 0\.5"):
        ErrorRates(**rates)


def test_tiles_of_a_layer(network):
    dense, scores = tile(network)
    assert (dense.blocks, dense.reads, dense.partial_sums) == (
        3 * 4,
        7000,
        70 * 3,
    )  # 70 rows, 100 columns of 32
    assert dense.utilisation == pytest.approx(7000 / (12 * 1024))
    assert dense.sum_width == 7  # 0 ... 100
    assert (scores.blocks, scores.reads) == (3, 210)


def test_conditions_with_the_same_rates_are_simulated_once_and_alike(network):
    inputs = np.random.default_rng(4).random((100, INPUTS))
    task = Task(network, inputs, network.classes(inputs), chips=3)
    condition = _condition(ber_2t2r=_rate(0.01, 0.02, 0.04, 20), ber_1t1r=_rate(0.02, 0.03, 0.05, 30))
    known = {}
    first, second, alone = (
        evaluate_condition(task, condition, known=known),
        evaluate_condition(task, condition, known=known),
        evaluate_condition(task, condition),
    )
    assert second.cells.accuracy["best"] is first.cells.accuracy["best"]
    for one, other in zip((first.cells, *first.others), (alone.cells, *alone.others), strict=True):
        for end in ("low", "best", "high"):
            assert (one.accuracy[end].of_chips == other.accuracy[end].of_chips).all()
    assert first.cells.accuracy["high"].mean < first.cells.accuracy["low"].mean


STAYS = ErrorRates(0.05, 0.05, amplifier_share=0.3, correlation=0.6)


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_the_mean_over_pairs_that_differ_is_the_rate_itself(share):
    rates, at = ErrorRates(1e-3, 0.2, share, correlation=0.6), np.linspace(-9, 9, 361)
    weights = norm.pdf(at) / norm.pdf(at).sum()
    for found, rate in zip(rates.behind(at[:, None], at), (1e-3, 0.2), strict=True):
        assert weights @ found @ weights == pytest.approx(rate, rel=1e-6)
    # what is kept, amplifier included, makes two programmings both wrong as often as the bivariate normal law says
    twice = multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]]).cdf([norm.ppf(0.2)] * 2)
    assert weights @ rates.behind(at[:, None], at)[1] ** 2 @ weights == pytest.approx(twice, rel=1e-4)


def test_programmed_again_a_chip_repeats_what_its_pairs_repeat(network):
    inputs = np.random.default_rng(4).random((50, INPUTS))
    found, alike = (
        reprogram(network, inputs, network.classes(inputs), Faults(rates), 30, 3, seed=2)
        for rates in (STAYS, STAYS.independent)
    )
    # P(wrong in both) over P(wrong), both of the bivariate normal law; the weights are 30 x 3 x 7,210
    at = norm.ppf(0.05)
    again = multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]]).cdf([at, at]) / 0.05
    assert found.wrong_again == pytest.approx(again, rel=0.05)
    assert alike.wrong_again == pytest.approx(0.05, rel=0.1)
    cells = sum(np.prod(layer.weights.shape) for _, layer in network.weighted)
    for one in (found, alike):
        assert one.wrong.mean() / cells == pytest.approx(0.05, rel=0.05)


def test_the_first_programming_is_the_chip_that_is_known_and_workers_change_nothing(network):
    inputs = np.random.default_rng(4).random((50, INPUTS))
    labels = network.classes(inputs)
    once = accuracy_over_chips(network, inputs, labels, Faults(STAYS), 4)
    found = reprogram(network, inputs, labels, Faults(STAYS), 4, 2)
    assert (found.accuracies[:, 0] == once.of_chips).all()
    assert (found.wrong[:, 0] == once.flipped).all()
    assert (
        reprogram(network, inputs, labels, Faults(STAYS), 4, 2, workers=2).accuracies == found.accuracies
    ).all()


def test_without_a_correlation_chips_are_what_they_were(network):
    plain, none = (
        program(network, Faults(ErrorRates(0.02, 0.03, 0.5, *more)), 1, 7) for more in ((), (0.25,))
    )  # as much as the amplifier makes: nothing is left for the pairs themselves
    for (_, one), (_, other) in zip(plain.network.weighted, none.network.weighted, strict=True):
        assert (one.weights.words == other.weights.words).all()


def test_pairs_that_keep_everything_repeat_every_error(network):
    inputs = np.random.default_rng(4).random((10, INPUTS))
    found = reprogram(
        network, inputs, network.classes(inputs), Faults(ErrorRates(0.1, 0.1, correlation=1.0)), 3, 3
    )
    assert found.wrong_again == 1.0
    assert (found.wrong == found.wrong[:, :1]).all()
    assert found.between_programmings == 0.0


def test_a_condition_sets_gathered_errors_beside_independent_ones(network):
    inputs = np.random.default_rng(4).random((100, INPUTS))
    task = Task(network, inputs, network.classes(inputs), chips=4)
    plain = _condition(ber_2t2r=_rate(0.01, 0.02, 0.04, 20))
    assert evaluate_condition(task, plain).gathered is None
    stays = Condition.model_validate({**plain.model_dump(), "error_correlation_2t2r": 0.5})
    done = []
    found = evaluate_condition(task, stays, done.append)
    assert done[-1] == chips_of(stays, 4) == 4 * 5
    assert found.gathered.correlation == 0.5
    assert (found.gathered.gathered.accuracies[:, 0] == found.cells.accuracy["best"].of_chips).all()
    low, mean, high = found.gathered.difference
    assert low <= mean <= high
    none = Condition.model_validate(
        {**_condition(ber_2t2r=_rate(0, None, 0.04, 0)).model_dump(), "error_correlation_2t2r": 0.5}
    )
    assert evaluate_condition(task, none).gathered is None  # of a bound nothing is compared


@pytest.mark.parametrize("rates", [ErrorRates(0.3, 0.2), ErrorRates(0.1, 0.3, 0.6, correlation=0.8)])
def test_no_cell_errs_for_both_values(network, rates):
    """Two devices are compared: with one too high for either value, the other order of the two comes out right."""
    tiled = tile(network)[0]
    plus, minus = next(erring(rates, tiled, 3, ("made up", 0), "layer 1"))
    assert not (plus & minus).any()
    again = next(erring(rates, tiled, 3, ("made up", 0), "layer 1", programming=1))
    both = (plus & again[0]).mean(), (plus & again[1]).mean()
    if rates.correlation:  # a pair that leans to -1 does so again
        assert both[0] > rates.plus**2 * 1.5
        assert both[1] < rates.plus * rates.minus / 1.5


def test_a_call_takes_no_more_memory_than_the_docs_say():
    docs = (Path(__file__).parent.parent / "docs" / "networks.md").read_text(encoding="utf-8")
    most = float(re.search(r"at most (\d+) MB in one call, without the data", docs)[1]) * 1e6
    random, network = np.random.default_rng(1), find_network("mnist_dense")
    inputs, labels = random.random((10_000, 28, 28, 1), np.float32), random.integers(0, 10, 10_000)
    tracemalloc.start()
    try:
        accuracy_over_chips(network, inputs, labels, Faults(ErrorRates(0.01, 0.01)), 2)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert 1e7 < peak < most
