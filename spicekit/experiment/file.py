"""The experiment file as data: its tables, checked key by key. Models that it names are not looked at."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import pydantic
from pydantic import Field

from spicekit.data import data_path
from spicekit.errors import InputError, did_you_mean
from spicekit.experiment.conditions import ConditionTable, EnduranceTable, EstimateTable, MonteCarlo
from spicekit.experiment.explain import explain
from spicekit.experiment.fields import PLAIN, Name, Seed, Table, key
from spicekit.experiment.grid import GridTable
from spicekit.experiment.study import StudyTable
from spicekit.experiment.technology import TechnologyTable
from spicekit.readers import read_toml
from spicekit.registry import tables

SCHEMA = "spicekit.sweep/1"

_STUDIES: dict[str, Any] = {name: (table | None, None) for name, table in tables().items()}
StudiesTable: type[Table] = pydantic.create_model("StudiesTable", __base__=Table, **_STUDIES)
"""`[studies]` of an experiment file: one optional table per study."""


class SpecFile(Table):
    """The whole file."""

    schema_: Annotated[str, Field(alias="schema"), key(f'`"{SCHEMA}"`')]
    name: Annotated[Name, key("name of the run folder")]
    title: Annotated[str, key("heading of the report")] = ""
    seed: Annotated[
        Seed, key("whole number; devices and noise are drawn by (seed, their name, number) alone")
    ]
    technology: Annotated[TechnologyTable, key("models that everything is made of")] = TechnologyTable()
    monte_carlo: Annotated[MonteCarlo, key("the stop rules")] = MonteCarlo()
    endurance: Annotated[EnduranceTable | None, key("chains on aged devices")] = None
    estimate: Annotated[EstimateTable | None, key("rare-event estimates of the bit error rate")] = None
    conditions: Annotated[list[ConditionTable], key("programming conditions")] = Field(default=[])
    grid: Annotated[
        GridTable | None,
        key("the same experiment at other corners, temperatures, supplies, values of parameters"),
    ] = None
    studies: Annotated[
        StudiesTable,
        key("experiments on devices alone, by name"),
    ] = StudiesTable()

    @property
    def asked_studies(self) -> dict[str, StudyTable]:
        """The tables of the studies that are asked for, by name, in the order in which they run."""
        return {name: table for name, table in dict(self.studies).items() if table is not None}


def checked(tree: Mapping[str, Any], source: object, plain: bool = False) -> SpecFile:
    """Return the tables of an experiment.

    Args:
        tree: as an experiment file has it.
        source: what messages begin with, such as the path of the file.
        plain: whether quantities may be plain SI numbers, and temperatures kelvin.

    Raises:
        InputError: one clear line for the first thing that is wrong.
    """
    try:
        content = SpecFile.model_validate(tree, context=PLAIN if plain else None)
    except pydantic.ValidationError as error:
        raise InputError(f"{source}: {explain(error.errors(), SpecFile)}") from None
    if content.schema_ != SCHEMA:
        raise InputError(f"{source}: `schema` is {content.schema_!r}, expected {SCHEMA!r}")
    _check_asked(source, content)
    _check_named(source, content)
    _check_unique(source, "conditions", [c.name for c in content.conditions])
    _check_unique(
        source,
        "endurance.cycles",
        [f"{n:g}" for n in content.endurance.cycles] if content.endurance else [],
    )
    return content


def stored(path: Path) -> SpecFile:
    """Return the tables of an experiment that was run: keys that this version does not know are left out.

    They are of another version, or of a study that an installed package brought.

    Raises:
        InputError: one clear line for the first thing that is wrong.
    """
    tree = read_toml(path)
    try:
        SpecFile.model_validate(tree)
    except pydantic.ValidationError as error:
        for unknown in error.errors():
            if unknown["type"] == "extra_forbidden":
                _drop(tree, unknown["loc"])
    return checked(tree, path)


def _drop(tree: Any, place: tuple[int | str, ...]) -> None:
    for part in place[:-1]:
        tree = tree[part]
    del tree[place[-1]]


def find_spec(source: str | Path) -> Path:
    """Return the path of an experiment file, or of a bundled one by its name. Raises InputError if there is none."""
    path = Path(source)
    if path.is_file():
        return path
    bundled = {p.stem: p for p in data_path("sweeps").glob("*.toml")}
    if str(source) in bundled:
        return bundled[str(source)]
    raise InputError(
        f"{source}: no such experiment file, nor a bundled one ({', '.join(sorted(bundled))})"
        + did_you_mean(path.stem, bundled)
    )


def _check_named(source: object, content: SpecFile) -> None:
    """Refuse a study that names a condition of the experiment and gives it other pulses."""
    for name, table in content.asked_studies.items():
        for one in content.conditions:
            if getattr(table, "condition", None) != one.name:
                continue
            for key_ in ("set_compliance", "reset_voltage", "pulse_width"):
                asked, own = getattr(one, key_), getattr(table, key_, None)
                if own is not None and own != asked:
                    raise InputError(
                        f"{source}: `studies.{name}.{key_}` is {own:g}, but condition `{one.name}` has {asked:g}: give "
                        "the same, or another name"
                    )


def _check_asked(source: object, content: SpecFile) -> None:
    """Refuse an experiment that asks for nothing, or for conditions without saying how many samples."""
    if content.conditions and not content.monte_carlo.samples:
        raise InputError(f"{source}: key `monte_carlo.samples` is missing: how many chains of each condition")
    if not content.conditions and not content.asked_studies:
        raise InputError(f"{source}: asks for nothing: give `[[conditions]]`, or a table under `[studies]`")
    if content.endurance and not content.conditions:
        raise InputError(f"{source}: `endurance`: needs `[[conditions]]`, whose cells it ages")
    for name in ("supply_sigma", "temperature_sigma"):
        if getattr(content.technology, name) and not content.conditions:
            raise InputError(
                f"{source}: `technology.{name}`: needs `[[conditions]]`; studies take the nominal value"
            )
    if content.grid:
        known = [*_asked_names(content), *content.asked_studies]
        for name in content.grid.of:
            if name not in known:
                raise InputError(
                    f"{source}: `grid.of`: the experiment has no `{name}`{did_you_mean(name, known)}; it has "
                    f"{', '.join(f'`{one}`' for one in known)}"
                )
    if content.estimate and not content.conditions:
        raise InputError(f"{source}: `estimate`: needs `[[conditions]]`, whose error rates it estimates")
    alone = next((c.name for c in content.conditions if c.estimate), None)
    if alone is not None and content.estimate is None:
        raise InputError(
            f"{source}: condition `{alone}` has `estimate`, but there is no table `[estimate]`: add it"
        )


def _asked_names(content: SpecFile) -> list[str]:
    asked = {"conditions": content.conditions, "estimate": content.estimate, "endurance": content.endurance}
    return [name for name, table in asked.items() if table]


def _check_unique(source: object, table: str, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"{source}: `{table}`: `{name}` is given twice; each must be given once")
