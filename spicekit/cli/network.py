"""`spicekit network`: what the simulated devices are worth to a network; needs no simulator."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spicekit.cli import (
    network_bayes,
    network_digits,
    network_mcmc,
    network_pbits,
    network_posterior,
    network_vowels,
)
from spicekit.cli.inputs import STATISTICS, load_statistics, warn
from spicekit.cli.options import CORES, MOST_SEED, Quiet, Workers, finite
from spicekit.cli.progress import steps_of
from spicekit.errors import InputError

if TYPE_CHECKING:
    from spicekit.network.bnn.in_array import ArrayFigures
    from spicekit.network.bnn.stream_study import StreamsAsked

EXAMPLE = (
    "Examples: spicekit network bnn programming_conditions (digits: a minute); "
    "spicekit network bnn runs/first --network mnist_dense --path FOLDER --array neuron; "
    "spicekit network bnn statistics.json --network own.npz --data mine.npz"
)
app = typer.Typer(
    help="What the simulated devices are worth to a network; needs no simulator.", rich_markup_mode=None
)


@app.command(epilog=EXAMPLE)
def bnn(
    statistics: Annotated[str, typer.Argument(help=STATISTICS)],
    network: Annotated[
        str,
        typer.Option(
            help="The network: a file of your own (.npz, see docs/networks.md), or one that comes along: digits_dense, "
            "mnist_dense, mnist_convolutional, mnist_dense_error_aware, fashion_dense, fashion_convolutional, "
            "fashion_dense_error_aware, fashion_streams, fashion_fixed_point, cifar10_convolutional, "
            "cifar10_convolutional_error_aware, ecg_convolutional."
        ),
    ] = "digits_dense",
    data: Annotated[
        str | None,
        typer.Option(
            help="The test data: a file of your own (.npz with x_test and y_test, and x_train for --adapt), or one of "
            "digits, mnist, fashion, cifar10, mitbih, breast_cancer. Default: what a network that comes along was "
            "trained for.",
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
    ] = 30,
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
    programmings: Annotated[
        int,
        typer.Option(
            min=2,
            max=1000,
            help="How often each chip is programmed where errors as they gather in few pairs are set beside "
            "independent ones; needs `error_correlation_2t2r` in the statistics.",
        ),
    ] = 2,
    adapt: Annotated[
        int,
        typer.Option(
            min=0,
            max=1_000_000,
            help="Training samples from which each chip sets its thresholds again, such as 1000; their labels are not "
            "used, and no test sample is. Shown beside the chips as they are. 0: none.",
        ),
    ] = 0,
    beside: Annotated[
        str | None,
        typer.Option(
            help="Another network for the same data, whose accuracy against error rate is shown beside: one trained "
            "with errors, such as mnist_dense_error_aware.",
            show_default=False,
        ),
    ] = None,
    by_layer: Annotated[
        str | None,
        typer.Option(
            help="Bit error rates, parted by commas, at which each layer alone has errors: which layer minds them. "
            "Default: left out.",
            show_default=False,
        ),
    ] = None,
    array: Annotated[
        str | None,
        typer.Option(
            help="Statistics with `array`, what a bit takes when it is read in its array, and with `adders`, what the "
            "logic behind it takes: the energy of an inference with these figures, and the accuracy with the errors "
            "of bits in the array, stand beside those of lone reads. `neuron` comes along.",
            show_default=False,
        ),
    ] = None,
    streams: Annotated[
        str | None,
        typer.Option(
            help="Lengths in cycles, parted by commas, such as 1,2,4,8,16: the first layer on streams of random bits "
            "instead of inputs in fixed point, with accuracy, energy and area beside those. Needs a network such as "
            "fashion_streams; its energies are of --array, `neuron` unless given.",
            show_default=False,
        ),
    ] = None,
    verify: Annotated[
        int,
        typer.Option(
            min=0,
            max=100,
            help="How often a pair that reads wrong is programmed again, at most: what then stays wrong, its accuracy, "
            "pulses, reads and energy, beside pairs that are programmed once. 0: pairs are not read.",
        ),
    ] = 0,
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
    bit error rate at which it falls (errors shared out equally between +1 and -1, and all on one of them), what each
    programming condition is worth, the same network on 1T1R with and without error-correcting codes, and the energy of
    an inference.
    """
    from spicekit.cli.results import command_line, made, provenance_of, result_folder
    from spicekit.network.bnn.bundled import find_network
    from spicekit.network.bnn.gathered import NOT_GATHERED, gathered_in_words
    from spicekit.network.bnn.in_array import figures_of
    from spicekit.network.bnn.judge import Asked, data_name, judge
    from spicekit.network.bnn.page import write_result
    from spicekit.network.bnn.page_array import errors_in_words
    from spicekit.network.bnn.page_array import in_words as array_in_words
    from spicekit.network.bnn.page_streams import finding as streams_in_words
    from spicekit.network.bnn.page_verify import in_words as verified_in_words
    from spicekit.network.bnn.result import SCHEMA, in_words
    from spicekit.network.bnn.sweep import RATES
    from spicekit.network.data import load_data

    finite("--transient", transient)
    rates = RATES if ber is None else _rates("--ber", ber)
    layer_rates = () if by_layer is None else _rates("--by-layer", by_layer)
    file, found = load_statistics(statistics)
    chosen = find_network(network)
    other = None if beside is None else find_network(beside)
    figures = None if array is None else figures_of(load_statistics(array)[1], array)
    loaded = load_data(data_name(network, data), path)
    if not adapt:
        loaded = loaded.without_training()
    if not found.conditions:
        raise InputError(f"{file}: has no conditions, so that no weight can be wrong: expected one at least")
    asked = Asked(
        found,
        chosen,
        loaded,
        samples,
        chips,
        rates,
        transient,
        seed,
        workers,
        programmings,
        adapt,
        other,
        layer_rates,
        figures,
        _streams(streams, figures),
        verify,
    )
    folder = result_folder(output or Path("runs") / f"bnn_{chosen.name}", SCHEMA)
    with steps_of(quiet, asked.all_chips, "chips") as progress:
        result = judge(asked, progress)
    more = {} if array is None else {"array": array}
    provenance = provenance_of(file, seed, network=network, network_notes=chosen.notes, **more)
    page = write_result(result, made(folder), provenance, command_line())
    samples = len(result.task.labels)
    print(f"without errors: accuracy {100 * result.sweep.without_errors:.2f} % of {samples:,} test samples")
    if result.worthless:
        warn(
            f"that is no better than always saying the most frequent class ({100 * result.majority:.1f} %): are "
            "the data scaled and ordered as in the training of this network?"
        )
    for at in result.conditions:
        print(f"{at.condition.name}: {in_words(at.cells)}")
        if at.cells.adapted and not at.cells.bound:
            print(f"{at.condition.name}, thresholds set on each chip: {100 * at.cells.adapted.mean:.2f} %")
        if at.gathered:
            print(f"{at.condition.name}, {gathered_in_words(at.gathered)}")
        if at.verified:
            print(verified_in_words(at.verified))
    for at in result.conditions if figures else ():
        if at.condition.name not in result.in_array:
            warn(
                f"{at.condition.name}: the statistics do not say what a read takes (`energy_read`), so that no "
                "inference in the array is set beside it"
            )
    for name, one in result.in_array.items():
        print(array_in_words(name, one, result.budgets[name][0]))
        if one.cells:
            print(errors_in_words(name, one.cells))
        for doubt in one.doubts:
            warn(doubt)
    if result.streams is not None:
        print(streams_in_words(result.streams))
    if not any(at.condition.error_correlation_2t2r for at in result.conditions):
        print(NOT_GATHERED)
    print(f"report: {page}")


def _rates(option: str, text: str) -> tuple[float, ...]:
    try:
        rates = sorted({float(part) for part in text.split(",")})
    except ValueError:
        rates = []
    if not rates or not all(0 < rate <= 0.5 for rate in rates):
        raise InputError(
            f"`{option}` is `{text}`, expected rates above 0 and up to 0.5, such as 1e-4,1e-3,1e-2"
        )
    return tuple(rates)


def _streams(text: str | None, figures: ArrayFigures | None) -> StreamsAsked | None:
    if text is None:
        return None
    try:
        cycles = tuple(sorted({int(part) for part in text.split(",")}))
    except ValueError:
        raise InputError(
            f"`--streams` is `{text}`, expected whole numbers of cycles, such as 1,2,4,8,16"
        ) from None
    return streams_asked(cycles, figures)


def streams_asked(cycles: tuple[int, ...], figures: ArrayFigures | None) -> StreamsAsked:
    """Return what is asked of streams; figures that are not given come along, and so do those of the gates."""
    from spicekit.network.bnn.in_array import figures_of
    from spicekit.network.bnn.stream_study import StreamsAsked

    known = figures or figures_of(load_statistics(NEURON)[1], NEURON)
    return StreamsAsked(cycles, known, load_statistics(network_bayes.CIRCUIT)[1], network_bayes.CIRCUIT)


NEURON = "neuron"
"""Statistics of a neuron in the array that come along."""

app.command(epilog=network_mcmc.EXAMPLE)(network_mcmc.mcmc)
app.command(epilog=network_vowels.EXAMPLE)(network_vowels.vowels)
app.command(epilog=network_digits.EXAMPLE)(network_digits.digits)
app.command(epilog=network_bayes.EXAMPLE)(network_bayes.bayes)
app.command(epilog=network_pbits.EXAMPLE)(network_pbits.pbits)
app.command(epilog=network_posterior.EXAMPLE)(network_posterior.posterior)
