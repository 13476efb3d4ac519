"""Verdicts beside published numbers, and the order told in words."""

import pytest

from spicekit.report import published
from spicekit.report.summary import rate_sentence
from spicekit.statistics import Condition, Endurance, Moments, Probability


def rate(low, best, high, errors=3):
    return Probability(
        low=low,
        best=best,
        high=high,
        confidence=0.95,
        samples=1000,
        errors=errors,
        discards=0,
        method="counted",
    )


def condition(name="a", **measured):
    return Condition(name=name, set_compliance=2e-4, reset_voltage=2.5, pulse_width=1e-6, **measured)


@pytest.mark.parametrize(
    ("block", "verdict"),
    [(rate(0, None, 9e-8), "yes"), (rate(2e-7, 3e-7, 5e-7), "no"), (rate(0, None, 3e-3), published.UNDECIDED),
     (None, "not measured")],
)  # fmt: skip
def test_ber_verdict_needs_the_whole_interval(block, verdict):
    assert published.ber_verdict(block, 1e-7) == verdict


@pytest.mark.parametrize(
    ("energy", "verdict"), [(292e-12, "yes (−3 %)"), (391e-12, "no (+30 %)"), (389e-12, "yes (+30 %)"),
                            (209e-12, "no (−30 %)")],
)  # fmt: skip
def test_energy_within_thirty_percent(energy, verdict):
    assert published.energy_verdict(condition(energy_set=Moments(mean=energy, std=0)), 300e-12) == verdict


@pytest.mark.parametrize(
    ("endurance", "verdict"),
    [(Endurance(cycles=1e9, criterion=1e-3, curve=[(1e4, 0.0)]), "yes (assumed ageing)"),
     (Endurance(cycles=1e7, criterion=1e-3, curve=[(1e4, 0.0)]), "no (assumed ageing)"),
     (Endurance(cycles=None, criterion=1e-3, curve=[(1e4, 0.0), (1e12, 1e-5)]), "yes (assumed ageing)"),
     (Endurance(cycles=None, criterion=1e-3, curve=[(1e4, 0.0), (1e6, 1e-5)]),
      "not decided by this curve (assumed ageing)"),
     (Endurance(cycles=None, criterion=1e-3, curve=[(1e4, 0.1)]), "no (assumed ageing)"),
     (None, "not measured")],
)  # fmt: skip
def test_cyclability_verdict_names_the_ageing(endurance, verdict):
    assert published.cyclability_verdict(endurance, 1e8) == verdict


def test_summary_of_only_discards_claims_nothing():
    block = Probability(
        low=0, best=None, high=1, confidence=0.95, samples=7, errors=0, discards=7, method="counted"
    )
    text = rate_sentence(condition(ber_2t2r=block))
    assert "no 2T2R read was valid (7 discarded)" in text
    assert "below" not in text
