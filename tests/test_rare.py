"""Rare-event estimates against closed forms, SciPy and OpenTURNS."""

import numpy as np
import openturns as ot
import pytest
from scipy.integrate import quad
from scipy.stats import chi2, norm

from spicekit.errors import InputError
from spicekit.sampling.rare import METHODS, Estimate, Outcome, estimate

SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))]


def half_space(beta, dimension):
    slope = np.linspace(1, 0.3, dimension)
    slope /= np.linalg.norm(slope)
    return lambda u: beta - u @ slope


def close(found: Estimate, truth: float, errors: float = 4.0) -> bool:
    """Within so many of its own standard errors; 4 leave 1 in 16,000 by chance."""
    assert found.probability is not None
    return abs(found.probability - truth) < errors * found.relative_error * found.probability


@pytest.mark.parametrize(
    ("dimension", "truth", "bar"),
    [
        (2, 1e-3, 1000),
        pytest.param(6, 1e-7, 1000, marks=pytest.mark.slow),
        (20, 1e-7, 1000),
        pytest.param(40, 1e-7, 1000, marks=pytest.mark.slow),
        pytest.param(20, 1e-12, 2000, marks=pytest.mark.slow),
        (40, 1e-12, 2000),
    ],
)
@pytest.mark.parametrize("seed", SEEDS)
def test_half_spaces_to_ten_percent_within_the_runs_allowed(dimension, truth, bar, seed):
    found = estimate(half_space(norm.isf(truth), dimension), dimension, max_runs=bar, seed=seed)
    assert found.outcome is Outcome.AGREED
    assert found.relative_error <= 0.1
    assert found.runs <= bar
    assert close(found, truth)
    assert len(found.regions) == 1
    assert found.regions[0].beta == pytest.approx(norm.isf(truth), abs=0.05)


@pytest.mark.parametrize(
    ("dimension", "beta", "bend", "bent"),
    [(10, 4.5, 0.05, 5), pytest.param(10, 5.2, -0.04, 5, marks=pytest.mark.slow), (40, 5.5, -0.03, 9)],
)
@pytest.mark.parametrize("seed", SEEDS)
def test_curved_boundaries(dimension, beta, bend, bent, seed):
    # integrate the half-space's probability over the χ² law of the bent coordinates
    truth = quad(lambda x: norm.sf(beta + bend * x) * chi2.pdf(x, bent), 0, 400, epsabs=0, limit=400)[0]
    found = estimate(
        lambda u: beta - u[:, 0] + bend * (u[:, 1 : bent + 1] ** 2).sum(axis=1), dimension, seed=seed
    )
    assert found.relative_error <= 0.1
    assert close(found, truth)
    # a plane at the design point is off by far more: curvature was really in it
    assert not close(found, float(norm.sf(beta)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(5e-8, 5e-8, id="equal", marks=pytest.mark.slow),
        pytest.param(8e-8, 2e-8, id="unequal"),
        pytest.param(8e-13, 2e-13, id="rarer", marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("opposite", [False, True])
def test_two_regions_are_both_found_and_weighed(one, other, opposite):
    first, second = norm.isf(one), norm.isf(other)
    axis = 0 if opposite else 1
    found = estimate(lambda u: np.minimum(first - u[:, 0], second + u[:, axis]), 8, seed=5)
    truth = one + other - (0 if opposite else one * other)
    assert close(found, truth)
    assert found.outcome is Outcome.AGREED
    shares = sorted((region.beta, region.importance) for region in found.regions)
    assert [beta for beta, _ in shares] == pytest.approx(sorted([first, second]), abs=0.05)
    assert shares[0][1] == pytest.approx(one / truth, abs=0.2)


@pytest.mark.parametrize("steepness", [pytest.param(3.0, marks=pytest.mark.slow), 15.0])
@pytest.mark.parametrize("seed", SEEDS)
def test_margins_that_are_flat_on_both_sides(steepness, seed):
    linear = half_space(norm.isf(1e-7), 20)
    found = estimate(lambda u: np.tanh(steepness * linear(u)), 20, seed=seed)
    assert found.probability is not None
    assert close(found, 1e-7)


@pytest.mark.parametrize("bend", [pytest.param(0.0, marks=pytest.mark.slow), -0.04])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_margin_that_is_nothing_but_a_sign(bend, seed):
    truth = quad(lambda x: norm.sf(5.2 + bend * x) * chi2.pdf(x, 5), 0, 400, epsabs=0, limit=400)[0]
    found = estimate(
        lambda u: np.sign(5.2 - u[:, 0] + bend * (u[:, 1:6] ** 2).sum(axis=1)), 10, seed=seed, max_runs=3000
    )
    assert found.outcome is Outcome.AGREED
    assert close(found, truth)


def test_noise_on_the_margin_does_not_mislead():
    linear, mix = half_space(norm.isf(1e-7), 40), 1e4 * np.arange(1, 41)
    found = estimate(lambda u: linear(u) + 1e-6 * np.sin(u @ mix), 40, seed=1)
    assert close(found, 1e-7)


def test_regions_that_lean_on_each_other_are_told_apart():
    beta, angle = 5.0, np.pi / 6
    both = quad(
        lambda t: norm.pdf(t) * norm.sf((beta - np.cos(angle) * t) / np.sin(angle)), beta, 30, epsabs=0
    )[0]
    found = estimate(
        lambda u: np.minimum(beta - u[:, 0], beta - np.cos(angle) * u[:, 0] - np.sin(angle) * u[:, 1]),
        10,
        seed=2,
    )
    assert close(found, 2 * norm.sf(beta) - both)
    assert len(found.regions) == 2


def test_a_corner_is_found_behind_flat_margins():
    edge = 3.2
    found = estimate(
        lambda u: np.tanh(3 * np.maximum(edge - u[:, 1], edge - u[:, 2])), 8, seed=0, max_runs=4000
    )
    assert close(found, norm.sf(edge) ** 2)
    assert found.regions[0].design_point[1:3] == pytest.approx([edge, edge], abs=0.1)


@pytest.mark.parametrize("method", ["monte_carlo", "sobol", "subset", "importance", "auto"])
def test_every_method_agrees_with_the_closed_form(method):
    truth = 0.004
    found = estimate(half_space(norm.isf(truth), 4), 4, method=method, max_runs=60_000, seed=3)
    assert close(found, truth)
    assert found.relative_error <= 0.1
    assert found.low < truth < found.high
    assert found.outcome is Outcome.AGREED
    assert set(METHODS) >= {method}


def test_subset_simulation_is_that_of_openturns():
    limit = half_space(norm.isf(1e-5), 3)
    found = estimate(limit, 3, method="subset", max_runs=30_000, seed=1)
    form = ot.SubsetSampling(
        ot.ThresholdEvent(
            ot.CompositeRandomVector(
                ot.PythonFunction(3, 1, func_sample=lambda x: limit(np.array(x))[:, None]),
                ot.RandomVector(ot.Normal(3)),
            ),
            ot.Less(),
            0.0,
        )
    )
    form.setMaximumOuterSampling(5000)
    ot.RandomGenerator.SetSeed(7)
    form.run()
    reference = form.getResult()
    joint = np.hypot(found.relative_error, reference.getCoefficientOfVariation())
    assert abs(np.log(found.probability / reference.getProbabilityEstimate())) < 4 * joint
    assert found.second is not None
    assert found.second.probability != found.probability


def test_frequent_failures_are_counted():
    found = estimate(half_space(1.0, 5), 5, max_runs=5000, seed=0)
    assert found.method == "Monte Carlo"
    assert "first samples failed" in found.reason
    assert close(found, float(norm.sf(1.0)))


def test_one_coordinate_is_enough():
    assert close(estimate(lambda u: 5 - u[:, 0], 1, seed=0), float(norm.sf(5)))
    with pytest.raises(InputError, match="`dimension` is 0"):
        estimate(lambda u: u[:, 0], 0)


def test_nothing_is_spent_beyond_the_runs_allowed_and_all_is_counted():
    seen = []

    def limit(u):
        seen.append(len(u))
        return half_space(norm.isf(1e-7), 6)(u)

    for method in METHODS:
        for most in (200, 1000):
            seen.clear()
            found = estimate(limit, 6, method=method, max_runs=most, seed=4)
            assert found.runs == sum(seen) <= most


@pytest.mark.parametrize("method", list(METHODS))
def test_the_seed_and_identity_alone_decide(method):
    limit = half_space(norm.isf(1e-2), 5)

    def found(function, **changed) -> list[float | None]:
        asked = {"method": method, "seed": 1, "identity": "a", "max_runs": 2000, **changed}
        one = estimate(function, 5, relative_error=0.3, **asked)
        return [one.probability, one.low, one.high, one.runs]

    ot.RandomGenerator.SetSeed(11)
    one = found(limit)
    ot.RandomGenerator.SetSeed(12)  # nobody else's generator matters, nor does how batches are cut
    assert found(lambda u: np.concatenate([limit(part) for part in np.array_split(u, 3)])) == pytest.approx(
        one, rel=1e-6
    )
    assert found(limit, identity="b")[:3] != one[:3]
    assert found(limit, seed=2)[:3] != one[:3]


def test_a_wrong_shape_and_wrong_words_are_refused():
    with pytest.raises(ValueError, match=r"returned shape \(\d+, 2\)"):
        estimate(lambda u: u[:, :2], 3)
    with pytest.raises(InputError, match="did you mean `subset`"):
        estimate(lambda u: u[:, 0], 3, method="subsets")
    with pytest.raises(InputError, match="`relative_error` is 2"):
        estimate(lambda u: u[:, 0], 3, relative_error=2)
    with pytest.raises(InputError, match="`max_runs` is 10"):
        estimate(lambda u: u[:, 0], 3, max_runs=10)
