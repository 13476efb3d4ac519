"""JSON of others: no key twice, no half characters, no integers without end."""

import json
from pathlib import Path
from typing import Any

from spicekit.errors import InputError
from spicekit.readers.guard import content_of, reading

_MOST_BYTES = 1 << 28
_MOST_DIGITS = 19  # as 2^63 - 1 has


def read_json(path: Path, what: str = "JSON", most: int = _MOST_BYTES) -> Any:
    """Return the tree of a JSON file in UTF-8, a byte order mark allowed.

    NaN and Infinity are let through: whoever knows the keys refuses them by key.

    Raises:
        InputError: unreadable, too large, or not such JSON.
    """
    content = content_of(path, most)
    with reading(path, what):
        return parse_json(content.decode("utf-8-sig"))


def parse_json(text: str) -> Any:
    """Return the tree of JSON text.

    Raises:
        ValueError: it is not JSON, holds a key twice, half a character, or a whole number of more than 18 digits.
        RecursionError: it is nested too deeply.
    """
    tree = json.loads(text, object_pairs_hook=_object, parse_int=_whole)
    try:
        json.dumps(tree, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise ValueError("a text in it has half a character (a lone surrogate)") from None
    return tree


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    tree = dict(pairs)
    if len(tree) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in tree if keys.count(key) > 1)
        raise ValueError(f"key `{twice}` stands twice in one object")
    return tree


def _whole(digits: str) -> int:
    if len(digits.lstrip("-")) > _MOST_DIGITS:
        raise ValueError(f"a whole number of {len(digits)} digits, expected at most {_MOST_DIGITS}")
    return int(digits)


def require_object(path: Path, tree: Any, what: str) -> dict[str, Any]:
    """Return the tree if it is an object.

    Raises:
        InputError: it is a list, a number, or text.
    """
    if not isinstance(tree, dict):
        raise InputError(f"{path}: is not {what}: expected an object {{…}}, got a {type(tree).__name__}")
    return tree
