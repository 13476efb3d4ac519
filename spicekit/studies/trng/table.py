"""Keys of `[studies.trng]`."""

from typing import ClassVar

from spicekit.experiment.study import StudyTable


class TrngTable(StudyTable):
    """`[studies.trng]`: samples are cells, the first one nominal."""

    subject: ClassVar[str] = "superparamagnetic junctions and the amplifiers that read them"
    example: ClassVar[str] = ""


TABLE = TrngTable
