"""Models whose posterior is sampled: logistic regression, and a network with one hidden layer."""

from dataclasses import dataclass
from typing import Any

import numpy as np

_PARTS = 4  # of the samples, whose factors of a likelihood are multiplied


@dataclass(frozen=True)
class Model:
    """A classifier of two classes; `hidden` 0 is logistic regression, else so many tanh neurons in one layer.

    Inputs come with a constant as their last feature, which stands for the bias.
    """

    features: int  # with the constant
    hidden: int = 0

    @property
    def parameters(self) -> int:
        """How many parameters: weights into each neuron, then one out of each and a bias."""
        return self.features if not self.hidden else self.hidden * (self.features + 1) + 1

    def score(self, w: Any, inputs: Any, np: Any = np) -> Any:
        """Return the log-odds (…, samples) of class 1; w is (…, parameters), inputs (…, samples, features).

        `np` is NumPy, or a module with the same functions.
        """
        if not self.hidden:
            return (inputs @ w[..., None])[..., 0]
        first = self.hidden * self.features
        into = w[..., :first].reshape(*w.shape[:-1], self.hidden, self.features)
        neurons = np.tanh(inputs @ np.swapaxes(into, -1, -2))
        return (neurons @ w[..., first:-1, None])[..., 0] + w[..., -1:]


def log_likelihood(model: Model, inputs: np.ndarray, labels: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Return ln of the probability (chains,) of labels (chains, samples) of 0 and 1, each chain with its own data."""
    score = model.score(w, inputs)
    return log_likelihood_of(np.where(labels > 0, -score, score))


def log_likelihood_of(wrong: np.ndarray) -> np.ndarray:
    """Return ln of the probability (chains,) of labels whose wrong class has the log-odds (chains, samples)."""
    return log_likelihood_of_parts(in_parts(wrong, -np.inf))


def in_parts(of_samples: np.ndarray, fill: float) -> np.ndarray:
    """Return (chains, samples) as (parts, chains, places); `fill` stands where no sample is left."""
    chains, samples = of_samples.shape
    places = -(-samples // _PARTS)
    found = np.full((chains, _PARTS * places), fill)
    found[:, :samples] = of_samples
    return np.ascontiguousarray(found.reshape(chains, _PARTS, places).swapaxes(0, 1))


def log_likelihood_of_parts(wrong: np.ndarray, scratch: np.ndarray | None = None) -> np.ndarray:
    """Return ln of the probability (chains,) of labels whose wrong class has the log-odds (parts, chains, places).

    That is minus the sum of ln(1 + e^x). A logarithm costs more than a product, so it is taken of products of one
    factor 1 + e^x of each part. `scratch` is overwritten, if it is given, with the factors.
    """
    with np.errstate(over="ignore"):
        factors = np.exp(wrong, out=scratch)
        factors += 1
        found = -np.log(np.multiply.reduce(factors, axis=0)).sum(axis=-1)
    known = np.isfinite(found)
    if not known.all():  # a product is beyond all numbers: such chains factor by factor
        found[~known] = -np.logaddexp(0, wrong[:, ~known]).sum(axis=(0, -1))
    return found
