"""Where the data folders are: in the checkout beside the package, or inside the installed wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


MEMORY_CARDS = ("rram", "foreign")
"""Folders of the cards of memory devices: of the bundled equations, and of equations from elsewhere."""


def bundled_cards(*folders: str) -> dict[str, Path]:
    """Return the cards in folders below `device_models`, by their names."""
    found = [path for folder in folders for path in data_path("device_models", folder).glob("*.toml")]
    return {path.stem: path for path in sorted(found)}


def data_path(*parts: str) -> Path:
    """Return the path of a file or folder below `device_models`, `netlists` or `sweeps`.

    The wheel carries these folders as ``spicekit/_data``; a checkout has them beside the package.

    Raises:
        FileNotFoundError: if neither place holds it.
    """
    for root in (_PACKAGE / "_data", _PACKAGE.parent):
        candidate = root.joinpath(*parts)
        if candidate.exists():
            return candidate
    raise FileNotFoundError(f"spicekit data {'/'.join(parts)} is missing: reinstall spicekit")
