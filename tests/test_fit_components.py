"""Variance components against textbook formulae and against the dense normal law of SciPy."""

import numpy as np
import pytest
from scipy.linalg import block_diag
from scipy.stats import chi2

from spicekit.fit.components import components, observations
from spicekit.fit.goodness import normal_p_value, same_law_p_value, switched

DEVICES, CYCLES = 12, 5


def drawn(seed, memory=None, step=10, sigma_device=0.4, sigma_cycle=0.3, devices=DEVICES, cycles=CYCLES):
    rng = np.random.default_rng(seed)
    z = rng.standard_normal((devices, cycles))
    rho = 0.0 if memory is None else np.exp(-step / memory)
    for c in range(1, cycles):
        z[:, c] = rho * z[:, c - 1] + np.sqrt(1 - rho**2) * z[:, c]
    y = 3 + sigma_device * rng.standard_normal((devices, 1)) + sigma_cycle * z
    device = np.repeat(np.arange(devices), cycles)
    cycle = np.tile(np.arange(cycles) * float(step), devices)
    return y, observations(y.ravel(), 0 * device, device, None if memory is None else cycle)


def test_balanced_data_give_the_analysis_of_variance():
    y, seen = drawn(1)
    (found,), memory = components([seen], [True], None, False)
    within = y.var(axis=1, ddof=1).mean()  # mean square within
    between = y.mean(axis=1).var(ddof=1) - within / CYCLES
    assert memory is None
    assert found.cycle.value**2 == pytest.approx(within, rel=1e-3)
    assert found.device.value**2 == pytest.approx(between, rel=1e-3)
    assert found.means[0] == pytest.approx(y.mean())
    # standard error of the grand mean, from the means of devices
    assert found.covariance[0, 0] == pytest.approx(y.mean(axis=1).var(ddof=1) / DEVICES, rel=1e-3)


def test_interval_of_one_spread_is_near_the_chi_square_one():
    rng = np.random.default_rng(2)
    n = 200
    seen = observations(rng.standard_normal(n), np.zeros(n), np.arange(n), None)
    (found,), _ = components([seen], [False], None, False)
    total = found.cycle.value**2 * (n - 1)
    assert found.device is None
    assert found.cycle.low == pytest.approx(np.sqrt(total / chi2.ppf(0.975, n - 1)), rel=0.01)
    assert found.cycle.high == pytest.approx(np.sqrt(total / chi2.ppf(0.025, n - 1)), rel=0.01)


def test_correlated_cycles_of_two_settings_are_the_best_of_the_dense_law():
    memory, rng = 25.0, np.random.default_rng(3)
    device = np.repeat(np.arange(6), 8)
    setting = np.tile(np.repeat([0, 1], 4), 6)
    cycle = np.tile([0.0, 3.0, 11.0, 40.0], 12)
    y = rng.standard_normal(48) + 6.0 * rng.standard_normal(6)[device] + setting
    seen = observations(y, setting, device, cycle)
    (found,), _ = components([seen], [True], memory, False)

    def deviance(sigma_cycle, sigma_device):
        one = np.exp(-np.abs(np.subtract.outer(cycle[:4], cycle[:4])) / memory)
        block = sigma_cycle**2 * block_diag(one, one) + sigma_device**2
        inverse = np.linalg.inv(block_diag(*[block] * 6))
        x = np.eye(2)[setting]
        information = x.T @ inverse @ x
        means = np.linalg.solve(information, x.T @ inverse @ y)
        left = y - x @ means
        value = left @ inverse @ left - np.linalg.slogdet(inverse)[1] + np.linalg.slogdet(information)[1]
        return value, means, np.linalg.inv(information)

    c, d = found.cycle.value, found.device.value
    best, means, covariance = deviance(c, d)
    assert found.means == pytest.approx(means)
    assert found.covariance == pytest.approx(covariance)
    around = [deviance(c * a, d * b)[0] for a, b in ((1.05, 1), (0.95, 1), (1, 1.2), (1, 0.8))]
    assert min(around) > best
    # at an end of the interval the best the other one can do is chi-square away
    profile = min(deviance(found.cycle.high, e)[0] for e in np.linspace(0, 3 * d + 1, 400))
    assert profile - best == pytest.approx(chi2.ppf(0.95, 1), abs=0.05)


def test_memory_is_found_and_shared():
    seen = [drawn(s, memory=30.0, devices=25, cycles=10)[1] for s in (4, 5)]
    found, memory = components(seen, [True, True], None, True)
    assert memory is not None
    assert memory.low < 30 < memory.high
    assert memory.high / memory.low < 4
    for one in found:
        assert one.cycle.low < 0.3 < one.cycle.high
        assert one.device.low < 0.4 < one.device.high


def test_memory_longer_than_what_was_seen_has_no_upper_end():
    _, seen = drawn(6, memory=1000.0, step=1, devices=6, cycles=4)
    assert components([seen], [True], None, True)[1].high == np.inf


def test_forgetful_cycles_have_no_lower_end():
    _, seen = drawn(7, memory=0.1, step=10, devices=25, cycles=6)
    memory = components([seen], [True], None, True)[1]
    assert memory.low == 0
    assert memory.high < 20


def test_pulses_that_did_not_switch_are_told_from_the_crowd():
    rng = np.random.default_rng(8)
    values = np.concatenate([rng.normal(8.6, 0.1, 500), [11.0, 12.5]])
    assert switched(values).tolist() == [True] * 500 + [False] * 2
    assert switched(np.array([1.0, np.nan, 1.1, 0.9])).tolist() == [True, False, True, True]


def test_p_values_refuse_other_laws_and_keep_the_right_one():
    rng = np.random.default_rng(9)
    normal, skewed = rng.normal(size=200), rng.exponential(size=200)
    assert normal_p_value(normal) > 0.05
    assert normal_p_value(skewed) < 0.01
    assert same_law_p_value(normal, rng.normal(size=300)) > 0.05
    assert same_law_p_value(normal, skewed) < 0.01
    assert normal_p_value(normal[:5]) is None
    assert same_law_p_value(normal[:5], normal) is None
