"""Resistances of measured devices beside those of simulated ones: what is said of either, and whether it is apart."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from spicekit.fit.estimate import Interval
from spicekit.fit.facts import of_errors, of_measured, of_pairs, of_state
from spicekit.fit.measured import STATES


@dataclass(frozen=True)
class Seen:
    """What is said of one state, or of its errors, at one setting; None where there are too few values for it."""

    setting: int  # index
    state: str  # "" for errors
    what: str  # a name of `facts`; quantiles are in Ohm
    measured: Interval | None
    simulated: Interval | None

    @property
    def apart(self) -> bool:
        """Return whether the two intervals have nothing in common."""
        one, other = self.measured, self.simulated
        return bool(one and other and (one.high < other.low or other.high < one.low))


def side_by_side(
    setting: int,
    measured: Mapping[str, np.ndarray],
    simulated: Mapping[str, np.ndarray],
    in_a_row: bool = True,
) -> list[Seen]:
    """Return what is said of one setting: of each state that was measured, and of errors if both were.

    Args:
        setting: index.
        measured: by state ln R (devices, cycles), as `facts` has it.
        simulated: the same; as many cycles of each device as were measured, or fewer.
        in_a_row: cycles follow each other in both. Else nothing is said of memory, nor of single pairs.
    """
    block = (
        min(values.shape[1] for side in (measured, simulated) for values in side.values())
        if in_a_row
        else None
    )
    found = []
    for state in measured:
        one = of_measured(measured[state], block, in_a_row)
        other = of_state(simulated[state], block, in_a_row)
        found += [Seen(setting, state, what, one[what], other[what]) for what in one]
    if len(measured) == len(STATES):
        pair = [(side["lrs"], side["hrs"]) for side in (measured, simulated)]
        rates = [of_errors(*both) | (of_pairs(*both, block) if in_a_row else {}) for both in pair]
        found += [Seen(setting, "", what, rates[0][what], rates[1][what]) for what in rates[0]]
    return found
