"""Rates from telegraph traces, against processes drawn in NumPy whose rates are known."""

import numpy as np
import pytest
from scipy.stats import kstest

from spicekit.sampling.candidates import candidates
from spicekit.studies.superparamagnetic.telegraph import Runs, dwell_test, rates, runs

IDENTITY = "5" * 64


def drawn(random, away, back, interval, points):
    """A two-state process with exponential dwells, looked at every `interval`; (trace, flips in truth)."""
    dwells = random.exponential(size=4 * round(points * interval * (away + back)) + 100)
    dwells /= np.where(np.arange(len(dwells)) % 2 == 0, away, back)
    flips = np.cumsum(dwells)
    assert flips[-1] > points * interval
    looks = interval * np.arange(points)
    return np.searchsorted(flips, looks) % 2, int(np.searchsorted(flips, looks[-1]))


@pytest.mark.parametrize("interval", [0.02, 0.3])
def test_rates_are_right_within_their_errors_also_where_dwells_go_unseen(interval):
    random = np.random.default_rng(1)
    away, back = 1.0, 4.0
    off = []
    for _ in range(200):
        trace, _ = drawn(random, away, back, interval, round(200 / interval))
        found = rates([runs(trace, 0.5)], interval)
        off.append((found.values - [away, back]) / found.errors)
    off = np.array(off)
    assert np.abs(off.mean(axis=0)).max() < 4 / np.sqrt(200) + 0.1  # bias well below one standard error
    assert off.std(axis=0) == pytest.approx([1, 1], abs=0.15)
    trace, flips = drawn(random, away, back, 0.3, 2000)
    assert len(runs(trace, 0.5).states) - 1 < 0.8 * flips  # a plain count misses a fifth


def test_dwell_times_of_a_two_state_process_pass_and_others_fail():
    random = np.random.default_rng(2)
    p_values, ratios = [], []
    for _ in range(300):
        trace, _ = drawn(random, 1.0, 4.0, 0.05, 4000)
        found = runs(trace, 0.5)
        leave = [
            (found.states[:-1] == s).sum()
            / (found.lengths[found.states == s].sum() - (found.states[-1] == s))
            for s in (0, 1)
        ]
        groups = [(found.lengths[found.complete & (found.states == s)], leave[s]) for s in (0, 1)]
        test = dwell_test(groups)
        p_values.append(test.p_value)
        ratios.append(test.statistic / test.freedom)
    assert kstest(p_values, "uniform").pvalue > 1e-3
    assert np.mean(ratios) == pytest.approx(1, abs=0.06)
    regular = np.maximum(np.round(random.normal(20, 5, size=100)), 1).astype(int)
    assert dwell_test([(regular, 1 / regular.mean())]).p_value < 1e-6
    assert dwell_test([(np.array([3, 5, 2]), 0.3)]) is None


def test_a_trace_that_never_leaves_a_state_tells_no_rates():
    assert rates([runs(np.zeros(100), 0.5)], 1.0) is None
    assert rates([Runs(np.arange(100) % 2, np.ones(100, dtype=int))], 1.0) is None
    assert not runs(np.zeros(100), 0.5).complete.any()


def test_candidates_depend_on_seed_identity_and_number_alone():
    long, short = (candidates(3, IDENTITY, 7, 1e8, duration, 1e-10) for duration in (2e-6, 1e-6))
    assert len(short.times) > 50
    assert np.array_equal(long.times[: len(short.times)], short.times)
    assert np.array_equal(long.marks[: len(short.marks)], short.marks)
    assert np.diff(long.times).min() >= 1e-10
    for other in (candidates(4, IDENTITY, 7, 1e8, 1e-6), candidates(3, "6" * 64, 7, 1e8, 1e-6),
                  candidates(3, IDENTITY, 8, 1e8, 1e-6)):  # fmt: skip
        assert not np.isin(other.marks, short.marks).any()


def test_candidates_are_a_poisson_process_with_uniform_marks():
    found = candidates(3, IDENTITY, 0, 1e8, 5e-5)
    assert kstest(found.times / 5e-5, "uniform").pvalue > 1e-3
    assert kstest(found.marks, "uniform").pvalue > 1e-3
    assert len(found.times) == pytest.approx(5000, abs=4 * 5000**0.5)
    assert found.merged == 0
