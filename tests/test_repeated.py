"""The same pairs programmed again and again: what stays, what moves on, and what is said of it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from spicekit.errors import InputError
from spicekit.experiment.file import checked
from spicekit.statistics import Condition, Conditions, Statistics
from spicekit.studies.memory.simulate import simulate_range
from spicekit.studies.repeated.section import section
from spicekit.studies.repeated.study import STUDY, analyze
from spicekit.studies.repeated.table import RepeatedTable

from .small_studies import small_study

PULSES = {"set_compliance": "200 uA", "reset_voltage": "1.15 V", "pulse_width": "100 ns"}
TABLE_PULSES = {"set_compliance": 2e-4, "reset_voltage": 1.15, "pulse_width": 1e-7}
TABLE = RepeatedTable(samples=100, condition="weak", cycles=30, **PULSES)


@pytest.fixture(scope="module")
def point(tmp_path_factory):
    _, planned = small_study("repeated", tmp_path_factory.mktemp("few"))
    return planned.points[0]


def spread_of(point, **shares):
    """Return the point with devices whose slow and fresh parts are these shares of all that changes over cycles."""
    chain, drawn = point.content.chain, {}
    for name, one in chain.population.parameters.items():
        cycle = np.hypot(one.slow, one.fresh)
        drawn[name] = replace(one, **{part: share * cycle for part, share in shares.items()})
    population = replace(chain.population, parameters=drawn)
    return replace(point, content=replace(point.content, chain=replace(chain, population=population)))


def test_the_first_programming_is_the_trial_of_that_number(point):
    rows = STUDY.simulate(point, 3, 0, 2)
    trials = simulate_range(point.content.chain, 3, 0, 2)
    first = rows[rows["cycle"] == 0]
    for column in ("lrs", "hrs", "margin"):
        np.testing.assert_array_equal(first[column].to_numpy(), trials[column].to_numpy())
    assert list(first["outcome"]) == list(trials["outcome"])
    assert list(rows["cycle"]) == [0, 1, 2] * 2


def test_a_pair_is_the_same_in_any_range(point):
    whole, alone = STUDY.simulate(point, 3, 0, 2), STUDY.simulate(point, 3, 1, 2)
    mine = whole[whole["sample"] == 1].reset_index(drop=True)
    pd.testing.assert_frame_equal(mine, alone, rtol=1e-9)


def test_devices_repeat_themselves_but_for_what_a_cycle_draws(point):
    """ln R of the high state, how far one programming is from the next: nothing, a little, and all of the spread."""

    def moved(point, pairs):
        rows = STUDY.simulate(point, 3, 0, pairs)
        found = np.log(rows.pivot(index="sample", columns="cycle", values="hrs"))
        return (found[2] - found[1]).abs()

    assert moved(spread_of(point, slow=0.0, fresh=0.0), 2).max() < 1e-3
    slow, fresh = (
        moved(spread_of(point, **one), 4)
        for one in ({"slow": 1.0, "fresh": 0.0}, {"slow": 0.0, "fresh": 1.0})
    )
    # with a memory of 40 cycles a cycle moves a slow part by sqrt(1 - exp(-1/40)) = 0.16 of what it does to a fresh one
    assert 1e-3 < slow.median() < 0.5 * fresh.median()


def made_up_rows(rate=0.03, correlation=0.5, pairs=100, cycles=30, seed=5):
    """Return rows of pairs whose margin in ln R has known parts; +1 alone."""
    rng = np.random.default_rng(seed)
    own, fresh = rng.standard_normal((pairs, 1)), rng.standard_normal((pairs, cycles))
    latent = np.sqrt(correlation) * own + np.sqrt(1 - correlation) * fresh
    margin = latent - norm.ppf(rate)
    sample, cycle = np.indices(margin.shape)
    return pd.DataFrame(
        {
            "condition": "weak", "sample": sample.ravel(), "cycle": cycle.ravel(),
            "outcome": np.where(margin < 0, "error", "ok").ravel(), "reason": "", "weight": 1,
            "lrs": 5e3, "hrs": 5e3 * np.exp(margin).ravel(), "margin": 0.05 * margin.ravel(),
        }
    )  # fmt: skip


def found_of(rows):
    (condition,) = analyze(TABLE, rows, 0.95)["conditions"].conditions
    return condition


def test_errors_are_counted_where_there_are_enough_and_margins_taken_where_not():
    counted = found_of(made_up_rows()).error_correlation_2t2r
    assert "counted" in counted.method
    assert counted.best == pytest.approx(0.5, abs=0.2)
    rare = found_of(made_up_rows(rate=1e-6)).error_correlation_2t2r
    assert "margins" in rare.method
    assert rare.errors == 0
    assert rare.best == pytest.approx(0.5, abs=0.2)


def test_discards_are_left_out_and_counted():
    rows = made_up_rows()
    lost = (rows["sample"] == 3) & (rows["cycle"] >= 10)
    rows.loc[lost, ["outcome", "reason", "lrs", "hrs", "margin"]] = [
        "discard",
        "lost",
        np.nan,
        np.nan,
        np.nan,
    ]
    found = found_of(rows)
    assert (found.error_correlation_2t2r.cells, found.error_correlation_2t2r.discards) == (100, 20)
    assert (found.error_correlation_1t1r.cells, found.error_correlation_1t1r.discards) == (200, 40)
    assert analyze(TABLE, rows.assign(outcome="discard"), 0.95) == {}


def test_it_joins_the_condition_of_its_name_or_stands_alone():
    own = analyze(TABLE, made_up_rows(), 0.95)["conditions"]
    weak, other = (
        Condition(name="weak", ber_2t2r=0.03, **TABLE_PULSES),
        Condition(name="other", **TABLE_PULSES),
    )
    joined = own.joined(Conditions(conditions=(other, weak))).conditions
    assert [c.name for c in joined] == ["other", "weak"]
    assert joined[1].ber_2t2r.best == 0.03
    assert joined[1].error_correlation_2t2r == own.conditions[0].error_correlation_2t2r
    assert [c.name for c in own.joined(Conditions(conditions=(other,))).conditions] == ["other", "weak"]


def test_a_condition_with_other_pulses_is_refused():
    tree = {
        "schema": "spicekit.sweep/1", "name": "few", "seed": 1, "monte_carlo": {"samples": 4},
        "conditions": [{"name": "weak", **PULSES}],
        "studies": {"repeated": {"samples": 2, "cycles": 2, "condition": "weak", **PULSES}},
    }  # fmt: skip
    checked(tree, "spec.toml")
    tree["studies"]["repeated"]["reset_voltage"] = "1.2 V"
    with pytest.raises(
        InputError, match=r"`studies.repeated.reset_voltage` is 1.2, but condition `weak` has 1.15"
    ):
        checked(tree, "spec.toml")


def test_it_is_shown_with_the_law_beside_the_counts():
    rows = made_up_rows()
    conditions = analyze(TABLE, rows, 0.95)["conditions"].conditions
    shown = section(Statistics(conditions=conditions), rows)
    assert shown is not None
    assert "stays with the pair" in shown.sentences
    assert "counted" in " ".join(shown.notes)
    pair = shown.grid.rows[0]
    assert pair[0] == "weak, 2T2R"
    counted, law, alike = (float(cell.rstrip("%")) for cell in pair[5:8])
    assert counted == pytest.approx(law, abs=8)
    assert alike < law / 2
    assert "Share of all errors" in shown.pictures[0][0].alt
    assert section(Statistics(conditions=(Condition(name="a", **TABLE_PULSES),)), rows) is None
