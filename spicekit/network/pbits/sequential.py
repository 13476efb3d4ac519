"""Updates one after the other: a Gibbs sampler, simulated annealing, and the same as a plain loop.

All copies update the same bit at once, in order: the published formula m = sgn(tanh(I) - r), which is the heat bath of
a Gibbs sampler, or the acceptance of Metropolis et al. (J. Chem. Phys. 21, 1087, 1953) as in simulated annealing.
"""

import math
import time
from dataclasses import dataclass

import numpy as np

from spicekit.network.pbits.exact import tolerance
from spicekit.network.pbits.problem import Problem
from spicekit.sampling.normals import generator


@dataclass(frozen=True)
class Sweeps:
    """What copies did in so many sweeps, each an update of every bit."""

    states: np.ndarray  # (copies, n), at the end
    lowest: np.ndarray  # (copies,), lowest energy at the end of an update of any bit
    reached: np.ndarray  # (copies,), sweep in which `target` was reached first, from 1; inf where it was not
    cpu: float  # s, of the updates alone


def sweep(
    problem: Problem,
    betas: np.ndarray,
    copies: int,
    seed: int = 0,
    *,
    metropolis: bool = False,
    target: float = -np.inf,
) -> Sweeps:
    """Return what `copies` do in one sweep at each inverse temperature of `betas`, from random states."""
    what = f"{'metropolis' if metropolis else 'gibbs'} of {problem.name}"
    generators = [generator(seed, what, k) for k in range(copies)]
    bits = problem.bits
    states = np.array([np.where(one.random(bits) < 0.5, -1.0, 1.0) for one in generators])
    energies = problem.energies(states)
    lowest = energies.copy()
    goal = target + tolerance(target) if np.isfinite(target) else -np.inf
    reached = np.where(energies <= goal, 0.0, np.inf)
    cpu = 0.0
    for number, beta in enumerate(betas, 1):
        drawn = np.array([one.random(bits) for one in generators])
        begun = time.process_time()
        for bit in range(bits):
            inputs = problem.input_of(bit, states)
            old = states[:, bit]
            if metropolis:
                with np.errstate(over="ignore"):
                    new = np.where(drawn[:, bit] < np.exp(np.minimum(-2 * beta * old * inputs, 0)), -old, old)
            else:
                new = np.where(np.tanh(beta * inputs) > 2 * drawn[:, bit] - 1, 1.0, -1.0)
            energies = energies + (old - new) * inputs
            states[:, bit] = new
            np.minimum(lowest, energies, out=lowest)
        reached[(lowest <= goal) & np.isinf(reached)] = number
        cpu += time.process_time() - begun
    return Sweeps(states, lowest, reached, cpu)


def plain_loop(problem: Problem, beta: float, sweeps: int, seed: int = 0) -> float:
    """Return the updates per second of CPU time of one copy whose bits a plain Python loop updates one by one."""
    from spicekit.network.pbits.problem import Ising

    random = generator(seed, f"plain loop of {problem.name}", 0)
    state = [1.0 if one < 0.5 else -1.0 for one in random.random(problem.bits)]
    numbers = random.random((sweeps, problem.bits)).tolist()
    rows = problem.couplings.tolist() if isinstance(problem, Ising) else []
    fields = problem.fields.tolist() if isinstance(problem, Ising) else []
    begun = time.process_time()
    for drawn in numbers:
        for bit, number in enumerate(drawn):
            if rows:
                total = fields[bit]
                for coupling, other in zip(rows[bit], state, strict=True):
                    total += coupling * other
            else:
                total = float(problem.input_of(bit, np.array(state)))
            state[bit] = 1.0 if math.tanh(beta * total) > 2 * number - 1 else -1.0
    return sweeps * problem.bits / max(time.process_time() - begun, 1e-9)
