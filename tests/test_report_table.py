"""table.csv and the terminal table say what the statistics say, to the last digit."""

import io

import pandas as pd
import pytest
from rich.console import Console

from spicekit.report import summary_table, terminal_table, write_table_csv
from spicekit.statistics import Condition, Moments, Statistics
from tests.test_report_made_up import CONDITIONS, made_up_run


@pytest.fixture(scope="module")
def statistics(tmp_path_factory):
    return made_up_run(tmp_path_factory.mktemp("table") / "run", samples=300).statistics()


def test_csv_read_back_equals_the_statistics(statistics, tmp_path):
    write_table_csv(statistics, tmp_path / "table.csv")
    table = pd.read_csv(tmp_path / "table.csv", dtype=str).set_index("condition")  # Python's float() is exact
    for condition in statistics.conditions:
        row = table.loc[condition.name]
        assert float(row["lrs_median_Ohm"]) == condition.lrs.median
        assert float(row["hrs_sigma_ln"]) == condition.hrs.sigma_ln
        assert float(row["ber_2t2r_high"]) == condition.ber_2t2r.high
        assert float(row["ber_2t2r_errors"]) == condition.ber_2t2r.errors
        assert float(row["ber_2t2r_lognormal_extrapolated_best"]) == condition.ber_2t2r_lognormal.best
        assert float(row["energy_set_mean_J"]) == condition.energy_set.mean
        assert float(row["read_delay_std_s"]) == condition.read_delay.std
        assert row["endurance_text"].endswith("(assumed)")


def test_no_error_seen_is_a_missing_best_and_a_bound(statistics):
    table = summary_table(statistics).set_index("condition")
    assert statistics.condition("typical").ber_2t2r.best is None
    assert pd.isna(table.loc["typical", "ber_2t2r_best"])
    assert str(table.loc["typical", "ber_2t2r_text"]).startswith("< ")


def test_csv_bytes_are_the_same_again(statistics, tmp_path):
    for name in ("a.csv", "b.csv"):
        write_table_csv(statistics, tmp_path / name)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert b"\r" not in (tmp_path / "a.csv").read_bytes()


def test_what_was_not_measured_is_empty_not_zero(tmp_path):
    bare = Statistics(
        conditions=(Condition(name="bare", set_compliance=2e-4, reset_voltage=2.0, pulse_width=1e-6),)
    )
    write_table_csv(bare, tmp_path / "table.csv")
    row = pd.read_csv(tmp_path / "table.csv").iloc[0]
    assert row.notna().sum() == 4
    assert row["reset_voltage_V"] == 2.0


def test_the_number_of_columns_does_not_depend_on_what_was_measured(statistics):
    bare = Condition(name="bare", set_compliance=2e-4, reset_voltage=2.0, pulse_width=1e-6)
    assert list(summary_table(Statistics(conditions=(bare,)))) == list(summary_table(statistics))


def test_no_conditions_is_an_empty_table():
    assert summary_table(Statistics(conditions=())).empty


def test_terminal_table_shows_bounds_and_prefixes(statistics):
    text = io.StringIO()
    Console(file=text, width=200).print(terminal_table(statistics))
    shown = text.getvalue()
    assert all(made_up.name in shown for made_up in CONDITIONS)
    assert "< " in shown
    assert "pJ" in shown
    assert "kΩ" in shown
    assert "assumed ageing" in shown


def test_terminal_table_of_little():
    text = io.StringIO()
    little = Condition(name="little", set_compliance=2e-4, reset_voltage=2.0, pulse_width=1e-6,
                       energy_set=Moments(mean=1e-12, std=0))  # fmt: skip
    Console(file=text, width=160).print(terminal_table(Statistics(conditions=(little,))))
    assert "1 pJ" in text.getvalue()
    assert "assumed" not in text.getvalue()


def test_terminal_table_of_many_conditions_keeps_its_numbers_in_80_columns():
    text = io.StringIO()
    many = tuple(
        Condition(name=f"200uA-{k}V-1us", set_compliance=2e-4, reset_voltage=2.0, pulse_width=1e-6,
                  energy_set=Moments(mean=(k + 1.5) * 1e-12, std=0))
        for k in range(6)
    )  # fmt: skip
    Console(file=text, width=80).print(terminal_table(Statistics(conditions=many)))
    assert all(f"{k + 1.5} pJ" in text.getvalue() for k in range(6))
