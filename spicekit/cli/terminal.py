"""What a terminal can show: every character that it has no code for becomes plain ASCII instead of a traceback."""

import codecs
import os
import sys
import unicodedata
from typing import Any

from rich.console import Console
from rich.text import Text

_PLAIN = {
    "Ω": "Ohm", "µ": "u", "μ": "u", "…": "...", "±": "+-", "×": "x", "·": "*", "–": "-", "—": "-", "−": "-",
    "σ": "sigma", "β": "beta", "τ": "tau", "π": "pi", "Γ": "Gamma", "Δ": "Delta", "λ": "lambda", "°": "deg ",
    "≥": ">=", "≤": "<=", "≈": "~", "→": "->", "√": "sqrt", "∞": "inf", "“": '"', "”": '"', "‘": "'", "’": "'",
    "━": "#", "┄": ".",
}  # fmt: skip
_HANDLER = "spicekit.plain"


def prepare() -> None:
    """Make both streams safe for any text, and pictures independent of the surroundings; workers inherit it."""
    codecs.register_error(_HANDLER, _replaced)
    for stream in (sys.stdout, sys.stderr):
        if (reconfigure := getattr(stream, "reconfigure", None)) is not None:
            reconfigure(errors=_HANDLER)
    os.environ["MPLBACKEND"] = "agg"  # we draw into files only; matplotlib does not load with an unknown one


def showable(text: str, encoding: str) -> str:
    """Return `text` with what `encoding` lacks in plain ASCII, so that columns stay columns."""
    codecs.register_error(_HANDLER, _replaced)
    return text.encode(encoding, _HANDLER).decode(encoding, "surrogateescape")


def console(*, stderr: bool = False) -> Console:
    """Return where tables and bars go."""
    return _Console(stderr=stderr)


class _Console(Console):
    def render_str(self, text: str, **options: Any) -> Text:
        return super().render_str(showable(text, self.encoding), **options)


def _replaced(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start]
    if "\udc80" <= lost <= "\udcff":  # a byte of a file name that is no text
        return bytes([ord(lost) - 0xDC00]), error.start + 1
    parts = _PLAIN.get(lost) or unicodedata.normalize("NFKD", lost)  # such as an upper minus: a minus
    return "".join(_PLAIN.get(p, p if p.isascii() else "") for p in parts) or "?", error.start + 1
