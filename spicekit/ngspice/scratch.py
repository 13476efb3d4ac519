"""Temporary folders that name their owner, so that what a killed process left can be told and removed."""

import os
import platform
import re
import shutil
import sys
import tempfile
from pathlib import Path


def _prefix() -> str:
    # Containers and machines may share a temporary folder, but not their process numbers.
    return f"spicekit-worker-{platform.node()}-"


def make_folder() -> str:
    """Return a new empty folder that belongs to this process."""
    # TMPDIR may be relative, and the working folder changes
    return os.path.abspath(tempfile.mkdtemp(prefix=f"{_prefix()}{os.getpid()}-"))


def remove_stale() -> None:
    """Remove the folders of this user's dead processes on this machine."""
    if sys.platform == "win32":  # where signal 0 would end the process asked about
        return
    named = re.compile(re.escape(_prefix()) + r"(\d+)-[^-]+")
    for path in Path(tempfile.gettempdir()).glob("spicekit-worker-*"):
        found = named.fullmatch(path.name)
        if found and _is_mine(path) and not _exists(int(found[1])):
            shutil.rmtree(path, ignore_errors=True)


def _is_mine(path: Path) -> bool:
    try:
        return path.lstat().st_uid == os.getuid() and path.is_dir() and not path.is_symlink()
    except OSError:
        return False


def _exists(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
