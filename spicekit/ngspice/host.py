"""Keeps worker processes and gives them calls; a call whose worker dies gets a fresh one, once.

The same code serves the threads of a local pool and the threads of a Dask worker. So nobody but the task at hand
loses anything when ngspice takes its process along, and a Dask worker itself is never in danger.
"""

import atexit
import contextlib
import os
import pickle
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from typing import TypeVar

from spicekit.errors import InputError, SpicekitError
from spicekit.ngspice import scratch, worker
from spicekit.ngspice.child import START, Child, Died
from spicekit.ngspice.library import SimulatorLost

Task = TypeVar("Task")
Result = TypeVar("Result")

_ATTEMPTS = 3  # to start a worker


class Children:
    """The worker processes of one pool, or of pools one after another: made when needed, one call each at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all: set[Child] = set()
        self._idle: dict[bool, list[Child]] = {
            False: [],
            True: [],
        }  # with the caller's `__main__`, and without
        self.closed = self._swept = False

    def run(self, call: worker.Call) -> bytes:
        """Return the answer to a call; starts with `worker.ENDS` if two workers died of it."""
        try:
            return self._ask(call, self._idle_one(call.needs_main) or self._fresh_one(call.needs_main))
        except Died:
            pass
        try:
            return self._ask(call, self._fresh_one(call.needs_main))
        except Died as died:
            return worker.ENDS + pickle.dumps((died.reason, died.detail))

    def close(self) -> None:
        """End all workers at once; calls in progress end with CancelledError."""
        with self._lock:
            self.closed = True
            ours = list(self._all)
        for child in ours:
            child.process.kill()
        for child in ours:
            self._drop(child)

    def _ask(self, call: worker.Call, child: Child) -> bytes:
        try:
            answer = child.ask(call)
        except BaseException:
            self._drop(child)
            raise
        if child.ended:
            self._drop(child)
        else:
            with self._lock:
                self._idle[call.needs_main].append(child)
        return answer

    def _idle_one(self, with_main: bool) -> Child | None:
        while True:
            with self._lock:
                child = self._idle[with_main].pop() if self._idle[with_main] else None
            if child is None or child.process.is_alive():
                return child
            self._drop(child)

    def _fresh_one(self, with_main: bool) -> Child:
        worker.end_if_run_twice()
        died = None
        if not self._swept:
            scratch.remove_stale()
            self._swept = True
        for _ in range(_ATTEMPTS):
            child = Child(with_main)
            with self._lock:
                self._all.add(child)
                closed = self.closed
            try:
                if closed:
                    raise CancelledError
                child.receive(START)
            except Died as error:
                self._drop(child)
                died = error
                if child.process.exitcode == worker.UNGUARDED:
                    raise InputError(
                        "a worker process needs what this script defines itself, and would run the whole script again: "
                        'call from below `if __name__ == "__main__":`, or move the definition into a module'
                    ) from None
            except BaseException:
                self._drop(child)
                raise
            else:
                return child
        raise SpicekitError(f"worker processes do not start: {died and died.detail}")

    def _drop(self, child: Child) -> None:
        child.kill()
        with self._lock:
            self._all.discard(child)


_here = threading.local()
_of_this_process = Children()


@contextlib.contextmanager
def workers_kept(kept: bool = True) -> Iterator[None]:
    """Let pools that this thread opens within this block share workers: one takes over those of the one before.

    Within such a block another one changes nothing, unless it has `kept` false: then each pool has its own again.
    """
    outer = getattr(_here, "kept", None)
    if kept and outer is not None:
        yield
        return
    _here.kept = Children() if kept else None
    try:
        yield
    finally:
        if (mine := kept_children()) is not None:
            mine.close()
        _here.kept = outer


def kept_children() -> Children | None:
    """Return the workers that are kept for this thread's pools, if it is within `workers_kept`."""
    kept = getattr(_here, "kept", None)
    if kept is not None and kept.closed:  # an interrupted pool has ended them
        kept = _here.kept = Children()
    return kept


def _begin() -> None:
    global _of_this_process, _here
    _of_this_process, _here = Children(), threading.local()


atexit.register(lambda: _of_this_process.close())
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin)  # the parent's workers answer the parent


def use(children: Children) -> None:
    """Let calls in this thread go to `children`."""
    _here.children = children


def run_call(call: worker.Call) -> bytes:
    """Run a call in a worker of this thread's pool, else of this process: what executors are given."""
    return getattr(_here, "children", _of_this_process).run(call)


def in_worker(function: Callable[[Task], Result], task: Task, name: str) -> Result:
    """Return `function(task)`, computed in a worker: here if this process is one, else in one that it keeps.

    Ctrl-C ends the worker. Whatever ngspice does to its process, the caller's is safe, and the next call is, too.

    Args:
        name: of what is simulated, for messages.

    Raises:
        SimulatorLost: ngspice took its worker along, and a second one.
        Whatever `function` raises.
    """
    if worker.is_worker():
        worker.end_if_run_twice()
        return function(task)
    call = worker.pack(function, task, None, None)
    answer = _of_this_process.run(call)
    mark, content = answer[:1], pickle.loads(answer[1:])
    if mark == worker.RAISED:
        raise content
    if mark == worker.ENDS:
        raise SimulatorLost(f"{name}: {content[1]}")
    return content
