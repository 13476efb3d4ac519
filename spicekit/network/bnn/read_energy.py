"""What one read of a weight takes: the one place where a network's energies take it from the statistics."""

from dataclasses import dataclass

from spicekit.network.bnn.disturb import Refreshing, refreshing
from spicekit.statistics import Condition
from spicekit.studies.read_disturb.result import ReadDisturb


@dataclass(frozen=True)
class ReadEnergy:
    """Energy of one bit read from 2T2R."""

    joule: float
    source: str
    left_out: str  # what this figure does not hold, in words
    refresh: Refreshing | None = None  # what reads disturb is programmed again; None: not known, not counted


def read_energy_of(condition: Condition, disturb: ReadDisturb | None = None) -> ReadEnergy | None:
    """Return the energy of a read in a condition; None if it was not simulated.

    With `disturb`, of the same statistics, what reads ask for later goes with it.

    It is that of a lone cell and its amplifier; that of a bit in its array is in `spicekit.network.bnn.in_array`.
    """
    if condition.energy_read is None:
        return None
    return ReadEnergy(
        condition.energy_read.mean,
        f"simulated, condition {condition.name}: a plain read of a lone cell by its amplifier",
        "the XNOR, word lines, drivers",
        refreshing(disturb, condition),
    )
