"""`spicekit network`: what the simulated devices are worth to a network; needs no simulator."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spicekit.cli import network_digits, network_mcmc, network_vowels
from spicekit.cli.inputs import STATISTICS, load_statistics, warn
from spicekit.cli.options import CORES, MOST_SEED, Quiet, Workers, finite
from spicekit.cli.progress import steps_of
from spicekit.errors import InputError

if TYPE_CHECKING:
    import numpy as np

    from spicekit.network.bnn import Network
    from spicekit.network.bnn.energy import Budget
    from spicekit.statistics import Condition

EXAMPLE = (
    "Examples: spicekit network bnn programming_conditions (digits: a minute); "
    "spicekit network bnn runs/first --network mnist_dense --path FOLDER -o runs/bnn; "
    "spicekit network bnn statistics.json --network own.npz --data mine.npz"
)
app = typer.Typer(
    help="What the simulated devices are worth to a network; needs no simulator.", rich_markup_mode=None
)
_TIMED = 200  # samples whose inference is timed


@app.command(epilog=EXAMPLE)
def bnn(
    statistics: Annotated[str, typer.Argument(help=STATISTICS)],
    network: Annotated[
        str,
        typer.Option(
            help="The network: a file of your own (.npz, see docs/networks.md), or one that comes along: digits_dense, "
            "mnist_dense, mnist_convolutional, mnist_dense_error_aware, fashion_dense, fashion_convolutional, "
            "fashion_dense_error_aware, cifar10_convolutional_half, ecg_convolutional."
        ),
    ] = "digits_dense",
    data: Annotated[
        str | None,
        typer.Option(
            help="The test data: a file of your own (.npz with x_test and y_test), or one of digits, mnist, fashion, "
            "cifar10, mitbih, breast_cancer. Default: what a network that comes along was trained for.",
            show_default=False,
        ),
    ] = None,
    path: Annotated[
        Path | None,
        typer.Option(
            help="Folder or file where the data of that name lie; digits, breast_cancer and the Debian package of "
            "fashion need none.",
            show_default=False,
        ),
    ] = None,
    chips: Annotated[
        int,
        typer.Option(
            min=2, max=100_000, help="Chips that are programmed at each error rate, each with its own errors."
        ),
    ] = 100,
    samples: Annotated[
        int | None,
        typer.Option(
            min=10, help="Number of test samples, the first of the set. Default: all.", show_default=False
        ),
    ] = None,
    ber: Annotated[
        str | None,
        typer.Option(
            help="Bit error rates of the sweep, parted by commas, such as 1e-4,1e-3,1e-2. Default: eleven from 1e-6 to "
            "1e-1.",
            show_default=False,
        ),
    ] = None,
    transient: Annotated[
        float,
        typer.Option(
            min=0, max=0.5, help="Share of single reads that give the wrong value, anew at each inference."
        ),
    ] = 0.0,
    seed: Annotated[int, typer.Option(min=0, max=MOST_SEED, help="Seed of the chips.")] = 0,
    workers: Workers = CORES,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Result folder. Default: runs/bnn_NETWORK.", show_default=False),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Judge a binarized neural network whose weights stand in the simulated memory.

    Weights read wrong as often as the statistics say, on each chip other ones. Found are the accuracy over chips, the
    bit error rate at which it falls, what each programming condition is worth, the same network on 1T1R with and
    without error-correcting codes, and the energy of an inference.
    """
    from spicekit.cli.results import command_line, provenance_of, result_folder
    from spicekit.network.bnn.bundled import find_network
    from spicekit.network.bnn.conditions import Task, check, chips_of, worth
    from spicekit.network.bnn.fitting import fitted
    from spicekit.network.bnn.page import write_result
    from spicekit.network.bnn.refresh import refresh_of
    from spicekit.network.bnn.result import SCHEMA, Result, majority, said_of
    from spicekit.network.bnn.sweep import sweep_rates
    from spicekit.network.data import load_data

    finite("--transient", transient)
    rates = _rates(ber)
    file, found = load_statistics(statistics)
    chosen = find_network(network)
    loaded = load_data(_data_name(network, data), path)
    inputs, labels = fitted(chosen, loaded)[:samples], loaded.test_labels[:samples]
    task = Task(chosen, inputs, labels, chips, seed, transient, workers)
    if not found.conditions:
        raise InputError(f"{file}: has no conditions, so that no weight can be wrong: expected one at least")
    for condition in found.conditions:
        check(condition)
    folder = result_folder(output or Path("runs") / f"bnn_{chosen.name}", SCHEMA)
    seconds = _timed(chosen, inputs)
    total = chips * len(rates) + sum(chips_of(condition, chips) for condition in found.conditions)
    with steps_of(quiet, total, "chips") as show:
        sweep = sweep_rates(chosen, inputs, labels, chips, rates=rates, seed=seed, workers=workers, done=show)
        worths, before, known = [], chips * len(rates), {}
        for condition in found.conditions:
            worths.append(worth(task, condition, _after(show, before), known))
            before += chips_of(condition, chips)
    budgets = {c.name: b for c in found.conditions if (b := _budgets(chosen, c, seconds))}
    said = f"{loaded.name} ({loaded.split}; {loaded.source})"
    refresh = refresh_of(found.read_disturb, chosen)
    result = Result(task, said, sweep, tuple(worths), budgets, majority(labels), refresh)
    provenance = provenance_of(file, seed, network=network, network_notes=chosen.notes)
    page = write_result(result, folder, provenance, command_line())
    print(f"without errors: accuracy {100 * sweep.without_errors:.2f} % of {len(labels):,} test samples")
    if result.worthless:
        warn(
            f"that is no better than always saying the most frequent class ({100 * result.majority:.1f} %): are "
            "the data scaled and ordered as in the training of this network?"
        )
    for at in worths:
        print(f"{at.condition.name}: {said_of(at.cells)}")
    print(f"report: {page}")


def _rates(text: str | None) -> tuple[float, ...]:
    from spicekit.network.bnn.sweep import RATES

    if text is None:
        return RATES
    try:
        rates = sorted({float(part) for part in text.split(",")})
    except ValueError:
        rates = []
    if not rates or not all(0 < rate <= 0.5 for rate in rates):
        raise InputError(f"`--ber` is `{text}`, expected rates above 0 and up to 0.5, such as 1e-4,1e-3,1e-2")
    return tuple(rates)


def _data_name(network: str, data: str | None) -> str:
    from spicekit.network.bnn.bundled import data_of
    from spicekit.network.data import SETS

    found = data or data_of(network)
    if found is None:
        raise InputError(
            f"`--data` is missing: `{network}` does not come along; known sets: {', '.join(SETS)}"
        )
    return found


def _timed(network: Network, inputs: np.ndarray) -> float:
    """Return seconds per inference on this processor."""
    begun = time.process_time()
    network.scores(inputs[:_TIMED])
    return (time.process_time() - begun) / len(inputs[:_TIMED])


def _budgets(network: Network, condition: Condition, seconds: float) -> tuple[Budget, ...]:
    from spicekit.models.digital import load_digital
    from spicekit.network.bnn.energy import binarized, eight_bit, on_cpu

    if condition.energy_read is None:
        return ()
    digital = load_digital()
    read = binarized(network, condition.energy_read.mean, digital, f"simulated, condition {condition.name}")
    return (
        read,
        eight_bit(network, digital, off_chip=False),
        eight_bit(network, digital, off_chip=True),
        on_cpu(seconds, digital),
    )


def _after(show: Callable[[int], None], before: int) -> Callable[[int], None]:
    return lambda done: show(before + done)


app.command(epilog=network_mcmc.EXAMPLE)(network_mcmc.mcmc)
app.command(epilog=network_vowels.EXAMPLE)(network_vowels.vowels)
app.command(epilog=network_digits.EXAMPLE)(network_digits.digits)
