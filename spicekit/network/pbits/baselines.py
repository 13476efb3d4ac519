"""Simulated annealing beside the p-bits: on the same problems, from the same to the same temperature."""

import numpy as np

from spicekit.network.pbits.problem import Ising, Problem
from spicekit.network.pbits.sequential import sweep
from spicekit.network.pbits.simulate import Schedule

LIBRARY = "dwave-samplers"
"""Package of the extra `annealing`, whose simulated annealing takes problems with couplings of two bits."""


def annealed(problem: Problem, schedule: Schedule, copies: int, seed: int, target: float) -> int:
    """Return how many copies visit `target` in as many sweeps as the schedule has correlation times."""
    betas = np.geomspace(schedule.hot, schedule.cold, max(round(schedule.duration), 1))
    return int(np.isfinite(sweep(problem, betas, copies, seed, metropolis=True, target=target).reached).sum())


def annealed_by_library(
    problem: Problem, schedule: Schedule, copies: int, seed: int, goal: float
) -> int | None:
    """Return how many copies of the library's simulated annealing end at `goal` or below.

    None where it is not installed, or does not take the problem.
    """
    if not isinstance(problem, Ising):
        return None
    try:
        from dwave.samplers import SimulatedAnnealingSampler
    except ImportError:
        return None
    rows, columns = np.nonzero(np.triu(problem.couplings))
    # its energy has the opposite signs
    couplings = {
        (int(i), int(j)): -float(problem.couplings[i, j]) for i, j in zip(rows, columns, strict=True)
    }
    found = SimulatedAnnealingSampler().sample_ising(
        {k: -float(h) for k, h in enumerate(problem.fields)}, couplings, num_reads=copies,
        num_sweeps=max(round(schedule.duration), 1), beta_range=[schedule.hot, schedule.cold],
        beta_schedule_type="geometric", seed=seed % (1 << 31),
    )  # fmt: skip
    states = found.record.sample[:, np.argsort(found.variables)].astype(float)
    return int((problem.energies(states) <= goal).sum())
