"""Runs a plan into a run folder; run again, it resumes, and finished it does nothing."""

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import pandas as pd

from spicekit.characterize.collect import Collector, Settings, State, chunks
from spicekit.characterize.conclude import conclude, discarded
from spicekit.characterize.estimates.gather import ESTIMATES, expected, gather
from spicekit.characterize.examples import example_waveforms
from spicekit.characterize.folder import (
    StudyCounts,
    check_folder,
    open_folder,
    study_counts,
    write_manifest,
)
from spicekit.characterize.lock import claimed
from spicekit.characterize.plan import Plan
from spicekit.characterize.simulate import sample_table
from spicekit.characterize.stop import Progress, StopRule
from spicekit.characterize.tasks import Pace, Work, open_study_tasks, open_tasks
from spicekit.errors import SimulatorError
from spicekit.ngspice import check_loads
from spicekit.ngspice.host import workers_kept
from spicekit.ngspice.pool import Crashed
from spicekit.run_folder import RunFolder, Used, select, select_study, write_table
from spicekit.statistics import Statistics, save

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
    show: Callable[[State], None],
    tell: Callable[[str], None] = lambda _: None,
) -> Finished:
    """Simulate what is missing in `folder`, estimates last, then write waveforms, statistics and manifest.

    `show` is called after each chunk that came back, and first with what was there already. `tell` is given a
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
            write_table(folder.waveforms_file, examples)
        return _simulate(plan, folder, settings, show, kept)


def _simulate(
    plan: Plan, folder: RunFolder, settings: Settings, show: Callable[[State], None], kept: dict[str, Any]
) -> Finished:
    state = stored_state(plan, folder)
    show(state)
    collector = Collector(folder, state, settings, show, plan.most_samples, plan.identities)
    collector.collect(_tasks(plan, state, collector.pace))

    used = [
        _used(chain.condition.name, chain.cycles, state[chain.name], collector) for chain, _ in plan.chains
    ]
    stored = any(folder.samples_folder.glob("*.parquet"))
    samples = select(folder.stored_samples() if stored else sample_table(), used)
    studies, counts = _studies(plan, folder, collector)
    estimates = gather(plan.estimates, folder, samples, collector)
    statistics = conclude(plan.spec, plan.provenance(), samples, used, studies, estimates)
    save(statistics, folder.statistics_file)
    lost = discarded(samples, studies)
    made = estimates.manifest()
    write_manifest(plan.spec, folder, statistics.provenance, samples, used, counts, made, kept)
    total = len(samples) + sum(point["samples"] for points in counts.values() for point in points.values())
    return Finished(statistics, total, tuple(lost), len(lost) > settings.max_discards * total)


def stored_state(plan: Plan, folder: RunFolder) -> State:
    """Return the progress of all chains, points and estimates, with what is stored already."""
    state = {chain.name: Progress(rule, plan.first) for chain, rule in plan.chains}
    if any(folder.samples_folder.glob("*.parquet")):
        table = folder.stored_samples()
        for chain, _ in plan.chains:
            mine = (table["condition"] == chain.condition.name) & (table["cycles"] == chain.cycles)
            state[chain.name].take_in(table[mine])
    for planned in plan.studies:
        if not planned.samples:
            continue
        rows = folder.stored_study(planned.study.name)
        for point in planned.points:
            progress = state[planned.name_of(point)] = Progress(StopRule(planned.samples))
            if rows is not None:
                progress.take_in(rows[rows["point"] == point.name])
    return state | expected(plan.estimates, folder)


def kept_text(state: State) -> str:
    """Say how much of what was asked for is there, such as "168 of 900 samples are kept"."""
    samples = [p for name, p in state.items() if not name.startswith(ESTIMATES)]
    estimates = [p for name, p in state.items() if name.startswith(ESTIMATES)]
    done = sum(p.received for p in samples)
    # a stop rule makes the rest superfluous
    most = sum(p.rule.samples if p.stopped is None else p.received for p in samples)
    text = f"{done} of {most} samples are kept"
    if estimates and done >= most:
        ended = sum(p.stopped is not None for p in estimates)
        text += f", and {ended} of {len(estimates)} rare-event estimates (each is kept once it is done)"
    return text


def _tasks(plan: Plan, state: State, pace: Pace) -> Iterator[Work]:
    for chain, _ in plan.chains:
        yield from open_tasks(chain, plan.seed, state[chain.name], partial(pace.size, chain.name))
    for planned in plan.studies:
        for point in planned.points:
            name = planned.name_of(point)
            if (progress := state.get(name)) is not None:
                size = partial(pace.size, name)
                yield from open_study_tasks(planned.study.name, point, plan.seed, progress, size)


def _studies(
    plan: Plan, folder: RunFolder, collector: Collector
) -> tuple[dict[str, pd.DataFrame], StudyCounts]:
    """Return the rows of each study that count, and the counts of its points."""
    tables, counts = {}, {}
    for planned in plan.studies:
        rows = folder.stored_study(planned.study.name) if planned.samples else None
        if rows is None:
            continue
        progress = {point.name: collector.state[planned.name_of(point)] for point in planned.points}
        rows = select_study(rows, {name: p.end for name, p in progress.items()})
        stopped = {name: p.stopped or collector.halted or "incomplete" for name, p in progress.items()}
        tables[planned.study.name] = rows
        counts[planned.study.name] = study_counts(rows, stopped)
    return tables, counts


def _blaming(plan: Plan, results: Generator[T]) -> Iterator[T]:
    try:
        yield from results
    except SimulatorError as error:
        raise plan.spec.blame(error) from None


def _used(condition: str, cycles: float, progress: Progress, collector: Collector) -> Used:
    stopped = progress.stopped or collector.halted or "incomplete"
    return Used(condition, cycles, progress.start, progress.end, stopped)


def _has_examples(plan: Plan, folder: RunFolder, known: Mapping[str, str]) -> bool:
    """Tell whether the folder, which has points of these identities, needs no example waveforms."""
    return not plan.chains or (folder.waveforms_file.exists() and plan.identities.items() <= known.items())


def load_studies(plan: Plan, settings: Settings, known: Mapping[str, str]) -> None:
    """Let ngspice load, and not run, the decks of all points of studies that are not `known` by their identity.

    Raises:
        InputError, SimulatorError: ngspice refuses a deck, or does not survive it.
    """
    identities = plan.identities
    decks = [
        tuple(point.decks.values())
        for planned in plan.studies
        for point in planned.points
        if planned.samples and known.get(planned.name_of(point)) != identities[planned.name_of(point)]
    ]
    for _, result in _blaming(plan, chunks(settings, check_loads, [loaded for loaded in decks if loaded])):
        _require_alive(plan, result)


def _require_alive(plan: Plan, result: object) -> None:
    if isinstance(result, Crashed):
        raise plan.spec.blame(SimulatorError(f"ngspice does not survive the decks: {result.detail}"))


def example_table(plan: Plan, settings: Settings) -> pd.DataFrame:
    """Return example waveforms of all conditions, nominal devices; an empty table if there are none.

    Raises:
        InputError, SimulatorError: ngspice refuses a deck, or does not survive it.
    """
    fresh = [chain for chain, _ in plan.chains if chain.cycles == 0]
    found = {}
    for index, result in _blaming(plan, chunks(settings, example_waveforms, fresh)):
        _require_alive(plan, result)
        found[index] = result
    return pd.concat([found[i] for i in sorted(found)], ignore_index=True) if found else pd.DataFrame()
