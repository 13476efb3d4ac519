"""Runs a plan into a run folder; run again, it resumes, and finished it does nothing."""

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import pandas as pd

from spicekit.characterize.conclude import conclude, discarded
from spicekit.characterize.examples import example_waveforms
from spicekit.characterize.folder import open_folder, write_manifest
from spicekit.characterize.plan import Plan
from spicekit.characterize.simulate import sample_table
from spicekit.characterize.stop import Progress
from spicekit.characterize.store import Store
from spicekit.characterize.tasks import (
    CLUSTER_CHUNK,
    LOCAL_CHUNK,
    Task,
    chunk_size,
    lost_sample,
    open_tasks,
    simulate_task,
)
from spicekit.errors import SimulatorError
from spicekit.ngspice.executors import LOCAL, Backend
from spicekit.ngspice.pool import Crashed, run_chunks
from spicekit.run_folder import RunFolder, Used, select, write_table
from spicekit.statistics import Statistics, save

_CLUSTER = 64  # workers, to size tasks by; a cluster may grow and shrink
T = TypeVar("T")
State = dict[str, Progress]
"""Progress of each chain, by its name."""


@dataclass(frozen=True)
class Settings:
    """How a run is carried out; none of it changes a sample."""

    workers: int = 1
    executor: Backend = LOCAL
    sample_timeout: float = 120.0  # s
    wall_time: float | None = None  # s
    max_discards: float = 1e-3  # share of the samples


@dataclass(frozen=True)
class Finished:
    """What a run came to."""

    statistics: Statistics
    samples: int  # that count
    discards: tuple[tuple[str, str], ...]  # (sample id, reason)
    too_many_discards: bool


def run(plan: Plan, folder: RunFolder, settings: Settings, show: Callable[[State], None]) -> Finished:
    """Simulate what is missing in `folder`, then write waveforms, statistics and manifest.

    `show` is called after each chunk that came back, and first with what was there already.

    Raises:
        InputError: the folder holds another experiment.
        StorageError: the disk is full; what was stored stays.
        SimulatorError: ngspice is missing or refuses a deck.
    """
    kept = open_folder(plan, folder)
    _write_examples(plan, folder, settings)  # first: a deck that ngspice refuses must not cost a sweep
    state = {chain.name: Progress(rule, plan.first) for chain, rule in plan.chains}
    if any(folder.samples_folder.glob("*.parquet")):
        _take_in(plan, state, folder.stored_samples())
    show(state)
    collector = _Collector(plan, state, Store(folder), settings, show)
    collector.collect()

    used = [
        _used(chain.condition.name, chain.cycles, state[chain.name], collector) for chain, _ in plan.chains
    ]
    stored = any(folder.samples_folder.glob("*.parquet"))
    samples = select(folder.stored_samples() if stored else sample_table(), used)
    statistics = conclude(plan.spec, plan.provenance(), samples, used)
    save(statistics, folder.statistics_file)
    lost = discarded(samples)
    stays = {
        "identity": plan.identity,
        "identities": plan.identities,
        "first": plan.first,
        "quick": plan.quick,
    }
    write_manifest(plan.spec, folder, statistics.provenance, samples, used, stays | kept)
    return Finished(statistics, len(samples), tuple(lost), len(lost) > settings.max_discards * len(samples))


@dataclass
class _Collector:
    """The loop: hands out tasks until every chain is stopped, takes in what comes back."""

    plan: Plan
    state: State
    store: Store
    settings: Settings
    show: Callable[[State], None]
    halted: str | None = None  # why no more tasks are handed out
    begun: float = 0.0

    def collect(self) -> None:
        """Simulate and store all open tasks; a chunk that kills its worker is taken apart sample by sample."""
        self.begun = time.monotonic()
        try:
            crashed = self._simulate(self._tasks())
            self._simulate(single for task in crashed for single in task.singles())
        finally:
            self.store.flush()

    def _tasks(self) -> Iterator[Task]:
        if self.settings.executor is LOCAL:
            size = chunk_size(self.plan.most_samples, self.settings.workers, LOCAL_CHUNK)
        else:
            size = chunk_size(self.plan.most_samples, _CLUSTER, CLUSTER_CHUNK)
        for chain, _ in self.plan.chains:
            for task in open_tasks(chain, self.plan.seed, self.state[chain.name], size):
                if self._halt():
                    return
                yield task

    def _halt(self) -> bool:
        limit = self.settings.wall_time
        if limit is not None and time.monotonic() - self.begun > limit:
            self.halted = f"wall time ({limit:g} s)"
        if sum(p.discards for p in self.state.values()) > self.settings.max_discards * self.plan.most_samples:
            self.halted = f"more discards than {self.settings.max_discards:g}"
        return self.halted is not None

    def _simulate(self, tasks: Iterator[Task]) -> list[Task]:
        crashed: list[Task] = []
        handed_out: list[Task | None] = []  # forgotten once they are back

        def noted() -> Iterator[Task]:
            for task in tasks:
                handed_out.append(task)
                yield task

        for index, result in _chunks(self.settings, simulate_task, noted()):
            task, handed_out[index] = handed_out[index], None
            assert task is not None  # each index comes back once
            if isinstance(result, Crashed):
                if task.samples > 1:
                    crashed.append(task)
                    continue
                result = lost_sample(task, f"{result.reason.value}: {result.detail}")
            self.store.add(result)
            self.state[task.chain.name].add(result["sample"].to_numpy(), result["outcome"].to_numpy())
            self.show(self.state)
        return crashed


def _take_in(plan: Plan, state: State, table: pd.DataFrame) -> None:
    for chain, _ in plan.chains:
        rows = table[(table["condition"] == chain.condition.name) & (table["cycles"] == chain.cycles)]
        if len(rows):
            state[chain.name].add(rows["sample"].to_numpy(), rows["outcome"].to_numpy())


def _chunks(settings: Settings, function: Callable[[T], pd.DataFrame], tasks: Iterable[T]) -> Iterator[tuple]:
    chunks = run_chunks(
        function, tasks, workers=settings.workers, timeout=settings.sample_timeout, executor=settings.executor
    )
    with contextlib.closing(chunks):  # an error here must end the workers at once
        yield from chunks


def _blaming(plan: Plan, chunks: Iterator[T]) -> Iterator[T]:
    try:
        yield from chunks
    except SimulatorError as error:
        raise plan.spec.blame(error) from None


def _used(condition: str, cycles: float, progress: Progress, collector: _Collector) -> Used:
    stopped = progress.stopped or collector.halted or "incomplete"
    return Used(condition, cycles, progress.start, progress.end, stopped)


def _write_examples(plan: Plan, folder: RunFolder, settings: Settings) -> None:
    if folder.waveforms_file.exists():
        return
    fresh = [chain for chain, _ in plan.chains if chain.cycles == 0]
    found = {}
    for index, result in _blaming(plan, _chunks(settings, example_waveforms, fresh)):
        if isinstance(result, Crashed):
            raise plan.spec.blame(SimulatorError(f"ngspice does not survive the decks: {result.detail}"))
        found[index] = result
    write_table(folder.waveforms_file, pd.concat([found[i] for i in sorted(found)], ignore_index=True))
