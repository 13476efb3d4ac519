"""Keys of `[studies.puf]`."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from spicekit.experiment.fields import ELAPSED, Celsius, Distinct, Volts, key
from spicekit.experiment.study import ProgrammedTable


class PufTable(ProgrammedTable):
    """`[studies.puf]`: samples are pairs, in every state and read everywhere."""

    states: Annotated[
        list[Literal["unwritten", "lrs", "hrs"]],
        Field(min_length=1),
        Distinct,
        key("list, of what both devices of a pair are left in"),
    ]
    temperatures: Annotated[
        list[Celsius], Distinct, key("list, of further reads, beside that of the experiment")
    ] = Field(default=[])
    supplies: Annotated[
        list[Volts], Distinct, key("list, of the amplifier in further reads, beside that of the design")
    ] = Field(default=[])
    bake_time: Annotated[
        Annotated[float, ELAPSED, Field(ge=1e-9, le=1e12)],
        key('of a bake without voltage, such as `"1000 h"`'),
    ] = 3.6e6
    bake_temperature: Annotated[
        Celsius, key("of the bake; the read after it is at enrolment's temperature")
    ] = 125.0

    subject: ClassVar[str] = "pairs of memory devices and their amplifiers"
    example: ClassVar[str] = """
states = ["hrs"]
supplies = ["1.2 V"]
set_compliance = "200 uA"
reset_voltage = "2.0 V"
pulse_width = "100 ns"
"""


TABLE = PufTable
