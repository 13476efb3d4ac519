"""`spicekit network vowels`: vowels told apart by which oscillator follows which tone."""

from pathlib import Path
from typing import Annotated

import typer

from spicekit.cli.options import Quiet
from spicekit.cli.progress import steps_of

EXAMPLE = "Example: spicekit network vowels reports/oscillators/statistics.json --path hillenbrand.csv -o runs/vowels"
_POINT = 50  # steps of the progress that a point of the scan is worth


def vowels(
    statistics: Annotated[Path, typer.Argument(help="A statistics.json with the block `oscillator`.")],
    data: Annotated[str, typer.Option(help="hillenbrand, deterding.")] = "hillenbrand",
    path: Annotated[Path | None, typer.Option(help="File of the data: a CSV of formants.")] = None,
    splits: Annotated[int, typer.Option(min=2, help="Divisions into training and test talkers.")] = 4,
    chips: Annotated[int, typer.Option(min=2, help="Drawn chips.")] = 5,
    epochs: Annotated[int, typer.Option(min=1, help="Passes of the online training.")] = 4,
    oscillators: Annotated[int, typer.Option(min=2, help="On a chip.")] = 4,
    reach: Annotated[float, typer.Option(min=0.05, help="Locking range to a side over the spacing.")] = 0.65,
    lowest: Annotated[float, typer.Option(help="Lowest current over the threshold.")] = 2.0,
    highest: Annotated[float, typer.Option(help="Highest current over the threshold.")] = 4.0,
    coupling: Annotated[float, typer.Option(min=0, help="Times that of the series loop.")] = 1.0,
    noise: Annotated[float, typer.Option(min=0, help="Times the thermal noise power.")] = 1.0,
    spread: Annotated[float, typer.Option(min=0, help="Times the spread between devices.")] = 1.0,
    load: Annotated[float | None, typer.Option(min=0, help="Ohm; default: that of the statistics.")] = None,
    maps: Annotated[bool, typer.Option("--maps", help="Also scan coupling, noise, spread, range.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Of splits, chips and noise.")] = 0,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Result folder.")] = None,
    quiet: Quiet = False,
) -> None:
    """Accuracy of coupled oscillators that tell vowels apart by synchronizing, beside usual classifiers."""
    from spicekit.cli.results import command_line, provenance_of, result_folder
    from spicekit.network.data.formants import load_vowels
    from spicekit.network.oscillators.baselines import baselines
    from spicekit.network.oscillators.devices import load_oscillators
    from spicekit.network.oscillators.scan import points, scan
    from spicekit.network.oscillators.setup import Choice
    from spicekit.network.oscillators.vowels import Study, steps_in, study_vowels, tests_of
    from spicekit.network.oscillators.vowels_page import write_vowels
    from spicekit.network.oscillators.vowels_result import SCHEMA, Result, rate_of

    choice = Choice(oscillators, 2, lowest, highest, reach, coupling, noise, spread, load)
    study = Study(load_vowels(data, path), load_oscillators(statistics), choice, splits, chips, epochs, seed)
    folder = result_folder(output or Path("runs") / f"vowels_{data}", SCHEMA)
    own = steps_in(study)
    with steps_of(quiet, own + _POINT * points() * maps, "steps") as show:
        findings = study_vowels(study, show)
        scanned = scan(study, lambda done: show(own + _POINT * done)) if maps else ()
    size = findings.first_split.tone_map.parameters + oscillators + findings.trials["noisy"].parameters
    result = Result(study, findings, baselines(study.vowels, tests_of(study), size, seed), scanned)
    page = write_vowels(result, folder, provenance_of(statistics, seed), command_line())
    for name, test in [(way, trial.test) for way, trial in findings.trials.items()] + [
        (found.name, found.test) for found in result.baselines
    ]:
        rate = rate_of(test)
        print(f"{name}: {rate.mean:.1%} ({rate.low:.1%} ... {rate.high:.1%})")
    print(f"report: {page}")
