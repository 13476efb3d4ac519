"""Sorts what a run folder holds before a run: damaged files and samples of other settings are set aside, never lost.

A folder that is left in the middle of this is as good as before: files are known by their names alone, written whole
before others go, and rows that are there twice count once.
"""

from collections.abc import Iterator

from spicekit.characterize.changes import Changes
from spicekit.characterize.estimates.task import load_estimate
from spicekit.errors import InputError
from spicekit.identity import sha256
from spicekit.run_folder import RunFolder
from spicekit.tables import (
    Damaged,
    identity_of,
    keep_table,
    move_into,
    read_checked,
    read_table,
    read_text,
    short,
    write_text,
)


def sort_folder(folder: RunFolder, wanted: Changes) -> list[str]:
    """Set aside what does not fit, bring back what fits again; return a sentence for each file that is damaged."""
    damaged = list(_damaged(folder))
    now = {short(identity) for identity in wanted.identities.values()}
    for place in (folder.samples_folder, *folder.studies_folder.glob("*")):
        aside = folder.aside / place.relative_to(folder.path)
        for file in place.glob("*.parquet"):
            if identity_of(file) not in now:
                move_into(file, aside)
    for file in folder.aside.glob("**/*.parquet"):
        if file.name[:16] in now and "damaged" not in file.parts:
            move_into(file, folder.path / file.parent.relative_to(folder.aside))
    if wanted.any:
        _rename(folder, wanted)
    return damaged


def _damaged(folder: RunFolder) -> Iterator[str]:
    for file in (*folder.samples_folder.glob("*.parquet"), *folder.studies_folder.glob("*/*.parquet")):
        try:
            identity_of(file)
            read_checked(file)
        except Damaged as error:
            move_into(file, folder.aside / "damaged")
            yield f"{error}; it is set aside in {folder.aside / 'damaged'}, its samples are simulated again"
    for file in folder.estimates_folder.glob("*.json"):
        try:
            load_estimate(folder, file.stem)
        except InputError:
            move_into(file, folder.aside / "damaged")
            yield f"{file}: is damaged; it is set aside in {folder.aside / 'damaged'}, and estimated again"


def _rename_estimates(folder: RunFolder, wanted: Changes) -> None:
    """Give estimates the names that their conditions have now; what stands under a name that changed is set aside."""
    before = {identity: name for name, identity in wanted.before.items() if "@" not in name}
    new = {}
    for name, identity in wanted.identities.items():
        old = before.get(identity, name)
        if old != name and "@" not in name:
            for file in folder.estimates_folder.glob(f"{old}_?t?r_[+-]1.json"):
                new[file.with_name(name + file.name.removeprefix(old))] = read_text(file)
    for name in {name for name, identity in wanted.before.items() if wanted.identities.get(name) != identity}:
        for file in folder.estimates_folder.glob(f"{name}_?t?r_[+-]1.json"):
            move_into(file, folder.aside / "estimates", f"{file.stem}-{sha256(read_text(file))[:16]}.json")
    for file, text in new.items():
        write_text(file, text)


def _rename(folder: RunFolder, wanted: Changes) -> None:
    """Give samples the names that their conditions have now, for who reads the files without spicekit."""
    _rename_estimates(folder, wanted)
    names: dict[str, list[str]] = {}
    for name, identity in wanted.identities.items():
        names.setdefault(identity, []).append(name.partition("@")[0])
    for identity, mine in names.items():
        for file in folder.samples_folder.glob(f"{short(identity)}-*.parquet"):
            table = read_table(file)
            if not set(table["condition"]) <= set(mine):
                keep_table(folder.samples_folder, table.assign(condition=mine[0]), identity)
                file.unlink()
