"""The estimates of a run: those that are stored already, and those that workers have still to make."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from spicekit.characterize.chain import Chain
from spicekit.characterize.collect import Collector, State, chunks
from spicekit.characterize.estimates.combine import mean_rate
from spicekit.characterize.estimates.task import (
    STORED,
    EstimateTask,
    Request,
    Stored,
    load_estimate,
    save_estimate,
)
from spicekit.characterize.folder import note_estimates
from spicekit.characterize.limit import Cell, ChainLimit, Limit
from spicekit.characterize.single_ended import SingleEndedLimit, reference_resistance
from spicekit.characterize.stop import Progress, StopRule
from spicekit.ngspice.pool import Crashed
from spicekit.run_folder import RunFolder
from spicekit.statistics import Condition, RareEstimate

ESTIMATES = "estimates/"
"""Before the name of an estimate in the progress of a run, where it counts in runs; no study is called so."""


@dataclass(frozen=True)
class Gathered:
    """Tasks of all estimates that can be made, with what is stored of each, None if it was not made."""

    made: Mapping[str, tuple[EstimateTask, Stored | None]]
    names: tuple[str, ...]  # of all that were asked for
    halted: str | None  # why not all were made

    def update(self, condition: Condition) -> Condition:
        """Return the condition with its estimates."""
        own = [pair for pair in self.made.values() if pair[0].request.chain.condition.name == condition.name]
        estimates = [stored.estimate for _, stored in own if stored is not None]
        references = (task.limit.reference for task, _ in own if isinstance(task.limit, SingleEndedLimit))
        asked = own[0][0].request.values if own else lambda _: STORED
        return with_estimates(condition, estimates, next(references, None), asked)

    def manifest(self) -> dict[str, dict[str, Any]]:
        """Return for each estimate asked for what came of it."""
        return {name: self._entry(name) for name in self.names}

    def _entry(self, name: str) -> dict[str, Any]:
        if name not in self.made:
            return {"stopped": "too few samples for a reference resistance"}
        task, stored = self.made[name]
        if stored is None:
            return {"identity": task.identity, "stopped": self.halted or "incomplete"}
        found = stored.estimate
        return {
            "identity": stored.identity,
            "runs": found.runs,
            "wall_time": stored.wall_time,
            "outcome": found.outcome,
        }


def with_estimates(
    condition: Condition,
    estimates: Iterable[RareEstimate],
    reference: float | None,
    asked: Callable[[Cell], tuple[int, ...]],
) -> Condition:
    """Return the condition with these estimates.

    Args:
        reference: Ohm, what 1T1R is read against.
        asked: of a cell, the stored values that were to be estimated.
    """
    estimates = tuple(estimates)
    return condition.model_copy(
        update={
            "estimates": estimates,
            "ber_2t2r_estimated": mean_rate(estimates, "2t2r", asked("2t2r")),
            "ber_1t1r_estimated": mean_rate(estimates, "1t1r", asked("1t1r")),
            "reference": reference,
        }
    )


def limits_of(chain: Chain, cells: Iterable[Cell], samples: pd.DataFrame) -> list[Limit]:
    """Return the limit functions of fresh cells.

    The fresh `samples` of the chain place the reference that 1T1R is read against; too few of them leave it out.
    """
    limits: list[Limit] = []
    for cell in cells:
        if cell == "2t2r":
            limits += [ChainLimit(chain, stored) for stored in STORED]
        elif (reference := reference_resistance(samples)) is not None:
            limits += [SingleEndedLimit(chain, stored, reference) for stored in STORED]
    return limits


def expected(requests: Iterable[Request], folder: RunFolder) -> State:
    """Return the progress of all estimates, in runs; those that are stored as they would be asked for are done."""
    state = {}
    for request in requests:
        for name in request.names:
            progress = state[ESTIMATES + name] = Progress(StopRule(request.max_runs))
            stored = load_estimate(folder, name)
            if stored is not None and request.public.items() <= stored.request.items():
                _close(progress, stored)
    return state


def gather(
    requests: Iterable[Request], folder: RunFolder, samples: pd.DataFrame, collector: Collector
) -> Gathered:
    """Make all estimates that are not stored yet, each stored as soon as it is there.

    Raises:
        StorageError: the disk is full; what was stored stays.
        SimulatorError: ngspice refuses a deck.
    """
    requests = tuple(requests)
    tasks = {task.name: task for request in requests for task in _tasks(request, samples)}
    names = tuple(name for request in requests for name in request.names)
    if tasks:
        note_estimates(folder, {name: task.identity for name, task in tasks.items()})
    found: dict[str, Stored] = {}
    for name in names:
        stored = load_estimate(folder, name)
        if name not in tasks:
            collector.state[ESTIMATES + name].stopped = "no reference"
        elif stored is not None and stored.identity == tasks[name].identity:
            found[name] = stored
        else:
            collector.state[ESTIMATES + name] = Progress(collector.state[ESTIMATES + name].rule)
    missing = [task for name, task in tasks.items() if name not in found]
    if missing:
        for task, stored in _make(missing, collector):
            save_estimate(folder, task.name, stored)
            found[task.name] = stored
            _close(collector.state[ESTIMATES + task.name], stored)
            collector.show(collector.state)
    return Gathered({name: (task, found.get(name)) for name, task in tasks.items()}, names, collector.halted)


def _make(tasks: list[EstimateTask], collector: Collector) -> Iterable[tuple[EstimateTask, Stored]]:
    from spicekit.characterize.estimates.simulate import run_estimate  # here, as loading OpenTURNS takes time

    for index, result in chunks(collector.settings, run_estimate, collector.until_halted(tasks)):
        if isinstance(result, Crashed):
            result = tasks[index].lost(f"{result.reason.value}: {result.detail}")
        yield tasks[index], result


def _tasks(request: Request, samples: pd.DataFrame) -> list[EstimateTask]:
    chain = request.chain
    mine = samples[(samples["condition"] == chain.condition.name) & (samples["cycles"] == 0)]
    limits = limits_of(chain, request.cells, mine)
    return [EstimateTask(limit, request) for limit in limits if limit.stored in request.values(limit.cell)]


def _close(progress: Progress, stored: Stored) -> None:
    progress.received, progress.stopped = stored.estimate.runs, stored.estimate.outcome
