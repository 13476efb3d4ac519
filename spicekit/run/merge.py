"""Merges run folders of the same identity, such as parts that several machines simulated."""

import json
from collections.abc import Mapping

import pandas as pd

from spicekit.errors import InputError
from spicekit.readers import reading
from spicekit.run.analyze import analyze, counts_of, sample_id
from spicekit.run.folder import now, read_facts, write_manifest, write_spec
from spicekit.run.so_far import opened
from spicekit.run.spec import load_spec
from spicekit.run.store import Store
from spicekit.run_folder import KEY, RunFolder, name_of, point_of, select, study_of, write_table, write_text
from spicekit.statistics import Statistics, save
from spicekit.studies.study import Form


def merge(sources: list[RunFolder], target: RunFolder) -> Statistics:
    """Write a run folder with all samples of `sources`; those in several must be the same. Needs no simulator.

    All samples of the sources that count there count here too; stop rules do not apply again. Rare-event estimates are
    left to a run of the merged folder, since those of 1T1R stand on all samples.

    Raises:
        InputError: fewer than two sources, another identity, samples that differ, or a target that exists.
    """
    if len(sources) < 2:
        raise InputError("`merge` needs at least two run folders")
    if target.path.exists() and (not target.path.is_dir() or any(target.path.iterdir())):
        raise InputError(f"{target.path}: exists already; nothing is overwritten, give another name with -o")
    sources = [opened(source) for source in sources]
    manifests = [source.manifest() for source in sources]
    first = manifests[0]
    for source, manifest in zip(sources, manifests, strict=True):
        if manifest.get("identity") != first.get("identity"):
            raise InputError(
                f"{source.path}: holds another experiment than {sources[0].path} (identity "
                f"{str(manifest.get('identity'))[:12]} and {str(first.get('identity'))[:12]}): they cannot be merged"
            )
    spec = load_spec(sources[0].spec_file)
    names = " and ".join(str(source.path) for source in sources)
    form = Form(first.get("seed", 0))
    asked = [study.name for study, _ in spec.asked(form) if study.follows is None]
    rows = {study: _united(study, sources, names) for study in asked}
    rows = {study: table for study, table in rows.items() if len(table)}
    provenance = sources[0].statistics().provenance
    facts = {name: one for source in sources for name, one in read_facts(source).items()}
    # of what is merged alone: a run of the merged folder finds out what follows from its samples
    identities, labels = (
        {n: one for m in manifests for n, one in m.get(key, {}).items() if study_of(n) in asked}
        for key in ("identities", "labels")
    )
    ranges = {study: _ranges(table, _order(study, identities)) for study, table in rows.items()}
    if lacking := {name_of(s, p) for s, points in ranges.items() for p in points} - set(identities):
        raise InputError(f"{sources[0].manifest_file}: has no identity of `{min(lacking)}`: it is damaged")
    counts = {
        study: {point: counts_of(rows[study], point, parts, "merged") for point, parts in points.items()}
        for study, points in ranges.items()
    }
    counted = {study: select(table, ranges[study]) for study, table in rows.items()}
    with reading(sources[0].path, "a run whose samples fit its experiment"):
        statistics = analyze(spec, form, provenance, counted, counts)
    waveforms = sources[0].waveforms() if sources[0].waveforms_file.exists() else None

    target.studies_folder.mkdir(parents=True, exist_ok=True)
    write_spec(spec, target)
    write_text(target.identity_file, json.dumps(facts, indent=2) + "\n")
    for study, table in rows.items():
        store = Store(target, identities, study)
        for _, mine in table.groupby("point"):
            store.add(mine.reset_index(drop=True))
        store.flush()
    if waveforms is not None:
        write_table(target.waveforms_file, waveforms)
    save(statistics, target.statistics_file)
    kept = {"identity": first.get("identity"), "identities": identities, "labels": labels}
    merged = {**kept, "first": min(m.get("first", 0) for m in manifests), "started": now(), "quick": False}
    write_manifest(spec, target, provenance, counts, merged)
    return statistics


def _united(study: str, sources: list[RunFolder], names: str) -> pd.DataFrame:
    """Return every row of a study that counts in any source, once.

    Raises:
        InputError: two folders have different numbers for the same sample.
    """
    tables = [rows for source in sources if (rows := source.study(study)) is not None]
    if not tables:
        return pd.DataFrame()
    table = pd.concat(tables, ignore_index=True).drop_duplicates().sort_values(list(KEY), ignore_index=True)
    twice = table[table.duplicated(list(KEY))]
    if len(twice):
        name = sample_id(study, twice.iloc[0]["point"], twice.iloc[0]["sample"])
        raise InputError(f"{names}: sample `{name}` differs between them: one is damaged")
    return table


def _order(study: str, identities: Mapping[str, str]) -> list[str]:
    """Return the points of a study in their order."""
    return [point_of(name) for name in identities if study_of(name) == study]


def _ranges(rows: pd.DataFrame, order: list[str]) -> dict[str, list[tuple[int, int]]]:
    """Return the unbroken rows of sample numbers (first, end) of each point; parts need not touch."""
    found: dict[str, list[tuple[int, int]]] = {}
    for point, number in rows[["point", "sample"]].drop_duplicates().itertuples(index=False):
        parts = found.setdefault(str(point), [])
        if parts and parts[-1][1] == number:
            parts[-1] = (parts[-1][0], number + 1)
        else:
            parts.append((int(number), int(number) + 1))
    return {
        point: found[point] for point in [*order, *(p for p in found if p not in order)] if point in found
    }
