"""Sorts what a run folder holds before a run: damaged files and samples of other settings are set aside, never lost.

A folder that is left in the middle of this is as good as before: files are known by their names alone, written whole
before others go, and rows that are there twice count once.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from spicekit.run.changes import Changes
from spicekit.run_folder import RunFolder, point_of, study_of
from spicekit.tables import Damaged, identity_of, keep_table, move_into, read_checked, read_table, short


def sort_folder(folder: RunFolder, wanted: Changes, labels: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Set aside what does not fit, bring back what fits again; return a sentence for each file that is damaged.

    Args:
        labels: of each point, by its name in a run.
    """
    damaged = list(_damaged(folder))
    places = {folder.studies_folder / path.name for path in folder.studies_folder.glob("*")}
    places |= {folder.studies_folder / path.name for path in (folder.aside / "studies").glob("*")}
    for place in sorted(places):
        sort_study(place, folder, wanted.identities)
    if wanted.any:
        rename(folder, wanted.identities, labels)
    return damaged


def sort_study(place: Path, folder: RunFolder, identities: Mapping[str, str]) -> None:
    """Set aside files of a study whose identity is none of these, and bring back those whose is."""
    now = {short(identity) for identity in identities.values()}
    aside = folder.aside / place.relative_to(folder.path)
    for file in place.glob("*.parquet"):
        if identity_of(file) not in now:
            move_into(file, aside)
    for file in aside.glob("*.parquet"):
        if file.name[:16] in now:
            move_into(file, place)


def _damaged(folder: RunFolder) -> Iterator[str]:
    for file in folder.studies_folder.glob("*/*.parquet"):
        try:
            identity_of(file)
            read_checked(file)
        except Damaged as error:
            move_into(file, folder.aside / "damaged")
            yield f"{error}; it is set aside in {folder.aside / 'damaged'}, its samples are simulated again"


def rename(folder: RunFolder, identities: Mapping[str, str], labels: Mapping[str, Mapping[str, Any]]) -> None:
    """Give samples the names that their points have now, for who reads the files without spicekit."""
    names: dict[str, list[str]] = {}
    for name, identity in identities.items():
        names.setdefault(identity, []).append(name)
    for identity, mine in names.items():
        place = folder.study_folder(study_of(mine[0]))
        for file in place.glob(f"{short(identity)}-*.parquet"):
            table = read_table(file)
            if not set(table["point"]) <= {point_of(name) for name in mine}:
                columns = {"point": point_of(mine[0]), **labels.get(mine[0], {})}
                keep_table(place, table.assign(**columns), identity)
                file.unlink()
