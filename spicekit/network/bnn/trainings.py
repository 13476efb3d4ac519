"""What other trainings of a network gave: how far its accuracy is one of several."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtrit

LOSS_SCATTER = 0.25
"""Standard deviation over trainings of the accuracy that errors cost, over that cost.

Measured for losses of 1 to 22 points (`benchmarks/trainings.py`): 0 to 0.28 for `digits_dense` from five seeds, 0.16 to
0.26 for the network for CIFAR-10 from three; taken for all networks.
"""


@dataclass(frozen=True)
class Trainings:
    """Accuracy without errors of a network that was trained from several seeds, on all test samples of its data."""

    seeds: int
    mean: float
    std: float
    how: str = ""  # in words; empty: as the network itself

    def reach(self, confidence: float, lost: float = 0.0) -> float:
        """Return how far from one training the mean over trainings may lie; another training may √2 times as far.

        Student's reach without errors, and in squares the scatter of what errors cost.

        Args:
            lost: accuracy that errors cost this training.
        """
        ends = (1 + confidence) / 2
        without = float(stdtrit(self.seeds - 1, ends)) * self.std
        return float(np.hypot(without, float(ndtri(ends)) * LOSS_SCATTER * max(lost, 0.0)))
