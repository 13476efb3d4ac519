"""A network with one hidden layer: its shape, what it says, and how its loss changes with its parameters."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Net:
    """Features, `hidden` tanh neurons, and one output of two classes or an output of each class if there are more.

    Inputs come with a constant as their last feature, which stands for the bias; the hidden layer gets one, too.
    """

    features: int  # with the constant
    hidden: int
    classes: int

    @property
    def outputs(self) -> int:
        """How many outputs: log-odds of class 1, or one score of each class."""
        return 1 if self.classes == 2 else self.classes

    @property
    def shapes(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Inputs and outputs of both layers, constants among the inputs."""
        return (self.features, self.hidden), (self.hidden + 1, self.outputs)

    @property
    def parameters(self) -> int:
        """How many parameters."""
        return sum(rows * columns for rows, columns in self.shapes)

    @property
    def layer(self) -> np.ndarray:
        """Layer of each parameter, (n,): 0 or 1."""
        return np.repeat([0, 1], [rows * columns for rows, columns in self.shapes])

    def parts(self, w: np.ndarray) -> list[np.ndarray]:
        """Return parameters (…, n) as both layers, (…, inputs, outputs)."""
        first = self.shapes[0][0] * self.shapes[0][1]
        pieces = w[..., :first], w[..., first:]
        return [
            piece.reshape(*w.shape[:-1], *shape) for piece, shape in zip(pieces, self.shapes, strict=True)
        ]

    def whole(self, parts: Sequence[np.ndarray]) -> np.ndarray:
        """Return both layers as parameters (…, n)."""
        return np.concatenate([part.reshape(*part.shape[:-2], -1) for part in parts], axis=-1)

    def scores(self, w: np.ndarray, inputs: np.ndarray, kept: np.ndarray | float = 1.0) -> np.ndarray:
        """Return outputs (…, samples, outputs) of parameters (…, n) for inputs (…, samples, features).

        `kept` are factors of the neurons, (…, samples, hidden), for dropout.
        """
        into, out = self.parts(w)
        return with_constant(np.tanh(inputs @ into) * kept) @ out

    def probabilities(self, scores: np.ndarray) -> np.ndarray:
        """Return the probability of each class, (…, classes), of outputs."""
        if self.outputs == 1:
            scores = np.concatenate([np.zeros_like(scores), scores], axis=-1)
        raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
        return raised / raised.sum(axis=-1, keepdims=True)


def with_constant(inputs: np.ndarray) -> np.ndarray:
    """Return inputs (…, n) with a constant behind them."""
    return np.concatenate([inputs, np.ones((*inputs.shape[:-1], 1), inputs.dtype)], axis=-1)


def slopes(
    net: Net,
    mean: np.ndarray,
    variance: np.ndarray | None,
    inputs: np.ndarray,
    truth: np.ndarray,
    noise: Sequence[np.ndarray],
    kept: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray | None]:
    """Return how minus ln of the likelihood, summed over samples, changes with means and variances of the parameters.

    Each sample meets parameters of its own: what comes into a neuron is normal, and is drawn as such (local
    reparametrization, Kingma et al., NeurIPS 2015).

    Args:
        mean, variance: (nets, n); a variance of None: the parameters are what their means say.
        inputs: (nets, samples, features).
        truth: (nets, samples, classes), 1 for the right class.
        noise: standard normal, (nets, samples, hidden) and (nets, samples, outputs); not used without variances.
        kept: (nets, samples, hidden), factors of dropout.

    Returns:
        Both as (nets, n).
    """
    into, out = net.parts(mean)
    spread = None if variance is None else net.parts(variance)
    first, first_std = _drawn(inputs, into, spread[0] if spread else None, noise[0] if noise else None)
    neurons = np.tanh(first)
    shown = neurons if kept is None else neurons * kept
    behind = with_constant(shown)
    scores, second_std = _drawn(behind, out, spread[1] if spread else None, noise[1] if noise else None)
    wrong = net.probabilities(scores) - truth
    delta = wrong[..., 1:] if net.outputs == 1 else wrong
    of_out = _turned(behind) @ delta
    back = delta @ _turned(out[:, :-1])
    of_spread = []
    if spread:
        along = delta * noise[1] / (2 * second_std)
        of_spread = [_turned(behind**2) @ along]
        back = back + 2 * shown * (along @ _turned(spread[1][:, :-1]))
    if kept is not None:
        back = back * kept
    before = back * (1 - neurons**2)
    of_into = _turned(inputs) @ before
    if not spread:
        return net.whole([of_into, of_out]), None
    of_spread = [_turned(inputs**2) @ (before * noise[0] / (2 * first_std)), *of_spread]
    return net.whole([of_into, of_out]), net.whole(of_spread)


def _drawn(
    inputs: np.ndarray, mean: np.ndarray, variance: np.ndarray | None, noise: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    found = inputs @ mean
    if variance is None or noise is None:
        return found, found
    std = np.sqrt(inputs**2 @ variance + 1e-12)
    return found + std * noise, std


def _turned(matrices: np.ndarray) -> np.ndarray:
    return np.swapaxes(matrices, -1, -2)
