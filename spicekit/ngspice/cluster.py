"""A Dask cluster as an executor. Its workers keep worker processes of ours, so ngspice cannot harm them."""

import asyncio
import contextlib
import time
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from typing import Any

from distributed import Client, KilledWorker

from spicekit.errors import InputError, SpicekitError
from spicekit.ngspice.executors import Backend
from spicekit.ngspice.worker import Call, versions

ANSWER_WITHIN = 10.0  # s, for the scheduler
_LOOK = 120.0  # s between looks after a call whose samples have no time limit
_RECOUNT = 2.0  # s between looks at how many workers there are; clusters grow and shrink


class DaskExecutor(Executor):
    """A Dask client as an executor.

    `Client.get_executor` is not used: if a worker dies just after its result was announced, it takes the result for an
    error and fails. Here the result is asked for again, and Dask computes it anew.
    """

    def __init__(self, address: str) -> None:
        self._name = f"dask:{address}"
        self._client: Any = _connect(address)  # its methods are coroutines to a type checker only
        self._flying: set[Any] = set()  # Dask forgets a task that nobody holds
        self._slots, self._counted = 1, -_RECOUNT

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future:
        """Submit as any executor does. Raises SpicekitError if the cluster is lost."""
        answer: Future = Future()
        with self._connection():
            asked = self._client.submit(fn, *args, pure=False, **kwargs)
            self._flying.add(asked)
            limit = args[0].limit if args and isinstance(args[0], Call) else None
            self._client.loop.add_callback(self._pass_on, asked, answer, limit or _LOOK)
        return answer

    async def _pass_on(self, asked: Any, answer: Future, look: float) -> None:
        # In the client's event loop: no thread is left waiting when the client is closed.
        try:
            answer.set_result(await self._answer(asked, look))
        except BaseException as error:
            answer.set_exception(error)
        finally:
            self._flying.discard(asked)

    async def _answer(self, asked: Any, look: float) -> Any:
        """Return the answer; look every `look` s whether the cluster still knows the call. Raises Forgotten."""
        waiting, missed = asyncio.ensure_future(asked._result()), 0
        while not (await asyncio.wait({waiting}, timeout=look))[0]:
            missed = 0 if await self._is_known(asked.key) else missed + 1
            if missed > 1:  # not once, as a call may be on its way between two processes
                waiting.cancel()
                raise Forgotten
        return waiting.result()

    async def _is_known(self, key: Any) -> bool:
        state, worker = await self._client._run_on_scheduler(_state_of, key)
        if state != "processing":
            return state is not None
        found = await self._client._run(_has, key, workers=[worker], on_error="ignore")
        return any(found.values())

    def slots(self) -> int:
        """Return the number of threads of the cluster, which run one call each; 1 while it has none."""
        if time.monotonic() - self._counted > _RECOUNT:
            with self._connection():
                self._slots = max(1, sum(self._client.nthreads().values()))
            self._counted = time.monotonic()
        return self._slots

    def end(self, _: bool) -> None:
        """Leave the cluster, which forgets what waits; calls that it runs already go on to their end, unseen."""
        with contextlib.suppress(Exception):  # of a cluster that is gone
            self._client.close(timeout=2)

    @contextlib.contextmanager
    def _connection(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            raise SpicekitError(
                f"{self._name}: the cluster is lost ({type(error).__name__}: {error})"
            ) from error


class Forgotten(Exception):
    """The cluster knows nothing of a call any more, such as one that went to a worker just as that was killed."""


def _state_of(key: Any, dask_scheduler: Any) -> tuple[str | None, str]:
    task = dask_scheduler.tasks.get(key)
    return (
        (None, "") if task is None else (task.state, task.processing_on.address if task.processing_on else "")
    )


def _has(key: Any, dask_worker: Any) -> bool:
    return key in dask_worker.state.tasks


def dask_backend(address: str) -> Backend:
    """Return the backend of the cluster whose scheduler has this address. Raises InputError if none answers."""
    _connect(address).close()
    return Backend(
        f"dask:{address}",
        lambda _: DaskExecutor(address),
        DaskExecutor.slots,
        DaskExecutor.end,
        ahead=3,  # enough to hide the way there and back
        killed=(KilledWorker, Forgotten),
        versions=versions,
    )


def _connect(address: str) -> Client:
    try:
        return Client(address, timeout=ANSWER_WITHIN, set_as_default=False)
    except Exception as error:
        raise InputError(
            f"`--executor dask:{address}`: no Dask scheduler answers there ({type(error).__name__}: {error})"
        ) from None
