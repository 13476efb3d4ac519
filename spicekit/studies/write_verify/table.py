"""Keys of `[studies.write_verify]`."""

from typing import Annotated, ClassVar

from pydantic import Field

from spicekit.experiment.fields import Amperes, Distinct, Ohms, Seconds, Volts, key
from spicekit.experiment.study import StudyTable


class WriteVerifyTable(StudyTable):
    """`[studies.write_verify]`: samples are devices at each target."""

    targets: Annotated[
        list[Ohms], Field(min_length=1), Distinct, key('list, of resistances to be below, such as `"5 kOhm"`')
    ]
    most_pulses: Annotated[int, Field(ge=1, le=100), key("after which a device counts as failed")] = 10
    set_compliance: Annotated[Amperes, key("of every SET pulse")]
    set_width: Annotated[Seconds, key("of every SET pulse")]
    reset_voltage: Annotated[Volts, key("of the RESET before")]
    reset_width: Annotated[Seconds, key("of the RESET before")]

    example: ClassVar[str] = """
targets = ["4 kOhm", "8 kOhm"]
most_pulses = 4
set_compliance = "100 uA"
set_width = "100 ns"
reset_voltage = "2 V"
reset_width = "100 ns"
"""


TABLE = WriteVerifyTable
