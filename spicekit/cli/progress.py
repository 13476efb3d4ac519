"""Progress on standard error: a bar with rate and time left, or plain lines when it is not a terminal."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from spicekit.characterize.estimates.gather import ESTIMATES
from spicekit.characterize.run import State
from spicekit.report.numbers import probability
from spicekit.sampling.counts import Counts, error_probability

_PLAIN_INTERVAL = 10.0  # s between lines
_PERIOD = 3600.0  # s that the time left is judged by: an estimate shows up once, when it is done


@contextmanager
def progress_of(quiet: bool) -> Iterator[Callable[[State], None]]:
    """Give a function that shows the state of a run each time it is called.

    What was done before this run counts as done, but not into rate and time left.
    """
    if quiet:
        yield lambda _: None
    elif sys.stderr.isatty():
        with _bar() as bar:
            task = bar.add_task("", total=0, rate="", found="")

            def draw(view: "_View") -> None:
                bar.update(task, completed=view.done, total=view.total, rate=view.rate_text, found=view.found)

            yield _View(draw)
    else:
        yield _View(_plain())


class _View:
    """What there is to tell about a state."""

    def __init__(self, draw: Callable[["_View"], None]) -> None:
        self._draw = draw
        self._start = time.monotonic()
        self._before: int | None = None
        self.done = self.total = 0
        self.found = ""

    def __call__(self, state: State) -> None:
        self.done = sum(p.received for p in state.values())
        # what a stop rule has made superfluous is not to be waited for, nor runs that an estimate did not need
        self.total = sum(p.rule.samples if p.stopped is None else p.received for p in state.values())
        if self._before is None:
            self._before = self.done
        self.found = _found(state)
        self._draw(self)

    @property
    def rate(self) -> float:
        """Samples per second in this run."""
        return (self.done - (self._before or 0)) / max(time.monotonic() - self._start, 1e-9)

    @property
    def rate_text(self) -> str:
        return f"{self.rate:.1f}/s"


def _found(state: State) -> str:
    """Say where the run stands: the chain at work, its errors and the interval they allow; all discards.

    Estimates come last, and say only how many of them are done.
    """
    estimates = [p for name, p in state.items() if name.startswith(ESTIMATES)]
    done = sum(p.stopped is not None for p in estimates)
    if done < len(estimates) and all(p.stopped for n, p in state.items() if not n.startswith(ESTIMATES)):
        return f"rare-event estimates: {done} of {len(estimates)}"
    begun = [(name, p) for name, p in state.items() if p.count]
    if not begun:
        return ""
    name, progress = next(((n, p) for n, p in begun if p.stopped is None), begun[-1])
    counts = Counts(progress.count, progress.errors, progress.discards)
    text = f"{name}: {progress.errors} errors, BER {probability(error_probability(counts, ''))}"
    if "/" in name:  # a point of a study, which has no errors
        text = f"{name}: {progress.count} of {progress.rule.samples}"
    discards = sum(p.discards for p in state.values())
    return text + (f", {discards} discards" if discards else "")


def _bar() -> Progress:
    return Progress(
        TextColumn("samples {task.completed:.0f}/{task.total:.0f}"),
        BarColumn(bar_width=20),
        TextColumn("{task.fields[rate]}  left:"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[found]}"),
        console=Console(stderr=True),
        speed_estimate_period=_PERIOD,
    )


def _plain() -> Callable[[_View], None]:
    last = [-_PLAIN_INTERVAL]

    def draw(view: _View) -> None:
        now = time.monotonic()
        if now - last[0] < _PLAIN_INTERVAL and view.done < view.total:
            return
        last[0] = now
        line = f"samples {view.done}/{view.total}"
        if view.rate > 0:
            line += f", {view.rate_text}, {(view.total - view.done) / view.rate:.0f} s left; {view.found}"
        print(line, file=sys.stderr, flush=True)

    return draw
