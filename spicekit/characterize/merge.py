"""Merges run folders of the same identity, such as parts that several machines simulated."""

import json
from dataclasses import replace

import pandas as pd

from spicekit.characterize.chain import sample_name
from spicekit.characterize.conclude import conclude
from spicekit.characterize.folder import now, study_counts, write_manifest, write_spec
from spicekit.characterize.simulate import sample_table
from spicekit.characterize.so_far import opened
from spicekit.characterize.spec import Spec, load_spec
from spicekit.characterize.store import Store
from spicekit.errors import InputError
from spicekit.readers import reading
from spicekit.readers.json_tree import read_json, require_object
from spicekit.run_folder import SAMPLE_KEY, STUDY_KEY, RunFolder, Used, select, write_table, write_text
from spicekit.statistics import Statistics, save


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
    samples = (
        _united([s.samples() for s in sources], SAMPLE_KEY, names) if spec.conditions else sample_table()
    )
    studies = _united_studies(spec, sources, names)
    provenance = sources[0].statistics().provenance
    facts = _facts(sources[0])
    identities = {name: one for manifest in manifests for name, one in manifest.get("identities", {}).items()}
    if lacking := {
        sample_name(*chain) for chain in samples[["condition", "cycles"]].itertuples(index=False)
    } - set(identities):
        raise InputError(f"{sources[0].manifest_file}: has no identity of `{min(lacking)}`: it is damaged")

    order = [condition.name for condition in spec.conditions]
    if others := set(samples["condition"]) - set(order):
        raise InputError(
            f"{sources[0].spec_file}: has no condition `{min(others)}`, of which there are samples"
        )
    used = sorted(_rows(samples), key=lambda part: order.index(part.condition))
    counted = select(samples, used)
    with reading(sources[0].path, "a run whose samples fit its experiment"):
        statistics = conclude(spec, provenance, counted, used, studies)
    waveforms = sources[0].waveforms() if sources[0].waveforms_file.exists() else None

    target.samples_folder.mkdir(parents=True, exist_ok=True)
    write_spec(spec, target)
    write_text(target.identity_file, facts)
    for study, rows in ((None, samples), *studies.items()):
        store = Store(target, identities, study)
        for _, mine in rows.groupby(["condition", "cycles"] if study is None else "point"):
            store.add(mine.reset_index(drop=True))
        store.flush()
    if waveforms is not None:
        write_table(target.waveforms_file, waveforms)
    save(statistics, target.statistics_file)
    kept = {"identity": first.get("identity"), "identities": identities}
    merged = {**kept, "first": min(m.get("first", 0) for m in manifests), "started": now(), "quick": False}
    counts = {
        name: study_counts(rows, dict.fromkeys(rows["point"], "merged")) for name, rows in studies.items()
    }
    write_manifest(spec, target, provenance, counted, used, counts, {}, merged)
    return statistics


def _facts(source: RunFolder) -> str:
    """Return the text of what the identities are of, checked."""
    what = "what identities are of (JSON)"
    tree = require_object(source.identity_file, read_json(source.identity_file, what), what)
    if not all(isinstance(facts, dict) for facts in tree.values()):
        raise InputError(f"{source.identity_file}: is not {what}: expected an object for each condition")
    return json.dumps(tree, indent=2) + "\n"


def _united_studies(spec: Spec, sources: list[RunFolder], names: str) -> dict[str, pd.DataFrame]:
    """Return the rows of each study that any source has."""
    found = {}
    for study, _ in spec.studies:
        tables = [rows for rows in (source.study(study.name) for source in sources) if rows is not None]
        if tables:
            found[study.name] = _united(tables, STUDY_KEY, names)
    return found


def _united(tables: list[pd.DataFrame], key: tuple[str, ...], names: str) -> pd.DataFrame:
    """Return every row once.

    Raises:
        InputError: two folders have different numbers for the same sample.
    """
    table = pd.concat(tables, ignore_index=True).drop_duplicates().sort_values(list(key), ignore_index=True)
    twice = table[table.duplicated(list(key))]
    if len(twice):
        one = twice.iloc[0]
        name = (
            sample_name(one["condition"], one["cycles"], one["sample"])
            if key == SAMPLE_KEY
            else sample_name(one["point"], 0, one["sample"])
        )
        raise InputError(f"{names}: sample `{name}` differs between them: one is damaged")
    return table


def _rows(samples: pd.DataFrame) -> list[Used]:
    """Return the unbroken rows of sample numbers; parts need not touch."""
    rows: list[Used] = []
    for condition, cycles, number in samples[list(SAMPLE_KEY)].itertuples(index=False):
        last = rows[-1] if rows else None
        if last is not None and (last.condition, last.cycles, last.end) == (condition, cycles, number):
            rows[-1] = replace(last, end=last.end + 1)
        else:
            rows.append(Used(condition, float(cycles), int(number), int(number) + 1, "merged"))
    return rows
