"""What an estimate says when it should not be believed, and the statistics behind that."""

import numpy as np
import pytest
from scipy.stats import genpareto, norm

from spicekit.sampling.rare import Outcome, estimate
from spicekit.sampling.rare.crossing import crossings
from spicekit.sampling.rare.design_point import gradient
from spicekit.sampling.rare.fit import fit
from spicekit.sampling.rare.known import fold_out
from spicekit.sampling.rare.limit import Counted
from spicekit.sampling.rare.proposal import Boundary, Mixture, Shifted
from spicekit.sampling.rare.result import Region, SecondEstimate
from spicekit.sampling.rare.surface import Profile, plane
from spicekit.sampling.rare.verdict import Request, judge
from spicekit.sampling.rare.weighted import pareto_shape, weighted


def counted(dimension=4, seed=0):
    return Counted(lambda u: np.ones(len(u)), dimension, 10_000, seed)


def leaning_boundary(dimension):
    """A boundary proposal that is anything but trivial: bent, off centre, its covariance not a multiple of one."""
    point = np.zeros(dimension)
    point[:2] = 3.0, 1.0
    surface = plane(Region(point, point / np.linalg.norm(point)))
    size = dimension - 1
    bent = type(surface)(
        surface.normal, surface.across, surface.distance, np.full(size, 0.1), 0.05 * np.eye(size), 0.3
    )
    return Boundary(bent, *bent.centre())


@pytest.mark.parametrize("proposal", [Shifted(np.array([2.0, -1.0, 0.5])), leaning_boundary(3)])
def test_a_proposal_draws_what_its_density_says(proposal):
    # if the density is that of the samples, the weights turn averages under it into those of the standard normal
    mixture = Mixture((proposal, Shifted(np.zeros(3))), np.array([0.5, 0.5]))
    points, _ = mixture.draw(counted(3), "test", 0, 40_000)
    weights = np.exp(mixture.log_weights(points))
    assert weights.max() <= 2.0  # half of the samples are standard normal
    for value, truth in (
        (np.ones(len(points)), 1.0),
        (points[:, 0], 0.0),
        (points[:, 1] ** 2, 1.0),
        (points[:, 0] * points[:, 1], 0.0),
        (points[:, 0] > 2, norm.sf(2)),
        (points @ proposal.points(np.zeros((1, 4)))[0] > 6, None),
    ):
        mean, error = (weights * value).mean(), (weights * value).std() / np.sqrt(len(points))
        if truth is None:
            length = np.linalg.norm(proposal.points(np.zeros((1, 4)))[0])
            truth = norm.sf(6 / length)
        assert abs(mean - truth) < 4.5 * error


def test_a_prefix_of_a_draw_is_a_draw():
    mixture = Mixture((Shifted(np.ones(4)), leaning_boundary(4)), np.array([0.3, 0.7]))
    points, which = mixture.draw(counted(), "test", 0, 100)
    assert np.array_equal(mixture.draw(counted(), "test", 0, 40)[0], points[:40])
    assert np.array_equal(mixture.draw(counted(), "test", 40, 100)[0], points[40:])
    assert abs((which == 0).mean() - 0.3) < 0.03


def test_shares_go_to_the_proposal_that_fits():
    good, poor = Shifted(np.array([3.0, 0, 0, 0])), Shifted(np.array([0, 3.0, 0, 0]))
    points = np.random.default_rng(0).standard_normal((500, 4)) + good.centre
    adapted = Mixture((good, poor), np.array([0.5, 0.5])).adapted(points, np.zeros(500))
    assert adapted.shares[0] > 0.95
    assert adapted.shares.sum() == pytest.approx(1)


@pytest.mark.parametrize("shape", [0.2, 0.5, 0.9])
def test_the_tail_of_weights_is_fitted(shape):
    drawn = genpareto.rvs(shape, size=(40, 2000), random_state=1)
    found = np.mean([pareto_shape(row) for row in drawn])
    tail = np.mean([genpareto.fit(np.sort(row)[-134:] - np.sort(row)[-135], floc=0)[0] for row in drawn[:8]])
    assert found == pytest.approx(shape, abs=0.1)
    assert found == pytest.approx(tail, abs=0.15)  # SciPy's maximum likelihood on the same tails
    assert np.isnan(pareto_shape(np.ones(10)))


def test_weights_of_one_give_the_binomial_error_and_stratified_weights_less():
    margins = np.where(np.arange(1000) < 100, -1.0, 1.0)
    plain = weighted(np.zeros(1000), margins, np.zeros(1000, int), 0.95)
    assert plain.probability == 0.1
    assert plain.relative_error == pytest.approx(np.sqrt(0.9 / 0.1 / 999))
    assert (plain.effective_samples, plain.largest_weight) == (pytest.approx(100), pytest.approx(0.01))
    # two proposals, one of which always fails: all that differs between them is no error
    split = weighted(np.zeros(1000), margins, (margins > 0).astype(int), 0.95)
    assert split.relative_error == pytest.approx(0, abs=1e-12)


def test_a_part_of_one_sample_is_no_excuse_for_a_small_error():
    # one sample of a proposal of its own carries nine tenths of the estimate
    margins, part = -np.ones(200), np.zeros(200, int)
    part[0] = 1
    log_weights = np.zeros(200)
    log_weights[0] = np.log(9 * 199)
    assert weighted(log_weights, margins, part, 0.95).relative_error == pytest.approx(0.9, abs=0.05)


def test_discards_widen_the_interval_both_ways():
    margins = np.where(np.arange(1000) < 100, -1.0, 1.0)
    whole = weighted(np.zeros(1000), margins, np.zeros(1000, int), 0.95)
    margins[50:150] = np.nan
    some = weighted(np.zeros(1000), margins, np.zeros(1000, int), 0.95)
    assert some.low < whole.low < whole.high < some.high
    assert some.probability == pytest.approx(50 / 900)
    assert some.discards == 100


def test_discards_of_a_run_are_counted_and_stated():
    def limit(u):
        margins = 5 - u[:, 0]
        margins[np.floor(u[:, 1] * 50) % 20 == 0] = np.nan
        return margins

    found = estimate(limit, 4, seed=0)
    assert found.all_discards > found.discards > 0
    assert found.low < norm.sf(5) < found.high
    assert found.as_probability().discards == found.discards


def test_nothing_but_discards_is_no_estimate():
    found = estimate(lambda u: np.full(len(u), np.nan), 4)
    assert (found.probability, found.low, found.high) == (None, 0.0, 1.0)
    assert found.outcome is Outcome.BOUND_ONLY
    assert found.all_discards == found.runs


@pytest.mark.parametrize("method", ["auto", "importance", "subset", "monte_carlo", "sobol"])
def test_no_failure_is_a_bound(method):
    found = estimate(lambda u: 60 - u[:, 0], 5, method=method)
    assert found.outcome is Outcome.BOUND_ONLY
    assert found.probability is None
    assert found.low == 0
    assert found.high == pytest.approx(
        1 - 0.05 ** (1 / found.samples)
    )  # the exact bound of `samples` without failure
    assert "bound only" in found.as_probability().method


def test_too_few_runs_are_not_called_agreement():
    found = estimate(lambda u: 5 - u[:, 0], 40, relative_error=0.02, max_runs=900, seed=0)
    assert found.outcome is Outcome.NOT_CONVERGED
    assert "asked for was 2%" in found.reason
    assert "not converged" in found.as_probability().method


def test_two_estimates_that_differ_are_called_so():
    margins = np.where(np.arange(1000) < 500, -1.0, 1.0)
    found = weighted(np.full(1000, np.log(1e-7)), margins, np.zeros(1000, int), 0.95)
    near = SecondEstimate(found.probability * 1.2, 0.15, 100, "another")
    far = SecondEstimate(found.probability * 2.0, 0.15, 100, "another")
    assert judge(found, near, Request(0.1, 0.95))[0] is Outcome.AGREED
    outcome, reason = judge(found, far, Request(0.1, 0.95))
    assert outcome is Outcome.DISAGREED
    assert "joint standard errors" in reason


def test_a_region_that_fills_the_tails_is_not_missed_silently():
    # the first search sees a half-space; most of the probability is in a shell that no plane describes
    found = estimate(lambda u: np.minimum(4.5 - u[:, 0], 5.6 - np.linalg.norm(u[:, :4], axis=1)), 4, seed=0)
    truth = np.exp(-(5.6**2) / 2) * (
        1 + 5.6**2 / 2
    )  # χ² with four degrees of freedom; the half-space adds 3e-6
    inside = found.low <= truth + 3.4e-6 and truth <= found.high
    assert inside or found.outcome is not Outcome.AGREED


def test_subset_simulation_takes_over_where_runs_allow():
    found = estimate(
        lambda u: 5.6 - np.linalg.norm(u[:, :4], axis=1), 4, seed=0, max_runs=40_000, relative_error=0.2
    )
    truth = np.exp(-(5.6**2) / 2) * (1 + 5.6**2 / 2)
    assert found.probability == pytest.approx(truth, rel=4 * found.relative_error)


@pytest.mark.parametrize("steepness", [20.0, 100.0])
@pytest.mark.parametrize("law", [np.sinh, np.tanh])
def test_a_gradient_does_not_depend_on_the_law_of_the_margin(law, steepness):
    # a latch regenerates exponentially: difference quotients of its margin exaggerate the largest derivatives
    slope = np.linspace(1, 0, 20) / np.linalg.norm(np.linspace(1, 0, 20))
    limit = Counted(lambda u: 1e-9 * law(steepness * (5 - u @ slope)), 20, 1000, 0)
    point = np.random.default_rng(0).standard_normal(20) + 3 * slope
    point *= (5 + 1e-3) / (point @ slope)
    _, found = gradient(limit, point)
    assert -found @ slope / np.linalg.norm(found) > 0.995


@pytest.mark.parametrize("law", ["sign", "jump"])
def test_a_gradient_is_found_where_the_margin_jumps(law):
    # a write that just fails: safe and flat before, failed and flat behind; only where it happens tells the direction
    slope = np.linspace(1, 0, 20) * np.where(np.arange(20) % 2, 1, -1)
    slope /= np.linalg.norm(slope)

    def limit(u):
        safe = np.where(u @ slope < 5, 1.0, 0.0)
        return 2 * safe - 1 if law == "sign" else safe * (0.01 - 1e-3 * u[:, 3]) - 1e-9

    counted = Counted(limit, 20, 1000, 0)
    point = np.random.default_rng(0).standard_normal(20) + 3 * slope
    point *= (5 + 1e-3) / (point @ slope)
    _, found = gradient(counted, point)
    assert -found @ slope / np.linalg.norm(found) > 0.99
    assert counted.runs < 200


def test_crossings_are_those_of_the_lines():
    limit = Counted(lambda u: np.where(u[:, 0] < 3 + 0.3 * u[:, 1], 1.0, -1.0), 2, 1000, 0)
    across = np.array([0.0, 0.1, 0.8, -0.8, 20.0])
    found = crossings(limit, np.column_stack([np.full(5, 3.0), across]), np.array([1.0, 0.0]), 0.01, 2.0)
    assert found[:4] == pytest.approx(0.3 * across[:4], rel=0.11, abs=0.01)
    assert np.isnan(found[4])


def test_a_bent_boundary_is_learnt_from_signs():
    # b(y) = 5 + 0.1 y₁ - 0.1 y₂² seen through signs alone, by points scattered around it
    region = Region(np.array([5.0, 0, 0, 0]), np.array([1.0, 0, 0, 0]))
    points = region.design_point + np.random.default_rng(1).standard_normal((300, 4))
    margins = np.where(points[:, 0] < 5 + 0.1 * points[:, 1] - 0.1 * points[:, 2] ** 2, 1.0, -1.0)
    jump = Profile(np.array([-1.0, 1.0]), np.array([0.1, 0.0]))
    surface = fit(region, points, margins, jump)
    for y in ([0.0, 0, 0], [1, 0, 0], [0, 1.5, 0], [0, -1.5, 1]):
        u = np.array([0.0, *y])
        start = float(surface.start((u @ surface.across)[None])[0])
        assert start == pytest.approx(5 + 0.1 * u[1] - 0.1 * u[2] ** 2, abs=0.12)
    assert surface.uncertainty < 0.3


def test_points_are_folded_out_of_known_regions():
    region = Region(np.array([4.0, 0.0]), np.array([1.0, 0.0]))
    points = np.array([[5.0, 1.0], [1.0, 7.0], [-3.0, 0.0]])
    folded = fold_out(points, [region])
    assert folded[0] == pytest.approx([-1.0, 1.0])  # mirrored at half the way, 2
    assert np.array_equal(folded[1:], points[1:])
    assert (fold_out(points, [region, Region(np.array([0.0, 4.0]), np.array([0.0, 1.0]))])[:, 1] <= 2).all()
