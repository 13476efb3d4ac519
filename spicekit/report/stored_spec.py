"""The experiment file in a run folder, as the report reads it: of this version or of an older one, or damaged."""

from typing import Any

import pydantic

from spicekit.errors import InputError
from spicekit.readers import read_toml
from spicekit.run_folder import RunFolder


class _Condition(pydantic.BaseModel, extra="allow"):
    name: str
    published: dict[str, Any] = {}
    estimate: dict[str, Any] = {}


class _Spec(pydantic.BaseModel, extra="allow"):
    """The tables that the report looks into, whatever their keys."""

    name: str = ""
    technology: dict[str, Any] = {}
    monte_carlo: dict[str, Any] = {}
    endurance: dict[str, Any] = {}
    estimate: dict[str, Any] = {}
    studies: dict[str, dict[str, Any]] = {}
    conditions: list[_Condition] = []


def stored_spec(run: RunFolder) -> dict[str, Any] | None:
    """Return the tree of the experiment file, None if the folder has none.

    Raises:
        InputError: it is damaged: not TOML, or a table of it is none.
    """
    if not run.spec_file.exists():
        return None
    tree = read_toml(run.spec_file)
    try:
        _Spec.model_validate(tree)
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise InputError(
            f"{run.spec_file}: is damaged: `{key}`: {first['msg'].lower()}, got {first['input']!r:.60}"
        ) from None
    return tree
