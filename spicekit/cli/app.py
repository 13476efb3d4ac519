"""The commands, and what all of them share. Nothing here, nor in their files, loads more than options need."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version as version_of
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from spicekit.cli import check_device, doctor, entropy, export, fit, init, merge, network, report, run, show
from spicekit.cli.terminal import prepare
from spicekit.errors import InputError

_Said: Any = typer.BadParameter.__mro__[2]  # all that typer itself says; its own name depends on the version


class Commands(TyperGroup):
    """A group of commands that shows its help when nothing is asked, and leaves Ctrl-C and pipes to `main`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        with _ended_by_main():  # help and version are printed here
            return super().parse_args(ctx, args or ([] if ctx.resilient_parsing else ["--help"]))

    def invoke(self, ctx: Any) -> Any:
        with _ended_by_main():
            return super().invoke(ctx)


class _Ended(Exception):
    def __init__(self, by: BaseException) -> None:
        super().__init__()
        self.by = by


@contextmanager
def _ended_by_main() -> Iterator[None]:
    try:
        yield
    except (KeyboardInterrupt, BrokenPipeError) as end:  # typer would end the program by itself
        raise _Ended(end) from None


app = typer.Typer(
    name="spicekit",
    cls=Commands,
    help="What a memory nanodevice is worth to a neural network, computed from the transistor up.\n\n"
    "Exit codes: 0 done, 1 ran but a target of the spec is missed, 2 bad input, 3 simulator missing or broken, "
    "130 interrupted.",
    epilog="Example: spicekit run programming_conditions --quick -j 2",
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for command in (doctor, init, run, report, export, show, merge, fit, check_device):
    name = command.__name__.rpartition(".")[2].replace("_", "-")
    app.command(name=name, epilog=command.EXAMPLE)(command.main)
app.add_typer(network.app, name="network", cls=Commands)
app.add_typer(entropy.app, name="entropy", cls=Commands)


def _version(asked: bool) -> None:
    if asked:
        print(f"spicekit {version_of('spicekit')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


def run_app() -> int:
    """Run what the command line asks for; return the exit code.

    Raises:
        InputError: an option or argument that is not as it should be.
    """
    prepare()
    try:
        code = _commands()(prog_name="spicekit", standalone_mode=False)
    except _Ended as ended:
        raise ended.by from None
    except _Said as error:
        raise InputError(_one_line(error)) from None
    return code if isinstance(code, int) else 0


@cache
def _commands() -> Any:
    return typer.main.get_command(app)  # 20 ms, once in a process that runs several


def _one_line(error: Any) -> str:
    text = " ".join(error.format_message().split())
    context = getattr(error, "ctx", None)
    return f"{text} (see `{context.command_path} --help`)" if context else text
