"""What a check has found: a mark, what was measured, and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Mark = Literal["ok", "look", "wrong", "skipped"]
"""Look: it can be used, but whoever uses it should know. Skipped: it says nothing before another fault is mended."""


class Number(NamedTuple):
    """A measured number."""

    value: float | None  # None: not reached in what was tried
    unit: str


@dataclass(frozen=True)
class Finding:
    """One line of the result."""

    name: str
    mark: Mark
    said: str  # a sentence with what was measured
    advice: str = ""  # a sentence with what to do; empty if all is well
    numbers: Mapping[str, Number] = field(default_factory=dict)


def skipped(name: str, after: str) -> Finding:
    """Return that a check waits until another one, `after`, has nothing to complain about."""
    return Finding(name, "skipped", f"not tried before `{after}` is mended")
