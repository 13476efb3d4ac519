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
    # ln(1 + e^x) without overflow, and at a third of the cost of logaddexp
    wrong = np.where(labels > 0, -score, score)
    return -(np.maximum(wrong, 0) + np.log1p(np.exp(-np.abs(wrong)))).sum(axis=-1)
