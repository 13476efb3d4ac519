"""What commands say of a run folder whose run has not ended."""

import sys
from pathlib import Path

from spicekit.run.so_far import SoFar, opened
from spicekit.run_folder import RunFolder


def opened_or_told(path: Path) -> RunFolder:
    """Return the run folder, or what it can say so far, after a line on standard error that says how much that is.

    Raises:
        InputError: this is not a run folder, or its manifest is damaged.
    """
    folder = opened(RunFolder(path))
    if isinstance(folder, SoFar):
        print(
            f"spicekit: note: {path} is not finished: this stands on {folder.text()}; to go on: {folder.command()}",
            file=sys.stderr,
        )
    return folder
