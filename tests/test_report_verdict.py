"""Which condition to take: only what intervals tell apart is said to be better."""

import pytest

from spicekit.report.verdict import verdict
from spicekit.statistics import Condition, Endurance, Moments, Probability, Statistics
from tests.made_up_estimates import rate, with_estimates


def counted(errors, samples=1000, low=0.0, high=4e-3):
    return Probability(low=low, best=errors / samples if errors else None, high=high, confidence=0.95, samples=samples,
                       errors=errors, discards=0, method="counted")  # fmt: skip


def condition(name, errors=None, energy=None, life=None, **more):
    """Errors: a rate by rare-event sampling; energy: J, with a spread of a tenth; life: cycles."""
    found = Condition(
        name=name, set_compliance=2e-4, reset_voltage=2, pulse_width=1e-6, **{"ber_2t2r": counted(0), **more}
    )
    blocks = {}
    if energy:
        blocks["energy_pair"] = Moments(mean=energy, std=energy / 10)
    if life:
        blocks["endurance"] = Endurance(cycles=life, cycles_low=life / 2, cycles_high=life * 2, criterion=1e-3,
                                        curve=[(0, 1e-9), (life, 1e-3)], status="fitted")  # fmt: skip
    found = found.model_copy(update=blocks)
    return with_estimates(found, "2t2r", errors, errors) if errors else found


def said(*conditions):
    return verdict(Statistics(conditions=conditions))


def test_who_wins_in_everything_is_to_be_taken():
    # a weak and a strong condition: the strong one has fewer errors and takes less energy
    text = said(condition("weak", 1e-3, 50e-12), condition("strong", 1e-6, 36e-12))
    assert (
        text
        == "Take strong: it has the fewest errors (1e-6, estimated) and the least energy (36 pJ for SET + RESET). "
        "This run does not compare their life."
    )


def test_where_different_ones_lead_it_depends_on_what_counts_and_the_beaten_one_is_named():
    text = said(
        condition("a", 1e-9, 300e-12, 1e8),
        condition("b", 1e-6, 30e-12, 1e10),
        condition("c", 1e-5, 40e-12, 1e7),
    )
    assert text.startswith(
        "Which one to take depends on what counts: a has the fewest errors (1e-9, estimated); b has the"
    )
    assert "b has the longest life (1e10 cycles, fitted ageing)." in text
    assert text.endswith(
        "Nothing measured here speaks for c: b has fewer errors and less energy and a longer life."
    )
    assert "speaks for a" not in text


def test_a_run_that_saw_no_error_does_not_rank_by_errors():
    text = said(condition("a", energy=300e-12), condition("b", energy=30e-12))
    assert text.startswith("Of these conditions: b has the least energy")
    assert "this run does not tell which has the fewest errors, as no read failed with any of them" in text
    assert "speaks for" not in text  # a may have the fewest errors


def test_what_is_extrapolated_is_no_result():
    laws = [{"ber_2t2r_lognormal": rate(best, method="extrapolated")} for best in (1e-12, 1e-6)]
    text = said(condition("a", energy=300e-12, **laws[0]), condition("b", energy=30e-12, **laws[1]))
    assert "as no read failed with any of them (extrapolated, which is no result: a)" in text


def test_energies_that_differ_by_less_than_their_error_are_not_ranked():
    text = said(condition("a", 1e-6, 300e-12), condition("b", 1e-9, 302e-12))
    assert "they do not surely differ in energy" in text
    assert "b has the fewest errors" in text


def test_counts_rank_where_their_intervals_are_apart():
    few = {"ber_2t2r": counted(20, low=1e-2, high=3e-2)}
    many = {"ber_2t2r": counted(300, low=0.27, high=0.33)}
    assert "a has the fewest errors (2e-2, counted)" in said(condition("a", **few), condition("b", **many))
    near = {"ber_2t2r": counted(25, low=1.5e-2, high=4e-2)}
    assert "do not surely differ in errors" in said(condition("a", **few), condition("b", **near))


@pytest.mark.parametrize("conditions", [(), (condition("a", 1e-6),)])
def test_nothing_to_choose_from_no_verdict(conditions):
    assert said(*conditions) == ""
