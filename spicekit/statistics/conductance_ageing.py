"""How the conductance after SET, and the energy of its pulses, change with the cycles that a device has done."""

from spicekit.statistics.base import Block, Moments
from spicekit.statistics.resistance_laws import ConductancePoint


class AgedPoint(Block):
    """One compliance at one age."""

    cycles: float  # done before; 0: fresh
    conductance: ConductancePoint
    energy_set: Moments  # J, one pulse over the whole path
    energy_reset: Moments  # J, of the RESET before


class ConductanceAgeing(Block):
    """Conductance after SET against compliance and cycles done, each cycle a RESET and a SET."""

    points: tuple[AgedPoint, ...]  # by rising age, then compliance
    reset_voltage: float  # V
    pulse_width: float  # s
    status: str
    method: str

    @property
    def ages(self) -> tuple[float, ...]:
        """Cycles done of each age, rising."""
        return tuple(sorted({p.cycles for p in self.points}))

    def at(self, cycles: float) -> tuple[AgedPoint, ...]:
        """Return the points of one of the `ages`, by rising compliance."""
        return tuple(
            sorted((p for p in self.points if p.cycles == cycles), key=lambda p: p.conductance.compliance)
        )
