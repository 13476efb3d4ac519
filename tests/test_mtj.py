"""The oscillator subcircuit in ngspice against the closed forms of the universal auto-oscillator."""

import numpy as np
import pytest

from spicekit.circuits.oscillator import oscillator_deck
from spicekit.models.mtj import load_mtj
from spicekit.ngspice import record

T = 300.0  # K


def amplitudes(deck, start=0.0, step=1e-9, **values):
    """One sample's complex amplitude in the frame of the deck, and the times."""
    named = {key.replace("__", "."): value for key, value in values.items()}
    times, waves, outcomes = record(
        deck, np.array([deck.row(named)]), signals=["osc_u", "osc_w"], step=step, start=start
    )
    assert outcomes[0].ok, str(outcomes[0])
    return times, waves[0, 0] + 1j * waves[0, 1]


@pytest.mark.parametrize("zeta", [1.5, 2.5, 3.5])
def test_power_and_frequency_are_those_of_the_closed_form(zeta):
    model = load_mtj("vortex")
    oscillator = model.oscillator(T)
    current = zeta * oscillator.threshold
    deck = oscillator_deck(model, current, 1e-6, T, frame=320e6)
    times, a = amplitudes(deck, start=0.5e-6)
    # Slavin and Tiberkevich 2009: p0 = (zeta - 1)/(zeta + Q), f = f0 + N p0/2pi
    power = (zeta - 1) / (zeta + model.value("damping_growth"))
    assert np.mean(np.abs(a) ** 2) == pytest.approx(power, rel=2e-3)
    turns = -np.polyfit(times, np.unwrap(np.angle(a)), 1)[0] / (2 * np.pi)
    expected = model.value("frequency") + model.value("frequency_shift") * power
    assert 320e6 + turns == pytest.approx(expected, rel=2e-4)
