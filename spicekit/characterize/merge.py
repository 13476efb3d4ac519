"""Merges run folders of the same identity, such as parts that several machines simulated."""

from dataclasses import replace

import pandas as pd

from spicekit.characterize.chain import sample_name
from spicekit.characterize.conclude import conclude
from spicekit.characterize.folder import now, write_manifest, write_spec
from spicekit.characterize.spec import load_spec
from spicekit.errors import InputError
from spicekit.run_folder import RunFolder, Used, select, write_table, write_text
from spicekit.statistics import Statistics, save

_KEY = ["condition", "cycles", "sample"]


def merge(sources: list[RunFolder], target: RunFolder) -> Statistics:
    """Write a run folder with all samples of `sources`; those in several must be the same. Needs no simulator.

    All samples of the sources that count there count here too; stop rules do not apply again.

    Raises:
        InputError: fewer than two sources, another identity, samples that differ, or a target that exists.
    """
    if len(sources) < 2:
        raise InputError("`merge` needs at least two run folders")
    if target.path.exists() and (not target.path.is_dir() or any(target.path.iterdir())):
        raise InputError(f"{target.path}: exists already; nothing is overwritten, give another name with -o")
    manifests = [source.manifest() for source in sources]
    first = manifests[0]
    for source, manifest in zip(sources, manifests, strict=True):
        if manifest.get("identity") != first.get("identity"):
            raise InputError(
                f"{source.path}: holds another experiment than {sources[0].path} (identity "
                f"{str(manifest.get('identity'))[:12]} and {str(first.get('identity'))[:12]}): they cannot be merged"
            )
    samples = _united([source.samples() for source in sources])
    spec = load_spec(sources[0].spec_file)
    provenance = sources[0].statistics().provenance

    target.samples_folder.mkdir(parents=True, exist_ok=True)
    write_spec(spec, target)
    write_text(target.identity_file, sources[0].identity_file.read_text(encoding="utf-8"))
    write_table(target.samples_folder / "merged.parquet", samples)
    if sources[0].waveforms_file.exists():
        write_table(target.waveforms_file, sources[0].waveforms())
    order = [condition.name for condition in spec.conditions]
    used = sorted(_rows(samples), key=lambda part: order.index(part.condition))
    counted = select(samples, used)
    statistics = conclude(spec, provenance, counted, used)
    save(statistics, target.statistics_file)
    kept = {name: first[name] for name in ("identity", "identities") if name in first}
    merged = {**kept, "first": min(m.get("first", 0) for m in manifests), "started": now(), "quick": False}
    write_manifest(spec, target, provenance, counted, used, merged)
    return statistics


def _united(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Return every sample once.

    Raises:
        InputError: two folders have different numbers for the same sample.
    """
    table = pd.concat(tables, ignore_index=True).drop_duplicates().sort_values(_KEY, ignore_index=True)
    twice = table[table.duplicated(_KEY)]
    if len(twice):
        one = twice.iloc[0]
        name = sample_name(one["condition"], one["cycles"], one["sample"])
        raise InputError(f"sample `{name}` differs between the folders: one of them is damaged")
    return table


def _rows(samples: pd.DataFrame) -> list[Used]:
    """Return the unbroken rows of sample numbers; parts need not touch."""
    rows: list[Used] = []
    for condition, cycles, number in samples[_KEY].itertuples(index=False):
        last = rows[-1] if rows else None
        if last is not None and (last.condition, last.cycles, last.end) == (condition, cycles, number):
            rows[-1] = replace(last, end=last.end + 1)
        else:
            rows.append(Used(condition, float(cycles), int(number), int(number) + 1, "merged"))
    return rows
