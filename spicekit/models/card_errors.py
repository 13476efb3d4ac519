"""What is wrong with a key of a card, in words."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args

import pydantic

from spicekit.errors import did_you_mean

_WORD = re.compile(r"^\^\((\w+(?:\|\w+)+)\)\$$")
_NAMES = {
    r"^[A-Za-z_][A-Za-z0-9_]*$": "a word of letters, digits and `_`, which begins with none of the digits",
    r"^[A-Za-z_][A-Za-z0-9_.#]*$": "a name of letters, digits and `_.#`, which begins with a letter or `_`",
}


def in_words(error: pydantic.ValidationError, card: type[pydantic.BaseModel]) -> str:
    """Return the first error of a card: the key, what was got, what was expected."""
    first = error.errors()[0]
    place = first["loc"]
    key = ".".join(str(part) for part in place)
    pattern = _pattern(card, place)
    if first["type"] == "missing":
        return f"`{key}` is missing{f': expected {_expected(pattern)}' if pattern else ''}"
    if first["type"] == "extra_forbidden":
        near = did_you_mean(str(place[-1]), _fields(_table(card, place[:-1])))
        return f"unknown key `{key}`{near}"
    if first["type"] == "string_pattern_mismatch":
        return f"`{key}`: got {first['input']!r:.60}, expected {_expected(first['ctx']['pattern'])}"
    said = first["msg"]
    return f"`{key}`: {said[:1].lower()}{said[1:]}, got {first['input']!r:.60}"


def _expected(pattern: str) -> str:
    """Return a pattern in words."""
    if found := _WORD.match(pattern):
        *most, last = (f"`{word}`" for word in found[1].split("|"))
        return f"{', '.join(most)} or {last}"
    return _NAMES.get(pattern, f"text of the form `{pattern}`")


def _pattern(card: type[pydantic.BaseModel], place: tuple[int | str, ...]) -> str:
    """Return the pattern of the key at a place; "" without one."""
    field = _fields(_table(card, place[:-1])).get(str(place[-1])) if place else None
    return next((one.pattern for one in getattr(field, "metadata", ()) if getattr(one, "pattern", None)), "")


def _table(card: type[pydantic.BaseModel], place: tuple[int | str, ...]) -> type[pydantic.BaseModel] | None:
    """Return the table at a place; names in a dictionary of tables are skipped."""
    table: Any = card
    for part in place:
        field = _fields(table).get(str(part))
        if field is not None:
            table = next(_tables(field.annotation), None)
    return table


def _tables(annotation: Any) -> Iterator[type[pydantic.BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, pydantic.BaseModel):
        yield annotation
    for one in get_args(annotation):
        yield from _tables(one)


def _fields(table: type[pydantic.BaseModel] | None) -> Mapping[str, Any]:
    return {} if table is None else table.model_fields
