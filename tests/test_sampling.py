"""Drawing, counting and extrapolating, against scipy and closed forms."""

import numpy as np
import pytest
from scipy import stats

from spicekit.sampling import lognormal
from spicekit.sampling.counts import Counts, error_probability
from spicekit.sampling.normals import named_normals, standard_normals


def test_a_sample_depends_on_seed_name_and_number_alone():
    twenty = standard_normals(1, "noise", 0, 20, 7)
    assert np.array_equal(standard_normals(1, "noise", 0, 10, 7), twenty[:10])
    assert np.array_equal(standard_normals(1, "noise", 13, 17, 7), twenty[13:17])
    assert not np.array_equal(standard_normals(2, "noise", 0, 20, 7), twenty)
    assert not np.array_equal(standard_normals(1, "other noise", 0, 20, 7), twenty)


def test_a_named_coordinate_depends_on_no_other_one():
    whole = named_normals(1, ["a", "b", "c"], 0, 200)
    assert np.array_equal(named_normals(1, ["c", "a"], 50, 131), whole[50:131][:, [2, 0]])
    assert np.array_equal(named_normals(1, ["b"], 63, 65), whole[63:65, 1:2])
    assert named_normals(1, ["b"], 5, 5).shape == (0, 1)
    assert not np.array_equal(named_normals(2, ["a"], 0, 200), whole[:, :1])


@pytest.mark.parametrize(
    "drawn",
    [
        standard_normals(3, "noise", 0, 4000, 5),
        named_normals(3, ["device.e_set", "device.e_reset", "left.device.e_set", "a", "b"], 0, 4000),
    ],
)
def test_samples_are_standard_normal_and_independent(drawn):
    assert stats.kstest(drawn.ravel(), "norm").pvalue > 1e-3
    correlation = np.corrcoef(drawn.T) - np.eye(5)
    assert np.abs(correlation).max() < 5 / np.sqrt(4000)
    assert abs(np.corrcoef(drawn[:-1, 0], drawn[1:, 0])[0, 1]) < 5 / np.sqrt(4000)  # neighbours


@pytest.mark.parametrize(("errors", "samples"), [(1, 1000), (7, 200), (50, 100), (99, 100)])
def test_the_interval_is_clopper_pearson(errors, samples):
    found = error_probability(Counts(samples, errors), "counted")
    reference = stats.binomtest(errors, samples).proportion_ci(0.95, method="exact")
    assert found.low == pytest.approx(reference.low, rel=1e-9)
    assert found.high == pytest.approx(reference.high, rel=1e-9)
    assert found.best == errors / samples


def test_zero_errors_are_a_bound_and_not_a_zero():
    found = error_probability(Counts(1000, 0), "counted")
    assert found.best is None
    assert found.low == 0
    # the rule of three, exactly: (1 - p)^1000 = 0.05
    assert found.high == pytest.approx(1 - 0.05 ** (1 / 1000), rel=1e-9)


def test_a_discard_counts_as_an_error_in_the_worst_case_alone():
    found = error_probability(Counts(100, 2, 3), "counted")
    assert found.best == 2 / 97
    assert found.low == pytest.approx(stats.binomtest(2, 100).proportion_ci(0.95, "exact").low)
    assert found.high == pytest.approx(stats.binomtest(5, 100).proportion_ci(0.95, "exact").high)
    assert error_probability(Counts(5, 0, 5), "counted").high == 1


def test_counts_add_up_and_refuse_nonsense():
    assert Counts(10, 1, 2) + Counts(5, 0, 1) == Counts(15, 1, 3)
    with pytest.raises(ValueError, match="not possible"):
        Counts(1, 1, 1)
    with pytest.raises(ValueError, match="no samples"):
        error_probability(Counts(), "counted")


@pytest.mark.parametrize(("single", "double"), [(1e-2, 5.0e-4), (1e-3, 6.2e-6), (1e-4, 7.2e-8)])
def test_lognormal_laws_agree_with_their_published_pairs(single, double):
    # equal sigmas: 1T1R Q(D/2s), 2T2R Q(D/(s sqrt 2)); pairs derived in closed form, two digits
    z = stats.norm.isf(single)
    quantiles = stats.norm.ppf((np.arange(20000) + 0.5) / 20000)
    quantiles /= quantiles.std(ddof=1)
    low, high = 8.0 + 0.3 * quantiles, 8.0 + 0.6 * z + 0.3 * quantiles
    assert lognormal.ber_1t1r(low, high) == pytest.approx(single, rel=1e-6)
    assert lognormal.ber_2t2r(low, high) == pytest.approx(double, rel=0.02)
    assert lognormal.equal_error_threshold(low, high) == pytest.approx(8.0 + 0.3 * z)


def test_the_bootstrap_interval_covers():
    # 40 repeats of 200 samples; truth Q(3 / sqrt(2)); a 90 % interval must cover most of them
    rng = np.random.default_rng(5)
    truth = stats.norm.sf(3 / np.sqrt(2))
    covered = 0
    for _ in range(40):
        found = lognormal.extrapolated(
            lognormal.ber_2t2r, rng.normal(0, 1, 200), rng.normal(3, 1, 200), "extrapolated", 0.9
        )
        covered += found.low <= truth <= found.high
    assert covered >= 30
