"""All that is found of networks of p-bits: success against time, spread and surroundings, and the law of the states."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from spicekit.block import Share
from spicekit.network.pbits.asked import Asked, cooling
from spicekit.network.pbits.baselines import LIBRARY, annealed, annealed_by_library
from spicekit.network.pbits.devices import IDEAL, Devices
from spicekit.network.pbits.exact import (
    MOST_STATES_BITS,
    Exact,
    enumerate_states,
    floor_of,
    numbers_of,
    states_of,
    tolerance,
    total_variation,
)
from spicekit.network.pbits.problem import Factoring, Problem
from spicekit.network.pbits.problems import factoring
from spicekit.network.pbits.result import Curve, Distance, Found, LawFound, Products, Solved, Speed
from spicekit.network.pbits.sequential import plain_loop, sweep
from spicekit.network.pbits.simulate import Runs, Schedule, simulate
from spicekit.sampling.counts import event_share
from spicekit.sampling.normals import generator

BURN_IN = 200.0
"""Correlation times after which a copy gives its one sample of the law; as many sweeps of the Gibbs sampler."""
TRACED = 4
"""Copies whose energy is drawn."""
_METHOD = "runs counted, Clopper-Pearson"
_PUBLISHED_SIZES, _PRODUCT_TIME, _PRODUCT_COPIES = (5, 3), 30.0, 20
_BEST_OF, _BEST_SWEEPS = 100, 2000  # of long simulated annealing, where states cannot be enumerated
_SHORT_SWEEPS, _LOOP_UPDATES = 20, 4000  # for the speed


def steps_in(asked: Asked) -> int:
    """Return how many runs `study` makes."""
    of_each = (
        (len(asked.devices) + 1) * len(asked.times) + len(asked.spreads) + 2 * len(asked.surroundings) + 3
    )
    laws = 2 + 2 * asked.chips
    return of_each * len(asked.problems) + laws * len(asked.with_law) + (1 if _published(asked) else 0)


def study(asked: Asked, progress: Callable[[int], None] = lambda _: None) -> Found:
    """Return all that is found; `progress` is told how many runs are done."""
    bench = _Bench(asked, progress)
    solved = tuple(bench.solved(problem) for problem in asked.problems)
    products = bench.products() if _published(asked) else None
    return Found(asked, solved, products)


def _published(asked: Asked) -> bool:
    """Whether a problem has the p-bits of the published network."""
    return any(isinstance(p, Factoring) and p.sizes == _PUBLISHED_SIZES for p in asked.problems)


@dataclass
class _Bench:
    """Runs networks, and counts runs."""

    asked: Asked
    progress: Callable[[int], None]
    done: int = 0

    def _step(self) -> None:
        self.done += 1
        self.progress(self.done)

    def _run(self, problem: Problem, devices: Devices, time: float, target: float) -> Runs:
        asked = self.asked
        runs = simulate(problem, devices, cooling(problem, time), asked.copies, asked.seed, target=target)
        self._step()
        return runs

    def _share(self, problem: Problem, devices: Devices, target: float) -> Share:
        return _share(self._run(problem, devices, max(self.asked.times), target))

    def solved(self, problem: Problem) -> Solved:
        asked, longest = self.asked, max(self.asked.times)
        exact = enumerate_states(problem) if problem.bits <= MOST_STATES_BITS else None
        if exact is None:
            long = cooling(problem, _BEST_SWEEPS)
            betas = np.geomspace(long.hot, long.cold, _BEST_SWEEPS)
            ground = float(sweep(problem, betas, _BEST_OF, asked.seed, metropolis=True).lowest.min())
        else:
            ground = exact.ground
        self._step()
        curves = [
            Curve(d.name, tuple((t, _share(self._run(problem, d, t, ground))) for t in asked.times))
            for d in asked.devices
        ]
        curves += self._baselines(problem, ground)
        spreads = tuple(
            (factor, trimmed, self._share(problem, d, ground)) for factor, trimmed, d in asked.spreads
        )
        surroundings = tuple(
            (name, self._share(problem, usual, ground), self._share(problem, own, ground))
            for name, _, usual, own in asked.surroundings
        )
        trimmed = asked.devices[1]
        traced = simulate(
            problem, trimmed, cooling(problem, longest), TRACED, asked.seed, target=ground, traced=True
        )
        self._step()
        best = traced.best[traced.lowest.argmin()]
        if exact is not None:
            best = states_of(exact.solutions[0], problem.bits)
        return Solved(
            problem=problem,
            ground=ground,
            proven=exact is not None,
            solutions=None if exact is None else len(exact.solutions),
            solution=problem.solution(best),
            curves=tuple(curves),
            spreads=spreads,
            surroundings=surroundings,
            law=self._law(problem, exact) if exact is not None and problem in asked.with_law else None,
            speed=self._speed(problem),
            trace=traced.trace,
            path=traced.path,
        )

    def _baselines(self, problem: Problem, ground: float) -> list[Curve]:
        asked, goal = self.asked, ground + tolerance(ground)
        own, library = [], []
        for time in asked.times:
            schedule = cooling(problem, time)
            found = annealed(problem, schedule, asked.copies, asked.seed, ground)
            own.append((time, event_share(asked.copies, found, 0, _METHOD)))
            other = annealed_by_library(problem, schedule, asked.copies, asked.seed, goal)
            if other is not None:
                library.append((time, event_share(asked.copies, other, 0, _METHOD)))
            self._step()
        curves = [Curve("simulated annealing", tuple(own))]
        return [*curves, Curve(f"{LIBRARY}, at the end", tuple(library))] if library else curves

    def _law(self, problem: Problem, exact: Exact) -> LawFound:
        asked = self.asked
        beta = exact.warm()
        law = exact.law(beta)
        marginals = exact.marginals(law)
        schedule = Schedule.constant(beta, BURN_IN)

        def distance(name: str, of: list[np.ndarray]) -> Distance:
            seen = (of[0] > 0).mean(axis=0)
            errors = np.sqrt(np.maximum(marginals * (1 - marginals), 1e-12) / len(of[0]))
            far = tuple(total_variation(law, numbers_of(states)) for states in of)
            return Distance(name, far, seen, float((np.abs(seen - marginals) / errors).max()))

        gibbs = sweep(problem, np.full(int(BURN_IN), beta), asked.samples, asked.seed).states
        self._step()
        ideal = simulate(problem, IDEAL, schedule, asked.samples, asked.seed).states
        self._step()
        found = [distance("Gibbs sampler", [gibbs]), distance(IDEAL.name, [ideal])]
        for devices in asked.devices[1:]:
            states = []
            for chip in range(asked.chips):
                states.append(
                    simulate(problem, devices, schedule, asked.samples, asked.seed, one_chip=chip).states
                )
                self._step()
            found.append(distance(devices.name, states))
        random = generator(asked.seed, f"floor of {problem.name}", 0)
        floor = floor_of(law, asked.samples, random)
        return LawFound(beta, marginals, asked.samples, floor, tuple(found))

    def _speed(self, problem: Problem) -> Speed:
        import time

        schedule = cooling(problem, 30.0)
        middle = float(np.sqrt(schedule.hot * schedule.cold))
        swept = sweep(problem, np.full(_SHORT_SWEEPS, middle), self.asked.copies, self.asked.seed)
        begun = time.process_time()
        flips = simulate(problem, IDEAL, schedule, self.asked.copies, self.asked.seed).flips
        flips_per_second = flips / max(time.process_time() - begun, 1e-9)
        loop = plain_loop(problem, middle, max(_LOOP_UPDATES // problem.bits, 2), self.asked.seed)
        self._step()
        updates = _SHORT_SWEEPS * self.asked.copies * problem.bits
        return Speed(updates / max(swept.cpu, 1e-9), flips_per_second, loop)

    def products(self) -> Products:
        x, y = (1 << (size + 1) for size in _PUBLISHED_SIZES)
        numbers = sorted({a * b for a in range(3, x, 2) for b in range(3, y, 2)})
        trimmed, solved = self.asked.devices[1], {}
        for number in numbers:
            problem = factoring(
                f"factor_{number}_6x4", number, (_PUBLISHED_SIZES[0] + 1, _PUBLISHED_SIZES[1] + 1)
            )
            schedule = cooling(problem, _PRODUCT_TIME)
            runs = simulate(problem, trimmed, schedule, _PRODUCT_COPIES, self.asked.seed, target=0.0)
            solved[number] = _share(runs)
        self._step()
        return Products(sum(_PUBLISHED_SIZES), numbers[-1], _PRODUCT_TIME, solved)


def _share(runs: Runs) -> Share:
    return event_share(len(runs.reached), int(np.isfinite(runs.reached).sum()), 0, _METHOD)
