"""What commands that write a result folder share: the folder, the provenance, the command line."""

import contextlib
import hashlib
import sys
from importlib.metadata import version
from pathlib import Path

from spicekit.errors import InputError
from spicekit.readers import read_json


def result_folder(folder: Path, schema: str, file: str = "summary.json") -> Path:
    """Return the folder, which can be made when there are results (`made`); own results are renewed.

    They are own if `file` in them says `schema`.

    Raises:
        InputError: it holds something else.
        OSError: it cannot be made.
    """
    if folder.exists() and any(folder.iterdir()):
        try:
            own = read_json(folder / file)["schema"] == schema
        except (InputError, KeyError, TypeError):
            own = False
        if not own:
            raise InputError(f"{folder}: is not empty and holds no results of this command; give another -o")
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    made(folder)
    for path in missing:  # a command that is interrupted leaves nothing behind
        with contextlib.suppress(OSError):  # another command uses it
            path.rmdir()
    return folder


def made(folder: Path) -> Path:
    """Return the folder, made with all above it."""
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def provenance_of(statistics: Path, seed: int, **more: str) -> dict[str, str]:
    """Return what a result rests on; `more` is of the command."""
    return {
        "statistics": statistics.name,
        "statistics_sha256": hashlib.sha256(statistics.read_bytes()).hexdigest(),
        **more,
        "seed": str(seed),
        "spicekit": version("spicekit"),
    }


def command_line() -> str:
    """Return the command that was given."""
    return " ".join(["spicekit", *sys.argv[1:]])
