"""How often chips are right, and what that says of other chips, of other test samples and of other trainings."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from spicekit.network.bnn.trainings import Trainings
from spicekit.network.intervals import none_changed, reach_of_crossed, reach_of_mean, wilson


@dataclass(frozen=True)
class Accuracy:
    """Accuracy of one network over chips, which all see the same test samples."""

    of_chips: np.ndarray  # (chips,)
    flipped: np.ndarray  # (chips,), weights that stood wrong
    right: np.ndarray  # (samples,), share of the chips that get each right
    right_before: np.ndarray  # (samples,), whether the network without errors does
    confidence: float = 0.95
    trainings: Trainings | None = None  # of the network from other seeds; None: not known

    @property
    def samples(self) -> int:
        """Test samples."""
        return len(self.right)

    @property
    def mean(self) -> float:
        """Mean over chips."""
        return float(self.of_chips.mean())

    @property
    def without_errors(self) -> float:
        """Accuracy of the network without errors, on the same samples."""
        return float(self.right_before.mean())

    @property
    def interval(self) -> tuple[float, float]:
        """Interval of the mean over chips, test samples and, if known, trainings. One chip: 0 ... 1.

        Student's reaches of the mean over chips and over samples add up in squares, as of two crossed random effects
        (what belongs to both is counted twice, which is on the safe side). Wilson's form for a share, with as many
        samples as would have that reach: where every sample is right on every chip they still leave something open.
        The reach of trainings, a third effect of which there is one level here, adds to both sides in squares.
        """
        if len(self.of_chips) < 2:
            return 0.0, 1.0
        p, z = float(np.clip(self.mean, 0, 1)), float(ndtri((1 + self.confidence) / 2))
        half = reach_of_crossed((self.of_chips, self.right), self.confidence)
        n = p * (1 - p) * (z / half) ** 2 if half and 0 < p < 1 else self.samples
        low, high = wilson(p, n, self.confidence)
        trained = 0.0
        if self.trainings is not None:
            trained = self.trainings.reach(self.confidence, self.without_errors, self.mean)
        return max(p - math.hypot(p - low, trained), 0.0), min(p + math.hypot(high - p, trained), 1.0)

    @property
    def others(self) -> str:
        """What `interval` is for, in words."""
        if self.trainings is None:
            return "other chips and other test samples, not for other trainings"
        return "other chips, other test samples and other trainings, the mean over all of them"

    @property
    def interval_of_chips(self) -> tuple[float, float]:
        """Student's interval of the mean for other chips on these test samples; one chip has none: 0 ... 1.

        Where chips with wrong weights are all alike, as far as `loss` reaches.
        """
        if len(self.of_chips) < 2:
            return 0.0, 1.0
        half = reach_of_mean(self.of_chips, self.confidence) or self._reach_of_none()
        return max(self.mean - half, 0.0), min(self.mean + half, 1.0)

    @property
    def loss(self) -> tuple[float, float, float]:
        """Low, mean and high of the accuracy that errors cost, for other chips and test samples.

        Sample by sample, on the same samples: whether the network itself is right or wrong on them is not in it. Where
        no sample changes on any chip though weights are wrong, others may: the upper end of Wilson's interval of none.
        Without a wrong weight none can. One chip: the mean alone, between -1 and 1.
        """
        mean = self.without_errors - self.mean
        if len(self.of_chips) < 2:
            return -1.0, mean, 1.0
        changed = self.right_before - self.right
        half = reach_of_crossed((self.of_chips, changed), self.confidence) or self._reach_of_none()
        return mean - half, mean, mean + half

    @property
    def band(self) -> tuple[float, float]:
        """Range that holds 90 % of the chips."""
        low, high = np.quantile(self.of_chips, [0.05, 0.95])
        return float(low), float(high)

    def _reach_of_none(self) -> float:
        """Return the share of samples that wrong weights may change where none changed; 0 without a wrong weight."""
        return none_changed(self.samples, self.confidence) if self.flipped.any() else 0.0
