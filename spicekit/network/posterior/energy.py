"""Energy of a way: programming all of its devices once, and reading them for one inference."""

from dataclasses import dataclass

import numpy as np

from spicekit.network.mcmc.energy import Pulses
from spicekit.network.mcmc.law import Law
from spicekit.network.posterior.ways import Way
from spicekit.statistics import Condition


@dataclass(frozen=True)
class Cost:
    """What a way takes, mean over splits."""

    devices: int
    programming: float  # J, a RESET and a SET of each device
    reads: int  # of pairs, in one inference
    inference: float  # J, of these reads


def cost_of(way: Way, law: Law, pulses: Pulses, condition: Condition) -> Cost | None:
    """Return what a way takes; None in software, or where the condition has no energy of reads.

    With dropout the neurons are read once, and what comes behind them in each pass.
    """
    if way.targets is None or condition.energy_read is None:
        return None
    mean = float(law.compliance_of(way.targets).mean())
    devices = way.targets.shape[1] * way.targets.shape[2]
    into, out = (rows * columns for rows, columns in way.net.shapes)
    reads = into + way.passes * out if way.kept < 1 else way.passes * (into + out)
    return Cost(devices, devices * float(np.sum(pulses.at(mean))), reads, reads * condition.energy_read.mean)
