"""What a run has to simulate: chains cut into ranges of samples, each a function of its task alone."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from spicekit.characterize.chain import Chain
from spicekit.characterize.simulate import sample_table, simulate_range
from spicekit.characterize.stop import Progress

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

    @property
    def samples(self) -> int:
        return self.stop - self.start

    def singles(self) -> list["Task"]:
        """Return the task cut into single samples."""
        return [Task(self.chain, self.seed, i, i + 1) for i in range(self.start, self.stop)]


def simulate_task(task: Task) -> pd.DataFrame:
    """Run a task in the process at hand; the entry point of workers."""
    return simulate_range(task.chain, task.seed, task.start, task.stop)


def chunk_size(samples: int, workers: int, largest: int) -> int:
    """Return how many samples a task should have; results do not depend on it."""
    return min(max(samples // (_TASKS_PER_WORKER * workers), _SMALLEST), largest)


def open_tasks(chain: Chain, seed: int, progress: Progress, size: int) -> Iterator[Task]:
    """Yield the tasks for those samples that have not come back, until `progress` says that it is enough."""
    end = progress.start + progress.rule.samples
    start = progress.end
    while start < end and progress.stopped is None:
        if progress.has(start):
            start += 1
            continue
        stop = start + 1
        while stop < min(start + size, end) and not progress.has(stop):
            stop += 1
        yield Task(chain, seed, start, stop)
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
