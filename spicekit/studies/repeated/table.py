"""Keys of `[studies.repeated]`."""

from typing import Annotated, ClassVar

from pydantic import Field

from spicekit.experiment.fields import Name, key
from spicekit.experiment.study import ProgrammedTable


class RepeatedTable(ProgrammedTable):
    """`[studies.repeated]`: samples are pairs."""

    condition: Annotated[
        Name,
        key("name of the condition that these pulses are: what is found stands there in `statistics.json`"),
    ]
    cycles: Annotated[int, Field(ge=2, le=10**6), key("programmings of each pair, at least 2")]

    example: ClassVar[str] = """
condition = "weak"
set_compliance = "200 uA"
reset_voltage = "1.15 V"
pulse_width = "100 ns"
cycles = 3
"""


TABLE = RepeatedTable
