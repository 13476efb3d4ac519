"""`spicekit network pbits`: networks of p-bits factor, cut and part, with the law and spread of simulated ones."""

from pathlib import Path
from typing import Annotated

import typer

from spicekit.cli.inputs import STATISTICS, load_statistics
from spicekit.cli.options import MOST_SEED, Quiet
from spicekit.cli.progress import steps_of

EXAMPLE = (
    "Examples: spicekit network pbits pbit -o runs/pbits; spicekit network pbits pbit --problems factor_945,maxcut_20 "
    "--copies 500; spicekit network pbits pbit --problems own --file G1.txt"
)


def pbits(
    statistics: Annotated[str, typer.Argument(help=f"{STATISTICS} Needed is `pbit` with its law.")] = "pbit",
    problems: Annotated[
        str,
        typer.Option(
            help="Problems, parted by commas: factor_N (an odd integer; factor_N_6x4 says the bits of both factors), "
            "maxcut_N (a random graph of N nodes), partition_N (N random numbers), and_gate, full_adder, and own for "
            "that "
            "of --file."
        ),
    ] = "factor_945,factor_4033,maxcut_20,partition_12,full_adder",
    file: Annotated[
        Path | None,
        typer.Option(
            help="A problem of your own: J and h as JSON, or a graph as in the G-set (any other ending), whose largest "
            "cut is asked.",
            show_default=False,
        ),
    ] = None,
    times: Annotated[
        str, typer.Option(help="Lengths of runs in mean correlation times of a p-bit, parted by commas.")
    ] = "10,30,100,300",
    copies: Annotated[
        int, typer.Option(min=2, max=100_000, help="Runs of each kind, each with p-bits of its own.")
    ] = 200,
    samples: Annotated[
        int,
        typer.Option(
            min=10, max=100_000, help="Samples that are compared with Boltzmann's law, for up to 12 bits."
        ),
    ] = 1000,
    chips: Annotated[
        int, typer.Option(min=1, max=1000, help="Chips that are compared with it, each with so many samples.")
    ] = 5,
    seed: Annotated[
        int, typer.Option(min=0, max=MOST_SEED, help="Seed of p-bits, runs, random graphs and numbers.")
    ] = 0,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Result folder. Default: runs/pbits.", show_default=False),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Solve problems with networks of p-bits that have the law and spread of simulated ones.

    Found is how often runs visit the lowest energy, against their length, the spread of the p-bits, supply and
    temperature, beside simulated annealing and exact enumeration; and how far the states are from Boltzmann's law,
    beside a Gibbs sampler.
    """
    from spicekit.cli.results import command_line, made, provenance_of, result_folder
    from spicekit.network.pbits.asked import Asked
    from spicekit.network.pbits.page import write_pbits
    from spicekit.network.pbits.problems import load_problems, parse_times
    from spicekit.network.pbits.result import SCHEMA
    from spicekit.network.pbits.study import steps_in, study
    from spicekit.network.pbits.words import in_words

    lengths = parse_times(times)
    found_problems = load_problems(problems, file, seed)
    path, found = load_statistics(statistics)
    asked = Asked(found, path.parent.name or path.name, found_problems, lengths, copies, samples, chips, seed)
    folder = result_folder(output or Path("runs") / "pbits", SCHEMA)
    with steps_of(quiet, steps_in(asked), "runs") as progress:
        result = study(asked, progress)
    more = {"problems": problems, **({"file": file.name} if file else {})}
    page = write_pbits(result, made(folder), provenance_of(path, seed, **more), command_line())
    for one in result.solved:
        print(f"{one.problem.name}: {one.solution}; {in_words(one)}")
    print(f"report: {page}")
