"""Keys of `[studies.superparamagnetic]`."""

from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from spicekit.experiment.fields import Distinct, Ohms, Seconds, SignedVolts, key
from spicekit.experiment.study import StudyTable

_MOST_LOOKS = 1e7  # of a record


class SuperparamagneticTable(StudyTable):
    """`[studies.superparamagnetic]`: samples are devices, the same ones at each voltage."""

    voltages: Annotated[
        list[SignedVolts],
        Field(min_length=1),
        Distinct,
        key("list, of the source; both signs favour either state, none may be 0"),
    ]
    series: Annotated[Ohms, key("resistor between source and junction, above 0")] = 1e3
    interval: Annotated[
        Seconds, key("between two looks at the voltage; at most a third of the shorter mean dwell")
    ]
    duration: Annotated[Seconds, key("of each device's record; at least 20 mean dwells in each state")]

    @model_validator(mode="after")
    def _not_too_long(self) -> "SuperparamagneticTable":
        if not 1 <= self.duration / self.interval <= _MOST_LOOKS:
            raise ValueError(
                f"`duration` is {self.duration / self.interval:.3g} times `interval`, expected 1 to {_MOST_LOOKS:g}"
            )
        return self

    subject: ClassVar[str] = "superparamagnetic junctions"
    transistors: ClassVar[bool] = False
    example: ClassVar[str] = """
voltages = ["-100 mV", "100 mV"]
interval = "500 ps"
duration = "520 ns"
"""


TABLE = SuperparamagneticTable
