"""Which way is better: differences between ways that saw the same splits of talkers and the same chips."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from spicekit.network.intervals import none_changed, reach_of_crossed, reach_of_mean
from spicekit.network.oscillators.baselines import Baseline
from spicekit.network.oscillators.rates import CONFIDENCE
from spicekit.network.oscillators.vowels import Trial
from spicekit.page.numbers import minus

PAIRS = {
    ("online", "calibrated"): "currents tuned by the rule, less currents set by free frequencies",
    ("offline", "calibrated"): "map fitted to each chip, less the map of nominal devices; both calibrated",
    ("calibrated", "designed"): "currents set by free frequencies, less nothing learned on the chip",
    ("calibrated", "noisy"): "drawn devices, calibrated, less nominal devices",
    ("noisy", "perfect"): "nominal devices with thermal noise, less without",
}
"""Ways that are set against each other, and in words."""


@dataclass(frozen=True)
class Difference:
    """Test tokens right in one way less those in another, in points (hundredths of all tokens), 95 % intervals."""

    better: str  # which way would be better if the difference is positive
    than: str
    words: str
    points: float
    points_low: float  # these talkers, split anew, and other chips
    points_high: float
    points_low_of_other_talkers: float
    points_high_of_other_talkers: float
    splits: int
    chips: int

    @property
    def decided(self) -> bool:
        """Whether the interval for these talkers leaves out 0."""
        return self.points_low > 0 or self.points_high < 0

    @property
    def decided_for_other_talkers(self) -> bool:
        return self.points_low_of_other_talkers > 0 or self.points_high_of_other_talkers < 0

    @property
    def verdict(self) -> str:
        """What the intervals say, in words: no difference is seen if that for these talkers holds 0."""
        if not self.decided:
            return "no difference seen"
        said = "better" if self.points > 0 else "worse"
        return said if self.decided_for_other_talkers else f"{said} for these talkers, others unsure"


def differences_of(
    trials: dict[str, Trial], baselines: Sequence[Baseline], test_over_training: float, tested: int
) -> tuple[Difference, ...]:
    """Return all `PAIRS`, and online less each of `baselines`; see `difference`."""
    found = [
        difference(better, than, words, trials[better].test, trials[than].test, test_over_training, tested)
        for (better, than), words in PAIRS.items()
    ]
    for usual in baselines:
        words = f"currents tuned by the rule, less {usual.name}"
        online = trials["online"].test
        found.append(difference("online", usual.name, words, online, usual.test, test_over_training, tested))
    return tuple(found)


def difference(
    better: str, than: str, words: str, first: np.ndarray, second: np.ndarray, test_over_training: float, tested: int
) -> Difference:  # fmt: skip
    """Return the mean of `first` less `second`, (splits, chips) each, with intervals.

    Chips that only one of them has are left out; without chips, (splits,) or (splits, 1), it is the same for all chips.

    The interval for these talkers is that of `rate_of`, of the differences: what splits and chips have in common is
    gone. Splits train and test on the same talkers again and again, so more of them do not make it one for other
    talkers: that adds the variance between splits times `test_over_training`, tokens in the test over those in the
    training (Nadeau and Bengio, Machine Learning 52, 239, 2003). Where all differences are alike, others may lie as far
    from them as `none_changed` says of the `tested` tokens.
    """
    first, second = (np.asarray(rates, float).reshape(len(rates), -1) for rates in (first, second))
    chips = {rates.shape[1] for rates in (first, second)} - {1}
    shared = min(chips, default=1)
    points = 100 * (first[:, :shared] - second[:, :shared])
    mean = float(points.mean())
    of_splits, of_chips = points.mean(axis=1), points.mean(axis=0)
    own = reach_of_crossed((of_splits, of_chips), CONFIDENCE) or 100 * none_changed(tested, CONFIDENCE)
    between = reach_of_mean(of_splits, CONFIDENCE)
    half = float(np.sqrt(own**2 + test_over_training * len(points) * between**2))
    return Difference(
        better, than, words, mean, mean - own, mean + own, mean - half, mean + half, *points.shape
    )


def signed(points: float) -> str:
    """Return points with their sign, which zero has as +0.0."""
    return minus(f"{round(points, 1) + 0.0:+.1f}")


def interval(low: float, high: float) -> str:
    """Return ends in points, with their signs."""
    return f"{signed(low)} … {signed(high)}"


def answer(online: Difference) -> str:
    """Return whether tuning the currents online is better than setting them by the free frequencies."""
    asked = (
        "Is it better to tune the currents by the measured states than to set them by the free frequencies? "
    )
    found = f"{signed(online.points)} points ({interval(online.points_low, online.points_high)})"
    if online.decided:
        return f"{asked}{'Yes' if online.points > 0 else 'No'}: {found} more test tokens right; {online.verdict}."
    most = max(abs(online.points_low), abs(online.points_high))
    return (
        f"{asked}Not seen: {found} more test tokens right, and the interval holds 0. If there is a difference for "
        f"these talkers, it is below {most:.1f} points at {CONFIDENCE:.0%} confidence."
    )
