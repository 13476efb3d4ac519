"""What predictions are worth: right, sure when right, unsure of what is of no class; over splits, with intervals."""

from dataclasses import dataclass

import numpy as np
from scipy.special import xlogy

from spicekit.network.mcmc.predict import auroc, calibration_of, reach_of

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Mean:
    """A mean over splits with its interval."""

    low: float
    mean: float
    high: float


def mean_of(of_splits: np.ndarray, overlap: float) -> Mean | None:
    """Return the mean of values (splits,), with an interval that allows for shared samples, as `predict.score` has it.

    None of fewer than two splits.
    """
    if len(of_splits) < 2:
        return None
    mean, reach = float(of_splits.mean()), reach_of(of_splits, overlap, CONFIDENCE)
    return Mean(mean - reach, mean, mean + reach)


def above_zero(of_splits: np.ndarray, overlap: float, most: float) -> Mean | None:
    """Return the same of values from 0 to `most`, where the interval ends."""
    found = mean_of(of_splits, overlap)
    return found and Mean(max(found.low, 0.0), found.mean, min(found.high, most))


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
