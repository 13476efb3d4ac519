"""A command on a pseudo-terminal of a given width, as a person meets it; tests without one see pipes only."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from .commands import UNDRAWN, with_tests

_LIMIT = 280.0  # s


def on_terminal(
    *arguments: str,
    cwd: Path,
    columns: int = 80,
    environment: Mapping[str, str] | None = None,
    interrupt: Callable[[str], bool] = lambda _: False,
    limit: float = _LIMIT,
) -> tuple[int, str]:
    """Run `spicekit ARGUMENTS`, undrawn, and return its exit code (negative: a signal) and all that it wrote.

    It gets one Ctrl-C, typed into the terminal, as soon as `interrupt` is true of what it wrote so far.
    """
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    named = {"TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8"} | dict(environment or {})
    base = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR")}
    process = subprocess.Popen(
        [*UNDRAWN, *arguments], cwd=cwd, env=with_tests(base | named),
        stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
        preexec_fn=_as_in_a_shell,
    )  # fmt: skip
    os.close(slave)
    written, typed, end = b"", False, time.monotonic() + limit
    try:
        while time.monotonic() < end:
            if select.select([master], [], [], 0.1)[0]:
                try:
                    got = os.read(master, 65536)
                except OSError:  # the last process that had the terminal is gone
                    break
                written += got
            if not typed and interrupt(written.decode(errors="replace")):
                os.write(master, b"\x03")
                typed = True
        else:
            raise TimeoutError(f"not done after {limit:g} s: {written[-500:].decode(errors='replace')}")
    finally:
        if process.poll() is None and time.monotonic() >= end:
            os.killpg(process.pid, signal.SIGKILL)
        os.close(master)
    return process.wait(timeout=120), written.decode(errors="replace")


def _as_in_a_shell() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # tests may run in the background, where Ctrl-C is ignored


def plain(text: str) -> list[str]:
    """Return what was written as lines without control sequences, each redrawing of a bar a line."""
    bare = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)
    return [line.rstrip() for line in re.split(r"[\r\n]+", bare) if line.strip()]
