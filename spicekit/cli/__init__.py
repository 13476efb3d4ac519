"""The command line: one file per subcommand, errors as one line, exit codes that scripts can rely on."""

import sys

import typer

from spicekit.cli import doctor, export, fit, merge, network, report, run, show
from spicekit.errors import SpicekitError

app = typer.Typer(
    name="spicekit",
    help="What a memory nanodevice is worth to a neural network, computed from the transistor up.\n\n"
    "Exit codes: 0 done, 1 ran but a target of the spec is missed, 2 bad input, 3 simulator missing or broken.",
    epilog="Example: spicekit run sweeps/programming_conditions.toml -o runs/first -j 2 --quick",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for command in (doctor, run, report, export, show, merge, fit):
    app.command(name=command.__name__.rpartition(".")[2], epilog=command.EXAMPLE)(command.main)
app.add_typer(network.app, name="network")


def main() -> None:
    """Run the command line; a SpicekitError ends it with one line and its exit code."""
    try:
        app()
    except SpicekitError as error:
        print(f"spicekit: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except OSError as error:
        print(f"spicekit: {error.filename or 'a file'}: {error.strerror or error}", file=sys.stderr)
        sys.exit(2)
