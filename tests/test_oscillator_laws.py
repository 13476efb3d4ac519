"""Laws of single devices and spread over devices, from made-up numbers with known answers."""

import numpy as np
import pytest

from spicekit.statistics import Estimate
from spicekit.studies.oscillation.laws import Behaviour, fit_laws
from spicekit.studies.oscillation.result import OscillatorLaws
from spicekit.studies.oscillators.spread import Spread, over_devices

TRUE = {
    "frequency": 300e6, "field_sensitivity": 190e6, "frequency_shift": 150e6, "damping": 6e6, "damping_growth": 2.0,
    "spin_torque": 3e9, "threshold": 2e-3, "thermal_power": 4.4e-4,
}  # fmt: skip


def behaviour(rng, noise=1.0, fields=(0.0, 0.0, 0.0, 0.0, 0.02, -0.02)):
    """What Slavin and Tiberkevich's laws give (IEEE Trans. Magn. 45, 1875, 2009), with errors as of a record."""
    current = np.array([2.6e-3, 3e-3, 4e-3, 6e-3, 4e-3, 4e-3])[: len(fields)]
    field = np.array(fields)
    zeta = current / TRUE["threshold"]
    power = (zeta - 1) / (zeta + TRUE["damping_growth"])
    frequency = TRUE["frequency"] + TRUE["frequency_shift"] * power + TRUE["field_sensitivity"] * field
    relaxation = 2 * np.pi * TRUE["damping"] * (zeta - 1)
    diffusion = 2 * np.pi * TRUE["damping"] * TRUE["thermal_power"] * (1 + TRUE["damping_growth"] * power)
    diffusion *= TRUE["frequency"] / frequency
    errors = {"frequency": np.full(len(field), 5e4), "power": 0.005 * power, "relaxation": 0.05 * relaxation,
              "noise": 0.03 * diffusion}  # fmt: skip
    values = {"frequency": frequency, "power": power, "relaxation": relaxation, "noise": diffusion}
    drawn = {k: v + noise * errors[k] * rng.standard_normal(len(field)) for k, v in values.items()}
    # the frequency follows the power that it had in this very record
    drawn["frequency"] += TRUE["frequency_shift"] * (drawn["power"] - power)
    return Behaviour(
        current=current, flux_density=field, **drawn, **{f"{k}_error": e for k, e in errors.items()}
    )


def test_laws_without_noise_are_those_that_made_the_points():
    laws = fit_laws(behaviour(np.random.default_rng(0), noise=0.0))
    for name, value in TRUE.items():
        assert getattr(laws, name) == pytest.approx(value, rel=1e-4), name


def test_errors_of_the_laws_cover_the_truth():
    rng = np.random.default_rng(1)
    fits = [fit_laws(behaviour(rng)) for _ in range(200)]
    for name, value in TRUE.items():
        found = np.array([getattr(f, name) for f in fits])
        stated = np.array([f.errors[name] for f in fits])
        assert found.mean() == pytest.approx(
            value, abs=4 * found.std() / np.sqrt(200) + 0.003 * abs(value)
        ), name
        off = np.abs(found - value) / stated
        assert 0.5 < (off < 1).mean() < 0.9, name  # 68 % of normal errors
        assert (off < 4).mean() > 0.97, name


def test_no_field_no_sensitivity_and_too_few_currents_no_laws():
    laws = fit_laws(behaviour(np.random.default_rng(2), fields=(0.0,) * 4))
    assert np.isnan(laws.field_sensitivity)
    assert laws.frequency == pytest.approx(300e6, rel=2e-3)
    assert fit_laws(behaviour(np.random.default_rng(2), fields=(0.0,) * 2)) is None


def test_the_spread_of_devices_is_found_without_the_errors_of_each():
    rng = np.random.default_rng(3)
    nominal = np.r_[True, np.zeros(12, bool)]
    found = []
    for _ in range(300):
        errors = np.full(13, 4.0)
        values = np.r_[100.0, rng.normal(100, 5, 12)] + rng.normal(0, errors)
        found.append(over_devices(values, errors, nominal))
    assert np.mean([f.mean.value for f in found]) == pytest.approx(100, abs=0.3)
    assert np.mean([f.mean.error for f in found]) == pytest.approx(np.hypot(5, 4) / np.sqrt(12), rel=0.05)
    # variances are unbiased, so their root is a little low; without the correction it would be √(5² + 4²) = 6.4
    assert np.mean([f.std.value**2 for f in found]) == pytest.approx(25, rel=0.1)
    off = np.array([abs(f.std.value - 5) / f.std.error for f in found])
    assert 0.5 < (off < 1).mean() < 0.95
    assert {f.devices for f in found} == {12}


def test_a_nominal_device_alone_is_the_mean_and_has_no_spread():
    nan = float("nan")
    lone = over_devices(np.array([3.0, nan]), np.array([0.1, nan]), np.array([True, False]))
    assert lone == Spread(mean=Estimate(value=3, error=0.1), nominal=Estimate(value=3, error=0.1), devices=0)
    assert over_devices(np.array([nan]), np.array([nan]), np.array([True])) is None


def test_the_laws_of_a_block_are_the_closed_forms_of_their_means():
    spreads = {name: Spread(mean=Estimate(value=value), devices=5) for name, value in TRUE.items()}
    laws = OscillatorLaws(**spreads, worst_residual={})
    oscillator = laws.oscillator()
    assert oscillator.threshold == pytest.approx(2e-3)
    assert oscillator.power(4e-3) == pytest.approx(0.25)  # (ζ - 1)/(ζ + Q) = 1/4
    assert oscillator.oscillation_frequency(4e-3) == pytest.approx(337.5e6)
    assert laws.oscillator(damping=9e6).threshold == pytest.approx(3e-3)
