"""`spicekit show`: one sample of a run again, alone: its decks, its waveforms, its outcome."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spicekit.errors import InputError
from spicekit.units import engineering

if TYPE_CHECKING:
    import pandas as pd

_MOST_ROWS = 12
EXAMPLE = "Example: spicekit show runs/first typical:17 --plot sample.png"


def _lines(row: pd.Series) -> Iterator[str]:
    """Yield name, value and meaning of what a sample has; what it does not have is left out."""
    from spicekit.studies.memory.columns import COLUMNS

    columns = {column.name: column for column in COLUMNS}
    for name, value in row.items():
        if value == "" or value != value:
            continue
        column = columns.get(str(name))
        meaning = "" if column is None else column.meaning.replace("`", "")
        yield f"{name:17} {_text(value, column.unit if column else ''):12}  {meaning}".rstrip()


def _text(value: object, unit: str) -> str:
    if not isinstance(value, float):
        return str(value)
    if unit in ("Ohm", "J", "A", "V", "s"):
        return engineering(value, unit.replace("Ohm", "Ω"))
    return f"{value:.4g}" + (f" {unit}" if unit == "nm" else "")


def main(
    run: Annotated[Path, typer.Argument(help="A run folder.")],
    sample: Annotated[
        str,
        typer.Argument(metavar="SAMPLE_ID", help="CONDITION:NUMBER[@CYCLES], or STUDY/POINT:NUMBER."),
    ],
    deck: Annotated[
        bool,
        typer.Option(
            "--deck", help="Print its decks, to run with `ngspice -b`; Verilog-A texts are written here."
        ),
    ] = False,
    plot: Annotated[Path | None, typer.Option(help="Draw its waveforms into this PNG or SVG file.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write its waveforms into this CSV file.")] = None,
) -> None:
    """Rebuild a sample exactly as it was drawn, simulate it alone and show it."""
    from spicekit.ngspice import standalone, write_modules
    from spicekit.run.replay import replay
    from spicekit.run_folder import RunFolder

    for path in (plot, csv):
        if path is not None and path.exists():
            raise InputError(f"{path}: exists already; nothing is overwritten, give another name")
        if path is not None and not path.parent.is_dir():
            raise InputError(f"{path}: there is no folder {path.parent}: make it first")
    result = replay(RunFolder(run), sample)
    if deck:
        for path in dict.fromkeys(
            p for step in result.steps for p in write_modules(step.deck.verilog_a, Path())
        ):
            print(f"{path}: the Verilog-A text of the decks, written here", file=sys.stderr)
        for step in result.steps:
            lacks = "; its noise, drawn in Python, is not in it" if step.driven else ""
            print(f"* ==== {step.name}: save as {step.file}.cir and run with `ngspice -b`{lacks} ====")
            print(standalone(step.deck, step.values, f"{step.file}.txt"))
        return
    for place, (_, row) in enumerate(result.rows.iloc[:_MOST_ROWS].iterrows()):
        if place:
            print()
        for line in _lines(row):
            print(line)
    if (more := len(result.rows) - _MOST_ROWS) > 0:
        print(
            f"\nand {more} more rows: `spicekit show` prints {_MOST_ROWS}; all are in the run folder, under studies/"
        )
    if csv is not None:
        result.waveforms().to_csv(csv, index=False)
        print(csv)
    if plot is not None:
        from spicekit.report.plots_replay import plot_replay

        print(plot_replay(result.waveforms(), sample, plot))
