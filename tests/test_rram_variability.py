"""Variability of the RRAM model in SPICE: laws and spread of both states, memory of cycles, telegraph noise."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import probplot

from spicekit.circuits.cell import Pulse, program_deck
from spicekit.circuits.compliance import compliance_word_line
from spicekit.ngspice import evaluate
from spicekit.studies.devices import Devices
from tests.test_rram import reset_pulse


def cycled(technology, compliance, devices, seed, width=1e-6, reset_voltage=2.0):
    """Fresh devices, one RESET and one SET each; returns (HRS, LRS) resistances."""
    rng = np.random.default_rng(seed)
    word_line = compliance_word_line(technology, compliance)
    lrs, hrs = technology.rram.initial.lrs.value, technology.rram.initial.hrs.value
    high = program_deck(
        technology, Pulse("reset", reset_voltage, technology.design.reset_word_line, width), lrs
    )
    low = program_deck(technology, Pulse("set", technology.design.set_voltage, word_line, width), hrs)
    population = technology.rram.population()
    drawn = Devices(population, rng.standard_normal((devices, population.size + len(low.spread))))
    cycle = rng.standard_normal((devices, population.size))
    after = drawn.pulse(high, drawn.filled(lrs), cycle, "RESET")
    end = drawn.pulse(low, after["gap"].to_numpy(), cycle, "SET")
    assert drawn.good.all(), set(drawn.reason)
    return 1 / after["conductance"].to_numpy(), 1 / end["conductance"].to_numpy()


@pytest.mark.slow
def test_lrs_conductance_is_near_normal_and_hrs_near_lognormal(technology):
    hrs, lrs = cycled(technology, 200e-6, 500, 1)
    # correlation of the probability plot: 500 normal samples are above 0.995 in 95 % of draws; "near" allows for skew
    assert probplot(1 / lrs)[1][2] > 0.985
    assert probplot(np.log(hrs))[1][2] > 0.985
    # and the other law fits worse where the spread is large enough to tell
    assert probplot(np.log(hrs))[1][2] > probplot(hrs)[1][2] + 0.02


def test_spread_grows_with_resistance_and_shrinks_with_compliance(technology):
    found = [cycled(technology, compliance, 30, 2) for compliance in (50e-6, 200e-6)]
    (_, weak), (hrs, strong) = found
    spread = [np.log(r).std(ddof=1) for r in (strong, weak, hrs)]
    assert np.median(strong) < np.median(weak) < np.median(hrs)
    assert spread == sorted(spread)


def test_cycles_of_a_device_forget_over_the_cycles_of_the_card(technology):
    population, rng = technology.rram.population(), np.random.default_rng(3)
    lag = round(population.slow_cycles)
    first = rng.standard_normal((20000, population.size))
    then = first
    for _ in range(lag):
        then = population.next_cycle(then, rng.standard_normal(first.shape))
    assert then.std(axis=0) == pytest.approx(1, abs=0.02)  # the spread stays
    slow = population.size // 2
    for column in range(population.size):
        expected = np.exp(-1) if column < slow else 0.0
        assert np.corrcoef(first[:, column], then[:, column])[0, 1] == pytest.approx(expected, abs=0.03)
    at_once = population.next_cycle(first, rng.standard_normal(first.shape), lag)
    assert np.corrcoef(first[:, 0], at_once[:, 0])[0, 1] == pytest.approx(np.exp(-1), abs=0.03)


def test_a_cycled_device_keeps_its_deviation_in_spice(technology):
    rram, rng, cycles = technology.rram, np.random.default_rng(4), 60
    lrs = technology.rram.initial.lrs.value
    population = rram.population()
    parameters = {
        name: replace(d, fresh=0.0) for name, d in population.parameters.items()
    }  # which no cycle keeps
    population = replace(population, parameters=parameters)
    rows, z = [], rng.standard_normal((1, population.size))
    deck = reset_pulse(technology, 2.0)
    for _ in range(cycles):
        z = population.next_cycle(z, rng.standard_normal(z.shape))
        drawn = population.values(np.zeros((1, population.size)), z)
        rows.append(deck.row({"cell.gap": lrs, **{f"cell.{n}": value[0] for n, value in drawn.items()}}))
    measured, _ = evaluate(deck, np.array(rows))
    ln_r = np.log((measured[:, 1] - measured[:, 2]) / measured[:, 3])
    # successive differences over twice the variance are 1 without memory (von Neumann, 1941), and far below with it
    assert np.mean(np.diff(ln_r) ** 2) / 2 / ln_r.var() < 0.5


def test_telegraph_noise_takes_its_share_as_often_as_the_trap_is_occupied(technology):
    rram, z = technology.rram, np.random.default_rng(5).standard_normal(20000)
    law = rram.telegraph
    ohmic = rram.value("v0") / rram.value("i0")  # at zero gap, low field
    for ratio in (1e-2, 1.0, 1e2):
        gap = rram.value("g0") * np.log(ratio * law.resistance.value / ohmic)
        share = rram.telegraph_noise.share(np.full(len(z), gap), z)
        assert (share > 0).mean() == pytest.approx(law.occupancy.value, abs=0.015)
        assert share.max() == pytest.approx(law.amplitude.value * ratio / (1 + ratio), rel=1e-9)


def test_traps_have_log_normal_amplitudes_about_the_law(technology):
    rng = np.random.default_rng(6)
    gap, z = np.full(20000, 0.9), rng.standard_normal(20000)
    plain = technology.rram.telegraph_noise
    spread = replace(plain, spread=0.7)
    assert plain.coordinates == ("telegraph",)
    assert spread.coordinates == ("telegraph", "telegraph_amplitude")
    share = spread.share(gap, np.full(len(z), -5.0), z)
    relative = share / (1 - share)  # dR/R
    usual = plain.share(gap[:1], np.array([-5.0]))[0]
    assert np.log(relative).mean() == pytest.approx(np.log(usual / (1 - usual)), abs=0.02)
    assert np.log(relative).std() == pytest.approx(0.7, rel=0.02)
    assert share.max() < 1
    assert (spread.share(gap, np.full(len(z), 5.0), z) == 0).all()
    assert replace(plain, spread=0.0).share(gap, z) == pytest.approx(plain.share(gap, z))
