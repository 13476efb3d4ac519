"""Samples on disk: appended in chunks, each written aside and renamed, so that nothing is ever half there."""

import contextlib
import errno
import math
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from spicekit.errors import SpicekitError
from spicekit.processes import ctrl_c_held_back
from spicekit.run_folder import RunFolder, name_of
from spicekit.tables import keep_table

_MOST_ROWS = 2000  # kept in memory
_MOST_SECONDS = 2.0  # what a kill -9 costs at most
_MOST_FILES = 64  # small ones of a point; then they are put into one


class StorageError(SpicekitError):
    """The disk is full or not writable; what was stored before is whole."""


class Store:
    """Gathers tables of samples and writes them now and then; `flush` writes the rest.

    Args:
        identities: SHA-256 of all that affects the samples of each point, by its name in a run.
        study: whose rows these are.

    Raises:
        StorageError: when it can't write. Nothing that was stored is lost: free space and run again.
    """

    def __init__(self, folder: RunFolder, identities: Mapping[str, str], study: str) -> None:
        self._place = folder.study_folder(study)
        self._identities, self._study = identities, study
        self._waiting: dict[str, list[pd.DataFrame]] = {}
        self._small: dict[str, list[tuple[Path, pd.DataFrame]]] = {}
        self._last = -math.inf  # the first row is written at once: one of an estimate may be worth hours

    def add(self, table: pd.DataFrame) -> None:
        """Take in samples of one point."""
        name = name_of(self._study, table["point"].iloc[0])
        self._waiting.setdefault(name, []).append(table)
        rows = sum(len(table) for tables in self._waiting.values() for table in tables)
        if rows >= _MOST_ROWS or time.monotonic() - self._last > _MOST_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write what is waiting, one file for each point."""
        self._last = time.monotonic()
        with storing(self._place, "samples"):
            if self._waiting:
                self._place.mkdir(parents=True, exist_ok=True)
            for name in list(self._waiting):
                table = pd.concat(self._waiting[name], ignore_index=True)
                small = self._small.setdefault(name, [])
                small.append((keep_table(self._place, table, self._identities[name]), table))
                del self._waiting[name]
                if len(small) >= _MOST_FILES:
                    self._put_together(name)

    def _put_together(self, name: str) -> None:
        small = self._small.pop(name)
        whole = keep_table(
            self._place, pd.concat([t for _, t in small], ignore_index=True), self._identities[name]
        )
        for path, _ in small:
            if path != whole:
                path.unlink(missing_ok=True)


@contextlib.contextmanager
def storing(place: Path, what: str) -> Iterator[None]:
    """Turn a failure to write into a StorageError that says what can be done; a Ctrl-C is heard after the block."""
    try:
        with ctrl_c_held_back():
            yield
    except OSError as error:
        reason = "the disk is full" if error.errno == errno.ENOSPC else str(error.strerror or error)
        raise StorageError(
            f"{place}: cannot write {what}: {reason}; all samples stored before are kept: "
            "free space and run the same command again"
        ) from None
