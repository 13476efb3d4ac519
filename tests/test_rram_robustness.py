"""Pulses far outside of what sweeps draw end in a state, too."""

from dataclasses import replace

import numpy as np
import pytest

from spicekit.circuits.cell import Pulse, program_deck
from spicekit.ngspice import evaluate

from .test_rram import by_state

SIGMAS = 6.0


@pytest.mark.parametrize("non_linearity", ["one v0", "by state", "by state and voltage"])
@pytest.mark.parametrize(
    ("kind", "voltage", "word_line", "width"),
    [
        ("set", 1.5, 1.36, 1e-6),
        ("reset", 2.5, 5.0, 1e-6),
        ("reset", 2.0, 5.0, 1e-7),
        # forming: the pristine cell snaps, and Newton's guesses must not overflow
        ("forming", 2.5, 1.36, 1e-6),
        ("forming", 3.0, 1.36, 1e-4),
    ],
)
@pytest.mark.parametrize("samples", [6, pytest.param(40, marks=pytest.mark.slow)])
def test_every_pulse_over_six_sigma_ends_in_a_state(
    technology, kind, voltage, word_line, width, samples, non_linearity
):
    if non_linearity != "one v0":
        rram = by_state(technology.rram, v_ohmic=1.0 if non_linearity.endswith("voltage") else 0.0)
        technology = replace(technology, rram=rram)
    rram, forming = technology.rram, kind == "forming"
    pulse = Pulse("set" if forming else kind, voltage, word_line, width)
    program = program_deck(technology, pulse, rram.initial.pristine.value)
    rng = np.random.default_rng(0)
    rows = np.tile(program.deck.row(), (samples, 1))
    at = {p.name: j for j, p in enumerate(program.deck.parameters)}
    population = rram.population()
    device, cycle = SIGMAS * rng.uniform(-1, 1, (2, samples, population.size))
    for name, values in population.values(device, cycle).items():
        rows[:, at[f"cell.{name}"]] = values
    for s in program.spread:
        rows[:, at[s.name]] += SIGMAS * s.sigma * rng.uniform(-1, 1, samples)
    if not forming:
        rows[:, at["cell.gap"]] = rng.uniform(rram.value("gap_min"), 2 * rram.initial.hrs.value, samples)
    measured, outcomes = evaluate(program.deck, rows)
    assert [str(o) for o in outcomes if not o.ok] == []
    gap = measured[:, 0]
    assert (gap > rram.value("gap_min") - 0.1).all()
    assert (gap < rram.value("gap_max") + 0.1).all()
    assert np.ptp(gap) > 0.1  # something was drawn
    if forming:
        assert (gap < 1).sum() > samples / 10  # some of them did form
