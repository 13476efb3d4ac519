"""Problems: an energy of n bits m = ±1, and the input of each bit."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property

import numpy as np


@dataclass(frozen=True)
class Problem(ABC):
    """An energy to be made low. States are arrays (..., n) of ±1, as floats."""

    name: str
    said: str  # what it is, in words

    @property
    @abstractmethod
    def bits(self) -> int:
        """Number of bits n."""

    @abstractmethod
    def energies(self, states: np.ndarray) -> np.ndarray:
        """Return the energy (...) of states (..., n)."""

    @abstractmethod
    def inputs(self, states: np.ndarray) -> np.ndarray:
        """Return the inputs (..., n): half of the energy with the bit at -1 minus that with the bit at +1."""

    def input_of(self, bit: int, states: np.ndarray) -> np.ndarray:
        """Return the inputs (...) of one bit."""
        return self.inputs(states)[..., bit]

    def flipped(self, inputs: np.ndarray, states: np.ndarray, bits: np.ndarray) -> np.ndarray:  # noqa: ARG002
        """Return the inputs (rows, n) of `states`, each with one of `bits` (rows,) flipped since `inputs`."""
        return self.inputs(states)

    def solution(self, state: np.ndarray) -> str:
        """Return what a state (n,) says, in words."""
        return f"energy {float(self.energies(state)):g}"


@dataclass(frozen=True)
class Ising(Problem):
    """Energy offset - m·J·m/2 - h·m: couplings between two bits each, symmetric and without a diagonal."""

    couplings: np.ndarray  # J, (n, n)
    fields: np.ndarray  # h, (n,)
    offset: float = 0.0
    measure: str = "energy"  # what the energy, or minus it, counts

    @property
    def bits(self) -> int:
        return len(self.fields)

    def energies(self, states: np.ndarray) -> np.ndarray:
        return self.offset - ((states @ self.couplings) * states).sum(axis=-1) / 2 - states @ self.fields

    def inputs(self, states: np.ndarray) -> np.ndarray:
        return states @ self.couplings + self.fields

    def input_of(self, bit: int, states: np.ndarray) -> np.ndarray:
        return states @ self.couplings[bit] + self.fields[bit]

    def flipped(self, inputs: np.ndarray, states: np.ndarray, bits: np.ndarray) -> np.ndarray:
        changed = states[np.arange(len(bits)), bits]
        return inputs + 2 * changed[:, None] * self.couplings[bits]

    def solution(self, state: np.ndarray) -> str:
        energy = float(self.energies(state))
        return f"{self.measure} {-energy if self.measure == 'cut' else energy:g}"


@dataclass(frozen=True)
class Factoring(Problem):
    """Energy (X Y - F)² of two odd integers, whose lowest bit is 1 and has no p-bit (Borders et al. 2019)."""

    number: int  # F
    sizes: tuple[int, int]  # p-bits of X and Y

    @property
    def bits(self) -> int:
        return sum(self.sizes)

    @cached_property
    def _weights(self) -> tuple[np.ndarray, np.ndarray]:
        x, y = self.sizes
        return 2.0 ** np.arange(1, x + 1), 2.0 ** np.arange(1, y + 1)

    def factors(self, states: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return X and Y (...) of states (..., n)."""
        x, y = self._weights
        ones = (states + 1) / 2
        return 1 + ones[..., : len(x)] @ x, 1 + ones[..., len(x) :] @ y

    def energies(self, states: np.ndarray) -> np.ndarray:
        x, y = self.factors(states)
        return (x * y - self.number) ** 2

    def inputs(self, states: np.ndarray) -> np.ndarray:
        x, y = self.factors(states)
        ones = (states + 1) / 2
        of_x, of_y = self._weights
        return np.concatenate(
            [
                self._input(x[..., None] - ones[..., : len(of_x)] * of_x, of_x, y[..., None]),
                self._input(y[..., None] - ones[..., len(of_x) :] * of_y, of_y, x[..., None]),
            ],
            axis=-1,
        )

    def _input(self, without: np.ndarray, weight: np.ndarray, other: np.ndarray) -> np.ndarray:
        """Return half of the energy without the bit minus that with it: the difference of two squares."""
        return -weight * other * (2 * without * other + weight * other - 2 * self.number) / 2

    def solution(self, state: np.ndarray) -> str:
        x, y = (int(one) for one in self.factors(state))
        return f"{x} × {y} = {x * y}"


def from_binary(
    name: str, said: str, quadratic: np.ndarray, offset: float = 0.0, measure: str = "energy"
) -> Ising:
    """Return the problem whose energy is x·Q·x + `offset` of bits x = 0, 1."""
    symmetric = (quadratic + quadratic.T) / 2
    off = symmetric - np.diag(np.diag(symmetric))
    linear = np.diag(symmetric)
    # x = (1 + m)/2
    couplings, fields = -off / 2, -(off.sum(axis=1) + linear) / 2
    return Ising(name, said, couplings, fields, offset + off.sum() / 4 + linear.sum() / 2, measure)


def squared(name: str, said: str, weights: np.ndarray, target: float = 0.0) -> Ising:
    """Return the problem whose energy is (weights·m - target)²."""
    couplings = -2 * np.outer(weights, weights)
    np.fill_diagonal(couplings, 0)
    return Ising(name, said, couplings, 2 * target * weights, float((weights**2).sum() + target**2))
