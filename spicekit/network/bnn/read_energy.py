"""What one read of a weight takes: the one place where a network's energies take it from the statistics."""

from dataclasses import dataclass

from spicekit.statistics import Condition


@dataclass(frozen=True)
class ReadEnergy:
    """Energy of one bit read from 2T2R."""

    joule: float
    source: str
    left_out: str  # what this figure does not hold, in words


def read_energy_of(condition: Condition) -> ReadEnergy | None:
    """Return the energy of a read in a condition; None if it was not simulated.

    It is that of a lone cell and its amplifier; that of a bit in its array is in `spicekit.network.bnn.in_array`.
    """
    if condition.energy_read is None:
        return None
    return ReadEnergy(
        condition.energy_read.mean,
        f"simulated, condition {condition.name}: a plain read of a lone cell by its amplifier",
        "the XNOR, word lines, drivers",
    )
