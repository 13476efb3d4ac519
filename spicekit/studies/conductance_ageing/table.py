"""Keys of `[studies.conductance_ageing]`."""

from typing import Annotated, ClassVar

from pydantic import Field

from spicekit.experiment.fields import Distinct, Positive, key
from spicekit.studies.conductance_law.table import ConductanceTable


class AgeingTable(ConductanceTable):
    """`[studies.conductance_ageing]`: samples are devices at each compliance and age."""

    ages: Annotated[
        list[Positive],
        Field(min_length=1),
        Distinct,
        key("list, of cycles done before, within the card's ageing law; fresh devices come by themselves"),
    ]

    example: ClassVar[str] = """
compliances = ["50 uA", "200 uA"]
reset_voltage = "2.0 V"
pulse_width = "100 ns"
cycles = 3
ages = [1e5, 1e6]
"""


TABLE = AgeingTable
