"""Features to tone frequencies by a linear map, and synchronization states to classes by a table."""

from dataclasses import dataclass

import numpy as np

from spicekit.network.oscillators.state import FREE


@dataclass(frozen=True)
class Scale:
    """Features as the map takes them: logarithms where all are positive, as pitch is heard; mean 0, deviation 1."""

    logarithm: bool
    mean: np.ndarray  # (features,)
    deviation: np.ndarray

    @classmethod
    def of(cls, features: np.ndarray) -> "Scale":
        """Return the scale of training `features` (tokens, features)."""
        logarithm = bool((features > 0).all())
        values = np.log(features) if logarithm else features
        return cls(logarithm, values.mean(0), values.std(0))

    def __call__(self, features: np.ndarray) -> np.ndarray:
        """Return scaled features; a value that has no logarithm counts as the smallest positive number."""
        values = np.log(np.maximum(features, np.finfo(float).tiny)) if self.logarithm else features
        return (values - self.mean) / self.deviation


@dataclass(frozen=True)
class ToneMap:
    """tones = middle of the band + half its width · (matrix · x + offset), within the band."""

    matrix: np.ndarray  # (tones, features)
    offset: np.ndarray  # (tones,)
    band: tuple[float, float]  # Hz

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return tones (tokens, tones) [Hz] of scaled features (tokens, features)."""
        low, high = self.band
        return (low + high) / 2 + (high - low) / 2 * np.clip(x @ self.matrix.T + self.offset, -1, 1)

    @property
    def parameters(self) -> int:
        """Numbers learned."""
        return self.matrix.size + self.offset.size


@dataclass(frozen=True)
class Table:
    """The class that each synchronization state stands for: the most frequent among the training tokens.

    A state that no token had stands for the class of the known state from which the fewest oscillators differ.
    """

    states: np.ndarray  # (known, oscillators), the most frequent first
    classes: np.ndarray  # (known,)

    @classmethod
    def of(cls, states: np.ndarray, labels: np.ndarray, classes: int) -> "Table":
        """Return the table counted from `states` (tokens, oscillators) and `labels` (tokens,)."""
        known, which = np.unique(states, axis=0, return_inverse=True)
        counts = np.zeros((len(known), classes), int)
        np.add.at(counts, (which.ravel(), labels), 1)
        order = np.argsort(-counts.sum(1), kind="stable")
        return cls(known[order], counts[order].argmax(1))

    def __call__(self, states: np.ndarray) -> np.ndarray:
        """Return the class of each state (tokens, oscillators)."""
        return self.classes[self._distance(states).argmin(1)]

    def target(self, states: np.ndarray, labels: np.ndarray) -> np.ndarray:
        """Return, for each state, the nearest that stands for its label; the same state if it does, or if none does."""
        wrong = self.classes[None, :] != labels[:, None]
        nearest = (self._distance(states) + len(states.T) * 2 * wrong).argmin(1)
        possible = np.isin(labels, self.classes)
        return np.where(possible[:, None], self.states[nearest], states)

    def _distance(self, states: np.ndarray) -> np.ndarray:
        return (states[:, None, :] != self.states[None]).sum(2)


def wanted_shift(states: np.ndarray, targets: np.ndarray, free: np.ndarray, tones: np.ndarray) -> np.ndarray:
    """Return the way each frequency should go, (rows, oscillators) of -1, 0, 1.

    An oscillator that should follow a tone moves towards it; one that follows a tone and should not moves away. `free`
    (rows, oscillators) [Hz] are frequencies without tones, `tones` (rows, tones) [Hz].
    """
    towards = np.take_along_axis(tones, np.maximum(targets - 1, 0), 1) - free
    away = free - np.take_along_axis(tones, np.maximum(states - 1, 0), 1)
    shift = np.where(targets == FREE, away, towards)
    return np.where(states == targets, 0, np.where(shift < 0, -1, 1))
