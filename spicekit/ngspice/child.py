"""One worker process, seen from its host: it is asked, it answers, or it dies and the host hears why."""

import contextlib
import pickle
import shutil
import signal
import time
from multiprocessing import get_context

from spicekit import processes
from spicekit.ngspice import scratch, worker
from spicekit.ngspice.outcome import Reason
from spicekit.processes import LOOK

START = 120.0  # s; on a busy machine the imports of a new process take ten
_NEXT_START = 10.0  # s, until the first sign of life of a call to a process that has its imports


class Died(Exception):
    """A worker process has ended; carries the reason and words about it."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail


class Child:
    """One worker process; a fresh one, never a fork: ngspice's state must not be inherited.

    Attributes:
        ended: it has given its last answer.
    """

    def __init__(self, with_main: bool) -> None:
        self.folder = scratch.make_folder()
        self.ended = False
        self._first_sign = START
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self.process = context.Process(
            target=worker.serve, args=(theirs, self.folder), daemon=True,
            name=processes.SIMULATES_WITH_MAIN if with_main else processes.SIMULATES,
        )  # fmt: skip
        with processes.starting():
            self.process.start()
        theirs.close()  # so that the worker's death is the end of the pipe

    def receive(self, limit: float | None) -> bytes:
        """Return what the worker says next, signs of life aside.

        Raises:
            Died: it has ended, or gave no sign of life for `limit` s; for the first there is more time.
        """
        try:
            self._wait(None if limit is None else max(limit, self._first_sign))
            while (said := self._pipe.recv_bytes()) == worker.ALIVE:
                self._wait(limit)
        except (EOFError, OSError):
            raise Died(Reason.CRASHED, f"the worker process dies{self._how()}") from None
        if said[:1] == worker.ENDS:
            raise Died(*pickle.loads(said[1:]))
        self.ended = said[:1] == worker.LAST
        return said[1:] if self.ended else said

    def ask(self, call: worker.Call) -> bytes:
        """Return the worker's answer to a call. Raises Died."""
        with contextlib.suppress(OSError):  # then the answer is missing, too
            self._pipe.send_bytes(pickle.dumps(call))
        answer = self.receive(call.limit)
        self._first_sign = _NEXT_START
        return answer

    def kill(self) -> None:
        """End the process, whatever it does, and remove its folder."""
        self.process.kill()
        self.process.join()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _wait(self, limit: float | None) -> None:
        # Looks are counted, not the clock: if this process is stopped and goes on, its workers get their time again.
        look = LOOK if limit is None else min(LOOK, limit / 10)
        looks = 0
        while not self._pipe.poll(look):
            looks += 1
            if limit is not None and looks * look >= limit:
                raise Died(Reason.TIMEOUT, f"no sign of life for {limit:g} s")

    def _how(self) -> str:
        deadline = time.monotonic() + 5
        while (code := self.process.exitcode) is None and time.monotonic() < deadline:
            time.sleep(0.01)  # not `join`: another thread may be the one that collects the exit code
        if code is not None and code < 0:
            with contextlib.suppress(ValueError):
                return f" ({signal.Signals(-code).name})"
        return "" if code is None else f" (exit {code})"
