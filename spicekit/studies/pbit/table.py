"""Keys of `[studies.pbit]`."""

from typing import Annotated, ClassVar

from pydantic import Field

from spicekit.experiment.fields import Distinct, Seconds, Volts, key
from spicekit.experiment.study import StudyTable


class PbitTable(StudyTable):
    """`[studies.pbit]`: samples are p-bits, the same ones at each voltage."""

    voltages: Annotated[
        list[Volts], Field(min_length=1), Distinct, key("list, at the gate; a law needs two at least")
    ]
    candidates: Annotated[
        int,
        Field(ge=10, le=100_000),
        key("mean number of candidate events in each record; a flip of the junction is one of them"),
    ] = 100
    settle: Annotated[
        Seconds,
        key("before each record, and before each further piece of one: what the circuit needs to settle"),
    ] = 50e-9

    subject: ClassVar[str] = "p-bits"
    example: ClassVar[str] = """
voltages = ["1 V", "1.05 V"]
candidates = 10
"""


TABLE = PbitTable
