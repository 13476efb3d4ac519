"""The run folder as a run opens and closes it: never another experiment's, never somebody's own files."""

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from spicekit.characterize.plan import Plan
from spicekit.characterize.spec import Spec
from spicekit.errors import InputError
from spicekit.run_folder import RunFolder, Used, write_text
from spicekit.statistics import Provenance


def open_folder(plan: Plan, folder: RunFolder) -> dict[str, Any]:
    """Make the folder, or check that it holds this experiment; return what its manifest is to keep.

    Raises:
        InputError: it holds another experiment, files that are not of a run, or cannot be written.
    """
    try:
        if folder.manifest_file.exists():
            manifest = folder.manifest()
            require_same(plan, manifest, folder)
        elif folder.path.exists() and any(folder.path.iterdir()):
            raise InputError(f"{folder.path}: is not empty and not a run folder; give another folder with -o")
        else:
            manifest = {"started": now()}
        folder.samples_folder.mkdir(parents=True, exist_ok=True)
        for partial in (*folder.path.glob("*.partial"), *folder.samples_folder.glob("*.partial")):
            partial.unlink()  # left behind by a run that was killed while it wrote
        write_spec(plan.spec, folder)
        write_text(folder.identity_file, _json(plan.facts()))
        kept = {"started": manifest.get("started", now())}
        begun = {"identity": plan.identity, "seed": plan.seed, "first": plan.first}
        write_text(folder.manifest_file, _json(manifest | begun | kept))
        return kept
    except OSError as error:
        raise InputError(f"{folder.path}: cannot be used as a run folder: {error.strerror}") from None


def require_same(plan: Plan, manifest: dict[str, Any], folder: RunFolder) -> None:
    """Raise InputError unless the manifest is of this very experiment."""
    if manifest.get("identity") != plan.identity:
        raise InputError(
            f"{folder.path}: holds another experiment (identity {str(manifest.get('identity'))[:12]}, this is "
            f"{plan.identity[:12]}: spec, models, seed or ngspice differ); give another folder with -o"
        )
    if manifest.get("first", 0) != plan.first:
        raise InputError(
            f"{folder.path}: holds samples from {manifest.get('first', 0)} on, these start at {plan.first}; give "
            "another folder with -o, and merge them with `spicekit merge`"
        )


def write_spec(spec: Spec, folder: RunFolder) -> None:
    """Write the experiment file and the models that are not spicekit's own."""
    write_text(folder.spec_file, spec.text)
    for place, text in spec.own_files.items():
        path = folder.path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, text)


def write_manifest(
    spec: Spec,
    folder: RunFolder,
    provenance: Provenance,
    samples: pd.DataFrame,
    used: list[Used],
    kept: dict[str, Any],
) -> None:
    """Write the manifest of a run that has ended: identity, versions, counts of the `samples` that count."""
    counts = {}
    for condition in spec.conditions:
        rows = samples[samples["condition"] == condition.name]
        kinds = {kind: int((rows["outcome"] == kind).sum()) for kind in ("ok", "error", "discard")}
        counts[condition.name] = {"samples": len(rows), **kinds}
    content = {
        "schema": "spicekit.run/1",
        "name": spec.content.name,
        "title": spec.content.title,
        **provenance.model_dump(),
        "python": sys.version.split()[0],
        **kept,
        "finished": now(),
        "counts": counts,
        "used": [asdict(part) for part in used],
    }
    write_text(folder.manifest_file, _json(content))


def now() -> str:
    """Return the time as ISO text, UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _json(content: object) -> str:
    return json.dumps(content, indent=2) + "\n"
