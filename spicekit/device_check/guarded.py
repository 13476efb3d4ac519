"""Samples of a device that may do anything: diverge, crash ngspice, or take forever."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from spicekit.ngspice import Crashed, Deck, Evaluation, evaluate, run_chunks

Task = TypeVar("Task")
Result = TypeVar("Result")

PATIENCE = (
    30.0  # s for a sample, which usually takes a tenth of one, and seconds on a machine with much else to do
)
HUNG = f"no end within {PATIENCE:g} s"


@dataclass(frozen=True)
class Ran(Mapping[str, float]):
    """One sample: its measurements by name, NaN where there are none, and why it failed; "" if it did not."""

    measured: Mapping[str, float]
    why: str

    def __getitem__(self, name: str) -> float:
        return self.measured[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.measured)

    def __len__(self) -> int:
        return len(self.measured)


def run(deck: Deck, rows: Sequence[Mapping[str, float]] = ({},)) -> list[Ran]:
    """Simulate samples, each with the parameters given and the others nominal.

    Raises:
        SimulatorError: ngspice does not load the deck.
    """
    names = [m.name for m in deck.measurements]
    values = np.array([deck.row(row) for row in rows])
    found = guarded(_evaluate, (deck, values))
    if isinstance(found, str):
        if len(rows) > 1:  # the others may be fine
            return [one for row in rows for one in run(deck, [row])]
        return [Ran(dict.fromkeys(names, float("nan")), found)]
    return [
        Ran(dict(zip(names, map(float, measured), strict=True)), "" if outcome.ok else said(str(outcome)))
        for measured, outcome in zip(*found, strict=True)
    ]


def guarded(function: Callable[[Task], Result], task: Task) -> Result | str:
    """Return `function(task)`, computed in a worker; or why it has no result."""
    ((_, found),) = run_chunks(function, [task], timeout=PATIENCE)
    if isinstance(found, Crashed):
        return HUNG if found.reason.name == "TIMEOUT" else said(f"{found.reason.value}: {found.detail}")
    return found


def _evaluate(task: tuple[Deck, np.ndarray]) -> Evaluation:
    return evaluate(*task)


def said(outcome: str) -> str:
    """Return what ngspice said of a sample that failed, short: the first of its complaints."""
    text = outcome.replace("discard(", "").removesuffix(")").partition("; ")[0]
    text = re.sub(r"aborted: (doAnalyses: )?(TRAN: +)?", "", text)
    return re.sub("Timestep", "timestep", text)[:120]
