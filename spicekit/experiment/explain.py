"""What is wrong with an experiment file, in one line."""

import re
from collections.abc import Sequence
from typing import Any

import pydantic

from spicekit.errors import did_you_mean


def explain(errors: Sequence[Any], model: type[pydantic.BaseModel]) -> str:
    """Return one line for the errors of pydantic with this model: the key, what is wrong, what was got, the fix.

    Of several errors the first is told, but all keys that are missing at once.
    """
    # a misspelt key is also a missing one: name the misspelt one
    misspelt = [e for e in errors if e["type"] == "extra_forbidden"]
    missing = [_key(e) for e in errors if e["type"] == "missing"]
    if not misspelt and errors[0]["type"] == "missing" and len(missing) > 1:
        return f"keys {', '.join(f'`{key}`' for key in missing[:-1])} and `{missing[-1]}` are missing"
    return _explain((misspelt or errors)[0], model)


def _key(error: Any) -> str:
    parts = (f"[{part + 1}]" if isinstance(part, int) else str(part) for part in error["loc"])
    return ".".join(parts).replace(".[", "[")


def _explain(error: Any, model: type[pydantic.BaseModel]) -> str:
    where, key = list(error["loc"]), _key(error)
    kind, message, got = error["type"], error["msg"], error.get("input")
    if kind == "extra_forbidden":
        known = _keys_beside(where, model)
        return f"unknown key `{key}`{did_you_mean(str(where[-1]), known)}; known here: {', '.join(sorted(known))}"
    if kind == "missing":
        return f"key `{key}` is missing"
    if kind == "string_pattern_mismatch":
        return (
            f"`{key}`: got {got!r:.60}, expected a name of letters, digits, `-`, `_` and `.` that starts with a "
            f"letter or digit, such as {re.sub('[^A-Za-z0-9_.-]+', '_', str(got)).strip('_.-')[:40] or 'typical'!r}"
        )
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return f"`{key}`: got {got!r}, expected a table"
    if kind == "value_error":
        return f"`{key}`: {message.removeprefix('Value error, ')}"
    if kind == "literal_error":
        known = [name.strip("'") for name in error["ctx"]["expected"].replace(" or ", ", ").split(", ")]
        return f"`{key}`: got {got!r:.60}, expected one of {', '.join(known)}{did_you_mean(str(got), known)}"
    return f"`{key}`: {message[0].lower()}{message[1:]}, got {got!r:.60}"


def _keys_beside(where: list, model: Any) -> set[str]:
    for part in where[:-1]:
        if isinstance(part, int):
            continue
        annotation = {f.alias or n: f.annotation for n, f in model.model_fields.items()}[part]
        inner = [a for a in getattr(annotation, "__args__", ()) if isinstance(a, type)]
        candidates = [annotation, *inner]
        model = next(c for c in candidates if isinstance(c, type) and issubclass(c, pydantic.BaseModel))
    return {field.alias or name for name, field in model.model_fields.items()}
