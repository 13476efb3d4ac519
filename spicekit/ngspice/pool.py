"""Runs tasks in worker processes that may die: each task ends with a result or with a stated reason."""

import itertools
import pickle
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import CancelledError, Executor, Future
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from spicekit.errors import SpicekitError
from spicekit.ngspice import worker
from spicekit.ngspice.executors import LOCAL, Backend
from spicekit.ngspice.host import run_call
from spicekit.ngspice.outcome import Reason
from spicekit.processes import LOOK, ctrl_c_held_back

Task = TypeVar("Task")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Crashed(Generic[Task]):
    """A task whose worker died, and a fresh one again; the caller may split it and try its parts."""

    task: Task
    reason: Reason  # CRASHED, TIMEOUT or SIMULATOR_EXIT
    detail: str


def run_chunks(
    function: Callable[[Task], Result],
    tasks: Iterable[Task],
    *,
    workers: int = 1,
    timeout: float | None = None,
    executor: Backend = LOCAL,
) -> Generator[tuple[int, Result | Crashed[Task]], None, None]:
    """Yield (index of the task, result) as tasks complete, in any order.

    A worker that dies costs no other task anything. Its task runs again in a fresh process, and if that dies
    too the task comes back as `Crashed`. Closing the generator, or Ctrl-C, ends local workers at once.

    Args:
        function: runs in a worker; must be importable there (a module's function, or a `partial` of one).
        tasks: read lazily, two or three per worker ahead.
        workers: local processes; with 1, too, the caller's own process is safe. A cluster has its own number.
        timeout: s without a sign of life (a task's start, or `evaluate` starting a sample) until a worker
            is ended, also one that is stopped or stuck.
        executor: where workers are; see `backend_of`.

    Raises:
        InputError: a cluster does not answer, or a worker has another version of spicekit or ngspice.
        SpicekitError: workers do not start, or the cluster is lost.
        Whatever `function` raises, except SimulatorLost, which counts as the worker's death.
    """
    wanted = executor.versions() if executor.versions else None

    def packed(task: Task) -> worker.Call:
        return worker.pack(function, task, timeout, wanted)

    pool = executor.make(workers)
    finished = False
    try:
        suspects: list[tuple[int, Task]] = []
        run = _Run(executor, pool, packed)
        yield from run.through(enumerate(tasks), lambda: executor.ahead * executor.slots(pool), suspects)
        # The executor cannot tell which task killed its workers. With few in flight, each has one to itself.
        guilty: list[tuple[int, Task]] = []
        yield from run.through(iter(suspects), lambda: max(1, executor.slots(pool) // 2), guilty)
        for index, task in guilty:
            yield index, Crashed(task, Reason.CRASHED, f"{executor.name}: worker after worker died of it")
        finished = True
    finally:
        executor.end(pool, not finished)


@dataclass(frozen=True)
class _Run(Generic[Task]):
    executor: Backend
    pool: Executor
    packed: Callable[[Task], worker.Call]

    def through(
        self, numbered: Iterator[tuple[int, Task]], ahead: Callable[[], int], killed: list[tuple[int, Task]]
    ) -> Iterator[tuple[int, Any]]:
        """Yield results with at most `ahead` tasks in flight; append those that the executor gave up.

        A Ctrl-C is heard while this waits, and not within the executor: it would leave locks behind, and hang.
        """
        flying: dict[Future[bytes], tuple[int, Task]] = {}
        done: SimpleQueue[Future[bytes]] = SimpleQueue()  # `wait` looks at all that fly, each time
        while True:
            for index, task in itertools.islice(numbered, max(0, ahead() - len(flying))):
                with ctrl_c_held_back():
                    future = self.pool.submit(run_call, self.packed(task))
                    flying[future] = index, task
                    future.add_done_callback(done.put)
            if not flying:
                return
            try:
                future = done.get(timeout=LOOK)
            except Empty:
                continue
            index, task = flying.pop(future)
            try:
                with ctrl_c_held_back():
                    answer = self._answer_of(future)
            except self.executor.killed:
                killed.append((index, task))
            else:
                yield index, _read(answer, task)

    def _answer_of(self, future: Future[bytes]) -> bytes:
        """Return the answer; what is raised here is the executor's, as a function's error is an answer."""
        try:
            return future.result()
        except (SpicekitError, *self.executor.killed):
            raise
        except CancelledError as error:
            raise SpicekitError(f"{self.executor.name}: the workers are lost") from error
        except Exception as error:
            raise SpicekitError(f"{self.executor.name}: {type(error).__name__}: {error}") from error


def _read(answer: bytes, task: object) -> object:
    mark, content = answer[:1], pickle.loads(answer[1:])
    if mark == worker.RAISED:
        raise content
    if mark == worker.ENDS:
        return Crashed(task, *content)
    return content
