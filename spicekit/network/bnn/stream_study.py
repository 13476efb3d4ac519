"""Streams of random bits in the first layer: what they lose, and what they cost, side by side."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from spicekit.errors import InputError
from spicekit.models.digital import load_digital
from spicekit.models.logic_area import load_logic_area
from spicekit.network.bnn.in_array import ArrayFigures, memory_of
from spicekit.network.bnn.network import Network
from spicekit.network.bnn.stream_costs import WAYS, Cost, Parts, cost, parts_of
from spicekit.network.bnn.streams import (
    LONGEST,
    SOURCES,
    Streamed,
    Streams,
    check,
    fixed_point_classes,
    levels_of,
    streams,
)
from spicekit.network.bnn.tiling import tile
from spicekit.statistics import Condition, Statistics
from spicekit.studies.bayes_column.result import BayesColumn

_BEARABLE = 0.02  # of accuracy lost, up to which a saving is worth a word


@dataclass(frozen=True)
class StreamsAsked:
    """What streams are asked for, and what they cost is counted with.

    Raises:
        InputError: at construction, lengths out of range, or statistics without what is counted with.
    """

    cycles: tuple[int, ...]
    figures: ArrayFigures
    gates: Statistics  # with `bayes_column`: comparator and flip-flop
    gates_source: str
    chips: int = 3

    def __post_init__(self) -> None:
        if not self.cycles or not all(1 <= one <= LONGEST for one in self.cycles):
            raise InputError(
                f"`--streams` is {','.join(map(str, self.cycles))!r}, expected lengths from 1 to {LONGEST} cycles, "
                "such as 1,2,4,8,16"
            )
        if self.gates.of(BayesColumn) is None:
            raise InputError(f"{self.gates_source}: has no `bayes_column`, which `--streams` counts with")

    def parts(self, condition: Condition) -> Parts:
        """Return what first layers are built of, with weights as in the condition."""
        column = self.gates.of(BayesColumn)
        assert column is not None
        return parts_of(
            self.figures, memory_of(self.figures, condition), load_digital(), column,
            f"simulated at the gates, {self.gates_source}", load_logic_area(),
        )  # fmt: skip


@dataclass(frozen=True)
class Priced:
    """Streams of one length with what they cost."""

    streamed: Streamed
    cost: Cost


@dataclass(frozen=True)
class StreamStudy:
    """All that is found of streams."""

    streams: Streams
    fixed: Cost
    priced: tuple[Priced, ...]  # by way, source and length
    read_again: Cost  # of one cycle, read from the memory
    parts: Parts
    counter_bits: int  # of a neuron that counts one bit after another
    beside: tuple[str, float] | None  # another network with inputs of eight bits: its name and accuracy

    @property
    def cheapest(self) -> Priced | None:
        """The most accurate streams that take less energy than fixed point and lose little; None if none do."""
        good = [
            one for one in self.priced
            if one.cost.budget.total < self.fixed.budget.total and one.streamed.accuracy.loss[1] < _BEARABLE
        ]  # fmt: skip
        return max(good, key=lambda one: one.streamed.accuracy.mean, default=None)


def chips_of_streams(asked: StreamsAsked | None) -> int:
    """Return how many chips `study_streams` simulates."""
    return 0 if asked is None else asked.chips * len(SOURCES)


def study_streams(
    network: Network,
    inputs: np.ndarray,
    labels: np.ndarray,
    condition: Condition,
    asked: StreamsAsked,
    *,
    beside: tuple[Network, np.ndarray] | None = None,
    seed: int = 0,
    workers: int = 1,
    progress: Callable[[int], None] = lambda _: None,
) -> StreamStudy:
    """Return accuracies, energies and areas of the lengths asked.

    Args:
        inputs, labels: of the test, (samples, *network.input_shape), (samples,).
        condition: how the weights are written.
        beside: another network with its inputs, whose accuracy in fixed point is set beside if it takes streams.

    Raises:
        InputError: the network takes no streams.
    """
    found = streams(
        network, inputs, labels, asked.cycles, asked.chips, seed=seed, workers=workers, progress=progress
    )
    parts = asked.parts(condition)
    priced = [
        Priced(one, cost(network, parts, way, one.source, one.cycles))
        for way in WAYS[1:]
        for one in found.found
    ]
    source = next(iter(SOURCES))
    return StreamStudy(
        found, cost(network, parts, WAYS[0]), tuple(priced), cost(network, parts, WAYS[1], source, 1), parts,
        tile(network)[0].sum_width, None if beside is None else _fixed_point(*beside, labels),
    )  # fmt: skip


def _fixed_point(network: Network, inputs: np.ndarray, labels: np.ndarray) -> tuple[str, float] | None:
    try:
        check(network)
    except InputError:
        return None
    classes = fixed_point_classes(network, levels_of(network, inputs))
    return network.name, float((classes == labels).mean())


def summary_of_streams(study: StreamStudy) -> dict[str, Any]:
    """Return it as JSON."""
    return {
        "fixed_point": {
            "accuracy": study.streams.fixed_point, "energy_inference": study.fixed.budget.total,
            "area": study.fixed.area, "parts": _parts(study.fixed),
        },
        "beside": None if study.beside is None else {"network": study.beside[0], "accuracy": study.beside[1]},
        "streams": [_summary(one) for one in study.priced],
    }  # fmt: skip


def _summary(one: Priced) -> dict[str, Any]:
    at = one.streamed.accuracy
    low, high = at.interval
    return {
        "first_layer": one.cost.way, "random_numbers": one.streamed.source, "cycles": one.streamed.cycles,
        "low": low, "mean": at.mean, "high": high, "chips": len(at.of_chips), "samples": at.samples,
        "loss": dict(zip(("low", "mean", "high"), at.loss, strict=True)),
        "energy_inference": one.cost.budget.total, "area": one.cost.area, "parts": _parts(one.cost),
    }  # fmt: skip


def _parts(one: Cost) -> dict[str, float]:
    return {item.name: item.energy for item in one.budget.items}


def rows_of_streams(study: StreamStudy) -> Sequence[dict[str, Any]]:
    """Return one row per first layer and length, for a table; SI units."""
    rows = [{"first_layer": WAYS[0], **_row(study.fixed), "accuracy": study.streams.fixed_point}]
    for one in study.priced:
        found = _summary(one)
        rows.append(
            {
                "first_layer": one.cost.way, "random_numbers": one.streamed.source, "cycles": one.streamed.cycles,
                **_row(one.cost), "accuracy": found["mean"], "accuracy_low": found["low"],
                "accuracy_high": found["high"],
            }
        )  # fmt: skip
    return rows


def _row(one: Cost) -> dict[str, float]:
    return {
        "energy_inference": one.budget.total,
        "area_memory": one.memory_area,
        "area_logic": one.logic_area,
    }
