"""The fifteen statistical tests of NIST SP 800-22 rev. 1a (2010), on one sequence of bits.

A test gives one p-value or many: the chance that an ideal source looks at least as far from ideal. The standard calls
each p-value below 0.01 a failure, so that one in a hundred p-values of a good source fails. `judge` says instead
whether the whole set of tests speaks against the source, with 1 % false alarms for all of it together.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from spicekit.entropy.sp800_22 import counts, excursions, patterns, structure

LEVEL = 0.01
"""False alarms of the whole set."""
LEAST_BITS = 100_000
"""With fewer bits several of the tests do not hold."""


@dataclass(frozen=True)
class Test:
    """What a test says of a sequence."""

    name: str
    p_values: tuple[float, ...]  # none where the sequence is too short for it, or returns to zero too seldom

    @property
    def smallest(self) -> float | None:
        """The smallest p-value, times how many there are (Bonferroni): that of the test as a whole."""
        return min(1.0, min(self.p_values) * len(self.p_values)) if self.p_values else None


@dataclass(frozen=True)
class Verdict:
    """What all tests say together."""

    tests: tuple[Test, ...]
    failed: tuple[str, ...]  # after Holm

    @property
    def passed(self) -> bool:
        """Whether nothing speaks against the source."""
        return not self.failed

    @property
    def below(self) -> tuple[int, int]:
        """How many p-values are below 0.01, of how many: the usual count."""
        values = [p for test in self.tests for p in test.p_values]
        return sum(p < LEVEL for p in values), len(values)


TESTS: Mapping[str, Callable[[np.ndarray], list[float]]] = {
    "frequency": counts.frequency,
    "frequency within a block": counts.block_frequency,
    "cumulative sums": counts.cumulative_sums,
    "runs": counts.runs,
    "longest run of ones": counts.longest_run,
    "matrix rank": structure.matrix_rank,
    "spectral": structure.spectral,
    "non-overlapping templates": patterns.non_overlapping,
    "overlapping template": patterns.overlapping,
    "universal": patterns.universal,
    "approximate entropy": patterns.approximate_entropy,
    "random excursions": excursions.excursions,
    "random excursions variant": excursions.variant,
    "serial": patterns.serial,
    "linear complexity": structure.linear_complexity,
}
"""Each a function of bits (n,), with the standard's usual parameters."""
NUMBER = len(TESTS)


def run(bits: np.ndarray, progress: Callable[[int], None] = lambda _: None, done: int = 0) -> Verdict:
    """Return what all tests say of bits (n,), 0 or 1; `progress` is told `done` + how many tests are made.

    Raises:
        ValueError: fewer than `LEAST_BITS` bits.
    """
    s = np.ascontiguousarray(bits, np.uint8)
    if len(s) < LEAST_BITS:
        raise ValueError(f"got {len(s)} bits, expected {LEAST_BITS} at least")
    found = []
    for step, (name, test) in enumerate(TESTS.items(), 1):
        found.append(Test(name, tuple(test(s))))
        progress(done + step)
    return judge(tuple(found))


def judge(tests: tuple[Test, ...]) -> Verdict:
    """Return which tests fail with `LEVEL` false alarms for all of them together (Holm 1979)."""
    known = sorted((p, test.name) for test in tests if (p := test.smallest) is not None)
    failed = []
    for place, (p, name) in enumerate(known):
        if p > LEVEL / (len(known) - place):
            break
        failed.append(name)
    return Verdict(tests, tuple(failed))
