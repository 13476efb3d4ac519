"""Errors a user can mend, and the exit code each ends the program with."""

import difflib
from collections.abc import Iterable

_LONGEST = 1200  # characters of a message; what was got may be a megabyte


class SpicekitError(Exception):
    """Base of all errors that are shown as one line, without a traceback."""

    exit_code = 1

    def __str__(self) -> str:
        return printable(super().__str__())


class InputError(SpicekitError):
    """Bad input: the message names the file and key, what was got, what was expected and the fix."""

    exit_code = 2


class InputWarning(UserWarning):
    """Input that can be used but is odd: the message names the file, the key and what was probably meant."""


class ResultWarning(UserWarning):
    """A run that has ended with less than was asked for: an estimate that is no result, a target that is missed."""


class SimulatorError(SpicekitError):
    """ngspice is missing, too old, does not load the deck, or has no result for a sample that must have one."""

    exit_code = 3


def install_extra(extra: str) -> str:
    """Return how to get an optional part: from the source, as the package index has another `spicekit`."""
    return f"`pip install '.[{extra}]'` in the folder of spicekit's source"


class Interrupted(SpicekitError):
    """Ctrl-C, with a word about what is kept."""

    exit_code = 130


def did_you_mean(got: str, known: Iterable[str]) -> str:
    """Return ``' (did you mean `x`?)'`` for the closest known name, or an empty string."""
    close = difflib.get_close_matches(got, list(known), n=1, cutoff=0.5)
    return f" (did you mean `{close[0]}`?)" if close else ""


def printable(text: str) -> str:
    """Return `text` as one line that any terminal shows: the rest as escapes such as ``\\x1b``, its middle left out."""
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST - 300]} ... {text[-300:]}"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
