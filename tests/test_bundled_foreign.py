"""Bundled devices from elsewhere: each switches in the 1T1R cell, keeps its state, spreads, and is read in a chain."""

from dataclasses import replace

import numpy as np
import pytest

from spicekit.circuits.cell import Pulse, program_deck
from spicekit.circuits.circuit_builder import ZERO_CELSIUS
from spicekit.circuits.compliance import compliance_word_line
from spicekit.circuits.device import bake_deck
from spicekit.models.design import load_design
from spicekit.models.memory import load_memory
from spicekit.models.population import CURRENT
from spicekit.ngspice import evaluate
from spicekit.studies.memory.chain import build_chain
from spicekit.studies.memory.condition import Condition
from spicekit.studies.memory.simulate import simulate_range

# resistances [Ohm] that the headers and cards tell of: at most in the low, at least in the high state
DEVICES = {
    "vteam": ("2t2r_130nm", 7e3, 70e3),
    "stanford_pku": ("2t2r_130nm", 25e3, 300e3),
    "sky130_reram": ("2t2r_130nm_2v5", 50e3, 300e3),
    "stt_mtj": ("2t2r_130nm", 4.4e3, 7e3),
}
SET, RESET, WIDTH = 100e-6, 1.5, 1e-6  # A, V, s


@pytest.fixture(params=DEVICES)
def cell(request, technology):
    """The device in the cell design that it is made for."""
    return replace(technology, rram=load_memory(request.param), design=load_design(DEVICES[request.param][0]))


def pulses(cell, width=WIDTH):
    """The SET and the RESET pulse of a programming condition."""
    word_line = compliance_word_line(cell, SET)
    return (
        Pulse("set", cell.design.set_voltage, word_line, width),
        Pulse("reset", RESET, cell.design.reset_word_line, width),
    )


def programmed(cell, pulse, rows, start):
    """Measurements by name after a pulse on devices with the given `rows` of values, by parameter."""
    program = program_deck(cell, pulse, start)
    count = max((np.size(values) for values in rows.values()), default=1)
    values = np.tile(program.deck.row(), (count, 1))
    for name, column in rows.items():
        values[:, [p.name for p in program.deck.parameters].index(f"cell.{name}")] = column
    measured, outcomes = evaluate(program.deck, values)
    assert [str(o) for o in outcomes if not o.ok] == []
    found = dict(zip([m.name for m in program.deck.measurements], measured.T, strict=True))
    return found | {"resistance": (found["verify_top"] - found["verify_bottom"]) / found["verify_current"]}


def test_set_and_reset_switch_it_and_each_again(cell):
    _, low, high = DEVICES[cell.rram.name]
    rise, fall = pulses(cell)
    states, resistances = [cell.rram.initial.lrs.value], []
    for pulse in (fall, rise, fall, rise):
        found = programmed(cell, pulse, {}, states[-1])
        states.append(float(found["gap"][0]))
        resistances.append(float(found["resistance"][0]))
        assert (found["current"][0] > 0) == (pulse.kind == "set")
    assert min(resistances[0::2]) > high
    assert max(resistances[1::2]) < low
    assert states[3:] == pytest.approx(states[1:3], rel=0.02)  # a cycle is closed
    assert (states[1] > states[2]) == cell.rram.high_is_wide


@pytest.mark.parametrize("state", ["lrs", "hrs"])
def test_the_state_is_kept_without_voltage(cell, state):
    start = getattr(cell.rram.initial, state).value
    deck = bake_deck(cell, 1.0, start)
    low, high = cell.rram.population().gap_range
    assert evaluate(deck, np.array([deck.row()]))[0][0, 0] == pytest.approx(start, abs=1e-3 * (high - low))


def test_every_parameter_that_is_drawn_does_something(cell):
    rise, fall = pulses(cell, 1e-7)
    fall = replace(fall, voltage=1.2)  # where switching takes more of the pulse
    lrs, hrs = cell.rram.initial.lrs.value, cell.rram.initial.hrs.value
    population = cell.rram.population()
    drawn = [k for k, name in enumerate(population.parameters) if name != CURRENT]
    assert drawn
    device = np.zeros((1 + len(drawn), population.size))
    device[np.arange(1, len(device)), drawn] = 3.0
    values = population.values(device, np.zeros((len(device), 2 * population.size)))
    ends = [programmed(cell, pulse, values, start) for pulse, start in ((rise, hrs), (fall, lrs))]
    seen = np.vstack([end[what] for end in ends for what in ("current", "resistance", "energy_cell")])
    changes = np.abs(seen[:, 1:] / seen[:, :1] - 1).max(axis=0)
    names = [list(population.parameters)[k] for k in drawn]
    assert [name for name, change in zip(names, changes, strict=True) if change < 2e-4] == []


def test_a_warm_cell_is_another_one(cell):
    if not cell.rram.card.model.temperature:
        pytest.skip("its equations know no temperature")
    rise, _ = pulses(cell, 1e-7)
    hot = replace(cell, temperature=125 + ZERO_CELSIUS)
    start = cell.rram.initial.hrs.value
    cold_current, hot_current = (
        programmed(replace(c, design=replace(c.design, set_voltage=1.3)), rise, {}, start)["current"][0]
        for c in (cell, hot)
    )
    assert hot_current != pytest.approx(cold_current, rel=1e-3)


def test_the_whole_chain_gives_numbers(cell):
    chain = build_chain(cell, Condition("one", SET, RESET, WIDTH / 4))
    rows = simulate_range(chain, 1, 0, 4)
    assert list(rows["outcome"]) == ["ok"] * 4
    numbers = ["lrs", "hrs", "energy_set", "energy_reset", "margin", "read_delay", "energy_read", "offset"]
    assert np.isfinite(rows[[n for n in numbers if n in rows]]).all(axis=None)
    assert (rows["hrs"] > 1.5 * rows["lrs"]).all()
    assert rows["lrs"].nunique() == 4


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["set", "reset"])
def test_pulses_over_four_sigma_end_in_a_state(cell, kind):
    pulse = pulses(cell, 1e-7)[kind == "reset"]
    population, rng, samples = cell.rram.population(), np.random.default_rng(0), 100
    device, cycle = (4 * rng.uniform(-1, 1, (samples, n * population.size)) for n in (1, 2))
    low, high = population.gap_range
    rows = dict(population.values(device, cycle)) | {"gap": rng.uniform(low, high, samples)}
    found = programmed(cell, pulse, rows, low)
    least, most = population.plausible
    assert ((found["gap"] > least) & (found["gap"] < most)).all()  # none is discarded
    assert (found["resistance"] > 100).all()
    assert np.ptp(np.log(found["resistance"])) > 0.1  # something was drawn
