"""Where tasks run: worker processes of this machine, or a Dask cluster."""

import contextlib
import importlib.util
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from spicekit.errors import InputError, install_extra
from spicekit.ngspice import host
from spicekit.ngspice.worker import Versions


@dataclass(frozen=True)
class Backend:
    """A kind of `concurrent.futures.Executor`, and what `run_chunks` must know about it."""

    name: str
    make: Callable[[int], Executor]  # with so many workers, if they are ours to choose
    slots: Callable[[Any], int]  # calls that the executor runs at once, now; at least 1
    end: Callable[[Any, bool], None]  # shuts it down; True: at once, and what is under way is forgotten
    ahead: int  # calls in flight per slot
    killed: tuple[type[BaseException], ...] = ()  # raised for a call that was near when workers died
    versions: Callable[[], Versions] | None = None  # that workers must have; None: they are this machine's


class LocalExecutor(ThreadPoolExecutor):
    """Threads that only wait, each for a worker process of its own: a death costs nobody else anything."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        kept = host.kept_children()
        self._keeps = kept is not None
        self.children = kept or host.Children()
        super().__init__(workers, "spicekit", initializer=host.use, initargs=(self.children,))

    def end(self, cancel: bool) -> None:
        """End threads and processes, at once or after what was submitted; idle processes may be kept."""
        with contextlib.ExitStack() as last:
            if not self._keeps:
                last.callback(self.children.close)
            if cancel:
                self.children.close()
            self.shutdown(wait=True, cancel_futures=cancel)


LOCAL = Backend("local", LocalExecutor, lambda pool: pool.workers, LocalExecutor.end, ahead=2)


def backend_of(text: str) -> Backend:
    """Return the backend that `--executor` names: "local", or "dask:ADDRESS" of a scheduler.

    Raises:
        InputError: for another name, without the package `distributed`, or if no scheduler answers there.
    """
    kind, _, address = text.partition(":")
    if text == "local":
        return LOCAL
    if kind != "dask" or not address:
        raise InputError(
            f"`--executor` is `{text}`, expected `local` or `dask:ADDRESS`, e.g. `dask:tcp://10.0.0.1:8786`"
        )
    if importlib.util.find_spec("distributed") is None:
        raise InputError(f"`--executor dask:…` needs Dask: {install_extra('dask')}")
    from spicekit.ngspice import cluster  # an optional package

    return cluster.dask_backend(address)
