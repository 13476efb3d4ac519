"""Speaks up when a task shows no sign of life for too long.

A hanging ngspice cannot be interrupted from within, so a worker process ends itself and another follows.
Without `guard` all of this does nothing: a caller's own process is never ended.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator

_last_sign: float = 0.0


def alive() -> None:
    """Say that work goes on, e.g. at the start of each sample."""
    global _last_sign
    _last_sign = time.monotonic()


@contextlib.contextmanager
def guard(timeout: float | None, end: Callable[[str], object]) -> Iterator[None]:
    """Call `end`, with words that say why, if `timeout` seconds pass without `alive()`; it ends the process."""
    if timeout is None:
        yield
        return
    done = threading.Event()

    def watch() -> None:
        while not done.wait(max(0.001, _last_sign + timeout - time.monotonic())):
            if time.monotonic() >= _last_sign + timeout:
                end(f"no sign of life for {timeout:g} s")

    alive()
    watcher = threading.Thread(target=watch, name="spicekit-watchdog", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
