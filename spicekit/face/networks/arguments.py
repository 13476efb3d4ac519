"""Arguments of functions, checked as the options of the commands that do the same."""

import inspect
import math
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from numbers import Integral, Real
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_type_hints

from spicekit.errors import InputError
from spicekit.units import text_of

Command = Callable[..., None]


@contextmanager
def arguments(command: Command) -> Iterator[None]:
    """Name arguments as Python does where messages name the options of the command."""
    names = "|".join(name.replace("_", "-") for name in inspect.signature(command).parameters)
    try:
        yield
    except InputError as error:
        raise InputError(re.sub(rf"(`?)--({names})\b(?!-)", _named, str(error))) from None


def _named(option: re.Match[str]) -> str:
    """Return what an option is called in Python; within a quotation others close it."""
    return f"`{option[2].replace('-', '_')}{'' if option[1] else '`'}"


def checked(command: Command, **given: Any) -> None:
    """Refuse a number that is out of the range of the command's option of the same name.

    Raises:
        InputError: names the first such argument.
    """
    hints = get_type_hints(command, include_extras=True)
    for name, value in given.items():
        within(name, value, hints[name])


def within(name: str, value: Any, option: Any) -> None:
    """Refuse a number that an annotated `option` of a command would not take."""
    kind, declared = get_args(option)
    kinds = get_args(kind) or (kind,)
    if value is None and NoneType in kinds:
        return
    low = -math.inf if declared.min is None else declared.min
    high = math.inf if declared.max is None else declared.max
    number: Any = value  # whose type the check below does not narrow
    if not isinstance(value, Integral if int in kinds else Real):
        expected = "a whole number" if int in kinds else "a number"
    elif math.isfinite(number) and low <= number <= high:
        return
    elif math.isfinite(low):
        expected = f"{low} to {high}" if math.isfinite(high) else f"at least {low}"
    else:
        expected = "a finite number"
    raise InputError(f"`{name}` is {value!r}, expected {expected}")


def path_of(given: str | Path | None) -> Path | None:
    """Return a path, if there is one."""
    return None if given is None else Path(given)


def amperes(current: float | str) -> str:
    """Return a current [A] as the text with a unit that options are."""
    return current if isinstance(current, str) else text_of(float(current), "A")
