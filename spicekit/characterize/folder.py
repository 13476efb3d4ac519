"""The run folder as a run opens and closes it: never another experiment's, never somebody's own files."""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from spicekit.characterize.chain import sample_name
from spicekit.characterize.changes import Changes, changes, differences
from spicekit.characterize.lock import LOCK
from spicekit.characterize.plan import Plan
from spicekit.characterize.sorting import sort_folder
from spicekit.characterize.spec import Spec
from spicekit.errors import InputError
from spicekit.run_folder import RunFolder, Used, select, write_text
from spicekit.statistics import Provenance

_COUNTED = ("samples", "ok", "error", "discard")
StudyCounts = dict[str, dict[str, dict[str, Any]]]
"""Of a manifest: study -> point -> samples, ok, discard, stopped."""
DECKS = "decks"
"""Folder of a dry run, which a run may follow."""


def open_folder(plan: Plan, folder: RunFolder, tell: Callable[[str], None]) -> dict[str, Any]:
    """Make the folder ready for a run; return what its manifest is to keep. `tell` is given what is set aside.

    Raises:
        InputError: it holds another experiment, files that are not of a run, or cannot be written.
    """
    try:
        wanted = check_folder(plan, folder)
        manifest = folder.manifest() if folder.manifest_file.exists() else {}
        folder.samples_folder.mkdir(parents=True, exist_ok=True)
        for partial in (*folder.path.glob("*.partial"), *folder.samples_folder.glob("*.partial"),
                        *folder.studies_folder.glob("*/*.partial"),
                        *folder.estimates_folder.glob("*.partial")):  # fmt: skip
            partial.unlink()  # left behind by a run that was killed while it wrote
        for note in (*wanted.notes, *sort_folder(folder, wanted)):
            tell(note)
        write_spec(plan.spec, folder)
        write_text(folder.identity_file, _json(plan.facts()))
        kept = {
            "started": manifest.get("started", now()),
            "identity": plan.identity,
            "identities": dict(wanted.identities),
            "first": plan.first,
            "quick": plan.quick,
            "planned": plan.planned,
            **({"part": list(plan.part)} if plan.part else {}),
        }
        write_text(folder.manifest_file, _json(_head(plan.spec, plan.provenance()) | kept))
        return kept
    except OSError as error:
        raise InputError(f"{folder.path}: cannot be used as a run folder: {error.strerror}") from None


def check_folder(plan: Plan, folder: RunFolder) -> Changes:
    """Return what a run would make of what the folder holds; nothing is written.

    Raises:
        InputError: it holds another experiment, a longer form of this one, or files that are not of a run.
    """
    if folder.manifest_file.exists():
        manifest = folder.manifest()
        _require_same_start(plan, manifest, folder)
        if plan.quick and manifest.get("quick") is False:
            raise InputError(
                f"{folder.path}: holds the full form of this run; leave the short form (--quick) out, or give another "
                "folder (-o)"
            )
        return changes(plan, folder, manifest)
    if folder.path.is_dir() and any(path.name not in (DECKS, LOCK) for path in folder.path.iterdir()):
        raise InputError(f"{folder.path}: is not empty and not a run folder; give another folder (-o)")
    return Changes(plan.identities, {})


def require_same(plan: Plan, manifest: Mapping[str, Any], folder: RunFolder) -> None:
    """Raise InputError unless the manifest is of this very experiment."""
    if manifest.get("identity") != plan.identity:
        said = "; ".join(differences(plan, folder, manifest)) or "the models that come with spicekit"
        raise InputError(f"{folder.path}: was made by another experiment ({said}): run it again first")
    _require_same_start(plan, manifest, folder)


def _require_same_start(plan: Plan, manifest: Mapping[str, Any], folder: RunFolder) -> None:
    if manifest.get("first", 0) != plan.first:
        raise InputError(
            f"{folder.path}: holds samples from {manifest.get('first', 0)} on, these start at {plan.first}; give "
            "another folder (-o), and merge them with `spicekit merge`"
        )


def note_estimates(folder: RunFolder, identities: dict[str, str]) -> None:
    """Write into the manifest of a run at work which estimates are asked for, by name."""
    write_text(folder.manifest_file, _json(folder.manifest() | {"asked": identities}))


def write_spec(spec: Spec, folder: RunFolder) -> None:
    """Write the experiment file and the models that are not spicekit's own."""
    write_text(folder.spec_file, spec.text)
    for place, content in spec.own_files.items():
        path = folder.path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, content)


def write_manifest(
    spec: Spec,
    folder: RunFolder,
    provenance: Provenance,
    samples: pd.DataFrame,
    used: list[Used],
    studies: StudyCounts,
    estimates: dict[str, dict[str, Any]],
    kept: dict[str, Any],
) -> None:
    """Write the manifest of a run that has ended: identity, versions, counts of the `samples` that count."""
    content = {
        **_head(spec, provenance),
        **kept,
        "finished": now(),
        "counts": counts_of(samples, used),
        "used": [asdict(part) for part in used],
        **({"studies": studies} if studies else {}),
        **({"estimates": estimates} if estimates else {}),
    }
    write_text(folder.manifest_file, _json(content))


def counts_of(samples: pd.DataFrame, used: list[Used]) -> dict[str, dict[str, int]]:
    """Return for each chain how many samples count, and how they ended."""
    counts = {}
    for part in used:
        rows = select(samples, [part])
        seen = counts.setdefault(sample_name(part.condition, part.cycles), dict.fromkeys(_COUNTED, 0))
        seen["samples"] += len(rows)
        for kind in _COUNTED[1:]:
            seen[kind] += int((rows["outcome"] == kind).sum())
    return counts


def study_counts(rows: pd.DataFrame, stopped: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Return for each point how many samples count and how they ended; `stopped` says why there are not more."""
    bad = (rows["outcome"] == "discard").groupby([rows["point"], rows["sample"]]).any()
    found = {}
    for point, reason in stopped.items():
        mine = bad.loc[[point]] if point in bad.index.get_level_values(0) else bad.iloc[:0]
        lost = int(mine.sum())
        found[point] = {"samples": len(mine), "ok": len(mine) - lost, "discard": lost, "stopped": reason}
    return found


def _head(spec: Spec, provenance: Provenance) -> dict[str, Any]:
    """Return how a manifest begins, of a run that has ended or not."""
    return {
        "schema": "spicekit.run/1",
        "name": spec.content.name,
        "title": spec.content.title,
        **provenance.model_dump(),
        "python": sys.version.split()[0],
    }


def now() -> str:
    """Return the time as ISO text, UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _json(content: object) -> str:
    return json.dumps(content, indent=2) + "\n"
