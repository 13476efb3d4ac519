"""Keys of `[studies.array_disturb]`."""

from typing import Annotated, ClassVar

from pydantic import Field

from spicekit.experiment.fields import key
from spicekit.experiment.study import ProgrammedTable


class ArrayDisturbTable(ProgrammedTable):
    """`[studies.array_disturb]`: samples are devices, in both states; the pulses are those of the other row, too."""

    wires: Annotated[str, key("as of the study `array`")] = "2t2r_reram"
    rows: Annotated[
        int, Field(ge=2, le=1024), key("of the array; the device is in the row that is the furthest")
    ] = 32

    subject: ClassVar[str] = "arrays of memory cells"
    files: ClassVar[tuple[str, ...]] = ("wires",)
    example: ClassVar[str] = """
set_compliance = "200 uA"
reset_voltage = "2 V"
pulse_width = "100 ns"
"""


TABLE = ArrayDisturbTable
