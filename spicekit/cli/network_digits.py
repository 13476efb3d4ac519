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
            help="The recordings: folder or .tar.gz of wav files named DIGIT_SPEAKER_TAKE.wav, such as 7_ann_0.wav: "
            "the free spoken digit dataset, or your own (one channel, 16 bits, takes numbered from 0).",
            show_default=False,
        ),
    ] = None,
    front_ends: Annotated[
        str,
        typer.Option(
            help="Features made of the sound, frame by frame, before the oscillator sees it: some of spectrogram, "
            "mfcc, cochleagram, parted by commas."
        ),
    ] = "spectrogram,mfcc,cochleagram",
    speakers: Annotated[
        str | None,
        typer.Option(
            help="Speakers to take, two or more: names as in those of the files, parted by commas. Default: all.",
            show_default=False,
        ),
    ] = None,
    recordings: Annotated[
        int,
        typer.Option(
            min=6, max=10_000, help="Takes of each digit by each speaker; the first 5 are the test."
        ),
    ] = 15,
    masks: Annotated[
        int,
        typer.Option(
            min=2,
            max=1000,
            help="How often all is done with random signs (a mask) by which features enter, each time with other "
            "signs and another device.",
        ),
    ] = 2,
    nodes: Annotated[
        int,
        typer.Option(
            min=2,
            max=100_000,
            help="Virtual nodes: at how many moments of a frame the one oscillator is read; as many numbers go to the "
            "linear layer.",
        ),
    ] = 200,
    bias: Annotated[
        float,
        typer.Option(
            help="Current without sound, in multiples of that from which on the device oscillates; above 1."
        ),
    ] = 3.0,
    swing: Annotated[
        float,
        typer.Option(
            min=0,
            help="How far the sound moves the current to either side, in the same unit; below --bias. Small: noise "
            "hides the sound.",
        ),
    ] = 1.8,
    node_time: Annotated[
        float,
        typer.Option(
            min=1e-3,
            max=1e6,
            help="Time between two of these moments, in multiples of that in which the oscillator follows a change. "
            "The shorter, the more it still holds of what came before.",
        ),
    ] = 2.0,
    noise: Annotated[
        float,
        typer.Option(
            min=0, max=1e6, help="Power of the thermal noise, as a multiple of the simulated one; 0 is none."
        ),
    ] = 1.0,
    spread: Annotated[
        float,
        typer.Option(
            min=0,
            max=1e3,
            help="How much devices differ from each other, as a multiple of the simulated ones; 0 is not at all.",
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

    The sound drives the current of one oscillator step by step; a linear layer reads its answers and is all that
    learns. Found are the shares of digits that are right, for the same and for other speakers, beside the same layer
    without the oscillator.
    """
    from spicekit.cli.results import command_line, made, provenance_of, result_folder
    from spicekit.network.data.spoken import spoken_digits
    from spicekit.network.data.talkers import listed
    from spicekit.network.oscillators.devices import oscillators_of
    from spicekit.network.oscillators.digits import Drive, Study, steps_in, study_digits
    from spicekit.network.oscillators.digits_page import write_digits
    from spicekit.network.oscillators.digits_result import SCHEMA, WAYS_IN_WORDS, Result

    for option, value in (("--bias", bias), ("--swing", swing)):
        finite(option, value)
    drive = Drive(nodes, bias, swing, node_time, noise, spread)
    names = tuple(dict.fromkeys(part.strip() for part in front_ends.split(",") if part.strip()))
    file, found = load_statistics(statistics)
    sounds = spoken_digits(path, recordings, listed(speakers))
    study = Study(sounds, oscillators_of(found, file), drive, masks, names, seed)
    folder = result_folder(output or Path("runs") / "digits", SCHEMA)
    with steps_of(quiet, steps_in(study), "steps") as progress:
        result = Result(study, study_digits(study, progress))
    page = write_digits(result, made(folder), provenance_of(file, seed), command_line())
    print(f"{len(sounds.labels)} recordings of {len(sounds.names)} speakers; right in the test:")
    for trial in result.trials:
        print(
            f"{trial.front_end}, {WAYS_IN_WORDS[trial.way]}: {trial.mixed.mean():.1%} same speakers, "
            f"{trial.apart.mean():.1%} others"
        )
    print(f"report: {page}")
