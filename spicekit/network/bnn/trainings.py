"""What other trainings of a network gave: how far its accuracy is one of several."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtrit

LOSS_SCATTER = 0.25
"""Standard deviation over trainings of the accuracy that errors cost, over that cost, where little is lost.

Measured (`benchmarks/trainings.py`) for mean losses of 0.6 to 19 points: 0 to 0.28 for `digits_dense` from five seeds,
0 to 0.26 for the network for CIFAR-10 from three; where 49 points or more are lost 0.02 to 0.11. Smaller losses of
digits scatter by up to 0.8 of themselves, 0.4 points, which 360 test samples hardly tell from none. Taken for all
networks.
"""


@dataclass(frozen=True)
class Trainings:
    """Accuracy without errors of a network that was trained from several seeds, on all test samples of its data."""

    seeds: int
    mean: float
    std: float
    how: str = ""  # in words; empty: as the network itself
    classes: int = 10

    def reach(self, confidence: float, without_errors: float = 1.0, with_errors: float = 1.0) -> float:
        """Return how far from one training the mean over trainings may lie; another training may √2 times as far.

        Student's reach without errors, and in squares the scatter of what errors cost, which is less where little is
        left to lose above guessing one of the classes.

        Args:
            without_errors, with_errors: accuracies of the one training.
        """
        ends, guessed = (1 + confidence) / 2, 1 / self.classes
        lost, left = max(without_errors - with_errors, 0.0), max(with_errors - guessed, 0.0)
        scatter = LOSS_SCATTER * lost * np.sqrt(left / (lost + left)) if left else 0.0
        return float(np.hypot(float(stdtrit(self.seeds - 1, ends)) * self.std, float(ndtri(ends)) * scatter))
