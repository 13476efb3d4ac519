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
from spicekit.network.mcmc.evidence import Linear, Whole
from spicekit.network.mcmc.models import log_likelihood, log_likelihood_of
from spicekit.network.mcmc.rows import Rows
from spicekit.network.mcmc.train import Job, train

TARGET = np.geomspace(1e-5, 1e-3, 200)
CODE = coding(5e-5, 2.5e-4, 1.0)


def made_up(relative=0.2, power=1.0, share=0.0, correlation=0.0, shape="log-normal"):
    """A law whose spread grows as a power of the conductance: the higher, the less symmetric the proposals."""
    std = relative * 1e-4 * (TARGET / 1e-4) ** power
    return Law(TARGET, TARGET, std, TARGET, share, correlation, shape)


def sampled(found, code=CODE):
    """Mean and standard deviation of each parameter, and of all conductances."""
    w = code.parameters(found.conductances)
    return w.mean(axis=(0, 1)), w.std(axis=(0, 1)), found.conductances.mean()


@pytest.mark.parametrize("shape", ["normal", "log-normal"])
def test_draws_have_the_density_that_the_ratio_uses(shape):
    law = made_up(0.1, 0.7, shape=shape)
    target = 1.3e-4
    std = 0.1e-4 * 1.3**0.7

    def density(g):
        return float(np.exp(law.log_density(np.array(g), law.moments(np.array(target))))) / np.sqrt(2 * np.pi)

    assert quad(density, 3e-5, 4e-4, points=[target])[0] == pytest.approx(1, abs=1e-6)
    assert quad(lambda g: g * density(g), 3e-5, 4e-4, points=[target])[0] == pytest.approx(target, rel=1e-5)
    # draws of chosen deviations are quantiles of SciPy's laws
    z = np.array([-2.0, 0.0, 1.5])
    width = np.sqrt(np.log1p((std / target) ** 2))
    other = norm(target, std) if shape == "normal" else lognorm(width, scale=target * np.exp(-(width**2) / 2))
    np.testing.assert_allclose(
        law.draw(law.moments(np.full(3, target)), z), other.ppf(norm.cdf(z)), rtol=1e-4
    )


def test_deviations_have_the_parts_and_the_memory_asked_for():
    law = made_up(0.05, share=0.4, correlation=0.8, shape="normal")
    devices = Devices(law, tuple(range(40)), 1, 100, 3)
    first, moments = np.zeros((40, 1), dtype=int), law.moments(np.full((40, 1, 100), 1e-4))
    z = np.array([devices.cycle(first, moments, first) / 5e-6 - 20 for _ in range(6)])
    assert z.std() == pytest.approx(1, abs=0.03)
    # two cycles of one device share 0.4, and 0.6 of the rest as often as the memory lasts: 0.8 to the power of the lag
    for lag in (1, 5):
        found = np.mean(z[0] * z[lag])
        assert found == pytest.approx(0.4 + 0.6 * 0.8**lag, abs=0.05)


def test_a_fresh_part_remembers_nothing():
    law = replace(made_up(0.05, share=0.4, correlation=0.8, shape="normal"), slow_share=0.3)
    devices = Devices(law, tuple(range(40)), 1, 100, 3)
    first, moments = np.zeros((40, 1), dtype=int), law.moments(np.full((40, 1, 100), 1e-4))
    z = np.array([devices.cycle(first, moments, first) / 5e-6 - 20 for _ in range(6)])
    assert z.std() == pytest.approx(1, abs=0.03)
    for lag in (1, 5):  # the device's own, and of the rest the slow third as long as it lasts
        assert np.mean(z[0] * z[lag]) == pytest.approx(0.4 + 0.6 * 0.3 * 0.8**lag, abs=0.05)


def _flat(w):
    return np.zeros(len(w))


def test_asymmetric_proposals_leave_the_prior_as_it_is_with_the_exact_ratio_alone():
    """Without data the conductances must follow their truncated normal prior (scipy.stats.truncnorm)."""
    rule = Rule(3000, 1520, every=2, spare=20)
    reach = (CODE.high - CODE.centre) / CODE.spread
    prior = truncnorm(-reach, reach, CODE.centre, CODE.spread)
    found = {}
    for ratio in ("exact", "shortcut"):
        learned = learn(made_up(0.35), CODE, Whole(_flat), 1, replace(rule, ratio=ratio), tuple(range(40)), 1)
        found[ratio] = sampled(learned)[2]
        if ratio == "exact":
            assert learned.conductances.std() == pytest.approx(prior.std(), rel=0.03)
    # some thousand effective draws: the mean is known to 2 % of a standard deviation
    assert found["exact"] == pytest.approx(prior.mean(), abs=0.06 * prior.std())
    # without the ratio the chain dwells where cycles scatter less
    assert found["shortcut"] < prior.mean() - 0.2 * prior.std()


@pytest.mark.parametrize("blocks", [1, 2])
def test_logistic_regression_with_two_parameters_is_that_of_a_grid(blocks):
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
    evidence = Linear(np.repeat(x[None], 40, axis=0), np.repeat(y[None], 40, axis=0))
    rule = Rule(2000, 1020, blocks, every=2, spare=20)
    found = learn(made_up(0.3), CODE, evidence, 2, rule, tuple(range(40)), 2)
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
    for name, rule in {
        "rotate": Rule(3000, 200, every=22, spare=100),
        "blocks": Rule(240, 200, blocks=16, every=2, spare=100),
        "same": Rule(3000, 200, every=22, retry="same", spare=100),
    }.items():
        found = learn(law, code, Whole(partial(_gaussian, 0.25)), 16, rule, tuple(range(20)), 4)
        std[name] = sampled(found, code)[1].mean()
    assert std["rotate"] == pytest.approx(expected, rel=0.07)
    assert std["blocks"] == pytest.approx(expected, rel=0.04)
    assert abs(std["same"] / expected - 1) > 0.15


@pytest.mark.parametrize("blocks", [1, 3])
def test_kept_models_are_those_of_their_sweeps(blocks):
    """Seven parameters in blocks of three leave two places empty; evidence by blocks is that of the whole model."""
    rng = np.random.default_rng(1)
    x, y = rng.standard_normal((4, 30, 7)), rng.integers(0, 2, (4, 30))
    rule = Rule(130, 40, blocks, every=3, spare=20)
    found = learn(made_up(), CODE, Linear(x, y), 7, rule, tuple(range(4)), 0)
    assert found.conductances.shape == (4, 20, 14)
    sweeps = np.arange(2, 130, 3)[-20:]
    for model, sweep in enumerate(sweeps):
        held = found.conductances[:, model]
        level = CODE.log_prior(held) + log_likelihood(Model(7), x, y, CODE.parameters(held))
        np.testing.assert_allclose(found.trace[:, sweep], level, rtol=1e-10)
    whole = Whole(partial(log_likelihood, Model(7), x, y))
    other = learn(made_up(), CODE, whole, 7, rule, tuple(range(4)), 0)
    np.testing.assert_allclose(other.conductances, found.conductances)
    assert found.proposals == 130 * blocks
    assert 0.05 < found.acceptance < 0.95


def test_no_row_that_is_in_use_is_programmed():
    rng, rows, kept = np.random.default_rng(2), Rows(3, 2, 9, 5), []
    used = set()
    for step in range(150):
        for chain, block in np.ndindex(3, 2):
            row = rows.next[chain, block]
            assert row != rows.current[chain, block]
            assert all(row != model[chain, block] for model in kept)
            used.add((chain, block, int(row)))
        rows.settle(rng.random((3, 2)) < 0.6, rest=True)
        if step % 2 == 0:
            assert rows.keep() == (step // 2) % 5
            kept = [*kept, rows.current.copy()][-5:]
    assert len(used) == 3 * 2 * 9  # none is lost
    assert rows.in_order().tolist() == [0, 1, 2, 3, 4]


def _job(chains, steps=60):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((30, 30, 4))
    y = rng.integers(0, 2, (30, 30))
    law = made_up(0.1, share=0.5, correlation=0.9)
    return Job(law, CODE, Model(4), x[list(chains)], y[list(chains)], Rule(steps, 40, 2, spare=10), chains, 7)


def test_an_array_is_the_same_for_any_workers_and_neighbours():
    one, two = train(_job(tuple(range(30)))), train(_job(tuple(range(30))), workers=2)
    np.testing.assert_array_equal(one.conductances, two.conductances)
    some = train(_job((3, 17)))
    np.testing.assert_array_equal(one.trace[[3, 17]], some.trace)
    longer = train(_job((3, 17), steps=200))
    np.testing.assert_array_equal(longer.trace[:, :60], some.trace)
    other = train(replace(_job((3, 17)), seed=8))
    assert (other.trace != some.trace).any()


@pytest.mark.parametrize(
    ("blocks", "changed", "last", "accepted"),
    [
        (1, {}, (-26.63099439, -22.54657358), (22, 26)),
        (2, {}, (-23.2381188, -24.69070891), (59, 52)),
        (4, {"retry": "same"}, (-31.67899462, -24.50317064), (131, 117)),
        (3, {"retry": "next", "ratio": "shortcut"}, (-27.79826183, -27.32230916), (130, 116)),
    ],
)
def test_arrays_learn_what_they_always_have(blocks, changed, last, accepted):
    """Numbers of the sampler that went from block to block, before a whole sweep was programmed at once."""
    job = _job((3, 17))
    law, rule = replace(job.law, slow_share=0.3), replace(job.rule, blocks=blocks, **changed)
    found = train(replace(job, law=law, rule=rule))
    np.testing.assert_allclose(found.trace[:, -1], last, rtol=1e-8)
    assert tuple(found.accepted) == accepted


@pytest.mark.parametrize("samples", [1, 3, 30, 457])
def test_the_likelihood_is_that_of_each_sample(samples):
    """SciPy's log_expit, sample by sample; also where products of the factors are beyond all numbers."""
    wrong = np.random.default_rng(3).normal(-2, 6, (5, samples))
    wrong[1] *= 100
    wrong[2, -1] = 1000
    np.testing.assert_allclose(
        log_likelihood_of(wrong), log_expit(-wrong).sum(axis=-1), rtol=1e-13, atol=1e-13
    )


def test_a_law_between_its_places_is_straight_in_logarithms():
    law, target = made_up(0.3, 0.7), np.array([0.9e-5, 1.00001e-5, 1.3e-4, 9.99e-4, 1e-3, 2e-3])
    for found, table in zip(law.moments(target), (law.mean, law.std), strict=True):
        expected = np.exp(np.interp(np.log(target), np.log(law.target), np.log(table)))
        np.testing.assert_allclose(found, expected, rtol=1e-12)
    with pytest.raises(ValueError, match="equal steps"):
        replace(law, target=np.linspace(1e-5, 1e-3, 200))


def test_a_sample_outside_the_range_is_rejected_not_clipped():
    narrow = coding(0.99e-4, 1.01e-4, 1.0)
    found = learn(made_up(0.3), narrow, Whole(_flat), 3, Rule(100, 50, spare=10), (0, 1), 0)
    assert found.accepted.max() < 10
    assert found.conductances.min() >= narrow.low
    assert found.conductances.max() <= narrow.high


def test_arviz_sees_chains_that_do_not_mix():
    pytest.importorskip("arviz_stats")
    from spicekit.network.mcmc.diagnose import _arviz

    rng = np.random.default_rng(0)
    size, least, ratio = _arviz(rng.standard_normal((4, 500, 1)))
    assert size == least == pytest.approx(500, rel=0.3)  # independent draws: as many as there are
    assert ratio < 1.02
    assert _arviz(rng.standard_normal((4, 500, 1)) + np.arange(4)[:, None, None])[2] > 1.5
