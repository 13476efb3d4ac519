"""Keys of `[studies.oscillation]`."""

from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from spicekit.experiment.fields import Amperes, Distinct, Hertz, RecordTime, Tesla, key
from spicekit.experiment.study import StudyTable


class OscillationTable(StudyTable):
    """`[studies.oscillation]`: samples are devices, the first one nominal."""

    currents: Annotated[
        list[Amperes],
        Field(min_length=1),
        Distinct,
        key("list, of the bias without field; below threshold there is a thermal line, and no law"),
    ]
    fields: Annotated[
        list[Tesla], Distinct, key('list, of flux densities from the field line, such as `"5 mT"`')
    ] = Field(default=[])
    field_current: Annotated[Amperes | None, key("bias at which the field is varied; `fields` needs it")] = (
        None
    )
    record: Annotated[RecordTime, key("length of each record, at least 6/`resolution`")]
    resolution: Annotated[
        Hertz, key('of the spectra, such as `"200 kHz"`; finer than the linewidth expected at every current')
    ]

    @model_validator(mode="after")
    def _field_needs_current(self) -> "OscillationTable":
        if self.fields and self.field_current is None:
            raise ValueError("`fields` needs `field_current`: the bias at which the field is varied")
        return self

    subject: ClassVar[str] = "oscillators"
    transistors: ClassVar[bool] = False
    example: ClassVar[str] = """
currents = ["3 mA", "4 mA"]
record = "15 us"
resolution = "450 kHz"
"""


TABLE = OscillationTable
