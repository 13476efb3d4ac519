"""Where the data folders are: in the checkout beside the package, or inside the installed wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


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
