"""Ends this process when a task shows no sign of life for too long.

A hanging ngspice cannot be interrupted from within, so a worker process ends itself and the pool starts
another. Without `guard` all of this does nothing: a caller's own process is never ended.
"""

import contextlib
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from spicekit.ngspice.outcome import Reason

EXIT_CODE = 75
_last_sign: float = 0.0


def alive() -> None:
    """Say that work goes on, e.g. at the start of each sample."""
    global _last_sign
    _last_sign = time.monotonic()


def end_process(why: str, note: Path | None) -> NoReturn:
    """End this process at once, without clean-up that could hang; leave `why` in the file `note`."""
    if note is not None:
        with contextlib.suppress(OSError):  # on another machine the parent's folder is not there
            note.write_text(why, encoding="utf-8")
    os._exit(EXIT_CODE)


@contextlib.contextmanager
def guard(timeout: float | None, note: Path | None = None) -> Iterator[None]:
    """End this process if `timeout` seconds pass without `alive()`; write why to `note` before that."""
    if timeout is None:
        yield
        return
    done = threading.Event()

    def watch() -> None:
        while not done.wait(max(0.001, _last_sign + timeout - time.monotonic())):
            if time.monotonic() >= _last_sign + timeout:
                end_process(f"{Reason.TIMEOUT.value}: no sign of life for {timeout:g} s", note)

    alive()
    watcher = threading.Thread(target=watch, name="spicekit-watchdog", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
