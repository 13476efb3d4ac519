"""Chains with a spread of supply and temperature: nothing changes without it, and each does what it says."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from spicekit.circuits.cell import Pulse, program_deck
from spicekit.circuits.compliance import compliance_word_line
from spicekit.circuits.read import read_deck
from spicekit.identity import identity_of
from spicekit.run.replay import replay
from spicekit.sampling.counts import Counts, error_probability
from spicekit.sampling.rare import Outcome, estimate
from spicekit.studies.memory.chain import build_chain
from spicekit.studies.memory.condition import Condition
from spicekit.studies.memory.simulate import simulate, simulate_range
from spicekit.studies.rare.limit import ChainLimit

from .conftest import SHORT_SPEC
from .test_run import run_to_end

CONDITION = Condition("c", 2e-4, 2.0, 1e-7)
WEIGHTS = np.array([1, -1, 1, -1])


@pytest.fixture(scope="module")
def plain(technology):
    return build_chain(technology, CONDITION)


@pytest.fixture(scope="module")
def spread(technology):
    return build_chain(replace(technology, supply_sigma=0.03, temperature_sigma=10.0), CONDITION)


def points(chain, supply=0.0, temperature=0.0):
    """Four drawn samples, all at one supply and temperature."""
    drawn = np.random.default_rng(5).standard_normal((4, len(chain.coordinates) - 2))
    return np.column_stack([drawn, np.full((4, 2), (supply, temperature))])


def assert_equal(one, other, rtol):
    numbers = one.select_dtypes(float).columns
    pd.testing.assert_frame_equal(one[numbers], other[numbers], check_exact=False, rtol=rtol)
    assert list(one["outcome"]) == list(other["outcome"])


def test_without_spread_decks_coordinates_and_facts_are_those_from_before(technology, plain):
    design, initial = technology.design, technology.rram.initial
    reset = Pulse("reset", CONDITION.reset_voltage, design.reset_word_line, CONDITION.pulse_width)
    assert plain.read == read_deck(technology, initial.lrs.value, initial.hrs.value)
    assert plain.reset_deck == program_deck(technology, reset, initial.lrs.value)
    assert plain.coordinates[-1] == plain.read.spread[-1].name
    assert plain.shared == ()


def test_each_spread_is_a_coordinate_and_part_of_the_identity(technology, plain, spread):
    assert spread.coordinates == (*plain.coordinates, "supply", "temperature")
    assert [(s.name, s.nominal, s.sigma) for s in spread.shared] == [
        ("supply", 1.4, 0.03),
        ("temperature", 27.0, 10.0),
    ]
    wider = build_chain(replace(technology, supply_sigma=0.03, temperature_sigma=11.0), CONDITION)
    warm = build_chain(replace(technology, temperature_sigma=10.0), CONDITION)
    assert warm.coordinates[-1] == "temperature"
    assert len({identity_of(chain) for chain in (plain, spread, wider, warm)}) == 4


def test_another_supply_sees_the_same_devices(technology, plain):
    """What is compared between designs is the design, not another draw."""
    low = replace(technology, design=replace(technology.design, supply=1.2))
    other = build_chain(low, CONDITION)
    one, two = (simulate_range(chain, 3, 0, 2) for chain in (plain, other))
    assert identity_of(plain) != identity_of(other)
    same = ["lrs", "hrs", "energy_set", "energy_reset", "set_current", "lrs_gap"]
    pd.testing.assert_frame_equal(one[same], two[same], check_exact=True)
    assert (one["margin"] != two["margin"]).all()


def test_a_sample_at_zero_is_the_nominal_one(plain, spread):
    at = points(spread)
    assert_equal(simulate(spread, at, WEIGHTS), simulate(plain, at[:, :-2], WEIGHTS), 1e-8)


def test_a_hot_sample_is_that_of_a_chain_built_there(technology, plain, spread):
    """The word line is that of the design, found at its own temperature."""
    design, rram = technology.design, technology.rram
    there = replace(technology, temperature=85 + 273.15, design=replace(design, supply=1.34))
    word_line = compliance_word_line(technology, CONDITION.set_compliance)
    lrs, hrs = rram.initial.lrs.value, rram.initial.hrs.value
    built = replace(
        plain,
        supply=1.34,
        set_deck=program_deck(there, Pulse("set", design.set_voltage, word_line, 1e-7), hrs),
        reset_deck=program_deck(there, Pulse("reset", 2.0, design.reset_word_line, 1e-7), lrs),
        read=read_deck(there, lrs, hrs),
    )
    at = points(spread, supply=-2, temperature=5.8)
    hot, expected = simulate(spread, at, WEIGHTS), simulate(built, at[:, :-2], WEIGHTS)
    at_level = ["margin", "read_delay"]  # theirs is half of their own supply
    assert_equal(hot.drop(columns=at_level), expected.drop(columns=at_level), 1e-8)
    assert (np.sign(hot["margin"]) == np.sign(expected["margin"])).all()
    nominal = simulate(spread, points(spread), WEIGHTS)
    assert (hot["hrs"] > 1.2 * nominal["hrs"]).all()  # heat helps a RESET over its barrier
    assert (hot["energy_read"] < nominal["energy_read"]).all()


def test_monte_carlo_draws_them_and_any_range_gives_the_same_rows(spread):
    whole = simulate_range(spread, 3, 0, 2)
    assert set(whole["outcome"]) <= {"ok", "error"}
    parts = pd.concat([simulate_range(spread, 3, 1, 2), simulate_range(spread, 3, 0, 1)])
    pd.testing.assert_frame_equal(whole, parts.sort_values("sample").reset_index(drop=True))


def test_a_run_with_both_in_its_file(tmp_path):
    keys = '[technology]\nsupply_sigma = "30 mV"\ntemperature_sigma = "10 C"\n'
    head, _, fast = SHORT_SPEC.split("[[conditions]]")
    text = f"{head.split('[endurance]')[0]}{keys}[[conditions]]{fast}"
    (tmp_path / "spread.toml").write_text(text)
    folder = run_to_end(tmp_path / "spread.toml", tmp_path / "out", quick=True)
    assert folder.manifest()["studies"]["memory"]["fast"]["ok"] == 3
    again = replay(folder, "fast:2")
    stored = folder.samples().query("condition == 'fast' and sample == 2").iloc[0]
    assert again.row["margin"] == stored["margin"]
    heat = {step.values["temperature"] for step in again.steps}
    assert len(heat) == 1  # one temperature in all pulses and in the read
    assert heat != {27.0}
    assert again.steps[-1].values["supply.rail"] == again.steps[-1].values["supply.sense_enable"] != 1.4


@pytest.fixture(scope="module")
def weak(technology):
    """A limit function whose RESET is too weak to be read reliably, with both spreads."""
    both = replace(technology, supply_sigma=0.03, temperature_sigma=10.0)
    return ChainLimit(build_chain(both, Condition("weak", 2e-4, 1.1, 1e-7)), 1)


def test_the_sign_of_the_margin_is_the_outcome_far_out_too(weak):
    wide = 2 * np.random.default_rng(4).standard_normal((8, weak.dimension))
    wide[:, -2:] = [(supply, temperature) for supply in (-6, 6) for temperature in (-6, -2, 2, 6)]
    outcome = simulate(weak.chain, wide, np.full(8, 1))["outcome"]
    assert set(outcome) == {"ok", "error"}
    assert ((weak(wide) < 0) == (outcome == "error")).all()


@pytest.mark.slow
def test_an_estimate_with_both_agrees_with_counted_chains(weak):
    found = estimate(weak, weak.dimension, method="importance", max_runs=1500, seed=3, identity=weak.drawn)
    margins = weak(np.random.default_rng(9).standard_normal((1000, weak.dimension)))
    counted = error_probability(
        Counts(1000, int((margins < 0).sum()), int(np.isnan(margins).sum())), "counted"
    )
    assert found.outcome is Outcome.AGREED
    assert counted.low <= found.high
    assert found.low <= counted.high
