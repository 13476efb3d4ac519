"""`spicekit entropy puf`: chips whose pairs are written equally, as a physically unclonable function."""

from pathlib import Path
from typing import Annotated

import typer

from spicekit.cli.inputs import STATISTICS, load_statistics
from spicekit.cli.options import MOST_SEED, Quiet
from spicekit.cli.progress import steps_of

EXAMPLE = (
    "Examples: spicekit entropy puf puf -o runs/keys (1,000 chips of a kilobit); spicekit entropy puf puf --state lrs "
    "--chips 100; spicekit entropy puf runs/puf --rows 16 --columns 64"
)


def puf(
    statistics: Annotated[str, typer.Argument(help=f"{STATISTICS} Needed is `puf`, of `[studies.puf]`.")],
    state: Annotated[
        str | None,
        typer.Option(
            help="What all pairs are left in: lrs or hrs. Default: the state in which devices decide most, and "
            "amplifiers least.",
            show_default=False,
        ),
    ] = None,
    chips: Annotated[int, typer.Option(min=20, max=100_000, help="Chips that are drawn.")] = 1000,
    rows: Annotated[int, typer.Option(min=1, max=4096, help="Pairs behind one amplifier.")] = 32,
    columns: Annotated[int, typer.Option(min=1, max=4096, help="Amplifiers of a chip.")] = 32,
    failure: Annotated[
        float, typer.Option(min=1e-15, max=0.1, help="Chance that a key is not found again, at most.")
    ] = 1e-6,
    seed: Annotated[int, typer.Option(min=0, max=MOST_SEED, help="Seed of the chips.")] = 0,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Result folder. Default: runs/entropy_puf.", show_default=False),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Judge chips whose 2T2R pairs are written equally, so that each read is an accident of the pair.

    Found are uniformity, uniqueness, bit aliasing and reliability over chips, each beside what ngspice has counted; the
    min-entropy of the bits; and the keys that masking, repetition and BCH codes leave of a chip.
    """
    from spicekit.cli.results import command_line, made, provenance_of, result_folder
    from spicekit.entropy.puf.asked import Asked
    from spicekit.entropy.puf.page import in_words, key_in_words, write_puf
    from spicekit.entropy.puf.result import SCHEMA
    from spicekit.entropy.puf.study import steps_in, study

    file, found = load_statistics(statistics)
    asked = Asked(found, str(file), state, chips, rows, columns, failure, seed)
    folder = result_folder(output or Path("runs") / "entropy_puf", SCHEMA)
    with steps_of(quiet, steps_in(asked), "chips") as progress:
        result = study(asked, progress)
    page = write_puf(result, made(folder), provenance_of(file, seed), command_line())
    for one in result.states:
        print(f"{one.state.state}: {in_words(one)}")
    for key in result.keys:
        print(key_in_words(key))
    print(f"report: {page}")
