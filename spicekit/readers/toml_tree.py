"""TOML of others: a few MiB at most, nested as people nest, whole numbers of 64 bits, text that can be printed."""

import re
import tomllib
from pathlib import Path
from typing import Any

from spicekit.readers.guard import content_of, reading

_MOST_BYTES = 1 << 22
_DEEPEST = 32
_MOST_WHOLE = 1 << 63
_WORD = r"(?:[\w-]+|\"[^\"\n]*\"|'[^'\n]*')"
# of n parts, one takes n² in time
_LONG_KEY = re.compile(rf"(?<![\w-])(?:{_WORD}[ \t]*\.[ \t]*){{{_DEEPEST}}}")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def read_toml(path: Path, what: str = "TOML") -> dict[str, Any]:
    """Return the tree of a TOML file in UTF-8, a byte order mark allowed.

    Infinity and nan are let through: whoever knows the keys refuses them by key.

    Raises:
        InputError: unreadable, too large, or not such TOML.
    """
    return parse_toml(path, toml_text(path, what), what)


def toml_text(path: Path, what: str = "TOML") -> str:
    """Return the text of a TOML file, its lines ended by a newline alone.

    Raises:
        InputError: unreadable, too large, or not in UTF-8.
    """
    content = content_of(path, _MOST_BYTES)
    with reading(path, what):
        return content.decode("utf-8-sig").replace("\r\n", "\n")


def parse_toml(path: Path, text: str, what: str = "TOML") -> dict[str, Any]:
    """Return the tree of TOML text; `path` is for messages.

    Raises:
        InputError: it is not TOML, nested too deeply, or holds a number or a character beyond all measure.
    """
    with reading(path, what):
        if any(line.count(".") >= _DEEPEST and _LONG_KEY.search(line) for line in text.split("\n")):
            raise RecursionError
        try:
            tree = tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            raise
        except ValueError:  # of Python, which reads no number of thousands of digits, or no such date
            raise ValueError("a number in it is beyond all measure") from None
        _check(tree, "", 0)
    return tree


def _check(node: Any, key: str, depth: int) -> None:
    if depth > _DEEPEST:
        raise RecursionError
    if isinstance(node, dict):
        for name, value in node.items():
            _check_text(name, f"the name of a key of `{key}`" if key else "the name of a key")
            _check(value, f"{key}.{name}" if key else name, depth + 1)
    elif isinstance(node, list):
        for place, value in enumerate(node, 1):
            _check(value, f"{key}[{place}]", depth + 1)
    elif isinstance(node, str):
        _check_text(node, f"`{key}`")
    elif isinstance(node, int) and not -_MOST_WHOLE <= node < _MOST_WHOLE:
        raise ValueError(f"`{key:.80}`: a whole number of more than 64 bits")


def _check_text(text: str, where: str) -> None:
    if found := _UNPRINTABLE.search(text):
        raise ValueError(f"{where:.80}: holds the character U+{ord(found[0]):04X}, which cannot be printed")
