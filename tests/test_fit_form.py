"""The form of a distribution from many resistances: parts, tails and marginal, against what was drawn."""

import numpy as np
import pytest
import tomlkit
from scipy.stats import norm

from spicekit.data import data_path
from spicekit.fit.card import _correlate, _formed
from spicekit.fit.components import components, observations
from spicekit.fit.estimate import Interval
from spicekit.fit.fit import fit_devices
from spicekit.fit.form import Formed, Forms, _model, tell_forms
from spicekit.fit.measured import read_measured
from spicekit.fit.rows import state_rows
from spicekit.fit.shapes import Parts, latent_parts, marginal_of, scores, within_form
from spicekit.models.population import Marginal, Shape, uneven_size
from spicekit.models.rram import load_rram
from spicekit.models.spread_law import SpreadLaw

from .made_up_devices import CONDITION, HEADER, changed, measured_csv, normally_spread


@pytest.fixture(scope="module")
def technology(technology):
    """The base, which knows no forms."""
    return normally_spread(technology)


DEVICES, CYCLES, MEMORY = 200, 120, 30.0


def made_up(device, slow, fresh, shape=None, uneven=0.0, seed=1):
    rng = np.random.default_rng(seed)
    rho, state = np.exp(-1 / MEMORY), rng.standard_normal((DEVICES, CYCLES))
    for k in range(1, CYCLES):
        state[:, k] = rho * state[:, k - 1] + np.sqrt(1 - rho**2) * state[:, k]
    z = rng.standard_normal((DEVICES, CYCLES))
    size = fresh * uneven_size(uneven, rng.standard_normal((DEVICES, 1)))
    return device * rng.standard_normal((DEVICES, 1)) + slow * state + size * (shape(z) if shape else z)


def found_parts(y):
    device = np.repeat(np.arange(DEVICES), CYCLES)
    cycle = np.tile(np.arange(CYCLES) * 1.0, DEVICES)
    z = scores(y.ravel())
    (one,), memory = components([observations(z, 0 * device, device, cycle)], [True], None, True, fresh=None)
    form = within_form(z, device)
    return latent_parts(one.device.value, one.cycle.value, one.fresh.value, form, memory.value), memory, one


@pytest.fixture(scope="module")
def told():
    """What is found of cells without long tails."""
    return found_parts(made_up(0.8, 0.3, 0.52))


def test_slow_and_fresh_parts_are_told_apart(told):
    parts, memory, one = told
    assert memory.low < MEMORY < memory.high
    assert one.fresh.low < 0.52**2 / (0.52**2 + 0.3**2) < one.fresh.high
    assert one.fresh.high - one.fresh.low < 0.3
    assert parts.device == pytest.approx(0.8, abs=0.06)
    assert parts.slow == pytest.approx(0.3, abs=0.06)
    assert abs(parts.shape.skew) < 0.1
    assert parts.shape.tail == pytest.approx(1, abs=0.12)
    assert parts.uneven < 0.1


@pytest.mark.slow
def test_long_tails_and_uneven_devices_are_told_apart():
    y = made_up(0.6, 0.3, 0.74, Shape(0.4, 0.7), 0.4)
    parts, _, _ = found_parts(y)
    assert parts.uneven == pytest.approx(0.4, abs=0.12)
    assert parts.shape.skew == pytest.approx(0.4, abs=0.2)
    assert parts.shape.tail == pytest.approx(0.7, abs=0.12)
    assert parts.device == pytest.approx(0.6, abs=0.08)


def test_a_marginal_gives_the_quantiles_back_and_takes_off_what_others_bring(told):
    parts, memory, _ = told
    y = made_up(0.8, 0.3, 0.52, seed=2).ravel()
    values = 5 + np.expm1(0.5 * y)  # skewed, and bounded below
    levels = np.array([0.001, 0.01, 0.5, 0.99, 0.999])
    for other in (0.0, 0.35):
        measured = values + other * np.random.default_rng(3).standard_normal(values.shape)
        centre, sigma, marginal = marginal_of(measured, parts, memory.value, other)
        own = centre + sigma * marginal(norm.ppf(np.random.default_rng(4).random(400_000)))
        assert np.quantile(own, levels[1:4]) == pytest.approx(np.quantile(values, levels[1:4]), rel=0.05)
        if not other:
            assert np.quantile(own, levels) == pytest.approx(np.quantile(measured, levels), rel=0.03)


def test_a_marginal_rises_where_others_bring_most_of_the_spread():
    parts = latent_parts(0.6, 0.8, 1.0, None, MEMORY)
    values = (
        np.random.default_rng(6).standard_normal(1024) ** 3
    )  # a peak that no normal noise leaves room for
    low, high = np.quantile(values, [0.16, 0.84])
    _, _, marginal = marginal_of(values, parts, MEMORY, 0.79 * (high - low) / 2)
    steps = np.diff(marginal.value)
    assert steps.min() > 1e-3 * steps.sum()
    assert marginal.coordinate[0] < -2


def test_a_card_says_that_a_barrier_has_no_device_part_of_its_own():
    law = SpreadLaw(device=0.0, fresh=0.2, kind="absolute", status="fitted", source="-")
    marginal = Marginal((-1.0, 0.0, 1.0), (-1.0, 0.0, 1.0))
    one = Formed("hrs", "e_reset", Parts(0.0, 0.0, 1.0), None, 0.2, Interval(0, 0, 0), marginal, 10, 0)
    written = SpreadLaw.model_validate(_formed(law, one, {}, "measured.csv").unwrap())
    assert (written.device, written.fresh) == (0.0, 0.2)


def test_a_correlation_of_other_devices_does_not_stay():
    base = load_rram("skywater_1t1r")
    marginal = Marginal((-1.0, 0.0, 1.0), (-1.0, 0.0, 1.0))
    states = {
        s: Formed(s, p, Parts(0.5, 0.0, 0.8), None, 0.05, Interval(0, 0, 0), marginal, 10, 0)
        for s, p in (("lrs", "e_set"), ("hrs", "e_reset"))
    }
    assert [c.of for c in base.correlations] == [("e_set", "e_reset")]
    assert _model(Forms(base, states, None, None)).correlations == ()
    told = _model(Forms(base, states, None, Interval(0.3, 0.1, 0.5)))
    assert [c.value for c in told.correlations] == [0.3]
    document = tomlkit.parse(data_path("device_models", "rram", "skywater_1t1r.toml").read_text())
    _correlate(document, told, Interval(0.3, 0.1, 0.5), "measured.csv")
    assert document["correlation"][0]["source"] == "measured.csv, means of devices, 95 % interval 0.1 ... 0.5"
    _correlate(document, _model(Forms(base, states, None, None)), None, "measured.csv")
    assert "correlation" not in document


@pytest.mark.parametrize(("devices", "cycles", "told"), [(250, 2, True), (400, 1, False), (15, 40, False)])
def test_a_form_takes_many_devices_and_two_cycles_of_each(tmp_path, devices, cycles, told):
    rng = np.random.default_rng(5)
    rows = [
        f"{state},{mean * np.exp(0.3 * rng.standard_normal()):.6g},d{d},{k}\n"
        for d in range(devices)
        for k in range(cycles)
        for state, mean in (("lrs", 5e3), ("hrs", 9e4))
    ]
    rows[-1] = rows[-1].replace(rows[-1].split(",")[1], "1e9")  # one that did not switch counts, too
    path = tmp_path / "measured.csv"
    path.write_text("state,resistance,device,cycle\n" + "".join(rows))
    measured = read_measured(
        path, dict(zip(("set_compliance", "reset_voltage", "pulse_width"), CONDITION, strict=True)), {}
    )
    assert tell_forms({s: state_rows(measured, s) for s in ("lrs", "hrs")}) is told


@pytest.mark.slow
def test_with_two_cycles_of_each_device_what_differs_between_them_is_fresh(technology, tmp_path):
    truth = changed(
        technology, sigmas={("e_set", "fresh"): 0.03, ("e_reset", "device"): 0.12, ("e_reset", "fresh"): 0.1}
    )
    path = tmp_path / "measured.csv"
    path.write_text(measured_csv(truth, devices=220, cycles=2, step=400, seed=4))
    fit = fit_devices(read_measured(path, {"read_voltage": 0.2}, {}), technology, samples=48, rounds=1)
    assert fit.forms is not None
    assert fit.forms.memory is None
    assert fit.rram.cycling == technology.rram.cycling
    for name, parameter in (("lrs", "e_set"), ("hrs", "e_reset")):
        one, drawn = fit.forms.states[name], truth.rram.population().parameters[parameter]
        assert one.parts.slow == 0
        device = one.part("device")
        assert device.low * 0.8 < drawn.device < device.high * 1.2
        assert one.part("fresh").value == pytest.approx(np.hypot(drawn.slow, drawn.fresh), rel=0.2)
    assert any("too few to tell what is slow" in note for note in fit.notes)


@pytest.mark.slow
def test_a_card_with_fresh_and_slow_parts_is_found_again_in_spice(technology, tmp_path):
    truth = changed(
        technology,
        sigmas={("e_set", "slow"): 0.0, ("e_set", "fresh"): 0.03, ("e_set", "device"): 0.03,
                ("e_reset", "device"): 0.12, ("e_reset", "slow"): 0.0, ("e_reset", "fresh"): 0.1},
    )  # fmt: skip
    path = tmp_path / "measured.csv"
    path.write_text(measured_csv(truth, devices=40, cycles=25, step=1, seed=3))
    assert path.read_text().startswith(HEADER)
    measured = read_measured(path, {"read_voltage": 0.2}, {})
    fit = fit_devices(measured, technology, samples=48, rounds=1)
    assert fit.forms is not None
    for name, parameter in (("lrs", "e_set"), ("hrs", "e_reset")):
        one, drawn = fit.forms.states[name], truth.rram.population().parameters[parameter]
        for part in ("device", "fresh"):
            found = one.part(part)
            assert found.low * 0.8 < getattr(drawn, part) < found.high * 1.2, (name, part)
        assert one.parts.slow**2 < 0.15
        assert fit.rram.value(parameter) == pytest.approx(truth.rram.value(parameter), abs=0.06)
    assert CONDITION[0] == fit.settings[0].set_compliance
    # what a round puts right is not put right again by the next
    more = fit_devices(measured, technology, samples=48, rounds=3)
    assert more.forms is not None
    for name in ("lrs", "hrs"):
        once, thrice = (of.forms.states[name].centre.value for of in (fit, more) if of.forms)
        assert thrice == pytest.approx(once, abs=0.01)
