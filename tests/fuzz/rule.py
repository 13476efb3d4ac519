"""What holds for whatever is read: taken, or refused in one line that names it; no hang, nothing written."""

import contextlib
import signal
import warnings
from collections.abc import Iterator
from pathlib import Path

from spicekit.errors import SpicekitError
from tests.fuzz.reader import Reader

_MOST_SECONDS = 20.0  # of CPU, so that a busy machine is no hang
_LONGEST = 1500  # characters of a line


class Hang(Exception):
    """It took too long."""


def check(reader: Reader, data: bytes, folder: Path) -> bool:
    """Read `data`; return whether it was taken.

    Raises:
        AssertionError, Hang, or whatever the reader raised that is not a SpicekitError.
    """
    path = folder / reader.file
    path.write_bytes(data)
    before = {name: stat for name, stat in files_in(folder).items() if name != reader.file}
    try:
        with contextlib.chdir(folder), _at_most(_MOST_SECONDS), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reader.read(path)
    except SpicekitError as refused:
        error = refused
    else:
        error = None
    if error is not None:
        said = str(error)
        assert error.exit_code in (1, 2), said
        assert "\n" not in said, said
        assert len(said) < _LONGEST, said
        assert said.isprintable(), repr(said)
        assert said.encode(), said
        assert path.name in said or str(folder) in said, f"does not name the file: {said}"
        after = files_in(folder)
        assert {n: a for n, a in after.items() if n != reader.file} == before, (
            f"wrote something, then said: {said}"
        )
        return False
    for file in sorted(files_in(folder).keys() - before.keys() - {reader.file}, reverse=True):
        (folder / file).rmdir() if (folder / file).is_dir() else (folder / file).unlink()
    for file in before:
        if file in reader.beside:
            (folder / file).write_bytes(reader.beside[file])
    return True


def files_in(folder: Path) -> dict[str, tuple[int, int]]:
    """Return size and time of all files below a folder, by their place in it; of folders in it two zeros."""
    found = {}
    for path in folder.rglob("*"):
        stat = path.stat()
        found[str(path.relative_to(folder))] = (0, 0) if path.is_dir() else (stat.st_size, stat.st_mtime_ns)
    return found


@contextlib.contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise Hang

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
