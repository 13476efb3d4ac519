"""`spicekit network posterior`: a Bayesian network whose posterior is the spread of programmed devices."""

from pathlib import Path
from typing import Annotated

import typer

from spicekit.cli.inputs import STATISTICS, load_statistics
from spicekit.cli.options import MOST_SEED, Quiet, finite
from spicekit.cli.progress import steps_of

EXAMPLE = (
    "Examples: spicekit network posterior learning -o runs/posterior; "
    "spicekit network posterior learning --task digits --splits 10; "
    "spicekit network posterior learning --samples 100 (few training samples)"
)


def posterior(
    statistics: Annotated[
        str, typer.Argument(help=f"{STATISTICS} Needed is the block `conductance_law` (`learning` has it).")
    ],
    task: Annotated[
        str,
        typer.Option(
            help="What is learned: breast_cancer (569 tissue samples), digits (1,797 of 8 x 8 pixels), or moons (a "
            "plane)."
        ),
    ] = "breast_cancer",
    splits: Annotated[
        int, typer.Option(min=2, max=1000, help="Divisions into training and test samples.")
    ] = 20,
    samples: Annotated[
        int | None,
        typer.Option(
            min=20,
            show_default=False,
            help="Training samples of a split: the fewer, the less is known. Default: all.",
        ),
    ] = None,
    copies: Annotated[
        int, typer.Option(min=2, max=1000, help="Copies of the network in the array, which vote.")
    ] = 12,
    hidden: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=1000,
            show_default=False,
            help="Hidden neurons of the network. Default: what the task asks for, 16 or 32.",
        ),
    ] = None,
    steps: Annotated[int, typer.Option(min=10, max=10**6, help="Steps of learning in software.")] = 600,
    dropout: Annotated[
        float, typer.Option(help="Share of the neurons that dropout, to compare, leaves out.")
    ] = 0.2,
    low: Annotated[
        str, typer.Option(help="Lowest SET compliance current that is programmed, with its unit.")
    ] = "20 uA",
    high: Annotated[
        str, typer.Option(help="Highest SET compliance current that is programmed, with its unit.")
    ] = "500 uA",
    condition: Annotated[
        str | None,
        typer.Option(
            help="Name of the programming condition whose energy of reads is counted. Default: the first that has one.",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option(min=0, max=MOST_SEED, help="Seed of splits, learning and devices.")
    ] = 0,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", help="Result folder. Default: runs/posterior_TASK.", show_default=False
        ),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Let the spread of programmed devices be the posterior of a Bayesian network.

    Software learns a mean and a spread of each weight that a pair of devices can hold; copies of the network in the
    array are then draws, and vote. Found are accuracy, calibration, how well samples of no class are told, energies and
    what ageing changes, beside MC dropout, an ensemble and ordinary networks on as many devices.
    """
    from spicekit.cli.results import command_line, made, provenance_of, result_folder
    from spicekit.network.mcmc.options import reads_of
    from spicekit.network.posterior.asked import asked_of
    from spicekit.network.posterior.page import write_result
    from spicekit.network.posterior.plane import plane_plot
    from spicekit.network.posterior.result import SCHEMA
    from spicekit.network.posterior.study import study, total_trainings
    from spicekit.network.posterior.words import verdict

    finite("--dropout", dropout)
    file, found = load_statistics(statistics)
    asked = asked_of(
        found, task, splits=splits, samples=samples, copies=copies, hidden=hidden, steps=steps, dropout=dropout,
        low=low, high=high, seed=seed,
    )  # fmt: skip
    reads = reads_of(found, condition)
    folder = result_folder(output or Path("runs") / f"posterior_{task}", SCHEMA)
    with steps_of(quiet, total_trainings(found), "trainings") as progress:
        result = study(asked, found, reads, progress)
    plane = plane_plot(asked, result.law)
    provenance = provenance_of(file, seed, task=task, condition=reads.name)
    page = write_result(result, plane, made(folder), provenance, command_line())
    for name, one in result.judged.items():
        print(f"{name}: accuracy {one.right.mean():.2%}, log loss {one.log_loss.mean():.3f}")
    print(verdict(result))
    print(f"report: {page}")
