"""Write and verify: pulses until a target, counted, with what was lost."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from spicekit.statistics import Statistics, numbers
from spicekit.studies.write_verify.section import section
from spicekit.studies.write_verify.study import STUDY, analyze
from spicekit.studies.write_verify.table import WriteVerifyTable

from .small_studies import small_study

TABLE = WriteVerifyTable(
    samples=4,
    targets=["5 kOhm"],
    most_pulses=3,
    set_compliance="100 uA",
    set_width="100 ns",
    reset_voltage="2 V",
    reset_width="100 ns",
)
ROWS = pd.DataFrame(
    {
        "target": 5e3,
        "sample": range(5),
        "outcome": ["ok", "ok", "ok", "ok", "discard"],
        "pulses": [1, 1, 2, 3, 0],
        "verified": [1, 1, 1, 0, 0],
        "resistance": [4000.0, 4500.0, 4900.0, 5600.0, np.nan],
        "energy": [1e-11, 2e-11, 3e-11, 6e-11, np.nan],
    }
)


def aimed_at(tmp_path, target):
    _, planned = small_study("write_verify", tmp_path)
    point = planned.points[0]
    return replace(point, content=replace(point.content, target=target))


def test_one_pulse_is_enough_for_a_target_that_all_reach_and_none_for_one_that_none_does(tmp_path):
    easy = STUDY.simulate(aimed_at(tmp_path, 1e9), 3, 0, 3)
    assert list(easy["pulses"]) == [1, 1, 1]
    assert list(easy["verified"]) == [1, 1, 1]
    hard = STUDY.simulate(aimed_at(tmp_path, 1.0), 3, 0, 3)
    assert list(hard["pulses"]) == [4, 4, 4]
    assert list(hard["verified"]) == [0, 0, 0]
    assert (hard["energy"] > 3 * easy["energy"]).all()  # four pulses of one energy, about


def test_a_device_gets_pulses_until_it_is_below_and_none_after(tmp_path):
    """A target at the resistance that the hard run had after its last pulse but one would stop there."""
    hard = STUDY.simulate(aimed_at(tmp_path, 1.0), 3, 0, 6)
    once = STUDY.simulate(aimed_at(tmp_path, 1e9), 3, 0, 6)
    between = float(once["resistance"].median()) * 1.0000001
    some = STUDY.simulate(aimed_at(tmp_path, between), 3, 0, 6)
    first = once["resistance"] < between
    assert 0 < first.sum() < 6
    assert (some.loc[first, "pulses"] == 1).all()
    assert (some.loc[~first, "pulses"] > 1).all()
    pd.testing.assert_series_equal(some.loc[first, "resistance"], once.loc[first, "resistance"], rtol=1e-9)
    stuck = some["verified"] == 0
    assert (some.loc[stuck, "pulses"] == 4).all()
    np.testing.assert_allclose(some.loc[stuck, "resistance"], hard.loc[stuck, "resistance"], rtol=1e-9)


def test_a_sample_is_the_same_in_any_range(tmp_path):
    point = aimed_at(tmp_path, 8e3)
    whole = STUDY.simulate(point, 3, 0, 4)
    alone = STUDY.simulate(point, 3, 2, 3)
    for column in ("pulses", "resistance", "energy"):
        assert alone[column].iloc[0] == pytest.approx(whole[column].iloc[2], rel=1e-9)


def test_what_is_said_of_rows_by_hand():
    (point,) = analyze(TABLE, ROWS, 0.95)["write_verify"].points
    assert (point.failed.samples, point.failed.errors, point.failed.discards) == (5, 1, 1)
    assert point.failed.best == pytest.approx(1 / 4)
    assert (
        point.failed.low < 1 / 5 < 2 / 5 < point.failed.high
    )  # a discard counts as failed in the worst case
    assert point.above == (0.5, 0.25, 0.25)
    assert point.pulses.mean == pytest.approx(4 / 3)
    assert point.resistance.median == 4500
    assert point.energy.mean == pytest.approx(3e-11)


def test_no_failure_is_a_bound_and_nothing_but_discards_says_nothing():
    (point,) = analyze(TABLE, ROWS.iloc[:3], 0.95)["write_verify"].points
    assert point.failed.best is None
    assert point.failed.high == pytest.approx(1 - 0.05 ** (1 / 3))
    assert analyze(TABLE, ROWS.iloc[4:], 0.95) == {}


def test_it_is_shown_and_exported():
    block = analyze(TABLE, ROWS, 0.95)["write_verify"]
    shown = section(Statistics(conditions=(), write_verify=block), None)
    assert shown is not None
    assert shown.sentences == "50% of devices are below 5 kΩ after one pulse, and 75% after 3."
    assert shown.grid.rows[0][1].startswith("2.5e-1 (")
    assert "1 of 5 devices were discarded" in shown.notes[1]
    keys = {number.key: number for number in numbers(block, "write_verify")}
    assert keys["write_verify.target"].unit == "Ohm"
    assert keys["write_verify.failed.errors"].value == 1
    assert section(Statistics(conditions=()), None) is None
