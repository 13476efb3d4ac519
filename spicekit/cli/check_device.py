"""`spicekit check-device`: is the card of a memory device fit for use, and if not, what is wrong with it?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spicekit.cli.options import Quiet
from spicekit.cli.progress import Standing, progress

if TYPE_CHECKING:
    from spicekit.device_check.finding import Finding

EXAMPLE = """
Examples:\n
spicekit check-device vteam\n
spicekit check-device mine.toml -o checks/mine
"""


def main(
    card: Annotated[str, typer.Argument(help="Card of a memory device: a bundled name or a TOML file.")],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Result folder. Default: check_NAME.", show_default=False),
    ] = None,
    design: Annotated[str, typer.Option(help="Cell design: a bundled name or a TOML file.")] = "2t2r_130nm",
    quiet: Quiet = False,
) -> None:
    """Set, read, switch and stress one memory device, and say in plain words what is wrong and what to do.

    Checks that its states can be set, differ and last; at which voltages it switches, alone and in the 1T1R cell;
    whether tolerances decide where it ends; and whether what spreads has an effect. Writes a page with its curves.
    Exit codes: 0 ready to use, 1 something is wrong with the device, 2 bad input, 3 simulator missing or broken.
    """
    from spicekit.circuits.cell import Technology
    from spicekit.cli.results import command_line, made, result_folder
    from spicekit.device_check.check import STEPS, check_device
    from spicekit.device_check.page import SCHEMA, write_check
    from spicekit.device_check.provenance import provenance_of
    from spicekit.models.cmos import sky130
    from spicekit.models.design import load_design
    from spicekit.models.memory import checked_memory

    device = checked_memory(card)
    technology = Technology(sky130("tt"), device, load_design(design))
    folder = result_folder(output or Path(f"check_{device.name}"), SCHEMA, "check.json")
    with progress(quiet) as show:

        def tell(done: int) -> None:
            show(Standing("checks", done, len(STEPS), "".join(STEPS[done : done + 1])))

        tell(0)
        checked = check_device(technology, card, tell)
        page = write_check(checked, made(folder), provenance_of(card, technology), command_line())
        waiting = sum(one.mark == "skipped" for one in checked.findings)
        made_now = len(checked.findings) - waiting + (checked.curves is not None)
        show(Standing("checks", made_now, len(STEPS), f"{waiting} skipped" if waiting else ""))
    _show(checked.findings)
    print(f"page: {page}")
    print(checked.verdict)
    raise typer.Exit(0 if checked.ready else 1)


def _show(findings: "tuple[Finding, ...]") -> None:
    """Print a line for each check, folded to the terminal, and below it what to do."""
    from rich.table import Table

    from spicekit.cli.terminal import console, showable

    shown = console()
    table = Table.grid(padding=(0, 2, 0, 0))
    for _ in range(2):
        table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for one in findings:
        lines = [one.said, f"→ {one.advice}"] if one.advice else [one.said]
        for k, line in enumerate(lines):
            head = (one.mark, one.name) if k == 0 else ("", "")
            table.add_row(*(showable(text, shown.encoding) for text in (*head, line)))
    shown.print(table, markup=False, highlight=False)
