"""What differs between a run folder and an experiment that is to run in it, key by key, and what of it still holds.

Samples are known by the identity of their condition (or point of a study), which leaves its name out. So conditions
can be added, removed, renamed and changed: those that stay as they were keep their samples.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from spicekit.errors import InputError
from spicekit.readers import parse_toml, read_toml
from spicekit.registry import studies
from spicekit.run.plan import Plan, identities
from spicekit.run.state import rows_of, state_of
from spicekit.run_folder import RunFolder, name_of, study_of

_SHOWN = 3  # differences that are named
# what decides how many samples there are and what is said of them, not what they are
_WITHOUT_EFFECT = {
    "name", "title", "monte_carlo", "estimate", "endurance.samples", "endurance.quick_samples", "endurance.criterion",
}  # fmt: skip
_WITHOUT_EFFECT_IN_LISTS = {"published", "targets", "estimate", "samples", "quick_samples"}


@dataclass(frozen=True)
class Changes:
    """What a run makes of what its folder holds."""

    identities: Mapping[str, str]  # of each chain and point that the folder is to know
    before: Mapping[str, str]  # the same, as the folder has them now
    notes: tuple[str, ...] = ()  # sentences for who runs it

    @property
    def any(self) -> bool:
        """Whether the folder's samples have to be sorted anew."""
        return any(self.identities.get(name) != identity for name, identity in self.before.items())


def changes(plan: Plan, folder: RunFolder, manifest: Mapping[str, Any]) -> Changes:
    """Return what is to become of the samples in a folder that has a `manifest`.

    Raises:
        InputError: nothing that is stored there fits this experiment; the message names the keys that differ.
    """
    before = manifest.get("identities") or {}
    same = manifest.get("identity") == plan.identity
    now = plan.identities | _standing(plan, folder, before, same)
    if same:
        pending = {s.name_of(point) for s in plan.following for point in s.points}
        others = {name: identity for name, identity in before.items() if name not in pending}
        return Changes({**others, **now}, before)  # a part leaves out studies that the whole has
    if not _holds_samples(folder):
        return Changes(now, {})
    different = list(differences(plan, folder, manifest))
    if not set(before.values()) & set(plan.identities.values()):
        said = "; ".join(different[:_SHOWN]) or "models that come with spicekit, or how it samples"
        raise InputError(f"{folder.path}: holds another experiment ({said}); give another folder (-o)")
    return Changes(now, before, tuple(_notes(folder, before, now, different)))


def _standing(plan: Plan, folder: RunFolder, before: Mapping[str, str], same: bool) -> dict[str, str]:
    """Return the identities of points that follow from samples, as far as those are there and were `before`.

    The others are set aside, and come back when the samples show that they fit.
    """
    found = {}
    for planned in plan.following:
        rows = None
        of_samples = next((s for s in plan.independent if s.study.name == planned.study.follows), None)
        if same and of_samples is not None:
            state = state_of(of_samples, folder)
            done = all(progress.stopped for progress in state.values())
            rows = rows_of(of_samples, folder, state) if done else None
        complete = planned.completed(pd.DataFrame() if rows is None else rows)
        known = set(before.values())  # under whatever name
        found |= {n: one for n, one in identities((complete,), plan.seed).items() if one in known}
    return found


def differences(plan: Plan, folder: RunFolder, manifest: Mapping[str, Any]) -> Iterator[str]:
    """Yield what affects samples and differs, such as ``seed: the folder has 7, this run 8``."""
    if manifest.get("seed") != plan.seed:
        yield f"seed: the folder has {manifest.get('seed')}, this run {plan.seed}"
    try:
        old = dict(_flat(read_toml(folder.spec_file)))
    except InputError:
        old = {}
    new = dict(_flat(parse_toml(plan.spec.path, plan.spec.text)))
    for key in [*new, *(key for key in old if key not in new)] if old else []:
        if old.get(key) != new.get(key) and not _whole_table(key, old, new):
            yield f"{key}: the folder has {_said(old.get(key))}, the file says {_said(new.get(key))}"
    yield from _missing_tables(old, new)
    for place, text in plan.spec.own_files.items():
        path = folder.path / place
        if path.exists() and path.read_text(encoding="utf-8", errors="replace") != text:
            yield f"the model file {place} differs"
    provenance = plan.provenance().model_dump()
    for name in ("ngspice", "spicekit"):
        if name in manifest and str(manifest[name]).split(".")[0] != str(provenance[name]).split(".")[0]:
            yield f"{name}: the folder was made with {manifest[name]}, here is {provenance[name]}"


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield (dotted key, value) of all that affects samples; conditions by their names."""
    for key, value in table.items():
        name = f"{prefix}{key}"
        if name in _WITHOUT_EFFECT or (prefix.count(".") >= 2 and key in _WITHOUT_EFFECT_IN_LISTS):
            continue
        if isinstance(value, dict):
            yield from _flat(value, f"{name}.")
        elif key == "conditions" and not prefix:
            for condition in value:
                yield from _flat(
                    {k: v for k, v in condition.items() if k != "name"}, f"conditions.{condition['name']}."
                )
        elif name != "seed":
            yield name, value


def _whole_table(key: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Tell whether the key is of a condition or study that only one side has."""
    table = _table_of(key)
    return table is not None and (table in _tables(old)) != (table in _tables(new))


def _missing_tables(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    if not old:
        return
    for table in _tables(new):
        if table not in _tables(old):
            yield f"{table}: only in the file"
    for table in _tables(old):
        if table not in _tables(new):
            yield f"{table}: only in the folder"


def _tables(flat: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys(table for key in flat if (table := _table_of(key)) is not None))


def _table_of(key: str) -> str | None:
    parts = key.split(".")
    return ".".join(parts[:2]) if parts[0] in ("conditions", "studies") and len(parts) > 2 else None


def _said(value: object) -> str:
    return "nothing" if value is None else str(value)


def _notes(
    folder: RunFolder, before: Mapping[str, str], now: Mapping[str, str], different: list[str]
) -> Iterator[str]:
    """Yield what becomes of each condition and point that the folder has."""
    counts = _counts(folder)
    names = {identity: name for name, identity in now.items()}
    for name, identity in before.items():
        if now.get(name) == identity or not counts.get(name):
            continue  # as it was, or nothing to tell of
        if identity in names:
            other = names[identity]
            if before.get(other) == identity:
                yield f"`{name}` of the folder had the settings of `{other}`: their samples are the same"
            else:
                yield f"`{name}` of the folder is called `{other}` now: its {counts[name]} samples are kept"
            continue
        condition = name.partition("@")[0]
        table = f"studies.{study_of(name)}" if "/" in name else f"conditions.{condition}"
        why = [line for line in different if line.startswith((f"{table}.", f"{table}:"))]
        why = "; ".join(why[:_SHOWN]) if name in now else "it is not in the file any more"
        yield (
            f"`{name}`: {why or 'its settings differ'}: its {counts[name]} samples are set aside in "
            f"{folder.aside}, and come back with the settings they were made with"
        )


def _counts(folder: RunFolder) -> dict[str, int]:
    """Return how many samples of each point are stored; what is counted otherwise is left out."""
    counts: dict[str, int] = {}
    for place in folder.studies_folder.glob("*"):
        study = studies().get(place.name)
        rows = folder.stored(place.name, damaged=False)
        if rows is not None and (study is None or study.counts == "samples"):
            for point, mine in rows.groupby("point"):
                counts[name_of(place.name, str(point))] = mine["sample"].nunique()
    return counts


def _holds_samples(folder: RunFolder) -> bool:
    return any(folder.studies_folder.glob("*/*.parquet"))
