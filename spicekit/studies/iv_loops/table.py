"""Keys of `[studies.iv_loops]`."""

from typing import Annotated, ClassVar

from pydantic import Field

from spicekit.experiment.fields import Amperes, Distinct, Seconds, Volts, key
from spicekit.experiment.study import StudyTable


class LoopTable(StudyTable):
    """`[studies.iv_loops]`: samples are cells at each compliance, the first one nominal."""

    compliances: Annotated[list[Amperes], Field(min_length=1), Distinct, key("list, of SET compliances")]
    set_voltage: Annotated[Volts, key("peak of the SET half")]
    reset_voltage: Annotated[Volts, key("peak of the RESET half")]
    forming_voltage: Annotated[Volts, key("peak of the loop that forms a pristine cell")]
    forming_compliance: Annotated[Amperes, key("of that loop")]
    ramp: Annotated[Seconds, key("time from zero to the peak")]

    example: ClassVar[str] = """
compliances = ["50 uA", "200 uA"]
set_voltage = "2.5 V"
reset_voltage = "2.5 V"
forming_voltage = "4 V"
forming_compliance = "50 uA"
ramp = "1 ms"
"""


TABLE = LoopTable
