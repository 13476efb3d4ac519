"""`spicekit report`: the page of a run, made again from its folder."""

from pathlib import Path
from typing import Annotated

import typer

from spicekit.errors import InputError

EXAMPLE = "Example: spicekit report runs/first -o first.html"


def main(
    run: Annotated[Path, typer.Argument(help="A run folder.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="HTML file; default: report.html in the run folder.")
    ] = None,
) -> None:
    """Write the self-contained HTML report and table.csv of a run; needs no simulator."""
    from spicekit.cli.unfinished import opened_or_told
    from spicekit.report import build_report, write_table_csv

    folder = opened_or_told(run)
    if output is not None and output.exists():
        raise InputError(f"{output}: exists already; nothing is overwritten, give another name")
    page = build_report(folder, output)  # it reads all there is: nothing is written for a damaged folder
    write_table_csv(folder.statistics(), folder.table_file)
    print(page)
