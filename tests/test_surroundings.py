"""Supply and temperature of a whole sample: set on a loaded deck they do what a deck built with them does."""

import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest

from spicekit.circuits.cell import Pulse, program_deck
from spicekit.circuits.read import read_deck
from spicekit.circuits.surroundings import shared_by, supply_variation, temperature_variation
from spicekit.errors import InputError
from spicekit.ngspice import Deck, Final, Parameter, evaluate, standalone, waveforms
from spicekit.ngspice.deck import SET_TEMPERATURE

DECKS = {
    "set": lambda t: program_deck(t, Pulse("set", 1.5, 1.36, 1e-7), 1.0),
    "reset": lambda t: program_deck(t, Pulse("reset", 2.0, 5.0, 1e-7), 0.37),
    "read": lambda t: read_deck(t, 0.37, 0.75),
}


def spread(technology, supply=0.03, temperature=10.0):
    both = replace(technology, supply_sigma=supply, temperature_sigma=temperature)
    return (*supply_variation(both), *temperature_variation(both))


def measured(deck, *rows):
    """Measurements (rows, measurements) of one call, each row with the parameters it names."""
    found, outcomes = evaluate(deck, np.array([deck.row(values) for values in rows]))
    assert all(outcome.ok for outcome in outcomes)
    return found


@pytest.mark.parametrize("kind", DECKS)
def test_a_temperature_set_in_place_is_that_of_a_deck_built_for_it(technology, kind):
    deck = shared_by(DECKS[kind](technology), spread(technology)[1:]).deck
    asked = (85.0, -39.7, 27.0, 125.0, 85.0)  # in place, one after the other
    found = measured(deck, *({"temperature": celsius} for celsius in asked))
    built = [DECKS[kind](replace(technology, temperature=celsius + 273.15)).deck for celsius in asked]
    np.testing.assert_allclose(found, np.concatenate([measured(d, {}) for d in built]), rtol=1e-9)
    assert np.abs(found[0] / found[2] - 1).max() > 0.01
    one, other = waveforms(deck, {"temperature": 85.0}), waveforms(built[0])
    assert all(np.array_equal(one[name], other[name]) for name in other)


def test_a_supply_set_in_place_is_that_of_a_deck_built_for_it(technology):
    deck = shared_by(DECKS["read"](technology), spread(technology)[:1]).deck
    asked = (1.3, 1.5, 1.4)
    found = measured(deck, *({"supply.rail": v, "supply.sense_enable": v} for v in asked))
    for row, volts in zip(found, asked, strict=True):
        other = replace(technology, design=replace(technology.design, supply=volts))
        level = replace(
            DECKS["read"](other).deck, measurements=deck.measurements
        )  # theirs is half of its own supply
        np.testing.assert_allclose(row, measured(level, {})[0], rtol=1e-9)
    assert found[0, 0] == pytest.approx(1.3, rel=0.01)  # the outputs reach the rail of the sample


def test_transistors_and_resistors_of_an_own_library_follow_too():
    """Expressions with `temper` in instances, model cards and subcircuits, in place and in a fresh deck."""
    netlist = """own
.model inner nmos level=1 vto={0.5-2m*(temper-27)} kp=1e-4
.subckt fet d g s b w=1 l=1
.param length={l*(1+1m*(temper-27))}
m1 d g s b inner w={w} l={length}
.ends
vd d 0 1.5
vg g 0 1
xf d g 0 0 fet w=1u l=1u
rt r 0 r={1k*(1+0.004*(temper-27))}
ir 0 r 1m
.options temp=27
.tran 1n 10n uic
.end
"""
    heat = (Parameter("temperature", SET_TEMPERATURE, 27.0), Parameter("current", "alter ir={}", 1e-3))
    deck = Deck("own", netlist, heat, (Final("drain", "i(vd)"), Final("r", "r")), 1e-8)
    found = measured(deck, {"temperature": 77.0}, {}, {"temperature": 77.0, "current": 2e-3})
    np.testing.assert_allclose(found[:, 1], [1.2, 1.0, 2.4], rtol=1e-9)  # the resistor's law by hand
    hot = replace(deck, netlist=netlist.replace("temp=27", "temp=77"), parameters=deck.parameters[1:])
    np.testing.assert_allclose(found[[0, 2], 0], measured(hot, {})[0, 0], rtol=1e-12)
    assert found[0, 0] < 1.2 * found[1, 0]  # both negative: the threshold falls


def test_a_temperature_does_not_stay_for_the_next_deck(technology):
    plain = DECKS["reset"](technology)
    before = measured(plain.deck, {})
    measured(shared_by(plain, spread(technology)[1:]).deck, {"temperature": 125.0})
    assert np.array_equal(measured(plain.deck, {}), before)


@pytest.mark.skipif(shutil.which("ngspice") is None, reason="needs the ngspice program")
def test_a_deck_alone_in_batch_ngspice_is_as_hot(technology, tmp_path):
    deck = shared_by(DECKS["reset"](technology), spread(technology)[1:]).deck
    hot = {"temperature": 85.0}
    (tmp_path / "hot.cir").write_text(standalone(deck, hot, output="hot.txt"))
    subprocess.run(["ngspice", "-b", "hot.cir"], cwd=tmp_path, check=True, capture_output=True)
    table = np.loadtxt(tmp_path / "hot.txt", skiprows=1)
    gap = table[-1, 1 + deck.vectors.index("xcell.gap")]
    assert gap == pytest.approx(measured(deck, hot)[0, 0], rel=1e-9)


def test_a_spread_that_is_too_wide_is_refused(technology):
    with pytest.raises(InputError, match=r"`supply_sigma` is 0\.2 V, expected 0\.117 V at most"):
        spread(technology, supply=0.2)
    with pytest.raises(InputError, match=r"`temperature_sigma` is 20 C, expected 13\.7 C at most"):
        spread(technology, temperature=20.0)
    assert spread(technology, 0.0, 0.0) == ()
