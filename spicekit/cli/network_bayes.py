"""`spicekit network bayes`: the memristor Bayesian machine, with the errors and energies of the simulated memory."""

from pathlib import Path
from typing import Annotated

import typer

from spicekit.cli.inputs import STATISTICS, load_statistics
from spicekit.cli.options import MOST_SEED, Quiet
from spicekit.cli.progress import steps_of

EXAMPLE = (
    "Examples: spicekit network bayes programming_conditions --task synthetic -o runs/bayes; "
    "spicekit network bayes programming_conditions --path watch_dataset.npy (gestures; the command without --path says "
    "which file); spicekit network bayes programming_conditions --task ecg --path beats.npz --bins 16"
)


def bayes(
    statistics: Annotated[
        str, typer.Argument(help=f"{STATISTICS} Needed is a condition with its bit error rate.")
    ],
    task: Annotated[
        str,
        typer.Option(
            help="What is recognized: gestures (people with a watch), ecg (heart beats, needs --path), synthetic "
            "(drawn from a known law), or a file of your own (.npz with x, y and group)."
        ),
    ] = "gestures",
    path: Annotated[
        Path | None,
        typer.Option(
            help="File of the data: watch_dataset.npy of seglearn for gestures, unless that package is installed; "
            "records (.npz) for ecg.",
            show_default=False,
        ),
    ] = None,
    beside: Annotated[
        str | None,
        typer.Option(
            help="Further statistics, whose conditions are set beside: such as of another memory device.",
            show_default=False,
        ),
    ] = None,
    circuit: Annotated[
        str | None,
        typer.Option(
            help="Statistics with `bayes_column`, a likelihood at the gates, for energies and supplies. Default: the "
            "first ones if they have it, else `bayes`, which come along.",
            show_default=False,
        ),
    ] = None,
    chips: Annotated[
        int,
        typer.Option(min=2, max=100_000, help="Chips of each condition, each with errors of its own."),
    ] = 100,
    features: Annotated[
        int,
        typer.Option(
            min=1, max=1000, help="Features of the machine at most, chosen among the training samples."
        ),
    ] = 6,
    bins: Annotated[
        int, typer.Option(min=2, max=256, help="Observations that a feature may make: bins of its values.")
    ] = 8,
    bits: Annotated[
        int, typer.Option(min=1, max=16, help="Bits of a likelihood word of the stochastic machine.")
    ] = 8,
    logarithmic_bits: Annotated[
        int, typer.Option(min=1, max=16, help="Bits of a word of the logarithmic machine.")
    ] = 4,
    cycles: Annotated[
        int, typer.Option(min=1, max=65_535, help="Cycles of the stochastic machine at most.")
    ] = 1023,
    stop: Annotated[
        int, typer.Option(min=1, max=65_535, help="Ones in a counter at which the stopping machine stops.")
    ] = 4,
    random: Annotated[
        str,
        typer.Option(help="Random numbers: lfsr (linear-feedback shift registers) or ideal."),
    ] = "lfsr",
    shared: Annotated[
        str,
        typer.Option(
            help="Which words see the same random number: classes (those of one feature), own (none), or all."
        ),
    ] = "classes",
    register: Annotated[
        int, typer.Option(min=2, max=20, help="Bits of a shift register, at least those of a word.")
    ] = 16,
    scaling: Annotated[
        str,
        typer.Option(
            help="What is full scale: the likeliest class of each observation (observation), or of each table (table)."
        ),
    ] = "observation",
    seed: Annotated[int, typer.Option(min=0, max=MOST_SEED, help="Seed of the chips.")] = 0,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Result folder. Default: runs/bayes_TASK.", show_default=False),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Judge a Bayesian machine whose likelihoods stand in the simulated memory.

    Likelihoods are words of 2T2R bits that err as often as the statistics say. They are multiplied by comparators and
    AND gates on random bits, or added as logarithms. Found are accuracy and calibration over people, records or groups
    that were left out, beside the exact posterior and usual classifiers, against errors, bits, cycles and supply; and
    the energy of a decision beside a microcontroller.
    """
    from spicekit.cli.results import command_line, made, provenance_of, result_folder
    from spicekit.network.bayes.asked import Asked, has_gates, renamed
    from spicekit.network.bayes.machine import Machine
    from spicekit.network.bayes.page import in_words, percent, write_bayes
    from spicekit.network.bayes.random_numbers import Source
    from spicekit.network.bayes.result import SCHEMA
    from spicekit.network.bayes.study import chips_in, study
    from spicekit.network.bayes.tasks import load_task

    machine = Machine(bits, logarithmic_bits, cycles, Source(random, shared, register), scaling)  # type: ignore[arg-type]
    file, found = load_statistics(statistics)
    further = ()
    if beside:
        other, held = load_statistics(beside)
        further = (renamed(held, other.parent.name if other.name == "statistics.json" else other.stem),)
    source = circuit or ("" if has_gates(found) else CIRCUIT)
    gates = load_statistics(source)[1] if source else found
    asked = Asked(
        (found, *further), gates, source or file.name,
        load_task(task, path, seed, features, bins), machine, chips, stop=stop, seed=seed,
    )  # fmt: skip
    folder = result_folder(output or Path("runs") / f"bayes_{asked.task.name}", SCHEMA)
    with steps_of(quiet, chips_in(asked), "chips") as progress:
        result = study(asked, progress)
    more = {"task": task, "circuit": asked.circuit_source, **({"beside": beside} if beside else {})}
    page = write_bayes(result, made(folder), provenance_of(file, seed, **more), command_line())
    print(
        f"exact posterior: {percent(result.exact.accuracy)} right, interval over {len(asked.task.group_names)} groups"
    )
    for one in result.baselines:
        print(f"{one.name}: {percent(one.score.accuracy)}")
    for at in result.conditions:
        print(f"{at.condition.name}: {in_words(at)}")
    for name, ratio in result.ratios.items():
        print(f"{name}: {ratio:,.0f} times less energy than a microcontroller")
    print(f"report: {page}")


CIRCUIT = "bayes"
"""Statistics of a likelihood at the gates that come along."""
