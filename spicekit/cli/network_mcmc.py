"""`spicekit network mcmc`: learning inside the simulated array, by Markov chain Monte Carlo."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spicekit.cli.inputs import STATISTICS, load_statistics
from spicekit.cli.options import CORES, MOST_SEED, Quiet, Workers, finite
from spicekit.cli.progress import steps_of

if TYPE_CHECKING:
    from spicekit.network.mcmc.cartpole import Pole

EXAMPLE = (
    "Examples: spicekit network mcmc learning -o runs/mcmc; "
    "spicekit network mcmc learning --splits 4 --arrays 2 --aged 0 (short); "
    "spicekit network mcmc learning --task mitbih --path beats.npz --splits 20; "
    "spicekit network mcmc learning --task cartpole"
)


def mcmc(
    statistics: Annotated[
        str, typer.Argument(help=f"{STATISTICS} Needed is the block `conductance_law` (`learning` has it).")
    ],
    task: Annotated[
        str,
        typer.Option(
            help="What is learned: breast_cancer (569 tissue samples), mitbih (heart beats, needs --path), moons (a "
            "plane), or cartpole (balance a pole)."
        ),
    ] = "breast_cancer",
    path: Annotated[
        Path | None,
        typer.Option(
            help="File of the data (.npz), for mitbih alone; the others come along.", show_default=False
        ),
    ] = None,
    splits: Annotated[
        int | None,
        typer.Option(
            min=2,
            max=10_000,
            show_default=False,
            help="Divisions into training and test samples; an array learns each. Default: 50, of cartpole 10.",
        ),
    ] = None,
    steps: Annotated[
        int | None,
        typer.Option(
            min=10,
            max=10**7,
            show_default=False,
            help="Programming cycles of a row of devices in each array: every parameter is proposed once in each. "
            "Default: 3000, of cartpole 600.",
        ),
    ] = None,
    devices: Annotated[int, typer.Option(min=8, max=10**8, help="Memory devices of an array.")] = 16384,
    blocks: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=10**6,
            show_default=False,
            help="Blocks of the model that are proposed one after the other; 1 proposes whole models. Default: one for "
            "each parameter. Cartpole proposes whole models.",
        ),
    ] = None,
    hidden: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=1000,
            show_default=False,
            help="Hidden neurons of the model; 0 is logistic regression. Default: what the task asks for.",
        ),
    ] = None,
    prior: Annotated[
        float | None,
        typer.Option(
            help="Standard deviation of each parameter before anything is learned. Default: what the task asks for.",
            show_default=False,
        ),
    ] = None,
    low: Annotated[
        str | None,
        typer.Option(
            help="Lowest SET compliance current of learning, with its unit. Default: 100 uA, of cartpole 50 uA.",
            show_default=False,
        ),
    ] = None,
    high: Annotated[
        str | None,
        typer.Option(
            help="Highest SET compliance current of learning, with its unit: the narrower the range, the larger the "
            "steps. Default: 200 uA, of cartpole 300 uA.",
            show_default=False,
        ),
    ] = None,
    arrays: Annotated[
        int,
        typer.Option(
            min=0, max=1000, help="Arrays that all learn the first split, to see whether they agree."
        ),
    ] = 8,
    aged: Annotated[
        int,
        typer.Option(
            min=0, max=10_000, help="Splits that are learned again at each age of the devices; 0 is none."
        ),
    ] = 8,
    nuts: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=1000,
            show_default=False,
            help="Splits that a reference sampler learns too, NUTS of NumPyro. Default: 1 if it is there, else 0.",
        ),
    ] = None,
    perceptrons: Annotated[
        int | None,
        typer.Option(
            min=0, help="Splits that a perceptron learns too, to compare. Default: all.", show_default=False
        ),
    ] = None,
    condition: Annotated[
        str | None,
        typer.Option(
            help="Name of the programming condition whose energy of reads is counted. Default: the first that has one.",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=MOST_SEED, help="Seed of splits and arrays.")] = 0,
    workers: Workers = CORES,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Result folder. Default: runs/mcmc_TASK.", show_default=False),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Train a model inside the simulated memory array, with its spread as the source of chance.

    Each programming cycle of a row of devices proposes new parameters; a Metropolis-Hastings rule keeps or drops them
    (Markov chain Monte Carlo). Found are accuracies beside usual classifiers, energies, and what ageing changes.
    """
    from spicekit.cli.results import command_line, made, provenance_of, result_folder
    from spicekit.models.digital import load_digital
    from spicekit.network.mcmc.options import asked_of, pole_of, reads_of
    from spicekit.network.mcmc.page import write_result
    from spicekit.network.mcmc.plane import plane_plot
    from spicekit.network.mcmc.result import SCHEMA
    from spicekit.network.mcmc.study import study, total_arrays
    from spicekit.network.mcmc.tasks import load_task

    if prior is not None:
        finite("--prior", prior)
    file, found = load_statistics(statistics)
    if task == "cartpole":
        pole = pole_of(
            found, path=path, arrays=splits, steps=steps, devices=devices, prior=prior, low=low, high=high, seed=seed,
        )  # fmt: skip
        _balance(pole, output or Path("runs") / "mcmc_cartpole", provenance_of(file, seed, task=task), quiet)
        return
    asked = asked_of(
        found, task, path=path, splits=splits, steps=steps, devices=devices, blocks=blocks, hidden=hidden, prior=prior,
        low=low, high=high, arrays=arrays, aged=aged, nuts=nuts, perceptrons=perceptrons, seed=seed, workers=workers,
    )  # fmt: skip
    reads = reads_of(found, condition)
    folder = result_folder(output or Path("runs") / f"mcmc_{task}", SCHEMA)
    digital = load_digital()
    with steps_of(quiet, total_arrays(asked, found), "arrays") as progress:
        result = study(asked, found, reads, digital, progress)
    moons = load_task("moons", 2, seed)
    code = replace(asked.code, prior_std=moons.prior_std)
    plane = plane_plot(moons, result.law, code, devices, asked.steps, seed)
    more = {"task": task, "condition": reads.name}
    page = write_result(
        result, plane, made(folder), provenance_of(file, seed, **more), command_line(), digital
    )
    for method in result.methods:
        at_low, at_high = method.score.interval
        print(f"{method.name}: {method.score.mean:.2%} ({at_low:.2%} ... {at_high:.2%})")
    print(f"report: {page}")


def _balance(asked: Pole, folder: Path, provenance: dict[str, str], quiet: bool) -> None:
    from spicekit.cli.results import command_line, made, result_folder
    from spicekit.network.mcmc.cartpole import cartpole
    from spicekit.network.mcmc.cartpole_page import write_balanced
    from spicekit.network.mcmc.result import SCHEMA

    folder = result_folder(folder, SCHEMA)
    with steps_of(quiet, asked.rule.steps, "proposals") as progress:
        found = cartpole(asked, progress)
    page = write_balanced(found, made(folder), provenance, command_line())
    before = found.untrained.mean()
    print(f"{found.solved} of {asked.arrays} arrays balance the pole; untrained {before:.0f} steps")
    print(f"report: {page}")
