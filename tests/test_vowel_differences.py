"""Differences between ways: what splits and chips have in common is gone; intervals against closed forms."""

import numpy as np
import pytest
from scipy.stats import t

from spicekit.network.intervals import none_changed
from spicekit.network.oscillators.differences import Difference, answer, difference

RNG = np.random.default_rng(3)
HARD = RNG.normal(0, 0.1, (12, 1)) + RNG.normal(0, 0.1, (1, 8))  # of splits and of chips
LEAST = 0.02
TOKENS = 1000


def _between(first, second, test_over_training=0.25):
    return difference("a", "b", "a less b", first, second, test_over_training, tested=TOKENS)


def test_what_both_have_in_common_is_gone():
    found = _between(0.8 + LEAST + HARD, 0.8 + HARD)
    ends = (
        found.points_low,
        found.points_high,
        found.points_low_of_other_talkers,
        found.points_high_of_other_talkers,
    )
    alike = 100 * none_changed(TOKENS, 0.95)  # all splits and chips are: others need not be
    assert ends == pytest.approx(2 * (100 * LEAST - alike, 100 * LEAST + alike))
    assert found.points == pytest.approx(100 * LEAST)
    assert (found.splits, found.chips, found.verdict) == (12, 8, "better")
    assert _between(0.8 + HARD, 0.8 + LEAST + HARD).verdict == "worse"


def test_chips_of_one_alone_are_left_out_and_usual_classifiers_have_none():
    first = 0.8 + HARD
    few = first[:, :5] - LEAST
    assert (_between(first, few).points, _between(first, few).chips) == (pytest.approx(100 * LEAST), 5)
    usual = first.mean(1)
    found = _between(first, usual)
    assert (found.points, found.chips) == (pytest.approx(0, abs=1e-9), 8)


def test_intervals_are_the_closed_forms():
    """Without chips: Student's interval of a mean; Nadeau and Bengio (2003), eq. 12."""
    d = RNG.normal(0.01, 0.05, 30)
    found = _between(0.8 + d, np.full(30, 0.8))
    half = (found.points_high - found.points_low) / 2
    assert half == pytest.approx(t.ppf(0.975, 29) * 100 * d.std(ddof=1) / 30**0.5)
    half = (found.points_high_of_other_talkers - found.points_low_of_other_talkers) / 2
    expected = t.ppf(0.975, 29) * 100 * d.std(ddof=1) * (1 / 30 + 0.25) ** 0.5
    assert half == pytest.approx(expected)
    more = _between(np.tile(0.8 + d, 4), np.full(120, 0.8))
    assert more.points_high - more.points_low < 0.6 * (found.points_high - found.points_low)
    # more splits of the same talkers say hardly more of others
    wide = more.points_high_of_other_talkers - more.points_low_of_other_talkers
    assert wide > 0.85 * 2 * half


@pytest.mark.parametrize(
    ("ends", "others", "said"),
    [
        (
            (-0.4, 0.6),
            (-2, 2.2),
            "Not seen: +0.1 points (−0.4 … +0.6) more test tokens right, and the interval holds",
        ),
        ((0.02, 0.6), (0.01, 2.2), "Yes: +0.1 points (+0.0 … +0.6) more test tokens right; better."),
        (
            (-0.6, -0.1),
            (-2, 2),
            "No: −0.3 points (−0.6 … −0.1) more test tokens right; worse for these talkers, others unsure.",
        ),
    ],
)
def test_the_answer_says_whether_the_interval_holds_0(ends, others, said):
    points = 0.1 if ends[1] > 0 else -0.3
    assert said in answer(Difference("online", "calibrated", "", points, *ends, *others, 4, 5))
