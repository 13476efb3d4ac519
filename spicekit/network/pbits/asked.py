"""What is asked of networks of p-bits."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from spicekit.errors import InputError
from spicekit.network.pbits.devices import IDEAL, Devices, law_of, surroundings_of
from spicekit.network.pbits.exact import MOST_LAW_BITS
from spicekit.network.pbits.problem import Problem
from spicekit.network.pbits.simulate import Schedule
from spicekit.sampling.normals import generator
from spicekit.statistics import Statistics
from spicekit.studies.pbit.result import Pbit, PbitLaw

TIMES = (10.0, 30.0, 100.0, 300.0)
"""Lengths of runs, in mean correlation times of a p-bit at its centre."""
SPREADS = (0.0, 0.5, 1.0, 2.0, 4.0)
"""Factors on the simulated spread."""
_HOT, _COLD, _QUANTILE, _STATES = 0.2, 3.0, 0.01, 2000


@dataclass(frozen=True)
class Asked:
    """All that a study of networks rests on.

    Raises:
        InputError: no p-bit with a law, no problem or one twice, or no run.
    """

    statistics: Statistics
    source: str
    problems: tuple[Problem, ...]
    times: Sequence[float] = TIMES
    copies: int = 200  # runs of each problem, each of them a chip of its own
    samples: int = 1000  # independent copies, of which each gives one sample of the law
    chips: int = 5  # that are compared with Boltzmann's law, each with as many samples
    seed: int = 0

    def __post_init__(self) -> None:
        _ = self.law
        names = [problem.name for problem in self.problems]
        if not names:
            raise InputError("no problem is given: expected one at least")
        for name in names:
            if names.count(name) > 1:
                raise InputError(f"the problem `{name}` is given twice, expected once")

    @property
    def pbit(self) -> Pbit:
        """What was simulated of a p-bit."""
        return law_of(self.statistics, self.source)[0]

    @property
    def law(self) -> PbitLaw:
        """The law that was fitted to it."""
        return law_of(self.statistics, self.source)[1]

    @property
    def devices(self) -> tuple[Devices, ...]:
        """The p-bits that are set beside each other."""
        return (
            IDEAL,
            Devices("simulated p-bits, trimmed", self.law, trimmed=True),
            Devices("simulated p-bits", self.law),
        )

    @property
    def spreads(self) -> tuple[tuple[float, bool, Devices], ...]:
        """(factor on all spreads, trimmed, the p-bits) of the sweep."""
        return tuple(
            (factor, trimmed, Devices(f"spread × {factor:g}", self.law, spread=factor, trimmed=trimmed))
            for trimmed in (True, False)
            for factor in SPREADS
        )

    @property
    def surroundings(self) -> tuple[tuple[str, Pbit, Devices, Devices], ...]:
        """(name, what was simulated, inputs made for the usual p-bit, inputs made for this one), usual ones first."""
        places = [("as asked", self.pbit), *surroundings_of(self.statistics)]
        return tuple(
            (name, pbit, Devices(name, pbit.law, asked=self.law), Devices(name, pbit.law))
            for name, pbit in places
        )

    @property
    def with_law(self) -> tuple[Problem, ...]:
        """Problems small enough that all states are compared with Boltzmann's law."""
        return tuple(problem for problem in self.problems if problem.bits <= MOST_LAW_BITS)


def cooling(problem: Problem, duration: float) -> Schedule:
    """Return a schedule from where inputs are mostly far below 1 to where the smallest of them are above.

    They are looked at in random states.
    """
    random = generator(0, f"temperatures of {problem.name}", 0)
    states = np.where(random.random((_STATES, problem.bits)) < 0.5, -1.0, 1.0)
    sizes = np.abs(problem.inputs(states))
    sizes = sizes[sizes > 0]
    if not len(sizes):  # no state is better than another
        return Schedule(1.0, 1.0, duration)
    hot = _HOT / float(sizes.mean())
    return Schedule(hot, max(_COLD / float(np.quantile(sizes, _QUANTILE)), hot), duration)
