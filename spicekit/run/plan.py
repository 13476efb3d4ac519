"""A plan: an experiment with the points of its studies built, their identities, and how far each is to be sampled."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from typing import Any

import pandas as pd

from spicekit.errors import InputError, SimulatorError
from spicekit.experiment.grid import MEMORY_DEVICE
from spicekit.identity import sha256
from spicekit.models.memory import MemoryModel
from spicekit.ngspice import OSDI_HINT, compile_model, loads_osdi, ngspice_version
from spicekit.run.grid import nominal, repeats, rows_at, taken
from spicekit.run.spec import Spec
from spicekit.run_folder import GRID, name_of
from spicekit.statistics import Provenance
from spicekit.studies.study import Form, Point, StopRule, Study


@dataclass(frozen=True)
class PlannedStudy:
    """A study with its points built."""

    study: Study
    table: Any  # what is asked of it
    points: tuple[Point, ...]
    rules: Mapping[str, StopRule]  # by the name of the point; no samples leave it out
    without: Mapping[str, str] = field(default_factory=dict)  # points that cannot be made, and why

    def name_of(self, point: Point) -> str:
        """Return what the point is called in a run."""
        return name_of(self.study.name, point.name)

    @property
    def wanted(self) -> tuple[Point, ...]:
        """The points of which samples are wanted."""
        return tuple(point for point in self.points if self.rules[point.name].samples)

    def completed(self, rows: pd.DataFrame) -> "PlannedStudy":
        """Return the study with its points as they follow from the `rows` of the study that it follows."""
        if self.study.complete is None:
            return self
        found = {
            point.name: self.study.complete(point, rows_at(rows, str(point.labels.get(GRID, ""))))
            for point in self.points
        }
        return replace(
            self,
            points=tuple(point for point in found.values() if isinstance(point, Point)),
            without={name: why for name, why in found.items() if isinstance(why, str)},
        )


@dataclass(frozen=True)
class Plan:
    """What a run is to do."""

    spec: Spec
    form: Form
    studies: tuple[PlannedStudy, ...]

    @property
    def seed(self) -> int:
        """Seed of all samples."""
        return self.form.seed

    @property
    def first(self) -> int:
        """Number of the first sample, other than 0 only for a part that is merged later."""
        return self.form.part[0] if self.form.part else 0

    @property
    def independent(self) -> tuple[PlannedStudy, ...]:
        """The studies that need no other one."""
        return tuple(planned for planned in self.studies if planned.study.follows is None)

    @property
    def following(self) -> tuple[PlannedStudy, ...]:
        """The studies whose points stand on samples of another one; they are not complete."""
        return tuple(planned for planned in self.studies if planned.study.follows is not None)

    @property
    def identities(self) -> dict[str, str]:
        """SHA-256 of everything that affects the samples of each point that is complete, the seed included."""
        return identities(self.independent, self.seed)

    @property
    def identity(self) -> str:
        """SHA-256 of the whole; how many samples are taken does not matter."""
        return sha256(self.identities)

    @property
    def most_samples(self) -> int:
        """Return how many samples are simulated if no other rule stops earlier."""
        return sum(rule.samples for planned in self.independent for rule in planned.rules.values())

    @property
    def rules(self) -> dict[str, StopRule]:
        """How far each point is to be sampled."""
        return {
            planned.name_of(point): planned.rules[point.name]
            for planned in self.studies
            for point in planned.wanted
        }

    @property
    def labels(self) -> dict[str, dict[str, Any]]:
        """Labels of each point, which its rows have."""
        return {s.name_of(p): dict(p.labels) for s in self.studies for p in s.points}

    def provenance(self) -> Provenance:
        """Return what the numbers will have come from."""
        return Provenance(
            spec_sha256=self.spec.sha256,
            models_sha256=models_sha256(self.spec),
            ngspice=ngspice_version(),
            spicekit=version("spicekit"),
            seed=self.seed,
        )

    def facts(self) -> dict[str, Any]:
        """Return what each identity is the SHA-256 of."""
        return {s.name_of(p): {"seed": self.seed, **p.public} for s in self.independent for p in s.points}


def identities(studies: tuple[PlannedStudy, ...], seed: int) -> dict[str, str]:
    """Return the SHA-256 of everything that affects the samples of each point."""
    return {s.name_of(p): sha256([p.identity, seed]) for s in studies for p in s.points}


def make_plan(
    spec: Spec, seed: int | None = None, quick: bool = False, part: tuple[int, int] | None = None
) -> Plan:
    """Build all points of the studies of an experiment.

    Args:
        seed: replaces the experiment's.
        quick: take its short form.
        part: samples (first, end) of every condition, to be merged with other parts; then no endurance, studies or
            estimates.

    Raises:
        InputError: a condition that the circuit cannot do, or a compiled model where ngspice cannot load it.
        SimulatorError: ngspice is missing or refuses a deck.
    """
    _require_osdi(spec)
    form = Form(spec.content.seed if seed is None else seed, quick, part)
    planned = []
    for study, table in spec.asked(form):
        points, rules = _points(spec, study, table, form)
        planned.append(PlannedStudy(study, table, points, rules))
    return Plan(spec, form, tuple(planned))


def _points(
    spec: Spec, study: Study, table: Any, form: Form
) -> tuple[tuple[Point, ...], dict[str, StopRule]]:
    """Return the points of a study, those of the experiment itself first, and how far each is to be sampled."""
    grid, found, rules = spec.content.grid, [], {}
    for place in (None, *(place for place in spec.places if not place.itself)):
        if grid is not None and place is not None and not repeats(grid, study.name):
            continue
        where = "" if place is None else f"`grid`: {place.name}: "
        if study.asked is None:
            where += f"`studies.{study.name}`: "
        try:
            built = study.points(spec.technology if place is None else place.technology, table)
        except InputError as error:
            raise InputError(f"{spec.path}: {where}{error}") from None
        except SimulatorError as error:
            raise spec.as_input_error(error) from None
        for point in built:
            if grid is not None and place is not None and not taken(grid, study.name, point):
                continue
            named = point if grid is None else nominal(point) if place is None else place.placed(point)
            found.append(named)
            rules[named.name] = study.rule(table, named, form)
    return tuple(found), rules


def _require_osdi(spec: Spec) -> None:
    for rram in _memories(spec):
        try:
            if rram.sources and not loads_osdi():
                raise InputError(f"ngspice {ngspice_version()} cannot load compiled models; {OSDI_HINT}")
            for source in rram.sources:
                compile_model(source)
        except InputError as error:
            if spec.content.technology.rram_form == "osdi":
                raise InputError(
                    f'{spec.path}: `technology.rram_form` is "osdi": {error}; or leave the key out: the subcircuit has '
                    "the same equations"
                ) from None
            raise InputError(
                f"{spec.path}: `technology.rram`: the equations of `{rram.name}` are Verilog-A: {error}"
            ) from None


def _memories(spec: Spec) -> list[MemoryModel]:
    """Return the memory devices of an experiment: its own, and those that its grid names."""
    named = (place.technology.rram for place in spec.places if MEMORY_DEVICE in place.settings)
    return [spec.technology.rram, *(rram for rram in named if rram != spec.technology.rram)]


def models_sha256(spec: Spec) -> str:
    """Return the SHA-256 of all model text and numbers that the experiment stands on."""
    technology = spec.technology
    rram, *others = _memories(spec)
    junction = technology.superparamagnetic
    return sha256(
        [
            technology.process.identity,
            rram.subcircuit(technology.temperature),
            repr(rram),
            repr(technology.design),
            *([repr(technology.mtj)] if technology.mtj else []),
            *([junction.subcircuit(technology.temperature), repr(junction)] if junction else []),
            *(text for one in others for text in (one.subcircuit(technology.temperature), repr(one))),
        ]
    )
