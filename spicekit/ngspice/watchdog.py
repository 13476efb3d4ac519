"""Signs of life, from a worker's task to its host, which ends a worker that gives none for too long.

The host watches from outside, as a process that hangs within ngspice, or is stopped, cannot watch itself.
Without `heard` all of this does nothing: a caller's own process is never ended.
"""

import contextlib
import time
from collections.abc import Callable, Iterator

_LEAST = 0.05  # s between two signs; a sample may take less than a millisecond

_tell: Callable[[], object] | None = None
_interval = _LEAST
_next_sign = 0.0


def alive() -> None:
    """Say that work goes on, e.g. at the start of each sample."""
    global _next_sign
    if _tell is not None and (now := time.monotonic()) >= _next_sign:
        _next_sign = now + _interval
        _tell()


@contextlib.contextmanager
def heard(tell: Callable[[], object], limit: float | None) -> Iterator[None]:
    """Let `tell` pass on signs of life, often enough for a host that waits `limit` s (None: forever) for one."""
    global _tell, _interval, _next_sign
    if limit is None:
        yield
        return
    _tell, _interval, _next_sign = tell, min(_LEAST, limit / 10), 0.0
    alive()
    try:
        yield
    finally:
        _tell = None
