"""2T2R beside 1T1R and codes: the pair compared is of one kind of read, and codes carry low, best and high."""

import re

import numpy as np
import pytest
from scipy import stats

from spicekit.report.codes import codes_section
from spicekit.report.pairs import comparable, pairs
from spicekit.run_folder import RunFolder
from spicekit.statistics import (
    Condition,
    Distribution,
    Probability,
    SenseOffset,
    Statistics,
    ber_1t1r_with_offset,
)
from tests.made_up_estimates import rate, with_estimates


def condition(name="a", **measured):
    return Condition(name=name, set_compliance=2e-4, reset_voltage=2.5, pulse_width=1e-6, **measured)


def both(name, single, double, outcome="agreed"):
    made = with_estimates(condition(name, reference=15e3), "1t1r", single, single, outcome)
    return with_estimates(made, "2t2r", double, double)


def law(median, sigma, samples: int | None = 1000):
    return Distribution(median=median, sigma_ln=sigma, quantiles={}, samples=samples)


OFFSET = SenseOffset(sigma_ln=0.3, standard_error=0.03, samples=600)
LAWS = {
    "lrs": law(5e3, 0.1),
    "hrs": law(5e4, 0.4),
    "sense_offset": OFFSET,
    "ber_1t1r_lognormal": rate(2e-6, method="extrapolated: ideal comparator"),
    "ber_2t2r_lognormal": rate(3e-6, method="extrapolated"),
}


def section_of(*conditions, folder="."):
    return codes_section(Statistics(conditions=conditions), RunFolder(folder))


def lines(section):
    return {
        row[0]: [re.sub(r"<[^>]+>", " ", str(cell)).split() for cell in row[1:]] for row in section.grid.rows
    }


def test_codes_carry_low_best_and_high():
    found = lines(section_of(both("weak", 1e-3, 5e-6)))["weak"]
    low, high = 1e-3 * np.exp(-1.959964 * 0.1 / np.sqrt(2)), 1e-3 * np.exp(1.959964 * 0.1 / np.sqrt(2))
    assert found[0][0] == "1e-3"
    # sum over i > 1 of (i/n) C(n,i) p^i (1-p)^(n-i) of SECDED(8,4), term by term; mistaken corrections add p^3 alone
    by_hand = [sum(i / 8 * stats.binom.pmf(i, 8, p) for i in range(2, 9)) for p in (low, 1e-3, high)]
    assert [float(found[2][k]) for k in (1, 0, 3)] == pytest.approx(by_hand, rel=0.03)  # two digits are shown
    assert found[2][0] == "7e-6"  # published: 7.0e-6 at 1e-3


def test_redundancy_stands_above():
    assert lines(section_of(both("a", 1e-3, 5e-6)))["devices per bit of data"][:5] == [
        ["1"], ["2"], ["2"], ["1.75"], ["1.125"]
    ]  # fmt: skip


def test_verdict_needs_intervals_that_are_apart():
    # behind SECDED(8,4) 1e-3 is 7.0e-6
    text = section_of(
        both("ahead", 1e-3, 1e-6), both("behind", 1e-3, 5e-5), both("same", 1e-3, 7e-6)
    ).sentences
    assert (
        "2T2R is ahead in ahead; SECDED(8,4) is ahead in behind; within the joint interval they are equal in same"
        in text
    )
    assert "leaves 0.14 … 7 times the error rate of 2T2R (3 conditions)" in text


def test_what_is_not_agreed_on_decides_nothing():
    section = section_of(both("doubted", 1e-3, 1e-6, "disagreed"))
    assert section.sentences.startswith("No condition has both rates as results")
    assert "disagreed" in lines(section)["doubted"][0]
    assert "disagreed" in lines(section)["doubted"][2]  # and behind codes too
    assert "disagreed" not in lines(section)["doubted"][1]


def test_without_estimates_both_cells_are_read_by_the_same_amplifier():
    (pair,) = pairs(Statistics(conditions=(condition(**LAWS),)))
    # D = ln 10, t = hypot(σ, 0.3): Q(2.3026 / (0.3162 + 0.5)) = Q(2.8209)
    assert pair.single.rate.best == pytest.approx(stats.norm.sf(2.8209), rel=1e-3)
    assert pair.double.rate.best == 3e-6
    assert not pair.result
    assert pair.doubt == "extrapolated"
    unknown = {key: value for key, value in LAWS.items() if key != "sense_offset"}
    assert comparable(condition(**unknown), "1t1r") is None  # its law has an ideal comparator


def test_counts_stand_for_2t2r_only_where_errors_were_seen():
    seen = Probability(
        low=1e-3, best=2e-3, high=4e-3, confidence=0.95, samples=5000, errors=10, discards=0, method="counted"
    )
    assert comparable(condition(ber_2t2r=seen, **LAWS), "2t2r").how == "counted"
    none = Probability(low=0, high=4e-3, confidence=0.95, samples=900, errors=0, discards=0, method="counted")
    assert comparable(condition(ber_2t2r=none, **LAWS), "2t2r").how == "extrapolated"
    ideal = seen.model_copy(update={"method": "counted, ideal comparator"})
    assert comparable(condition(ber_1t1r=ideal), "1t1r") is None  # no match for 2T2R


def test_conditions_that_are_not_judged_are_counted():
    sure, doubted = both("sure", 1e-3, 1e-6), both("doubted", 1e-3, 1e-6, "disagreed")
    assert section_of(sure).summary.endswith("in every condition.")
    section = section_of(sure, doubted)
    assert section.summary.endswith(
        "in sure. Not judged, as their rates are not both results: 1 of 2 conditions."
    )
    assert "(1 of 2 conditions, the others’ rates are not both results)" in section.sentences


def test_an_extrapolation_has_the_one_digit_that_it_is_worth():
    section = section_of(both("weak", 1e-3, 5e-6), condition("laws", **LAWS))
    (laws,) = (row for row in section.grid.rows if row[0] == "laws")
    assert [str(cell).partition("<")[0] for cell in laws[1:3]] == ["~2e-3", "~3e-6"]
    assert all(str(cell).startswith("~") and "extrapolated" in str(cell) for cell in laws[1:])


def test_nothing_known_no_section():
    assert section_of(condition()) is None
    assert section_of(with_estimates(condition(), "2t2r", 1e-6, 1e-6)) is None


def test_the_picture_says_in_words_what_it_shows():
    section = section_of(
        both("weak", 1e-3, 5e-6), condition("laws", **LAWS), both("doubted", 1e-3, 1e-6, "disagreed")
    )
    alt = section.pictures[0][0].alt
    assert "weak: 1T1R 1e-3 (8.7e-4 … 1.2e-3) (estimated), 2T2R 5e-6" in alt
    assert "laws: 1T1R" in alt
    assert "(extrapolated)" in alt
    assert "doubted: 1T1R" in alt
    assert any("weak: 15 kΩ" in note for note in section.notes)


def test_interval_of_the_law_with_an_offset_covers_the_truth():
    rng, n, covered = np.random.default_rng(7), 300, 0
    truth = stats.norm.sf(np.log(10) / (np.hypot(0.1, 0.3) + np.hypot(0.4, 0.3)))
    for _ in range(300):
        lrs, hrs = rng.normal(np.log(5e3), 0.1, n), rng.normal(np.log(5e4), 0.4, n)
        laws = [law(np.exp(x.mean()), x.std(ddof=1), n) for x in (lrs, hrs)]
        offset = SenseOffset(sigma_ln=0.3 + 0.02 * rng.standard_normal(), standard_error=0.02, samples=600)
        found = ber_1t1r_with_offset(*laws, offset)
        covered += found.low <= truth <= found.high
    assert 0.92 < covered / 300 < 0.98


def test_law_with_an_offset_is_what_counting_finds():
    """Half of the cells are LRS, half HRS; the reference is where both fail alike, the offset is drawn at each read."""
    rng, n = np.random.default_rng(8), 400_000
    lrs, hrs = rng.normal(0.0, 0.2, n), rng.normal(1.5, 0.5, n)
    low, high = np.hypot(0.2, 0.3), np.hypot(0.5, 0.3)
    reference = 1.5 * low / (low + high)
    noise = 0.3 * rng.standard_normal((2, n))
    errors = (lrs + noise[0] > reference).sum() + (hrs + noise[1] < reference).sum()
    found = ber_1t1r_with_offset(law(1.0, 0.2), law(np.exp(1.5), 0.5), OFFSET)
    assert found.best == pytest.approx(errors / (2 * n), rel=0.03)


def test_laws_of_unknown_size_give_no_interval():
    assert ber_1t1r_with_offset(law(5e3, 0.1, None), law(5e4, 0.4), OFFSET) is None


def test_where_errors_gather_the_mean_stays_and_programming_again_helps_less():
    gathered = {"error_correlation_1t1r": 0.64, "error_correlation_2t2r": 0.44}
    plain, made = both("a", 1.6e-2, 1.8e-3), both("a", 1.6e-2, 1.8e-3)
    made = Condition.model_validate({**made.model_dump(), **gathered})
    before, after = section_of(plain), section_of(made)
    assert lines(before) == lines(after)
    assert "In the mean over words that changes nothing" in after.sentences
    assert "the worst 5 % of the pairs have 73% of the errors" in after.sentences
    assert "4.9% of the wrong bits of 2T2R are wrong again" in after.sentences  # P(both)/p, bivariate normal
    assert "changes nothing" not in before.sentences
    assert any("not in these statistics" in note for note in before.notes)
    assert not any("not in these statistics" in note for note in after.notes)
