"""`spicekit run`: an experiment file in, a run folder with statistics, table and report out."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spicekit.cli.options import CORES, Quiet, Workers, finite, part_of
from spicekit.cli.progress import progress
from spicekit.cli.terminal import console
from spicekit.errors import Interrupted

if TYPE_CHECKING:
    from spicekit.run.execute import Finished, Settings
    from spicekit.run.plan import Plan
    from spicekit.run_folder import RunFolder
    from spicekit.statistics import Statistics

_SHOWN = 10  # discards that are listed
EXAMPLE = "Example: spicekit run programming_conditions --quick -o runs/first"


def main(
    spec: Annotated[str, typer.Argument(help="Experiment file (TOML), or the name of a bundled one.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Run folder; default: runs/NAME of the experiment.")
    ] = None,
    workers: Workers = CORES,
    seed: Annotated[int | None, typer.Option(min=0, help="Replaces the seed of the experiment file.")] = None,
    quick: Annotated[
        bool,
        typer.Option(
            "--quick",
            help="The short form: `quick_samples` of each condition, estimates with `quick_max_runs`.",
        ),
    ] = False,
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
    quiet: Quiet = False,
) -> None:
    """Run an experiment. Run again, it resumes; finished, it does nothing."""
    asked = part_of(part)
    finite("--max-discards", max_discards)
    finite("--sample-timeout", sample_timeout)

    from spicekit.ngspice.executors import backend_of
    from spicekit.run.decks import write_decks
    from spicekit.run.execute import Settings, example_table, load_studies
    from spicekit.run.folder import check_folder
    from spicekit.run.lock import claimed
    from spicekit.run.plan import make_plan
    from spicekit.run.spec import load_spec
    from spicekit.run_folder import RunFolder

    backend = backend_of(executor)
    plan = make_plan(load_spec(spec), seed, quick, asked)
    folder = RunFolder(output or Path("runs") / plan.spec.content.name)
    if dry_run:
        for note in check_folder(plan, folder).notes:
            _tell(note)
        with claimed(folder.path):
            settings = Settings(workers, backend, sample_timeout)
            example_table(plan, settings)  # both refuse what a run would refuse
            load_studies(plan, settings, {})
            for path in write_decks(plan, folder):
                print(path)
        return
    settings = Settings(
        workers, backend, sample_timeout, plan.spec.content.monte_carlo.wall_time, max_discards
    )
    finished, report = carried_out(plan, folder, settings, quiet)
    from spicekit.report import findings, terminal_table  # here, as a run begins sooner without plots

    if finished.statistics.conditions:
        console().print(terminal_table(finished.statistics))
    for found in findings(finished.statistics, folder):
        console().print(found, highlight=False, markup=False)
    print(f"report: {report}")
    said = verdicts(plan, folder, finished, settings)
    for line in said.all:
        print(f"spicekit: {line}", file=sys.stderr)
    if said.failed:
        raise typer.Exit(1)


def carried_out(plan: Plan, folder: RunFolder, settings: Settings, quiet: bool) -> tuple[Finished, Path]:
    """Run a plan with progress on standard error, and write table and report; return the report's path, too.

    Raises:
        Interrupted: Ctrl-C, with a word about what is kept.
        What `spicekit.run.execute.run` raises.
    """
    from spicekit.cli.standing import standing
    from spicekit.run.execute import run
    from spicekit.run.store import storing

    try:
        with progress(quiet) as show:
            finished = run(plan, folder, settings, lambda state: show(standing(state)), _tell)
    except KeyboardInterrupt:
        raise Interrupted(_kept(plan, folder)) from None
    from spicekit.report import build_report, write_table_csv  # here, as a run begins sooner without plots

    with storing(folder.path, "table and report"):
        write_table_csv(finished.statistics, folder.table_file)
        return finished, build_report(folder)


@dataclass(frozen=True)
class Verdicts:
    """What must be said of a run that has ended, one sentence each."""

    stuck: tuple[str, ...]  # conditions whose pulses do not switch a nominal device
    unconfirmed: tuple[str, ...]  # estimates that are no result
    failed: tuple[str, ...]  # targets that are missed, and too many discards

    @property
    def all(self) -> tuple[str, ...]:
        return self.stuck + self.unconfirmed + self.failed


def verdicts(plan: Plan, folder: RunFolder, finished: Finished, settings: Settings) -> Verdicts:
    """Return what must be said of a run that has ended."""
    from spicekit.report.unswitched import unswitched
    from spicekit.run.targets import missed_targets

    missed = missed_targets(plan.spec.content, finished.statistics)
    failed = [f"target missed: {line}" for line in missed]
    if finished.too_many_discards:
        failed.append(_complaint(finished, folder, settings.max_discards))
    stuck = unswitched(folder.waveforms() if folder.waveforms_file.exists() else None)
    said = tuple(f"{condition}: {why}" for condition, why in stuck.items())
    return Verdicts(said, tuple(unconfirmed(finished.statistics)), tuple(failed))


def _tell(note: str) -> None:
    print(f"spicekit: note: {note}", file=sys.stderr)


def _kept(plan: Plan, folder: RunFolder) -> str:
    from spicekit.run.execute import kept_text, stored_state

    if not folder.manifest_file.exists():
        return "interrupted before anything was simulated"
    return f"interrupted: {kept_text(stored_state(plan, folder))}; run the same command again to go on"


def unconfirmed(statistics: Statistics) -> list[str]:
    """Return one line for each rare-event estimate that is no result."""
    from spicekit.report.rare import advice

    return [
        f"no result: {condition.name}, {found.cell} that stores {found.stored:+d}: {found.outcome}: {found.reason}"
        f"{advice(found)}"
        for condition in statistics.conditions
        for found in condition.estimates
        if found.outcome != "agreed"
    ]


def _complaint(finished: Finished, folder: RunFolder, limit: float) -> str:
    lost = finished.discards
    lines = [f"  {name}: {reason}" for name, reason in lost[:_SHOWN]]
    more = [f"  and {len(lost) - _SHOWN} more"] if len(lost) > _SHOWN else []
    command = f"to see one again: spicekit show {shlex.quote(str(folder.path))}"
    again = f"{command} {shlex.quote(lost[0][0])} --plot sample.png"
    head = f"{len(lost)} of {finished.samples} samples were discarded, more than {limit:g} of them:"
    return "\n".join([head, *lines, *more, again])
