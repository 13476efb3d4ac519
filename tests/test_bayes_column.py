"""A likelihood of the Bayesian machine at the gates: logic against arithmetic, reads against those of a pair alone."""

import numpy as np
import pandas as pd
import pytest

from spicekit.circuits.bayes_column import column_deck
from spicekit.circuits.read import read_deck
from spicekit.errors import InputError
from spicekit.ngspice import evaluate
from spicekit.statistics import Statistics
from spicekit.studies.bayes_column.section import section
from spicekit.studies.bayes_column.study import STUDY, analyze
from spicekit.studies.bayes_column.table import ColumnTable

from .small_studies import small_study

LRS, HRS = 0.4, 0.9  # nm
ENERGIES = ("read", "compare", "and", "hold", "flip_flop")


@pytest.fixture(scope="module")
def column(technology):
    return column_deck(technology, (LRS, HRS), (0, 1, 2, 3, 0, 3), (1, 1, 1, 1, 0, 0), bits=2)


@pytest.fixture(scope="module")
def measured(column):
    """Every word of two bits, stored in devices."""
    rows = []
    for word in range(4):
        gaps = {}
        for bit in range(2):
            left, right = (LRS, HRS) if word >> bit & 1 else (HRS, LRS)
            gaps |= {f"left{bit}.gap": left, f"right{bit}.gap": right}
        rows.append(column.deck.row(gaps))
    values, outcomes = evaluate(column.deck, np.array(rows))
    assert all(one.ok for one in outcomes)
    return pd.DataFrame(values, columns=[m.name for m in column.deck.measurements])


def test_every_word_meets_every_number(measured, technology):
    supply = technology.design.supply
    for word, row in measured.iterrows():
        assert [row["bit0"] > 0, row["bit1"] > 0] == [bool(word & 1), bool(word & 2)]
        expected = [number <= word for number in (0, 1, 2, 3)] + [False, False]  # by arithmetic
        outputs = [row[f"out{k}"] for k in range(6)]
        assert [out > supply / 2 for out in outputs] == expected
        assert all(min(out, supply - out) < 0.02 * supply for out in outputs)  # settled
        assert abs(row["held"]) > 0.98 * supply  # the amplifier still holds its bit after all cycles


def test_a_word_costs_the_reads_of_its_bits(measured, technology):
    """The read of one pair is another netlist; here the amplifiers have the comparator's gates to charge, too."""
    one = read_deck(technology, LRS, HRS).deck.measure()["energy"]
    assert measured["energy_read"].to_numpy() == pytest.approx(2 * one, rel=0.05)
    assert (
        measured["energy_hold"] < 0.1 * measured["energy_compare"]
    ).all()  # no current flows once it has decided
    assert (measured["energy_compare"] > 0).all()


def test_the_flip_flop_takes_energy_of_the_order_of_its_gates(measured):
    """Twenty transistors, of which at least the clock's four gates change in each cycle: from 5 to 500 fJ at 1.4 V."""
    per_cycle = measured["energy_flip_flop"] / 6
    assert ((per_cycle > 5e-15) & (per_cycle < 5e-13)).all()
    assert per_cycle.std() < 0.01 * per_cycle.mean()  # it does not see the word


def test_circuits_that_do_not_work_are_refused(technology):
    with pytest.raises(InputError, match="`bits` is 3, expected an even number"):
        column_deck(technology, (LRS, HRS), (0,), (1,), bits=3)
    with pytest.raises(InputError, match=r"`period` is 1e-10 s, expected at least 2e-10 s, four edges"):
        column_deck(technology, (LRS, HRS), (0,), (1,), bits=2, period=1e-10)


def test_samples_are_the_same_in_any_range(tmp_path):
    _, planned = small_study("bayes_column", tmp_path)
    point = planned.points[0]
    whole, alone = STUDY.simulate(point, 3, 0, 3), STUDY.simulate(point, 3, 2, 3)
    assert set(whole["outcome"]) == {"ok"}
    for name in ("word", "read", *(f"energy_{part}" for part in ENERGIES)):
        assert alone[name].iloc[0] == pytest.approx(whole[name].iloc[2], rel=1e-9)


def test_what_is_said_of_rows_by_hand():
    table = ColumnTable(
        samples=4, bits=2, cycles=5, set_compliance="200 uA", reset_voltage="2 V", pulse_width="100 ns"
    )
    rows = pd.DataFrame(
        {
            "supply": 1.4,
            "sample": range(4),
            "outcome": ["ok", "error", "ok", "discard"],
            "word": [1, 2, 3, 0],
            "read": [1, 3, 3, 0],
            "wrong_bits": [0, 1, 0, 0],
            "wrong_outputs": [0, 0, 2, 0],
            **{f"energy_{part}": [1e-13, 2e-13, 3e-13, np.nan] for part in ENERGIES},
        }
    )
    found = analyze(table, rows, 0.95)["bayes_column"]
    assert (found.wrong_bits.samples, found.wrong_bits.errors, found.wrong_bits.discards) == (8, 1, 2)
    assert (found.wrong_outputs.samples, found.wrong_outputs.errors) == (20, 2)
    assert found.wrong_outputs.best == pytest.approx(2 / 15)  # discards left out
    assert found.energy_read.mean == pytest.approx(2e-13)
    assert found.energy_cycle == pytest.approx(6e-13)
    shown = section(Statistics(conditions=(), bayes_column=found), rows)
    assert "after 0 cycles" in shown.sentences
    assert shown.pictures
    assert not section(Statistics(conditions=(), bayes_column=found), None).pictures
    assert analyze(table, rows.iloc[2:], 0.95) == {}
