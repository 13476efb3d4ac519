"""One run at a time in a folder: a lock that ends with the process that holds it, however that ends."""

import contextlib
import errno
import fcntl
import os
import socket
from collections.abc import Iterator
from pathlib import Path

from spicekit.errors import InputError

LOCK = "run.lock"
"""File in a run folder while a run is at work there; left behind by one that was killed, it locks nothing."""


@contextlib.contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Make the folder and hold it for this process; what was made is removed if nothing was put into it.

    Raises:
        InputError: another process holds it, or it cannot be written.
    """
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = _locked(folder)
    except OSError as error:
        _remove(made)
        raise InputError(f"{folder}: cannot be used as a run folder: {error.strerror}") from None
    try:
        yield
    finally:
        # removed while it is held: who waits for it sees that it is another file, and opens the new one
        (folder / LOCK).unlink(missing_ok=True)
        os.close(lock)
        _remove(made)


def _locked(folder: Path) -> int:
    path = folder / LOCK
    while True:
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(lock, 200, 0).decode(errors="replace").strip() or "of another process"
            os.close(lock)
            raise InputError(
                f"{folder}: another run ({holder}) is at work in this folder: wait until it has ended, or give another "
                "folder (-o)"
            ) from None
        except OSError as error:
            if error.errno not in (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS):
                raise
            return lock  # a file system without locks
        if path.exists() and os.path.samestat(os.fstat(lock), path.stat()):
            os.truncate(lock, 0)
            os.pwrite(lock, f"process {os.getpid()} on {socket.gethostname()}".encode(), 0)
            return lock
        os.close(lock)


def _remove(made: list[Path]) -> None:
    for path in made:
        with contextlib.suppress(OSError):  # not empty: it is in use
            path.rmdir()
