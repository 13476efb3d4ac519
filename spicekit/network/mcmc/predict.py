"""Predictions of a posterior sample: models vote with the weight of their counters, and may disagree."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, xlogy

from spicekit.block import clopper_pearson
from spicekit.network.intervals import none_changed, reach_of_mean, share_interval
from spicekit.network.mcmc.models import Model

_BINS = 10


@dataclass(frozen=True)
class Votes:
    """What the models of each array say of each sample."""

    probability: np.ndarray  # (chains, samples), of class 1
    disagreement: np.ndarray  # (chains, samples), bit: mutual information of label and model


def vote(model: Model, parameters: np.ndarray, inputs: np.ndarray) -> Votes:
    """Return the vote of models (chains, models, n) on (chains, samples, features).

    Disagreement is the entropy of the mean less the mean of the entropies (Houlsby et al., arXiv 1112.5745).
    """
    probability, disagreement = [], []
    for w, x in zip(parameters, inputs, strict=True):
        each = expit(model.score(w, x[None]))  # (models, samples)
        mean = each.mean(axis=0)
        probability.append(mean)
        disagreement.append(entropy(mean) - entropy(each).mean(axis=0))
    return Votes(np.array(probability), np.array(disagreement))


def entropy(p: np.ndarray) -> np.ndarray:
    """Return the entropy [bit] of a choice with probability `p`."""
    return -(xlogy(p, p) + xlogy(1 - p, 1 - p)) / np.log(2)


@dataclass(frozen=True)
class Score:
    """How good predictions are over splits."""

    of_splits: np.ndarray  # (splits,), share of test samples that are right
    interval: tuple[float, float]
    confidence: float
    log_loss: float  # nat per sample, mean over splits
    calibration: tuple[
        tuple[float, float, int], ...
    ]  # (mean probability, share of class 1, samples) of each bin
    calibration_error: float  # mean distance of the two, weighted by samples
    tested: int  # samples that are in the test of any split, each counted once

    @property
    def mean(self) -> float:
        """Mean accuracy over splits."""
        return float(self.of_splits.mean())


def score(probability: np.ndarray, labels: np.ndarray, overlap: float, confidence: float = 0.95) -> Score:
    """Return what probabilities of class 1, (splits, samples), are worth.

    The interval allows for splits that share samples (`reach_of_mean`); `overlap` is test/training, 0 where the splits
    are independent. Of splits that are all alike it is Wilson's of the samples that were tested, of one split that of
    its samples (Clopper and Pearson).
    """
    correct = (probability > 0.5) == (labels > 0)
    right = correct.mean(axis=1)
    tested = tested_in(labels, overlap)
    if len(right) > 1:
        reach = reach_of_mean(right, confidence, overlap)
        low, high = share_interval(float(right.mean()), reach, tested, confidence)
    else:
        low, _, high = clopper_pearson(correct.size, int(correct.sum()), confidence=confidence)
    safe = np.clip(np.where(labels > 0, probability, 1 - probability), 1e-12, 1)
    bins = calibration_of(probability.ravel(), labels.ravel())
    error = sum(size * abs(said - seen) for said, seen, size in bins) / labels.size
    return Score(
        right, (float(low), float(high)), confidence,
        float(-np.log(safe).mean()), bins, float(error), tested,
    )  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """How much more of the test samples one way to learn gets right than another, on the same splits, from -1 to 1."""

    low: float
    mean: float
    high: float


def difference(one: Score, other: Score, overlap: float) -> Difference | None:
    """Return one less other, paired by the splits that both learned, with the interval of `score`.

    None if fewer than two splits are common. Where all differ alike, others may by as much as `none_changed` says.
    """
    common = min(len(one.of_splits), len(other.of_splits))
    if common < 2:
        return None
    apart = one.of_splits[:common] - other.of_splits[:common]
    mean, reach = float(apart.mean()), reach_of_mean(apart, one.confidence, overlap)
    reach = reach or none_changed(min(one.tested, other.tested), one.confidence)
    return Difference(mean - reach, mean, mean + reach)


def tested_in(labels: np.ndarray, overlap: float) -> int:
    """Return how many different samples the tests of splits may hold, whose labels are (splits, samples)."""
    splits, samples = labels.shape
    return round(samples * min(splits, 1 + 1 / overlap if overlap else np.inf))


def calibration_of(probability: np.ndarray, labels: np.ndarray) -> tuple[tuple[float, float, int], ...]:
    """Return (mean probability, share of class 1, samples) of each of ten equal bins that is not empty."""
    place = np.minimum((probability * _BINS).astype(int), _BINS - 1)
    found = ((probability[place == b], labels[place == b]) for b in range(_BINS))
    return tuple((float(p.mean()), float(seen.mean()), len(p)) for p, seen in found if len(p))


def told(model: Model, parameters: np.ndarray, tests: np.ndarray, strange: np.ndarray) -> float:
    """Return how well the disagreement of models (chains, models, n) tells strange samples from test samples: `auroc`.

    Both are (splits, samples, features); there may be fewer chains than splits.
    """
    known, other = (vote(model, parameters, x[: len(parameters)]).disagreement for x in (tests, strange))
    return auroc(known, other)


def auroc(known: np.ndarray, strange: np.ndarray) -> float:
    """Return the probability that a strange sample has the larger value than a known one (Mann and Whitney's U)."""
    from scipy.stats import rankdata  # here, as it takes long to load

    ranks = rankdata(np.concatenate([known.ravel(), strange.ravel()]))[known.size :]
    return float((ranks.sum() - strange.size * (strange.size + 1) / 2) / known.size / strange.size)
