"""The read of one 1T1R cell against a reference resistor, and its error rates."""

from dataclasses import replace

import numpy as np
import pytest

from spicekit.circuits.single_ended import single_ended_deck
from spicekit.ngspice import evaluate


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
