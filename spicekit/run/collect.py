"""The loop of a run: hands out tasks until everything is stopped, takes in and stores what comes back."""

import contextlib
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from spicekit.ngspice.executors import LOCAL, Backend
from spicekit.ngspice.pool import Crashed, run_chunks
from spicekit.run.state import State
from spicekit.run.store import Store
from spicekit.run.tasks import CLUSTER_SECONDS, LOCAL_SECONDS, Pace, Task, singles
from spicekit.run.work import Work, simulate_work
from spicekit.run_folder import RunFolder

T = TypeVar("T")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Settings:
    """How a run is carried out; none of it changes a sample."""

    workers: int = 1
    executor: Backend = LOCAL
    sample_timeout: float = 120.0  # s
    wall_time: float | None = None  # s
    max_discards: float = 1e-3  # share of the samples


@dataclass
class Collector:
    """Simulates and stores; `halted` says why no more tasks were handed out before all were done."""

    folder: RunFolder
    state: State
    settings: Settings
    progress: Callable[[State], None]
    most_samples: int
    identities: dict[str, str]  # of each point
    halted: str | None = None
    begun: float = field(default_factory=time.monotonic)
    stores: dict[str, Store] = field(default_factory=dict)
    pace: Pace = field(init=False)

    def __post_init__(self) -> None:
        self.pace = Pace(LOCAL_SECONDS if self.settings.executor is LOCAL else CLUSTER_SECONDS)

    def collect(self, tasks: Iterable[Task]) -> None:
        """Simulate and store all tasks; a chunk that kills its worker is taken apart sample by sample."""
        try:
            crashed = self._simulate(self._until_halted(tasks))
            self._simulate(single for task in crashed for single in singles(task))
        finally:
            for store in self.stores.values():
                store.flush()

    def _until_halted(self, tasks: Iterable[Task]) -> Iterator[Task]:
        """Yield the tasks one by one, as long as the run is to go on."""
        for task in tasks:
            if self._halt():
                return
            yield task

    def _halt(self) -> bool:
        limit = self.settings.wall_time
        if limit is not None and time.monotonic() - self.begun > limit:
            self.halted = f"wall time ({limit:g} s)"
        if sum(p.discards for p in self.state.values()) > self.settings.max_discards * self.most_samples:
            self.halted = f"more discards than {self.settings.max_discards:g}"
        return self.halted is not None

    def _simulate(self, tasks: Iterator[Task]) -> list[Task]:
        crashed: list[Task] = []
        handed_out: list[Task | None] = []  # forgotten once they are back

        def noted() -> Iterator[Work]:
            for task in tasks:
                handed_out.append(task)
                yield task.work

        for index, result in chunks(self.settings, simulate_work, noted()):
            task, handed_out[index] = handed_out[index], None
            assert task is not None  # each index comes back once
            if isinstance(result, Crashed):
                if task.stop - task.start > 1:
                    crashed.append(task)
                    continue
                rows = task.lost(f"{result.reason.value}: {result.detail}")
            else:
                rows = result.rows
                self.pace.note(task.name, task.stop - task.start, result.seconds)
            if task.study not in self.stores:
                self.stores[task.study] = Store(self.folder, self.identities, task.study)
            self.stores[task.study].add(rows)
            self.state[task.name].take_in(rows)
            self.progress(self.state)
        return crashed


def chunks(
    settings: Settings, function: Callable[[T], Result], tasks: Iterable[T]
) -> Generator[tuple[int, Result | Crashed[T]], None, None]:
    """Yield (index of the task, result) as workers give them back."""
    running = run_chunks(
        function, tasks, workers=settings.workers, timeout=settings.sample_timeout, executor=settings.executor
    )
    with contextlib.closing(running):  # an error here must end the workers at once
        yield from running
