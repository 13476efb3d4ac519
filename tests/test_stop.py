"""Stop rules: the same end for the same samples, in whatever order they come back."""

import numpy as np
import pytest

from spicekit.run.state import Progress
from spicekit.studies.study import StopRule


def ends(rule, outcomes, order=None):
    """Feed outcomes in an order, one by one; return the progress."""
    progress, start = Progress(rule), rule.first
    for i in range(len(outcomes)) if order is None else order:
        progress.add(np.array([start + i]), np.array([outcomes[i]]))
    return progress


def made_up(n, p, seed=0):
    rng = np.random.default_rng(seed)
    return np.where(rng.random(n) < p, "error", np.where(rng.random(n) < 0.01, "discard", "ok"))


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (StopRule(300), "most samples (300)"),
        (StopRule(400, errors=7), "most errors (7)"),
        (StopRule(400, relative_error=0.25), "target relative error (0.25)"),
    ],
)
def test_the_end_depends_on_the_samples_alone(rule, said):
    outcomes = made_up(400, 0.1)
    straight = ends(rule, outcomes)
    assert straight.stopped == said
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(400)
        shuffled = ends(rule, outcomes, order)
        assert (shuffled.end, shuffled.errors, shuffled.stopped) == (straight.end, straight.errors, said)


def test_most_errors_stops_at_the_very_error():
    outcomes = made_up(400, 0.1)
    progress = ends(StopRule(400, errors=7), outcomes)
    assert (outcomes[: progress.end] == "error").sum() == 7
    assert outcomes[progress.end - 1] == "error"


def test_the_relative_error_is_the_binomial_one():
    outcomes = made_up(4000, 0.1)
    progress = ends(StopRule(4000, relative_error=0.1), outcomes)
    p = progress.errors / progress.count
    assert np.sqrt((1 - p) / (p * progress.count)) <= 0.1
    assert progress.errors == pytest.approx(90, abs=5)  # (1 - p) / 0.1^2


def test_a_gap_holds_the_count_back():
    progress = ends(StopRule(10), ["ok"] * 10, order=[0, 1, 3, 4])
    assert (progress.count, progress.received, progress.stopped) == (2, 4, None)
    progress.add(np.array([2]), np.array(["error"]))
    assert (progress.count, progress.errors) == (5, 1)


def test_a_part_starts_where_it_is_told():
    progress = ends(StopRule(5, first=100), ["ok"] * 8)
    assert (progress.rule.first, progress.end, progress.stopped) == (100, 105, "most samples (5)")
    progress.add(np.array([3]), np.array(["error"]))  # before the part: not its business
    assert progress.errors == 0
