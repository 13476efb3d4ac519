"""How likely the data are under a model of which a block is tried at a time."""

from typing import Protocol

import numpy as np

from spicekit.network.mcmc.models import in_parts, log_likelihood_of_parts
from spicekit.network.mcmc.target import LogLikelihood


class Evidence(Protocol):
    """What a sampler asks of the data, for all chains at once; everything is ln of a likelihood, (chains,)."""

    def start(self, parameters: np.ndarray) -> np.ndarray:
        """Begin with these parameters (chains, n)."""
        ...

    def tried(self, before: np.ndarray, block: np.ndarray, first: int) -> np.ndarray:
        """Try `block` in place of `before`, both (chains, size), from parameter `first` on.

        What is beyond the last parameter is left out.
        """
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

    def tried(self, before: np.ndarray, block: np.ndarray, first: int) -> np.ndarray:  # noqa: ARG002
        """As `Evidence`."""
        self._next = self._now.copy()
        place = slice(first, first + block.shape[1])
        self._next[:, place] = block[:, : self._next[:, place].shape[1]]
        return self._likelihood(self._next)

    def settle(self, accepted: np.ndarray) -> None:
        """As `Evidence`."""
        self._now = np.where(accepted[:, None], self._next, self._now)


class Linear:
    """The evidence of logistic regression: a block changes the scores by its own inputs alone.

    Scores and inputs lie as `in_parts` lays them, (parts, chains, places): what is done to all of them runs over memory
    without gaps.
    """

    def __init__(self, inputs: np.ndarray, labels: np.ndarray) -> None:
        # so that a product with them is the score of the wrong class
        signed = np.where(labels > 0, -1.0, 1.0)[..., None] * inputs
        # (n, parts, chains, places)
        self._inputs = np.stack([in_parts(signed[..., k], 0.0) for k in range(inputs.shape[-1])])
        self._none = in_parts(
            np.zeros(labels.shape), -np.inf
        )  # the score where no sample is: sure to be right

    def start(self, parameters: np.ndarray) -> np.ndarray:
        """As `Evidence`."""
        self._wrong = self._none + np.einsum("cn,npcs->pcs", parameters, self._inputs)
        self._next, self._scratch = np.empty_like(self._wrong), np.empty_like(self._wrong)
        return log_likelihood_of_parts(self._wrong)

    def tried(self, before: np.ndarray, block: np.ndarray, first: int) -> np.ndarray:
        """As `Evidence`."""
        inputs = self._inputs[first : first + block.shape[1]]
        change = (block - before)[:, : len(inputs)]
        if len(inputs) == 1:
            np.multiply(change, inputs[0], out=self._next)
        else:
            np.einsum("cn,npcs->pcs", change, inputs, out=self._next)
        self._next += self._wrong
        return log_likelihood_of_parts(self._next, self._scratch)

    def settle(self, accepted: np.ndarray) -> None:
        """As `Evidence`."""
        self._wrong[:, accepted] = self._next[:, accepted]
