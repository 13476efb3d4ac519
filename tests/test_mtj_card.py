"""Parameter sets of oscillators: what is refused, and how devices are drawn from them."""

import numpy as np
import pytest

from spicekit.circuits.oscillator import Injection, coupled_deck, oscillator_deck
from spicekit.data import data_path
from spicekit.errors import InputError
from spicekit.models.mtj import ALTERABLE, load_mtj


def card(folder, old, new):
    text = data_path("device_models", "mtj", "vortex.toml").read_text()
    assert old in text
    path = folder / "own.toml"
    path.write_text(text.replace(old, new, 1))
    return path


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("tmr = {value = 1.0", "tmr = {value = 100.0", "`parameters.tmr`: got 100, expected a ratio: 100 % is 1.0"),
        ("tmr = {value = 1.0", "tmr = {value = -0.2", "`parameters.tmr`: got -0.2, expected a number above 0"),
        ("damping = {value = 6e6", "damping = {value = -6e6", "`parameters.damping`: got -6e.06, expected .* above 0"),
        ("damping_growth = {value = 2.0", "damping_growth = {value = -1.0", "`parameters.damping_growth`: got -1, "
         "expected a number from 0"),
        ("spin_torque = {value = 3e9", "spin_torque = {value = 2e8", "threshold of 0.03 A .* takes .* V, and the "
         "barrier breaks down at 0.8 V"),
        ("frequency_shift = {value = 150e6", "frequency_shift = {value = -400e6", "falls to -1e.08 Hz at p = 1"),
        ("m_gain = {value = 0.667", "m_gain = {value = 1.5", "`parameters.m_gain`: got 1.5, expected .* up to 1"),
        ("""Hz/A", status = "assumed", source = "threshold""", """Hz", status = "assumed", source = "threshold""",
         "unit `Hz`, expected `Hz/A`: convert the value"),
        ("rest_time =", "rest_tme =", "unknown key `parameters.rest_tme`.*did you mean `rest_time`"),
        ("damping = {device = 0.05", "damping = {device = 0.3", "`spread.damping`: .* is too wide"),
        ("[limits]", "[limit]", "`limits` is missing"),
        ('"stno.sub"', '"nothing.sub"', "`meta.subcircuit`: no file `nothing.sub`"),
        ("action = {value = 5e-27", "action = {value = 0.0", "`thermal.action`: got 0, expected a number above 0"),
    ],
)  # fmt: skip
def test_cards_that_no_junction_has_are_refused(tmp_path, old, new, message):
    with pytest.raises(InputError, match=message) as refused:
        load_mtj(card(tmp_path, old, new))
    assert "\n" not in str(refused.value)
    assert "own.toml" in str(refused.value)


def test_an_unknown_name_gets_a_suggestion():
    with pytest.raises(InputError, match="did you mean `vortex`"):
        load_mtj("vortx")


@pytest.mark.parametrize("name", ["vortex", "uniform"])
def test_devices_are_drawn_with_the_spread_of_the_card(name):
    model = load_mtj(name)
    z = np.random.default_rng(3).standard_normal((20000, len(ALTERABLE)))
    drawn = model.drawn(z)
    for k, parameter in enumerate(ALTERABLE):
        law = model.laws[parameter]
        assert law.kind == "relative"
        assert drawn[:, k].mean() == pytest.approx(model.value(parameter), rel=0.01)
        assert drawn[:, k].std() == pytest.approx(law.device * abs(model.value(parameter)), rel=0.03)


def test_bad_circuits_end_with_one_line():
    model = load_mtj()
    with pytest.raises(InputError, match=r"a current of 0.05 A takes .* V, expected below 0.8 V"):
        oscillator_deck(model, 0.05, 1e-6, 300.0)
    with pytest.raises(InputError, match="`wiring` is 'ring', expected one of series, parallel"):
        coupled_deck(model, [5e-3], 1e-6, 300.0, wiring="ring")
    with pytest.raises(InputError, match="`currents` has 9 entries, expected 1 to 8"):
        coupled_deck(model, [5e-3] * 9, 1e-6, 300.0)
    with pytest.raises(InputError, match="`through` is 'air', expected one of junction, line"):
        oscillator_deck(model, 5e-3, 1e-6, 300.0, injection=Injection(1e-3, 3e8, "air"))
