"""The grid of an experiment: the same points of its studies once more, with another technology each time."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

import pandas as pd

from spicekit.circuits.cell import Technology
from spicekit.circuits.circuit_builder import ZERO_CELSIUS
from spicekit.circuits.surroundings import global_variation
from spicekit.errors import InputError, did_you_mean
from spicekit.experiment.grid import MEMORY_DEVICE, GridTable
from spicekit.models.cmos import sky130
from spicekit.models.design import Design
from spicekit.models.memory import MemoryModel
from spicekit.run_folder import ENDURANCE, GRID, MEMORY, RARE, placed, unplaced
from spicekit.studies.study import Point
from spicekit.units import text_of

OF = {"conditions": MEMORY, "estimate": RARE, "endurance": ENDURANCE}
"""What `grid.of` calls the studies that have tables of their own."""


@dataclass(frozen=True)
class Place:
    """One point of the grid."""

    name: str  # such as "ss_-40C_1.2V"
    settings: Mapping[str, float | str]  # what it changes: as `GridTable.settings` has them
    technology: Technology
    itself: bool = False  # changes nothing: its samples are those of the experiment

    def placed(self, point: Point) -> Point:
        """Return a point of a study that was built with this technology, with a name of its own."""
        labels = {**point.labels, GRID: self.name}
        return replace(point, name=placed(self.name, point.name), labels=labels)


def nominal(point: Point) -> Point:
    """Return a point of the experiment's own technology, marked as such among those of a grid."""
    return replace(point, labels={**point.labels, GRID: ""})


def taken(table: GridTable, study: str, point: Point) -> bool:
    """Return whether a point of a study is among what the grid repeats."""
    aged = study == MEMORY and bool(point.labels["cycles"])
    return repeats(table, study) and (not aged or repeats(table, ENDURANCE))


def repeats(table: GridTable, study: str) -> bool:
    """Return whether the grid repeats a study."""
    return not table.of or study in {OF.get(name, name) for name in table.of}


def places(
    table: GridTable | None,
    technology: Technology,
    own_library: bool,
    memories: Mapping[str, MemoryModel] | None = None,
) -> tuple[Place, ...]:
    """Return the points of the grid; `memories` are the devices that it names.

    Raises:
        InputError: no such parameter, a value out of range, or a corner of a library that has none.
    """
    if table is None:
        return ()
    found = []
    for settings in table.settings():
        if "corner" in settings and own_library:
            raise InputError(
                "`grid.corner`: is of SkyWater 130 nm, and the transistors are of `technology.library`: give each of "
                "its sections an experiment of its own"
            )
        changed = _changed(technology, settings, memories or {})
        name = "_".join(_shown(k, v) for k, v in settings.items())
        found.append(Place(name, settings, changed, changed == technology))
    return tuple(found)


def rows_at(rows: pd.DataFrame, place: str) -> pd.DataFrame:
    """Return the rows of one point of the grid, or with "" those of the experiment itself, as a study has them."""
    if GRID not in rows:
        return rows if not place else rows.iloc[:0]
    mine = rows[rows[GRID] == place].reset_index(drop=True)
    return mine.assign(point=[unplaced(place, name) for name in mine["point"]])


def _changed(
    technology: Technology, settings: Mapping[str, float | str], memories: Mapping[str, MemoryModel]
) -> Technology:
    process, design, rram = technology.process, technology.design, technology.rram
    temperature = technology.temperature
    for name, value in settings.items():
        kind, _, part = name.partition(".")
        if name == "corner":
            process = sky130(str(value))
        elif name == "temperature":
            temperature = round(float(value) + ZERO_CELSIUS, 9)
        elif name == "supply":
            design = replace(design, supply=float(value))
        elif name == MEMORY_DEVICE:
            rram = memories[str(value)]
        elif kind == "design":
            _require_known(name, part, [f.name for f in fields(Design)])
            if not float(value) > 0:
                raise InputError(f"`grid.{name}`: got {value:g}, expected a number above 0")
            design = replace(design, **{part: float(value)})
        else:
            rram = _with(rram, name, part, float(value))
    changed = replace(technology, process=process, design=design, rram=rram, temperature=temperature)
    global_variation(changed)  # refuses one that is too wide
    return changed


def _with(rram: MemoryModel, name: str, parameter: str, value: float) -> MemoryModel:
    _require_known(name, parameter, list(rram.quantities))
    try:
        return rram.with_value(parameter, value)
    except InputError as error:
        raise InputError(f"`grid.{name}`: {error}") from None


def _require_known(name: str, part: str, known: list[str]) -> None:
    if part not in known:
        raise InputError(
            f"`grid.{name}`: no such parameter{did_you_mean(part, known)}; there are {', '.join(known)}"
        )


def _shown(name: str, value: float | str) -> str:
    if name == "corner":
        return str(value)
    if name == MEMORY_DEVICE:
        return Path(str(value)).stem
    # every digit: two points of one name would share their rows
    if name == "temperature":
        return f"{float(value):.15g}C"
    if name == "supply":
        return text_of(float(value), "V").replace(" ", "")
    return f"{name.partition('.')[2]}{float(value):.15g}"
