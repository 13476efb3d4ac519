"""The file `statistics.json`: versioned, in SI units, written whole and read with checks."""

import json
import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

import pydantic

from spicekit.block import Block, quantity
from spicekit.errors import InputError, InputWarning
from spicekit.readers.json_tree import read_json, require_object
from spicekit.registry import described, results
from spicekit.statistics.blocks import Condition, GridPoint, Provenance
from spicekit.statistics.checks import contradiction, doubts, not_finite

SCHEMA = "spicekit.statistics/1"
B = TypeVar("B", bound=Block)
_LONGEST = 120  # characters of a value in a message


class _Statistics(Block):
    """All conditions of a sweep, and what its studies found."""

    schema_: Annotated[Literal["spicekit.statistics/1"], quantity("", '`"spicekit.statistics/1"`')] = (
        pydantic.Field(default=SCHEMA, alias="schema")
    )
    provenance: Annotated[Provenance, quantity("", "where the numbers come from; all of it optional")] = (
        Provenance()
    )
    conditions: Annotated[
        tuple[Condition, ...],
        quantity("", "one entry per programming condition; empty for a sweep of studies alone"),
    ]
    grid: Annotated[
        tuple[GridPoint, ...],
        quantity("", "the same at other corners, temperatures, supplies or values of parameters, see below"),
    ] = ()

    def condition(self, name: str) -> Condition:
        """Return the condition `name`.

        Raises:
            InputError: if there is none.
        """
        for condition in self.conditions:
            if condition.name == name:
                return condition
        raise InputError(f"no condition `{name}`: there are {', '.join(c.name for c in self.conditions)}")

    @property
    def studies(self) -> dict[str, Block]:
        """What studies found, by key."""
        return {key: block for key in results() if (block := getattr(self, key)) is not None}

    def __repr__(self) -> str:
        """Return what there is by name: the numbers of a whole run would fill hundreds of lines."""
        names = {"conditions": [c.name for c in self.conditions], "studies": list(self.studies)}
        said = [f"{kind} {', '.join(found)}" for kind, found in names.items() if found]
        return f"<Statistics: {'; '.join(said) or 'empty'}>"

    __str__ = __repr__

    def of(self, kind: type[B]) -> B | None:
        """Return the block of a kind, such as `ConductanceLaw`; None if no study found one."""
        return next((block for block in self.studies.values() if isinstance(block, kind)), None)


if TYPE_CHECKING:

    class Statistics(_Statistics):
        """All conditions of a sweep, and what its studies found: a field for every key of `results()`."""

        def __init__(self, **given: Any) -> None: ...
        def __getattr__(self, key: str) -> Any: ...

else:
    Statistics = pydantic.create_model(
        "Statistics",
        __base__=_Statistics,
        __module__=__name__,
        __doc__=_Statistics.__doc__,
        **{
            key: (Annotated[block | None, quantity("", described(block))], None)
            for key, block in results().items()
        },
    )


def dumps(statistics: Statistics) -> str:
    """Return the JSON text; keys that were not measured are absent, and `best` is null where no error was seen."""
    tree = statistics.model_dump(mode="json", by_alias=True, exclude_none=True)
    if not tree["grid"]:
        del tree["grid"]
    of_grid = [condition for point in tree.get("grid", ()) for condition in point["conditions"]]
    for condition in (*tree["conditions"], *of_grid):
        rates = [block for key, block in condition.items() if key.startswith("ber_")]
        for rate in rates + [estimate["rate"] for estimate in condition["estimates"]]:
            rate.setdefault("best", None)
        for key in ("estimates", "outside"):
            if not condition[key]:
                del condition[key]
    return json.dumps(tree, indent=2) + "\n"


def save(statistics: Statistics, path: Path) -> None:
    """Write the JSON file aside and rename it, so that a reader never sees half of it."""
    partial = path.with_name(path.name + ".partial")
    partial.write_text(dumps(statistics), encoding="utf-8")
    os.replace(partial, path)


def load(path: str | Path) -> Statistics:
    """Read a `statistics.json`.

    Raises:
        InputError: missing, not JSON, of another major schema, a value out of range, or one that contradicts another.

    Warns:
        InputWarning: a key that is not used but close to a known one; states that look swapped.
    """
    path = Path(path)
    what = "statistics of spicekit (JSON)"
    tree = require_object(path, read_json(path, what), what)
    schema = tree.get("schema")
    if schema != SCHEMA:
        raise InputError(f"{path}: `schema` is {str(schema)[:60]!r}, expected {SCHEMA!r}")
    if endless := not_finite(tree):
        raise InputError(f"{path}: {endless}")
    try:
        found = Statistics.model_validate(tree)
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{path}: `{key}`: {first['msg'].lower()}, got {_shown(first['input'])}") from None
    if wrong := contradiction(found.conditions, found.studies):
        raise InputError(f"{path}: {wrong}")
    for doubt in doubts(tree, found):
        warnings.warn(f"{path}: {doubt}", InputWarning, stacklevel=2)
    return found


def _shown(value: object) -> str:
    said = repr(value)
    return said if len(said) <= _LONGEST else said[:_LONGEST] + " ..."
