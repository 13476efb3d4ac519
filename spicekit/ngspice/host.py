"""Keeps worker processes and gives them calls; a call whose worker dies gets a fresh one, once.

The same code serves the threads of a local pool and the threads of a Dask worker. So nobody but the task at hand
loses anything when ngspice takes its process along, and a Dask worker itself is never in danger.
"""

import atexit
import pickle
import threading
from concurrent.futures import CancelledError

from spicekit.errors import SpicekitError
from spicekit.ngspice import scratch, worker
from spicekit.ngspice.child import Child, Died

_ATTEMPTS = 3  # to start a worker


class Children:
    """The worker processes of one pool: made when needed, used again, one call each at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all: set[Child] = set()
        self._idle: list[Child] = []
        self._closed = self._swept = False

    def run(self, call: bytes) -> bytes:
        """Return the answer to a call; starts with `worker.ENDS` if two workers died of it."""
        try:
            return self._ask(call, self._idle_one() or self._fresh_one())
        except Died:
            pass
        try:
            return self._ask(call, self._fresh_one())
        except Died as died:
            return worker.ENDS + pickle.dumps((died.reason, died.detail))

    def close(self) -> None:
        """End all workers at once; calls in progress end with CancelledError."""
        with self._lock:
            self._closed = True
            ours = list(self._all)
        for child in ours:
            child.process.kill()
        for child in ours:
            self._drop(child)

    def _ask(self, call: bytes, child: Child) -> bytes:
        try:
            answer = child.ask(call)
        except BaseException:
            self._drop(child)
            raise
        with self._lock:
            self._idle.append(child)
        return answer

    def _idle_one(self) -> Child | None:
        while True:
            with self._lock:
                child = self._idle.pop() if self._idle else None
            if child is None or child.process.is_alive():
                return child
            self._drop(child)

    def _fresh_one(self) -> Child:
        died = None
        if not self._swept:
            scratch.remove_stale()
            self._swept = True
        for _ in range(_ATTEMPTS):
            child = Child()
            with self._lock:
                self._all.add(child)
                closed = self._closed
            try:
                if closed:
                    raise CancelledError
                child.receive()
            except Died as error:
                self._drop(child)
                died = error
            except BaseException:
                self._drop(child)
                raise
            else:
                return child
        raise SpicekitError(
            f"worker processes do not start: {died and died.detail}; in a script, call from below "
            '`if __name__ == "__main__":`'
        )

    def _drop(self, child: Child) -> None:
        child.kill()
        with self._lock:
            self._all.discard(child)


_here = threading.local()
_of_this_process = Children()
atexit.register(_of_this_process.close)


def use(children: Children) -> None:
    """Let calls in this thread go to `children`."""
    _here.children = children


def run_call(call: bytes) -> bytes:
    """Run a call in a worker of this thread's pool, else of this process: what executors are given."""
    return getattr(_here, "children", _of_this_process).run(call)
