"""`spicekit network digits`: spoken digits by one oscillator as a reservoir."""

from pathlib import Path
from typing import Annotated

import typer

from spicekit.cli.options import Quiet
from spicekit.cli.progress import steps_of
from spicekit.errors import InputError, did_you_mean

EXAMPLE = "Example: spicekit network digits reports/oscillators/statistics.json --path recordings.tar.gz -o runs/digits"


def digits(
    statistics: Annotated[Path, typer.Argument(help="A statistics.json with the block `oscillator`.")],
    path: Annotated[Path | None, typer.Option(help="Folder or .tar.gz of wav files.")] = None,
    front_ends: Annotated[
        str, typer.Option(help="Of spectrogram, mfcc and cochleagram, by commas.")
    ] = "spectrogram,mfcc,cochleagram",
    recordings: Annotated[int, typer.Option(min=6, help="Of each digit and speaker; 5 are the test.")] = 15,
    masks: Annotated[int, typer.Option(min=2, help="Masks, and drawn devices.")] = 2,
    nodes: Annotated[int, typer.Option(min=2, help="Virtual nodes.")] = 200,
    bias: Annotated[float, typer.Option(help="Current over the threshold.")] = 3.0,
    swing: Annotated[float, typer.Option(min=0, help="Of the current, over the threshold.")] = 1.8,
    node_time: Annotated[float, typer.Option(min=1e-3, help="Over the relaxation time.")] = 2.0,
    noise: Annotated[float, typer.Option(min=0, help="Times the thermal noise power.")] = 1.0,
    spread: Annotated[float, typer.Option(min=0, help="Times the spread between devices.")] = 1.0,
    seed: Annotated[int, typer.Option(min=0, help="Of masks, devices and noise.")] = 0,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Result folder.")] = None,
    quiet: Quiet = False,
) -> None:
    """Recognition of spoken digits by one time-multiplexed oscillator, and without it."""
    from spicekit.cli.results import command_line, provenance_of, result_folder
    from spicekit.network.data.spoken import spoken_digits
    from spicekit.network.oscillators.devices import load_oscillators
    from spicekit.network.oscillators.digits import Drive, Study, steps_in, study_digits
    from spicekit.network.oscillators.digits_page import write_digits
    from spicekit.network.oscillators.digits_result import SCHEMA, Result

    if bias <= 1:
        raise InputError(
            f"`--bias` is {bias:g}, expected above 1: below its threshold a device does not oscillate"
        )
    if swing >= bias:
        raise InputError(
            f"`--swing` is {swing:g}, expected below `--bias` ({bias:g}): a reversed current damps"
        )
    drive = Drive(nodes, bias, swing, node_time, noise, spread)
    technology = load_oscillators(statistics)
    study = Study(spoken_digits(path, recordings), technology, drive, masks, _front_ends(front_ends), seed)
    folder = result_folder(output or Path("runs") / "digits", SCHEMA)
    with steps_of(quiet, steps_in(study), "steps") as show:
        result = Result(study, study_digits(study, show))
    page = write_digits(result, folder, provenance_of(statistics, seed), command_line())
    for trial in result.trials:
        print(
            f"{trial.front_end}, {trial.way}: {trial.mixed.mean():.1%} same speakers, {trial.apart.mean():.1%} others"
        )
    print(f"report: {page}")


def _front_ends(text: str) -> tuple[str, ...]:
    from spicekit.network.oscillators.front_ends import FRONT_ENDS

    names = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    for name in names:
        if name not in FRONT_ENDS:
            raise InputError(
                f"`--front-ends`: unknown `{name}`{did_you_mean(name, FRONT_ENDS)}; known: {', '.join(FRONT_ENDS)}"
            )
    if not names:
        raise InputError(f"`--front-ends` is empty, expected some of {', '.join(FRONT_ENDS)}")
    return names
