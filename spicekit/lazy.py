"""Packages whose names are loaded when they are first used, so that to import the package takes no time."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def names_of(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """Return the `__getattr__` of a package: a name comes from its home when it is first asked for.

    Args:
        package: its `__name__`.
        homes: of each name the module that it stands in, with a colon and another name where it has another there, or
            nothing behind the colon where the module itself is meant.
    """

    def found(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module, colon, other = homes[name].partition(":")
        value = import_module(module)
        if other or not colon:
            value = getattr(value, other or name)
        setattr(import_module(package), name, value)  # so that it is asked for once
        return value

    return found
