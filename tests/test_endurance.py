"""Error rates of aged cells: estimates and counts, and between which ages the criterion is crossed."""

import pandas as pd
import pytest
from scipy.stats import norm

from spicekit.page import numbers
from spicekit.report.published import cyclability_verdict
from spicekit.run.plan import make_plan
from spicekit.run.spec import load_spec
from spicekit.run_folder import ENDURANCE
from spicekit.sampling.counts import Counts, error_probability
from spicekit.statistics import Condition, Conditions, Endurance
from spicekit.studies.endurance import study
from spicekit.studies.endurance.study import EnduranceTable, crossing
from spicekit.studies.endurance.study import endurance as estimated
from spicekit.studies.memory.extract import endurance as counted
from spicekit.studies.study import Form

from .half_spaces import Linear
from .made_up_estimates import estimate
from .test_run import run_to_end

AGED = """
schema = "spicekit.sweep/1"
name = "aged"
seed = 7
[monte_carlo]
samples = 4
[endurance]
cycles = [1e9, 3e9, 1e10]
samples = 30
criterion = 1e-3
max_runs = 200
[[conditions]]
name = "typical"
set_compliance = "200 uA"
reset_voltage = "2.5 V"
pulse_width = "1 us"
"""


def table(**changed) -> EnduranceTable:
    asked = {
        "conditions": (), "cycles": (1e6, 1e8), "criterion": 1e-3, "ageing": "fitted", "method": "auto",
        "relative_error": 0.3, "max_runs": 2000, "confidence": 0.95, "seed": 1,
    }  # fmt: skip
    return EnduranceTable(**asked | changed)


def rows(**ages: tuple[int, int, int]) -> pd.DataFrame:
    """Trials of (ok, error, discard) at each age, which is the number in its name."""
    return pd.DataFrame(
        [
            {"cycles": float(age[1:]), "outcome": outcome}
            for age, numbers in ages.items()
            for outcome, number in zip(("ok", "error", "discard"), numbers, strict=True)
            for _ in range(number)
        ]
    )


def test_the_criterion_is_crossed_on_a_straight_line_of_logarithms():
    assert crossing([(1e2, 1e-6), (1e4, 1e-4), (1e6, 1e-2)], 1e-3) == pytest.approx(1e5)
    assert crossing([(1e2, 1e-6), (1e4, 1e-5)], 1e-3) is None
    assert crossing([(1e2, 0.0), (1e4, 1e-2)], 1e-3) == 1e4


def test_estimates_give_a_curve_with_its_ends():
    known = [(1e6, estimate("2t2r", 1, 1e-5)), (1e8, estimate("2t2r", 1, 1e-1))]
    found = estimated(table(), known, [])
    assert found.cycles == pytest.approx(1e7)
    assert found.cycles_low < found.cycles < found.cycles_high
    assert [n for n, *_ in found.interval] == [1e6, 1e8]
    assert "lifetime fitted" in found.method
    assert found.bounds() == (found.cycles_low, found.cycles_high)


def test_what_is_no_result_is_said_and_what_broke_down_is_left_out():
    known = [
        (1e6, estimate("2t2r", 1, 1e-5, "not converged")),
        (1e8, estimate("2t2r", 1, None, "bound only")),
    ]
    found = estimated(table(), known, [1e9])
    assert found.curve == [(1e6, 1e-5)]
    assert found.cycles is None
    assert found.unsure == [1e6, 1e8]
    assert found.doubt == "estimates are bound only at 1e+08 cycles"
    crossed = estimated(
        table(), [*known[:1], (1e8, estimate("2t2r", 1, 1e-1)), (1e9, estimate("2t2r", 1, 0.2))], []
    )
    assert crossed.doubt == "estimates are not converged at 1e+06 cycles"
    assert numbers.cyclability(crossed) == "1e7 (< 1e8, in doubt)"
    assert "not converged at 1e+06 cycles; bound only at 1e+08 cycles; none at 1e+09 cycles" in found.method


def test_a_life_in_doubt_lies_between_ages_whose_estimates_are_results():
    ages = [
        (1e6, 1e-6, "agreed"),
        (1e7, 1e-5, "not converged"),
        (1e8, 9e-4, "not converged"),
        (1e9, 1e-1, "agreed"),
    ]

    def found(count):
        return estimated(
            table(), [(n, estimate("2t2r", 1, rate, outcome)) for n, rate, outcome in ages[:count]], []
        )

    assert found(4).bounds() == (1e6, 1e9)
    assert numbers.cyclability(found(4)).endswith(" (1e6 … 1e9, in doubt)")
    assert found(3).bounds() == (1e6, None)
    assert numbers.cyclability(found(3)) == "> 1e6"
    assert cyclability_verdict(found(4), 1e10) == "no (fitted ageing)"
    assert cyclability_verdict(found(4), 1e7) == "in doubt (fitted ageing)"
    assert (
        numbers.cyclability(estimated(table(), [(1e7, estimate("2t2r", 1, 1e-5, "not converged"))], []))
        == "not told"
    )


def test_counts_bound_the_cycles_and_fit_no_law():
    found = counted(
        rows(n0=(9, 0, 0), n1000=(8000, 0, 0), n2000=(900, 0, 0), n3000=(50, 9, 0)), 1e-3, 0.95, "fitted"
    )
    assert found.curve == []
    assert found.cycles is None
    assert found.bounds() == (1000.0, 3000.0)
    assert (3000.0, 59, 9, 0) in found.counted


def test_discards_may_all_be_errors():
    found = counted(rows(n1000=(8000, 0, 40), n2000=(8000, 0, 0)), 1e-3, 0.95, "fitted")
    assert found.bounds() == (2000.0, None)
    assert counted(rows(n1000=(8000, 0, 40)), 1e-3, 0.95, "fitted").bounds() == (None, None)


def test_counts_stay_beside_the_estimates():
    def told(endurance: Endurance) -> Conditions:
        one = Condition(
            name="a", set_compliance=2e-4, reset_voltage=2.5, pulse_width=1e-6, endurance=endurance
        )
        return Conditions(conditions=(one,))

    first = told(counted(rows(n1000000=(5, 1, 0)), 1e-3, 0.95, "fitted"))
    later = told(estimated(table(), [(1e6, estimate("2t2r", 1, 1e-5))], []))
    joined = later.joined(first).conditions[0].endurance
    assert joined is not None
    assert joined.counted == [(1e6, 6, 1, 0)]
    assert joined.curve == [(1e6, 1e-5)]
    assert joined.method.startswith("rare-event")


@pytest.fixture
def aged(tmp_path):
    path = tmp_path / "aged.toml"
    path.write_text(AGED)
    return path


def test_a_run_estimates_each_age_up_to_the_reach_of_the_ageing_law(aged, tmp_path, monkeypatch):
    """With half-spaces in the place of cells, the nearer the older; margins of cells: test_limit.py."""
    beta = {1e9: 1.5, 3e9: 1.0}
    monkeypatch.setattr(study, "ChainLimit", lambda chain, stored: Linear(beta[chain.cycles], stored))
    aged.write_text(AGED.replace("samples = 30", "samples = 2"))
    folder = run_to_end(aged, tmp_path / "run")
    [condition] = folder.statistics().conditions
    found = condition.endurance
    assert found is not None
    assert [n for n, *_ in found.interval] == [1e9, 3e9]  # 1e10 is beyond the ageing law
    assert [(n, samples) for n, samples, *_ in found.counted] == [(0, 4), (1e9, 2), (3e9, 2)]
    assert not condition.estimates
    for n, low, high in found.interval:
        assert low < norm.sf(beta[n]) < high
    assert folder.manifest()["studies"][ENDURANCE]["typical@3e+09"]["samples"] == 1


@pytest.mark.slow
@pytest.mark.parametrize("ages", [[3e9], [1e9, 3e9]])
def test_a_run_estimates_each_age_and_counts_it(aged, tmp_path, ages):
    aged.write_text(AGED.replace("[1e9, 3e9, 1e10]", str([*ages, 1e10])))
    folder = run_to_end(aged, tmp_path / "run")
    [condition] = folder.statistics().conditions
    found = condition.endurance
    assert found is not None
    assert [n for n, *_ in found.interval] == ages  # 1e10 is beyond the ageing law
    assert [n for n, *_ in found.counted] == [0, *ages]
    assert not condition.estimates
    for (n, low, high), (_, samples, errors, discards) in zip(found.interval, found.counted[1:], strict=True):
        seen = error_probability(Counts(samples, errors, discards), "counted")
        assert low <= seen.high, n
        assert seen.low <= high, n
    assert folder.manifest()["studies"][ENDURANCE]["typical@3e+09"]["samples"] == 1


@pytest.mark.parametrize(
    ("changes", "form"),
    [({"max_runs = 200": "max_runs = 0"}, Form(1)), ({}, Form(1, quick=True)), ({}, Form(1, part=(0, 2)))],
)
def test_without_runs_in_the_quick_form_and_in_parts_ages_are_not_estimated(aged, changes, form):
    text = AGED
    for old, new in changes.items():
        text = text.replace(old, new)
    aged.write_text(text)
    plan = make_plan(load_spec(aged), quick=form.quick, part=form.part)
    assert ENDURANCE not in {planned.study.name for planned in plan.studies}
