"""Worker processes: started deaf to Ctrl-C and without the caller's script, and ended with their parent."""

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from multiprocessing import connection, current_process, parent_process, resource_tracker, spawn

SIMULATES, NETWORK = "spicekit-worker", "spicekit-network-worker"
"""Names of processes that never run the caller's script: all that they are given comes from installed modules."""
SIMULATES_WITH_MAIN = "spicekit-worker-with-main"
"""Name of processes that run the caller's script again, since something of it is called there."""
LOOK = 0.5  # s
"""While the main thread waits, it looks up so often: a Ctrl-C that comes as the wait begins, or that another thread
gets, does not end the wait."""
_starting = threading.Lock()


@contextlib.contextmanager
def starting() -> Iterator[None]:
    """Start processes within this block. They need SIGINT unblocked, if they are to hear of it."""
    with _starting, _deaf_to_ctrl_c(), _main_only_where_named():
        if current_process().daemon:
            # Dask's workers are daemons, which may have no children. Ours end by themselves.
            current_process().daemon = False
        yield


def end_with_parent(goodbye: Callable[[], object] = lambda: None) -> None:
    """Have the process at hand, a worker, end after `goodbye()` when its parent does, however that ends.

    A killed parent cannot say anything, and a worker in the middle of a task would not look at its pipe.
    PR_SET_PDEATHSIG would not do: it fires when the *thread* that started the worker ends.
    """
    parent = parent_process()
    if parent is None:
        return

    def wait() -> None:
        connection.wait([parent.sentinel])
        goodbye()
        os._exit(1)

    threading.Thread(target=wait, name="spicekit-orphan", daemon=True).start()


@contextlib.contextmanager
def ctrl_c_held_back() -> Iterator[None]:
    """Let this block come to its end before a Ctrl-C is heard; what it writes would be lost else."""
    if (
        threading.current_thread() is not threading.main_thread()
    ):  # KeyboardInterrupt is of the main thread only
        yield
        return
    heard: list[object] = []
    before = signal.signal(signal.SIGINT, lambda _, frame: heard.append(frame))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL if before is None else before)
    if heard:
        signal.raise_signal(signal.SIGINT)


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


@contextlib.contextmanager
def _main_only_where_named() -> Iterator[None]:
    """Start workers that have no use for the caller's `__main__` without running it again.

    A plain script, with no `if __name__ == "__main__":`, would else start itself over in its own worker. Processes of
    others, which may start at the same time, are told by their names.
    """
    original = spawn.get_preparation_data

    def preparation(name: str) -> dict:
        found = original(name)
        script = found.get("init_main_from_path")
        at_a_prompt = (
            name == SIMULATES_WITH_MAIN and script is not None and not os.path.isfile(script)
        )  # "<stdin>"
        if name in (SIMULATES, NETWORK) or at_a_prompt:
            return {key: value for key, value in found.items() if not key.startswith("init_main")}
        return found

    spawn.get_preparation_data = preparation
    try:
        yield
    finally:
        spawn.get_preparation_data = original
