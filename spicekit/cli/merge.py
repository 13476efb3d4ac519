"""`spicekit merge`: parts of one experiment, simulated apart, become one run."""

from pathlib import Path
from typing import Annotated

import typer

from spicekit.cli.terminal import console

EXAMPLE = "Example: spicekit merge runs/part-a runs/part-b -o runs/whole"


def main(
    runs: Annotated[list[Path], typer.Argument(help="Run folders of the same identity.")],
    output: Annotated[
        Path, typer.Option("-o", "--output", help="The run folder to make; it must not exist.")
    ],
) -> None:
    """Merge run folders of one experiment with different samples; needs no simulator."""
    from spicekit.cli.unfinished import opened_or_told
    from spicekit.report import build_report, terminal_table, write_table_csv
    from spicekit.run.merge import merge
    from spicekit.run_folder import RunFolder

    folder = RunFolder(output)
    statistics = merge([opened_or_told(run) for run in runs], folder)
    write_table_csv(statistics, folder.table_file)
    report = build_report(folder)
    if statistics.conditions:
        console().print(terminal_table(statistics))
    print(f"report: {report}")
