"""The statistics of a run as a system modeller loads them: laws, look-up tables, error rates, energies, delays."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from spicekit.errors import InputError, did_you_mean
from spicekit.export import formats
from spicekit.export.records import Record, records
from spicekit.run_folder import RunFolder
from spicekit.statistics import Statistics

__all__ = ["FORMATS", "Record", "export", "records"]

FORMATS: dict[str, Callable[[Statistics, Sequence[Record], Path], None]] = {
    "json": formats.to_json,
    "csv": formats.to_csv,
    "parquet": formats.to_parquet,
    "npz": formats.to_npz,
}
"""Every format that `export` writes, by name; a new one is one function here."""


def export(run: RunFolder, to: str, path: Path) -> Path:
    """Write the statistics of `run` in the format `to` (a key of `FORMATS`) and return `path`.

    All values are in SI units, and the file names them. A run folder without samples gives the tables that its
    statistics alone can give.

    Raises:
        InputError: unknown format, `path` exists or its folder does not, or the run has no statistics.
    """
    if to not in FORMATS:
        raise InputError(f"`--to` is {to!r}, expected one of {', '.join(FORMATS)}{did_you_mean(to, FORMATS)}")
    if path.exists():
        raise InputError(f"{path}: exists already and is not overwritten: name another file, or remove it")
    if not path.parent.is_dir():
        raise InputError(f"{path}: its folder does not exist: make it first")
    partial = path.with_name(path.name + ".partial")
    FORMATS[to](run.statistics(), records(run), partial)
    os.replace(partial, path)
    return path
