"""Likelihood tables of a naive Bayes model: how likely is an observation of a feature in each class."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from spicekit.errors import InputError

Scaling = Literal["observation", "table"]
SCALINGS: tuple[Scaling, ...] = ("observation", "table")


@dataclass(frozen=True)
class Tables:
    """P(observation | class) of each feature, the prior, and where the bins of each feature are parted.

    Raises:
        InputError: at construction, for likelihoods below zero, not finite, or zero for every observation of a class.
    """

    likelihoods: np.ndarray  # (features, bins, classes)
    prior: np.ndarray  # (classes,)
    edges: np.ndarray  # (features, bins - 1), rising; of observations that are no numbers, unused

    def __post_init__(self) -> None:
        found = self.likelihoods
        if not (np.isfinite(found).all() and (found >= 0).all()):
            raise InputError("likelihoods: some are below zero or not finite, expected probabilities")
        empty = np.argwhere(~(found > 0).any(axis=1))
        if len(empty):
            feature, one = empty[0]
            raise InputError(
                f"likelihoods of feature {feature} are zero everywhere in class {one}: no observation could come from "
                "it; expected one above zero at least"
            )
        if not ((self.prior > 0).all() and np.isfinite(self.prior).all()):
            raise InputError(
                f"`prior` is {self.prior.tolist()}, expected a probability above zero for each class"
            )

    @property
    def shape(self) -> tuple[int, int, int]:
        """How many features, bins and classes."""
        features, bins, classes = self.likelihoods.shape
        return features, bins, classes

    def observe(self, features: np.ndarray) -> np.ndarray:
        """Return the bins (samples, features) in which values (samples, features) fall."""
        columns = [np.searchsorted(e, x, side="right") for e, x in zip(self.edges, features.T, strict=True)]
        return np.stack(columns, axis=1)

    def joint(self) -> np.ndarray:
        """Return the tables as the machine stores them, (features, bins, classes): the first one holds the prior too.

        So the product over features is that of likelihoods and prior, without a word more.
        """
        found = self.likelihoods.copy()
        found[0] *= self.prior
        return found


def learn_tables(features: np.ndarray, labels: np.ndarray, classes: int, bins: int) -> Tables:
    """Return tables from samples: bins of equal counts, one sample more in each bin (Laplace's rule of succession).

    Args:
        features, labels: (samples, features), (samples,).

    Raises:
        InputError: a class without samples.
    """
    counts = np.bincount(labels, minlength=classes)
    if not counts.all():
        raise InputError(
            f"class {int(np.argmin(counts))} has no training samples (counts {counts.tolist()}): its likelihoods are "
            "unknown"
        )
    edges = np.quantile(features, np.arange(1, bins) / bins, axis=0).T
    found = np.ones((features.shape[1], bins, classes))
    for table, e, x in zip(found, edges, features.T, strict=True):
        np.add.at(table, (np.searchsorted(e, x, side="right"), labels), 1)
    return Tables(found / found.sum(axis=1, keepdims=True), counts / counts.sum(), edges)


def scaled(tables: Tables, scaling: Scaling) -> np.ndarray:
    """Return joint tables with the largest entry at one, (features, bins, classes).

    "observation": of each observation over all classes, which is a factor that all classes share and no decision
    depends on, so that as many ones as possible come out of the AND gates. "table": of each feature as a whole.
    """
    found = tables.joint()
    largest = found.max(axis=2 if scaling == "observation" else (1, 2), keepdims=True)
    # an observation that no class allows says nothing
    return np.divide(found, largest, out=np.ones_like(found), where=largest > 0)


def log_posterior(tables: Tables, observed: np.ndarray) -> np.ndarray:
    """Return ln P(class | observations) in floating point, (samples, classes); `observed` as `Tables.observe` gives."""
    with np.errstate(divide="ignore"):
        logs = np.log(tables.joint())
    total = np.zeros((len(observed), tables.shape[2]))
    for table, bins in zip(logs, observed.T, strict=True):
        total += table[bins]
    return normalized(total)


def normalized(logs: np.ndarray) -> np.ndarray:
    """Return logarithms (..., classes) less that of their sum; where all are -inf, of equal shares."""
    top = logs.max(axis=-1, keepdims=True)
    found = np.where(np.isfinite(top), logs, 0.0) - np.where(np.isfinite(top), top, 0.0)
    return found - np.log(np.exp(found).sum(axis=-1, keepdims=True))
