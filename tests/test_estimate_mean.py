"""The error rate of a cell, from the estimates of both values that it stores; what a target is held against."""

import numpy as np
import pytest
from scipy.stats import norm

from spicekit.network.bnn.rates import rates_of
from spicekit.run.spec import load_spec
from spicekit.run.targets import missed_targets
from spicekit.statistics import Condition, Probability, RareEstimate, Statistics, best_rate
from spicekit.studies.rare.combine import mean_rate

from .test_estimate_run import WEAK, spec_of


def rate(best, low, high, discards=0) -> Probability:
    return Probability(
        low=low,
        best=best,
        high=high,
        confidence=0.95,
        samples=500,
        errors=100,
        discards=discards,
        method="made up",
    )


def made_up(stored, one, outcome="agreed") -> RareEstimate:
    return RareEstimate(
        cell="2t2r", stored=stored, rate=one, outcome=outcome, reason="made up", runs=1, discards=0
    )


def test_the_mean_of_two_estimates_covers_what_it_should():
    """Estimates with log-normal errors around 1e-9 and 4e-9: the interval covers the true mean, 2.5e-9, in 95 %."""
    rng, covered = np.random.default_rng(5), 0
    for _ in range(2000):
        found = []
        for stored, truth, error in ((1, 1e-9, 0.1), (-1, 4e-9, 0.3)):
            best = truth * np.exp(error * rng.standard_normal())
            width = np.exp(norm.ppf(0.975) * error)
            found.append(made_up(stored, rate(best, best / width, best * width)))
        mean = mean_rate(found, "2t2r")
        covered += mean.low <= 2.5e-9 <= mean.high
    assert 0.935 < covered / 2000 < 0.965  # binomial: three standard deviations are 0.015


def test_a_mean_says_the_gravest_outcome_and_never_more_than_is_known():
    fine, other = made_up(1, rate(2e-6, 1e-6, 4e-6)), made_up(-1, rate(4e-6, 3e-6, 5e-6), "not converged")
    assert mean_rate([fine, other], "2t2r").method.endswith("(not converged)")
    assert mean_rate([fine, other], "1t1r") is None
    assert mean_rate([fine], "2t2r") is None
    assert mean_rate([fine, made_up(-1, rate(None, 0, 1), "failed")], "2t2r") is None
    bound = mean_rate([fine, made_up(-1, rate(None, 0, 3e-3), "bound only")], "2t2r")
    assert (bound.low, bound.best, bound.high) == (5e-7, None, pytest.approx(1.502e-3))
    # every discard may be an error, in both at once
    lossy = mean_rate([made_up(1, rate(2e-6, 1e-6, 8e-6, discards=3)), other], "2t2r")
    assert lossy.high == pytest.approx((8e-6 + 5e-6) / 2)


def test_one_value_alone_keeps_its_own_interval():
    alone = mean_rate([made_up(1, rate(2e-6, 1e-6, 4e-6))], "2t2r", (1,))
    assert (alone.low, alone.best, alone.high) == (1e-6, 2e-6, 4e-6)
    assert alone.method == "rare-event sampling of stored +1, as the other one fails alike"
    condition = Condition(name="weak", set_compliance=2e-4, reset_voltage=1.05, pulse_width=1e-7,
                          estimates=(made_up(1, rate(2e-6, 1e-6, 4e-6)),), ber_2t2r_estimated=alone)  # fmt: skip
    assert best_rate(condition, "2t2r").result
    assert (rates_of(condition).plus, rates_of(condition).minus) == (2e-6, 2e-6)
    assert mean_rate([made_up(1, rate(2e-6, 1e-6, 4e-6), "failed")], "2t2r", (1,)) is None


def test_a_target_is_held_against_the_estimate_where_it_is_agreed(tmp_path):
    text = WEAK + "[conditions.targets]\nber_2t2r_below = 1e-5\n"
    content = load_spec(spec_of(tmp_path, text)).content
    pair = (made_up(1, rate(2e-6, 1e-6, 4e-6)), made_up(-1, rate(4e-6, 3e-6, 5e-6)))
    counted = rate(None, 0.0, 3e-3)
    condition = Condition(name="weak", set_compliance=2e-4, reset_voltage=1.05, pulse_width=1e-7, ber_2t2r=counted,
                          estimates=pair, ber_2t2r_estimated=mean_rate(pair, "2t2r"))  # fmt: skip
    assert missed_targets(content, Statistics(conditions=(condition,))) == []
    doubtful = (pair[0], pair[1].model_copy(update={"outcome": "disagreed"}))
    (line,) = missed_targets(
        content, Statistics(conditions=(condition.model_copy(update={"estimates": doubtful}),))
    )
    assert "found an upper end of 0.003" in line
