"""Metropolis-Hastings by programming cycles: against closed forms and grids, with laws made up to be hard."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import log_expit
from scipy.stats import lognorm, norm, truncnorm

from spicekit.network.mcmc import Law, Model, Rule, coding, learn
from spicekit.network.mcmc.devices import Devices
from spicekit.network.mcmc.models import log_likelihood
from spicekit.network.mcmc.predict import draws_of
from spicekit.network.mcmc.train import Job, train

TARGET = np.geomspace(1e-5, 1e-3, 200)
CODE = coding(5e-5, 2.5e-4, 1.0)


def made_up(relative=0.2, power=1.0, share=0.0, correlation=0.0, shape="log-normal"):
    """A law whose spread grows as a power of the conductance: the higher, the less symmetric the proposals."""
    std = relative * 1e-4 * (TARGET / 1e-4) ** power
    return Law(TARGET, TARGET, std, TARGET, share, correlation, shape)


def sampled(found, code=CODE):
    """Mean and standard deviation of each parameter, and of all conductances, weighted by counters."""
    share = found.counts / found.counts.sum()
    w = code.parameters(found.conductances)
    mean = np.einsum("cm,cmp->p", share, w)
    std = np.sqrt(np.einsum("cm,cmp->p", share, (w - mean) ** 2))
    return mean, std, np.einsum("cm,cmp->p", share, found.conductances).mean()


@pytest.mark.parametrize("shape", ["normal", "log-normal"])
def test_draws_have_the_density_that_the_ratio_uses(shape):
    law = made_up(0.1, 0.7, shape=shape)
    target = 1.3e-4
    std = 0.1e-4 * 1.3**0.7

    def density(g):
        return float(np.exp(law.log_density(np.array(g), np.array(target)))) / np.sqrt(2 * np.pi)

    assert quad(density, 3e-5, 4e-4, points=[target])[0] == pytest.approx(1, abs=1e-6)
    assert quad(lambda g: g * density(g), 3e-5, 4e-4, points=[target])[0] == pytest.approx(target, rel=1e-5)
    # draws of chosen deviations are quantiles of SciPy's laws
    z = np.array([-2.0, 0.0, 1.5])
    width = np.sqrt(np.log1p((std / target) ** 2))
    other = norm(target, std) if shape == "normal" else lognorm(width, scale=target * np.exp(-(width**2) / 2))
    np.testing.assert_allclose(law.draw(np.full(3, target), z), other.ppf(norm.cdf(z)), rtol=1e-4)


def test_deviations_have_the_parts_and_the_memory_asked_for():
    law = made_up(0.05, share=0.4, correlation=0.8, shape="normal")
    devices = Devices(law, tuple(range(40)), 1, 100, 3)
    first, still = np.zeros(40, dtype=int), np.zeros(40, dtype=int)
    z = np.array([devices.cycle(first, np.full((40, 100), 1e-4), still) / 5e-6 - 20 for _ in range(6)])
    assert z.std() == pytest.approx(1, abs=0.03)
    # two cycles of one device share 0.4, and 0.6 of the rest as often as the memory lasts: 0.8 to the power of the lag
    for lag in (1, 5):
        found = np.mean(z[0] * z[lag])
        assert found == pytest.approx(0.4 + 0.6 * 0.8**lag, abs=0.05)


def test_a_fresh_part_remembers_nothing():
    law = replace(made_up(0.05, share=0.4, correlation=0.8, shape="normal"), slow_share=0.3)
    devices = Devices(law, tuple(range(40)), 1, 100, 3)
    first, still = np.zeros(40, dtype=int), np.zeros(40, dtype=int)
    z = np.array([devices.cycle(first, np.full((40, 100), 1e-4), still) / 5e-6 - 20 for _ in range(6)])
    assert z.std() == pytest.approx(1, abs=0.03)
    for lag in (1, 5):  # the device's own, and of the rest the slow third as long as it lasts
        assert np.mean(z[0] * z[lag]) == pytest.approx(0.4 + 0.6 * 0.3 * 0.8**lag, abs=0.05)


def _flat(w):
    return np.zeros(len(w))


def test_asymmetric_proposals_leave_the_prior_as_it_is_with_the_exact_ratio_alone():
    """Without data the conductances must follow their truncated normal prior (scipy.stats.truncnorm)."""
    rule = Rule(3000, 1500, spare=100)
    reach = (CODE.high - CODE.centre) / CODE.spread
    prior = truncnorm(-reach, reach, CODE.centre, CODE.spread)
    found = {}
    for ratio in ("exact", "shortcut"):
        learned = learn(made_up(0.35), CODE, _flat, 1, replace(rule, ratio=ratio), tuple(range(40)), 1)
        found[ratio] = sampled(learned)[2]
        if ratio == "exact":
            share = learned.counts[..., None] / learned.counts.sum()
            std = np.sqrt((share * (learned.conductances - prior.mean()) ** 2).sum() / 2)
            assert std == pytest.approx(prior.std(), rel=0.03)
    # some thousand effective draws: the mean is known to 2 % of a standard deviation
    assert found["exact"] == pytest.approx(prior.mean(), abs=0.06 * prior.std())
    # without the ratio the chain dwells where cycles scatter less
    assert found["shortcut"] < prior.mean() - 0.2 * prior.std()


def test_logistic_regression_with_two_parameters_is_that_of_a_grid():
    rng = np.random.default_rng(5)
    x = np.column_stack([rng.standard_normal(25), np.ones(25)])
    y = (rng.random(25) < 1 / (1 + np.exp(-(1.2 * x[:, 0] - 0.7)))).astype(int)
    # a parameter's prior: the difference of two cut normals, on a grid
    reach = (CODE.high - CODE.centre) / CODE.spread
    u = np.linspace(-reach, reach, 801)
    cut = truncnorm.pdf(u, -reach, reach)
    difference = np.convolve(cut, cut[::-1])
    w = np.linspace(-2 * reach, 2 * reach, len(difference)) / np.sqrt(2)
    w, difference = w[::8], difference[::8]
    score = w[:, None, None] * x[:, 0] + w[None, :, None]
    posterior = (
        difference[:, None] * difference * np.exp(log_expit(np.where(y > 0, score, -score)).sum(axis=-1))
    )
    posterior /= posterior.sum()
    mean = np.array([(posterior.sum(axis=1) * w).sum(), (posterior.sum(axis=0) * w).sum()])
    square = np.array([(posterior.sum(axis=1) * w**2).sum(), (posterior.sum(axis=0) * w**2).sum()])
    std = np.sqrt(square - mean**2)
    likelihood = partial(log_likelihood, Model(2), x[None], y[None])
    found = learn(made_up(0.3), CODE, likelihood, 2, Rule(3000, 1800, spare=100), tuple(range(40)), 2)
    np.testing.assert_allclose(sampled(found)[0], mean, atol=0.08 * std.min())
    np.testing.assert_allclose(sampled(found)[1], std, rtol=0.06)


def _gaussian(variance, w):
    return -(w**2).sum(axis=-1) / (2 * variance)


def test_devices_that_remember_need_their_places_moved():
    """Gaussian likelihood and prior: the posterior's variance is 1/(1/prior + 1/likelihood) in closed form."""
    code = coding(5e-5, 2.5e-4, 1.0, reach=4)  # the prior is hardly cut
    expected = np.sqrt(1 / (1 + 1 / 0.25))
    law = made_up(0.12, 0.7, share=0.5, correlation=0.975)
    std = {}
    for retry in ("rotate", "same"):
        rule = Rule(3000, 200, retry=retry, spare=100)
        found = learn(law, code, partial(_gaussian, 0.25), 16, rule, tuple(range(20)), 4)
        std[retry] = sampled(found, code)[1].mean()
    assert std["rotate"] == pytest.approx(expected, rel=0.07)
    assert abs(std["same"] / expected - 1) > 0.15


def test_counters_count_every_proposal_until_models_are_given_up():
    found = learn(made_up(), CODE, _flat, 2, Rule(50, 200, spare=20), (0, 1, 2), 0)
    assert (found.counts.sum(axis=1) == 51).all()  # the first model and fifty proposals
    assert ((found.counts > 0).sum(axis=1) == found.accepted + 1).all()
    assert (found.cycles.sum(axis=1) == 51).all()
    full = learn(made_up(), CODE, _flat, 2, Rule(400, 40, spare=20), (0, 1, 2), 0)
    assert ((full.counts > 0).sum(axis=1) == 20).all()
    inside = full.conductances[full.counts > 0]
    assert inside.min() >= CODE.low
    assert inside.max() <= CODE.high


def _job(chains, steps=60):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((25, 30, 4))
    y = rng.integers(0, 2, (25, 30))
    law = made_up(0.1, share=0.5, correlation=0.9)
    return Job(law, CODE, Model(4), x[list(chains)], y[list(chains)], Rule(steps, 40, spare=10), chains, 7)


def test_an_array_is_the_same_for_any_workers_and_neighbours():
    one, two = train(_job(tuple(range(25)))), train(_job(tuple(range(25))), workers=2)
    np.testing.assert_array_equal(one.conductances, two.conductances)
    np.testing.assert_array_equal(one.counts, two.counts)
    some = train(_job((3, 17)))
    np.testing.assert_array_equal(one.trace[[3, 17]], some.trace)
    longer = train(_job((3, 17), steps=200))
    np.testing.assert_array_equal(longer.trace[:, :60], some.trace)
    other = train(replace(_job((3, 17)), seed=8))
    assert (other.trace != some.trace).any()


def test_a_sample_outside_the_range_is_rejected_not_clipped():
    narrow = coding(0.99e-4, 1.01e-4, 1.0)
    found = learn(made_up(0.3), narrow, _flat, 3, Rule(100, 50, spare=10), (0, 1), 0)
    assert found.accepted.max() < 10
    assert found.counts.sum() == 2 * 101


def test_draws_are_models_as_often_as_counted():
    models = np.arange(6.0).reshape(2, 3, 1)
    assert draws_of(models, np.array([[2, 0, 2], [1, 1, 1]]))[..., 0].tolist() == [[0, 2, 2], [3, 4, 5]]


def test_arviz_sees_chains_that_do_not_mix():
    pytest.importorskip("arviz_stats")
    from spicekit.network.mcmc.diagnose import _arviz

    rng = np.random.default_rng(0)
    size, ratio = _arviz(rng.standard_normal((4, 500, 1)))
    assert size == pytest.approx(500, rel=0.3)  # independent draws: as many as there are
    assert ratio < 1.02
    assert _arviz(rng.standard_normal((4, 500, 1)) + np.arange(4)[:, None, None])[1] > 1.5
