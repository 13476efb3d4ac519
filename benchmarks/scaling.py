"""What 1 to 1,000 workers ask of the parent and of the network, computed from sizes and times measured here.

Measured: a task and its result as bytes, CPU per chain, CPU of the parent per task (sending, receiving, counting,
storing), and what waiting for many tasks in flight costs. Computed: all with more than one worker.
"""

import argparse
import pickle
import sys
import tempfile
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from pathlib import Path

import pandas as pd

from spicekit.ngspice.pool import run_chunks
from spicekit.run.spec import load_spec
from spicekit.run.state import Progress
from spicekit.run.store import Store
from spicekit.run.tasks import Task
from spicekit.run.work import Work, simulate_work
from spicekit.run_folder import MEMORY, RunFolder
from spicekit.studies.memory.chain import build_chain
from spicekit.studies.memory.study import point_of
from spicekit.studies.study import Point, StopRule

SPEC = "programming_conditions"
WORKERS = (1, 10, 100, 1000)
AHEAD = 3  # tasks in flight per worker on a cluster


def main() -> int:
    """Measure, then print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chunks", type=int, nargs="+", default=[25, 250], help="samples per task")
    parser.add_argument("--tasks", type=int, default=300, help="sent to and fro for each chunk size")
    args = parser.parse_args()

    spec = load_spec(SPEC)
    point = point_of(build_chain(spec.technology, spec.conditions[0]))
    simulate_work(Task(MEMORY, point, 0, 0, 1).work)
    per_chain = seconds(lambda: simulate_work(Task(MEMORY, point, 0, 0, 25).work)) / 25
    task = pickle.dumps(Task(MEMORY, point, 0, 0, 25).work)
    print(f"CPU per chain: {per_chain * 1e3:.1f} ms")
    sent_bytes = len(zlib.compress(task, 1))  # as the pool sends it
    print(f"a task: {len(task) / 1e3:.1f} kB, sent as {sent_bytes / 1e3:.1f} kB")
    waits = {n: waiting(AHEAD * n) for n in WORKERS}
    print(
        "waiting for the next result: "
        + ", ".join(f"{t * 1e6:.0f} µs at {n} workers" for n, t in waits.items())
    )

    rows = []
    for size in args.chunks:
        result = table_of(point, size)
        received = len(pickle.dumps(result))
        sent = exchange(point, size, args.tasks)
        stored = storing(result, args.tasks)
        print(
            f"chunk of {size}: result {received / 1e3:.1f} kB; parent per task: {sent * 1e3:.2f} ms to and fro, "
            f"{stored * 1e3:.2f} ms to count and store"
        )
        for n in WORKERS:
            rate = n / (size * per_chain)
            rows.append(
                (size, n, rate, rate * sent_bytes, rate * received, rate * (sent + stored + waits[n]))
            )
    print("\n| chunk | workers | tasks/s | to workers MB/s | from workers MB/s | parent, share of a core |")
    print("| --- | --- | --- | --- | --- | --- |")
    for size, n, rate, out, back, cpu in rows:
        print(f"| {size} | {n:,} | {rate:.3g} | {out / 1e6:.3g} | {back / 1e6:.3g} | {cpu:.2%} |")
    return 0


def seconds(work: Callable[[], object]) -> float:
    """Return the CPU seconds of this process that `work` takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def waiting(flying: int) -> float:
    """Return the CPU seconds of waiting for one of so many tasks in flight."""
    futures: list[Future] = [Future() for _ in range(flying)]
    futures[-1].set_result(None)
    repeats = 20
    return seconds(lambda: [wait(futures, return_when=FIRST_COMPLETED) for _ in range(repeats)]) / repeats


def exchange(point: Point, size: int, tasks: int) -> float:
    """Return the parent's CPU seconds per task for sending it, and for receiving a result of its size."""
    marks: list[float] = []

    def all_tasks() -> Iterator[Work]:
        for i in range(tasks + 1):
            yield Task(MEMORY, point, 0, i * size, (i + 1) * size).work

    for _ in run_chunks(made_up, all_tasks(), workers=1):
        marks.append(time.process_time())
    return (marks[-1] - marks[0]) / tasks  # the worker's start is before the first mark


def made_up(task: Work) -> pd.DataFrame:
    """Return a result of the right shape; runs in a worker."""
    return table_of(task.point, task.stop - task.start, task.start)


def table_of(point: Point, size: int, start: int = 0) -> pd.DataFrame:
    """Return a table as `simulate_work` does, with made-up numbers."""
    few = _few(point)
    table = pd.concat([few] * -(-size // len(few)), ignore_index=True).iloc[:size]
    return table.assign(sample=range(start, start + size))


def storing(result: pd.DataFrame, tasks: int) -> float:
    """Return the CPU seconds per task for counting outcomes and storing, files included."""
    size = len(result)
    tables = [result.assign(sample=range(i * size, (i + 1) * size)) for i in range(tasks)]
    progress = Progress(StopRule(size * tasks))
    with tempfile.TemporaryDirectory() as temporary:
        folder = RunFolder(Path(temporary))
        store = Store(folder, defaultdict(lambda: "0" * 64), MEMORY)

        def work() -> None:
            for table in tables:
                store.add(table)
                progress.add(table["sample"].to_numpy(), table["outcome"].to_numpy())
            store.flush()

        return seconds(work) / tasks


_simulated: dict[str, pd.DataFrame] = {}


def _few(point: Point) -> pd.DataFrame:
    if point.identity not in _simulated:
        _simulated[point.identity] = simulate_work(Task(MEMORY, point, 0, 0, 10).work).rows
    return _simulated[point.identity]


if __name__ == "__main__":
    sys.exit(main())
