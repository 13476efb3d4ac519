"""The oscillator subcircuit in ngspice against the closed forms of the universal auto-oscillator.

Formulas: A. Slavin, V. Tiberkevich, IEEE Trans. Magn. 45, 1875 (2009), written out here once more.
"""

import numpy as np
import pytest

from spicekit.circuits.oscillator import Injection, coupled_deck, oscillator_deck
from spicekit.models.mtj import load_mtj
from spicekit.ngspice import record

T = 300.0  # K
STEP = 1e-9  # s


@pytest.fixture(scope="module")
def vortex():
    return load_mtj("vortex")


def amplitudes(deck, start=0.0, step=STEP, noise=None, **values):
    """Complex amplitudes (1, times) in the frame of the deck, and the times."""
    row = deck.row({key.replace("__", "."): value for key, value in values.items()})
    given = {}
    if noise is not None:
        draw = np.random.default_rng(7).standard_normal((2, 1, int(deck.stop_time / STEP) + 2))
        scale = np.sqrt(noise / STEP) * 1e-9  # white with <f f*> = 2 D delta: D/step in each quadrature
        given = {"inputs": {"iosc_u": scale * draw[0], "iosc_w": scale * draw[1]}, "input_step": STEP}
    times, waves, outcomes = record(
        deck, np.array([row]), signals=["osc_u", "osc_w"], step=step, start=start, **given
    )
    assert all(outcome.ok for outcome in outcomes), outcomes
    return times, waves[:, 0] + 1j * waves[:, 1]


def slope(times, values):
    return np.polyfit(times, values, 1)[0]


def frequency(deck_frame, times, a):
    return deck_frame - slope(times, np.unwrap(np.angle(a[0]))) / (2 * np.pi)


@pytest.mark.parametrize("zeta", [1.5, *(pytest.param(zeta, marks=pytest.mark.slow) for zeta in (2.5, 3.5))])
def test_power_and_frequency_are_those_of_the_closed_form(vortex, zeta):
    current = zeta * vortex.value("damping") / vortex.value("spin_torque")
    times, a = amplitudes(oscillator_deck(vortex, current, 1e-6, T, frame=320e6), start=0.5e-6)
    power = (zeta - 1) / (zeta + vortex.value("damping_growth"))
    assert np.mean(np.abs(a) ** 2) == pytest.approx(power, rel=2e-3)
    expected = vortex.value("frequency") + vortex.value("frequency_shift") * power
    assert frequency(320e6, times, a) == pytest.approx(expected, rel=2e-4)


def test_small_amplitudes_grow_from_the_threshold_on(vortex):
    threshold = vortex.value("damping") / vortex.value("spin_torque")
    zetas, rates = (0.6, 1.4), []
    for zeta in zetas:
        deck = oscillator_deck(vortex, zeta * threshold, 100e-9, T, frame=300e6)
        times, a = amplitudes(deck, osc__u=1e-3)
        rates.append(slope(times, np.log(np.abs(a[0]))))
        # dc/dt = (sigma I - Gamma0) c
        assert rates[-1] == pytest.approx(2 * np.pi * vortex.value("damping") * (zeta - 1), rel=0.01)
    assert np.interp(0, rates, zetas) == pytest.approx(1, rel=2e-3)


def test_deviations_of_the_power_relax_at_twice_gamma_p(vortex):
    zeta = 2.5
    deck = oscillator_deck(vortex, zeta * 2e-3, 60e-9, T)
    high, low = (np.abs(amplitudes(deck, osc__u=u)[1][0]) ** 2 for u in (0.583, 0.571))
    found = -slope(STEP * np.arange(len(high)), np.log(high - low))
    assert found == pytest.approx(2 * 2 * np.pi * vortex.value("damping") * (zeta - 1), rel=0.01)


@pytest.mark.parametrize(("name", "flux"), [("vortex", 0.05), ("vortex", -0.05), ("uniform", 0.01)])
def test_frequency_follows_the_field_line(name, flux):
    model = load_mtj(name)
    threshold = model.value("damping") / model.value("spin_torque")
    start = model.value("frequency")
    deck = oscillator_deck(model, threshold, 20 / start, T, flux_density=flux, frame=start)
    times, a = amplitudes(deck, step=0.2 / start, osc__u=1e-3)
    # vortex: linear in the perpendicular field; uniform: Kittel with 40 mT along the axis and 1 T of magnetization
    expected = 1 + flux / 1.6 if name == "vortex" else np.sqrt((0.04 + flux) * (1.04 + flux) / (0.04 * 1.04))
    assert frequency(start, times, a) == pytest.approx(start * expected, rel=1e-3)


def test_thermal_noise_makes_the_linewidth_of_the_closed_form(vortex):
    zeta = 2.5
    oscillator = vortex.oscillator(T)
    current, power = zeta * oscillator.threshold, (zeta - 1) / (zeta + 2)
    deck = oscillator_deck(vortex, current, 15e-6, T, steps=8)
    _, a = amplitudes(deck, 0.5e-6, noise=oscillator.noise(current))
    # Kim, Tiberkevich, Slavin, PRL 100, 017207 (2008): (1 + nu^2) D/p0 is how fast the phase diffuses at long times
    lag = 60
    turned = np.unwrap(np.angle(a), axis=1)
    turned = turned[:, lag:] - turned[:, :-lag]
    nu = 150e6 / (6e6 * (zeta + 2))
    relaxation = 2 * 2 * np.pi * 6e6 * (zeta - 1)
    # less what the amplitude remembers, nu^2 (1 - exp(-2 Gamma_p t))/(2 Gamma_p) (PRB 78, 092401, 2008)
    time = (1 + nu**2) * lag * STEP - nu**2 / relaxation
    found = np.var(turned) / time * power
    # kT over the energy of p = 1, times Gamma+(p0), less for a higher frequency
    thermal = 1.380649e-23 * T / (5e-27 * 2 * np.pi * 300e6)
    expected = 2 * np.pi * 6e6 * (1 + 2 * power) * thermal * 300 / (300 + 150 * power)
    assert expected == pytest.approx(oscillator.noise(current), rel=1e-9)
    # 240 independent stretches: one standard deviation is a tenth
    assert found == pytest.approx(expected, rel=0.25)
    assert np.mean(np.abs(a) ** 2) == pytest.approx(power, rel=0.01)


@pytest.mark.parametrize(
    ("duration", "error"), [(5e-6, 1.7), pytest.param(15e-6, 1.0, marks=pytest.mark.slow)]
)
def test_below_threshold_the_power_is_thermal(vortex, duration, error):
    oscillator = vortex.oscillator(T)
    current = 0.5 * oscillator.threshold
    deck = oscillator_deck(vortex, current, duration, T, steps=8)
    _, a = amplitudes(deck, 0.5e-6, noise=oscillator.noise(current))
    # equipartition kT/E without current, over (1 - zeta); 270 relaxation times in 15 us
    assert np.mean(np.abs(a) ** 2) == pytest.approx(oscillator.thermal_power / 0.5, rel=0.18 * error)
    lag = 10
    kept = np.abs(np.mean(a[:, lag:] * a[:, :-lag].conj())) / np.mean(np.abs(a) ** 2)
    # full width (Gamma0 - sigma I)/pi
    assert -np.log(kept) / (np.pi * lag * STEP) == pytest.approx(
        oscillator.linewidth(current), rel=0.15 * error
    )


@pytest.mark.parametrize(
    ("order", "amplitude", "side"),
    [
        (1, 100e-6, -1),
        pytest.param(1, 100e-6, 1, marks=pytest.mark.slow),
        pytest.param(2, 200e-6, -1, marks=pytest.mark.slow),
        (2, 200e-6, 1),
    ],
)
def test_it_locks_within_the_range_of_the_closed_form(vortex, order, amplitude, side):
    zeta = 2.5
    power, nu = (zeta - 1) / (zeta + 2), 150e6 / (6e6 * (zeta + 2))
    # half widths in the oscillator's frequency: sqrt(1 + nu^2) F/sqrt(p0), F = pi injection I; or the same with
    # pi parametric I for the force on c*
    force = np.pi * 3e9 * amplitude / (np.sqrt(power) if order == 1 else 1.0)
    half = np.hypot(1, nu) * force / (2 * np.pi)
    center = 300e6 + 150e6 * power
    deck = oscillator_deck(
        vortex, zeta * 2e-3, 4e-6, T, injection=Injection(amplitude, order * center), steps=8
    )
    drifts = []
    for share in (0.93, 1.12):
        target = center + side * share * half
        times, a = amplitudes(deck, 1.5e-6, rf__frequency=order * target)
        drifts.append(abs(frequency(center, times, a) - target) / half)
    assert drifts[0] < 0.01
    assert drifts[1] > 0.2  # beyond the edge, the beat is sqrt(1.12^2 - 1) = 0.5


def test_the_frame_does_not_matter(vortex):
    found = []
    for frame in (300e6, 400e6):
        times, a = amplitudes(oscillator_deck(vortex, 5e-3, 0.6e-6, T, frame=frame, steps=24), start=0.3e-6)
        found.append((frequency(frame, times, a), np.mean(np.abs(a) ** 2)))
    assert found[0][0] == pytest.approx(found[1][0], rel=1e-4)
    assert found[0][1] == pytest.approx(found[1][1], rel=1e-4)


def test_voltage_swings_as_the_conductance_law_says(vortex):
    deck = oscillator_deck(vortex, 5e-3, 0.1e-6, T, steps=40)
    _, waves, _ = record(deck, np.array([deck.row()]), signals=["te", "xosc.x"], step=0.1e-9, start=20e-9)
    v, x = waves[0]
    m = 0.667 * x
    current = v / 35 * ((1 + m) / 2 + (1 - m) / 2 / (1 + 1 / (1 + (v / 0.5) ** 2)))
    assert current == pytest.approx(5e-3, rel=5e-3)
    harmonic = np.sqrt(2) * np.std(v)
    assert harmonic == pytest.approx(vortex.emitted_amplitude(5e-3, 1 / 3), rel=0.02)


@pytest.mark.parametrize(
    ("wiring", "turn", "apart"), [("series", 0, 0), ("series", 180, np.pi), ("parallel", None, 0)]
)
def test_two_on_one_load_attract_or_repel_as_their_coupling_says(vortex, wiring, turn, apart):
    # Delta' = -2 K (cos b + nu sin b) sin Delta for a coupling K exp(i b) c: in series K exp(i b) is a positive number
    # times exp(i injection_phase), as the voltage falls with x and drives current against it
    deck = coupled_deck(vortex, [5e-3, 5e-3], 0.8e-6, T, wiring=wiring, turn=turn, steps=8)
    _, waves, outcomes = record(
        deck, np.array([deck.row({"osc1.w": 0.4})]),
        signals=["osc0_u", "osc0_w", "osc1_u", "osc1_w"], step=STEP, start=0.7e-6,
    )  # fmt: skip
    assert outcomes[0].ok
    one, two = waves[0, 0::2] + 1j * waves[0, 1::2]
    assert np.abs(np.angle(one / two)).mean() == pytest.approx(apart, abs=0.02)


def test_nothing_runs_away(vortex):
    """Amplitudes beyond all sense, and a reversed current: the state comes back."""
    for current, kick in ((15e-3, 3.0), (-15e-3, 3.0), (15e-3, 0.0)):
        _, a = amplitudes(oscillator_deck(vortex, 5e-3, 0.5e-6, T), bias=current, osc__u=kick)
        assert np.abs(a[0, -1]) < 1
