"""The bundled parameter set against the published bounds that its fit script fits it to."""

import importlib.util
import math
import sys
from functools import cache

import numpy as np
import pytest
from scipy.special import ndtr

from spicekit.data import data_path
from spicekit.run.spec import load_spec
from spicekit.studies.memory.simulate import simulate_range

PUBLISHED = {  # bit error rate, SET energy [J] of the published table
    "typical": (1e-7, 300e-12),
    "optimized-endurance": (1e-4, 300e-12),
    "optimized-energy": (1e-5, 25e-12),
}


@cache
def fit_script(whole):
    """Return the script; if not the whole, with a quarter of its barriers: margins move by less than 0.1 decades."""
    path = data_path("device_models", "rram") / "fit_hfo2_130nm.py"
    spec = importlib.util.spec_from_file_location(f"fit_hfo2_130nm_{whole}", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look for themselves there
    spec.loader.exec_module(module)
    if not whole:
        low, high = module.GRID["lrs"], module.GRID["hrs"]
        fine = np.searchsorted(low, 0.89)  # where SET begins to fail
        module.GRID = {"lrs": np.concatenate([low[:fine:4], low[fine::2]]), "hrs": high[::3]}
        module.BEFORE, module.RATIOS = module.BEFORE[::2], np.append(module.RATIOS[::2], module.RATIOS[-1])
        module.WIDEST, module.HALVINGS["direction"] = 0.25, 4
    return module


@cache
def problem(whole):
    return fit_script(whole).Problem(load_spec("programming_conditions"))


@pytest.mark.slow
@pytest.mark.parametrize("name", PUBLISHED)
def test_the_card_meets_error_rate_and_energy_of_the_published_table(name):
    theta, _ = fit_script(False).standing()
    bound, energy = PUBLISHED[name]
    assert problem(True).ber(name, theta) < bound / 9  # a decade inside, less rounding
    assert problem(True).device(name, theta).energy["lrs"] == pytest.approx(energy, rel=0.3)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["typical", "optimized-endurance"])
def test_two_bounds_bind(name):
    theta, _ = fit_script(False).standing()
    assert problem(True).margin(name, theta) == pytest.approx(fit_script(False).DECADES, abs=0.1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wider", "missed"), [("e_set", "typical"), ("e_reset", "optimized-endurance")]
)  # which bound binds which spread
def test_the_fit_notices_a_card_that_misses_a_bound(wider, missed):
    theta, _ = fit_script(False).standing()
    theta[f"size {wider}"] *= 2
    assert problem(False).margin(missed, theta) < 0


@pytest.mark.parametrize("parameter", ["e_set", "e_reset"])
def test_the_distribution_by_quadrature_is_that_of_draws(parameter):
    drawn = fit_script(False).standing_card().population().parameters[parameter]
    chance, deviation = fit_script(False).latent(parameter)
    draws = drawn(*np.random.default_rng(1).standard_normal((4, 400_000)))
    for level in (0.001, 0.01, 0.16, 0.5, 0.84, 0.99, 0.999):
        at = drawn.nominal + drawn.sigma * deviation[np.searchsorted(np.cumsum(chance), level)]
        error = math.sqrt(level * (1 - level) / len(draws))
        # and the steps of the quadrature, below a hundredth of a standard deviation
        near = 0.02 * drawn.sigma
        assert (draws < at - near).mean() - 4 * error < level < (draws < at + near).mean() + 4 * error


def test_parts_of_a_barrier_have_the_measured_shares():
    population = fit_script(False).standing_card().population()
    for name, parts in fit_script(False).MEASURED.items():
        size = population.parameters[name].sigma / fit_script(False).measured(name)
        for part, sigma in parts.items():
            assert getattr(population.parameters[name], part) == pytest.approx(size * sigma, rel=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["optimized-endurance", "optimized-energy"])
def test_simulated_devices_are_spread_as_the_fit_predicts(name):
    samples = 150
    found = simulate_range(problem(False).chains[name], 1, 0, samples)
    device = problem(False).device(name, fit_script(False).standing()[0])
    for state in ("lrs", "hrs"):
        ln_r = np.log(found[state].dropna())
        low, middle, high = np.quantile(ln_r, ndtr([-1.0, 0.0, 1.0]))
        sigma = device.states[state].sigma
        assert middle == pytest.approx(
            device.states[state].quantile(0.5), abs=4 * 1.25 * sigma / samples**0.5
        )
        # one standard error is 7 %; four of them
        assert (high - low) / 2 == pytest.approx(sigma, rel=0.3)
    assert found["energy_set"].mean() == pytest.approx(device.energy["lrs"], rel=0.05)
