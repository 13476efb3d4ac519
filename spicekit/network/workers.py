"""Worker processes of the network simulators: gone when the work is done, fails, or is interrupted."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, wait
from multiprocessing import set_forkserver_preload
from multiprocessing.context import ForkServerContext, ForkServerProcess
from typing import Any, TypeVar

from spicekit.processes import LOOK, NETWORK, ctrl_c_held_back, end_with_parent, starting

T = TypeVar("T")


class _Worker(ForkServerProcess):
    """Comes from a server process without threads: a fork of ours may inherit a lock that nobody opens any more.

    The thread that draws the progress holds such locks now and then.
    """

    def start(self) -> None:
        with starting():
            super().start()


class _Workers(ForkServerContext):
    """Keeps what it started: there is no public way to the processes of a pool before Python 3.14."""

    def __init__(self) -> None:
        super().__init__()
        self.started: list[_Worker] = []

    def Process(self, *args: Any, **kwargs: Any) -> _Worker:  # pyrefly: ignore[bad-override]
        self.started.append(_Worker(*args, name=NETWORK, **kwargs))
        return self.started[-1]


def in_workers(
    function: Callable[[Any], T],
    tasks: Iterable[Any],
    workers: int,
    begin: Callable[..., object] | None = None,
    given: tuple[Any, ...] = (),
) -> Iterator[T]:
    """Yield `function(task)` of each task, in their order, from processes that each call `begin(*given)` first.

    On an error or Ctrl-C they are ended at once, whatever they are at: what they had not given back is lost.
    """
    set_forkserver_preload([function.__module__])  # loaded once, by the server
    context, pool = _Workers(), None
    try:
        # A Ctrl-C within the pool would leave locks behind, and processes that nobody knows. Not `pool.map`: it
        # cancels what is left, which the thread of an ended pool takes for a fault (Python 3.11).
        with ctrl_c_held_back():
            pool = ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(begin, given))
            futures = [pool.submit(function, task) for task in tasks]
        for future in futures:
            while not wait([future], LOOK).done:
                pass
            yield future.result()
    except BaseException:
        for process in context.started:
            process.kill()
        raise
    finally:
        if pool is not None:
            with ctrl_c_held_back():
                pool.shutdown()


def _begin(begin: Callable[..., object] | None, given: tuple[Any, ...]) -> None:
    # Ctrl-C stays blocked, as the process was started with: the parent hears it and ends its workers.
    end_with_parent()
    if begin is not None:
        begin(*given)
