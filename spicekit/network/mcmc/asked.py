"""What a study of learning in the array is asked."""

from dataclasses import dataclass

from spicekit.network.mcmc.models import Model
from spicekit.network.mcmc.sampler import Rule
from spicekit.network.mcmc.target import Coding
from spicekit.network.mcmc.tasks import Task


@dataclass(frozen=True)
class Asked:
    """What is to be studied."""

    task: Task
    code: Coding
    devices: int  # of an array
    steps: int
    seed: int
    arrays: int  # that learn the first split, for the diagnosis
    aged: int  # splits at each age
    nuts: int  # splits that NUTS samples
    perceptrons: int  # splits of the perceptron
    hidden: int
    workers: int = 1

    @property
    def model(self) -> Model:
        """The classifier."""
        return Model(self.task.features, self.hidden)

    @property
    def rule(self) -> Rule:
        """How an array learns: as many rows as fit, half of them free."""
        rows = self.devices // (2 * self.model.parameters)
        return Rule(self.steps, rows, spare=rows // 2)
