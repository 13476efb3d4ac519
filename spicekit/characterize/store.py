"""Samples on disk: appended in chunks, each written aside and renamed, so that nothing is ever half there."""

import contextlib
import errno
import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from spicekit.errors import SpicekitError
from spicekit.run_folder import SAMPLE_KEY, STUDY_KEY, RunFolder, write_table

_MOST_ROWS = 2000  # kept in memory
_MOST_SECONDS = 5.0  # what a kill -9 costs at most


class StorageError(SpicekitError):
    """The disk is full or not writable; what was stored before is whole."""


class Store:
    """Gathers tables of samples and writes them now and then; `flush` writes the rest.

    Raises:
        StorageError: when it can't write. Nothing that was stored is lost: free space and run again.
    """

    def __init__(self, folder: RunFolder, study: str | None = None) -> None:
        self._place = folder.samples_folder if study is None else folder.study_folder(study)
        self._key = list(SAMPLE_KEY if study is None else STUDY_KEY)
        self._waiting: list[pd.DataFrame] = []
        self._last = time.monotonic()

    def add(self, table: pd.DataFrame) -> None:
        """Take in samples of one chain, or of one point of the study."""
        self._waiting.append(table)
        rows = sum(len(waiting) for waiting in self._waiting)
        if rows >= _MOST_ROWS or time.monotonic() - self._last > _MOST_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write what is waiting into one file, named by what is in it."""
        self._last = time.monotonic()
        if not self._waiting:
            return
        table = pd.concat(self._waiting, ignore_index=True)
        keys = table[self._key].to_csv(index=False)
        path = self._place / f"{hashlib.sha256(keys.encode()).hexdigest()[:16]}.parquet"
        with storing(path.parent, "samples"):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_table(path, table)
        self._waiting.clear()


@contextlib.contextmanager
def storing(place: Path, what: str) -> Iterator[None]:
    """Turn a failure to write into a StorageError that says what can be done."""
    try:
        yield
    except OSError as error:
        reason = "the disk is full" if error.errno == errno.ENOSPC else str(error.strerror or error)
        raise StorageError(
            f"{place}: cannot write {what}: {reason}; all samples stored before are kept: "
            "free space and run the same command again"
        ) from None
