"""What other trainings of a network gave: how far its accuracy is one of several."""

from dataclasses import dataclass

from scipy.special import stdtrit


@dataclass(frozen=True)
class Trainings:
    """Accuracy on all test samples of a network that was trained from several seeds."""

    seeds: int
    mean: float
    std: float
    how: str = ""  # in words; empty: as the network itself

    def reach(self, confidence: float) -> float:
        """Return how far from one training the mean of all may lie: Student's interval, with the deviation known."""
        return float(stdtrit(self.seeds - 1, (1 + confidence) / 2)) * self.std
