"""What usual classifiers make of the same features and groups."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from spicekit.network.bayes.score import Score, score_of
from spicekit.network.bayes.task import Fold, Task

_WEIGHT_BITS = 8
_PENALTY = 1e-2  # of the weights' squares
_LOOKS = 400_000  # at training samples, of a perceptron: fewer passes where there are many


@dataclass(frozen=True)
class Baseline:
    """One classifier, each group left out in turn."""

    name: str
    parameters: int
    score: Score


def baselines(task: Task, folds: Sequence[Fold], memory_bits: int, seed: int) -> tuple[Baseline, ...]:
    """Return normal naive Bayes, logistic regression, and a perceptron whose weights of 8 bits fill as much memory."""
    from sklearn.linear_model import LogisticRegression  # seconds to import, so only when asked for
    from sklearn.naive_bayes import GaussianNB
    from sklearn.neural_network import MLPClassifier

    features, classes = _inputs(task, folds[0]).shape[1], len(task.classes)
    hidden = max(1, (memory_bits // _WEIGHT_BITS - classes) // (features + 1 + classes))

    def perceptron(samples: int) -> Any:
        passes = int(np.clip(_LOOKS // samples, 10, 300))
        return MLPClassifier((hidden,), max_iter=passes, alpha=_PENALTY, random_state=seed)

    wide = hidden * (features + 1) + classes * (hidden + 1)
    tried: tuple[tuple[str, int, Callable[[int], Any]], ...] = (
        ("naive Bayes, normal laws, floating point", 2 * features * classes, lambda _: GaussianNB()),
        (
            "logistic regression, floating point",
            classes * (features + 1),
            lambda _: LogisticRegression(C=1 / _PENALTY, max_iter=1000),
        ),
        (f"perceptron, {hidden} hidden, weights of 8 bits", wide, perceptron),
    )
    return tuple(Baseline(name, size, _scored(task, folds, make)) for name, size, make in tried)


def _scored(task: Task, folds: Sequence[Fold], make: Callable[[int], Any]) -> Score:
    from sklearn.exceptions import ConvergenceWarning

    number = np.cumsum(task.tested) - 1
    posterior = np.zeros((1, int(task.tested.sum()), len(task.classes)))
    for group, fold in enumerate(folds):
        inputs = _inputs(task, fold)
        train = task.groups != group
        mean, std = inputs[train].mean(axis=0), inputs[train].std(axis=0)
        x = (inputs - mean) / np.where(std > 0, std, 1)
        model = make(int(train.sum()))
        with warnings.catch_warnings(), threadpool_limits(1):  # matrices are small
            warnings.simplefilter("ignore", ConvergenceWarning)  # where it stops is what is judged
            model.fit(x[train], task.labels[train])
        if hasattr(model, "coefs_"):
            model.coefs_ = [_rounded(w) for w in model.coefs_]
            model.intercepts_ = [_rounded(w) for w in model.intercepts_]
        found = np.zeros((len(fold.samples), len(task.classes)))
        found[:, model.classes_] = model.predict_proba(x[fold.samples])
        posterior[0, number[fold.samples]] = found
    return score_of(posterior, task)


def _inputs(task: Task, fold: Fold) -> np.ndarray:
    """Return features (samples, n) as a classifier takes them: observations without an order as a column each."""
    used = task.features[:, fold.columns]
    if task.known is None:
        return used
    return (used[:, :, None] == np.arange(task.bins)).reshape(len(used), -1).astype(float)


def _rounded(weights: np.ndarray) -> np.ndarray:
    step = max(np.abs(weights).max(), 1e-12) / ((1 << (_WEIGHT_BITS - 1)) - 1)
    return np.rint(weights / step) * step
