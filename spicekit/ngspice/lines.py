"""Splits a netlist into the lines that ngspice sees: comments away, `+` continuations joined.

Where versions of ngspice differ in what they take for a comment or a line, the text is refused: what is checked must be
what is simulated.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from spicekit.errors import InputError

_COMMENT = re.compile(r";|//|(?<=[ ,\t])\$")  # `$` only behind a blank or a comma: names may hold it
_UNUSUAL = re.compile(r"[^\t\r\n -_a-{}|~]|\\|\r(?!\n)")
_PATH = re.compile(r"\.(?:inc\w*|lib)[ \t]+\$?", re.IGNORECASE)  # may start with a variable
_STRANGE = re.compile(
    r"[^\t -_a-{}|~]|\\"
)  # outside of comments; back-ticks and control signs run commands elsewhere


_WORD = re.compile(r"(?:\{[^{}]*\}|'[^']*'|\"[^\"]*\"|\([^()]*\)|[^\s,{}'\"()]|[(){}'\"])+")


def words(names: str) -> frozenset[str]:
    """Return a set of names from one text."""
    return frozenset(names.split())


@dataclass(frozen=True)
class Line:
    """One logical line and where it stands."""

    file: str  # as messages name it
    number: int  # of its first physical line, from 1
    parts: tuple[str, ...]  # the physical lines without comments, outer blanks and `+`

    @cached_property
    def text(self) -> str:
        """All parts as one line."""
        return " ".join(self.parts)

    @cached_property
    def word(self) -> str:
        """The first word in lower case, such as `.model` or `m1`; `.if(...)` is `.if`."""
        return re.split(r"[ \t(]" if self.text.startswith(".") else r"[ \t]", self.text, maxsplit=1)[
            0
        ].lower()

    @property
    def place(self) -> str:
        """File and line number, for messages."""
        return f"{self.file}, line {self.number}"

    @property
    def excerpt(self) -> str:
        """The start of the line, for messages."""
        return self.text if len(self.text) <= 60 else self.text[:57] + "..."

    def written(self) -> str:
        """The line as a netlist has it."""
        return "\n+ ".join(self.parts)


def logical_lines(text: str, file: str, first: int = 1) -> list[Line]:
    """Return the logical lines of `text` without comments and empty ones; `first` is the number of its first line.

    Raises:
        InputError: with file and line, for signs that no netlist needs, and for text that versions of ngspice would
            read in different ways.
    """
    found: list[tuple[int, list[str]]] = []
    plain = not _UNUSUAL.search(text)  # looked at once, as a foundry's library has a million lines
    for number, raw in enumerate(text.replace("\r\n", "\n").split("\n"), first):
        line = raw.strip(" \t")
        code, comment = (
            ("", line) if line[:1] in ("*", "#", "$") else _without_comment(line, f"{file}, line {number}")
        )
        if not plain:
            _refuse_strange(code, comment, f"{file}, line {number}")
        if code.startswith("+"):
            if not found:
                raise InputError(f"{file}, line {number}: `+` continues no line: remove it")
            found[-1][1].append(code[1:].strip(" \t"))
        elif code:
            found.append((number, [code]))
    return [Line(file, number, tuple(parts)) for number, parts in found]


def _without_comment(line: str, place: str) -> tuple[str, str]:
    comment = _COMMENT.search(line, path.end() if (path := _PATH.match(line)) else 0)
    if comment is None:
        return line, ""
    code = line[: comment.start()]
    quote = ""
    for sign in code:
        if sign in "'\"" and quote in ("", sign):
            quote = "" if quote else sign
    if quote or (code[-1:] in ("'", '"') and comment[0] == ";"):
        raise InputError(
            f"{place}: `{comment[0]}` inside or right behind quotes starts a comment for some versions of ngspice "
            "only: remove it, or put a blank before it"
        )
    return code.rstrip(" \t"), line[comment.start() :]


def _refuse_strange(code: str, comment: str, place: str) -> None:
    if strange := _STRANGE.search(code):
        raise InputError(f"{place}: holds {_named(strange[0])}: expected printable ASCII outside of comments")
    for sign in () if comment.isascii() and comment.isprintable() else comment:
        if sign != "\t" and unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp"):
            raise InputError(
                f"{place}: holds {_named(sign)}: expected text; save the file as plain text (UTF-8)"
            )


def _named(sign: str) -> str:
    if sign.isprintable():
        return f"`{sign}`" if sign != "`" else "a back-tick"
    return f"the control character 0x{ord(sign):02x}"


def without_blanks(text: str) -> str:
    """Return the text without blanks at its ends and around each `=`, in a time that grows as its length does."""
    return "=".join(part.strip() for part in text.split("="))


def element_words(line: Line) -> list[str]:
    """Return the words of an element's line; `w = 1u` is one, and so is what stands in braces or quotes."""
    return _WORD.findall(without_blanks(line.text))
