"""Command lines: in this process where their work is the question, in one of their own where the process is."""

import contextlib
import importlib.abc
import importlib.util
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch


@dataclass(frozen=True)
class Done:
    """How a command ended, under the names of `subprocess`."""

    returncode: int
    stdout: str
    stderr: str
    loaded: tuple[str, ...] = ()  # of the modules that are looked for, those that are there after it


def command(*words: object, cwd: Path, encoding: str = "utf-8") -> Done:
    """Run `spicekit WORDS` in this process, in the folder `cwd`; a process of its own takes seconds to begin."""
    from spicekit.cli import main  # here, as it loads little only when it is asked for

    out, err = (io.TextIOWrapper(io.BytesIO(), encoding=encoding) for _ in range(2))
    before = signal.getsignal(signal.SIGINT)  # the command ignores it once it says goodbye
    try:
        with (
            contextlib.chdir(cwd),
            patch.object(sys, "argv", ["spicekit", *map(str, words)]),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            main()
    except SystemExit as end:
        return Done(end.code, _text(out), _text(err))
    finally:
        signal.signal(signal.SIGINT, before)


def process(*words: object, cwd: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run `spicekit WORDS` as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "spicekit", *map(str, words)],
        cwd=cwd, capture_output=True, text=True, env=os.environ | environment, timeout=280,
    )  # fmt: skip


UNDRAWN = [sys.executable, "-c", "from tests.commands import undrawn; undrawn()"]
"""In the place of `spicekit`: the same, but for pictures of reports, which take as long as 50 samples."""

STORING_SOON = [
    sys.executable, "-c",
    "from spicekit.run import store; store._MOST_SECONDS = 0.1; from spicekit.cli import main; main()",
]  # fmt: skip
"""The same as `spicekit`, but samples are stored as soon as there are some, for tests that wait for the first ones."""


def undrawn() -> None:
    """Run the command line of this process; whatever report it writes, pictures are left empty."""
    from spicekit.cli import main

    sys.argv[0] = "spicekit"
    sys.meta_path.insert(0, NothingDrawn())
    main()


class NothingDrawn(importlib.abc.MetaPathFinder):
    """Changes the module of all pictures, if and when a command loads it."""

    def find_spec(self, fullname, path, target=None):  # noqa: ARG002
        if fullname != "spicekit.page.drawing":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        assert spec is not None
        assert spec.loader is not None
        load = spec.loader.exec_module

        def load_undrawn(module):
            load(module)
            module.Plot._drawn = lambda *_: EMPTY

        spec.loader.exec_module = load_undrawn
        return spec


EMPTY = '<svg viewBox="0 0 1 1"></svg>'


def with_tests(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return variables with which a process finds `tests`, wherever it runs."""
    paths = [str(Path(__file__).parents[1]), environment.get("PYTHONPATH")]
    return {**environment, "PYTHONPATH": os.pathsep.join(filter(None, paths))}


_LINES = """
import json, sys
from pathlib import Path
from tests.commands import NothingDrawn, command
sys.meta_path.insert(0, NothingDrawn())
asked, watched = json.loads(sys.argv[1])
done = [vars(command(*line, cwd=Path.cwd())) | {"loaded": [m for m in watched if m in sys.modules]} for line in asked]
print(json.dumps(done))
"""


def one_process(
    *lines: tuple[str, ...], cwd: Path, watched: tuple[str, ...] = (), **environment: str
) -> list[Done]:
    """Run one `spicekit LINE` after the other, undrawn, in one fresh process, and say what of `watched` it loads."""
    done = subprocess.run(
        [sys.executable, "-c", _LINES, json.dumps([lines, watched])], cwd=cwd, capture_output=True, text=True,
        env=with_tests(os.environ | environment), timeout=280,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [Done(**found) for found in json.loads(done.stdout)]


def said_at_the_end(process: "subprocess.Popen[str]", limit: float = 120.0) -> str:
    """Wait until a process that must end does so; return what it wrote to standard error.

    One that hangs fails the test with the stacks of its threads, if PYTHONFAULTHANDLER was set for it.
    """
    try:
        return process.communicate(timeout=limit)[1]
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGABRT)
        raise AssertionError(
            f"not ended after {limit:g} s: {process.communicate(timeout=limit)[1]}"
        ) from None


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    return stream.buffer.getvalue().decode(stream.encoding)
