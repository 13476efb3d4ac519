"""What all readers share: a size that is bounded before the file is read, and one line for whatever goes wrong."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from spicekit.errors import InputError, SpicekitError

MOST_BYTES = 1 << 30
"""Of a file, unpacked; no data set that is read here has as many."""


@contextmanager
def reading(path: Path, what: str) -> Iterator[None]:
    """Read within it: any error, of whatever library, becomes one line that says that `path` is not `what`.

    Raises:
        InputError: instead of every other error.
    """
    try:
        yield
    except SpicekitError:
        raise
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or _line(error)}") from error
    except MemoryError as error:
        raise InputError(f"{path}: needs more memory than there is") from error
    except RecursionError as error:
        raise InputError(f"{path}: is not {what}: it is nested too deeply") from error
    except Exception as error:  # libraries raise all kinds on bytes that they do not expect
        raise InputError(f"{path}: is not {what}: {_line(error)}") from error


def content_of(path: Path, most: int = MOST_BYTES) -> bytes:
    """Return the bytes of a file, unpacked if its name ends in .gz.

    Raises:
        InputError: unreadable, or more than `most` bytes.
    """
    packed = path.suffix == ".gz"
    with (
        reading(path, "a file that gzip can unpack" if packed else "a readable file"),
        path.open("rb") as file,
        gzip.open(file) if packed else file as unpacked,
    ):
        content = unpacked.read(most + 1)
    if len(content) > most:
        raise InputError(f"{path}: holds more than {data_size(most)}, which is too much for such a file")
    return content


def data_size(count: int) -> str:
    """Return so many bytes in words."""
    return f"{count / (1 << 20):,.0f} MiB"


def _line(error: BaseException) -> str:
    said = " ".join(str(error).split())
    return (said[:200] or type(error).__name__).encode("utf-8", "replace").decode()
