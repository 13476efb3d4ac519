"""How likely the data are under a model of which a block is tried at a time."""

from typing import Protocol

import numpy as np

from spicekit.network.mcmc.models import log_likelihood_of
from spicekit.network.mcmc.target import LogLikelihood


class Evidence(Protocol):
    """What a sampler asks of the data, for all chains at once; everything is ln of a likelihood, (chains,)."""

    def start(self, parameters: np.ndarray) -> np.ndarray:
        """Begin with these parameters (chains, n)."""
        ...

    def tried(self, block: np.ndarray, first: int) -> np.ndarray:
        """Try others (chains, size) from parameter `first` on; what is beyond the last one is left out."""
        ...

    def settle(self, accepted: np.ndarray) -> None:
        """Keep what was tried where it was accepted."""
        ...


class Whole:
    """The evidence of any function of all parameters."""

    def __init__(self, likelihood: LogLikelihood) -> None:
        self._likelihood = likelihood

    def start(self, parameters: np.ndarray) -> np.ndarray:
        """As `Evidence`."""
        self._now = parameters
        return self._likelihood(parameters)

    def tried(self, block: np.ndarray, first: int) -> np.ndarray:
        """As `Evidence`."""
        self._next = self._now.copy()
        place = slice(first, first + block.shape[1])
        self._next[:, place] = block[:, : self._next[:, place].shape[1]]
        return self._likelihood(self._next)

    def settle(self, accepted: np.ndarray) -> None:
        """As `Evidence`."""
        self._now = np.where(accepted[:, None], self._next, self._now)


class Linear:
    """The evidence of logistic regression: a block changes the scores by its own inputs alone."""

    def __init__(self, inputs: np.ndarray, labels: np.ndarray) -> None:
        # (chains, n, samples), so that a product with them is the score of the wrong class
        self._inputs = np.where(labels > 0, -1.0, 1.0)[:, None] * inputs.swapaxes(1, 2)
        self._parts: dict[int, np.ndarray] = {}

    def start(self, parameters: np.ndarray) -> np.ndarray:
        """As `Evidence`."""
        self._now = parameters.copy()
        self._wrong = (parameters[:, None] @ self._inputs)[:, 0]
        return log_likelihood_of(self._wrong)

    def tried(self, block: np.ndarray, first: int) -> np.ndarray:
        """As `Evidence`."""
        self._place = slice(first, first + block.shape[1])
        before = self._now[:, self._place]
        self._block = block[:, : before.shape[1]]
        if first not in self._parts:
            self._parts[first] = np.ascontiguousarray(self._inputs[:, self._place])
        self._next = self._wrong + ((self._block - before)[:, None] @ self._parts[first])[:, 0]
        return log_likelihood_of(self._next)

    def settle(self, accepted: np.ndarray) -> None:
        """As `Evidence`."""
        self._wrong[accepted] = self._next[accepted]
        self._now[accepted, self._place] = self._block[accepted]
