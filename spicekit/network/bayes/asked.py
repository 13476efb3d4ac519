"""What is asked of a Bayesian machine."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from spicekit.errors import InputError
from spicekit.network.bayes.energy import Circuit
from spicekit.network.bayes.machine import Machine
from spicekit.network.bayes.task import Task
from spicekit.network.bnn.rates import rates_of
from spicekit.statistics import Condition, Statistics
from spicekit.studies.bayes_column.result import BayesColumn

RATES = (1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 2e-1)
"""Bit error rates of the sweep."""
BITS = (1, 2, 3, 4, 5, 6, 8)
"""Bits of words that are tried."""


@dataclass(frozen=True)
class Asked:
    """All that a study of the machine rests on.

    Raises:
        InputError: no condition, one without an error rate that is a result, or no likelihood at the gates.
    """

    statistics: tuple[Statistics, ...]  # conditions of all of them are judged
    circuit: Statistics  # of the likelihood at the gates, and its supplies
    circuit_source: str
    task: Task
    machine: Machine = field(default_factory=Machine)
    chips: int = 100  # of each condition
    sweep_chips: int = 10  # of each point of a sweep
    rates: Sequence[float] = RATES
    stop: int = 4  # ones at which the stopping machine stops
    seed: int = 0

    def __post_init__(self) -> None:
        if not self.conditions:
            raise InputError(
                "the statistics have no conditions, so that no bit can be wrong: expected one at least"
            )
        for condition in self.conditions:
            rates_of(condition, "high")
        _ = self.column

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Programming conditions, in the order of the statistics."""
        return tuple(c for found in self.statistics for c in found.conditions)

    @property
    def column(self) -> Circuit:
        """What a likelihood costs at the gates.

        Raises:
            InputError: it was not simulated.
        """
        found = self.circuit.of(BayesColumn)
        if found is None:
            raise InputError(
                f"{self.circuit_source}: has no `bayes_column`: run an experiment with `[studies.bayes_column]`, or "
                "leave `--circuit` out"
            )
        return Circuit(found, f"simulated at the gates, {self.circuit_source}")


def renamed(statistics: Statistics, prefix: str) -> Statistics:
    """Return the statistics with a prefix before the names of their conditions, so that those of two files differ."""
    conditions = (c.model_copy(update={"name": f"{prefix}, {c.name}"}) for c in statistics.conditions)
    return statistics.model_copy(update={"conditions": tuple(conditions)})


def has_gates(statistics: Statistics) -> bool:
    """Return whether a likelihood was simulated at the gates."""
    return statistics.of(BayesColumn) is not None
