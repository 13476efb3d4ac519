"""The Bayesian machine: registers, streams, sums and errors against closed forms, enumeration and scikit-learn."""

import itertools
from math import comb

import numpy as np
import pytest
from scipy.stats import binom, multivariate_normal, norm
from sklearn.naive_bayes import CategoricalNB

from spicekit.errors import InputError
from spicekit.network.bayes.logarithmic import add_up, posterior_of
from spicekit.network.bayes.memory import chip_of
from spicekit.network.bayes.random_numbers import Source
from spicekit.network.bayes.stochastic import (
    chance_of_decisions,
    count_ones,
    products,
    shares_of,
    stop_at,
)
from spicekit.network.bayes.tables import SCALINGS, Tables, learn_tables, log_posterior, scaled
from spicekit.network.bayes.words import Words, linear_words, logarithmic_words
from spicekit.network.bnn.rates import ErrorRates
from spicekit.sampling.registers import TAPS, register_states

IDEAL = Source("ideal", "own")


def _tables(features=4, bins=5, classes=3, seed=0):
    rng = np.random.default_rng(seed)
    found = rng.dirichlet(np.full(bins, 0.8), (features, classes)).transpose(0, 2, 1)
    return Tables(
        found, np.array([0.5, 0.3, 0.2][:classes]), np.tile(np.arange(bins - 1) + 0.5, (features, 1))
    )


def _observed(samples, features=4, bins=5, seed=1):
    return np.random.default_rng(seed).integers(0, bins, (samples, features))


def test_tables_are_those_of_scikit_learn():
    rng = np.random.default_rng(2)
    x, y = rng.integers(0, 5, (300, 4)), rng.integers(0, 3, 300)
    x[y == 1] = (x[y == 1] + 2) // 2
    learned = learn_tables(x.astype(float), y, 3, 5)
    # the bins that quantiles make of whole numbers, as numbers of their own
    observed = learned.observe(x.astype(float))
    reference = CategoricalNB(alpha=1, min_categories=5).fit(observed, y)
    assert log_posterior(learned, observed) == pytest.approx(reference.predict_log_proba(observed))


@pytest.mark.parametrize("scaling", SCALINGS)
def test_scaling_changes_no_posterior(scaling):
    tables, observed = _tables(), _observed(50)
    found = scaled(tables, scaling)
    assert found.max() == 1
    product = np.prod([found[f][observed[:, f]] for f in range(4)], axis=0)
    exact = np.exp(log_posterior(tables, observed))
    assert product / product.sum(axis=1, keepdims=True) == pytest.approx(exact)


@pytest.mark.parametrize("length", [n for n in TAPS if n <= 14])
def test_registers_run_through_all_states_but_zero(length):
    assert np.array_equal(np.sort(register_states(length)), np.arange(1, 1 << length))


@pytest.mark.parametrize(("register", "bits"), [(8, 8), (10, 6), (5, 1)])
def test_a_word_stands_for_the_share_of_states_that_do_not_exceed_it(register, bits):
    source, words = Source("lfsr", "classes", register), np.arange(1 << bits)
    seen = register_states(register) % (1 << bits)
    assert source.share(words, bits) == pytest.approx([(seen <= w).mean() for w in words])
    assert Source("ideal").share(words, bits) == pytest.approx((words + 1) / 2**bits)


def test_one_register_for_all_features_multiplies_nothing():
    """AND of comparisons with one number is that with the smallest word; one word alone is counted to the unit."""
    words = Words(np.random.default_rng(3).integers(0, 256, (3, 4, 2)), 8)
    observed = _observed(9, 3, 4)
    counts = count_ones(words, observed, 255, Source("lfsr", "all", 8), np.random.default_rng(0))
    smallest = np.min([words.values[f][observed[:, f]] for f in range(3)], axis=0)
    assert np.array_equal(counts[..., -1], smallest)
    single = count_ones(
        Words(words.values[:1], 8), observed[:, :1], 255, Source("lfsr", "own", 8), np.random.default_rng(1)
    )
    assert np.array_equal(single[..., -1], words.values[0][observed[:, 0]])


def test_counters_converge_to_the_exact_posterior():
    """A counter is binomial: its mean is the product of what the words stand for, its spread sqrt(p (1 - p)/n)."""
    tables, observed = _tables(), _observed(40)
    words = linear_words(scaled(tables, "observation"), 12)
    chances = products(words, observed, IDEAL)
    exact = np.exp(log_posterior(tables, observed))
    far = []
    for cycles in (64, 4096):
        counts = count_ones(words, observed, cycles, IDEAL, np.random.default_rng(4))[..., -1]
        z = (counts - cycles * chances) / np.sqrt(cycles * chances * (1 - chances) + 1e-12)
        assert np.abs(z).max() < 5
        assert z[chances > 5 / cycles].std() == pytest.approx(1, abs=0.25)
        far.append(np.abs(shares_of(counts) - exact).mean())
    assert (
        far[1] < 0.25 * far[0]
    )  # as the root of the cycles: an eighth, where some counters are empty at first
    assert chances / chances.sum(axis=1, keepdims=True) == pytest.approx(exact, abs=3e-3)  # words of 12 bits


def test_chances_of_decisions_are_those_of_all_outcomes():
    chances, cycles = np.array([[0.3, 0.35, 0.1]]), 4
    expected = np.zeros(3)
    for counts in itertools.product(range(cycles + 1), repeat=3):
        chance = 1.0
        for k, p in zip(counts, chances[0], strict=True):
            chance *= comb(cycles, k) * p**k * (1 - p) ** (cycles - k)
        expected[counts.index(max(counts))] += chance
    assert chance_of_decisions(chances, cycles)[0] == pytest.approx(expected)


def test_decisions_are_as_frequent_as_in_closed_form():
    words = linear_words(scaled(_tables(seed=5), "observation"), 8)
    observed = np.repeat(_observed(6), 2000, axis=0)
    counts = count_ones(words, observed, 16, IDEAL, np.random.default_rng(6))[..., -1]
    expected = chance_of_decisions(products(words, observed[::2000], IDEAL), 16)
    seen = np.stack([(counts.argmax(axis=1) == k).reshape(6, 2000).sum(axis=1) for k in range(3)], axis=1)
    low, high = binom.interval(1 - 1e-5, 2000, expected)
    assert ((low <= seen) & (seen <= high)).all()


def test_early_stops_are_where_a_counter_first_is_full():
    words = linear_words(scaled(_tables(), "observation"), 8)
    counts = count_ones(words, _observed(60), 100, Source("ideal"), np.random.default_rng(7))
    found = stop_at(counts, 3)
    for k, one in enumerate(counts):
        full = np.flatnonzero((one >= 3).any(axis=0))
        last = full[0] if len(full) else 99
        assert (found.cycles[k], found.undecided[k]) == (last + 1, not len(full))
        assert found.decisions[k] == one[:, last].argmax()


def test_sums_are_logarithms_to_half_a_step_per_feature():
    tables, observed = _tables(), _observed(80)
    entries = scaled(tables, "observation")
    words = logarithmic_words(entries, 8)
    sums = add_up(words, observed)
    product = np.prod([entries[f][observed[:, f]] for f in range(4)], axis=0)
    assert words.step is not None
    assert np.abs(sums * words.step + np.log(product)).max() <= 4 * words.step / 2 + 1e-9
    exact = np.exp(log_posterior(tables, observed))
    assert posterior_of(sums, words.step) == pytest.approx(exact, abs=4 * words.step)
    assert add_up(words, observed, adder_bits=5).max() == 31  # full, and no further


def test_words_beyond_their_bits_are_refused():
    with pytest.raises(
        InputError, match="words run from 0 to 16, expected 0 to 15: words of 4 bits hold no more"
    ):
        Words(np.array([[[0, 16]]]), 4)
    with pytest.raises(InputError, match="`--bits` is 17, expected 1 to 16"):
        linear_words(np.ones((1, 1, 2)), 17)
    with pytest.raises(InputError, match="`--bits` is 9, but the register has 8"):
        Source("lfsr", "own", 8).check(9)


def test_tables_that_say_nothing_are_refused():
    good = _tables()
    nothing = good.likelihoods.copy()
    nothing[2, :, 1] = 0
    with pytest.raises(InputError, match="likelihoods of feature 2 are zero everywhere in class 1"):
        Tables(nothing, good.prior, good.edges)
    with pytest.raises(InputError, match=r"class 1 has no training samples \(counts \[2, 0\]\)"):
        learn_tables(np.ones((2, 1)), np.zeros(2, int), 2, 4)


def test_stored_bits_err_as_often_as_the_statistics_say():
    words = Words(np.random.default_rng(8).integers(0, 256, (8, 16, 8)), 8)
    rates, ones = ErrorRates(0.04, 0.01, amplifier_share=0.6, correlation=0.5), words.unpack()
    wrong = np.array([chip_of(words, 0, "t", k).wrong(words, rates) for k in range(30)])
    # of one amplifier's bits many err together: spread by what counts over chips say
    for value, rate in ((True, 0.04), (False, 0.01)):
        of_chips = wrong[:, ones == value].mean(axis=1)
        assert of_chips.mean() == pytest.approx(rate, abs=4 * of_chips.std() / np.sqrt(30) + 1e-4)
    of_amplifiers = wrong.mean(axis=2)  # (chips, features, classes, bits): 16 cells behind each
    assert of_amplifiers.var() > 1.4 * 0.025 * 0.975 / 16  # if all cells were alike, 1


def test_bits_that_err_err_again_where_devices_are_to_blame():
    words = Words(np.random.default_rng(9).integers(0, 256, (8, 16, 8)), 8)
    for correlation in (0.0, 0.6):
        rates = ErrorRates(0.03, 0.03, correlation=correlation)
        first, second = (chip_of(words, 0, "t", 1, programming).wrong(words, rates) for programming in (0, 1))
        law = multivariate_normal(cov=[[1, correlation], [correlation, 1]])
        both = law.cdf(np.full(2, norm.ppf(0.03)))
        low, high = binom.interval(1 - 1e-5, words.cells, both)
        assert low <= (first & second).sum() <= high


def test_a_chip_is_the_same_for_all_rates_and_words_of_more_bits():
    short, long = (Words(np.zeros((2, 3, 4), np.int64), bits) for bits in (4, 6))
    low, high = (chip_of(short, 0, "t", 5).wrong(short, ErrorRates(r, r)) for r in (0.05, 0.2))
    assert (low <= high).all()
    assert np.array_equal(chip_of(long, 0, "t", 5).drawn[..., :4], chip_of(short, 0, "t", 5).drawn)
    flipped = short.with_wrong(high)
    assert np.array_equal(flipped.unpack(), high)
