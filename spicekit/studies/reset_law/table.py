"""Keys of `[studies.reset_law]`."""

from typing import Annotated, ClassVar

from pydantic import Field

from spicekit.experiment.fields import Amperes, Distinct, Seconds, Volts, key
from spicekit.experiment.study import StudyTable


class ResetTable(StudyTable):
    """`[studies.reset_law]`: samples are devices at each voltage and width."""

    set_compliance: Annotated[Amperes, key("of the SET before")]
    set_width: Annotated[Seconds, key("of the SET before")]
    reset_voltages: Annotated[list[Volts], Field(min_length=1), Distinct, key("list")]
    pulse_widths: Annotated[
        list[Seconds], Field(min_length=1), Distinct, key("list; each voltage is simulated with each width")
    ]

    example: ClassVar[str] = """
set_compliance = "200 uA"
set_width = "100 ns"
reset_voltages = ["1.6 V", "2.4 V"]
pulse_widths = ["100 ns"]
"""


TABLE = ResetTable
