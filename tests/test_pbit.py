"""A p-bit in ngspice: what it does at rest and in a record, and the law from counts that are known."""

import numpy as np
import pandas as pd
import pytest
from scipy.constants import Boltzmann, elementary_charge

from spicekit.circuits.pbit import Pbit, pbit_deck
from spicekit.errors import InputError
from spicekit.models.superparamagnetic import load_superparamagnetic
from spicekit.ngspice import evaluate
from spicekit.run.spec import load_spec
from spicekit.statistics import Statistics
from spicekit.studies.pbit.analyze import analyze, fit_law
from spicekit.studies.pbit.section import section
from spicekit.studies.pbit.study import STUDY, points
from spicekit.studies.pbit.table import PbitTable

from .small_studies import small_study, spec_text

ROOM, SUPPLY, SIZE = 300.15, 1.2, (0.84e-6, 0.15e-6)


@pytest.fixture(scope="module")
def pbit(technology):
    model = load_superparamagnetic("superparamagnetic_pbit")
    return Pbit(technology.process, model, ROOM, SUPPLY, SIZE, SIZE, 5e-15)


def test_the_output_is_low_below_high_above_and_follows_the_junction_between(pbit):
    outputs = {}
    for voltage in (0.9, 1.05, 1.2):
        for state in (0, 1):
            deck = pbit_deck(pbit, voltage, 1e6, 50e-9, initial=state).deck
            (node, output), = evaluate(deck, np.array([deck.row()])).measurements  # fmt: skip
            outputs[voltage, state] = output / SUPPLY
            # Kirchhoff at the node: the transistor takes no more than both resistances let through
            parallel, antiparallel = pbit.model.resistances(SUPPLY - node)
            assert 0 < (SUPPLY - node) / (antiparallel if state else parallel) < 2e-4
    assert max(outputs[0.9, 0], outputs[0.9, 1], outputs[1.05, 0]) < 0.1
    assert min(outputs[1.2, 0], outputs[1.2, 1], outputs[1.05, 1]) > 0.9


def test_records_are_the_same_in_any_range_and_rates_are_those_of_the_card(tmp_path):
    _, planned = small_study("pbit", tmp_path)
    point = planned.points[1]
    whole, alone = STUDY.simulate(point, 3, 0, 3), STUDY.simulate(point, 3, 2, 3)
    assert set(whole["outcome"]) == {"ok"}
    pd.testing.assert_frame_equal(whole.iloc[2:].reset_index(drop=True), alone, check_exact=True)
    # an output that follows the junction changes as often as it flips
    follows = (whole["parallel_output"] < SUPPLY / 2) & (whole["antiparallel_output"] > SUPPLY / 2)
    assert follows.any()
    assert (whole["rises"] + whole["falls"])[follows].tolist() == whole["flips"][follows].tolist()
    # ten candidates come at 1.02 times the larger rate
    lasts = (whole["high"] + whole["low"]) * whole[["rise_rate", "fall_rate"]].max(axis=1) * 1.02
    assert lasts.to_numpy() == pytest.approx(10, rel=0.01)
    # power: about a volt over ten kiloohm, and leakage
    assert ((whole["power"] > 3e-5) & (whole["power"] < 2e-4)).all()


def test_more_candidates_than_one_run_takes_go_on_where_the_run_before_ended(tmp_path):
    file = tmp_path / "spec.toml"
    file.write_text(spec_text("pbit").replace("candidates = 10", "candidates = 230"))
    spec = load_spec(file)
    table = spec.content.asked_studies["pbit"]
    row = STUDY.simulate(points(spec.technology, table)[1], 3, 0, 1).iloc[0]
    assert row["outcome"] == "ok"
    assert abs(row["rises"] - row["falls"]) <= 1  # they alternate, across the pieces too
    assert (row["high"] + row["low"]) * max(row["rise_rate"], row["fall_rate"]) * 1.02 == pytest.approx(
        230, rel=0.01
    )


CENTRE, WIDTH, TIME, SKEW = 1.05, 0.03, 2e-6, -0.2


def counted(random, sample=0, centre=CENTRE, records=4e-4):
    """Rows of one p-bit whose rises and falls are Poisson at the rates of the law, as its docstring states them."""
    rows = []
    for voltage in (1.0, 1.025, 1.05, 1.075, 1.1):
        seen = (voltage - centre) / WIDTH
        up, down = np.exp((1 + SKEW) * seen) / (2 * TIME), np.exp(-(1 - SKEW) * seen) / (2 * TIME)
        high = records * up / (up + down)
        rows.append(
            {"voltage": voltage, "supply": SUPPLY, "temperature": ROOM, "sample": sample, "outcome": "ok",
             "reason": "", "rises": random.poisson(up * (records - high)), "falls": random.poisson(down * high),
             "high": high, "low": records - high, "flips": 0.0, "delayed": 0.0, "power": 1e-4,
             "parallel_output": SUPPLY * (voltage > 1.08), "antiparallel_output": SUPPLY * (voltage > 1.01),
             "rise_rate": up, "fall_rate": down}
        )  # fmt: skip
    return pd.DataFrame(rows)


def test_a_law_that_made_the_counts_is_found_with_the_errors_that_are_stated():
    random = np.random.default_rng(1)
    fits = [fit_law(counted(random)) for _ in range(60)]
    found = np.array([[f.centre, f.width, np.log(f.time)] for f in fits])
    errors = np.array([f.errors for f in fits])
    truth = np.array([CENTRE, WIDTH, np.log(TIME)])
    pulls = (found - truth) / errors
    assert np.abs(pulls.mean(axis=0)) == pytest.approx(np.zeros(3), abs=4 / np.sqrt(60))
    assert pulls.std(axis=0) == pytest.approx(np.ones(3), abs=0.35)
    assert np.mean([f.skew for f in fits]) == pytest.approx(SKEW, abs=0.02)
    assert np.mean([f.deviance / f.freedom for f in fits]) == pytest.approx(1, abs=0.3)


def test_what_is_said_of_counts_from_a_known_spread():
    random = np.random.default_rng(2)
    centres = random.normal(CENTRE, 0.01, 30)
    rows = pd.concat([counted(random, k, centre) for k, centre in enumerate(centres)], ignore_index=True)
    rows = pd.concat([rows, rows.iloc[:1].assign(sample=99, outcome="discard")], ignore_index=True)
    table = PbitTable(samples=30, voltages=["1 V", "1.05 V"])
    found = analyze(table, rows, 0.95)["pbit"]
    law = found.law
    assert law.devices == 30
    assert law.centre.value == pytest.approx(centres.mean(), abs=0.002)
    assert law.centre_spread == pytest.approx(centres.std(ddof=1), rel=0.15)
    assert law.width_spread < 0.1 * WIDTH  # all alike: what the fits scatter is taken off
    assert law.energy == pytest.approx(1e-4 * TIME, rel=0.05)
    # the output follows the junction from 1.0125 V (half the supply between 1.0 and 1.025 V) to 1.0875 V
    assert law.lowest_input.value == pytest.approx((1.0125 - centres.mean()) / WIDTH, abs=0.1)
    assert law.highest_input.value == pytest.approx((1.0875 - centres.mean()) / WIDTH, abs=0.1)
    middle = found.points[2]
    assert middle.rate_ratio == pytest.approx(1, abs=0.1)
    assert (middle.samples, found.points[0].discards) == (30, 1)
    shown = section(Statistics(conditions=(), pbit=found), rows)
    assert "forgets within" in shown.sentences
    shown.pictures[0][0].inline("p")
    assert analyze(table, rows.iloc[-1:], 0.95) == {}


def test_the_sigmoid_is_as_wide_as_the_card_says(pbit):
    """The mean is tanh of half the log ratio of Neel-Brown rates, barrier (V_P + V_AP - 2 V50)/(2 kT Vc)."""
    value = pbit.model.value
    halves = []
    for voltage in (1.04, 1.06):
        nodes = []
        for state in (0, 1):
            deck = pbit_deck(pbit, voltage, 1e6, 50e-9, initial=state).deck
            nodes.append(evaluate(deck, np.array([deck.row()])).measurements[0, 0])
        across = SUPPLY - np.array(nodes)
        kt = Boltzmann * ROOM / elementary_charge
        halves.append(
            value("barrier") / kt * (across.sum() + 2 * value("offset")) / (2 * value("critical_voltage"))
        )
    width = 0.02 / (halves[1] - halves[0])
    assert 0.02 < width < 0.035  # the report has 26 mV


def test_a_p_bit_needs_a_junction(technology):
    with pytest.raises(InputError, match=r"needs a junction: give `technology\.superparamagnetic`"):
        points(technology, PbitTable(samples=1, voltages=["1 V"]))
