"""Worker processes of the network simulators: gone when the work is done, fails, or is interrupted."""

import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any


@contextmanager
def worker_pool(
    workers: int, begin: Callable[..., object] | None = None, given: tuple[Any, ...] = ()
) -> Iterator[ProcessPoolExecutor]:
    """Give a pool of processes, each of which calls `begin(*given)` first; leaving it ends them.

    On an error or Ctrl-C they are ended at once, whatever they are at: what they had not given back is lost.
    """
    pool = ProcessPoolExecutor(workers, initializer=_begin, initargs=(begin, given))
    try:
        yield pool
    except BaseException:
        running = list((pool._processes or {}).values())  # no public way before Python 3.14
        pool.shutdown(wait=False, cancel_futures=True)
        for process in running:
            process.terminate()
        raise
    pool.shutdown()


def _begin(begin: Callable[..., object] | None, given: tuple[Any, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends a worker without a traceback of its own
    if begin is not None:
        begin(*given)
