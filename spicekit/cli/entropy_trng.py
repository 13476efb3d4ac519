"""`spicekit entropy trng`: true random bits of simulated devices, whitened and tested."""

from pathlib import Path
from typing import Annotated

import typer

from spicekit.cli.inputs import STATISTICS, load_statistics
from spicekit.cli.options import MOST_SEED, Quiet
from spicekit.cli.progress import steps_of

EXAMPLE = (
    "Examples: spicekit entropy trng trng -o runs/bits; spicekit entropy trng random_writes -o runs/written (bits of "
    "pairs of memory devices); spicekit entropy trng trng --bits 200000 (a quarter of a minute); spicekit entropy trng "
    'runs/trng --interval "30 ns"'
)


def trng(
    statistics: Annotated[
        str, typer.Argument(help=f"{STATISTICS} Needed is `trng`, of `[studies.trng]`, or `random_writes`.")
    ],
    source: Annotated[
        str | None,
        typer.Option(
            help="What gives the bits: junction, or pairs that are written again and again. Default: the junction "
            "where "
            "the statistics have both.",
            show_default=False,
        ),
    ] = None,
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
            help='Time between two reads of a cell, such as "50 ns", or of a pair that is written once. Default: the '
            "shortest that leaves a correlation of 1e-3 between neighbouring bits.",
            show_default=False,
        ),
    ] = None,
    cells: Annotated[
        int, typer.Option(min=20, max=1_000_000, help="Cells or pairs whose bias is looked at.")
    ] = 1000,
    state: Annotated[
        str | None,
        typer.Option(
            help="What pairs are read in: lrs or hrs. Default: that of which least stays with the pair.",
            show_default=False,
        ),
    ] = None,
    bound: Annotated[
        float | None,
        typer.Option(
            min=0.001,
            max=0.4,
            help="Chosen pairs have a share of ones within it, to either side of one half. Default: 0.05.",
            show_default=False,
        ),
    ] = None,
    tests: Annotated[
        int | None,
        typer.Option(
            min=8, max=4096, help="Writes by which pairs are chosen. Default: 64.", show_default=False
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=MOST_SEED, help="Seed of cells and bits.")] = 0,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Result folder. Default: runs/entropy_trng.", show_default=False),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Judge random bits of a junction that a sense amplifier reads, or of pairs of memory devices.

    A superparamagnetic junction flips by itself; pairs are written equally again and again, or read again and again
    while their traps change. Found are bias and correlation over cells or pairs, supplies, temperatures and corners;
    energy and rate of a bit, raw and whitened (von Neumann, XOR of cells or pairs); its min-entropy by the ten
    estimators of NIST SP 800-90B; and the verdict of the tests of SP 800-22, beside made-up sources that must pass or
    fail.
    """
    from spicekit.cli.results import command_line, made, provenance_of, result_folder
    from spicekit.entropy.bits.sections import in_words
    from spicekit.entropy.page import schema_of, write_bits
    from spicekit.entropy.sources import asked_of, steps_in, study

    file, found = load_statistics(statistics)
    asked = asked_of(
        found, str(file), source=source, bits=bits, interval=interval, cells=cells, seed=seed, state=state,
        bound=bound, tests=tests,
    )  # fmt: skip
    folder = result_folder(output or Path("runs") / "entropy_trng", schema_of(asked))
    with steps_of(quiet, steps_in(asked), "steps") as progress:
        result = study(asked, progress)
    page = write_bits(result, made(folder), provenance_of(file, seed), command_line())
    for one in result.streams:
        print(f"{one.stream.name}: {in_words(one)}")
    print(f"report: {page}")
