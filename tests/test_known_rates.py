"""Which rate counts: results before bounds, bounds before laws, and nothing that a count excludes."""

import pytest
from scipy import stats

from spicekit.errors import InputError
from spicekit.experiment.conditions import Targets
from spicekit.network.bnn.rates import rates_of
from spicekit.run.targets import _missed
from spicekit.statistics import Condition, Distribution, Probability, SenseOffset, best_rate, known_rates
from tests.made_up_estimates import rate, with_estimates

IDEAL = "Monte Carlo, ideal comparator"


def condition(**measured):
    return Condition(name="a", set_compliance=2e-4, reset_voltage=2.5, pulse_width=1e-6, **measured)


def counted(errors, samples, method="Monte Carlo"):
    interval = stats.binomtest(errors, samples).proportion_ci(0.95, "exact")
    return Probability(
        low=interval.low, best=errors / samples if errors else None, high=interval.high, confidence=0.95,
        samples=samples, errors=errors, discards=0, method=method,
    )  # fmt: skip


def law(best, low, high, method="extrapolated: amplifier offset from 600 reads"):
    return rate(best, method=method).model_copy(update={"low": low, "high": high})


def order(c, cell="2t2r", ideal=False):
    return [known.how for known in known_rates(c, cell, ideal)]


def test_an_agreed_estimate_leads_then_the_count_then_the_law():
    c = with_estimates(
        condition(ber_2t2r=counted(0, 300), ber_2t2r_lognormal=law(1e-8, 1e-10, 1e-6)), "2t2r", 4e-7, 4e-7
    )
    assert order(c) == ["estimated", "counted", "extrapolated"]
    assert [known.doubt for known in known_rates(c, "2t2r")] == ["", "", "extrapolated"]
    assert best_rate(c, "2t2r").rate.best == pytest.approx(4e-7)


@pytest.mark.parametrize("outcome", ["not converged", "disagreed", "bound only"])
def test_an_estimate_in_doubt_stands_behind_the_count(outcome):
    c = with_estimates(condition(ber_2t2r=counted(0, 300)), "2t2r", 4e-7, 4e-7, outcome)
    assert order(c) == ["counted", "estimated"]
    assert best_rate(c, "2t2r").bound
    assert known_rates(c, "2t2r")[1].doubt == outcome


def test_a_count_that_excludes_the_law_says_so():
    # 16 of 30 reads were wrong, where the laws say 2.7e-11: the first hour of a stranger
    c = condition(ber_2t2r=counted(16, 30), ber_2t2r_lognormal=law(2.7e-11, 1e-16, 1e-7))
    first, last = known_rates(c, "2t2r")
    assert first.how == "counted"
    assert first.result
    assert last.doubt == "excluded by the count"
    assert last.excluded_by is first


def test_a_bound_excludes_a_law_above_it():
    c = condition(ber_2t2r=counted(0, 1000), ber_2t2r_lognormal=law(3e-2, 1e-2, 6e-2))
    assert known_rates(c, "2t2r")[-1].doubt == "excluded by the count"


def test_an_agreed_estimate_excludes_a_law_five_decades_below():
    c = with_estimates(condition(ber_2t2r_lognormal=law(1.8e-17, 1e-19, 2e-15)), "2t2r", 2e-12, 2e-12)
    assert known_rates(c, "2t2r")[-1].doubt == "excluded by the estimate"


def test_an_estimate_in_doubt_excludes_nothing():
    c = with_estimates(
        condition(ber_2t2r_lognormal=law(1.8e-17, 1e-19, 2e-15)), "2t2r", 2e-12, 2e-12, "disagreed"
    )
    assert known_rates(c, "2t2r")[-1].doubt == "extrapolated"


def test_a_count_that_excludes_an_estimate_leads_and_the_estimate_is_no_result():
    c = with_estimates(condition(ber_2t2r=counted(50, 1000)), "2t2r", 1e-6, 1e-6)
    assert order(c) == ["counted", "estimated"]
    assert known_rates(c, "2t2r")[1].doubt == "excluded by the count"
    assert rates_of(c).source.startswith("counted")
    assert "upper end of 0.06" in _missed(Targets(ber_2t2r_below=1e-4), c)[0]


def test_rates_with_an_ideal_comparator_are_in_a_list_of_their_own():
    c = condition(
        ber_1t1r=counted(0, 600, IDEAL),
        ber_1t1r_lognormal=law(1e-22, 1e-25, 1e-19, "extrapolated: ideal comparator"),
        ber_2t2r=counted(0, 300),
    )
    assert best_rate(c, "1t1r") is None
    assert order(c, "1t1r", ideal=True) == ["counted", "extrapolated"]
    assert order(c, "2t2r", ideal=True) == []
    assert rates_of(c, "best", "1t1r").ideal
    assert not rates_of(c).ideal


def test_the_law_of_1t1r_has_the_amplifiers_offset_like_that_of_2t2r():
    laws = {
        "lrs": Distribution(median=5e3, sigma_ln=0.1, quantiles={}, samples=1000),
        "hrs": Distribution(median=5e4, sigma_ln=0.4, quantiles={}, samples=1000),
        "sense_offset": SenseOffset(sigma_ln=0.3, standard_error=0.01, samples=600),
    }
    one = best_rate(condition(**laws), "1t1r")
    assert one.doubt == "extrapolated"
    # D = ln 10, t = hypot(σ, 0.3): Q(2.3026 / (0.3162 + 0.5)) = Q(2.8209)
    assert one.rate.best == pytest.approx(stats.norm.sf(2.8209), rel=1e-3)


def test_a_law_is_no_result_and_no_target_is_met_by_it():
    c = condition(ber_2t2r_lognormal=law(1e-12, 1e-13, 1e-11))
    assert _missed(Targets(ber_2t2r_below=1e-4), c) == ["`ber_2t2r_below` is 0.0001, found nothing"]
    with pytest.raises(InputError, match="has no `ber_2t2r`"):
        rates_of(c)


def test_a_count_of_discards_alone_says_nothing():
    lost = counted(0, 10).model_copy(update={"discards": 10, "high": 1.0})
    assert best_rate(condition(ber_2t2r=lost), "2t2r") is None


def test_a_rate_without_the_estimates_behind_it_is_not_checked():
    c = condition(ber_2t2r_estimated=rate(1e-9), ber_2t2r=counted(0, 100))
    assert [known.doubt for known in known_rates(c, "2t2r")] == ["", "not checked"]
