"""The run folder as a run opens and closes it: never another experiment's, never somebody's own files."""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from spicekit.errors import InputError
from spicekit.readers.json_tree import read_json, require_object
from spicekit.run.analyze import Counts
from spicekit.run.changes import Changes, changes, differences
from spicekit.run.lock import LOCK
from spicekit.run.plan import Plan, PlannedStudy, identities
from spicekit.run.sorting import rename, sort_folder, sort_study
from spicekit.run.spec import Spec
from spicekit.run_folder import SCHEMA, RunFolder, name_of, write_text
from spicekit.statistics import Provenance

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
        folder.studies_folder.mkdir(parents=True, exist_ok=True)
        for partial in (*folder.path.glob("*.partial"), *folder.studies_folder.glob("*/*.partial")):
            partial.unlink()  # left behind by a run that was killed while it wrote
        for note in (*wanted.notes, *sort_folder(folder, wanted, plan.labels)):
            tell(note)
        write_spec(plan.spec, folder)
        write_text(folder.identity_file, _json(plan.facts()))
        kept = {
            "started": manifest.get("started", now()),
            "identity": plan.identity,
            "identities": dict(wanted.identities),
            "labels": plan.labels,
            "first": plan.first,
            "quick": plan.form.quick,
            "planned": {name: asdict(rule) for name, rule in plan.rules.items()},
            **({"part": list(plan.form.part)} if plan.form.part else {}),
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
        if plan.form.quick and manifest.get("quick") is False:
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


def _require_same_start(plan: Plan, manifest: Mapping[str, Any], folder: RunFolder) -> None:
    if manifest.get("first", 0) != plan.first:
        raise InputError(
            f"{folder.path}: holds samples from {manifest.get('first', 0)} on, these start at {plan.first}; give "
            "another folder (-o), and merge them with `spicekit merge`"
        )


def admit(planned: PlannedStudy, folder: RunFolder, seed: int, kept: Mapping[str, Any]) -> dict[str, Any]:
    """Make a folder at work ready for a study whose points are complete now; return what its manifest is to keep.

    Rows of other settings are set aside, and those that fit again come back.
    """
    prefix = name_of(planned.study.name, "")
    others = {name: one for name, one in kept["identities"].items() if not name.startswith(prefix)}
    kept = {**kept, "identities": others | identities((planned,), seed)}
    write_text(folder.manifest_file, _json(folder.manifest() | kept))
    facts = read_facts(folder) | {
        planned.name_of(point): {"seed": seed, **point.public} for point in planned.points
    }
    write_text(folder.identity_file, _json(facts))
    sort_study(folder.study_folder(planned.study.name), folder, kept["identities"])
    rename(folder, identities((planned,), seed), {planned.name_of(p): p.labels for p in planned.points})
    return kept


def write_spec(spec: Spec, folder: RunFolder) -> None:
    """Write the experiment file and the models that are not spicekit's own."""
    write_text(folder.spec_file, spec.text)
    for place, content in spec.own_files.items():
        path = folder.path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, content)


def write_manifest(
    spec: Spec, folder: RunFolder, provenance: Provenance, counts: Counts, kept: Mapping[str, Any]
) -> None:
    """Write the manifest of a run that has ended: identity, versions, counts of the samples that count."""
    content = {**_head(spec, provenance), **kept, "finished": now(), "studies": counts}
    write_text(folder.manifest_file, _json(content))


def read_facts(folder: RunFolder) -> dict[str, Any]:
    """Return what the identities of a folder are the SHA-256 of.

    Raises:
        InputError: the file is missing or damaged.
    """
    what = "what identities are of (JSON)"
    tree = require_object(folder.identity_file, read_json(folder.identity_file, what), what)
    if not all(isinstance(facts, dict) for facts in tree.values()):
        raise InputError(f"{folder.identity_file}: is not {what}: expected an object for each condition")
    return tree


def _head(spec: Spec, provenance: Provenance) -> dict[str, Any]:
    """Return how a manifest begins, of a run that has ended or not."""
    return {
        "schema": SCHEMA,
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
