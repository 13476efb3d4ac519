"""What a study of a posterior in the array is asked."""

from dataclasses import dataclass

import numpy as np

from spicekit.errors import InputError
from spicekit.network.mcmc.law import Law, fresh_law, known_law
from spicekit.network.mcmc.tasks import Task
from spicekit.network.posterior.net import Net
from spicekit.network.posterior.tasks import task_of
from spicekit.statistics import Statistics
from spicekit.units import quantity

PRIOR_STD = 0.5, 2.0
"""Standard deviations of the weights into and out of the neurons, before anything is learned. Temperatures make them
narrower or wider for networks without spread, too."""
TEMPERATURES = 3.0, 1.0, 0.3, 0.1
"""That are tried on training samples: weights of prior and entropy."""


@dataclass(frozen=True)
class Asked:
    """What is to be studied."""

    task: Task
    copies: int
    hidden: int
    steps: int
    low: float  # S, lowest target
    high: float  # S
    kept: float  # share of neurons that dropout leaves
    seed: int

    @property
    def net(self) -> Net:
        """One copy."""
        return Net(self.task.features, self.hidden, len(self.task.classes))

    @property
    def wide(self) -> Net:
        """One network on no more devices than all copies have."""
        net = self.net
        each = net.features + net.outputs
        return Net(net.features, (self.copies * net.parameters - net.outputs) // each, net.classes)


def asked_of(
    found: Statistics,
    task: str = "breast_cancer",
    *,
    splits: int = 20,
    samples: int | None = None,
    copies: int = 12,
    hidden: int | None = None,
    steps: int = 600,
    dropout: float = 0.2,
    low: str = "20 uA",
    high: str = "500 uA",
    seed: int = 0,
) -> Asked:
    """Return what a study is asked; the arguments are the options of `spicekit network posterior`.

    Raises:
        InputError: a number out of range, an unknown task, or no conductance law in the statistics.
    """
    law = fresh_law(known_law(found))
    if not 0 < dropout < 1:
        raise InputError(f"`--dropout` is {dropout:g}, expected a share above 0 and below 1, such as 0.2")
    loaded = task_of(task, splits, seed, samples)
    return Asked(loaded, copies, hidden or loaded.hidden, steps, *ends_of(law, low, high), 1 - dropout, seed)


def ends_of(law: Law, low: str, high: str) -> tuple[float, float]:
    """Return the conductances [S] of two SET compliances.

    Raises:
        InputError: they are not of the law, or not in order.
    """
    ends = []
    first, last = float(law.compliance[0]), float(law.compliance[-1])
    for name, text in (("--low", low), ("--high", high)):
        try:
            value = quantity(text, "A")
        except ValueError as error:
            raise InputError(f"`{name}`: {error}") from None
        if not first * (1 - 1e-9) <= value <= last * (1 + 1e-9):
            raise InputError(
                f"`{name}` is {text}, expected a compliance of the conductance law, {first:g} to {last:g} A"
            )
        ends.append(float(np.interp(value, law.compliance, law.target)))
    if ends[0] >= ends[1]:
        raise InputError(f"`--low` is {low}, expected a compliance below `--high`, {high}")
    return ends[0], ends[1]
