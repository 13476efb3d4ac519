"""`spicekit show`: one sample of a run again, alone: its decks, its waveforms, its outcome."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spicekit.errors import InputError
from spicekit.units import engineering

if TYPE_CHECKING:
    import pandas as pd

_UNITS = {
    "lrs": "Ω", "hrs": "Ω", "energy_set": "J", "energy_reset": "J", "energy_set_cell": "J", "energy_reset_cell": "J",
    "set_current": "A", "decision": "V", "margin": "V", "read_delay": "s", "energy_read": "J", "offset_decision": "V",
}  # fmt: skip
_WORDS = {
    "cycles": "done before",
    "weight": "the value stored: +1 has the low resistance on the left, -1 on the right",
    "lrs": "low resistance", "hrs": "high resistance",
    "lrs_gap": "filament gap of the device in the low state", "hrs_gap": "of the device in the high state",
    "energy_set": "of the pulse, whole path", "energy_reset": "of the pulse, whole path",
    "energy_set_cell": "in the memory device alone", "energy_reset_cell": "in the memory device alone",
    "set_current": "at the end of the SET pulse", "decision": "difference of the outputs after the read",
    "margin": "difference of the outputs toward the value stored: negative is an error",
    "read_delay": "until the outputs are apart; inf: never",
    "offset_shift": "ln of right over left resistance, in the extra read that measures the amplifier's offset",
    "offset_decision": "what that read gave",
}  # fmt: skip
_MOST_ROWS = 12
EXAMPLE = "Example: spicekit show runs/first typical:17 --plot sample.png"


def _lines(row: pd.Series) -> Iterator[str]:
    """Yield name, value and meaning of what a sample has; what it does not have is left out."""
    for name, value in row.items():
        if value == "" or value != value:
            continue
        words = _WORDS.get(str(name))
        yield f"{name:17} {_text(str(name), value):12}{(words and f'  {words}') or ''}".rstrip()


def _text(name: str, value: object) -> str:
    if name in _UNITS:
        return engineering(float(value), _UNITS[name])  # type: ignore[arg-type]
    if isinstance(value, float):
        return f"{value:.4g}" + (" nm" if name.endswith("gap") else "")
    return str(value)


def main(
    run: Annotated[Path, typer.Argument(help="A run folder.")],
    sample: Annotated[
        str,
        typer.Argument(metavar="SAMPLE_ID", help="CONDITION:NUMBER[@CYCLES], or STUDY/POINT:NUMBER."),
    ],
    deck: Annotated[bool, typer.Option("--deck", help="Print its decks, to run with `ngspice -b`.")] = False,
    plot: Annotated[Path | None, typer.Option(help="Draw its waveforms into this PNG or SVG file.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write its waveforms into this CSV file.")] = None,
) -> None:
    """Rebuild a sample exactly as it was drawn, simulate it alone and show it."""
    from spicekit.characterize.replay import replay
    from spicekit.ngspice import standalone
    from spicekit.run_folder import RunFolder

    for path in (plot, csv):
        if path is not None and path.exists():
            raise InputError(f"{path}: exists already; nothing is overwritten, give another name")
        if path is not None and not path.parent.is_dir():
            raise InputError(f"{path}: there is no folder {path.parent}: make it first")
    result = replay(RunFolder(run), sample)
    if deck:
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
