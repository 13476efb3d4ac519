"""The macrospin junction in ngspice against closed forms, the same equations in SciPy, and the simulator cmtj."""

import numpy as np
import pytest

from spicekit.circuits.macrospin import macrospin_deck
from spicekit.data import data_path
from spicekit.errors import InputError
from spicekit.models.macrospin import load_macrospin
from spicekit.models.macrospin_theory import critical_current, resonance_frequency
from spicekit.ngspice import waveforms

from .macrospin_witnesses import TILT, in_cmtj, in_scipy, start

DEVICES = {"macrospin_perpendicular": ("z", 0.2), "macrospin_inplane": ("x", 0.05)}  # axis, field in T


def in_ngspice(model, axis, field, current, stop, tilt=TILT, steps=64):
    """Time (points,) and magnetization (points, 3)."""
    deck = macrospin_deck(model, start(axis, tilt), resonance_frequency(model, field, axis), stop, steps)
    waves = waveforms(deck, {f"b{axis}": field, "current": current})
    return waves["time"], np.column_stack([waves[f"xj.m{a}"] for a in "xyz"])


def frequency(times, wave):
    """Mean frequency between the first and the last upward crossing of zero."""
    up = np.flatnonzero((wave[:-1] < 0) & (wave[1:] >= 0))
    crossings = times[up] - wave[up] * np.diff(times)[up] / (wave[up + 1] - wave[up])
    return (len(crossings) - 1) / (crossings[-1] - crossings[0])


def growth(times, wave):
    """Rate [1/s] at which the peaks of a precession grow, from a straight line through their logarithms."""
    late = times > times[-1] / 5
    times, wave = times[late], wave[late] - wave[late].mean()
    peaks = np.flatnonzero((wave[1:-1] > wave[:-2]) & (wave[1:-1] >= wave[2:])) + 1
    return np.polyfit(times[peaks], np.log(wave[peaks]), 1)[0]


def onset(simulate, name):
    """Current [A] at which the precession neither grows nor decays: the growth is linear in the current."""
    axis, field = DEVICES[name]
    model = load_macrospin(name)
    near = critical_current(model, field, axis)
    stop = 25 / resonance_frequency(model, field, axis)
    across = ("xyz".index(axis) + 1) % 3
    rates = []
    for share in (0.9, 1.1):
        times, m = simulate(model, axis, field, share * near, stop)
        rates.append(growth(times, m[:, across]))
    return near * (0.9 - 0.2 * rates[0] / (rates[1] - rates[0]))


@pytest.mark.parametrize("name", DEVICES)
def test_small_precession_has_kittels_frequency(name):
    model, (axis, field) = load_macrospin(name), DEVICES[name]
    quiet = resonance_frequency(model, field, axis)
    times, m = in_ngspice(model, axis, field, 0.0, 30 / quiet, tilt=1e-3)
    assert frequency(times, m[:, ("xyz".index(axis) + 2) % 3]) == pytest.approx(quiet, rel=2e-3)


@pytest.mark.parametrize("name", DEVICES)
def test_critical_current_of_closed_form_scipy_and_ngspice_agree(name):
    axis, field = DEVICES[name]
    near = critical_current(load_macrospin(name), field, axis)
    found = onset(in_ngspice, name)
    assert found == pytest.approx(near, rel=0.01)
    assert found == pytest.approx(onset(in_scipy, name), rel=0.01)


@pytest.mark.parametrize("name", DEVICES)
def test_critical_current_of_cmtj(name):
    assert onset(in_ngspice, name) == pytest.approx(onset(in_cmtj, name), rel=0.03)


@pytest.mark.parametrize("share", [1.2, 2.0])
def test_large_oscillation_has_the_frequency_and_amplitude_of_scipy_and_cmtj(share):
    name = "macrospin_perpendicular"
    model, (axis, field) = load_macrospin(name), DEVICES[name]
    current = share * critical_current(model, field, axis)
    stop = 8e-9
    found = {}
    for simulate in (in_ngspice, in_scipy, in_cmtj):
        times, m = simulate(model, axis, field, current, stop, tilt=0.6)
        late = times > stop / 2
        found[simulate] = frequency(times[late], m[late, 1]), np.ptp(m[late, 1])
    quiet = resonance_frequency(model, field, axis)
    assert abs(found[in_ngspice][0] / quiet - 1) > 0.03  # far from small precession
    for other in (in_scipy, in_cmtj):
        assert found[in_ngspice][0] == pytest.approx(found[other][0], rel=0.01)
        assert found[in_ngspice][1] == pytest.approx(found[other][1], rel=0.01)


def test_without_damping_the_energy_stays(tmp_path):
    text = data_path("device_models", "mtj").joinpath("macrospin_inplane.toml").read_text(encoding="utf-8")
    card = tmp_path / "free.toml"
    card.write_text(text.replace("alpha = {value = 0.01", "alpha = {value = 0.0"))
    model = load_macrospin(card)
    quiet = resonance_frequency(model, 0.05, "x")
    times, m = in_ngspice(model, "x", 0.05, 0.0, 300 / quiet, tilt=0.5)
    energy = -0.05 * m[:, 0] + m**2 @ model.shape_fields / 2
    assert len(times) > 60 * 300
    assert np.abs(np.linalg.norm(m, axis=1) - 1).max() < 1e-3
    depth = energy[0] + 0.05 - model.shape_fields[0] / 2  # above the minimum
    late = energy[-5000:].mean()
    assert late == pytest.approx(energy[:5000].mean(), abs=2e-3 * depth)


def test_field_line_bias_and_resistance():
    model = load_macrospin("macrospin_inplane")
    # along the polarizer, against it: parallel, antiparallel; nothing moves there
    for sign, ratio in ((1, 1.0), (-1, 1 + model.value("tmr") / (1 + (0.3 / model.value("v_half")) ** 2))):
        deck = macrospin_deck(model, np.array([sign, 0.0, 0.0]), 10e9, 1e-9)
        expected = model.value("r_p") * ratio
        voltage = waveforms(deck, {"current": 0.3 / expected})["te"][-1]
        assert voltage == pytest.approx(0.3, rel=1e-4)
    # the same field from the line and from the outside
    outside = waveforms(macrospin_deck(model, start("x", 0.3), 10e9, 2e-9), {"bx": 0.05})
    line = waveforms(
        macrospin_deck(model, start("x", 0.3), 10e9, 2e-9), {"line": 0.05 / model.value("line_x")}
    )
    assert line["xj.my"][-1] == pytest.approx(outside["xj.my"][-1], abs=1e-6)


BAD = {
    "tmr": ("tmr = {value = 0.7", "tmr = {value = -0.7", r"`parameters.tmr`: got -0.7, expected 0 or more"),
    "damping": ("alpha = {value = 0.005", "alpha = {value = -1.0", r"`parameters.alpha`: got -1, expected 0"),
    "polarization": (
        "value = 0.4169",
        "value = 1.4",
        r"`parameters.polarization`: got 1.4, expected at most 1",
    ),
    "demagnetization": ("n_z = {value = 1.0", "n_z = {value = 0.5", r"add up to 0.5, expected 1"),
    "unit": ('unit = "T/A"', 'unit = "mT/A"', r"unit `mT/A`, expected `T/A`: convert"),
    "name": ("tmr =", "trm =", r"unknown key `parameters.trm` \(did you mean `tmr`"),
    "other model": ("macrospin.sub", "hfo2.sub", r"got 'hfo2.sub', expected 'macrospin.sub'"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_cards_are_said_in_one_line(case, tmp_path):
    old, new, message = BAD[case]
    text = (
        data_path("device_models", "mtj").joinpath("macrospin_perpendicular.toml").read_text(encoding="utf-8")
    )
    card = tmp_path / "mine.toml"
    card.write_text(text.replace(old, new))
    with pytest.raises(InputError, match=message) as error:
        load_macrospin(card)
    assert "\n" not in str(error.value)
    assert str(card) in str(error.value)


def test_closed_forms_refuse_what_they_do_not_hold_for():
    with pytest.raises(InputError, match="does not hold the magnetization"):
        resonance_frequency(load_macrospin("macrospin_inplane"), 0.1, "z")
    with pytest.raises(InputError, match="no closed form of the critical current around z"):
        critical_current(load_macrospin("macrospin_inplane"), 2.0, "z")
