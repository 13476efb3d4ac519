"""Cards from measured silicon: they load, draw what was measured, and bear draws far outside of it."""

from functools import cache

import numpy as np
import pytest
from scipy.special import ndtr

from spicekit.circuits.cell import Pulse, Technology, program_deck
from spicekit.circuits.compliance import compliance_word_line
from spicekit.fit.fit import fit_devices
from spicekit.fit.hold_out import compare, split
from spicekit.fit.measured import Setting, read_measured
from spicekit.fit.response import build_testbench, in_a_row
from spicekit.models.cmos import sky130
from spicekit.models.rram import load_rram
from spicekit.run.spec import load_spec
from spicekit.studies.devices import Devices

from .conftest import ROOM
from .measured import measured_file

SETTINGS = {
    "skywater_1t1r": Setting(200e-6, 2.3, 100e-9, 0.2, read_word_line=2.0, with_access=True),
    "tsmc40": Setting(120e-6, 3.5, 1e-6, 0.2, read_word_line=2.5, with_access=True),
    "synaptogen": Setting(200e-6, 2.0, 1e-6, 0.2, with_access=True),
}
# median [Ohm] and half the way from 16 to 84 % of ln R of all that was measured, LRS and HRS
MEASURED = {
    "skywater_1t1r": {"lrs": (4.89e3, 0.122), "hrs": (84.5e3, 1.29)},
    "tsmc40": {"lrs": (7.43e3, 0.068), "hrs": (156e3, 1.24)},
    "synaptogen": {"lrs": (4.53e3, 0.056), "hrs": (74.6e3, 0.438)},
}
SIGMAS = 6.0


@cache
def technology(card):
    design = load_spec(card).technology.design
    return Technology(sky130("tt"), load_rram(card), design, temperature=ROOM)


@pytest.mark.parametrize("card", SETTINGS)
def test_a_card_loads_by_name_and_says_what_it_is_of(card):
    rram = load_rram(card)
    assert rram.name == card
    at = SETTINGS[card]
    assert rram.fitted_at["reset_voltage"] == (at.reset_voltage, at.reset_voltage)
    assert rram.fitted_at["pulse_width"] == (at.pulse_width, at.pulse_width)
    assert rram.laws["e_reset"].marginal is not None
    assert rram.laws["e_set"].marginal is not None
    (condition,) = load_spec(card).conditions  # the datasheet is of the condition that was measured
    assert condition.reset_voltage == at.reset_voltage
    assert condition.pulse_width == at.pulse_width


@pytest.mark.parametrize("devices", [30, pytest.param(60, marks=pytest.mark.slow)])
@pytest.mark.parametrize("card", SETTINGS)
def test_devices_of_a_card_are_as_those_measured(card, devices):
    bench = build_testbench(technology(card), SETTINGS[card])
    ln = in_a_row(bench, load_rram(card), seed=0, devices=devices, cycles=1)
    for state, (median, sigma) in MEASURED[card].items():
        assert np.isfinite(ln[state]).all()
        low, middle, high = np.quantile(ln[state], ndtr([-1, 0, 1]))
        # sixty devices: standard errors of a normal law are sigma/6 and 0.12 sigma; three of them
        assert middle == pytest.approx(np.log(median), abs=max(0.5 * sigma, 0.02))
        assert (high - low) / 2 == pytest.approx(sigma, rel=0.4)


@pytest.mark.parametrize("samples", [15, pytest.param(60, marks=pytest.mark.slow)])
@pytest.mark.parametrize("card", SETTINGS)
@pytest.mark.parametrize("kind", ["set", "reset"])
def test_every_pulse_over_six_sigma_of_a_wide_spread_ends_in_a_state(card, kind, samples):
    own = technology(card)
    rram, condition = own.rram, load_spec(card).conditions[0]
    if kind == "set":
        word_line = compliance_word_line(own, condition.set_compliance)
        pulse = Pulse("set", own.design.set_voltage, word_line, condition.pulse_width)
    else:
        pulse = Pulse("reset", condition.reset_voltage, own.design.reset_word_line, condition.pulse_width)
    program = program_deck(own, pulse, rram.initial.hrs.value)
    rng, population = np.random.default_rng(0), rram.population()
    # each coordinate anywhere, tails and unevenness included
    points = rng.uniform(-SIGMAS, SIGMAS, (samples, population.size + len(program.spread)))
    cycle = rng.uniform(-SIGMAS, SIGMAS, (samples, population.size))
    gap = rng.uniform(rram.value("gap_min"), 2 * rram.initial.hrs.value, samples)
    devices = Devices(population, points)
    after = devices.pulse(program, gap, cycle, kind.upper())["gap"].to_numpy()
    assert [reason for reason in devices.reason if reason] == []  # no discard
    assert (after > rram.value("gap_min") - 0.1).all()
    assert (after < rram.value("gap_max") + 0.1).all()


@pytest.mark.slow
@pytest.mark.parametrize("card", ["skywater_1t1r", "tsmc40"])
def test_half_of_the_measured_devices_foretells_the_others(card):
    path = measured_file(
        {"skywater_1t1r": "skywater_cycling.csv.gz", "tsmc40": "tsmc40_cycling.csv.gz"}[card]
    )
    setting, own = SETTINGS[card], technology(card)
    stated = ("set_compliance", "reset_voltage", "pulse_width", "read_voltage", "read_word_line")
    given = {key: value for key in stated if (value := getattr(setting, key)) is not None}
    cycles = (51.0, 300.0) if card == "skywater_1t1r" else None
    measured = read_measured(path, given, {}, cycles=cycles, with_access=True)
    fitted, held = split(path, measured, 0.5, seed=0)
    fit = fit_devices(fitted, own)
    assert fit.forms is not None
    for parameter in ("e_set", "e_reset"):  # half of the devices, and other draws
        assert fit.rram.value(parameter) == pytest.approx(own.rram.value(parameter), abs=0.1)
    rows = compare(fit, held, own, 128, seed=0).rows
    apart = {(row.state, row.what) for row in rows if row.apart}
    wanted = {("lrs", "median"), ("hrs", "median"), ("hrs", "1 %"), ("", "error rate"), ("", "of a pair")}
    assert not apart & wanted
