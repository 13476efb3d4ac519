"""The experiment file as data: its tables, checked key by key. Models that it names are not looked at."""

from collections.abc import Mapping
from typing import Any, Literal

import pydantic
from pydantic import Field

from spicekit.characterize.estimates.table import ConditionEstimate, EstimateTable
from spicekit.characterize.explain import explain
from spicekit.errors import InputError
from spicekit.experiment.fields import (
    MOST_SAMPLES,
    PLAIN,
    Amperes,
    Celsius,
    CelsiusSigma,
    Cycles,
    Duration,
    Joules,
    Name,
    Positive,
    Seconds,
    Seed,
    Table,
    Volts,
    VoltsSigma,
)
from spicekit.registry import studies

SCHEMA = "spicekit.sweep/1"


class Library(Table):
    """The user's own transistors: a `.lib` file and the names in it."""

    path: str
    section: str | None = None
    nmos: str
    pmos: str
    access: str
    element: str = "X"
    length_unit: float = Field(default=1.0, ge=1e-12, le=1)  # m
    avt_nmos: float = Field(default=0.0, ge=0, le=1e-6)  # V m
    avt_pmos: float = Field(default=0.0, ge=0, le=1e-6)
    avt_access: float = Field(default=0.0, ge=0, le=1e-6)
    access_supply: Volts = 5.0  # the highest word line
    statistics: Literal["refused", "nominal"] = "refused"  # of a library that draws random numbers
    osdi: list[str] = Field(default=[])  # files with its compiled Verilog-A models


class TechnologyTable(Table):
    rram: str = "hfo2_130nm"
    rram_form: Literal["subcircuit", "osdi"] = "subcircuit"  # interpreted, or compiled from Verilog-A
    mtj: str | None = None  # the tunnel junction of studies of oscillators
    superparamagnetic: str | None = None  # the junction of the study of that name
    design: str = "2t2r_130nm"
    corner: str = "tt"
    temperature: Celsius = 27.0
    telegraph_noise: bool = False  # of the memory devices, in reads
    supply_sigma: VoltsSigma = 0.0  # of the sense amplifier's supply, from sample to sample
    temperature_sigma: CelsiusSigma = 0.0  # of the surroundings, from sample to sample
    library: Library | None = None


class MonteCarlo(Table):
    samples: int = Field(
        default=0, ge=1, le=MOST_SAMPLES
    )  # 0: not given, as an experiment without conditions needs none
    quick_samples: int = Field(default=100, ge=1, le=MOST_SAMPLES)
    confidence: float = Field(default=0.95, gt=0, lt=1)
    errors: int | None = Field(default=None, ge=1)  # stop at so many 2T2R errors
    relative_error: float | None = Field(
        default=None, gt=0, lt=1
    )  # of the 2T2R error rate, one standard error
    wall_time: Duration | None = None


class EnduranceTable(Table):
    cycles: list[Cycles] = Field(min_length=1)
    samples: int = Field(ge=0, le=MOST_SAMPLES)
    quick_samples: int = Field(default=0, ge=0, le=MOST_SAMPLES)
    criterion: float = Field(gt=0, lt=1)


class Published(Table):
    """Published bounds: compared with in the report, never used."""

    ber_2t2r_below: Positive | None = None
    programming_energy: Joules | None = None
    cyclability_above: Positive | None = None
    source: str


class Targets(Table):
    """What the user needs: a run that misses one ends with exit code 1."""

    ber_2t2r_below: Positive | None = None  # the upper end of the interval must lie below
    energy_set_below: Joules | None = None  # means, whole path
    energy_reset_below: Joules | None = None
    energy_read_below: Joules | None = None
    read_delay_below: Seconds | None = None


class ConditionTable(Table):
    name: Name
    set_compliance: Amperes
    reset_voltage: Volts
    pulse_width: Seconds
    published: Published | None = None
    targets: Targets = Targets()
    estimate: ConditionEstimate | None = None


_STUDIES: dict[str, Any] = {name: (study.table | None, None) for name, study in studies().items()}
StudiesTable: type[Table] = pydantic.create_model("StudiesTable", __base__=Table, **_STUDIES)
"""`[studies]` of an experiment file: one optional table per study."""


class SpecFile(Table):
    schema_: str = Field(alias="schema")
    name: Name
    title: str = ""
    seed: Seed
    technology: TechnologyTable = TechnologyTable()
    monte_carlo: MonteCarlo = MonteCarlo()
    endurance: EnduranceTable | None = None
    estimate: EstimateTable | None = None
    conditions: list[ConditionTable] = Field(default=[])
    studies: StudiesTable = StudiesTable()  # pyright: ignore[reportInvalidTypeForm]


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
    _check_unique(source, "conditions", [c.name for c in content.conditions])
    _check_unique(
        source,
        "endurance.cycles",
        [f"{n:g}" for n in content.endurance.cycles] if content.endurance else [],
    )
    return content


def _check_asked(source: object, content: SpecFile) -> None:
    """Refuse an experiment that asks for nothing, or for conditions without saying how many samples."""
    if content.conditions and not content.monte_carlo.samples:
        raise InputError(f"{source}: key `monte_carlo.samples` is missing: how many chains of each condition")
    if not content.conditions and not any(dict(content.studies).values()):
        raise InputError(f"{source}: asks for nothing: give `[[conditions]]`, or a table under `[studies]`")
    if content.endurance and not content.conditions:
        raise InputError(f"{source}: `endurance`: needs `[[conditions]]`, whose cells it ages")
    for key in ("supply_sigma", "temperature_sigma"):
        if getattr(content.technology, key) and not content.conditions:
            raise InputError(
                f"{source}: `technology.{key}`: needs `[[conditions]]`; studies take the nominal value"
            )
    if content.estimate and not content.conditions:
        raise InputError(f"{source}: `estimate`: needs `[[conditions]]`, whose error rates it estimates")
    alone = next((c.name for c in content.conditions if c.estimate), None)
    if alone is not None and content.estimate is None:
        raise InputError(
            f"{source}: condition `{alone}` has `estimate`, but there is no table `[estimate]`: add it"
        )


def _check_unique(source: object, key: str, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"{source}: `{key}`: `{name}` is given twice; each must be given once")
