"""Keys of `[studies.random_writes]`."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from spicekit.experiment.fields import MOST_SAMPLES, Distinct, key
from spicekit.experiment.study import ProgrammedTable

MOST_WRITES = 10**9


class RandomWritesTable(ProgrammedTable):
    """`[studies.random_writes]`: samples are pairs."""

    states: Annotated[
        list[Literal["lrs", "hrs"]],
        Field(min_length=1),
        Distinct,
        key("list, of what pairs are read in: after the SET, after the RESET"),
    ]
    writes: Annotated[
        list[Annotated[int, Field(ge=0, le=MOST_WRITES)]],
        Field(min_length=3, max_length=200),
        Distinct,
        key("list, of the numbers of the writes that are simulated and read; a write is a SET and a RESET"),
    ]
    grid_samples: Annotated[
        int | None,
        Field(ge=1, le=MOST_SAMPLES),
        key("pairs at each point of a grid, but for the experiment's own", "`samples`"),
    ] = None

    subject: ClassVar[str] = "pairs of memory devices and their amplifiers"
    example: ClassVar[str] = """
states = ["hrs"]
writes = [0, 1, 40]
set_compliance = "200 uA"
reset_voltage = "1.5 V"
pulse_width = "100 ns"
"""


TABLE = RandomWritesTable
