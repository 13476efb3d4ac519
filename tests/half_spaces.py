"""Half-spaces in the place of cells: estimates of them take no time, and their rate is known. Workers load little."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Linear:
    """A half-space at distance `beta`: its probability and its design point are known."""

    beta: float
    stored: int
    cell: str = "2t2r"
    coordinates: tuple[str, ...] = ("left.device.g0", "left.prepare.g0", "n_left.vth0", "tail.vth0", "p.vth0")

    @property
    def dimension(self) -> int:
        return len(self.coordinates)

    @property
    def drawn(self) -> str:
        return f"{self.beta}/{self.stored}".encode().hex().ljust(32, "0")

    def __call__(self, points: np.ndarray) -> np.ndarray:
        normal = np.array([0.6, -0.7, 0.1, 0.3, 0.2])
        return self.beta - points @ (normal / np.linalg.norm(normal))
