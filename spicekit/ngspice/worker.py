"""What happens inside a worker process: it answers its host's calls, one at a time, through a pipe.

A call is a pickled (versions, timeout, compressed task); an answer is one of the marks below and a pickle.
"""

import contextlib
import os
import pickle
import shutil
import signal
import socket
import sys
import tempfile
import threading
import traceback
import zlib
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from multiprocessing import connection, parent_process
from typing import Any, NoReturn

from spicekit.errors import InputError, SimulatorError
from spicekit.ngspice import watchdog
from spicekit.ngspice.outcome import Reason
from spicekit.ngspice.session import SimulatorLost, ngspice_version

READY, RESULT, RAISED, ENDS = b"r", b"+", b"!", b"x"
EXIT_CODE = 75
IDLE = 60.0  # s without a call; the host starts another worker when it needs one

Versions = tuple[str, str]  # of spicekit and of ngspice


def versions() -> Versions:
    """Return the versions here; loads ngspice. Raises SimulatorError if there is none."""
    return version("spicekit"), ngspice_version()


def pack(
    function: Callable[[Any], Any], task: object, timeout: float | None, wanted: Versions | None
) -> bytes:
    """Return a call: run `function(task)` if this worker's versions are the `wanted` ones."""
    # Tasks carry whole decks: 80 kB become 18 kB in 0.4 ms, and nothing needs to be kept at the worker.
    packed = zlib.compress(pickle.dumps((function, task), pickle.HIGHEST_PROTOCOL), 1)
    return pickle.dumps((wanted, timeout, packed))


def serve(host: "connection.Connection", folder: str) -> None:
    """Answer calls until the host goes away, or has none for a while."""
    _begin(folder)
    with contextlib.suppress(EOFError, OSError):
        host.send_bytes(READY)
        while host.poll(IDLE):
            host.send_bytes(_answer(host.recv_bytes(), host))
    shutil.rmtree(folder, ignore_errors=True)


def _begin(folder: str) -> None:
    """Prepare this fresh process: private empty folder and HOME, deaf to Ctrl-C, ends with its host."""
    os.environ["OMP_THREAD_LIMIT"] = "1"
    # The host gets Ctrl-C too, and ends its workers.
    with contextlib.suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["HOME"] = os.environ["USERPROFILE"] = folder
    os.environ["TMPDIR"] = tempfile.tempdir = folder  # what a killed worker leaves goes away with it
    try:
        os.chdir(folder)
    except FileNotFoundError:  # the host is dead already, and another one cleaned up after it
        os._exit(EXIT_CODE)
    threading.Thread(target=_end_with_host, args=(folder,), name="spicekit-orphan", daemon=True).start()


def _end_with_host(folder: str) -> None:
    # A killed host cannot say goodbye, and a worker in the middle of a task would not look at the pipe.
    # PR_SET_PDEATHSIG would not do: it fires when the *thread* that started the worker ends.
    parent = parent_process()
    if parent is None:
        return
    connection.wait([parent.sentinel])
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(EXIT_CODE)


def _answer(call: bytes, host: "connection.Connection") -> bytes:
    wanted, timeout, packed = pickle.loads(call)
    try:
        if wanted is not None:
            _require(wanted)
        function, task = pickle.loads(zlib.decompress(packed))
        with watchdog.guard(timeout, partial(_end, host, Reason.TIMEOUT)):
            result = function(task)
        return RESULT + pickle.dumps(result, pickle.HIGHEST_PROTOCOL)
    except SimulatorLost as lost:
        _end(host, Reason.SIMULATOR_EXIT, str(lost))
    except Exception as error:
        error.add_note(f"in a worker process:\n{traceback.format_exc()}")
        return RAISED + _pickled(error)


def _end(host: "connection.Connection", reason: Reason, detail: str) -> NoReturn:
    """Say why, and end this process at once, without clean-up that could hang."""
    with contextlib.suppress(OSError):
        host.send_bytes(ENDS + pickle.dumps((reason, detail)))
    os._exit(EXIT_CODE)


def _require(wanted: Versions) -> None:
    here = f"worker on {socket.gethostname()} ({sys.executable})"
    try:
        found = versions()
    except SimulatorError as error:
        raise SimulatorError(f"{here}: {error}") from None
    for name, want, got in zip(("spicekit", "ngspice"), wanted, found, strict=True):
        if want != got:
            raise InputError(
                f"{here} has {name} {got}, expected {want} as here: install the same version there"
            )


def _pickled(error: Exception) -> bytes:
    try:
        content = pickle.dumps(error)
        pickle.loads(content)
    except Exception:  # an exception with a constructor of its own may not survive
        return pickle.dumps(RuntimeError(f"{type(error).__name__}: {error}\n{traceback.format_exc()}"))
    return content
