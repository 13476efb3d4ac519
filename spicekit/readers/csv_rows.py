"""CSV of others: rows with their line numbers, and numbers as everybody writes them."""

import csv
import re
from pathlib import Path

from spicekit.errors import InputError
from spicekit.readers.guard import content_of, reading

_MOST_BYTES = 1 << 27
_MOST_CELL = 10_000  # characters
# float() would also take 1_000, digits of other scripts, nan and infinity
_NUMBER = re.compile(r"[+-]?(\d++\.?\d*+|\.\d++)([eE][+-]?\d++)?+", re.ASCII)


MARKS = {",": "commas", ";": "semicolons", "\t": "tabs"}
"""What columns are parted by; the header has it most often."""


def read_rows(path: Path, what: str) -> tuple[list[tuple[int, list[str]]], str]:
    """Return (line number, cells) of the lines that are neither empty nor a comment (``#``), and one of `MARKS`.

    Raises:
        InputError: unreadable, not text in UTF-8, or a cell that is none; names the line.
    """
    content = content_of(path, _MOST_BYTES)
    with reading(path, what):
        text = content.decode("utf-8-sig")
    found: list[tuple[int, list[str]]] = []
    mark = ""
    for line_number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if len(line) > _MOST_CELL:
            raise InputError(
                f"{path}, line {line_number}: {len(line)} characters, expected at most {_MOST_CELL}"
            )
        mark = mark or max(MARKS, key=line.count)
        if '"' in line:
            with reading(path, f"{what} (line {line_number})"):
                found.append((line_number, next(csv.reader([line], delimiter=mark))))
        else:  # what stands between the marks; three times as fast
            found.append((line_number, line.split(mark)))
    return found, mark


def number(text: str) -> float:
    """Return the number in a cell: digits, a point, an exponent.

    Raises:
        ValueError: it is written in another way.
    """
    if not _NUMBER.fullmatch(text.strip()):
        raise ValueError(f"`{text}` is not a number such as 4.7e3")
    return float(text)
