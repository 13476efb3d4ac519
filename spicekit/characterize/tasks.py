"""What a run has to simulate: chains and points of studies, cut into ranges of samples that depend on nothing else."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

import pandas as pd

from spicekit.characterize.chain import Chain
from spicekit.characterize.simulate import sample_table, simulate_range
from spicekit.characterize.stop import Progress
from spicekit.characterize.studies import STUDIES, Point
from spicekit.characterize.studies.study import labelled, lost

_SMALLEST = 10  # samples: loading the decks stays a small part
LOCAL_CHUNK, CLUSTER_CHUNK = (
    100,
    250,
)  # at most: some seconds here, to see progress; longer where messages cost
_TASKS_PER_WORKER = 8


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
            self.point, STUDIES[self.study].simulate(self.point, self.seed, self.start, self.stop)
        )

    def lost(self, reason: str) -> pd.DataFrame:
        """Return the row of a task of one sample, whose simulation killed its process."""
        return lost(self.point, self.start, reason)


Work = Task | StudyTask
AnyTask = TypeVar("AnyTask", Task, StudyTask)


def singles(task: Work) -> list[Work]:
    """Return the task cut into single samples."""
    return [replace(task, start=i, stop=i + 1) for i in range(task.start, task.stop)]


def simulate_task(task: Work) -> pd.DataFrame:
    """Run a task in the process at hand; the entry point of workers."""
    return task.simulate()


def chunk_size(samples: int, workers: int, largest: int) -> int:
    """Return how many samples a task should have; results do not depend on it."""
    return min(max(samples // (_TASKS_PER_WORKER * workers), _SMALLEST), largest)


def open_tasks(chain: Chain, seed: int, progress: Progress, size: int) -> Iterator[Task]:
    """Yield the tasks for those samples that have not come back, until `progress` says that it is enough."""
    return _open(lambda start, stop: Task(chain, seed, start, stop), progress, size)


def open_study_tasks(
    study: str, point: Point, seed: int, progress: Progress, size: int
) -> Iterator[StudyTask]:
    """Yield the tasks for those samples of a point that have not come back."""
    return _open(lambda start, stop: StudyTask(study, point, seed, start, stop), progress, size)


def _open(make: Callable[[int, int], AnyTask], progress: Progress, size: int) -> Iterator[AnyTask]:
    end = progress.start + progress.rule.samples
    start = progress.end
    while start < end and progress.stopped is None:
        if progress.has(start):
            start += 1
            continue
        stop = start + 1
        while stop < min(start + size, end) and not progress.has(stop):
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
