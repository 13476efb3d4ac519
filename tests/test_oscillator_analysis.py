"""Spectra, linewidths, relaxation, nonlinearity and locking of made-up oscillators with known answers.

The oscillators are Slavin and Tiberkevich's, integrated in NumPy (tests/slavin_tiberkevich.py), and phases that
diffuse at a known rate; every expected number is theirs in closed form.
"""

import numpy as np
import pytest
from scipy.integrate import trapezoid
from scipy.signal import periodogram

from spicekit.errors import InputError
from spicekit.studies.injection_locking.force import drive_force
from spicekit.studies.oscillators.fluctuations import fluctuations, oscillates
from spicekit.studies.oscillators.linewidth import find_line, windowed_lorentzian
from spicekit.studies.oscillators.locking import beat_frequency, keeps_step, tongue
from spicekit.studies.oscillators.record import Record
from spicekit.studies.oscillators.spectrum import least_record, welch

from .slavin_tiberkevich import Oscillator

CARRIER, STEP = 300e6, 1e-9


def diffusing(linewidth, duration, seed):
    """A cosine whose phase diffuses: by Wiener and Khinchin a Lorentzian of that full width."""
    times = np.arange(round(duration / STEP)) * STEP
    steps = np.random.default_rng(seed).standard_normal(len(times)) * np.sqrt(2 * np.pi * linewidth * STEP)
    return np.cos(2 * np.pi * CARRIER * times + np.cumsum(steps))


@pytest.fixture(scope="module")
def records():
    device = Oscillator()
    amplitudes = device.integrate(50e-6, 2 * STEP, copies=12, seed=1)
    turn = np.exp(-2j * np.pi * 0.4 * CARRIER * 2 * STEP * np.arange(len(amplitudes)))
    return device, [Record(c * turn, 2 * STEP) for c in amplitudes.T]


def test_a_spectrum_has_the_power_of_its_signal_at_the_resolution_asked_for():
    rng = np.random.default_rng(0)
    noise = 0.3 * rng.standard_normal(60_000)
    tone = 2 * np.cos(2 * np.pi * CARRIER * STEP * np.arange(60_000))
    spectrum = welch(noise + tone, STEP, 500e3)
    assert spectrum.resolution == pytest.approx(500e3, rel=1e-3)
    assert trapezoid(spectrum.density, spectrum.frequency) == pytest.approx(2 + 0.09, rel=0.01)
    # the height of a tone is its power over the equivalent noise bandwidth: what a resolution is
    assert spectrum.density.max() == pytest.approx(2 / spectrum.resolution, rel=0.02)
    frequency, density = periodogram(noise, 1 / STEP)
    away = np.abs(spectrum.frequency - CARRIER) > 5e6
    assert spectrum.density[away].mean() == pytest.approx(
        density[np.abs(frequency - CARRIER) > 5e6].mean(), rel=0.03
    )


def test_a_record_too_short_for_its_resolution_is_refused():
    with pytest.raises(
        InputError,
        match=r"a record of 5e-06 s is too short for a resolution of 5e\+05 Hz: it needs 1.2e-05 s",
    ):
        welch(np.ones(5000), STEP, 500e3)
    assert len(welch(np.ones(round(least_record(500e3) / STEP)), STEP, 500e3).segments) >= 6


@pytest.mark.parametrize(
    ("linewidth", "resolution"),
    [
        pytest.param(500e3, 200e3, marks=pytest.mark.slow),
        (400e3, 250e3),
        pytest.param(2e6, 200e3, marks=pytest.mark.slow),
    ],
)
def test_the_linewidth_is_that_of_the_oscillator_down_to_the_resolution(linewidth, resolution):
    lines = [find_line(welch(diffusing(linewidth, 80e-6, seed), STEP, resolution)) for seed in range(12)]
    found = np.array([line.linewidth.value for line in lines])
    stated = np.sqrt(np.mean([line.linewidth.error**2 for line in lines]))
    assert found.mean() == pytest.approx(linewidth, abs=3 * found.std() / np.sqrt(12) + 0.02 * linewidth)
    assert 0.5 < stated / found.std(ddof=1) < 2  # of 12 values the spread is known to 20 %
    off = np.array([(line.frequency.value - CARRIER) / line.frequency.error for line in lines])
    assert (np.abs(off) < 4).all()
    assert np.mean([line.power.value for line in lines]) == pytest.approx(0.5, rel=0.02)


def test_a_line_narrower_than_the_resolution_is_refused():
    with pytest.raises(InputError, match=r"below the resolution of 5e\+05 Hz: the record is too short"):
        find_line(welch(diffusing(50e3, 80e-6, 1), STEP, 500e3))


def test_what_the_window_makes_of_a_lorentzian_is_what_welch_finds_on_average():
    signal = np.concatenate([diffusing(500e3, 200e-6, seed) for seed in range(12)])
    spectrum = welch(signal, STEP, 400e3).near(CARRIER, 3e6)
    expected = 0.5 * windowed_lorentzian(spectrum.frequency - CARRIER, 500e3, spectrum.length)
    assert (spectrum.density / expected).mean() == pytest.approx(1, abs=0.03)
    core = np.abs(spectrum.frequency - CARRIER) < 0.5e6
    assert (spectrum.density / expected)[core].mean() == pytest.approx(1, abs=0.05)


def test_fluctuations_tell_the_laws_that_made_them(records):
    device, all_records = records
    found = [fluctuations(record) for record in all_records]
    truth = {
        "power": device.power,
        "relaxation": device.relaxation,
        "nonlinear_shift": device.shift,
        "nonlinearity": device.nonlinearity,
        "amplitude_diffusion": device.diffusion,
        "phase_diffusion": device.diffusion,
        "linewidth": device.linewidth,
    }
    for name, expected in truth.items():
        values = np.array([getattr(f, name).value for f in found])
        stated = np.sqrt(np.mean([getattr(f, name).error ** 2 for f in found]))
        # laws are to first order in the noise: 2 % beside the error of the mean
        assert values.mean() == pytest.approx(
            expected, abs=3 * values.std() / np.sqrt(12) + 0.02 * expected
        ), name
        assert 0.4 < stated / values.std(ddof=1) < 2.5, name
    frequencies = np.array([record.frequency().value for record in all_records])
    stated = np.mean([record.frequency().error for record in all_records])
    # variance of a mean frequency: that of the phase over the record, 2π·linewidth / T, in Hz
    expected = np.sqrt(2 * np.pi * device.linewidth / 50e-6) / (2 * np.pi)
    assert stated == pytest.approx(expected, rel=0.25)
    assert frequencies.mean() == pytest.approx(0.4 * CARRIER, abs=expected)


def test_both_linewidths_agree_on_the_same_records(records):
    device, all_records = records
    lines = [find_line(welch(r.amplitude.real, r.step, 200e3)).linewidth.value for r in all_records]
    phases = [fluctuations(r).linewidth.value for r in all_records]
    error = np.hypot(np.std(lines), np.std(phases)) / np.sqrt(12)
    # the fit sees the line without its pedestal, of relative power ν² D/(2 p Γp) here 8 %
    assert np.mean(lines) == pytest.approx(np.mean(phases), abs=3 * error + 0.05 * device.linewidth)


def test_thermal_motion_below_threshold_is_no_oscillation_and_silence_tells_nothing():
    rng = np.random.default_rng(3)
    thermal = Record(rng.standard_normal(4000) + 1j * rng.standard_normal(4000), STEP)
    assert not oscillates(thermal)
    still = Record(np.exp(-0.1j * np.arange(4000)), STEP)
    assert oscillates(still)
    with pytest.raises(InputError, match="does not fluctuate"):
        fluctuations(still)
    assert still.frequency().value == pytest.approx(0.1 / (2 * np.pi * STEP))


def test_a_record_too_short_for_the_relaxation_is_refused():
    amplitude = Oscillator().integrate(2e-6, 2e-9, seed=4)[:, 0]
    with pytest.raises(InputError, match=r"too short for an amplitude that relaxes within"):
        fluctuations(Record(amplitude, 2e-9))


def test_slips_are_counted_either_way_and_jitter_is_none():
    rng = np.random.default_rng(5)
    quiet = 3.1 + 0.6 * rng.standard_normal(2000)  # straddles ±π, and stays
    assert keeps_step(quiet, STEP).locked
    assert keeps_step(quiet, STEP).phase == pytest.approx(3.1, abs=0.1)
    stairs = quiet + 2 * np.pi * np.r_[np.zeros(500), np.ones(700), 3 * np.ones(300), np.full(500, 2.0)]
    assert keeps_step(stairs, STEP).slips == 1 + 2 + 1
    running = 2 * np.pi * 5e6 * STEP * np.arange(2000)
    step = keeps_step(running, STEP)
    assert step.slips in (9, 10)
    assert step.difference.value == pytest.approx(5e6, rel=1e-6)
    assert step.coherence < 0.05


@pytest.mark.parametrize("shift", [pytest.param(0.0, marks=pytest.mark.slow), 2 * np.pi * 60e6])
def test_the_tongue_of_a_weak_tone_is_that_of_the_nonlinear_oscillator(shift):
    device = Oscillator(shift=shift, diffusion=1e-12)
    drive = 2e5 if shift else 8e5
    # locking range of an additive tone: F/√p · √(1 + ν²) [rad/s], Slavin and Tiberkevich (2009), eq. (73)
    expected = drive / np.sqrt(device.power) * np.sqrt(1 + device.nonlinearity**2) / (2 * np.pi)
    detuning = np.linspace(-3, 3, 25) * expected
    c = device.integrate(20 / expected, 4e-9, copies=25, seed=2, drive=drive, detuning=detuning)
    steps = [keeps_step(-np.unwrap(np.angle(one)), 4e-9) for one in c[len(c) // 4 :].T]
    found = tongue(
        detuning, np.array([s.difference.value for s in steps]), np.array([s.locked for s in steps])
    )
    assert found.half_width == pytest.approx(expected, rel=0.05)
    assert found.counted == pytest.approx(expected, abs=0.26 * expected)  # spacing of the detunings
    assert abs(found.centre) < 0.05 * expected


@pytest.mark.slow  # in ngspice: test_mtj.py
def test_a_pump_at_twice_the_frequency_locks_one_to_two():
    device = Oscillator(diffusion=1e-12)
    # parametric locking: V·√(1 + ν²) [rad/s] whatever the power, Urazhdin et al., PRL 105, 104101 (2010)
    pump = 3e5
    expected = pump * np.sqrt(1 + device.nonlinearity**2) / (2 * np.pi)
    detuning = np.linspace(-3, 3, 25) * expected
    c = device.integrate(25 / expected, 4e-9, copies=25, seed=2, pump=pump, detuning=detuning)
    steps = [keeps_step(-2 * np.unwrap(np.angle(one)), 4e-9) for one in c[len(c) // 4 :].T]
    found = tongue(
        detuning, np.array([s.difference.value / 2 for s in steps]), np.array([s.locked for s in steps])
    )
    assert found.half_width == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize("noise", [0.1e6, 0.3e6])
def test_the_beat_with_noise_is_stratonovichs_integral_and_without_it_adlers_law(noise):
    half_width, offset = 1e6, np.array([0.3e6, 0.9e6, 1.3e6, 2e6])
    # mean velocity of a Brownian particle in a tilted cosine: Stratonovich (1967), by quadrature
    turn = np.linspace(0, 2 * np.pi, 2001)
    for one, found in zip(offset, beat_frequency(offset, half_width, noise), strict=True):

        def barrier(x, one=one):
            return (-one * x - half_width * np.cos(x)) / noise

        inner = [trapezoid(np.exp(barrier(x + turn) - barrier(x)), turn) for x in turn]
        expected = 2 * np.pi * noise * -np.expm1(-2 * np.pi * one / noise) / trapezoid(inner, turn)
        assert found == pytest.approx(expected, rel=2e-3, abs=1e-3 * half_width)
    quiet = beat_frequency(offset, half_width, 1e-3 * half_width)
    assert quiet[2:] == pytest.approx(np.sqrt(offset[2:] ** 2 - half_width**2), rel=1e-3)
    assert quiet[0] == pytest.approx(0, abs=1e-3 * half_width)


def test_a_noisy_tongue_is_as_wide_as_a_quiet_one():
    device = Oscillator()
    drive = 6e5
    expected = drive / np.sqrt(device.power) * np.sqrt(1 + device.nonlinearity**2) / (2 * np.pi)
    assert expected < 2 * device.linewidth  # noise rounds it from edge to edge
    detuning = np.linspace(-3, 3, 25) * expected
    c = device.integrate(60e-6, 4e-9, copies=25, seed=2, drive=drive, detuning=detuning)
    steps = [keeps_step(Record(one, 4e-9).phase, 4e-9) for one in c.T]
    found = tongue(
        detuning, np.array([s.difference.value for s in steps]), np.array([s.locked for s in steps])
    )
    assert found.half_width == pytest.approx(expected, rel=0.1)
    assert found.noise == pytest.approx(device.linewidth / 2, rel=0.5)


def test_a_tongue_that_ends_outside_the_detunings_is_refused():
    detuning = np.linspace(-1e6, 1e6, 9)
    with pytest.raises(InputError, match="locked up to the edge of the detunings"):
        tongue(detuning, np.zeros(9), np.ones(9, bool))


def test_a_beat_that_hides_the_tongue_in_noise_is_refused():
    detuning = np.linspace(-1e6, 1e6, 9)
    noise = 2e5 * np.random.default_rng(1).standard_normal(9)  # a tongue of 10 kHz moves the beat by far less
    with pytest.raises(InputError, match="does not tell the range"):
        tongue(detuning, beat_frequency(detuning, 1e4, 1e6) + noise, np.zeros(9, bool))


@pytest.mark.parametrize("ratio", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_the_force_of_a_drive_is_found_from_the_motion_that_it_drives(ratio):
    device, step = Oscillator(), 1e-9
    force = 6e5 * np.exp(0.7j)
    given = {"drive": force} if ratio == 1 else {"pump": force}
    c = device.integrate(20e-6, step, copies=8, seed=3, detuning=np.linspace(-4e6, 4e6, 8), **given)
    found = np.array([drive_force(Record(one, step), ratio) for one in c.T])
    # noise moves c by √(2 D T) beside F·T
    error = np.sqrt(2 * device.diffusion / 20e-6 / len(found)) / np.sqrt(device.power if ratio == 2 else 1)
    assert found.mean() == pytest.approx(force, abs=3 * error + 0.02 * abs(force))
