"""The ratio of two probabilities: its interval covers the truth, also where a count is beside an estimate."""

import math

import numpy as np
import pytest
from scipy import stats

from spicekit.statistics import Probability, ratio


def probability(low, best, high):
    return Probability(
        low=low, best=best, high=high, confidence=0.95, samples=1, errors=0, discards=0, method="made up"
    )


def lognormal(best, error):
    reach = math.exp(1.959964 * error)
    return probability(best / reach, best, best * reach)


def test_two_log_normal_errors_add_in_squares():
    found = ratio(lognormal(2e-7, 0.3), lognormal(1e-7, 0.4))
    assert found is not None
    assert found.best == pytest.approx(2)
    assert found.high == pytest.approx(2 * math.exp(1.959964 * 0.5))  # 0.3² + 0.4² = 0.5²
    assert found.low == pytest.approx(2 * math.exp(-1.959964 * 0.5))
    assert found.agrees
    assert not ratio(lognormal(2e-7, 0.1), lognormal(1e-7, 0.1)).agrees


def test_no_error_has_no_ratio():
    seen = lognormal(1e-3, 0.1)
    assert ratio(probability(0, None, 3e-3), seen) is None
    assert ratio(seen, probability(0, None, 3e-3)) is None


def test_a_lower_end_of_zero_leaves_the_ratio_open():
    open_below, seen = probability(0, 1e-3, 2e-3), lognormal(1e-3, 0.1)
    assert ratio(open_below, seen).low == 0
    assert ratio(seen, open_below).high == math.inf


def test_interval_covers_the_truth_with_a_count_beside_an_estimate():
    """Clopper-Pearson counts are wide, so the joint interval may cover more often than 95 %, but not less."""
    rng, truth, samples = np.random.default_rng(5), 1e-3, 30_000
    covered = 0
    for errors in rng.binomial(samples, truth, 400):
        interval = stats.binomtest(int(errors), samples).proportion_ci(0.95, "exact")
        counted = probability(interval.low, errors / samples, interval.high)
        estimated = lognormal(truth * math.exp(0.1 * rng.standard_normal()), 0.1)
        covered += ratio(counted, estimated).agrees
    assert 0.93 < covered / 400 <= 1
