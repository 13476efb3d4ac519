"""Walks over blocks: every number with the unit and the meaning that stand at its field."""

import types
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from spicekit.block import OF_WHOLE, SIMULATED, Block

POINTS = "points"
"""Name of a block's own list, which the keys of its numbers leave out: ``retention.time``, not ``….points.time``."""


@dataclass(frozen=True)
class Number:
    """One number, or one text, of a block."""

    key: str  # path of its fields, such as "reset_law.hrs.median"
    at: int | None  # place in the list that it belongs to; None where there is no list
    among: str  # key of that list: all keys with the same `among` run over the same places
    value: float | str
    unit: str
    origin: str  # "simulated", "fitted", …


def field_type(field: FieldInfo) -> Any:
    """Return the type of a field without ``None`` and without what it is annotated with."""
    kind = field.annotation
    while True:
        if get_origin(kind) is Annotated:
            kind = get_args(kind)[0]
        elif get_origin(kind) in (Union, types.UnionType):
            (kind,) = (part for part in get_args(kind) if part is not type(None))
        else:
            return kind


def block_of(field: FieldInfo) -> type[Block] | None:
    """Return the block that a field holds, alone, in a list or by names; None for numbers and text."""
    kind = field_type(field)
    if get_origin(kind) is tuple:
        kind = get_args(kind)[0]
    elif get_origin(kind) is dict:
        kind = get_args(kind)[1]
    return kind if isinstance(kind, type) and issubclass(kind, Block) else None


def unit_of(field: FieldInfo, whole: str = "") -> str:
    """Return the unit of a field of a block whose own unit is `whole`."""
    extra = field.json_schema_extra
    unit = extra["unit"] if isinstance(extra, dict) else ""
    return whole if unit == OF_WHOLE else str(unit)


def origin_of(field: FieldInfo, whole: str) -> str:
    """Return where the numbers of a field come from, in a block whose own numbers come from `whole`."""
    extra = field.json_schema_extra
    return str(extra.get("origin", whole)) if isinstance(extra, dict) else whole


def label_of(field: FieldInfo) -> str:
    """Return ``GROUP: ROW`` of the table of all numbers; empty if the field has no row of its own."""
    extra = field.json_schema_extra
    return str(extra.get("label", "")) if isinstance(extra, dict) else ""


def numbers(block: Block, key: str = "") -> Iterator[Number]:
    """Yield all that a block holds, in the order of its fields; what was not measured is left out.

    A list of blocks adds its name to the key, but for `POINTS`. A list within a list runs over all its entries, and
    says in ``….of_point`` to which entry of the outer list each belongs. Numbers and blocks by name add that name to
    the key.
    """
    yield from _fields(block, Number(key, None, key, "", "", SIMULATED), {})


def _fields(block: Block, whole: Number, after: dict[str, int]) -> Iterator[Number]:
    """Yield what a block holds; `after` counts the entries that its lists had in the blocks before, by key."""
    if type(block).units:
        whole = replace(whole, unit=getattr(block, type(block).units))
    for name, field in type(block).model_fields.items():
        value = getattr(block, name)
        if value is None:
            continue
        key = whole.key if name == POINTS else ".".join(filter(None, (whole.key, name)))
        part = replace(whole, key=key, unit=unit_of(field, whole.unit), origin=origin_of(field, whole.origin))
        if isinstance(value, Block):
            yield from _fields(value, part, after)
        elif isinstance(value, dict):
            for inner, one in value.items():
                named = replace(part, key=f"{key}.{inner}")
                if isinstance(one, Block):
                    yield from _fields(one, named, after)
                else:
                    yield replace(named, value=one)
        elif isinstance(value, tuple):
            yield from _list(value, part, after)
        else:
            yield replace(part, value=value)


def _list(values: tuple[Any, ...], part: Number, after: dict[str, int]) -> Iterator[Number]:
    first, inner = after.get(part.key, 0), {}
    after[part.key] = first + len(values)
    for at, value in enumerate(values, first):
        entry = replace(part, at=at, among=part.key)
        if part.at is not None:
            yield replace(entry, key=f"{part.key}.of_point", value=part.at, unit="1")
        if isinstance(value, Block):
            yield from _fields(value, entry, inner)
        else:
            yield replace(entry, value=value)


def blocks_below(block: type[Block]) -> list[type[Block]]:
    """Return a block and all that it holds, each once, in the order in which they come."""
    found: list[type[Block]] = []

    def visit(one: type[Block]) -> None:
        if one not in found:
            found.append(one)
            for field in one.model_fields.values():
                if inner := block_of(field):
                    visit(inner)

    visit(block)
    return found


def is_text(field: FieldInfo) -> bool:
    """Return whether a field holds text and not a number."""
    kind = field_type(field)
    values = get_args(kind) if get_origin(kind) is Literal else (kind,)
    return all(value is str or isinstance(value, str) for value in values)
