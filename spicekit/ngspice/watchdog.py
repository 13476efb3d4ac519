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

EXIT_CODE = 75
_last_sign: float = 0.0


def alive() -> None:
    """Say that work goes on, e.g. at the start of each sample."""
    global _last_sign
    _last_sign = time.monotonic()


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
                if note is not None:
                    note.write_text(f"timeout: no sign of life for {timeout:g} s", encoding="utf-8")
                os._exit(EXIT_CODE)

    alive()
    watcher = threading.Thread(target=watch, name="spicekit-watchdog", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
