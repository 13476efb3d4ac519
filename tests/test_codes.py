"""Error-correcting codes against exact fractions and published values."""

from fractions import Fraction
from itertools import product
from math import comb

import numpy as np
import pytest
from scipy import stats

from spicekit.sampling.lognormal import ber_2t2r_of
from spicekit.sampling.probit_normal import both, rate_of
from spicekit.statistics import Probability
from spicekit.statistics.codes import CODES


def exact(n, t, p):
    """Return the residual as the published sum has it, in exact fractions."""
    p = Fraction(p)
    return sum(Fraction(i, n) * comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(t + 1, n + 1))


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.name)
def test_the_residual_is_the_sum_in_exact_fractions(code):
    rates = np.array([1e-30, 1e-12, 1e-7, 1e-3, 0.01, 0.1, 0.5, 0.9, 1.0])
    expected = [float(exact(code.length, code.corrects, rate)) for rate in rates]
    assert code.residual(rates) == pytest.approx(expected, rel=1e-12, abs=0)
    assert code.residual(0.0) == 0


@pytest.mark.parametrize(("rate", "left"), [(1e-2, 6.8e-4), (1e-3, 7.0e-6), (1e-4, 7.0e-8)])
def test_secded_of_four_bits_leaves_the_published_rates(rate, left):
    # Hirtzlin et al., Front. Neurosci. 13, 1383 (2020): the code with the redundancy of 2T2R
    assert CODES[0].residual(rate) == pytest.approx(left, rel=0.01)
    assert CODES[0].redundancy == 2


def test_the_residual_is_what_single_errors_corrected_leave_of_drawn_words():
    # SEC(7,4) decoded by its own parity checks: columns are the numbers 1 … 7 (Hamming 1950). Words with two errors and
    # more are left alone, as `residual` assumes; enumerated, so that no chance is in it
    p, columns = 0.05, np.arange(1, 8)
    left = 0.0
    for errors in product((0, 1), repeat=7):
        count, syndrome = sum(errors), np.bitwise_xor.reduce(columns * np.array(errors))
        if count == 1:
            assert errors[syndrome - 1] == 1  # the syndrome names the bit: corrected
        else:
            left += count / 7 * p**count * (1 - p) ** (7 - count)
    assert CODES[1].residual(p) == pytest.approx(left, rel=1e-12)


def test_check_bits_suffice_for_what_is_corrected():
    for code in CODES[
        :3
    ]:  # single errors: a syndrome of its own for each; with detection of two, odd columns
        checks = code.length - code.data
        syndromes = 2 ** (checks - 1) if "DED" in code.name else 2**checks - 1
        assert code.length <= syndromes
    # the BCH generator has the roots a, a^3, a^5 of GF(2^8) and their conjugates: its degree is the check bits
    roots = {power * 2**k % 255 for power in (1, 3, 5) for k in range(8)}
    assert CODES[3].length - CODES[3].data == len(roots)
    assert CODES[3].length <= 255


def test_an_interval_is_carried_through():
    before = Probability(
        low=1e-4, best=None, high=1e-2, confidence=0.95, samples=300, errors=0, discards=0, method="counted"
    )
    after = CODES[0].behind(before)
    assert (after.low, after.best) == (pytest.approx(float(exact(8, 1, 1e-4))), None)
    assert after.high == pytest.approx(float(exact(8, 1, 1e-2)))
    assert (after.samples, after.confidence) == (300, 0.95)
    assert "counted" in after.method
    assert "SECDED(8,4)" in after.method


@pytest.mark.parametrize(("single", "double"), [(1e-2, 5.0e-4), (1e-3, 6.2e-6), (1e-4, 7.2e-8)])
def test_equal_spreads_give_the_closed_form_pairs(single, double):
    # Q(sqrt2 Q^-1(p)), two digits
    assert ber_2t2r_of(single) == pytest.approx(double, rel=0.01)
    assert ber_2t2r_of(np.array([single, 0.5])) == pytest.approx([double, 0.5], rel=0.01)


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.name)
def test_words_of_cells_that_differ_fail_as_often_as_those_of_equal_ones_in_the_mean(code):
    rate, rng = 0.05, np.random.default_rng(2)
    alike = float(code.word_failure(np.full(code.length, rate)))
    assert alike == pytest.approx(stats.binom.sf(code.corrects, code.length, rate), rel=1e-12)
    each = code.word_failure(rate_of(rng.standard_normal((20_000, code.length)), rate, 0.5))
    assert each.mean() == pytest.approx(alike, abs=4 * each.std() / np.sqrt(20_000))
    assert each.std() > 0.5 * min(alike, 1 - alike)  # but they are far from alike


def test_a_word_of_unequal_bits_by_enumeration():
    rates = np.array([0.3, 0.01, 0.2, 0.4, 0.05, 0.1, 0.25, 0.6])
    expected = sum(
        np.prod(np.where(errors, rates, 1 - rates)) for errors in product((0, 1), repeat=8) if sum(errors) > 1
    )
    assert float(CODES[0].word_failure(rates)) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("correlation", [0.0, 0.5])
def test_bits_wrong_again_are_those_of_drawn_words(correlation):
    code, rate, words, rng = CODES[0], 0.08, 300_000, np.random.default_rng(3)
    own = np.sqrt(correlation) * rng.standard_normal((words, code.length))
    wrong = []
    for _ in range(2):
        errors = own + np.sqrt(1 - correlation) * rng.standard_normal(own.shape) < stats.norm.ppf(rate)
        wrong.append(errors & (errors.sum(axis=1, keepdims=True) > 1))
    again = (wrong[0] & wrong[1]).sum() / wrong[0].sum()
    assert code.wrong_again(rate, correlation) == pytest.approx(again, rel=0.05)
    assert wrong[0].mean() == pytest.approx(float(code.residual(rate)), rel=0.02)  # whatever the correlation


@pytest.mark.parametrize(
    "code", [CODES[0], *(pytest.param(code, marks=pytest.mark.slow) for code in CODES[1:])]
)
def test_ends_of_the_correlation(code):
    assert code.wrong_again(0.01, 0.0) == pytest.approx(float(code.residual(0.01)), rel=1e-9)
    assert code.wrong_again(0.01, 1.0) == pytest.approx(1.0, abs=0.02)
    assert code.worst_words(0.01, 0.0) == pytest.approx(0.05, abs=1e-9)


def test_words_of_cells_that_differ_are_wrong_again_less_often_than_their_bits():
    assert CODES[0].worst_words(0.01, 0.8) > 0.5
    assert both(0.01, 0.5) / 0.01 > CODES[0].wrong_again(0.01, 0.0)
