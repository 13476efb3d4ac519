"""What a run has to simulate: chains and points of studies, cut into ranges of samples that depend on nothing else."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeVar

import pandas as pd

from spicekit.characterize.chain import Chain
from spicekit.characterize.simulate import sample_table, simulate_range
from spicekit.characterize.stop import Progress
from spicekit.registry import studies
from spicekit.studies.study import Point, labelled, lost

LOCAL_SECONDS, CLUSTER_SECONDS = 2.0, 10.0
"""How long a task should take: little is lost when a run is interrupted; longer where messages cost."""
_MOST = 500  # samples of a task


@dataclass
class Pace:
    """How many samples a task should have, so that it takes `seconds`; results do not depend on it."""

    seconds: float
    _rates: dict[str, float] = field(default_factory=dict)  # samples per second, by the name of the progress

    def note(self, name: str, samples: int, seconds: float) -> None:
        """Take in how long a task took in its worker."""
        self._rates[name] = samples / max(seconds, 1e-9)

    def size(self, name: str) -> int:
        """Return the samples of the next task; one where nothing is known yet, so that something is soon."""
        # points of a study are alike, and so are chains
        kin = [rate for other, rate in self._rates.items() if _kind(other) == _kind(name)]
        rate = self._rates.get(name, min(kin, default=0.0))
        return min(max(round(rate * self.seconds), 1), _MOST)


def _kind(name: str) -> str:
    return name.split("/")[0] if "/" in name else ""


@dataclass(frozen=True)
class Task:
    """Samples `start` … `stop` - 1 of one chain."""

    chain: Chain
    seed: int
    start: int
    stop: int
    study: None = None

    @property
    def name(self) -> str:
        """Name of the progress that it is a part of."""
        return self.chain.name

    def simulate(self) -> pd.DataFrame:
        """Return the rows of its samples."""
        return simulate_range(self.chain, self.seed, self.start, self.stop)

    def lost(self, reason: str) -> pd.DataFrame:
        """Return the row of a task of one sample, whose simulation killed its process."""
        return lost_sample(self, reason)


@dataclass(frozen=True)
class StudyTask:
    """Samples `start` … `stop` - 1 of one point of a study."""

    study: str
    point: Point
    seed: int
    start: int
    stop: int

    @property
    def name(self) -> str:
        """Name of the progress that it is a part of."""
        return f"{self.study}/{self.point.name}"

    def simulate(self) -> pd.DataFrame:
        """Return the rows of its samples."""
        return labelled(
            self.point, studies()[self.study].simulate(self.point, self.seed, self.start, self.stop)
        )

    def lost(self, reason: str) -> pd.DataFrame:
        """Return the row of a task of one sample, whose simulation killed its process."""
        return lost(self.point, self.start, reason)


Work = Task | StudyTask
AnyTask = TypeVar("AnyTask", Task, StudyTask)


def singles(task: Work) -> list[Work]:
    """Return the task cut into single samples."""
    return [replace(task, start=i, stop=i + 1) for i in range(task.start, task.stop)]


@dataclass(frozen=True)
class Simulated:
    """What a worker gives back of a task."""

    rows: pd.DataFrame
    seconds: float  # that it took


def simulate_task(task: Work) -> Simulated:
    """Run a task in the process at hand; the entry point of workers."""
    begun = time.monotonic()
    return Simulated(task.simulate(), time.monotonic() - begun)


def open_tasks(chain: Chain, seed: int, progress: Progress, size: Callable[[], int]) -> Iterator[Task]:
    """Yield the tasks for those samples that have not come back, until `progress` says that it is enough.

    `size` gives the most samples of the task that comes next.
    """
    return _open(lambda start, stop: Task(chain, seed, start, stop), progress, size)


def open_study_tasks(
    study: str, point: Point, seed: int, progress: Progress, size: Callable[[], int]
) -> Iterator[StudyTask]:
    """Yield the tasks for those samples of a point that have not come back."""
    return _open(lambda start, stop: StudyTask(study, point, seed, start, stop), progress, size)


def _open(
    make: Callable[[int, int], AnyTask], progress: Progress, size: Callable[[], int]
) -> Iterator[AnyTask]:
    end = progress.start + progress.rule.samples
    start = progress.end
    while start < end and progress.stopped is None:
        if progress.has(start):
            start += 1
            continue
        stop, most = start + 1, min(start + size(), end)
        while stop < most and not progress.has(stop):
            stop += 1
        yield make(start, stop)
        start = stop


def lost_sample(task: Task, reason: str) -> pd.DataFrame:
    """Return the row of a single sample whose simulation killed its process: a discard without numbers."""
    return sample_table(
        {
            "condition": [task.chain.condition.name],
            "cycles": [task.chain.cycles],
            "sample": [task.start],
            "outcome": ["discard"],
            "reason": [reason],
            "weight": [1 if task.start % 2 == 0 else -1],
        }
    )
