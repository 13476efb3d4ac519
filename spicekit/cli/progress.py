"""Progress on standard error: a bar with rate and time left, or plain lines when it is not a terminal."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pandas as pd
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

_PLAIN_INTERVAL = 10.0  # s between lines


@contextmanager
def progress_of(total: int, quiet: bool) -> Iterator[Callable[[pd.DataFrame | None], None]]:
    """Give a function that takes each new table of samples and shows how far `total` chains are.

    What was done before this run counts as done, but not into rate and time left.
    """
    if quiet:
        yield lambda _: None
    elif sys.stderr.isatty():
        with _bar() as bar:
            task = bar.add_task("", total=total, outcome="", rate="")
            yield _Counter(
                total, lambda c: bar.update(task, completed=c.done, outcome=c.outcome, rate=c.rate_text)
            )
    else:
        yield _Counter(total, _plain())


class _Counter:
    """Adds up the samples and tells `show`."""

    def __init__(self, total: int, show: Callable[["_Counter"], None]) -> None:
        self.total, self._show = total, show
        self.done = self.errors = self.discards = self._before = 0
        self._start = time.monotonic()
        self._first = True

    def __call__(self, table: pd.DataFrame | None) -> None:
        if table is not None:
            self.done += len(table)
            # aged devices are meant to fail: their errors would only alarm
            self.errors += int(((table["outcome"] == "error") & (table["cycles"] == 0)).sum())
            self.discards += int((table["outcome"] == "discard").sum())
        if self._first:
            self._before, self._first = self.done, False
        self._show(self)

    @property
    def rate(self) -> float:
        """Chains per second in this run."""
        return (self.done - self._before) / max(time.monotonic() - self._start, 1e-9)

    @property
    def rate_text(self) -> str:
        return f"{self.rate:.1f}/s"

    @property
    def outcome(self) -> str:
        return f"{self.errors} errors, {self.discards} discards"


def _bar() -> Progress:
    return Progress(
        TextColumn("chains {task.completed:.0f}/{task.total:.0f}"),
        BarColumn(),
        TextColumn("{task.fields[rate]}  {task.fields[outcome]}  left:"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


def _plain() -> Callable[[_Counter], None]:
    last = [-_PLAIN_INTERVAL]

    def show(counter: _Counter) -> None:
        now = time.monotonic()
        if now - last[0] < _PLAIN_INTERVAL and counter.done < counter.total:
            return
        last[0] = now
        line = f"chains {counter.done}/{counter.total}"
        if counter.rate > 0:
            left = (counter.total - counter.done) / counter.rate
            line += f", {counter.rate_text}, {counter.outcome}, {left:.0f} s left"
        print(line, file=sys.stderr, flush=True)

    return show
