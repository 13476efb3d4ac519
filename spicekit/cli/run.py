"""`spicekit run`: an experiment file in, a run folder with statistics, table and report out."""

import json
import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from spicekit.characterize.chain import Chain
from spicekit.characterize.folder import DECKS, check_folder
from spicekit.characterize.plan import Plan, make_plan
from spicekit.characterize.run import Finished, Settings
from spicekit.characterize.run import run as run_plan
from spicekit.characterize.spec import load_spec
from spicekit.characterize.targets import missed_targets
from spicekit.cli.progress import progress_of
from spicekit.errors import InputError
from spicekit.ngspice import standalone
from spicekit.ngspice.executors import backend_of
from spicekit.report import build_report, terminal_table, write_table_csv
from spicekit.run_folder import RunFolder, write_text
from spicekit.statistics import Statistics

_SHOWN = 10  # discards that are listed
EXAMPLE = "Example: spicekit run sweeps/programming_conditions.toml -o runs/first -j 2"


def main(
    spec: Annotated[str, typer.Argument(help="Experiment file (TOML), or the name of a bundled one.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Run folder; default: runs/NAME of the experiment.")
    ] = None,
    workers: Annotated[int, typer.Option("-j", "--workers", min=1, help="Worker processes.")] = 1,
    seed: Annotated[int | None, typer.Option(min=0, help="Replaces the seed of the experiment file.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="The short form: quick_samples, a minute.")] = False,
    part: Annotated[
        str | None,
        typer.Option(
            "--part", metavar="FIRST:END", help="Only these samples of each condition, to be merged later."
        ),
    ] = None,
    max_discards: Annotated[
        float,
        typer.Option(
            min=0, max=1, help="Share of samples that may be discarded; more ends the run with exit 1."
        ),
    ] = 1e-3,
    sample_timeout: Annotated[
        float, typer.Option(min=0.1, help="Seconds that one simulation may take.")
    ] = 120.0,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write the decks only, simulate no sample.")
    ] = False,
    executor: Annotated[str, typer.Option(help="Where samples run: local, or dask:ADDRESS.")] = "local",
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress.")] = False,
) -> None:
    """Run an experiment. Run again, it resumes; finished, it does nothing."""
    backend = backend_of(executor)
    plan = make_plan(load_spec(spec), seed, quick, _range(part))
    folder = RunFolder(output or Path("runs") / plan.spec.content.name)
    if dry_run:
        for path in write_decks(plan, folder):
            print(path)
        return
    settings = Settings(
        workers, backend, sample_timeout, plan.spec.content.monte_carlo.wall_time, max_discards
    )
    try:
        with progress_of(quiet) as show:
            finished = run_plan(plan, folder, settings, show)
    except KeyboardInterrupt:  # here, as the command-line library would swallow it
        print("spicekit: interrupted; what was simulated is kept, run again to go on", file=sys.stderr)
        raise typer.Exit(130) from None
    write_table_csv(finished.statistics, folder.table_file)
    report = build_report(folder)
    if finished.statistics.conditions:
        Console().print(terminal_table(finished.statistics))
    print(f"report: {report}")
    for line in doubts(finished.statistics):
        print(f"spicekit: {line}", file=sys.stderr)
    missed = missed_targets(plan.spec.content, finished.statistics)
    for line in missed:
        print(f"spicekit: target missed: {line}", file=sys.stderr)
    if finished.too_many_discards:
        _complain(finished, folder, max_discards)
    if missed or finished.too_many_discards:
        raise typer.Exit(1)


def doubts(statistics: Statistics) -> list[str]:
    """Return one line for each rare-event estimate that is no result."""
    return [
        f"no result: {condition.name}, {found.cell} that stores {found.stored:+d}: {found.outcome}: {found.reason}"
        for condition in statistics.conditions
        for found in condition.estimates
        if found.outcome != "agreed"
    ]


def _range(part: str | None) -> tuple[int, int] | None:
    if part is None:
        return None
    first, _, end = part.partition(":")
    if not (first.isdecimal() and end.isdecimal() and int(first) < int(end)):
        raise InputError(f"`--part` is `{part}`, expected FIRST:END such as 1000:2000, END not included")
    return int(first), int(end)


def _complain(finished: Finished, folder: RunFolder, limit: float) -> None:
    lost = finished.discards
    lines = [f"  {name}: {reason}" for name, reason in lost[:_SHOWN]]
    more = [f"  and {len(lost) - _SHOWN} more"] if len(lost) > _SHOWN else []
    command = f"to see one again: spicekit show {shlex.quote(str(folder.path))}"
    chains = [name for name, _ in lost if "/" not in name]  # samples of studies cannot be shown again
    again = [f"{command} {chains[0]} --plot sample.png"] if chains else []
    head = f"spicekit: {len(lost)} of {finished.samples} samples were discarded, more than {limit:g} of them:"
    print("\n".join([head, *lines, *more, *again]), file=sys.stderr)


def write_decks(plan: Plan, folder: RunFolder) -> list[Path]:
    """Write every deck of fresh devices, each to be run alone with `ngspice -b`, and the identities' facts."""
    check_folder(plan, folder)
    decks = folder.path / DECKS
    decks.mkdir(parents=True, exist_ok=True)
    paths = [decks / "identity.json"]
    write_text(paths[0], json.dumps({"identities": plan.identities, "facts": plan.facts()}, indent=2) + "\n")
    for chain, _ in plan.chains:
        if chain.cycles == 0:
            for name, text in deck_texts(chain).items():
                paths.append(decks / f"{chain.condition.name}_{name}.cir")
                write_text(paths[-1], text)
    for planned in plan.studies:
        for point in planned.points:
            for name, deck in point.decks.items():
                paths.append(decks / f"{planned.study.name}_{point.name}_{name}.cir")
                write_text(paths[-1], standalone(deck))
    return paths


def deck_texts(chain: Chain) -> dict[str, str]:
    """Return the nominal decks of a chain as stand-alone netlists."""
    decks = {"set": chain.set_deck.deck, "reset": chain.reset_deck.deck, "read": chain.read.deck}
    return {name: standalone(deck) for name, deck in decks.items()}
