"""Rounding and bounds: a bound is never rounded to the wrong side, and never becomes zero."""

import pytest

from spicekit.page import numbers
from spicekit.statistics import Endurance, Moments, Probability


def rate(low, best, high, samples=1000):
    return Probability(
        low=low,
        best=best,
        high=high,
        confidence=0.95,
        samples=samples,
        errors=0,
        discards=0,
        method="counted",
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [(1e-4, "< 1e-4"), (3.682e-3, "< 3.7e-3"), (3.61e-3, "< 3.7e-3"), (9.99e-3, "< 1e-2"), (0.0, "< 1e-300"),
     (1.0, "not bounded"), (0.5, "< 5e-1")],
)  # fmt: skip
def test_upper_bounds_are_rounded_up(value, text):
    assert numbers.at_most(value) == text


def test_no_error_seen_is_a_bound():
    assert numbers.probability(rate(0, None, 3.682e-3)) == "< 3.7e-3"
    assert numbers.interval(rate(0, None, 3.682e-3)) == "< 3.7e-3"


def test_an_underflowed_extrapolation_is_a_bound():
    assert numbers.probability(rate(0, 0.0, 1e-30)) == "< 1e-30"
    assert numbers.probability(rate(0, 0.0, 0.0)) == "< 1e-300"


def test_intervals_are_rounded_outwards():
    assert numbers.interval(rate(2.25e-3, 6.04e-3, 2.213e-2)) == "6e-3 (2.2e-3 … 2.3e-2)"


def test_nothing_measured_is_said():
    assert numbers.probability(None) == "not measured"
    assert numbers.interval(rate(0, None, 1, samples=0)) == "no samples"
    assert numbers.plus_minus(None, "J") == "not measured"
    assert numbers.cyclability(None) == "not measured"


@pytest.mark.parametrize(
    ("mean", "std", "unit", "text"),
    [(2.92e-10, 1.44e-11, "J", "292 ± 14 pJ"), (5.11e-10, 1.05e-10, "s", "511 ± 105 ps"),
     (9.998e-10, 1e-11, "J", "1 ± 0.01 nJ"), (0.0, 0.0, "J", "0 ± 0 J"), (2e-4, 4.04e-6, "A", "200 ± 4 µA"),
     (1.47e-16, 1.54e-16, "J", "147 ± 154 aJ"), (3e-20, 1e-20, "J", "3e-20 ± 1e-20 J"),
     (5e12, 2e12, "Ω", "5e+03 ± 2000 GΩ")],
)  # fmt: skip
def test_mean_and_deviation_share_a_prefix(mean, std, unit, text):
    assert numbers.plus_minus(Moments(mean=mean, std=std), unit) == text


@pytest.mark.parametrize(
    ("cycles", "curve", "text"),
    [(2.4e9, [(1e4, 1e-6), (1e10, 1e-2)], "2.4e9"), (None, [(1e4, 1e-6), (1e10, 1e-5)], "> 1e10"),
     (None, [(0.0, 1e-2), (1e4, 1e-2), (1e10, 1e-1)], "< 1e4"), (None, [], "not measured"),
     (None, [(0.0, 1e-6)], "not measured")],
)  # fmt: skip
def test_cyclability_says_on_which_side_of_the_curve(cycles, curve, text):
    assert numbers.cyclability(Endurance(cycles=cycles, criterion=1e-3, curve=curve)) == text
