"""`spicekit export`: the statistics as a system modeller loads them."""

from pathlib import Path
from typing import Annotated

import typer

EXAMPLE = "Example: spicekit export runs/first --to npz -o statistics.npz"


def main(
    run: Annotated[Path, typer.Argument(help="A run folder.")],
    to: Annotated[str, typer.Option("--to", help="json, csv, parquet or npz.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The file to write; it must not exist.")],
) -> None:
    """Export laws, quantiles and look-up tables with their units; needs no simulator."""
    from spicekit.cli.unfinished import opened_or_told
    from spicekit.export import export as export_run

    print(export_run(opened_or_told(run), to, output))
