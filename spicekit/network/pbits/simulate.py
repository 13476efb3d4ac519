"""A network of p-bits in continuous time: each flips at random moments, at the rate that its input gives.

The next flip of each copy is drawn from all rates together (Gillespie, J. Phys. Chem. 81, 2340, 1977): nothing is
approximated, whatever the rates. Copies run side by side as rows of arrays; each has random numbers of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from spicekit.network.pbits.devices import Chip, Devices
from spicekit.network.pbits.exact import tolerance
from spicekit.network.pbits.problem import Problem
from spicekit.sampling.normals import generator

_DRAWN = 128  # pairs of numbers that a copy draws at once
_STEEPEST = 300.0  # exponent of a rate, beyond which doubles end


@dataclass(frozen=True)
class Schedule:
    """Inverse temperature over time: `steps` equal pieces, from `hot` to `cold` by equal factors."""

    hot: float
    cold: float
    duration: float  # in mean correlation times
    steps: int = 50

    def betas(self) -> np.ndarray:
        """Return the inverse temperature of each piece."""
        return np.geomspace(self.hot, self.cold, self.steps)

    @classmethod
    def constant(cls, beta: float, duration: float) -> "Schedule":
        """Return one temperature all along."""
        return cls(beta, beta, duration, 1)


@dataclass(frozen=True)
class Runs:
    """What copies of a network did."""

    states: np.ndarray  # (copies, n), at the end
    lowest: np.ndarray  # (copies,), lowest energy visited
    best: np.ndarray  # (copies, n), the state that had it
    reached: np.ndarray  # (copies,), time at which `target` was reached first; inf where it was not
    flips: int  # of all copies
    trace: tuple[tuple[np.ndarray, np.ndarray], ...] = ()  # of each copy, if asked for: times, energies
    path: np.ndarray = field(
        default_factory=lambda: np.zeros((0, 0))
    )  # (moments, n), states of the first copy, then


@dataclass(frozen=True)
class _Random:
    """Uniform numbers of copies `first` …, (copies, 2) at a time; those of one depend on its number alone."""

    generators: list[np.random.Generator]
    blocks: list[np.ndarray]

    @classmethod
    def of(cls, seed: int, what: str, first: int, stop: int) -> "_Random":
        return cls([generator(seed, what, k) for k in range(first, stop)], [])

    def pairs(self, number: int, rows: np.ndarray) -> np.ndarray:
        if number % _DRAWN == 0:
            self.blocks[:] = [np.array([one.random((_DRAWN, 2)) for one in self.generators])]
        return self.blocks[0][rows, number % _DRAWN]


def simulate(
    problem: Problem,
    devices: Devices,
    schedule: Schedule,
    copies: int,
    seed: int = 0,
    *,
    target: float = -np.inf,
    one_chip: int | None = None,
    traced: bool = False,
    progress: Callable[[float], None] = lambda _: None,
) -> Runs:
    """Return what `copies` of a network did from random states; each is a chip of its own, or all are `one_chip`.

    Args:
        target: energy whose first time is noted.
        progress: told which share of the duration the slowest copy has done.
    """
    bits = problem.bits
    if one_chip is None:
        chip = devices.chips(seed, 0, copies, bits)
    else:
        chip = devices.chips(seed, one_chip, one_chip + 1, bits)
    # what is drawn is named by the problem, so that other devices see the same numbers
    random = _Random.of(
        seed, f"run of {problem.name}" + ("" if one_chip is None else f", chip {one_chip}"), 0, copies
    )
    states = np.array([np.where(one.random(bits) < 0.5, -1.0, 1.0) for one in random.generators])
    inputs, energies = problem.inputs(states), problem.energies(states)
    lowest, best = energies.copy(), states.copy()
    goal = target + tolerance(target) if np.isfinite(target) else -np.inf
    reached = np.where(energies <= goal, 0.0, np.inf)
    betas, piece = schedule.betas(), schedule.duration / schedule.steps
    time, now, flips, number = np.zeros(copies), np.zeros(copies, int), 0, 0
    told: list[list[tuple[float, float]]] = [[(0.0, e)] for e in energies] if traced else []
    path = [states[0].copy()] if traced else []
    rows = np.arange(copies)
    while len(rows):
        rates = flip_rates(states[rows], inputs[rows] * betas[now[rows], None], chip, rows)
        summed = np.cumsum(rates, axis=1)
        drawn = random.pairs(number, rows)
        number += 1
        with np.errstate(divide="ignore"):
            after = time[rows] - np.log1p(-drawn[:, 0]) / summed[:, -1]
        end = (now[rows] + 1) * piece
        # where no flip comes before the temperature changes, the wait begins anew: it has no memory
        waits = after >= end
        waiting = rows[waits]
        time[waiting] = end[waits]
        now[waiting] += 1
        moving = rows[~waits]
        if len(moving):
            level = drawn[~waits, 1] * summed[~waits, -1]
            which = np.minimum((summed[~waits] <= level[:, None]).sum(axis=1), bits - 1)
            time[moving] = after[~waits]
            energies[moving] += 2 * states[moving, which] * inputs[moving, which]
            states[moving, which] *= -1
            inputs[moving] = problem.flipped(inputs[moving], states[moving], which)
            flips += len(moving)
            lower = moving[energies[moving] < lowest[moving]]
            lowest[lower], best[lower] = energies[lower], states[lower]
            hit = moving[(energies[moving] <= goal) & np.isinf(reached[moving])]
            reached[hit] = time[hit]
            for row in moving if traced else ():
                told[row].append((time[row], energies[row]))
                path += [states[0].copy()] if row == 0 else []
        rows = rows[now[rows] < schedule.steps]
        if number % _DRAWN == 0:
            progress(float(time.min() / schedule.duration))
    trace = tuple((np.array(one).T[0], np.array(one).T[1]) for one in told)
    return Runs(states, lowest, best, reached, flips, trace, np.array(path))


def flip_rates(states: np.ndarray, inputs: np.ndarray, chip: Chip | None, rows: np.ndarray) -> np.ndarray:
    """Return the rate (rows, n) at which each p-bit flips, per mean correlation time, at its inputs (rows, n)."""
    if chip is None:
        return 1 / (1 + np.exp(np.clip(2 * states * inputs, -_STEEPEST, _STEEPEST)))
    mine = rows if len(chip.gain) > 1 else np.zeros(len(rows), int)
    seen = chip.gain[mine] * inputs + chip.shift[mine]
    # a saturated output answers at the rate that it has where it saturates
    inside = np.clip(seen, max(chip.lowest, -_STEEPEST), min(chip.highest, _STEEPEST))
    low = states < 0
    exponent = np.where(low, (1 + chip.skew) * inside, -(1 - chip.skew) * inside)
    held = np.where(low, seen < chip.lowest, seen > chip.highest)
    return np.where(held, 0.0, np.exp(np.clip(exponent, -_STEEPEST, _STEEPEST)) / (2 * chip.time[mine]))
