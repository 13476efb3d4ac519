"""The experiment file: one TOML file is one sweep, checked key by key before anything runs."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pydantic
from pydantic import Field

from spicekit.characterize.condition import Condition
from spicekit.characterize.estimates.table import ConditionEstimate, EstimateTable
from spicekit.characterize.explain import explain
from spicekit.circuits.cell import Technology
from spicekit.circuits.drawing import ZERO_CELSIUS
from spicekit.circuits.surroundings import shared_spread
from spicekit.data import data_path
from spicekit.errors import InputError, SimulatorError, SpicekitError, did_you_mean
from spicekit.experiment.fields import (
    MOST_SAMPLES,
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
from spicekit.models.cmos import sky130
from spicekit.models.design import load_design
from spicekit.models.mtj import load_mtj
from spicekit.models.own_library import own_library
from spicekit.models.rram import load_rram
from spicekit.models.superparamagnetic import load_superparamagnetic
from spicekit.models.verilog_a import compiled
from spicekit.ngspice.flat import expanded, read_netlist
from spicekit.readers import parse_toml, toml_text
from spicekit.registry import studies
from spicekit.studies.study import Study, StudyTable

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


@dataclass(frozen=True)
class Spec:
    """A checked experiment, with everything it names loaded."""

    path: Path
    text: str
    content: SpecFile
    technology: Technology
    conditions: tuple[Condition, ...]
    own_files: dict[
        str, str | bytes
    ]  # place below the run folder -> text of the models that are not spicekit's own

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def studies(self) -> list[tuple[Study, StudyTable]]:
        """The studies asked for, in the order in which they run."""
        asked = [(study, getattr(self.content.studies, name)) for name, study in studies().items()]
        return [(study, table) for study, table in asked if table is not None]

    def blame(self, error: SimulatorError) -> SpicekitError:
        """Return the error as bad input if the user's own models are in play, else as it is."""
        if not self.own_files:
            return error
        own = ", ".join(sorted(Path(place).name for place in self.own_files))
        return InputError(f"{self.path}: with the models {own}: {error}")


def load_spec(source: str | Path) -> Spec:
    """Read an experiment file, or a bundled one by its name, and load the models it names.

    Raises:
        InputError: one clear line for the first thing that is wrong.
    """
    path = _find(source)
    text = toml_text(path)
    try:
        content = SpecFile.model_validate(parse_toml(path, text))
    except pydantic.ValidationError as error:
        raise InputError(f"{path}: {explain(error.errors(), SpecFile)}") from None
    if content.schema_ != SCHEMA:
        raise InputError(f"{path}: `schema` is {content.schema_!r}, expected {SCHEMA!r}")
    _check_asked(path, content)
    _check_unique(path, "conditions", [c.name for c in content.conditions])
    _check_unique(
        path, "endurance.cycles", [f"{n:g}" for n in content.endurance.cycles] if content.endurance else []
    )
    conditions = tuple(
        Condition(c.name, c.set_compliance, c.reset_voltage, c.pulse_width) for c in content.conditions
    )
    try:
        technology, own_files = _technology(path, content.technology)
    except InputError as error:
        raise InputError(f"{path}: `technology`: {error}") from None
    _check_voltages(path, conditions, technology.process.access_supply)
    return Spec(path, text, content, technology, conditions, own_files)


def _check_asked(path: Path, content: SpecFile) -> None:
    """Refuse an experiment that asks for nothing, or for conditions without saying how many samples."""
    if content.conditions and not content.monte_carlo.samples:
        raise InputError(f"{path}: key `monte_carlo.samples` is missing: how many chains of each condition")
    if not content.conditions and not any(dict(content.studies).values()):
        raise InputError(f"{path}: asks for nothing: give `[[conditions]]`, or a table under `[studies]`")
    if content.endurance and not content.conditions:
        raise InputError(f"{path}: `endurance`: needs `[[conditions]]`, whose cells it ages")
    for key in ("supply_sigma", "temperature_sigma"):
        if getattr(content.technology, key) and not content.conditions:
            raise InputError(
                f"{path}: `technology.{key}`: needs `[[conditions]]`; studies take the nominal value"
            )
    if content.estimate and not content.conditions:
        raise InputError(f"{path}: `estimate`: needs `[[conditions]]`, whose error rates it estimates")
    alone = next((c.name for c in content.conditions if c.estimate), None)
    if alone is not None and content.estimate is None:
        raise InputError(
            f"{path}: condition `{alone}` has `estimate`, but there is no table `[estimate]`: add it"
        )


def _check_voltages(path: Path, conditions: tuple[Condition, ...], highest: float) -> None:
    """Refuse what the access transistor does not stand, which its model would simulate without a word."""
    for condition in conditions:
        if condition.reset_voltage > highest:
            raise InputError(
                f"{path}: condition `{condition.name}`: `reset_voltage` is {condition.reset_voltage:g} V, expected at "
                f"most {highest:g} V, the supply of the access transistor"
            )


def _check_unique(path: Path, key: str, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"{path}: `{key}`: `{name}` is given twice; each must be given once")


def _find(source: str | Path) -> Path:
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


def _technology(path: Path, table: TechnologyTable) -> tuple[Technology, dict[str, str | bytes]]:
    """Load what the table names; return it with the text of the user's own files, to be kept in run folders."""
    own_files: dict[str, str | bytes] = {}
    if table.library is None:
        process = sky130(table.corner)
    else:
        given = table.library.model_dump()
        place, found = _own(path, "library", given.pop("path"))
        models = [_own(path, "library", name) for name in given.pop("osdi")]
        process = own_library(found, osdi=[file for _, file in models], **given)
        own_files |= {copy: Path(file).read_bytes() for copy, file in models}
        text = "\n".join(process.header)
        own_files[place] = f".lib {table.library.section}\n{text}\n.endl\n" if table.library.section else text
    cards = {}
    for kind, name in (("rram", table.rram), ("design", table.design), ("mtj", table.mtj),
                       ("superparamagnetic", table.superparamagnetic)):  # fmt: skip
        if name is None:
            continue
        place, cards[kind] = _own(path, kind, name)
        if (card := Path(cards[kind])).is_file():
            own_files[place] = text = read_netlist(card)
            subcircuits = card.parent.glob("*.sub") if kind in ("rram", "mtj") else ()
            own_files |= {
                f"models/{kind}/{file.name}": read_netlist(file)
                for sub in subcircuits
                if sub.name in text
                for file in (sub, sub.with_suffix(".va"))
                if file.is_file()
            }
    rram = load_rram(cards["rram"])
    technology = Technology(
        process,
        compiled(rram) if table.rram_form == "osdi" else rram,
        load_design(cards["design"]),
        round(table.temperature + ZERO_CELSIUS, 9),
        table.telegraph_noise,
        table.supply_sigma,
        table.temperature_sigma,
        load_mtj(cards["mtj"]) if "mtj" in cards else None,
        load_superparamagnetic(cards["superparamagnetic"]) if "superparamagnetic" in cards else None,
    )
    shared_spread(technology)  # refuses one that is too wide
    return technology, own_files


def _own(spec: Path, kind: str, name: str) -> tuple[str, str]:
    """Return (place in a run folder, where it is now) of a file that a spec names.

    In a run folder its copy is used, elsewhere paths are relative to the spec, with ``~`` and ``$VAR`` replaced;
    bundled names stay as they are.
    """
    place = f"models/{kind}/{Path(name).name}"
    if (copy := spec.parent / place).is_file():  # here variables of the machine that made it may not be set
        return place, str(copy)
    name = str(expanded(name, f"`{kind}`"))
    return place, str(spec.parent / name if (spec.parent / name).is_file() else name)
