"""Program disturb: what moves is the state that the edges push, by as much whatever the time steps are."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from spicekit.statistics import Statistics, numbers
from spicekit.studies.array_disturb.section import section
from spicekit.studies.array_disturb.study import STUDY, analyze
from spicekit.studies.array_disturb.table import ArrayDisturbTable

from .small_studies import small_study


@pytest.fixture(scope="module")
def point(tmp_path_factory):
    return small_study("array_disturb", tmp_path_factory.mktemp("disturb"))[1].points[0]


@pytest.fixture(scope="module")
def rows(point):
    return STUDY.simulate(point, 3, 0, 1)


def changes(rows):
    return {(one["state"], one["line"]): one["change"] for one in rows.to_dict("records")}


def test_a_rising_bit_line_sets_a_high_state_a_little_and_more_than_a_grounded_one(rows):
    found = changes(rows)
    assert found["hrs", "pulsed"] < found["hrs", "grounded"] < 0
    assert found["hrs", "pulsed"] > -1e-4  # a full pulse would take all of it: minus 3 or so
    assert abs(found["lrs", "pulsed"]) < abs(found["hrs", "pulsed"])


def test_a_disturb_is_none_of_the_time_steps(point, rows):
    deck = point.content.write.deck
    *head, step, stop, start, longest, uic = deck.netlist.splitlines()[-2].split()
    assert head == [".tran"]
    assert (start, uic) == ("0", "uic")
    finer = f".tran {float(step) / 3:.10g} {stop} 0 {float(longest) / 3:.10g} uic"
    lines = deck.netlist.splitlines()
    write = replace(
        point.content.write, deck=replace(deck, netlist="\n".join([*lines[:-2], finer, lines[-1], ""]))
    )
    again = changes(STUDY.simulate(replace(point, content=replace(point.content, write=write)), 3, 0, 1))
    for key, value in changes(rows).items():
        assert again[key] == pytest.approx(value, rel=0.05), key


def test_what_is_said_of_rows_by_hand():
    by_hand = pd.DataFrame(
        {
            "rows": 8.0, "sample": [0, 1, 2, 3], "outcome": ["ok", "ok", "ok", "discard"],
            "state": "hrs", "line": "pulsed", "change": [-1e-6, -2e-6, -9e-6, np.nan],
        }
    )  # fmt: skip
    table = ArrayDisturbTable(
        samples=4, set_compliance="200 uA", reset_voltage="2 V", pulse_width="100 ns", rows=8
    )
    block = analyze(SimpleNamespace(table=table), by_hand, 0.95)["array_disturb"]
    (found,) = block.points
    assert found.change.value == pytest.approx(-4e-6)
    assert found.writes == pytest.approx(np.log(1.1) / 2e-6)
    assert found.fewest == pytest.approx(np.log(1.1) / 9e-6)
    assert (found.devices, found.discards) == (3, 1)
    shown = section(Statistics(conditions=(), array_disturb=block), None)
    assert shown is not None
    assert "by a tenth after 4.8e4 of them, the worst of 3 after 1.1e4" in shown.sentences
    assert {n.key for n in numbers(block, "array_disturb")} >= {
        "array_disturb.writes",
        "array_disturb.fewest",
    }
    assert section(Statistics(conditions=()), None) is None
    assert analyze(SimpleNamespace(table=table), by_hand.iloc[3:], 0.95) == {}
