"""Random bits of written pairs: pairs in ngspice, the law of their bits against covariances and orthants."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from spicekit.circuits.cell import Technology
from spicekit.models.cmos import sky130
from spicekit.models.design import load_design
from spicekit.models.population import Population
from spicekit.models.rram import load_rram
from spicekit.sampling.probit_normal import number_of_errors
from spicekit.sampling.rank_correlation import rank_correlations
from spicekit.studies.random_writes.law import Law, shares
from spicekit.studies.random_writes.study import analyze, points, simulate
from spicekit.studies.random_writes.table import RandomWritesTable

from .written_pairs import CONSTANT, CYCLES, FRAGILE, SLOW, WRITES, block, latent, rows_of, table


def asked(**other):
    keys = {"samples": 2, "states": ["lrs", "hrs"], "writes": [0, 1, 40], "set_compliance": "200 uA",
            "reset_voltage": "1.5 V", "pulse_width": "100 ns"}  # fmt: skip
    return RandomWritesTable(**keys | other)


def test_pairs_in_ngspice_read_what_they_hold_and_another_split_gives_the_same():
    technology = Technology(sky130("tt"), load_rram(), load_design(), telegraph_noise=True)
    (point,) = points(technology, asked())
    assert point.labels["relaxation_time"] == 1e-3
    rows = simulate(point, 3, 0, 2)
    assert simulate(point, 3, 1, 2).to_dict("list") == rows[rows["sample"] == 1].to_dict("list")
    assert set(rows["outcome"]) == {"ok"}
    assert rows.groupby("traps").size().to_dict() == {
        "drawn": 12,
        "none": 4,
        "left": 4,
        "right": 4,
        "both": 4,
    }
    assert ((rows["bit"] == 1) == (rows["margin"] > 0)).all()
    # a SET and a RESET of both devices at 200 uA and some 2 V for 100 ns each: below 4 x 2 V x 200 uA x 120 ns
    assert rows["energy_write"].between(2e-11, 2e-10).all()
    # an occupied trap takes conductance: left raises the left resistance, so that a 1 is less likely
    margin = rows[rows["state"] == "hrs"].pivot_table(index="sample", columns="traps", values="margin")
    assert (margin["left"] < margin["none"]).all()
    assert (margin["right"] > margin["none"]).all()
    assert analyze(asked(), rows, 0.95) == {}  # two pairs say nothing of a correlation


def test_slow_parts_go_on_over_writes_that_are_left_out(monkeypatch):
    went_on, real = [], Population.next_cycle

    def noted(self, before, drawn, cycles=1):
        went_on.append(cycles)
        return real(self, before, drawn, cycles)

    monkeypatch.setattr(Population, "next_cycle", noted)
    model, no_fresh = load_rram(), {"fresh": 0.0}
    laws = {name: law.model_copy(update=no_fresh) for name, law in model.laws.items()}
    cycles = model.cycling.correlation_cycles
    ratios = {}
    for lasting in (1e9, 1e-9):
        cycling = model.cycling.model_copy(
            update={"correlation_cycles": cycles.model_copy(update={"value": lasting})}
        )
        technology = Technology(sky130("tt"), replace(model, laws=laws, cycling=cycling), load_design())
        (point,) = points(technology, asked(states=["hrs"]))
        ratios[lasting] = simulate(point, 3, 0, 1)["ratio"]
    assert went_on == 2 * [1, 1, 39, 39]  # both devices of writes 0, 1 and 40
    assert ratios[1e9].iloc[2] == pytest.approx(ratios[1e9].iloc[1], abs=0.01)
    assert abs(ratios[1e-9].iloc[2] - ratios[1e-9].iloc[1]) > 0.05


def test_the_law_has_the_orthants_of_the_normal_law_and_the_counts_of_cells_that_err():
    law = Law(0.3, 0.5, 0.2, 40.0)
    rho = 0.5 + 0.2 * np.exp(-3 / 40)
    both = multivariate_normal([0.3, 0.3], [[1, rho], [rho, 1]]).cdf([0, 0])
    assert law.turns(3) == pytest.approx(2 * (norm.cdf(-0.3) - both), abs=1e-5)
    assert Law(0.0, 0.5, 0.2, 40.0).turns(3) == pytest.approx(np.arccos(rho) / np.pi)  # Sheppard 1899
    c = np.linspace(-8, 8, 20001)
    inside = (np.abs(law.ones(c) - 0.5) < 0.1) * norm.pdf(c)
    assert law.balanced(0.1) == pytest.approx(inside.sum() * (c[1] - c[0]), abs=1e-3)
    random = np.random.default_rng(1)
    bits = Law(0.0, 0.5, 0.0, 1.0).bits(random.standard_normal(20_000), np.arange(6), random)
    expected = number_of_errors(0.5, 0.5, 6)
    assert np.bincount(bits.sum(axis=1)) / 20_000 == pytest.approx(expected, abs=5 * np.sqrt(0.25 / 20_000))
    numbers = np.array([0, 3])
    bits = law.bits(random.standard_normal(20_000), numbers, random)
    assert (bits[:, 0] != bits[:, 1]).mean() == pytest.approx(law.turns(3), abs=5 * np.sqrt(0.25 / 20_000))


def test_shares_are_those_of_the_covariance_whatever_the_margins_form():
    margins = np.sinh(2 * latent(800))
    constant, slow = shares(rank_correlations(margins), np.array(WRITES), CYCLES)
    assert (constant, slow) == pytest.approx((CONSTANT, SLOW), abs=0.1)


def test_what_is_said_of_drawn_pairs_holds_their_law():
    (one,) = block(120).states
    assert one.constant.low < CONSTANT < one.constant.high
    assert one.slow.low < SLOW < one.slow.high
    assert one.mean == 0.0
    assert one.agreement > 0.01
    for turn in one.turns:
        assert turn.share.low < turn.law < turn.share.high
    first = one.turns[0]
    assert (first.least_lag, first.most_lag, first.compared) == (1, 1, 4 * 120)
    assert first.turned == round(first.share.best * first.compared)
    noise = one.read_noise
    assert {p.bits: p.pairs for p in noise.patterns} == {"1111": 105, "1011": 120 // FRAGILE}
    assert noise.changing.events == 120 // FRAGILE
    # such a pair reads 1 in three of four states of its traps
    assert noise.differing.best == pytest.approx(2 * 0.75 * 0.25 / FRAGILE)


def test_a_wrong_law_is_told_and_no_turn_at_all_is_a_bound():
    seen = latent(80)
    seen[:40] = -np.abs(seen[:40])  # half of the pairs always read 0: no normal law
    (one,) = analyze(table(), rows_of(seen), 0.95)["random_writes"].states
    assert one.agreement < 0.01
    (same,) = analyze(table(), rows_of(np.repeat(latent(40)[:, :1], len(WRITES), axis=1)), 0.95)[
        "random_writes"
    ].states
    assert same.turns[0].share.best is None
    assert 0 < same.turns[0].share.high < 0.2
