"""Progress of work in equal steps: a bar with the time left, or plain lines when standard error is no terminal."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

_INTERVAL = 10.0  # s between lines


@contextmanager
def steps_of(quiet: bool, total: int, what: str) -> Iterator[Callable[[int], None]]:
    """Give a function that is told how many steps are done."""
    if quiet:
        yield lambda _: None
    elif sys.stderr.isatty():
        columns = TextColumn(what), MofNCompleteColumn(), BarColumn(bar_width=20), TimeRemainingColumn()
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task("", total=total)
            yield lambda done: bar.update(task, completed=done)
    else:
        yield _lines(total, what)


def _lines(total: int, what: str) -> Callable[[int], None]:
    begun = last = time.monotonic()

    def show(done: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < _INTERVAL and done < total:
            return
        last = now
        left = (total - done) * (now - begun) / max(done, 1)
        print(f"{what} {done}/{total}, {left:.0f} s left", file=sys.stderr, flush=True)

    return show
