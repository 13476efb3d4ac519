"""The bundled parameter set against the published bounds that its fit script fits it to."""

import importlib.util
from functools import cache

import pytest

from spicekit.data import data_path
from spicekit.run.spec import load_spec
from spicekit.statistics import load

PUBLISHED = {  # bit error rate, SET energy [J] of the published table
    "typical": (1e-7, 300e-12),
    "optimized-endurance": (1e-4, 300e-12),
    "optimized-energy": (1e-5, 25e-12),
}


@cache
def fit_script():
    path = data_path("device_models", "rram") / "fit_hfo2_130nm.py"
    spec = importlib.util.spec_from_file_location("fit_hfo2_130nm", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def problem():
    return fit_script().Problem(
        load_spec("programming_conditions"), offset=0.36
    )  # as the script simulates it


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_card_meets_error_rate_and_energy_of_the_published_table(name):
    module = fit_script()
    theta, _ = module.standing()
    bound, energy = PUBLISHED[name]
    assert problem().ber(name, theta) < bound / 9  # a decade inside, less rounding
    assert problem().device(name, theta).energy["lrs"] == pytest.approx(energy, rel=0.3)


def test_the_fit_notices_a_card_that_misses_a_bound():
    theta, _ = fit_script().standing()
    wider = theta | {"spread e_reset": 2 * theta["spread e_reset"]}
    assert problem().decades("optimized-endurance", wider) > 1
    assert problem().decades("optimized-endurance", theta) < 0.1


def test_the_committed_report_agrees_with_what_the_fit_predicts():
    found = load(data_path("reports") / "programming_conditions" / "statistics.json")
    for name in PUBLISHED:
        device = problem().device(name, fit_script().standing()[0])
        full = found.condition(name)
        assert full.lrs.sigma_ln == pytest.approx(device.sigma["lrs"], rel=0.15)  # 1,000 chains
        assert full.hrs.sigma_ln == pytest.approx(device.sigma["hrs"], rel=0.15)
        assert full.energy_set.mean == pytest.approx(device.energy["lrs"], rel=0.03)
