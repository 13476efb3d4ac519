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
    code: Coding  # of the array that learns: the narrower its range, the larger a cycle's step
    wide: Coding  # of what is programmed: the wider its range, the smaller a cycle's error
    devices: int  # of an array
    steps: int  # sweeps: proposals of every block
    blocks: int  # of the model that are proposed one after the other
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
        """How an array learns: as many rows as fit; models of the last three quarters are kept, on half of them."""
        blocks, width = blocks_of(self.model.parameters, self.blocks)
        return rule_of(self.steps, self.devices // (blocks * width), blocks)


def blocks_of(parameters: int, asked: int) -> tuple[int, int]:
    """Return of how many equal blocks, `asked` at most, a row consists, and how many devices each has."""
    size = -(-parameters // asked)
    return -(-parameters // size), 2 * size


def rule_of(steps: int, rows: int, blocks: int = 1) -> Rule:
    """Return how an array learns on so many rows of each block: half of them for models, kept at equal distances."""
    spare = rows // 2
    return Rule(steps, rows, blocks, max(1, 3 * steps // (4 * (rows - spare))), spare=spare)
