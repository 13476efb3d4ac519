"""What a run has to simulate: points of studies, cut into ranges of samples that depend on nothing else."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial

import pandas as pd

from spicekit.registry import studies
from spicekit.run.plan import PlannedStudy
from spicekit.run.state import Progress, State
from spicekit.run.work import Work
from spicekit.run_folder import name_of, study_of
from spicekit.studies.study import Point, labelled

LOCAL_SECONDS, CLUSTER_SECONDS = 2.0, 10.0
"""How long a task should take: little is lost when a run is interrupted; longer where messages cost."""
_MOST = 500  # samples of a task


@dataclass
class Pace:
    """How many samples a task should have, so that it takes `seconds`; results do not depend on it."""

    seconds: float
    _rates: dict[str, float] = field(default_factory=dict)  # samples per second, by the name of the point

    def note(self, name: str, samples: int, seconds: float) -> None:
        """Take in how long a task took in its worker."""
        self._rates[name] = samples / max(seconds, 1e-9)

    def size(self, name: str) -> int:
        """Return the samples of the next task; one where nothing is known yet, so that something is soon."""
        # points of a study are alike
        kin = [rate for other, rate in self._rates.items() if study_of(other) == study_of(name)]
        rate = self._rates.get(name, min(kin, default=0.0))
        return min(max(round(rate * self.seconds), 1), _MOST)


@dataclass(frozen=True)
class Task:
    """Samples `start` … `stop` - 1 of one point of a study."""

    study: str
    point: Point
    seed: int
    start: int
    stop: int

    @property
    def name(self) -> str:
        """Name of the point in a run."""
        return name_of(self.study, self.point.name)

    @property
    def work(self) -> Work:
        """What a worker is sent of it."""
        return Work(studies()[self.study].simulate, self.point, self.seed, self.start, self.stop)

    def lost(self, reason: str) -> pd.DataFrame:
        """Return the row of a task of one sample, whose simulation killed its process."""
        return labelled(self.point, studies()[self.study].lost(self.point, self.start, reason))


def singles(task: Task) -> list[Task]:
    """Return the task cut into single samples."""
    return [replace(task, start=i, stop=i + 1) for i in range(task.start, task.stop)]


def tasks_of(planned: PlannedStudy, seed: int, state: State, pace: Pace) -> Iterator[Task]:
    """Yield the tasks for all samples of a study that have not come back and that a stop rule still wants."""
    for point in planned.wanted:
        name = planned.name_of(point)
        yield from open_tasks(planned.study.name, point, seed, state[name], partial(pace.size, name))


def open_tasks(
    study: str, point: Point, seed: int, progress: Progress, size: Callable[[], int]
) -> Iterator[Task]:
    """Yield the tasks for those samples of a point that have not come back, until `progress` says that it is enough.

    `size` gives the most samples of the task that comes next.
    """
    end = progress.rule.first + progress.rule.samples
    start = progress.end
    while start < end and progress.stopped is None:
        if progress.has(start):
            start += 1
            continue
        stop, most = start + 1, min(start + size(), end)
        while stop < most and not progress.has(stop):
            stop += 1
        yield Task(study, point, seed, start, stop)
        start = stop
