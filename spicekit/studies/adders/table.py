"""Keys of `[studies.adders]`."""

import re
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from spicekit.experiment.fields import Distinct, Seconds, key
from spicekit.experiment.study import StudyTable

_TREE = re.compile(r"(count|held|sum) ([1-9]\d{0,2})(?:x([1-9]\d?))?")
_MOST = 128  # bits that go into a tree: a few thousand transistors


def tree_of(text: str) -> tuple[str, int, int]:
    """Return kind, inputs and bits of each input of a tree such as ``"count 32"`` or ``"sum 8x8"``.

    Raises:
        ValueError: of another form, or too small or large.
    """
    found = _TREE.fullmatch(text)
    kind, inputs, width = (found[1], int(found[2]), int(found[3] or 1)) if found else ("", 0, 0)
    if not found or (kind != "sum") != (found[3] is None):
        raise ValueError(f'got {text!r}, expected such as "count 32", "held 32" or "sum 8x8" (words x bits)')
    if inputs < 2 or inputs * width > _MOST:
        raise ValueError(f"got {text!r}, expected 2 inputs at least and {_MOST} bits at most")
    return kind, inputs, width


def _checked(text: str) -> str:
    tree_of(text)
    return text


class AddersTable(StudyTable):
    """`[studies.adders]`: samples are words of inputs."""

    trees: Annotated[
        list[Annotated[str, AfterValidator(_checked)]],
        Field(min_length=1),
        Distinct,
        key('list, each `"count N"`, `"held N"` or `"sum WORDSxBITS"`, such as `"count 32"`'),
    ]
    period: Annotated[
        Seconds, key("from one change of the inputs to the next; sums are taken before its end")
    ] = 4e-9

    subject: ClassVar[str] = "adders behind a memory array"
    example: ClassVar[str] = """
trees = ["count 4", "held 3", "sum 3x2"]
"""


TABLE = AddersTable
