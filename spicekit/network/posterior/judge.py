"""What predictions are worth: right, sure when right, unsure of what is of no class; over splits, with intervals."""

from dataclasses import dataclass

import numpy as np
from scipy.special import xlogy

from spicekit.network.intervals import reach_of_mean, share_interval
from spicekit.network.mcmc.predict import auroc, calibration_of

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Mean:
    """A mean over splits with its interval."""

    low: float
    mean: float
    high: float


def mean_of(of_splits: np.ndarray, overlap: float, alike: float = 0.0) -> Mean | None:
    """Return the mean of values (splits,), with an interval that allows for shared samples, as `predict.score` has it.

    None of fewer than two splits, and of values that are all alike if it is not said how far others may be.

    Args:
        alike: how far, where all are.
    """
    if len(of_splits) < 2:
        return None
    mean, reach = float(of_splits.mean()), reach_of_mean(of_splits, CONFIDENCE, overlap) or alike
    return Mean(mean - reach, mean, mean + reach) if reach else None


def share_of(of_splits: np.ndarray, overlap: float, tested: int) -> Mean | None:
    """Return the same of shares, whose interval is Wilson's of the `tested` samples where all splits are alike."""
    if len(of_splits) < 2:
        return None
    mean = float(of_splits.mean())
    low, high = share_interval(mean, reach_of_mean(of_splits, CONFIDENCE, overlap), tested, CONFIDENCE)
    return Mean(low, mean, high)


@dataclass(frozen=True)
class Said:
    """What the models of a split say of its samples."""

    probability: np.ndarray  # (samples, classes), mean over models
    doubt: np.ndarray  # (samples,), bit: entropy of that mean
    disagreement: np.ndarray  # (samples,), bit: doubt less the mean of the models' own entropies


def said_of(each: np.ndarray) -> Said:
    """Return the vote of models that say probabilities (models, samples, classes)."""
    mean = each.mean(axis=0)
    doubt = _entropy(mean)
    return Said(mean, doubt, doubt - _entropy(each).mean(axis=0))


def _entropy(probability: np.ndarray) -> np.ndarray:
    return -xlogy(probability, probability).sum(axis=-1) / np.log(2)


@dataclass(frozen=True)
class Judged:
    """How good predictions are, split by split."""

    right: np.ndarray  # (splits,), share of test samples that are right
    log_loss: np.ndarray  # (splits,), nat per sample
    told: dict[str, np.ndarray]  # (splits,) by kind of strange samples: area under the curve by doubt
    told_by_disagreement: dict[str, np.ndarray]  # the same by disagreement; empty where one model speaks
    calibration: tuple[tuple[float, float, int], ...]  # (mean sureness, share right, samples) of each bin
    calibration_error: float  # mean distance of the two, weighted by samples


def judged(tests: list[Said], labels: np.ndarray, strange: dict[str, list[Said]], several: bool) -> Judged:
    """Return what is said of `tests` and of `strange` samples is worth, both by split; labels (splits, samples).

    `several`: more than one model speaks.
    """
    sure = np.array([said.probability.max(axis=-1) for said in tests])
    right = np.array([said.probability.argmax(axis=-1) for said in tests]) == labels
    truth = [
        np.take_along_axis(said.probability, y[:, None], -1) for said, y in zip(tests, labels, strict=True)
    ]
    bins = calibration_of(sure.ravel(), right.ravel())
    told = {
        measure: {
            kind: np.array(
                [auroc(getattr(a, measure), getattr(b, measure)) for a, b in zip(tests, others, strict=True)]
            )
            for kind, others in strange.items()
        }
        for measure in ("doubt", "disagreement")
    }
    return Judged(
        right.mean(axis=1),
        np.array([-np.log(np.maximum(p, 1e-12)).mean() for p in truth]),
        told["doubt"],
        told["disagreement"] if several else {},
        bins,
        float(sum(size * abs(said - seen) for said, seen, size in bins) / labels.size),
    )
