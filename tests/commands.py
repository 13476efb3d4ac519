"""Command lines: in this process where their work is the question, in one of their own where the process is."""

import contextlib
import io
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest


@dataclass(frozen=True)
class Done:
    """How a command ended, under the names of `subprocess`."""

    returncode: int
    stdout: str
    stderr: str


def command(*words: object, cwd: Path) -> Done:
    """Run `spicekit WORDS` in this process, in the folder `cwd`; a process of its own takes seconds to begin."""
    from spicekit.cli import main  # here, as it loads little only when it is asked for

    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    before = signal.getsignal(signal.SIGINT)  # the command ignores it once it says goodbye
    try:
        with (
            contextlib.chdir(cwd),
            patch.object(sys, "argv", ["spicekit", *map(str, words)]),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            pytest.raises(SystemExit) as end,
        ):
            main()
    finally:
        signal.signal(signal.SIGINT, before)
    return Done(end.value.code, *(_text(stream) for stream in (out, err)))


def process(*words: object, cwd: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run `spicekit WORDS` as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "spicekit", *map(str, words)],
        cwd=cwd, capture_output=True, text=True, env=os.environ | environment, timeout=280,
    )  # fmt: skip


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    return stream.buffer.getvalue().decode()
