"""Texts of Verilog-A modules as files beside a deck that is run alone.

A text is named by its content: that of a user's module is changed before it is compiled, and ngspice would take one
compiled of the user's own with an error message, and go on with nominal values.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from spicekit.ngspice.verilog_a import module_name


def module_file(text: str) -> str:
    """Return the name of a text's file without its ending, such as ``hfo2_1a2b3c4d``."""
    return f"{module_name(text)}_{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def write_modules(texts: Iterable[str], folder: Path) -> list[Path]:
    """Write texts into a folder, but for those that are there already; return the paths of all."""
    paths = []
    for text in texts:
        path = folder / f"{module_file(text)}.va"
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
        paths.append(path)
    return paths
