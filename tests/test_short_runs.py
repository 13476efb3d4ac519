"""Short runs, and amplifiers that fail: what is said stays true, and nothing beside it says the opposite."""

import io
import json

import numpy as np
import pandas as pd
import pytest
from rich.console import Console
from scipy import stats

from spicekit.report import terminal_table
from spicekit.report.counts import against_curve
from spicekit.statistics import Endurance, Statistics, dumps, known_rates
from spicekit.studies.memory.condition import Condition as Asked
from spicekit.studies.memory.extract import extract_condition
from spicekit.studies.memory.offset import sense_offset
from tests.made_up_estimates import with_estimates

ASKED = Asked("optimized-endurance", 2e-4, 1.5, 1e-6)
NUMBERS = ("energy_set", "energy_reset", "energy_set_cell", "energy_reset_cell", "energy_read", "set_current")


def samples(n, wrong=0, undecided=0, against=0.2, offset_reads=True):
    """Chains of well separated log-normal states; the first reads are wrong, the first of these undecided."""
    rng = np.random.default_rng(3)
    number = np.arange(n)
    shift = 0.4 * rng.standard_normal(n)
    decision = np.where(number < against * n, -np.sign(shift), np.sign(shift))
    return pd.DataFrame(
        {
            "condition": ASKED.name,
            "cycles": 0.0,
            "sample": number,
            "outcome": np.where(number < wrong, "error", "ok"),
            "weight": np.where(number % 2, -1, 1),
            "lrs": 3e3 * np.exp(0.1 * rng.standard_normal(n)),
            "hrs": 4e4 * np.exp(0.3 * rng.standard_normal(n)),
            "read_delay": np.where(number < undecided, np.inf, 3e-10),
            "offset_shift": shift if offset_reads else np.nan,
            "offset_decision": decision,
            **dict.fromkeys(NUMBERS, 1e-12),
        }
    )


def found(n, **how):
    return extract_condition(ASKED, samples(n, **how), 0.95, None)


def shown(condition, width=80):
    text = io.StringIO()
    Console(file=text, width=width).print(terminal_table(Statistics(conditions=(condition,))))
    return text.getvalue()


def row(text, label):
    return next(line for line in text.splitlines() if line.startswith(label)).removeprefix(label).strip()


def test_too_few_reads_for_an_offset_give_no_extrapolation():
    c = found(30, wrong=16)
    assert c.sense_offset is None
    assert c.ber_2t2r_lognormal is None
    assert c.ber_1t1r_lognormal is None  # of 30 devices a spread says little
    assert row(shown(c), "BER 2T2R") == "5.3e-1"
    assert "~" not in shown(c)


def test_samples_without_offset_reads_give_no_2t2r_extrapolation():
    c = found(100, offset_reads=False)
    assert c.ber_2t2r_lognormal is None
    assert "ideal comparator" in c.ber_1t1r_lognormal.method


def test_an_extrapolation_that_the_count_excludes_is_left_out_and_says_why():
    c = found(120, wrong=60, against=0.1)
    assert c.ber_2t2r_lognormal.high < c.ber_2t2r.low
    text = " ".join(shown(c).split())
    assert "BER 2T2R 5e-1" in text
    assert "as the count excludes it: 60 of 120 reads were wrong." in text
    assert "· extrapolated" not in text


def test_an_amplifier_that_never_decides_has_neither_offset_nor_extrapolation():
    c = found(120, wrong=120, undecided=120)
    assert c.undecided == 120
    assert c.sense_offset is None
    assert known_rates(c, "2t2r")[0].rate.best == 1.0
    assert len(known_rates(c, "2t2r")) == 1
    assert row(shown(c), "· undecided") == "120 of 120"
    assert "~" not in shown(c)


def test_a_run_without_errors_shows_its_bound_before_what_laws_say():
    text = shown(found(120, against=0.1))
    assert row(text, "BER 2T2R") == "< 2.5e-2"  # 1 - 0.05^(1/120) = 2.47e-2
    assert row(text, "· extrapolated").startswith("~")
    assert len(row(text, "· extrapolated")) == len("~4e-8")  # one digit
    assert "it can be off by many decades" in " ".join(text.split())


def test_with_an_estimate_the_terminal_leaves_the_extrapolation_out():
    c = with_estimates(found(120, against=0.1), "2t2r", 2e-7, 2e-7)
    assert row(shown(c), "BER 2T2R") == "2e-7"
    assert "· extrapolated" not in shown(c)


def test_one_cell_stands_beside_the_other_only_with_the_same_amplifier():
    c = found(120, against=0.1)
    lrs, hrs, offset = c.lrs, c.hrs, c.sense_offset
    t = [np.hypot(law.sigma_ln, offset.sigma_ln) for law in (lrs, hrs)]
    single = stats.norm.sf(np.log(hrs.median / lrs.median) / sum(t))
    assert row(shown(c), "BER 1T1R") == f"~{single:.0e}".replace("e-0", "e-")
    assert single > 10 * c.ber_2t2r_lognormal.best  # with the ideal comparator 1T1R would look the better one


@pytest.mark.parametrize("width", [60, 80])
def test_no_name_or_number_is_broken_in_a_narrow_terminal(width):
    one = found(120, against=0.1)
    conditions = tuple(
        one.model_copy(update={"name": name}) for name in ("typical", ASKED.name, "optimized-energy")
    )
    text = io.StringIO()
    Console(file=text, width=width).print(terminal_table(Statistics(conditions=conditions)))
    lines = text.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    whole = " ".join(text.getvalue().split())
    assert "optimized-endu " not in whole
    assert len([line for line in lines if line.startswith("BER 2T2R")]) == (1 if width == 80 else 2)


def test_without_a_read_against_its_ratio_the_offset_is_where_that_has_even_odds():
    n = 200
    small = sense_offset(samples(n, against=0)).sigma_ln
    rng = np.random.default_rng(1)
    shift, offset = 0.4 * rng.standard_normal(4_000_000), small * rng.standard_normal(4_000_000)
    against = np.mean((shift + offset) * shift < 0)
    assert (1 - against) ** n == pytest.approx(0.5, abs=0.01)


def test_conditions_beyond_the_data_of_the_card_are_named_and_stay_in_the_file():
    outside = ("`set_compliance` is 50 µA, the card was fitted at 200 µA",)
    statistics = Statistics(conditions=(found(60).model_copy(update={"outside": outside}),))
    assert "no measurement backs it: `set_compliance` is 50 µA" in " ".join(
        shown(*statistics.conditions).split()
    )
    assert json.loads(dumps(statistics))["conditions"][0]["outside"] == list(outside)
    assert "outside" not in json.loads(dumps(Statistics(conditions=(found(60),))))["conditions"][0]


def test_counts_that_exclude_an_endurance_curve_put_its_cycles_in_doubt():
    curve = [(0.0, 1e-9), (1e8, 1e-6), (1e10, 2e-2)]
    interval = [(0.0, 1e-10, 1e-8), (1e8, 1e-7, 1e-5), (1e10, 1e-2, 4e-2)]
    fits = Endurance(
        criterion=1e-3,
        cycles=2e9,
        curve=curve,
        interval=interval,
        counted=[(0.0, 200, 0, 0), (1e10, 200, 5, 0)],
    )
    assert against_curve(fits, 0.95) == []
    # 3 of 200: SciPy's exact interval is 3.1e-3 ... 4.3e-2, far above 1e-5
    assert stats.binomtest(3, 200).proportion_ci(0.95, "exact").low > 1e-5
    apart = fits.model_copy(update={"counted": [(1e8, 200, 3, 0), (1e10, 200, 5, 0)]})
    assert against_curve(apart, 0.95) == ["3 of 200 wrong (1e8 cycles), where the curve says 1e-7 … 1e-5"]
    text = " ".join(shown(found(60).model_copy(update={"endurance": apart})).split())
    assert "cycles to wear-out in doubt, as counts exclude the curve: 3 of 200 wrong (1e8 cycles)" in text
