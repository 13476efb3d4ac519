"""The command line: one file per subcommand, errors as one line, exit codes that scripts can rely on."""

import os
import signal
import sys
from typing import NoReturn

from spicekit.collection import collect_seldom
from spicekit.errors import SpicekitError, printable

_INTERRUPTED = 128 + signal.SIGINT
_UNREAD = 128 + 13  # as of a program that SIGPIPE ends


def main() -> NoReturn:
    """Run the command line: whatever goes wrong ends it with one line and an exit code."""
    try:
        collect_seldom()
        from spicekit.cli.app import run_app  # within `try`, as Ctrl-C may come while it is loaded

        code = run_app()
        sys.stdout.flush()
    except KeyboardInterrupt:
        if sys.stderr.isatty():  # which shows ^C
            print(file=sys.stderr)
        code = _tell("interrupted", _INTERRUPTED)
    except SpicekitError as error:
        code = _tell(str(error), error.exit_code)
    except BrokenPipeError:  # the reader has seen enough, such as `head -1`
        code = _UNREAD
    except OSError as error:
        code = _tell(printable(f"{error.filename or 'a file'}: {error.strerror or error}"), 2)
    except MemoryError:
        code = _tell("out of memory", 1)
    _leave(code)


def _tell(line: str, code: int) -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not break up the goodbye
    print(f"spicekit: {line}", file=sys.stderr)
    return code


def _leave(code: int) -> NoReturn:
    try:
        sys.stdout.flush()
    except OSError:  # Python would try again, and complain
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)
