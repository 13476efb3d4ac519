"""The physics of the RRAM model in SPICE: closed forms and trends that programming conditions act on.

Closed forms: without voltage the state relaxes exponentially; at constant voltage the time to switch is the integral
of dg over |dg/dt| (scipy's quadrature of the equations in the subcircuit's header).
"""

from dataclasses import replace

import numpy as np
import pytest
from scipy.constants import Boltzmann, elementary_charge
from scipy.integrate import quad, trapezoid

from spicekit.circuits.cell import Pulse, program_deck
from spicekit.circuits.circuit_builder import ZERO_CELSIUS
from spicekit.circuits.compliance import compliance_word_line
from spicekit.circuits.device import RANGE, bake_deck, hold_deck
from spicekit.circuits.disturb import disturb_deck
from spicekit.circuits.loop import half_loop_deck
from spicekit.fit.response import with_values
from spicekit.models.quantity import Quantity
from spicekit.models.spread_law import CorrelationLaw, SpreadLaw
from spicekit.ngspice import waveforms
from tests.test_rram import reference_rate, reset_pulse, resistance, run, set_pulse

EV_PER_K = Boltzmann / elementary_charge
YEAR = 365.25 * 86400  # s


def at(technology, celsius):
    return replace(technology, temperature=float(celsius) + ZERO_CELSIUS)


def initial(technology):
    found = technology.rram.initial
    return found.lrs.value, found.hrs.value, found.pristine.value


def middle(technology):
    return sum(initial(technology)[:2]) / 2


# --- time to switch


def quadrature(technology, voltage, gap, threshold):
    """Time to switch from the equations, by scipy."""

    def per_nm(g):
        return 1 / reference_rate(technology.rram, g, voltage, technology.temperature)[1]

    return quad(per_nm, gap, threshold, limit=500, epsrel=1e-8)[0]


def switching(technology, kind):
    lrs, hrs, pristine = initial(technology)
    return {"set": (hrs, middle(technology)), "reset": (lrs, middle(technology)), "forming": (pristine, hrs)}[
        kind
    ]


def simulated_time(technology, kind, voltage):
    """Time to switch from SPICE, without a hint from the equations: decks of growing length."""
    gap, threshold = switching(technology, kind)
    longest = 1e-11
    while longest < 1e12:
        found = run(hold_deck(technology, voltage, longest, gap, threshold))["time"]
        if np.isfinite(found):
            return found
        longest *= RANGE
    raise AssertionError(f"does not switch at {voltage} V")


@pytest.mark.parametrize(
    ("kind", "voltage"),
    [("set", 0.4), ("set", 0.9), ("reset", -0.6), ("reset", -1.1), ("forming", 1.2), ("forming", 2.2)],
)
def test_the_time_to_switch_is_the_integral_of_the_rate(technology, kind, voltage):
    expected = quadrature(technology, voltage, *switching(technology, kind))
    assert simulated_time(technology, kind, voltage) == pytest.approx(expected, rel=0.03)


def test_a_long_deck_does_not_begin_with_a_snap_that_is_not_there(technology):
    # with the voltage in a step, the first time point found the current of a filament across the pristine gap
    warm = at(technology, 85)
    expected = quadrature(warm, 2.7, *switching(warm, "forming"))
    for longest in (2 * expected, 5 * expected):
        found = run(hold_deck(warm, 2.7, longest, *switching(warm, "forming")))["time"]
        assert found == pytest.approx(expected, rel=0.03)


def test_set_time_falls_by_five_decades_over_about_a_volt(technology):
    voltages = np.array([0.3, 0.5, 0.7, 0.9, 1.1])
    decades = np.log10([simulated_time(technology, "set", v) for v in voltages])
    slope, height = np.polyfit(voltages, decades, 1)
    assert np.abs(decades - height - slope * voltages).max() < 0.3  # exponential
    assert 0.5 < 5 / -slope < 1.1  # V


def test_forming_time_is_exponential_in_voltage(technology):
    voltages = np.array([1.4, 1.7, 2.0, 2.3])
    decades = np.log10([simulated_time(technology, "forming", v) for v in voltages])
    slope, height = np.polyfit(voltages, decades, 1)
    assert slope < -3
    assert np.abs(decades - height - slope * voltages).max() < 0.3


@pytest.mark.parametrize(("kind", "voltage"), [("set", 0.7), ("reset", -0.8), ("forming", 1.8)])
def test_warmer_surroundings_switch_faster(technology, kind, voltage):
    cold, warm = (simulated_time(at(technology, celsius), kind, voltage) for celsius in (27, 85))
    assert warm < cold / 3


def test_a_pristine_cell_needs_a_much_higher_voltage_than_a_formed_one(technology):
    _, hrs, pristine = initial(technology)
    word_line = compliance_word_line(technology, 200e-6)
    ramp, peak = 1e-5, 3.3
    found = [
        peak / ramp * run(half_loop_deck(technology, peak, ramp, word_line, gap, threshold).deck)["time"]
        for gap, threshold in ((pristine, hrs), (hrs, middle(technology)))
    ]
    assert found[0] > 1.5 * found[1]
    # and the SET pulse of the cell design leaves it as it is
    pulse = Pulse("set", technology.design.set_voltage, word_line, 1e-6)
    left = run(program_deck(technology, pulse, pristine).deck)["gap"]
    assert left == pytest.approx(pristine, abs=0.1)


# --- loops and temperature


def logarithmic_share(technology, peak, gap, word_line):
    """Share of the ramp over which ln conductance moves from 10 to 90 % of its way."""
    ramp = 1e-4
    deck = half_loop_deck(technology, peak, ramp, word_line, gap, middle(technology)).deck
    waves = waveforms(deck)
    moved = np.abs(waves["xcell.gap"] - gap)  # ln conductance is linear in the gap
    at_10, at_90 = (waves["time"][np.argmax(moved > share * moved.max())] for share in (0.1, 0.9))
    return (at_90 - at_10) / ramp


def test_set_is_abrupt_and_reset_is_gradual(technology):
    lrs, hrs, _ = initial(technology)
    word_line = compliance_word_line(technology, 200e-6)
    abrupt = logarithmic_share(technology, technology.design.set_voltage, hrs, word_line)
    gradual = logarithmic_share(technology, -2.0, lrs, technology.design.reset_word_line)
    assert gradual > 0.25
    assert abrupt < 0.6 * gradual


@pytest.mark.parametrize("celsius", [27, 125])
def test_joule_heating_follows_the_power_in_the_device(technology, celsius):
    here = at(technology, celsius)
    deck = reset_pulse(here, 2.0)
    waves = waveforms(deck)
    plateau = (waves["time"] > 0.1e-6) & (waves["time"] < 1e-6)  # no current into the cell's capacitance
    power = np.abs((waves["te"] - waves["be"]) * waves["vcell#branch"])[plateau]
    expected = here.temperature + technology.rram.value("rth") * power
    assert power.max() * technology.rram.value("rth") > 1  # K: there is something to see
    assert waves["xcell.temp"][plateau] == pytest.approx(expected, rel=1e-3)


# --- retention


def relaxed(technology, celsius, gap, time):
    """The closed form of the bake."""
    p = technology.rram.value
    rate = p("rate_rest") or p("rate")
    tau = p("g0") / rate * np.exp(p("e_rest") / EV_PER_K / (celsius + ZERO_CELSIUS))
    return p("g_rest") + (gap - p("g_rest")) * np.exp(-time / tau)


@pytest.mark.parametrize("celsius", [85, 125, 200])
@pytest.mark.parametrize("time", [1.0, 3600.0, YEAR, 10 * YEAR])
def test_a_bake_follows_the_exponential(technology, celsius, time):
    for gap in (*initial(technology)[:2], 2.0):
        found = run(bake_deck(at(technology, celsius), time, gap))["gap"]
        expected = relaxed(technology, celsius, gap, time)
        assert found - gap == pytest.approx(expected - gap, rel=2e-3, abs=1e-12)


def with_rest_spread(technology, device=0.05, fresh=0.05):
    """A card whose retention barrier is spread between devices, and between their cycles."""
    law = SpreadLaw(device=device, fresh=fresh, kind="absolute", status="assumed", source="a test")
    rram = replace(technology.rram, laws=technology.rram.laws | {"e_rest": law})
    return replace(technology, rram=rram)


@pytest.mark.parametrize("spread", [False, True])
def test_the_rest_may_have_an_attempt_frequency_of_its_own(technology, spread):
    rate = Quantity(value=2.5e6, unit="nm/s", status="assumed", source="a test")
    rram = with_values(technology.rram, {"e_rest": 1.24})
    slow = replace(technology, rram=replace(rram, quantities=rram.quantities | {"rate_rest": rate}))
    if spread:
        slow = with_rest_spread(slow)
        slow = replace(slow, rram=slow.rram.resting())
    found = run(bake_deck(at(slow, 200), 1e5, 0.4))["gap"]
    expected = relaxed(slow, 200, 0.4, 1e5)
    assert 0.43 < expected < 0.5  # with the frequency of SET it would be all the way at 1.0
    assert found - 0.4 == pytest.approx(expected - 0.4, rel=2e-3)


def test_each_device_relaxes_over_its_own_barrier(technology):
    resting = with_rest_spread(technology)
    resting = replace(resting, rram=resting.rram.resting())
    deck = bake_deck(at(resting, 200), 1e4, 0.4)
    for barrier in technology.rram.value("e_rest") + np.array([-0.2, -0.1, 0.0, 0.1, 0.2]):
        here = with_values(technology.rram, {"e_rest": barrier})
        expected = relaxed(replace(technology, rram=here), 200, 0.4, 1e4)
        found = deck.measure({"cell.e_rest": barrier})["gap"]
        assert found - 0.4 == pytest.approx(expected - 0.4, rel=2e-3, abs=1e-12)


def test_a_spread_of_the_retention_barrier_costs_nothing_where_nothing_rests(technology):
    spread = with_rest_spread(technology)
    assert reset_pulse(spread, 2.0) == reset_pulse(technology, 2.0)
    assert spread.rram.population() == technology.rram.population()
    assert technology.rram.resting().population() == technology.rram.population()
    names = spread.rram.resting().population().effective - technology.rram.population().effective
    assert names == {"device.e_rest", "fresh.e_rest"}


def test_a_correlation_with_the_retention_barrier_leaves_the_other_parameter_as_it_is(technology):
    spread = with_rest_spread(technology, fresh=0.0).rram
    law = CorrelationLaw(of=("e_rest", "e_set"), value=0.6, status="assumed", source="a test")
    spread = replace(spread, correlations=(law,))
    asleep, awake = spread.resting().population(), spread.population()
    z = np.random.default_rng(1).standard_normal((4000, asleep.size))
    same = [list(asleep.device_names).index(name) for name in awake.device_names]
    resting = asleep.values(z, np.zeros((4000, asleep.size)))
    awake = awake.values(z[:, same], np.zeros((4000, awake.size)))
    assert resting["e_set"] == pytest.approx(awake["e_set"], rel=1e-12)
    assert np.corrcoef(resting["e_set"], resting["e_rest"])[0, 1] == pytest.approx(
        0.6, abs=0.08
    )  # `e_set` is bent


def test_retention_is_of_arrhenius_type_with_the_barrier_of_the_card(technology):
    gap, time, rest = 0.4, 1e5, technology.rram.value("g_rest")
    celsius = np.array([140.0, 170.0, 200.0, 230.0])
    left = [run(bake_deck(at(technology, t), time, gap))["gap"] for t in celsius]
    tau = -time / np.log((np.array(left) - rest) / (gap - rest))
    slope = np.polyfit(1 / (EV_PER_K * (celsius + ZERO_CELSIUS)), np.log(tau), 1)[0]
    assert slope == pytest.approx(technology.rram.value("e_rest"), rel=2e-3)


# --- read disturb


def test_a_read_moves_both_states_by_little_and_always_by_the_same(technology):
    lrs, hrs, _ = initial(technology)
    deck = disturb_deck(technology, lrs, hrs).deck
    gaps, ways = (lrs, hrs), []
    for _ in range(20):
        found = run_read(deck, *gaps)
        ways.append((found["left_gap"] - gaps[0], found["right_gap"] - gaps[1]))
        gaps = found["left_gap"], found["right_gap"]
    tenth = 0.1 * technology.rram.value("g0")  # nm, that change the resistance by 10 %
    assert np.abs(ways).max() < tenth / 20
    high = np.array(ways)[:, 1]
    assert (high < 0).all()  # reads are of SET polarity
    assert high == pytest.approx(high.mean(), rel=0.05)  # so that reads may be counted from one


def run_read(deck, left, right, **values):
    return deck.measure({"left.gap": left, "right.gap": right, **values})


def test_read_disturb_agrees_with_the_rate_at_the_simulated_voltage(technology):
    lrs, hrs, _ = initial(technology)
    deck = disturb_deck(technology, lrs, hrs).deck
    waves = waveforms(replace(deck, also_save=(*deck.also_save, "be_right")))
    time, voltage = waves["time"], waves["blb"] - waves["be_right"]
    rate = [reference_rate(technology.rram, hrs, v, technology.temperature)[1] for v in voltage]
    way = run_read(deck, lrs, hrs)["right_gap"] - hrs
    assert way == pytest.approx(trapezoid(rate, time), rel=0.02)


def test_a_weak_barrier_is_disturbed_more(technology):
    lrs, hrs, _ = initial(technology)
    rram, deck = technology.rram, disturb_deck(technology, lrs, hrs).deck
    worst = rram.value("e_set") - 4 * rram.population().parameters["e_set"].sigma
    nominal, weak = (
        hrs - run_read(deck, lrs, hrs, **{"right.e_set": e})["right_gap"]
        for e in (rram.value("e_set"), worst)
    )
    assert weak > 3 * nominal


def test_a_small_voltage_disturbs_less_by_the_exponent_of_its_field(technology):
    # between barriers the rate goes as exp(u) - 1 over (1 + exp(e/kT)); both voltages are far below the barrier
    hrs, p = initial(technology)[1], technology.rram.value
    kt = EV_PER_K * technology.temperature
    ways = [hrs - run(hold_deck(technology, v, 1e-3, hrs, 0.0))["gap"] for v in (0.1, 0.2)]
    work = [p("alpha") * v / kt / (1 + (hrs / p("g_field")) ** 3) for v in (0.1, 0.2)]
    assert ways[1] / ways[0] == pytest.approx(np.expm1(work[1]) / np.expm1(work[0]), rel=0.02)


# --- end states


def test_lrs_is_inverse_to_the_compliance_of_the_access_transistor(technology):
    currents = np.array([20e-6, 50e-6, 100e-6, 200e-6, 500e-6])
    found = [run(set_pulse(technology, current)) for current in currents]
    # the mean current at the end of the pulse is what the transistor really gives
    assert [f["current"] for f in found] == pytest.approx(currents, rel=0.15)
    slope = np.polyfit(np.log(currents), np.log([resistance(f) for f in found]), 1)[0]
    assert slope == pytest.approx(-1, abs=0.15)
