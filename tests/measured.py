"""Files that were measured, which are not ours to give away: SPICEKIT_MEASURED names their folder."""

import os
from pathlib import Path

import pytest


def measured_file(name: str) -> Path:
    """Return the file, or skip the test."""
    path = Path(os.environ.get("SPICEKIT_MEASURED", "")) / name
    if not path.is_file():
        pytest.skip(f"SPICEKIT_MEASURED names no folder with {name}")
    return path
