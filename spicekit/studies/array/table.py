"""Keys of `[studies.array]`."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from spicekit.experiment.fields import Amperes, Name, Seconds, Table, Volts, key
from spicekit.experiment.study import StudyTable

_MOST = 1024  # rows or columns: beyond, a line is no lumped wire any more


class ProgrammedTable(Table):
    """One way to write the cells."""

    name: Annotated[Name, key("of the condition, unique")]
    set_compliance: Annotated[Amperes, key("that the word line makes of a cell alone")]
    reset_voltage: Annotated[Volts, key("of the rail of the source lines")]
    pulse_width: Annotated[Seconds, key("of both pulses")]


def shape_of(size: str) -> tuple[int, int]:
    """Return (rows, columns) of a size such as ``"32x32"``."""
    rows, _, columns = size.partition("x")
    return int(rows), int(columns)


def _size(text: str) -> str:
    if any(not 2 <= count <= _MOST for count in shape_of(text)):
        raise ValueError(f"got {text!r}, expected 2 to {_MOST} rows and columns")
    return text


def _unique(values: list) -> list:
    names = [one if isinstance(one, str) else one.name for one in values]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"`{name}` is given twice; each must be given once")
    return values


class ArrayTable(StudyTable):
    """`[studies.array]`: samples are dies."""

    wires: Annotated[
        str,
        key(
            "wires, drivers and switches around the cells: a bundled name or a TOML file "
            "([every key](array.md#wires-and-drivers))"
        ),
    ] = "2t2r_reram"
    sizes: Annotated[
        list[Annotated[str, Field(pattern=r"^[1-9]\d{0,3}x[1-9]\d{0,3}$"), AfterValidator(_size)]],
        Field(min_length=1),
        AfterValidator(_unique),
        key('list, rows x columns, such as `"32x32"`'),
    ] = Field(default=["32x32"])
    bits: Annotated[
        int,
        Field(ge=0, le=_MOST**2),
        key("cells that are simulated of each die, spread evenly over it; 0: all"),
    ] = 0
    programmed: Annotated[
        list[ProgrammedTable], Field(min_length=1), AfterValidator(_unique), key("ways to write the cells")
    ]

    subject: ClassVar[str] = "arrays of memory cells"
    files: ClassVar[tuple[str, ...]] = ("wires",)
    example: ClassVar[str] = """
sizes = ["4x4"]
bits = 2

[[studies.array.programmed]]
name = "weak"
set_compliance = "200 uA"
reset_voltage = "1.15 V"
pulse_width = "100 ns"
"""


TABLE = ArrayTable
