"""CSV of others: rows with their line numbers, and numbers as everybody writes them."""

import csv
import re
from pathlib import Path

from spicekit.errors import InputError
from spicekit.readers.guard import content_of, reading

_MOST_BYTES = 1 << 27
_LONGEST = 10_000  # characters of a line
_LONGEST_OF_NUMBERS = 1 << 20
_MOST_CELLS = 20_000_000  # about 1.5 GB of memory; a packed file of nothing but marks has more
# float() would also take 1_000, digits of other scripts, nan and infinity
_NUMBER = re.compile(r"[+-]?(\d++\.?\d*+|\.\d++)([eE][+-]?\d++)?+", re.ASCII)


MARKS = {",": "commas", ";": "semicolons", "\t": "tabs"}
"""What columns are parted by; the header has it most often."""


def read_rows(path: Path, what: str, headed: bool = True) -> tuple[list[tuple[int, list[str]]], str]:
    """Return (line number, cells) of the lines that are neither empty nor a comment (``#``), and one of `MARKS`.

    Without a header (`headed`) the first line has numbers, maybe with decimal commas, and many may stand in a line.

    Raises:
        InputError: unreadable, not text in UTF-8, a cell that is none, or too many cells; names the line.
    """
    content = content_of(path, _MOST_BYTES)
    with reading(path, what):
        text = content.decode("utf-8-sig")
    found: list[tuple[int, list[str]]] = []
    mark, cells = "", 0
    for line_number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if len(line) > (longest := _LONGEST if headed else _LONGEST_OF_NUMBERS):
            raise InputError(
                f"{path}, line {line_number}: {len(line)} characters, expected at most {longest}"
            )
        mark = mark or (max(MARKS, key=line.count) if headed else _mark_of_numbers(line))
        if '"' in line:
            with reading(path, f"{what} (line {line_number})"):
                found.append((line_number, next(csv.reader([line], delimiter=mark))))
        else:  # what stands between the marks; three times as fast
            found.append((line_number, line.split(mark)))
        cells += len(found[-1][1])
        if cells > _MOST_CELLS:
            raise InputError(
                f"{path}, line {line_number}: more than {_MOST_CELLS:,} cells up to here; split the file"
            )
    return found, mark


def _mark_of_numbers(line: str) -> str:
    return next((mark for mark in ("\t", ";") if mark in line), ",")


def number(text: str) -> float:
    """Return the number in a cell: digits, a point, an exponent.

    Raises:
        ValueError: it is written in another way.
    """
    if not _NUMBER.fullmatch(text.strip()):
        raise ValueError(f"`{text}` is not a number such as 4.7e3")
    return float(text)
