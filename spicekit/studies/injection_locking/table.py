"""Keys of `[studies.injection_locking]`."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from spicekit.experiment.fields import Amperes, Distinct, Positive, RecordTime, key
from spicekit.experiment.study import StudyTable


class InjectionTable(StudyTable):
    """`[studies.injection_locking]`: samples are devices, the first one nominal."""

    current: Annotated[Amperes, key("bias, above threshold")]
    drives: Annotated[
        list[Amperes],
        Distinct,
        key("list, of peak currents into the junction; it or `line_drives` must be given"),
    ] = Field(default=[])
    line_drives: Annotated[list[Amperes], Distinct, key("list, of peak currents in the field line")] = Field(
        default=[]
    )
    ratios: Annotated[
        list[Literal[1, 2]],
        Field(min_length=1),
        Distinct,
        key("list, of the drive to the frequency, `1` and `2`; in the field line only 1"),
    ] = Field(default=[1])
    reach: Annotated[Positive, key("how far the drives go to either side, in locking ranges expected")] = 2.0
    steps: Annotated[int, Field(ge=7, le=1001), key("drives of a row")] = 13
    record: Annotated[
        RecordTime, key("length of each; at least four beats at the edge of the range expected")
    ]

    @model_validator(mode="after")
    def _some_drive(self) -> "InjectionTable":
        if not (self.drives or self.line_drives):
            raise ValueError("no drive: give at least one of `drives`, `line_drives`")
        return self

    subject: ClassVar[str] = "oscillators"
    transistors: ClassVar[bool] = False
    example: ClassVar[str] = """
current = "4 mA"
drives = ["0.4 mA"]
steps = 7
record = "2 us"
"""


TABLE = InjectionTable
