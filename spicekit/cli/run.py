"""`spicekit run`: an experiment file in, a run folder with statistics, table and report out."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from spicekit.characterize.chain import Chain
from spicekit.characterize.run import Plan, make_plan
from spicekit.characterize.run import run as run_plan
from spicekit.characterize.spec import load_spec
from spicekit.cli.progress import progress_of
from spicekit.errors import InputError
from spicekit.ngspice import standalone
from spicekit.report import build_report, terminal_table, write_table_csv
from spicekit.run_folder import RunFolder, write_text

EXAMPLE = "Example: spicekit run sweeps/programming_conditions.toml -o runs/first -j 2"


def main(
    spec: Annotated[str, typer.Argument(help="Experiment file (TOML), or the name of a bundled one.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Run folder; default: runs/NAME of the experiment.")
    ] = None,
    workers: Annotated[int, typer.Option("-j", "--workers", min=1, help="Worker processes.")] = 1,
    seed: Annotated[int | None, typer.Option(min=0, help="Replaces the seed of the experiment file.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="The short form: quick_samples, minutes.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write the decks only, simulate no sample.")
    ] = False,
    executor: Annotated[str, typer.Option(help="Where samples run: local.")] = "local",
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress.")] = False,
) -> None:
    """Run an experiment. Run again, it resumes; finished, it does nothing."""
    if executor != "local":
        raise InputError(f"`--executor` is `{executor}`, expected `local`")
    plan = make_plan(load_spec(spec), seed, quick)
    folder = RunFolder(output or Path("runs") / plan.spec.content.name)
    if dry_run:
        for path in write_decks(plan, folder):
            print(path)
        return
    with progress_of(sum(n for _, n in plan.chains), quiet) as progress:
        statistics = run_plan(plan, folder, workers, progress)
    write_table_csv(statistics, folder.table_file)
    report = build_report(folder)
    Console().print(terminal_table(statistics))
    print(f"report: {report}")


def write_decks(plan: Plan, folder: RunFolder) -> list[Path]:
    """Write every deck of fresh devices, each to be run alone with `ngspice -b`; return the paths."""
    decks = folder.path / "decks"
    decks.mkdir(parents=True, exist_ok=True)
    paths = []
    for chain, _ in plan.chains:
        if chain.cycles == 0:
            for name, text in deck_texts(chain).items():
                paths.append(decks / f"{chain.condition.name}_{name}.cir")
                write_text(paths[-1], text)
    return paths


def deck_texts(chain: Chain) -> dict[str, str]:
    """Return the nominal decks of a chain as stand-alone netlists."""
    decks = {"set": chain.set_deck.deck, "reset": chain.reset_deck.deck, "read": chain.read.deck}
    return {name: standalone(deck) for name, deck in decks.items()}
