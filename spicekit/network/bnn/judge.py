"""All that is asked of a binarized network on simulated memory, from statistics and test data to one result."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from spicekit.errors import InputError
from spicekit.models.digital import load_digital
from spicekit.network.bnn.bundled import data_of
from spicekit.network.bnn.conditions import Task, check, chips_of, evaluate_condition
from spicekit.network.bnn.energy import Budget, binarized, eight_bit, on_cpu
from spicekit.network.bnn.fitting import fitted
from spicekit.network.bnn.network import Network
from spicekit.network.bnn.refresh import refresh_of
from spicekit.network.bnn.result import Result, majority
from spicekit.network.bnn.sweep import RATES, sweep_rates
from spicekit.network.data import SETS
from spicekit.network.data.dataset import Dataset
from spicekit.statistics import Condition, Statistics

_TIMED = 200  # samples whose inference is timed


@dataclass(frozen=True)
class Asked:
    """What is to be judged.

    Raises:
        InputError: the data do not fit the network, or a condition has no rate that is a result.
    """

    statistics: Statistics
    network: Network
    data: Dataset
    samples: int | None = None  # the first of the test set; None: all
    chips: int = 100  # at each rate
    rates: Sequence[float] = RATES  # of the sweep
    transient: float = 0.0  # error rate of single reads
    seed: int = 0
    workers: int = 1
    programmings: int = 2  # of each chip, where the statistics say how errors gather

    def __post_init__(self) -> None:
        if not self.statistics.conditions:
            raise InputError(
                "the statistics have no conditions, so that no weight can be wrong: expected one at least"
            )
        for condition in self.statistics.conditions:
            check(condition)
        fitted(self.network, self.data)

    @property
    def task(self) -> Task:
        """The network with the samples that it is tested on."""
        inputs, labels = (
            fitted(self.network, self.data)[: self.samples],
            self.data.test_labels[: self.samples],
        )
        return Task(
            self.network,
            inputs,
            labels,
            self.chips,
            self.seed,
            self.transient,
            self.workers,
            self.programmings,
        )

    @property
    def all_chips(self) -> int:
        """How many chips `judge` programs."""
        return self.chips * len(self.rates) + sum(chips_of(c, self.chips) for c in self.statistics.conditions)


def judge(asked: Asked, progress: Callable[[int], None] = lambda _: None) -> Result:
    """Return all that is found; `progress` is told how many chips are done."""
    task, conditions = asked.task, asked.statistics.conditions
    seconds = _timed(asked.network, task.inputs)
    sweep = sweep_rates(
        asked.network, task.inputs, task.labels, asked.chips, rates=asked.rates, seed=asked.seed,
        workers=asked.workers, progress=progress,
    )  # fmt: skip
    evaluated, before, known = [], asked.chips * len(asked.rates), {}
    for condition in conditions:
        evaluated.append(evaluate_condition(task, condition, _after(progress, before), known))
        before += chips_of(condition, asked.chips)
    budgets = {c.name: b for c in conditions if (b := _budgets(asked.network, c, seconds))}
    data = asked.data
    said = f"{data.name} ({data.split}; {data.source})"
    refresh = refresh_of(asked.statistics.read_disturb, asked.network)
    return Result(task, said, sweep, tuple(evaluated), budgets, majority(task.labels), refresh)


def data_name(network: str, data: str | None) -> str:
    """Return the name of the data to test on, of a network that comes along those that it was trained for.

    Raises:
        InputError: the network does not come along, and `data` is None.
    """
    found = data or data_of(network)
    if found is None:
        raise InputError(
            f"`--data` is missing: `{network}` does not come along; known sets: {', '.join(SETS)}"
        )
    return found


def _timed(network: Network, inputs: np.ndarray) -> float:
    """Return seconds per inference on this processor."""
    begun = time.process_time()
    network.scores(inputs[:_TIMED])
    return (time.process_time() - begun) / len(inputs[:_TIMED])


def _budgets(network: Network, condition: Condition, seconds: float) -> tuple[Budget, ...]:
    if condition.energy_read is None:
        return ()
    digital = load_digital()
    read = binarized(network, condition.energy_read.mean, digital, f"simulated, condition {condition.name}")
    return (
        read,
        eight_bit(network, digital, off_chip=False),
        eight_bit(network, digital, off_chip=True),
        on_cpu(seconds, digital),
    )


def _after(progress: Callable[[int], None], before: int) -> Callable[[int], None]:
    return lambda chips: progress(before + chips)
