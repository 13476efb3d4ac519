"""Adders at the gates: logic against arithmetic, and what is said of rows by hand."""

import numpy as np
import pandas as pd
import pytest

from spicekit.circuits.adder_tree import tree_deck
from spicekit.ngspice import evaluate
from spicekit.statistics import Statistics
from spicekit.studies.adders.section import section
from spicekit.studies.adders.study import STUDY, analyze
from spicekit.studies.adders.table import AddersTable, tree_of

from .small_studies import small_study


@pytest.mark.parametrize(("kind", "inputs", "width"), [("count", 3, 1), ("held", 2, 1), ("sum", 2, 2)])
def test_transistors_add_as_arithmetic_does(technology, kind, inputs, width):
    """All bits at once, and none: of a full adder both carries, of words the sign that a weight gives."""
    tree, supply = tree_deck(technology, kind, inputs, width), technology.design.supply
    ones, none = np.ones((inputs, width), int), np.zeros((inputs, width), int)
    up, down = np.ones(inputs, int), np.eye(inputs, dtype=int)[0]
    cases = [(none, ones, up), (ones, none, up), (none, ones, down)]
    values, outcomes = evaluate(tree.deck, np.array([tree.row(*case) for case in cases]))
    assert all(one.ok for one in outcomes)
    names = [m.name for m in tree.deck.measurements]
    outputs = values[:, [names.index(f"out{k}") for k in range(tree.outputs)]]
    assert np.minimum(outputs, supply - outputs).max() < 0.02 * supply  # settled
    full = inputs * ((1 << width) - 1)
    by_hand = [full, 0, full if kind == "count" else full // inputs]
    assert ((outputs > supply / 2) @ (1 << np.arange(tree.outputs))).tolist() == by_hand
    energy, rest = values[:, names.index("energy")], values[:, names.index("rest")]
    assert energy[1] < energy[0] < 1e-15 * 5 * tree.transistors  # of the order of C V^2 of its gates
    assert (rest < 0.05 * energy[0]).all()


def test_a_tree_has_an_adder_for_each_bit_that_it_takes_away(technology):
    """A full adder makes two bits of three: of n bits in and m out, n - m are needed; half-adders take none away."""
    for inputs in (7, 31):
        tree = tree_deck(technology, "count", inputs)
        assert tree.gates["full"] == inputs - tree.outputs
        assert tree.transistors == 28 * tree.gates["full"] + 18 * tree.gates["half"] + 2 * inputs


def test_a_sample_is_the_same_in_any_range(tmp_path):
    _, planned = small_study("adders", tmp_path)
    point = planned.points[1]
    whole, alone = STUDY.simulate(point, 3, 0, 2), STUDY.simulate(point, 3, 1, 2)
    assert set(whole["outcome"]) == {"ok"}
    assert (whole["found"] == whole["right"]).all()
    assert alone["energy"].iloc[0] == pytest.approx(whole["energy"].iloc[1], rel=1e-9)


def test_what_is_said_of_rows_by_hand():
    table = AddersTable(samples=3, trees=["count 4"])
    rows = pd.DataFrame(
        {"tree": "count 4", "supply": 1.4, "sample": range(4), "outcome": ["ok", "error", "ok", "discard"],
         "right": [1, 2, 3, 0], "energy": [1e-13, 2e-13, 3e-13, np.nan], "delay": [1e-9, 3e-9, 2e-9, np.nan],
         "leakage": 1e-9, "transistors": 72, "full_adders": 1, "outputs": 3}
    )  # fmt: skip
    found = analyze(table, rows, 0.95)["adders"]
    (tree,) = found.trees
    assert (tree.wrong.samples, tree.wrong.errors, tree.wrong.discards) == (4, 1, 1)
    assert tree.energy_per_bit == pytest.approx(2e-13 / 4)
    assert tree.delay == 3e-9  # the slowest
    shown = section(Statistics(conditions=(), adders=found), rows)
    assert "50 fJ" in shown.sentences
    assert shown.pictures
    assert analyze(table, rows.iloc[2:], 0.95) == {}


@pytest.mark.parametrize("text", ["count 32x8", "sum 8", "tally 4", "count 1", "sum 99x9"])
def test_trees_that_are_none_are_refused(text):
    with pytest.raises(ValueError, match="expected"):
        tree_of(text)
