"""Keys of `[studies.switching_time]`."""

from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from spicekit.experiment.fields import Celsius, Distinct, Volts, key
from spicekit.experiment.study import StudyTable


class SwitchingTable(StudyTable):
    """`[studies.switching_time]`: samples are devices at each voltage and temperature."""

    set_voltages: Annotated[list[Volts], Distinct, key("list; it or one of the next two must be given")] = (
        Field(default=[])
    )
    reset_voltages: Annotated[list[Volts], Distinct, key("list")] = Field(default=[])
    forming_voltages: Annotated[
        list[Volts], Distinct, key("list; forming starts from the card's pristine gap")
    ] = Field(default=[])
    temperatures: Annotated[list[Celsius], Field(min_length=1), Distinct, key("list, of the surroundings")]

    @model_validator(mode="after")
    def _some_voltage(self) -> "SwitchingTable":
        if not (self.set_voltages or self.reset_voltages or self.forming_voltages):
            raise ValueError(
                "no voltage: give at least one of `set_voltages`, `reset_voltages`, `forming_voltages`"
            )
        return self

    transistors: ClassVar[bool] = False
    example: ClassVar[str] = """
set_voltages = ["1 V", "1.2 V"]
temperatures = ["27 C"]
"""


TABLE = SwitchingTable
