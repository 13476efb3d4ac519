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
    assert code.uncorrected(rates) == pytest.approx(expected, rel=1e-12, abs=0)
    assert code.uncorrected(0.0) == code.residual(0.0) == 0


@pytest.mark.parametrize(("rate", "left"), [(1e-2, 6.8e-4), (1e-3, 7.0e-6), (1e-4, 7.0e-8)])
def test_secded_of_four_bits_leaves_the_published_rates(rate, left):
    # Hirtzlin et al., Front. Neurosci. 13, 1383 (2020): the code with the redundancy of 2T2R
    assert CODES[0].residual(rate) == pytest.approx(left, rel=0.01)
    assert CODES[0].redundancy == 2


def _by_enumeration(columns, corrects, zero, one, stored):
    """Rates behind the decoder of stored zeros and ones, by all errors of one word; `corrects` is 1."""
    assert corrects == 1
    left, n = np.zeros(2), len(columns)
    for errors in product((0, 1), repeat=n):
        chance = np.prod(
            [
                (one if s else zero) if e else 1 - (one if s else zero)
                for s, e in zip(stored, errors, strict=True)
            ]
        )
        syndrome = np.bitwise_xor.reduce(np.array(columns) * np.array(errors))
        after = list(errors)
        if syndrome in columns:
            after[columns.index(syndrome)] ^= 1
        for s, e in zip(stored, after, strict=True):
            left[s] += e * chance
    return left


@pytest.mark.parametrize(
    ("code", "columns"), [(CODES[0], [8 + c for c in range(8)]), (CODES[1], list(range(1, 8)))]
)
def test_the_residual_of_short_codes_by_all_words_and_all_errors(code, columns):
    # extended Hamming: the numbers 0 … 7 and a one for the parity of the whole word; Hamming: the numbers 1 … 7
    zero, one, found, words = 0.12, 0.05, np.zeros(2), 0
    for stored in product((0, 1), repeat=len(columns)):
        if np.bitwise_xor.reduce(np.array(columns) * np.array(stored)) == 0:  # a valid word
            found += _by_enumeration(columns, code.corrects, zero, one, stored)
            words += 1
    assert words == 2**code.data
    expected = found / (words * len(columns) / 2)  # each bit is one in half of the words
    assert code.residuals(zero, one) == pytest.approx(tuple(expected), rel=0.01)
    equal = _by_enumeration(columns, code.corrects, 0.07, 0.07, (0,) * len(columns))[0] / len(columns)
    assert float(code.residual(0.07)) == pytest.approx(equal, rel=1e-12)
    assert code.residuals(0.07, 0.07) == pytest.approx((equal, equal), rel=1e-12)


def test_leading_terms_with_mistaken_corrections():
    # two errors look like one of the third bit of a line of the Fano plane: 21 pairs leave three of seven bits wrong,
    # 9 p²; with the parity bit two errors are seen and left: 28 pairs, two of eight bits, 7 p²
    assert float(CODES[1].residual(1e-6)) == pytest.approx(9e-12, rel=1e-5)
    assert float(CODES[0].residual(1e-6)) == pytest.approx(7e-12, rel=1e-5)


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.name)
def test_drawn_words_are_left_with_the_closed_form(code):
    zero, one, rng = 0.06, 0.03, np.random.default_rng(1)
    data = rng.random((200_000 // code.length, code.data)) < 0.5
    word = np.concatenate([data, code.parity.check_bits(data)], axis=1)
    left = code.parity.decoded(rng.random(word.shape) < np.where(word, one, zero))
    for found, expected in zip((left[~word], left[word]), code.residuals(zero, one), strict=True):
        # errors of a word come together: three times what independent ones would scatter
        assert found.mean() == pytest.approx(expected, abs=3 * 3 * np.sqrt(expected / found.size))


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.name)
def test_the_decoder_does_what_its_name_says(code):
    rng = np.random.default_rng(0)
    n, t = code.length, code.corrects
    data = rng.random((50, code.data)) < 0.5
    word = np.concatenate([data, code.parity.check_bits(data)], axis=1)
    columns = np.array(code.parity.columns)
    assert not np.bitwise_xor.reduce(np.where(word, columns, 0), axis=1).any()  # valid words
    for errors in range(1, t + 2):
        wrong = np.zeros((100, n), bool)
        for row in wrong:
            row[rng.choice(n, errors, replace=False)] = True
        left = code.parity.decoded(wrong)
        if errors <= t:
            assert not left.any()
        else:
            assert (left.sum(axis=1) >= t + 1).all()  # never back to what was stored
            assert (left == wrong).all() == ("DED" in code.name)  # detected: left as read


def _roots(polynomial, power):
    """Value at a^power of a polynomial over GF(2), in GF(2^8) with a a root of x^8 + x^4 + x^3 + x^2 + 1."""
    value, at = 0, 1
    step = 1
    for _ in range(power):
        step = step << 1 ^ (0x11D if step & 0x80 else 0)
    for place in range(polynomial.bit_length()):
        if polynomial >> place & 1:
            value ^= at
        product_, left, right = 0, at, step
        while right:
            if right & 1:
                product_ ^= left
            left, right = left << 1 ^ (0x11D if left & 0x80 else 0), right >> 1
        at = product_
    return value


def test_the_bch_code_has_the_roots_that_make_it_correct_three():
    # columns are x^i mod g: the one of the first data bit is x^24 mod g, which with x^24 gives the generator itself
    generator = 1 << 24 | CODES[3].parity.columns[0]
    assert [_roots(generator, power) for power in range(1, 7)] == [
        0
    ] * 6  # six roots in a row: distance 7 (BCH bound)


def test_weights_of_valid_words():
    # published: Hamming 7, 7, 1; extended 14, 1; MacWilliams and Sloane, The Theory of Error-Correcting Codes
    assert CODES[1].parity.words.tolist() == [1, 0, 0, 7, 7, 0, 0, 1]
    assert CODES[0].parity.words.tolist() == [1, 0, 0, 0, 14, 0, 0, 0, 1]
    hsiao = CODES[2].parity
    assert hsiao.words[:4].tolist() == [1, 0, 0, 0]
    assert hsiao.words.sum() == pytest.approx(2.0**64)
    assert not hsiao.words[1::2].any()  # odd columns: only even numbers of them add up to zero
    ones = [column.bit_count() for column in hsiao.columns]
    assert sum(ones) == 56 * 3 + 8 * 5 + 8  # Hsiao 1970: the least, 216
    each = [sum(column >> row & 1 for column in hsiao.columns) for row in range(8)]
    assert each == [27] * 8


@pytest.mark.slow
def test_binomial_numbers_stand_for_the_words_of_the_long_code():
    parity = CODES[3].parity
    sums = np.zeros(2**24, np.int16)
    for column in parity.columns:
        sums[column] += 1
    for bit in range(24):  # Walsh-Hadamard: length - 2 x weight of every word of the dual code
        halves = sums.reshape(-1, 2, 1 << bit)
        sums = np.stack([halves[:, 0] + halves[:, 1], halves[:, 0] - halves[:, 1]], axis=1)
    dual = np.bincount((152 - sums.ravel()) // 2, minlength=153)
    for w in (6, 7, 8, 9, 12, 20):
        krawtchouk = [
            sum((-1) ** s * comb(j, s) * comb(152 - j, w - s) for s in range(w + 1)) for j in range(153)
        ]
        exact_number = sum(int(d) * k for d, k in zip(dual, krawtchouk, strict=True)) // 2**24
        assert parity.words[w] == pytest.approx(exact_number, rel=0.12)


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
    # what mistaken corrections add is three errors of eight that look like one: a per cent at 1e-2
    assert (after.low, after.best) == (pytest.approx(float(exact(8, 1, 1e-4)), rel=2e-4), None)
    assert after.high == pytest.approx(float(exact(8, 1, 1e-2)), rel=0.02)
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
    assert wrong[0].mean() == pytest.approx(
        float(code.uncorrected(rate)), rel=0.02
    )  # whatever the correlation


@pytest.mark.parametrize(
    "code", [CODES[0], *(pytest.param(code, marks=pytest.mark.slow) for code in CODES[1:])]
)
def test_ends_of_the_correlation(code):
    assert code.wrong_again(0.01, 0.0) == pytest.approx(float(code.uncorrected(0.01)), rel=1e-9)
    assert code.wrong_again(0.01, 1.0) == pytest.approx(1.0, abs=0.02)
    assert code.worst_words(0.01, 0.0) == pytest.approx(0.05, abs=1e-9)


def test_words_of_cells_that_differ_are_wrong_again_less_often_than_their_bits():
    assert CODES[0].worst_words(0.01, 0.8) > 0.5
    assert both(0.01, 0.5) / 0.01 > CODES[0].wrong_again(0.01, 0.0)
