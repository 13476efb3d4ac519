"""`spicekit entropy trng`: true random bits of simulated devices, whitened and tested."""

from pathlib import Path
from typing import Annotated

import typer

from spicekit.cli.inputs import STATISTICS, load_statistics
from spicekit.cli.options import MOST_SEED, Quiet
from spicekit.cli.progress import steps_of

EXAMPLE = (
    "Examples: spicekit entropy trng trng -o runs/bits; spicekit entropy trng trng --bits 200000 (a quarter of a "
    "minute); "
    'spicekit entropy trng runs/trng --interval "30 ns"'
)


def trng(
    statistics: Annotated[str, typer.Argument(help=f"{STATISTICS} Needed is `trng`, of `[studies.trng]`.")],
    bits: Annotated[
        int,
        typer.Option(
            min=100_000,
            max=10_000_000,
            help="Bits of each stream that is tested; the standards ask for a million.",
        ),
    ] = 1_000_000,
    interval: Annotated[
        str | None,
        typer.Option(
            help='Time between two reads of a cell, such as "50 ns". Default: the shortest that leaves a correlation '
            "of 1e-3 between neighbouring bits.",
            show_default=False,
        ),
    ] = None,
    cells: Annotated[
        int, typer.Option(min=20, max=1_000_000, help="Cells whose bias and correlation are looked at.")
    ] = 1000,
    seed: Annotated[int, typer.Option(min=0, max=MOST_SEED, help="Seed of cells and bits.")] = 0,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Result folder. Default: runs/entropy_trng.", show_default=False),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Judge random bits of a superparamagnetic junction that a sense amplifier reads.

    Found are bias and correlation over cells, supplies and temperatures, against the interval between reads; energy and
    rate of a bit, raw and whitened (von Neumann, XOR of cells); its min-entropy by the ten estimators of NIST
    SP 800-90B; and the verdict of the tests of SP 800-22, beside made-up sources that must pass or fail.
    """
    from spicekit.cli.results import command_line, made, provenance_of, result_folder
    from spicekit.entropy.trng.asked import Asked, seconds_of
    from spicekit.entropy.trng.page import in_words, write_trng
    from spicekit.entropy.trng.result import SCHEMA
    from spicekit.entropy.trng.study import steps_in, study

    file, found = load_statistics(statistics)
    between = seconds_of(interval)
    asked = Asked(found, str(file), bits, between, cells, seed)
    folder = result_folder(output or Path("runs") / "entropy_trng", SCHEMA)
    with steps_of(quiet, steps_in(asked), "steps") as progress:
        result = study(asked, progress)
    page = write_trng(result, made(folder), provenance_of(file, seed), command_line())
    for one in result.streams:
        print(f"{one.stream.name}: {in_words(one)}")
    print(f"report: {page}")
