"""How good decisions are: accuracy over the groups that were left out, and whether probabilities mean what they say."""

from dataclasses import dataclass

import numpy as np

from spicekit.network.bayes.task import Task
from spicekit.network.intervals import reach_of_mean, share_interval

CONFIDENCE = 0.95
_BINS = 10


@dataclass(frozen=True)
class Accuracy:
    """Share of samples that are right, by chip and group."""

    of: np.ndarray  # (chips, groups)
    tested: int  # samples

    @property
    def of_groups(self) -> np.ndarray:
        """Mean over chips, (groups,)."""
        return self.of.mean(axis=0)

    @property
    def mean(self) -> float:
        """Mean over groups and chips: each person counts alike, however many samples there are of them."""
        return float(self.of.mean())

    @property
    def interval(self) -> tuple[float, float]:
        """Student's interval of the mean over groups; that of chips is far smaller."""
        return share_interval(self.mean, reach_of_mean(self.of_groups, CONFIDENCE), self.tested, CONFIDENCE)

    @property
    def band(self) -> tuple[float, float]:
        """Range that holds nine of ten chips, each over all groups."""
        low, high = np.quantile(self.of.mean(axis=1), [0.05, 0.95])
        return float(low), float(high)

    @property
    def chips(self) -> int:
        """How many chips."""
        return len(self.of)


@dataclass(frozen=True)
class Score:
    """What posteriors are worth."""

    accuracy: Accuracy
    recall: float  # share right of each class, mean over classes: what a frequent class does not decide
    calibration: tuple[
        tuple[float, float, float], ...
    ]  # (mean probability, share right, share of samples) of bins
    brier: float  # mean over samples of the squared distance of the posterior from the truth, 0 ... 2

    @property
    def calibration_error(self) -> float:
        """Mean distance of the probability of the decision from the share that is right."""
        return float(sum(share * abs(said - seen) for said, seen, share in self.calibration))


def accuracy_of(right: np.ndarray, task: Task) -> Accuracy:
    """Return the accuracy of decisions that are right or not, bool (chips, tested samples)."""
    groups = task.groups[task.tested]
    return Accuracy(
        np.stack([right[:, groups == one].mean(axis=1) for one in range(len(task.group_names))], axis=1),
        len(groups),
    )


def score_of(posterior: np.ndarray, task: Task) -> Score:
    """Return what posteriors (chips, tested samples, classes) are worth; of equal ones the first class is taken."""
    labels = task.labels[task.tested]
    decisions = posterior.argmax(axis=2)
    right = decisions == labels
    said = posterior.max(axis=2)
    place = np.minimum((said * _BINS).astype(int), _BINS - 1)
    bins = tuple(
        (float(said[place == b].mean()), float(right[place == b].mean()), float((place == b).mean()))
        for b in range(_BINS)
        if (place == b).any()
    )
    truth = np.eye(len(task.classes))[labels]
    brier = float(np.mean([((one - truth) ** 2).sum(axis=1).mean() for one in posterior]))
    recall = float(np.mean([right[:, labels == k].mean() for k in np.unique(labels)]))
    return Score(accuracy_of(right, task), recall, bins, brier)
