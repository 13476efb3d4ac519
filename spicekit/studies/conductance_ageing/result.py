"""How the conductance after SET, and the energy of its pulses, change with the cycles that a device has done."""

from typing import Annotated

from spicekit.block import Block, Moments, quantity
from spicekit.studies.conductance_law.result import ConductancePoint


class AgedPoint(Block):
    """One compliance at one age."""

    cycles: Annotated[float, quantity("cycles", "done before; 0: fresh")]
    conductance: Annotated[ConductancePoint, quantity("", "as a point of `conductance_law`")]
    energy_set: Annotated[Moments, quantity("J", "one pulse over the whole path")]
    energy_reset: Annotated[Moments, quantity("J", "of the RESET before")]


class ConductanceAgeing(Block):
    """Conductance after SET against compliance and cycles done, each cycle a RESET and a SET."""

    points: Annotated[tuple[AgedPoint, ...], quantity("", "by rising age, then compliance")]
    reset_voltage: Annotated[float, quantity("V", "of every cycle")]
    pulse_width: Annotated[float, quantity("s", "of every cycle")]
    status: Annotated[str, quantity("", "how sure the card's numbers are, in words")]
    method: Annotated[str, quantity("", "in words")]

    @property
    def ages(self) -> tuple[float, ...]:
        """Cycles done of each age, rising."""
        return tuple(sorted({p.cycles for p in self.points}))

    def at(self, cycles: float) -> tuple[AgedPoint, ...]:
        """Return the points of one of the `ages`, by rising compliance."""
        return tuple(
            sorted((p for p in self.points if p.cycles == cycles), key=lambda p: p.conductance.compliance)
        )


RESULTS = {"conductance_ageing": ConductanceAgeing}
"""Its blocks by their key in `statistics.json`."""
