"""Texts and tables on disk: written aside and renamed, so that nothing is ever half there, and checked when read.

A table that a run keeps is named `IDENTITY-DIGEST.parquet`: the identity is of what its rows were simulated for, the
digest is of all its bytes. So a flipped bit is never taken for a number, and rows of another experiment are known.
"""

import hashlib
import io
import os
import re
from collections.abc import Collection
from pathlib import Path

import pandas as pd
from pandas.api.types import is_integer_dtype, is_numeric_dtype

from spicekit.errors import InputError

MOST_ROWS = 10**12
"""Beyond any number of a sample, or of a row of one."""
_KEPT = re.compile(r"([0-9a-f]{16})-([0-9a-f]{32})\.parquet")


class Damaged(InputError):
    """A stored file is not what was written."""


def write_text(path: Path, text: str | bytes) -> None:
    """Write a file aside and rename it: a reader sees all of it or none. Text is written as UTF-8."""
    _write(path, text if isinstance(text, bytes) else text.encode())


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write a Parquet file aside and rename it."""
    _write(path, _parquet(table))


def keep_table(folder: Path, table: pd.DataFrame, identity: str) -> Path:
    """Write rows of one `identity` (SHA-256, hex) into a file of their own in `folder`; return its path."""
    content = _parquet(table)
    path = folder / f"{short(identity)}-{_digest(content)}.parquet"
    _write(path, content)
    return path


def short(identity: str) -> str:
    """Return what names of files have of an identity."""
    return identity[:16]


def identity_of(path: Path) -> str:
    """Return the short identity that a kept table's name has.

    Raises:
        Damaged: the name is none of `keep_table`.
    """
    match = _KEPT.fullmatch(path.name)
    if match is None:
        raise Damaged(
            f"{path}: its name has no checksum, so nobody can tell whether its numbers are those that were simulated "
            "(versions of spicekit before 0.1.0 wrote such files)"
        )
    return match[1]


def read_checked(path: Path) -> bytes:
    """Return the bytes of a file; those of a kept table are checked against its name.

    Raises:
        Damaged: they are not what was written.
        FileNotFoundError: there is no such file.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise Damaged(f"{path}: cannot be read: {error.strerror}") from None
    match = _KEPT.fullmatch(path.name)
    if match and _digest(content) != match[2]:
        raise Damaged(f"{path}: is damaged: its bytes are not those that were written (checksum)")
    return content


def read_table(path: Path) -> pd.DataFrame:
    """Return a Parquet file as a table.

    Raises:
        Damaged: it is not what was written, or no Parquet file.
        FileNotFoundError: there is no such file.
    """
    content = read_checked(path)
    try:
        return pd.read_parquet(io.BytesIO(content), page_checksum_verification=True)
    except Exception as error:  # of whatever kind the decoder meets
        raise Damaged(f"{path}: is damaged ({str(error).splitlines()[0]:.200})") from None


def require_kinds(
    path: Path, table: pd.DataFrame, text: Collection[str], counts: Collection[str], numbers: Collection[str]
) -> None:
    """Refuse a table that lacks one of these columns, or where it holds something else.

    Args:
        counts: columns of whole numbers from 0 on.

    Raises:
        Damaged: names the first such column.
    """
    for name in (*text, *counts, *numbers):
        if name not in table:
            raise Damaged(f"{path}: has no column `{name}`")
        column = table[name]
        if name in text:
            good = bool(column.map(lambda value: isinstance(value, str)).all())
        elif name in counts:
            good = is_integer_dtype(column) and bool(column.between(0, MOST_ROWS).all())
        else:
            good = is_numeric_dtype(column)
        if not good:
            kind = "text" if name in text else "whole numbers from 0 on" if name in counts else "numbers"
            raise Damaged(f"{path}: column `{name}` holds something else than {kind}")


def read_text(path: Path) -> str:
    """Return the text of a file. Raises InputError if it cannot be read or is no UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is damaged: no text ({error.reason} at byte {error.start})") from None


def move_into(file: Path, folder: Path, name: str | None = None) -> None:
    """Move a file into a folder, which is made, under its own name or another one."""
    folder.mkdir(parents=True, exist_ok=True)
    os.replace(file, folder / (name or file.name))


def _parquet(table: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False, write_page_checksum=True)
    return buffer.getvalue()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


def _write(path: Path, content: bytes) -> None:
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(content)
    os.replace(partial, path)
