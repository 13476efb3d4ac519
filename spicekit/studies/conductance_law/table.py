"""Keys of `[studies.conductance_law]`."""

from typing import Annotated, ClassVar

from pydantic import Field

from spicekit.experiment.fields import Amperes, Distinct, Seconds, Volts, key
from spicekit.experiment.study import StudyTable


class ConductanceTable(StudyTable):
    """`[studies.conductance_law]`: samples are devices at each compliance."""

    compliances: Annotated[list[Amperes], Field(min_length=1), Distinct, key("list, of SET compliances")]
    reset_voltage: Annotated[Volts, key("of every cycle")]
    pulse_width: Annotated[Seconds, key("of both pulses of every cycle")]
    cycles: Annotated[int, Field(ge=2, le=10**6), key("simulated on each device, at least 2")]
    cycle_step: Annotated[
        int,
        Field(ge=1, le=10**12),
        key(
            "cycles from one that is simulated to the next: deviations move on by so many, the state does not"
        ),
    ] = 1

    example: ClassVar[str] = """
compliances = ["50 uA", "200 uA"]
reset_voltage = "2.0 V"
pulse_width = "100 ns"
cycles = 3
"""


TABLE = ConductanceTable
