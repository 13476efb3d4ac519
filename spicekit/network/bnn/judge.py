"""All that is asked of a binarized network on simulated memory, from statistics and test data to one result."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from spicekit.errors import InputError
from spicekit.models.digital import load_digital
from spicekit.network.bnn.bundled import data_of, on_data
from spicekit.network.bnn.by_layer import by_layer
from spicekit.network.bnn.conditions import ENDS, Task, check, chips_of, evaluate_condition
from spicekit.network.bnn.energy import Budget, binarized, eight_bit, memories, on_cpu, same_neurons
from spicekit.network.bnn.fitting import fitted, inputs_to_adapt
from spicekit.network.bnn.in_array import ArrayFigures, cells_in_array, counts, in_array, memory_of
from spicekit.network.bnn.network import Network
from spicekit.network.bnn.read_energy import read_energy_of
from spicekit.network.bnn.refresh import refresh_of
from spicekit.network.bnn.result import Result, majority
from spicekit.network.bnn.stream_study import StreamsAsked, StreamStudy, chips_of_streams, study_streams
from spicekit.network.bnn.streams import check as check_streams
from spicekit.network.bnn.sweep import RATES, Sweep, chips_of_sweep, sweep_rates
from spicekit.network.bnn.tiling import tile
from spicekit.network.bnn.widths import Width, widths_of
from spicekit.network.data import SETS
from spicekit.network.data.dataset import Dataset
from spicekit.statistics import Condition, Statistics

CHIPS = 30
"""Chips at each rate unless asked otherwise: of more the interval is no smaller, as test samples make most of it."""
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
    chips: int = CHIPS  # at each rate
    rates: Sequence[float] = RATES  # of the sweep
    transient: float = 0.0  # error rate of single reads
    seed: int = 0
    workers: int = 1
    programmings: int = 2  # of each chip, where the statistics say how errors gather
    adapt: int = 0  # training samples from which chips set their thresholds again; 0: they do not
    beside: Network | None = None  # another network for the same data, whose curve is drawn beside
    layer_rates: Sequence[float] = ()  # at which each layer alone has errors
    array: ArrayFigures | None = None  # what a bit takes in its array, set beside lone reads
    streams: StreamsAsked | None = None  # lengths of streams of random bits in the first layer
    verify: int = 0  # times that a pair which reads wrong is programmed again, at most; 0: it is not read

    def __post_init__(self) -> None:
        if not self.statistics.conditions:
            raise InputError(
                "the statistics have no conditions, so that no weight can be wrong: expected one at least"
            )
        for condition in self.statistics.conditions:
            check(condition)
        object.__setattr__(self, "network", on_data(self.network, self.data))
        if self.beside is not None:
            object.__setattr__(self, "beside", on_data(self.beside, self.data))
        fitted(self.network, self.data)
        if self.beside is not None:
            fitted(self.beside, self.data)
        if self.streams is not None:
            check_streams(self.network)
            self.streams.parts(self.statistics.conditions[0])
        if self.adapt:
            inputs_to_adapt(self.network, self.data, self.adapt, self.seed)

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
            inputs_to_adapt(self.network, self.data, self.adapt, self.seed) if self.adapt else None,
            self.verify,
        )

    def chips_of(self, condition: Condition) -> int:
        """Return how many chips are programmed to judge a condition."""
        return chips_of(condition, self.chips, bool(self.adapt), bool(self.verify))

    @property
    def chips_in_array(self) -> int:
        """How many chips are programmed to judge a condition with the errors of an array."""
        return self.chips * (len(ENDS) + bool(self.adapt))

    @property
    def all_chips(self) -> int:
        """How many chips `judge` programs."""
        sweeps = 1 + bool(self.adapt) + (self.beside is not None)
        layers = len(self.network.weighted) * chips_of_sweep(self.layer_rates, self.chips)
        judged = self.statistics.conditions
        conditions = sum(self.chips_of(condition) for condition in judged)
        if self.array is not None:
            conditions += self.chips_in_array * sum(counts(self.array, condition) for condition in judged)
        swept = sweeps * chips_of_sweep(self.rates, self.chips)
        return swept + layers + conditions + chips_of_streams(self.streams)


def judge(asked: Asked, progress: Callable[[int], None] = lambda _: None) -> Result:
    """Return all that is found; `progress` is told how many chips are done."""
    task, conditions, chips = asked.task, asked.statistics.conditions, asked.chips
    seconds = _timed(asked.network, task.inputs)
    done = 0

    def swept(network: Network, inputs: np.ndarray, adapt: np.ndarray | None = None) -> Sweep:
        nonlocal done
        found = sweep_rates(
            network, inputs, task.labels, chips, rates=asked.rates, seed=asked.seed, workers=asked.workers,
            transient=asked.transient, adapt=adapt, progress=_after(progress, done),
        )  # fmt: skip
        done += chips_of_sweep(asked.rates, chips)
        return found

    sweep = swept(asked.network, task.inputs)
    adapted = None if task.adapt is None else swept(asked.network, task.inputs, task.adapt)
    beside = None
    if asked.beside is not None:
        beside = swept(asked.beside, fitted(asked.beside, asked.data)[: asked.samples])
    layers = by_layer(
        asked.network, task.inputs, task.labels, asked.layer_rates, chips,
        seed=asked.seed, workers=asked.workers, progress=_after(progress, done),
    )  # fmt: skip
    done += len(layers) * chips
    evaluated, known, arrayed = [], {}, {}
    for condition in conditions:
        evaluated.append(evaluate_condition(task, condition, _after(progress, done), known))
        done += asked.chips_of(condition)
        if asked.array and counts(asked.array, condition):
            after = _after(progress, done)
            arrayed[condition.name] = cells_in_array(task, condition, asked.array, after, known)
            done += asked.chips_in_array
    budgets, widths = budgets_of(asked.network, asked.statistics, seconds), _widths(asked)
    streamed = _streams(asked, task, _after(progress, done))
    data = asked.data
    said = f"{data.name} ({data.split}; {data.source})"
    refresh = refresh_of(asked.statistics, asked.network)
    return Result(
        task,
        said,
        sweep,
        tuple(evaluated),
        budgets,
        majority(task.labels),
        refresh,
        adapted,
        beside,
        layers,
        widths,
        in_array(
            asked.network, conditions, asked.array, load_digital(), asked.statistics.read_disturb, arrayed
        )
        if asked.array
        else {},
        streamed,
    )


def _streams(asked: Asked, task: Task, progress: Callable[[int], None]) -> StreamStudy | None:
    if asked.streams is None:
        return None
    other = asked.beside
    beside = None if other is None else (other, fitted(other, asked.data)[: asked.samples])
    return study_streams(
        asked.network, task.inputs, task.labels, asked.statistics.conditions[0], asked.streams,
        beside=beside, seed=asked.seed, workers=asked.workers, progress=progress,
    )  # fmt: skip


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


def budgets_of(network: Network, statistics: Statistics, seconds: float) -> dict[str, tuple[Budget, ...]]:
    """Return the budgets by condition, the network in memory first; of conditions without energies none.

    Args:
        seconds: what one inference takes on this processor.
    """
    digital, found = load_digital(), {}
    for condition in statistics.conditions:
        read = read_energy_of(condition, statistics.read_disturb)
        if read is None:
            continue
        places = memories(read, digital)
        found[condition.name] = (
            binarized(tile(network), places[0], digital),
            *(eight_bit(same_neurons(network), place, digital) for place in places),
            on_cpu(seconds, digital),
        )
    return found


def _widths(asked: Asked) -> tuple[Width, ...]:
    disturb = asked.statistics.read_disturb
    found = [(one, read) for one in asked.statistics.conditions if (read := read_energy_of(one, disturb))]
    if not found:
        return ()
    (condition, read), digital, array = found[0], load_digital(), asked.array
    further = [(memory_of(array, condition, read.refresh), array.logic(digital))] if array else []
    return widths_of(asked.network.name, read, digital, further)


def _after(progress: Callable[[int], None], before: int) -> Callable[[int], None]:
    return lambda chips: progress(before + chips)
