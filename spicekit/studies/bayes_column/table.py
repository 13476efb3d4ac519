"""Keys of `[studies.bayes_column]`."""

from typing import Annotated, ClassVar

from pydantic import Field

from spicekit.experiment.fields import Seconds, key
from spicekit.experiment.study import ProgrammedTable


class ColumnTable(ProgrammedTable):
    """`[studies.bayes_column]`: samples are likelihood words with all their devices and transistors."""

    bits: Annotated[
        int, Field(ge=2, le=16, multiple_of=2), key("of a word, even: stages of the comparator alternate")
    ] = 8
    cycles: Annotated[int, Field(ge=2, le=1000), key("random numbers that the word is compared with")] = 8
    period: Annotated[Seconds, key("of a cycle")] = 2e-9

    subject: ClassVar[str] = "the gates of a Bayesian machine"
    example: ClassVar[str] = """
bits = 2
cycles = 3
set_compliance = "200 uA"
reset_voltage = "2.0 V"
pulse_width = "100 ns"
"""


TABLE = ColumnTable
