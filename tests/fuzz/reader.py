"""What an entry of the table of readers is, and the command line as one of the things that read."""

import contextlib
import io
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from spicekit.cli import main
from spicekit.errors import InputError
from tests.fuzz.forms import Form

TOP = Path(__file__).parents[2]


@dataclass(frozen=True)
class Reader:
    """What is read: `read` gets the path of `file`, which stands in a folder with the files `beside` it."""

    file: str
    read: Callable[[Path], Any]
    seeds: list[bytes]
    form: Form | None = None
    beside: dict[str, bytes] = field(default_factory=dict)
    share: float = 1.0  # of the inputs: less where one takes seconds


class CommandRefused(InputError):
    """The program ended with exit code 2 and this line."""


def command(*words: str) -> None:
    """Run the command line in this process; raise CommandRefused for exit code 2.

    Raises:
        AssertionError: another exit code than 0 and 2, or not one line.
    """
    said, spoken, code = io.StringIO(), io.StringIO(), None
    interrupt = signal.getsignal(signal.SIGINT)
    try:
        with (
            patch.object(sys, "argv", ["spicekit", *words]),
            contextlib.redirect_stderr(said),
            contextlib.redirect_stdout(spoken),
        ):
            main()
    except SystemExit as end:
        lines = [line for line in said.getvalue().splitlines() if not line.startswith("spicekit: warning: ")]
        if end.code == 2:
            assert len(lines) == 1, lines
            assert lines[0].startswith("spicekit: "), lines
            raise CommandRefused(lines[0]) from None
        code = end.code
    finally:
        signal.signal(signal.SIGINT, interrupt)
    assert code == 0, (code, said.getvalue())


def bundled(*names: str) -> list[bytes]:
    """Return the content of files of this repository."""
    return [(TOP / name).read_bytes() for name in names]
