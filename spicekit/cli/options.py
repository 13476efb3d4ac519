"""Options that several commands share, and checks of what typer lets pass."""

import math
import os
from typing import Annotated

import typer

from spicekit.errors import InputError

_MOST_CORES = 8  # each worker takes a few hundred MB
_MOST_SAMPLES = 10**12
MOST_SEED = 2**63 - 1
CORES = min(
    len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, _MOST_CORES
)
"""Workers unless told otherwise."""

Workers = Annotated[
    int,
    typer.Option(
        "-j", "--workers", min=1, help="Worker processes; default: one for each core, at most 8. "
        "Results do not depend on it.", show_default=False,
    ),
]  # fmt: skip
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress.")]


def finite(option: str, value: float) -> None:
    """Raise InputError if the number is none, which no bound refuses."""
    if not math.isfinite(value):
        raise InputError(f"`{option}` is {value}, expected a finite number")


def part_of(text: str | None) -> tuple[int, int] | None:
    """Return first sample and end of a part such as `1000:2000`, or raise InputError."""
    if text is None:
        return None
    ends = text.split(":")
    # digits of other scripts are digits to Python; thousands of them it refuses to read
    if len(ends) == 2 and all(end.isascii() and end.isdecimal() and len(end) < 16 for end in ends):
        first, end = int(ends[0]), int(ends[1])
        if first < end <= _MOST_SAMPLES:
            return first, end
    shown = text if len(text) < 40 else text[:40] + "…"
    raise InputError(f"`--part` is `{shown}`, expected FIRST:END such as 1000:2000, END not included")
