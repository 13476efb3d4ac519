"""Errors that gather in a few cells: the latent normal law against scipy, and estimators against made-up draws."""

import numpy as np
import pytest
from scipy import stats

from spicekit.errors import InputError
from spicekit.sampling.intraclass import by_counts, by_margins
from spicekit.sampling.probit_normal import (
    both,
    number_of_errors,
    rate_of,
    without_error,
    worst_share,
)
from spicekit.statistics import Condition, ErrorCorrelation, Statistics, load, numbers, save


def drawn(seed, cells, cycles, rate, correlation):
    """Return margins (cells, cycles) in standard deviations: an error below zero."""
    rng = np.random.default_rng(seed)
    own, fresh = rng.standard_normal((cells, 1)), rng.standard_normal((cells, cycles))
    return np.sqrt(correlation) * own + np.sqrt(1 - correlation) * fresh - stats.norm.ppf(rate)


@pytest.mark.parametrize("rate", [1e-9, 1e-3, 0.2])
@pytest.mark.parametrize("correlation", [0.0, 0.3, 0.9])
def test_the_mean_over_cells_is_the_rate_and_two_errors_are_a_corner_of_the_bivariate_normal(
    rate, correlation
):
    assert number_of_errors(rate, correlation, 1) == pytest.approx([1 - rate, rate], rel=1e-9)
    corner = stats.multivariate_normal(
        [0, 0], [[1, correlation], [correlation, 1]], abseps=1e-14, allow_singular=True
    )
    at = stats.norm.ppf(rate)
    if rate > 1e-6:  # of smaller corners scipy has no digit
        assert both(rate, correlation) == pytest.approx(corner.cdf([at, at]), rel=1e-5)


def test_without_correlation_all_is_binomial():
    assert number_of_errors(0.01, 0.0, 50) == pytest.approx(
        stats.binom.pmf(np.arange(51), 50, 0.01), rel=1e-9
    )
    assert without_error(0.01, 0.0, 50) == pytest.approx(0.99**50)
    assert both(1e-3, 0.0) == pytest.approx(1e-6)
    assert worst_share(1e-3, 0.0) == pytest.approx(0.05)


def test_with_full_correlation_a_cell_errs_always_or_never():
    assert set(rate_of(np.array([-3.0, 0.0, 3.0]), 0.1, 1.0)) == {0.0, 1.0}
    assert without_error(0.1, 1.0, 1000) == pytest.approx(0.9, abs=2e-3)
    assert worst_share(0.1, 1.0) == pytest.approx(0.5, abs=0.02)  # the worst 10 % have all


def test_what_the_worst_cells_have_is_what_draws_give():
    wrong = drawn(1, 200_000, 40, 0.01, 0.5) < 0
    counted = np.sort(wrong.sum(axis=1))[::-1]
    assert worst_share(0.01, 0.5, cycles=40) == pytest.approx(
        counted[:10_000].sum() / counted.sum(), rel=0.02
    )
    assert without_error(0.01, 0.5, 40) == pytest.approx((counted == 0).mean(), rel=0.01)
    # P(z below its 5 % quantile and an error) is a corner of the bivariate normal with the root of the correlation
    corner = stats.multivariate_normal([0, 0], [[1, np.sqrt(0.5)], [np.sqrt(0.5), 1]])
    expected = corner.cdf([stats.norm.ppf(0.05), stats.norm.ppf(0.01)]) / 0.01
    assert worst_share(0.01, 0.5) == pytest.approx(expected, rel=0.01)


def covering(correlation, draws, at_least, abs):
    """Let estimates from counts of made-up cells cover the truth that often, with a mean that close to it."""
    found = [by_counts(drawn(seed, 250, 20, 0.02, correlation) < 0) for seed in range(draws)]
    assert sum(one.low <= correlation <= one.high for one in found) >= at_least
    assert np.mean([one.best for one in found]) == pytest.approx(correlation, abs=abs)


@pytest.mark.parametrize("correlation", [0.0, 0.8])  # and one between them in the slow half
def test_the_interval_from_counts_covers_the_truth(correlation):
    # intervals half as wide would cover it 7 times of 10
    covering(correlation, 10, at_least=9, abs=0.05)


@pytest.mark.slow
@pytest.mark.parametrize("correlation", [0.0, 0.4, 0.8])
def test_the_interval_from_counts_covers_the_truth_as_often_as_it_says(correlation):
    covering(correlation, 40, at_least=35, abs=0.03)


@pytest.mark.parametrize("correlation", [0.1, 0.6])
def test_the_interval_from_margins_covers_the_truth_whatever_the_scale(correlation):
    found = [by_margins(np.exp(drawn(seed, 100, 30, 1e-7, correlation))) for seed in range(100, 200)]
    # percentiles of a bootstrap over 100 cells cover a little less than they say: 89 to 94 % of 300 draws
    assert 85 <= sum(one.low <= correlation <= one.high for one in found) < 100
    assert np.mean([one.best for one in found]) == pytest.approx(correlation, abs=0.03)
    assert "margins" in found[0].method
    assert found[0].errors == 0


def test_discards_are_left_out_and_counted():
    wrong = (drawn(3, 100, 50, 0.05, 0.5) < 0).astype(float)
    wrong[:, 40:] = np.nan
    found, short = by_counts(wrong), by_counts(wrong[:, :40])
    assert (found.low, found.best, found.high) == (short.low, short.best, short.high)
    assert (found.discards, found.cells, found.cycles, found.errors) == (1000, 100, 50, short.errors)
    margins = drawn(3, 100, 50, 0.05, 0.5)
    margins[:, 40:] = np.nan
    assert by_margins(margins).best == pytest.approx(by_margins(margins[:, :40]).best)


def test_what_was_counted_is_said_as_it_was():
    wrong = np.zeros((40, 10))
    wrong[7], wrong[8, :5] = 1, 1
    found = by_counts(wrong)
    assert found.errors == 15
    assert found.worst_share == 1.0  # two cells of forty
    assert found.without_error == 38 / 40
    assert found.low > 0.5


def test_nothing_is_said_where_nothing_tells_it():
    assert by_counts(np.zeros((100, 50))) is None
    assert by_counts(np.ones((100, 50))) is None
    assert by_counts(np.eye(3)[:, :1]) is None  # programmed once
    assert by_margins(np.ones((2, 9))) is None


def condition(**more):
    return Condition(name="a", set_compliance=2e-4, reset_voltage=2.0, pulse_width=1e-6, **more)


def test_it_goes_through_the_file_and_into_exports(tmp_path):
    found = by_counts(drawn(4, 200, 50, 0.02, 0.5) < 0)
    save(Statistics(conditions=(condition(error_correlation_2t2r=found),)), tmp_path / "s.json")
    (back,) = load(tmp_path / "s.json").conditions
    assert back.error_correlation_2t2r == found
    assert back.error_correlation_1t1r is None
    units = {number.key: number.unit for number in numbers(back)}
    assert units["error_correlation_2t2r.best"] == "1"
    assert units["error_correlation_2t2r.cycles"] == "cycles"


def test_by_hand_a_number_will_do_and_nonsense_is_refused(tmp_path):
    short = condition(error_correlation_2t2r=0.4).error_correlation_2t2r
    assert (short.low, short.best, short.high, short.method) == (0.4, 0.4, 0.4, "given")
    wrong = ErrorCorrelation(low=0.3, best=0.2, high=0.4)
    save(Statistics(conditions=(condition(error_correlation_2t2r=wrong),)), tmp_path / "s.json")
    with pytest.raises(InputError, match=r"error_correlation_2t2r.best` is 0.2, expected between"):
        load(tmp_path / "s.json")
    many = ErrorCorrelation(low=0.1, best=0.2, high=0.4, cells=2, cycles=3, errors=7)
    save(Statistics(conditions=(condition(error_correlation_2t2r=many),)), tmp_path / "s.json")
    with pytest.raises(InputError, match="more than the 6 programmings"):
        load(tmp_path / "s.json")
