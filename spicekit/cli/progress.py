"""Progress on standard error: one line that is drawn again and again, or plain lines where it cannot be.

Below the cell of a notebook it is a line of the cell's output.
"""

import math
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.text import Text

from spicekit.cli import terminal

_INTERVAL = 10.0  # s between plain lines, at least
_SHARE = 0.1  # of the time since the first one: a log keeps each line of a run of hours
_BLINK = 0.25  # s between lines that replace each other
_BAR, _SHORTEST_BAR = 20, 6  # characters
_LEAST_NOTE = 12  # characters: a shorter piece of what was found says nothing


@dataclass(frozen=True)
class Standing:
    """How far a piece of work is."""

    what: str  # is counted
    done: int
    total: int
    found: str = ""  # so far
    later: str = ""  # what comes after it


@contextmanager
def progress(quiet: bool) -> Iterator[Callable[[Standing], None]]:
    """Give a function that shows where the work stands each time it is called.

    What was done before its first call counts as done, but not into the time left.
    """
    if quiet:
        yield lambda _: None
    elif _animated():
        line = _Line()
        with Live(line, console=terminal.console(stderr=True), refresh_per_second=4):
            yield line.update
    elif (cell := _cell()) is not None:
        yield _told(cell, _BLINK, 0)
    else:
        yield _told(partial(print, file=sys.stderr, flush=True), _INTERVAL, _SHARE)


@contextmanager
def steps_of(quiet: bool, total: int, what: str) -> Iterator[Callable[[int], None]]:
    """Give a function that is told how many of `total` equal steps are done."""
    with progress(quiet) as show:
        show(Standing(what, 0, total))
        yield lambda done: show(Standing(what, done, total))


def _animated() -> bool:
    """Tell whether standard error can draw over what it drew; below a notebook's cell each drawing would stay."""
    able = sys.stderr.isatty() and os.environ.get("TERM", "") not in ("dumb", "unknown")
    return able and "JPY_PARENT_PID" not in os.environ


def _cell() -> Callable[[str], None] | None:
    """Return what shows a text below the cell of a notebook, in place of the last one; None if this is no notebook."""
    python = sys.modules.get("IPython")
    if python is None or not hasattr(python.get_ipython(), "kernel"):
        return None
    handle = None

    def show(text: str) -> None:
        nonlocal handle
        said = {"text/plain": text}
        if handle is None:
            handle = import_module("IPython.display").display(said, raw=True, display_id=True)
        else:
            handle.update(said, raw=True)

    return show


class _Line:
    """The line of what is known, as long as there is room for; a renderable of rich."""

    def __init__(self) -> None:
        self._at = Standing("", 0, 0)
        self._begun = self._told = time.monotonic()
        self._before = 0

    def update(self, at: Standing) -> None:
        self._told = time.monotonic()
        if at.what != self._at.what:
            self._begun, self._before = self._told, at.done
        self._at = at

    @property
    def finished(self) -> bool:
        return self._at.done >= self._at.total

    @property
    def head(self) -> str:
        return f"{self._at.what} {self._at.done}/{self._at.total}" if self._at.what else "starting"

    @property
    def time(self) -> str:
        """The time left, as far as it can be told."""
        done, spent = self._at.done - self._before, time.monotonic() - self._begun
        if self.finished:
            return f"in {_span(spent)}" if done else ""
        if not done:
            return f"{_span(spent)} so far" if spent >= 1 else ""
        left = (self._told - self._begun) / done * (self._at.total - self._at.done)
        left -= time.monotonic() - self._told
        # what takes longer than all before it, such as a last estimate, is not about to end
        return f"{_about(left)} left" if left > 0 else f"{_span(spent)} so far"

    @property
    def plain(self) -> str:
        parts = [self.head, self.time, self._at.later]
        return ", ".join(part for part in parts if part) + (f"; {self._at.found}" if self._at.found else "")

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        room = options.max_width - 1  # some terminals break a full line
        # what there is no room for is given up: first the bar, then what comes later, then what was found
        found, later, bar = self._at.found, self._at.later, ""
        free = room - sum(len(part) + 2 for part in (self.head, self.time))
        if found and len(found) > free:
            cut = terminal.showable("…", console.encoding)
            found = found[: free - len(cut)] + cut if free > _LEAST_NOTE else ""
        free -= len(found) + 2
        if len(later) > free:
            later = ""
        free -= len(later) + 2
        if free > _SHORTEST_BAR and self._at.total:
            width = min(free, _BAR)
            full = width * self._at.done // self._at.total
            bar = "━" * full + "┄" * (width - full)
        line = "  ".join(part for part in (self.head, bar, self.time, later, found) if part)
        yield Text(terminal.showable(line, console.encoding), no_wrap=True, overflow="crop")


def _told(say: Callable[[str], None], interval: float, share: float) -> Callable[[Standing], None]:
    """Return what says where the work stands, after `interval` seconds and that `share` of the time so far."""
    line, last, ended, begun = _Line(), -math.inf, "", time.monotonic()

    def show(at: Standing) -> None:
        nonlocal last, ended
        line.update(at)
        now = time.monotonic()
        early = now - last < max(interval, share * (now - begun))
        if (early and not line.finished) or (line.finished and ended == at.what):
            return
        last, ended = now, at.what if line.finished else ""
        say(line.plain)

    return show


def _about(seconds: float) -> str:
    """Return a time that is not known well."""
    if seconds < 10:
        return "a few seconds"
    if seconds < 55:
        return f"about {10 * round(seconds / 10)} s"
    if seconds < 5400:
        return f"about {round(seconds / 60)} min"
    return f"about {seconds / 3600:.{0 if seconds > 36000 else 1}f} h"


def _span(seconds: float) -> str:
    """Return a time that has passed."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
