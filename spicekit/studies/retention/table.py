"""Keys of `[studies.retention]`."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from spicekit.experiment.fields import ELAPSED, Celsius, Distinct, key
from spicekit.experiment.study import ProgrammedTable

Times = Annotated[
    list[Annotated[float, ELAPSED, Field(ge=1e-9, le=1e12)]],
    Field(min_length=1),
    AfterValidator(lambda times: sorted(set(times))),
]


class RetentionTable(ProgrammedTable):
    """`[studies.retention]`: samples are devices at each temperature, each in both states at all times."""

    temperatures: Annotated[list[Celsius], Field(min_length=1), Distinct, key("list, of the bakes")]
    times: Annotated[Times, key('list, of the bakes, such as `"10 h"`, also `"s"` and `"min"`')]
    criterion: Annotated[
        float,
        Field(gt=1, allow_inf_nan=False),
        key("factor by which the median resistance has changed when a state counts as lost"),
    ] = 1.5

    example: ClassVar[str] = """
set_compliance = "200 uA"
reset_voltage = "2.0 V"
pulse_width = "100 ns"
temperatures = ["125 C", "150 C"]
times = ["1 h", "100 h"]
"""


TABLE = RetentionTable
