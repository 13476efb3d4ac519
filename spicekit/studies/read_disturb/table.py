"""Keys of `[studies.read_disturb]`."""

from typing import Annotated, ClassVar

from pydantic import Field

from spicekit.experiment.fields import Distinct, Volts, key
from spicekit.experiment.study import ProgrammedTable


class DisturbTable(ProgrammedTable):
    """`[studies.read_disturb]`: samples are devices, each in both states."""

    voltages: Annotated[
        list[Volts], Distinct, key("list, of constant voltages on the device, in the direction of SET")
    ] = Field(default=[])

    example: ClassVar[str] = """
set_compliance = "200 uA"
reset_voltage = "2.0 V"
pulse_width = "100 ns"
voltages = ["100 mV"]
"""


TABLE = DisturbTable
