"""Runs a plan into a run folder; run again, it resumes, and finished it does nothing."""

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import pandas as pd

from spicekit.errors import SimulatorError
from spicekit.ngspice import check_loads
from spicekit.ngspice.host import workers_kept
from spicekit.ngspice.pool import Crashed
from spicekit.run.analyze import analyze, counts_of, discarded
from spicekit.run.collect import Collector, Settings, chunks
from spicekit.run.folder import admit, check_folder, open_folder, write_manifest
from spicekit.run.lock import claimed
from spicekit.run.plan import Plan, PlannedStudy
from spicekit.run.state import State, amounts, rows_of, state_of
from spicekit.run.store import storing
from spicekit.run.tasks import tasks_of
from spicekit.run_folder import GRID, MEMORY, RunFolder, name_of, write_table
from spicekit.statistics import Statistics, save
from spicekit.studies.memory.chain import Chain
from spicekit.studies.memory.examples import example_waveforms

__all__ = [
    "Finished",
    "Settings",
    "State",
    "example_table",
    "kept_text",
    "load_studies",
    "run",
    "stored_state",
]

T = TypeVar("T")


@dataclass(frozen=True)
class Finished:
    """What a run came to."""

    statistics: Statistics
    samples: int  # that count
    discards: tuple[tuple[str, str], ...]  # (sample id, reason)
    too_many_discards: bool


@workers_kept()  # from example waveforms to estimates: each new worker costs a second
def run(
    plan: Plan,
    folder: RunFolder,
    settings: Settings,
    progress: Callable[[State], None],
    tell: Callable[[str], None] = lambda _: None,
) -> Finished:
    """Simulate what is missing in `folder`, estimates last, then write waveforms, statistics and manifest.

    `progress` is called after each chunk that came back, and first with what was there already. `tell` is given a
    sentence for whatever of the folder is set aside, since it is of other settings or damaged.

    Raises:
        InputError: the folder holds another experiment.
        StorageError: the disk is full; what was stored stays.
        SimulatorError: ngspice is missing or refuses a deck.
    """
    check_folder(plan, folder)  # before anything is made
    with claimed(folder.path):
        known = folder.manifest().get("identities", {}) if folder.manifest_file.exists() else {}
        # first: a deck that ngspice refuses must leave nothing behind
        examples = None if _has_examples(plan, folder, known) else example_table(plan, settings)
        load_studies(plan, settings, known)
        kept = open_folder(plan, folder, tell)
        if examples is not None:
            with storing(folder.path, "example waveforms"):
                write_table(folder.waveforms_file, examples)
        return _simulate(plan, folder, settings, progress, kept)


def _simulate(
    plan: Plan, folder: RunFolder, settings: Settings, progress: Callable[[State], None], kept: dict[str, Any]
) -> Finished:
    state = stored_state(plan, folder)
    progress(state)
    collector = Collector(folder, state, settings, progress, plan.most_samples, dict(kept["identities"]))
    collector.collect(
        task for s in plan.independent for task in tasks_of(s, plan.seed, state, collector.pace)
    )

    done = list(plan.independent)
    rows = {s.study.name: mine for s in done if (mine := rows_of(s, folder, state)) is not None}
    for planned in plan.following:
        found = planned.completed(rows.get(str(planned.study.follows), pd.DataFrame()))
        with storing(folder.path, "the manifest"):
            kept = admit(found, folder, plan.seed, kept)
        collector.identities.update(kept["identities"])
        state.update(state_of(found, folder))
        for name, why in found.without.items():
            state[name_of(found.study.name, name)].stopped = why
        collector.collect(tasks_of(found, plan.seed, state, collector.pace))
        done.append(found)
        if (mine := rows_of(found, folder, state)) is not None:
            rows[found.study.name] = mine
    counts = {
        planned.study.name: made
        for planned in done
        if (made := _counts(planned, rows.get(planned.study.name), collector))
    }
    statistics = analyze(plan.spec, plan.form, plan.provenance(), rows, counts)
    with storing(folder.path, "the statistics"):
        save(statistics, folder.statistics_file)
        write_manifest(plan.spec, folder, statistics.provenance, counts, kept)
    samples = [name for name, point in state.items() if point.counts == "samples"]
    total = sum(state[name].count for name in samples)
    lost = discarded(rows)
    return Finished(statistics, total, tuple(lost), len(lost) > settings.max_discards * total)


def stored_state(plan: Plan, folder: RunFolder) -> State:
    """Return the progress of all points, with what is stored already."""
    return {name: p for planned in plan.studies for name, p in state_of(planned, folder).items()}


def kept_text(state: State) -> str:
    """Say how much of what was asked for is there, such as "168 of 900 samples are kept"."""
    (what, (done, most)), *others = amounts(state).items()
    text = f"{done} of {most} {what} are kept"
    for what, (made, asked) in others if done >= most else ():
        text += f", and {made} of {asked} {what} (each is kept once it is done)"
    return text


def _counts(
    planned: PlannedStudy, rows: pd.DataFrame | None, collector: Collector
) -> dict[str, dict[str, Any]]:
    """Return the counts of each point of a study, and why there are not more."""
    counts = {}
    for point in planned.wanted:
        progress = collector.state[planned.name_of(point)]
        stopped = progress.stopped or collector.halted or "incomplete"
        ranges = [(progress.rule.first, progress.end)]
        counts[point.name] = counts_of(rows, point.name, ranges, stopped)
    return counts | {name: counts_of(None, name, [], stopped) for name, stopped in planned.without.items()}


def _attributing_errors(plan: Plan, results: Generator[T]) -> Iterator[T]:
    try:
        yield from results
    except SimulatorError as error:
        raise plan.spec.as_input_error(error) from None


def _has_examples(plan: Plan, folder: RunFolder, known: Mapping[str, str]) -> bool:
    """Tell whether the folder, which has points of these identities, needs no example waveforms."""
    there = folder.waveforms_file.exists() and plan.identities.items() <= known.items()
    return there or not _chains(plan)


def load_studies(plan: Plan, settings: Settings, known: Mapping[str, str]) -> None:
    """Let ngspice load, and not run, the decks of all points that are not `known` by their identity.

    Those of programming conditions are left to the example waveforms.

    Raises:
        InputError, SimulatorError: ngspice refuses a deck, or does not survive it.
    """
    identities = plan.identities
    decks = [
        tuple(point.decks.values())
        for planned in plan.independent
        for point in planned.wanted
        if (planned.study.name != MEMORY or point.labels.get(GRID))
        and known.get(planned.name_of(point)) != identities[planned.name_of(point)]
    ]
    for _, result in _attributing_errors(
        plan, chunks(settings, check_loads, [loaded for loaded in decks if loaded])
    ):
        _alive(plan, result)


def _chains(plan: Plan) -> list[Chain]:
    """Return the chains of fresh devices."""
    memory = [planned for planned in plan.studies if planned.study.name == MEMORY]
    points = [point for planned in memory for point in planned.points if not point.labels["cycles"]]
    return [point.content for point in points if not point.labels.get(GRID)]


def _alive(plan: Plan, result: T | Crashed) -> T:
    if isinstance(result, Crashed):
        raise plan.spec.as_input_error(SimulatorError(f"ngspice does not survive the decks: {result.detail}"))
    return result


def example_table(plan: Plan, settings: Settings) -> pd.DataFrame:
    """Return example waveforms of all conditions, nominal devices; an empty table if there are none.

    Raises:
        InputError, SimulatorError: ngspice refuses a deck, or does not survive it.
    """
    found = {}
    for index, result in _attributing_errors(plan, chunks(settings, example_waveforms, _chains(plan))):
        found[index] = _alive(plan, result)
    return pd.concat([found[i] for i in sorted(found)], ignore_index=True) if found else pd.DataFrame()
