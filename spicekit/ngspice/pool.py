"""Runs tasks in worker processes that may die: each task ends with a result or with a stated reason."""

import contextlib
import itertools
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Generic, TypeVar

from spicekit.ngspice import worker
from spicekit.ngspice.outcome import Reason

Task = TypeVar("Task")
Result = TypeVar("Result")
ExecutorFactory = Callable[[int], Executor]


@dataclass(frozen=True)
class Crashed(Generic[Task]):
    """A task whose worker died, in company and again alone; the caller may split it and try its parts."""

    task: Task
    reason: Reason  # CRASHED, TIMEOUT or SIMULATOR_EXIT
    detail: str


def local_processes(workers: int) -> Executor:
    """Return fresh processes, never forks: ngspice's state must not be inherited."""
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=worker.begin)


def run_chunks(
    function: Callable[[Task], Result],
    tasks: Iterable[Task],
    *,
    workers: int = 1,
    timeout: float | None = None,
    executor: ExecutorFactory = local_processes,
) -> Iterator[tuple[int, Result | Crashed[Task]]]:
    """Yield (index of the task, result) as tasks complete, in any order.

    If a worker dies, all tasks then in flight are lost, since the pool cannot tell whose it was. A new pool
    goes on; each lost task runs again, alone in a process of its own, and if it dies there too it comes back
    as `Crashed`. Closing the generator, or Ctrl-C, ends the workers at once.

    Args:
        function: runs in a worker; must be importable there (a module's function, or a `partial` of one).
        tasks: read lazily, two per worker ahead.
        workers: processes; with 1, too, the caller's own process is safe.
        timeout: s without a sign of life (a task's start, or `evaluate` starting a sample) until a worker
            ends.
        executor: makes the pool; any `concurrent.futures.Executor` will do.

    Raises:
        Whatever `function` raises, except SimulatorLost, which counts as the worker's death.
    """
    numbered = enumerate(tasks)
    lost: list[tuple[int, Task]] = []
    with tempfile.TemporaryDirectory(prefix="spicekit-pool-", ignore_cleanup_errors=True) as notes:
        call = _Call(function, timeout, Path(notes))
        more = True
        while more:
            with _running(executor(workers)) as pool:
                more = yield from _until_broken(pool, call, numbered, 2 * workers, lost)
            for index, task in lost:
                with _running(executor(1)) as pool:
                    yield index, _alone(pool, call, index, task)
            lost.clear()


@dataclass(frozen=True)
class _Call(Generic[Task, Result]):
    function: Callable[[Task], Result]
    timeout: float | None
    notes: Path  # a worker that ends itself leaves the reason here

    def note(self, index: int) -> Path:
        return self.notes / f"{index}.txt"

    def submit(self, pool: Executor, index: int, task: Task) -> Future[Result]:
        return pool.submit(worker.run, self.function, task, self.timeout, self.note(index))


def _until_broken(
    pool: Executor,
    call: _Call[Task, Result],
    numbered: Iterator[tuple[int, Task]],
    ahead: int,
    lost: list[tuple[int, Task]],
) -> Iterator[tuple[int, Result]]:
    """Run tasks until there are none or the pool breaks; fill `lost`, and return whether more may come."""
    flying: dict[Future[Result], tuple[int, Task]] = {}
    while True:
        for index, task in itertools.islice(numbered, ahead - len(flying)):
            try:
                flying[call.submit(pool, index, task)] = (index, task)
            except BrokenExecutor:
                lost.append((index, task))
                break
        if not flying and not lost:
            return False
        done, _ = wait(flying, return_when=FIRST_COMPLETED)
        for future in done:
            index, task = flying.pop(future)
            try:
                result = future.result()
            except BrokenExecutor:
                lost.append((index, task))
            else:
                yield index, result
        if lost:
            break
    for future, numbered_task in flying.items():
        # A task may have finished just before its neighbour broke the pool.
        try:
            result = future.result(timeout=60)
        except (BrokenExecutor, TimeoutError):
            lost.append(numbered_task)
        else:
            yield numbered_task[0], result
    return True


def _alone(pool: Executor, call: _Call[Task, Result], index: int, task: Task) -> Result | Crashed[Task]:
    call.note(index).unlink(missing_ok=True)
    try:
        return call.submit(pool, index, task).result()
    except BrokenExecutor:
        try:
            said = call.note(index).read_text(encoding="utf-8")
        except OSError:
            return Crashed(task, Reason.CRASHED, "the worker process died twice")
    known = {r.value: r for r in (Reason.TIMEOUT, Reason.SIMULATOR_EXIT)}
    kind, _, detail = said.partition(": ")
    return Crashed(task, known.get(kind, Reason.CRASHED), detail)


@contextlib.contextmanager
def _running(pool: Executor) -> Iterator[Executor]:
    """Shut the pool down; at once if the caller leaves early."""
    try:
        yield pool
    except BaseException:
        # `shutdown` forgets the processes, and without a kill it would wait for their tasks.
        processes = list((getattr(pool, "_processes", None) or {}).values())
        pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            with contextlib.suppress(OSError, ValueError):
                process.kill()
        raise
    pool.shutdown(wait=True)
