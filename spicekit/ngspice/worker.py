"""What happens inside a worker process: it answers its host's calls, one at a time, through a pipe.

What it says begins with one of the marks below; all but READY and ALIVE are followed by a pickle.
"""

import contextlib
import os
import pickle
import shutil
import signal
import socket
import sys
import traceback
import zlib
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from multiprocessing import connection, current_process
from typing import Any, NamedTuple, NoReturn

from spicekit.collection import collect_seldom
from spicekit.errors import InputError, SimulatorError
from spicekit.ngspice import confined, environment, watchdog
from spicekit.ngspice.library import SimulatorLost
from spicekit.ngspice.outcome import Reason
from spicekit.ngspice.session import is_lost, ngspice_version
from spicekit.processes import SIMULATES, SIMULATES_WITH_MAIN, end_with_parent

READY, ALIVE, RESULT, RAISED, ENDS = b"r", b"a", b"+", b"!", b"x"
LAST = b"."
"""Before an answer after which the process ends, as ngspice has ended in it."""
EXIT_CODE = 75
UNGUARDED = 76
"""Exit code of a worker that came to a call of spicekit while it imported the caller's `__main__`."""
IDLE = 60.0  # s without a call; the host starts another worker when it needs one

Versions = tuple[str, str]  # of spicekit and of ngspice


class Call(NamedTuple):
    """What a worker is asked: a compressed task, and what its host must know of it."""

    packed: bytes
    wanted: Versions | None  # that the worker must have
    limit: float | None  # s without a sign of life until the host ends the worker
    needs_main: bool  # the task names something of the caller's `__main__`, which must be run in the worker


def is_worker() -> bool:
    """Return whether this process is a worker, also while it still imports the caller's `__main__`."""
    return current_process().name in (SIMULATES, SIMULATES_WITH_MAIN)


def end_if_run_twice() -> None:
    """End this process if it is a worker that runs the caller's script over again, as the script has no guard.

    It would start workers of its own, which Python refuses with a traceback from each; the host says it in one line.
    """
    if is_worker() and getattr(current_process(), "_inheriting", False):  # as multiprocessing asks itself
        os._exit(UNGUARDED)


def versions() -> Versions:
    """Return the versions here; loads ngspice. Raises SimulatorError if there is none."""
    return version("spicekit"), ngspice_version()


def pack(function: Callable[[Any], Any], task: object, limit: float | None, wanted: Versions | None) -> Call:
    """Return a call: run `function(task)`."""
    plain = pickle.dumps((function, task), pickle.HIGHEST_PROTOCOL)
    # Tasks carry whole decks: 80 kB become 18 kB in 0.4 ms, and nothing needs to be kept at the worker.
    return Call(zlib.compress(plain, 1), wanted, limit, b"__main__" in plain)


def serve(host: "connection.Connection", folder: str) -> None:
    """Answer calls until the host goes away, or has none for a while."""
    _begin(folder)
    with contextlib.suppress(EOFError, OSError):
        host.send_bytes(READY)
        while host.poll(IDLE):
            answer = _answer(pickle.loads(host.recv_bytes()), host)
            if is_lost():
                host.send_bytes(LAST + answer)
                break
            host.send_bytes(answer)
    shutil.rmtree(folder, ignore_errors=True)


def _begin(folder: str) -> None:
    """Prepare this fresh process: private surroundings, deaf to Ctrl-C, ends with its host."""
    collect_seldom()
    # The host gets Ctrl-C too, and ends its workers.
    with contextlib.suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    confined.want()
    try:
        environment.seal(folder)
    except FileNotFoundError:  # the host is dead already, and another one cleaned up after it
        os._exit(EXIT_CODE)
    end_with_parent(partial(shutil.rmtree, folder, ignore_errors=True))


def _answer(call: Call, host: "connection.Connection") -> bytes:
    try:
        if call.wanted is not None:
            _require(call.wanted)
        function, task = _unpacked(call)
        with watchdog.heard(partial(host.send_bytes, ALIVE), call.limit):
            result = function(task)
        return RESULT + pickle.dumps(result, pickle.HIGHEST_PROTOCOL)
    except SimulatorLost as lost:
        _end(host, Reason.SIMULATOR_EXIT, str(lost))
    except Exception as error:
        error.add_note(f"in a worker process:\n{traceback.format_exc()}")
        return RAISED + _pickled(error)


def _unpacked(call: Call) -> tuple[Callable[[Any], Any], Any]:
    try:
        return pickle.loads(zlib.decompress(call.packed))
    except AttributeError as error:
        if not call.needs_main:
            raise
        raise InputError(
            f"a worker process cannot see what is defined in a notebook or at a prompt ({error}): put it into a module "
            "file, and import it from there"
        ) from None


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
