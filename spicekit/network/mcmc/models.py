"""Models whose posterior is sampled: logistic regression, and a network with one hidden layer."""

from dataclasses import dataclass
from typing import Any

import numpy as np


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
    """Return ln of the probability (…,) of labels whose wrong class has the log-odds (…, samples)."""
    size = np.abs(wrong)
    # ln(1 + e^x) without overflow; the logarithm of a product of up to 512 factors between 1 and 2, not of each factor
    factors = np.multiply.reduceat(1 + np.exp(-size), range(0, wrong.shape[-1], 512), axis=-1)
    return -((wrong + size).sum(axis=-1) / 2 + np.log(factors).sum(axis=-1))
