"""The read of one 1T1R cell against a reference resistor, and its error rates."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from spicekit.circuits.cell import Technology
from spicekit.circuits.single_ended import single_ended_deck
from spicekit.identity import identity_of
from spicekit.models.cmos import sky130
from spicekit.models.design import load_design
from spicekit.models.rram import load_rram
from spicekit.ngspice import evaluate
from spicekit.studies.memory.chain import build_chain
from spicekit.studies.memory.condition import Condition
from spicekit.studies.memory.simulate import simulate, simulate_range
from spicekit.studies.rare.single_ended import SingleEndedLimit, reference_resistance, single_ended_read

from .test_limit import agrees_with_a_count


def margins(technology, gap, references):
    deck = single_ended_deck(technology, gap, references[0]).deck
    measured, outcomes = evaluate(deck, np.array([deck.row({"reference": r}) for r in references]))
    assert all(outcome.ok for outcome in outcomes)
    found = dict(zip([m.name for m in deck.measurements], measured.T, strict=True))
    decided = found["margin"] != 0
    assert (np.sign(found["margin"]) == np.sign(found["decision"]))[decided].all()
    return found["margin"]


def resistance(rram, gap):
    """Return the resistance at no voltage: i0 exp(-g/g0) sinh(V/v0), the conduction law of the card."""
    return rram.value("v0") / rram.value("i0") * np.exp(gap / rram.value("g0"))


@pytest.mark.parametrize("gap", [0.4, 0.6, 0.9])
def test_a_linear_device_is_told_from_the_reference_at_its_own_resistance(technology, gap):
    # the same resistance with a thousandfold v0 is Ohm's law: both branches are then the same circuit
    rram = technology.rram
    scaled = {
        name: rram.quantities[name].model_copy(update={"value": 1000 * rram.value(name)})
        for name in ("v0", "i0")
    }
    linear = replace(technology, rram=replace(rram, quantities={**rram.quantities, **scaled}))
    at = resistance(rram, gap)
    below, equal, above = margins(linear, gap, [0.99 * at, at, 1.01 * at])
    assert below < 0 < above
    assert abs(equal) < 1e-3 * above


def test_the_read_flips_just_below_the_resistance_of_a_real_device(technology):
    # sinh(V/v0) exceeds V/v0 by a sixth of (V/v0)^2 at the few tenths of a volt left when it decides
    gap = 0.6
    at = resistance(technology.rram, gap)
    below, above = margins(technology, gap, [0.94 * at, at])
    assert below < 0 < above


@pytest.fixture(scope="module")
def weak(technology):
    """A chain whose RESET is too weak to be read reliably."""
    return build_chain(technology, Condition("weak", 2e-4, 1.2, 1e-7))


def against(chain, stored, reference):
    """Return the limit of one device of the chain against a reference [Ohm]."""
    read = single_ended_read(Technology(sky130("tt"), load_rram(), load_design()), chain.shared)
    return SingleEndedLimit(chain, stored, reference, read)


def in_the_chain(limit, points, side):
    """Return points of the 2T2R chain whose device on `side` has the coordinates of the single one; the rest is 0."""
    other = {"left": "right", "right": "left"}[side]
    names = [c.replace(side, "cell").replace(f"access_{side}", "access") for c in limit.chain.coordinates]
    columns = dict(zip(limit.coordinates, points.T, strict=True))
    zero = np.zeros(len(points))
    return np.column_stack([zero if other in n else columns.get(n, zero) for n in names])


@pytest.mark.parametrize(
    ("stored", "state", "devices"), [pytest.param(1, "lrs", 20, marks=pytest.mark.slow), (-1, "hrs", 10)]
)
def test_the_sign_of_the_margin_says_on_which_side_of_the_reference_the_programmed_device_is(
    weak, stored, state, devices
):
    # the same device inside a 2T2R chain, whose pulses are coded apart; with a nominal amplifier its resistance decides
    draft = against(weak, stored, 1e4)
    rng = np.random.default_rng(2)
    of_cell = [k for k, name in enumerate(draft.coordinates) if name.startswith("cell.")]
    points = np.zeros((devices, draft.dimension))
    points[:, of_cell] = rng.standard_normal((devices, len(of_cell)))
    side = "left" if stored > 0 else "right"  # stores +1: LRS on the left
    found = simulate(weak, in_the_chain(draft, points, side), np.ones(devices))[state].to_numpy()
    limit = replace(draft, reference=float(np.median(found)))
    above = np.log(found / limit.reference)
    clear = (above > 0.05) | (
        above < 0
    )  # a real device flips at a reference a few percent below its resistance
    assert (above[clear] > 0).sum() >= 3
    assert (limit(points)[clear] * stored * above[clear] < 0).all()


def test_margins_are_reproducible_and_every_coordinate_of_the_device_counts(weak):
    limit = against(weak, -1, 8e3)
    points = np.random.default_rng(7).standard_normal((3, limit.dimension))
    whole = limit(points)
    assert np.array_equal(limit(points[1:]), whole[1:])
    assert len(set(limit.coordinates)) == limit.dimension
    names = (
        "cell.device.e_reset",
        "cell.prepare.slow.e_set",
        "cell.program.slow.e_reset",
        "access.toxe",
        "n_left.vth0",
    )
    one = np.eye(limit.dimension)[[limit.coordinates.index(name) for name in names]]
    nominal, *moved = limit(np.vstack([np.zeros(limit.dimension), one]))
    assert nominal not in moved


def test_what_affects_a_margin_is_in_the_identity(weak):
    one = against(weak, 1, 8e3)
    others = (against(weak, -1, 8e3), against(weak, 1, 8.1e3))
    assert len({identity_of(one), *(identity_of(other) for other in others)}) == 3
    assert identity_of(against(weak, 1, 8e3)) == identity_of(one)


def test_a_chain_with_noise_and_shared_spread_has_coordinates_for_them(technology):
    noisy = replace(technology, telegraph_noise=True, supply_sigma=0.02, temperature_sigma=5.0)
    limit = against(build_chain(noisy, Condition("noisy", 2e-4, 1.2, 1e-7)), -1, 8e3)
    assert limit.coordinates[-3:] == ("cell.telegraph", "supply", "temperature")
    points = np.zeros((4, limit.dimension))
    points[1, -3] = -3.0  # a trapped electron
    points[0, -3] = points[2, -3] = points[3, -3] = 3.0  # none
    points[2, -2], points[3, -1] = -3.0, 3.0
    free, trapped, low, hot = limit(points)
    assert trapped > free > 0  # its resistance is higher: HRS is told apart better
    assert not np.isclose(low, free, rtol=0.01)
    assert not np.isclose(hot, free, rtol=0.01)


def drawn(lrs, hrs, n, offset=0.0, seed=0):
    """Return samples of log-normal states (median, sigma), read by an amplifier with an `offset` in ln R."""
    rng = np.random.default_rng(seed)
    shift = 0.4 * rng.standard_normal(n)
    table = {name: median * np.exp(s * rng.standard_normal(n)) for name, (median, s) in
             {"lrs": lrs, "hrs": hrs}.items()}  # fmt: skip
    decision = np.sign(shift + offset * rng.standard_normal(n))
    return pd.DataFrame(table | {"outcome": "ok", "offset_shift": shift, "offset_decision": decision})


def test_the_reference_makes_both_error_rates_equal():
    # normal laws of known spread: the two rates at the reference, offset included, by scipy
    found = reference_resistance(drawn((4e3, 0.1), (6e4, 0.4), 10_000, offset=0.3, seed=1))
    assert found is not None
    low = norm.sf(np.log(found / 4e3) / np.hypot(0.1, 0.3))
    high = norm.sf(np.log(6e4 / found) / np.hypot(0.4, 0.3))
    assert low == pytest.approx(high, rel=0.3)  # the offset is known within 2 %; without it a thousandfold
    assert low < 1e-3


def test_an_amplifier_without_offset_leaves_the_reference_to_the_states():
    found = reference_resistance(drawn((4e3, 0.2), (6e4, 0.2), 10_000))
    assert found == pytest.approx(np.sqrt(4e3 * 6e4), rel=0.01)


def test_too_few_samples_give_no_reference():
    samples = drawn((4e3, 0.1), (6e4, 0.4), 60)
    assert reference_resistance(samples.iloc[:49]) is None
    assert reference_resistance(samples) is not None
    samples.loc[:30, "outcome"] = "discard"
    assert reference_resistance(samples) is None


@pytest.mark.slow
@pytest.mark.parametrize("stored", [1, -1])
def test_an_estimate_agrees_with_counted_chains(weak, stored):
    reference = reference_resistance(simulate_range(weak, 5, 0, 120))
    assert reference is not None
    agrees_with_a_count(against(weak, stored, reference), 1500)
