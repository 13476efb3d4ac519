"""Intervals of means and shares: against SciPy's, and none of them without a width."""

import numpy as np
import pytest
from scipy.stats import binomtest, t

from spicekit.network.bayes.score import Accuracy
from spicekit.network.intervals import (
    none_changed,
    reach_of_crossed,
    reach_of_mean,
    share_interval,
    wilson,
)
from spicekit.network.mcmc.predict import difference, score
from spicekit.network.oscillators.rates import rate_of

VALUES = np.array([0.91, 0.95, 0.97, 0.96])


def test_the_mean_has_students_interval():
    low, high = t.interval(0.95, 3, VALUES.mean(), VALUES.std(ddof=1) / 2)
    assert reach_of_mean(VALUES, 0.95) == pytest.approx((high - low) / 2)
    shared = reach_of_mean(VALUES, 0.95, overlap=0.25)  # of four splits that share samples: 1/4 + 1/4
    assert shared == pytest.approx(2**0.5 * reach_of_mean(VALUES, 0.95))
    assert reach_of_mean(np.full(7, 0.1), 0.95) == 0.0  # whose standard deviation is 1e-17 by rounding


@pytest.mark.parametrize(("right", "samples"), [(0, 40), (38, 40), (40, 40)])
def test_the_share_has_wilsons_interval(right, samples):
    expected = binomtest(right, samples).proportion_ci(0.95, method="wilson")
    assert wilson(right / samples, samples, 0.95) == pytest.approx((expected.low, expected.high))
    assert share_interval(right / samples, 0.0, samples, 0.95) == pytest.approx((expected.low, expected.high))
    assert none_changed(40, 0.95) == pytest.approx(binomtest(0, 40).proportion_ci(0.95, method="wilson").high)


def test_rows_and_columns_add_up_in_squares():
    chips = np.array([0.0, 0.01, 0.02])
    expected = np.hypot(reach_of_mean(VALUES, 0.95), reach_of_mean(chips, 0.95))
    rate = rate_of(VALUES[:, None] - chips, 99)
    assert (rate.low, rate.high) == pytest.approx((rate.mean - expected, min(rate.mean + expected, 1)))
    assert reach_of_crossed((VALUES, np.ones(1)), 0.95) == pytest.approx(reach_of_mean(VALUES, 0.95))


def test_splits_chips_and_people_that_are_all_alike_leave_something_open():
    rate = rate_of(np.ones((2, 2)), 99)
    assert (rate.low, rate.high) == pytest.approx(wilson(1.0, 99, 0.95))
    people = Accuracy(np.full((3, 5), 0.95), 200)
    assert people.interval == pytest.approx(wilson(0.95, 200, 0.95))
    probability = np.tile([0.9] * 9 + [0.1], (2, 1))
    same = score(probability, np.ones((2, 10)), overlap=0.5)  # two splits of 30 samples: 20 are tested
    assert same.interval == pytest.approx(wilson(0.9, 20, 0.95))
    apart = difference(same, same, 0.5)
    assert (apart.low, apart.high) == pytest.approx((-none_changed(20, 0.95), none_changed(20, 0.95)))
