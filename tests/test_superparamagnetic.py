"""The superparamagnetic junction in ngspice: the two-state process, at constant and at changing bias."""

import subprocess

import numpy as np
import pytest
from scipy.constants import Boltzmann, elementary_charge
from scipy.stats import kstest

from spicekit.circuits.superparamagnetic import DEAD_TIME, telegraph_deck
from spicekit.data import data_path
from spicekit.errors import InputError
from spicekit.models.superparamagnetic import load_superparamagnetic
from spicekit.ngspice import standalone, waveforms
from spicekit.sampling.candidates import candidates
from spicekit.studies.superparamagnetic.telegraph import rates, runs

ROOM, SERIES, IDENTITY = 300.15, 1e3, "a" * 64


@pytest.fixture(scope="module")
def model():
    return load_superparamagnetic()


def law(model, voltage, state):
    """Rate of leaving `state`, as the subcircuit's header states it."""
    v = model.value
    kt = Boltzmann * ROOM / elementary_charge
    x = (voltage - v("offset")) / v("critical_voltage")
    return np.exp(-v("barrier") / kt * np.maximum(np.where(state, 1 - x, 1 + x), 0)) / v("attempt_time")


def divided(model, drive, state):
    """Voltage on the junction; the magnetoresistance depends on it, so that the divider is solved by iteration."""
    v = model.value
    across = drive
    for _ in range(50):
        ratio = 1 + np.where(state, v("tmr") / (1 + (across / v("v_half")) ** 2), 0)
        across = drive * v("r_p") * ratio / (v("r_p") * ratio + SERIES)
    return across


def simulated(model, points, bound, length, index=0, seed=1):
    """Waves, times of the flips, candidates; `length` in mean times between candidates."""
    drawn = candidates(seed, IDENTITY, index, bound, length / bound, DEAD_TIME / bound)
    deck = telegraph_deck(model, ROOM, SERIES, points, bound, drawn.times, drawn.marks, length / bound)
    waves = waveforms(deck)
    assert waves["time"][-1] == pytest.approx(deck.stop_time)
    assert waves["xj.share"].max() < 1
    high = waves["xj.state"] > 0.5
    return waves, waves["time"][1:][np.diff(high)], drawn


@pytest.mark.parametrize("drive", [0.05, -0.1])
def test_every_flip_is_a_candidate_whose_mark_lies_below_the_rate(model, drive):
    levels = [float(divided(model, drive, s)) for s in (0, 1)]
    bound = 1.02 * max(float(law(model, levels[s], s)) for s in (0, 1))
    waves, flips, drawn = simulated(model, ((0, drive),), bound, 200)
    state, expected = 0, []
    for time, mark in zip(drawn.times, drawn.marks, strict=True):
        if mark < law(model, levels[state], state) / bound:
            state = 1 - state
            expected.append(time)
    assert len(expected) > 30
    assert flips == pytest.approx(np.array(expected), abs=0.005 / bound)
    assert np.abs(waves["te"]).min() == pytest.approx(abs(levels[0]), rel=1e-4)
    assert np.abs(waves["te"]).max() == pytest.approx(abs(levels[1]), rel=1e-3)


def test_constant_bias_gives_the_stationary_probability_and_autocorrelation_of_the_closed_form(model):
    drive = 0.04
    levels = [float(divided(model, drive, s)) for s in (0, 1)]
    away, back = (float(law(model, levels[s], s)) for s in (0, 1))
    bound = 1.02 * max(away, back)
    interval = 0.1 / bound
    grid = np.arange(0, 350 / bound, interval)
    traces = []
    for index in range(4):
        waves, _, _ = simulated(model, ((0, drive),), bound, 350, index)
        traces.append(np.interp(grid, waves["time"], waves["te"]))
    reference = np.sqrt(levels[0] * levels[1])
    found = rates([runs(trace, reference) for trace in traces], interval)
    assert found.values == pytest.approx([away, back], abs=3 * found.errors.max())
    assert found.errors.max() < 0.1 * back
    states = np.array([trace > reference for trace in traces], dtype=float)
    # sigmoid of Neel-Brown rates; both states see nearly the same voltage
    probability = away / (away + back)
    error = np.sqrt(2 * probability * (1 - probability) / ((away + back) * 4 * grid[-1]))
    assert states.mean() == pytest.approx(probability, abs=3 * error)
    # normalized autocorrelation exp(-(away + back) t): Machlup, J. Appl. Phys. 25, 341 (1954)
    centred = states - states.mean()
    lag = round(1 / (away + back) / interval)
    share = (centred[:, :-lag] * centred[:, lag:]).mean() / centred.var()
    assert share == pytest.approx(np.exp(-lag * interval * (away + back)), abs=0.12)


def test_dwell_times_are_exponential_and_follow_a_bias_that_changes_within_them(model):
    # time-rescaling theorem: integrals of the rate from flip to flip are unit exponentials, whatever the bias does
    top, bound = 0.15, 1.02 * float(law(model, 0.15, 1))
    period = 3 / bound
    points = [(k * period / 2, top if k % 2 else -top) for k in range(200)]
    integrals = []
    for index in range(4):
        waves, flips, _ = simulated(model, points, bound, 250, index)
        time = np.linspace(0, waves["time"][-1], 40_001)
        across = np.interp(time, waves["time"], waves["te"])
        state = np.interp(time, waves["time"], waves["xj.state"]) > 0.5
        rate = law(model, across, state)
        hazard = np.concatenate([[0], np.cumsum((rate[1:] + rate[:-1]) / 2 * np.diff(time))])
        integrals.append(np.diff(np.interp(flips, time, hazard)))
    integrals = np.concatenate(integrals)
    assert len(integrals) > 200
    assert integrals.mean() == pytest.approx(1, abs=3 / np.sqrt(len(integrals)))
    assert kstest(integrals, "expon").pvalue > 0.01


def test_the_deck_alone_gives_the_same_flips(model, tmp_path):
    drawn = candidates(1, IDENTITY, 0, 2e8, 3e-7, DEAD_TIME / 2e8)
    deck = telegraph_deck(model, ROOM, SERIES, ((0, 0.05),), 2e8, drawn.times, drawn.marks, 3e-7)
    (tmp_path / "deck.cir").write_text(standalone(deck, output="out.txt"))
    subprocess.run(["ngspice", "-b", "deck.cir"], cwd=tmp_path, check=True, capture_output=True)
    names = (tmp_path / "out.txt").read_text().splitlines()[0].split()
    table = np.loadtxt(tmp_path / "out.txt", skiprows=1)
    state = table[:, names.index("xj.state") if "xj.state" in names else names.index("v(xj.state)")]
    flips = table[1:, 0][np.diff(state > 0.5)]
    waves = waveforms(deck)
    again = waves["time"][1:][np.diff(waves["xj.state"] > 0.5)]
    assert len(flips) > 5
    assert np.array_equal(flips, again)


BAD = {
    "tmr": ("tmr = {value = 0.7", "tmr = {value = -1.5", r"`parameters.tmr`: got -1.5, expected 0 or more"),
    "barrier": (
        "barrier = {value = 0.0596",
        "barrier = {value = 0.0",
        r"`parameters.barrier`: got 0, expected a",
    ),
    "spread": ("device = 0.005", "device = 0.05", r"`spread.barrier`: 0.05 eV is too wide for 0.0596 eV"),
    "name": ("v_half =", "v_haf =", r"unknown key `parameters.v_haf` \(did you mean `v_half`"),
    "other model": ("superparamagnetic.sub", "macrospin.sub", r"got 'macrospin.sub', expected 'superpara"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_cards_are_said_in_one_line(case, tmp_path):
    old, new, message = BAD[case]
    text = (
        data_path("device_models", "mtj")
        .joinpath("superparamagnetic_inplane.toml")
        .read_text(encoding="utf-8")
    )
    card = tmp_path / "mine.toml"
    card.write_text(text.replace(old, new))
    with pytest.raises(InputError, match=message) as error:
        load_superparamagnetic(card)
    assert "\n" not in str(error.value)
    assert str(card) in str(error.value)


def test_too_many_candidates_are_refused(model):
    with pytest.raises(InputError, match="500 candidate events in one run, expected at most"):
        telegraph_deck(model, ROOM, SERIES, ((0, 0.1),), 1e8, np.arange(500.0), np.zeros(500), 1.0)
