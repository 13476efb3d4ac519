"""Chains as limit functions: the margin against the outcome of the same chains, and a rate against a count."""

import numpy as np
import pytest

from spicekit.sampling.counts import Counts, error_probability
from spicekit.sampling.rare import Outcome, estimate
from spicekit.studies.memory.chain import build_chain
from spicekit.studies.memory.condition import Condition
from spicekit.studies.memory.simulate import simulate
from spicekit.studies.rare.limit import ChainLimit


@pytest.fixture(scope="module")
def weak(technology):
    """A chain whose RESET is too weak to be read reliably."""
    return build_chain(technology, Condition("weak", 2e-4, 1.1, 1e-7))


@pytest.fixture(scope="module")
def aged(technology):
    """A chain that has aged nearly as far as the ageing law reaches."""
    return build_chain(technology, Condition("typical", 2e-4, 2.5, 1e-6), 6e9)


@pytest.mark.parametrize(("chain", "weight"), [("weak", 1), ("aged", -1)])
def test_the_sign_of_the_margin_is_the_outcome(request, chain, weight):
    chain = request.getfixturevalue(chain)
    limit = ChainLimit(chain, weight)
    points = 2 * np.random.default_rng(4).standard_normal((8, limit.dimension))  # wide: errors among them
    outcome = simulate(chain, points, np.full(8, weight))["outcome"]
    assert set(outcome) == {"ok", "error"}
    assert ((limit(points) < 0) == (outcome == "error")).all()


def test_a_cell_is_its_own_mirror_image(weak):
    """So that both stored values fail alike, and an estimate of one may stand for the other."""
    plus, minus = ChainLimit(weak, 1), ChainLimit(weak, -1)
    place = {name: i for i, name in enumerate(plus.coordinates)}

    def mirrored(name):
        return name.replace("left", "@").replace("right", "left").replace("@", "right")

    points = np.random.default_rng(6).standard_normal((2, plus.dimension))
    other = points[:, [place[mirrored(name)] for name in plus.coordinates]]
    assert minus(other) == pytest.approx(plus(points), rel=1e-5)
    assert minus(points) != pytest.approx(plus(points), rel=0.1)


def agrees_with_a_count(limit, samples):
    """Estimate the rate and count it, and ask for intervals that meet."""
    found = estimate(
        limit,
        limit.dimension,
        method="importance",
        relative_error=0.1,
        max_runs=1500,
        seed=3,
        identity=limit.drawn,
    )
    margins = limit(np.random.default_rng(9).standard_normal((samples, limit.dimension)))
    counts = Counts(samples, int((margins < 0).sum()), int(np.isnan(margins).sum()))
    counted = error_probability(counts, "counted")
    assert counts.errors > 10
    assert found.outcome is Outcome.AGREED
    assert counted.low <= found.high
    assert found.low <= counted.high


@pytest.mark.slow
def test_an_estimate_agrees_with_counted_chains(weak):
    agrees_with_a_count(ChainLimit(weak, 1), 3000)
