"""One worker process, seen from its host: it is asked, it answers, or it dies and the host hears why."""

import contextlib
import pickle
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from multiprocessing import current_process, get_context, resource_tracker

from spicekit.ngspice import scratch, worker
from spicekit.ngspice.outcome import Reason

_starting = threading.Lock()


class Died(Exception):
    """A worker process has ended; carries the reason and words about it."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail


class Child:
    """One worker process; a fresh one, never a fork: ngspice's state must not be inherited."""

    def __init__(self) -> None:
        self.folder = scratch.make_folder()
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self.process = context.Process(target=worker.serve, args=(theirs, self.folder), daemon=True)
        with _starting, _deaf_to_ctrl_c():
            if current_process().daemon:
                # Dask's workers are daemons, which may have no children. Ours end by themselves.
                current_process().daemon = False
            self.process.start()
        theirs.close()  # so that the worker's death is the end of the pipe

    def receive(self) -> bytes:
        """Return what the worker says next. Raises Died."""
        try:
            said = self._pipe.recv_bytes()
        except (EOFError, OSError):
            raise Died(Reason.CRASHED, f"the worker process dies{self._how()}") from None
        if said[:1] == worker.ENDS:
            raise Died(*pickle.loads(said[1:]))
        return said

    def ask(self, call: bytes) -> bytes:
        """Return the worker's answer to a call. Raises Died."""
        with contextlib.suppress(OSError):  # then the answer is missing, too
            self._pipe.send_bytes(call)
        return self.receive()

    def kill(self) -> None:
        """End the process, whatever it does, and remove its folder."""
        self.process.kill()
        self.process.join()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _how(self) -> str:
        deadline = time.monotonic() + 5
        while (code := self.process.exitcode) is None and time.monotonic() < deadline:
            time.sleep(0.01)  # not `join`: another thread may be the one that collects the exit code
        if code is not None and code < 0:
            with contextlib.suppress(ValueError):
                return f" ({signal.Signals(-code).name})"
        return "" if code is None else f" (exit {code})"


@contextlib.contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Start processes with SIGINT blocked: else a worker that is still importing sprays a traceback."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # started within the block, it would unblock SIGINT
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
