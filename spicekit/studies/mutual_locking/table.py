"""Keys of `[studies.mutual_locking]`."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from spicekit.experiment.fields import Amperes, Distinct, Hertz, Ohms, RecordTime, key
from spicekit.experiment.study import StudyTable
from spicekit.limits import MOST_OSCILLATORS


class MutualTable(StudyTable):
    """`[studies.mutual_locking]`: samples are sets of devices."""

    current: Annotated[Amperes, key("bias of each, above threshold")]
    numbers: Annotated[
        list[Annotated[int, Field(ge=1, le=MOST_OSCILLATORS)]],
        Field(min_length=1),
        Distinct,
        key(f"list, of oscillators in a set: 1 to {MOST_OSCILLATORS}"),
    ]
    wirings: Annotated[
        list[Literal["series", "parallel"]],
        Field(min_length=1),
        Distinct,
        key('list, `"series"` and `"parallel"`'),
    ]
    load: Annotated[Ohms | None, key('such as `"50 Ohm"`', "the card's")] = None
    spread: Annotated[
        float,
        Field(ge=0, le=1),
        key(
            "share of the card's spread between the devices of a set: what is left when they are chosen or tuned"
        ),
    ] = 0.0
    settle: Annotated[RecordTime, key("before the record: phases start anywhere and must find each other")]
    record: Annotated[RecordTime, key("length of the record, at least 6/`resolution`")]
    resolution: Annotated[Hertz, key("of the spectra")]

    subject: ClassVar[str] = "oscillators"
    transistors: ClassVar[bool] = False
    example: ClassVar[str] = """
current = "4 mA"
numbers = [2]
wirings = ["series"]
spread = 1.0
settle = "1 us"
record = "12 us"
resolution = "500 kHz"
"""


TABLE = MutualTable
