"""`spicekit network digits`: spoken digits by one oscillator as a reservoir."""

from pathlib import Path
from typing import Annotated

import typer

from spicekit.cli.inputs import STATISTICS, load_statistics
from spicekit.cli.options import MOST_SEED, Quiet, finite
from spicekit.cli.progress import steps_of

EXAMPLE = (
    "Examples: spicekit network digits oscillators --path recordings.tar.gz -o runs/digits (your file: the command "
    "without --path says which); spicekit network digits oscillators --path recordings --front-ends mfcc --recordings 8"
)


def digits(
    statistics: Annotated[
        str, typer.Argument(help=f"{STATISTICS} Needed is the block `oscillator` (`oscillators` has it).")
    ],
    path: Annotated[
        Path | None,
        typer.Option(
            help="The recordings: folder or .tar.gz of the free spoken digit dataset (wav files).",
            show_default=False,
        ),
    ] = None,
    front_ends: Annotated[
        str,
        typer.Option(
            help="What is made of the sound before the oscillator sees it: some of spectrogram, mfcc, cochleagram, "
            "parted by commas."
        ),
    ] = "spectrogram,mfcc,cochleagram",
    recordings: Annotated[
        int,
        typer.Option(
            min=6, max=10_000, help="Recordings of each digit and speaker; the first 5 are the test."
        ),
    ] = 15,
    masks: Annotated[
        int,
        typer.Option(
            min=2, max=1000, help="Random masks of the inputs, each with a drawn device of its own."
        ),
    ] = 2,
    nodes: Annotated[
        int,
        typer.Option(
            min=2, max=100_000, help="Virtual nodes: moments at which the one oscillator is looked at."
        ),
    ] = 200,
    bias: Annotated[float, typer.Option(help="Bias current, in threshold currents; above 1.")] = 3.0,
    swing: Annotated[
        float,
        typer.Option(
            min=0, help="How far the input moves the current to either side, in threshold currents."
        ),
    ] = 1.8,
    node_time: Annotated[
        float,
        typer.Option(
            min=1e-3, max=1e6, help="Time of a virtual node, in relaxation times of the oscillator."
        ),
    ] = 2.0,
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
    seed: Annotated[int, typer.Option(min=0, max=MOST_SEED, help="Seed of masks, devices and noise.")] = 0,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Result folder. Default: runs/digits.", show_default=False),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Recognize spoken digits by one oscillator that is used as a reservoir, and without it.

    The sound drives the current of one oscillator step by step; a linear layer reads its answers. Found are accuracies
    for the same and for other speakers, beside the same layer without the oscillator.
    """
    from spicekit.cli.results import command_line, made, provenance_of, result_folder
    from spicekit.network.data.spoken import spoken_digits
    from spicekit.network.oscillators.devices import oscillators_of
    from spicekit.network.oscillators.digits import Drive, Study, steps_in, study_digits
    from spicekit.network.oscillators.digits_page import write_digits
    from spicekit.network.oscillators.digits_result import SCHEMA, WAYS_IN_WORDS, Result

    for option, value in (("--bias", bias), ("--swing", swing)):
        finite(option, value)
    drive = Drive(nodes, bias, swing, node_time, noise, spread)
    names = tuple(dict.fromkeys(part.strip() for part in front_ends.split(",") if part.strip()))
    file, found = load_statistics(statistics)
    study = Study(spoken_digits(path, recordings), oscillators_of(found, file), drive, masks, names, seed)
    folder = result_folder(output or Path("runs") / "digits", SCHEMA)
    with steps_of(quiet, steps_in(study), "steps") as progress:
        result = Result(study, study_digits(study, progress))
    page = write_digits(result, made(folder), provenance_of(file, seed), command_line())
    for trial in result.trials:
        print(
            f"{trial.front_end}, {WAYS_IN_WORDS[trial.way]}: {trial.mixed.mean():.1%} same speakers, "
            f"{trial.apart.mean():.1%} others"
        )
    print(f"report: {page}")
