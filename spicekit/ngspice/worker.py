"""What happens inside a worker process of the pool."""

import atexit
import contextlib
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable
from multiprocessing import connection, parent_process
from pathlib import Path
from typing import TypeVar

from spicekit.ngspice import watchdog
from spicekit.ngspice.outcome import Reason
from spicekit.ngspice.session import SimulatorLost

Task = TypeVar("Task")
Result = TypeVar("Result")


def begin() -> None:
    """Prepare a fresh worker: private empty folder and HOME, deaf to Ctrl-C, ends with its parent."""
    os.environ["OMP_THREAD_LIMIT"] = "1"
    # The parent gets Ctrl-C too, and ends its workers.
    with contextlib.suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    folder = tempfile.mkdtemp(prefix="spicekit-worker-")
    os.environ["HOME"] = os.environ["USERPROFILE"] = folder
    os.chdir(folder)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    threading.Thread(target=_end_with_parent, args=(folder,), name="spicekit-orphan", daemon=True).start()


def run(function: Callable[[Task], Result], task: Task, timeout: float | None, note: Path | None) -> Result:
    """Run one task under the watchdog; end the process if ngspice is lost, so that a new one follows."""
    with watchdog.guard(timeout, note):
        try:
            return function(task)
        except SimulatorLost as lost:
            watchdog.end_process(f"{Reason.SIMULATOR_EXIT.value}: {lost}", note)


def _end_with_parent(folder: str) -> None:
    # A killed parent cannot say goodbye, and its workers would wait for tasks for ever.
    parent = parent_process()
    if parent is None:
        return
    connection.wait([parent.sentinel])
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(watchdog.EXIT_CODE)
