"""A plan: an experiment with its chains built, their identities, and how far each is to be sampled."""

from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from spicekit.characterize.chain import Chain, build_chain
from spicekit.characterize.estimates.task import STORED, Request
from spicekit.characterize.spec import Spec
from spicekit.characterize.stop import StopRule
from spicekit.errors import InputError, SimulatorError
from spicekit.experiment.file import SpecFile
from spicekit.identity import sha256
from spicekit.ngspice import OSDI_HINT, compile_model, loads_osdi, ngspice_version
from spicekit.statistics import Provenance
from spicekit.studies.study import Point, Study


@dataclass(frozen=True)
class PlannedStudy:
    """A study with its points built."""

    study: Study
    points: tuple[Point, ...]
    samples: int  # at each point; 0 leaves the study out

    def name_of(self, point: Point) -> str:
        """Return ``STUDY/POINT``, as in sample ids; no condition can have that name."""
        return f"{self.study.name}/{point.name}"


@dataclass(frozen=True)
class Plan:
    """What a run is to do."""

    spec: Spec
    seed: int
    quick: bool
    chains: tuple[tuple[Chain, StopRule], ...]
    first: int = 0  # sample to start from, other than 0 only for a part that is merged later
    studies: tuple[PlannedStudy, ...] = ()
    estimates: tuple[Request, ...] = ()
    part: tuple[int, int] | None = None  # samples (first, end) of each condition, if it is not all

    @property
    def identities(self) -> dict[str, str]:
        """SHA-256 of everything that affects the samples of each chain and point, the seed included."""
        chains = {chain.name: sha256([chain.identity, self.seed]) for chain, _ in self.chains}
        return chains | self._study_identities

    @property
    def _study_identities(self) -> dict[str, str]:
        return {s.name_of(p): sha256([p.identity, self.seed]) for s in self.studies for p in s.points}

    @property
    def identity(self) -> str:
        """SHA-256 of the whole: conditions, ageing, studies; how many samples are taken does not matter."""
        fresh = {
            chain.name: sha256([chain.identity, self.seed]) for chain, _ in self.chains if not chain.cycles
        }
        ageing = [q.value for q in vars(self.spec.technology.rram.ageing).values()]
        studies = self._study_identities
        return sha256([fresh, ageing, studies] if studies else [fresh, ageing])

    @property
    def most_samples(self) -> int:
        """Return how many samples are simulated if no other rule stops earlier."""
        chains = sum(rule.samples for _, rule in self.chains)
        return chains + sum(s.samples * len(s.points) for s in self.studies)

    @property
    def planned(self) -> dict[str, dict[str, int]]:
        """Return how many samples of each chain and point are to be simulated if no other rule stops earlier."""
        chains = {chain.name: {"samples": rule.samples} for chain, rule in self.chains}
        points = {s.name_of(p): {"samples": s.samples} for s in self.studies if s.samples for p in s.points}
        return chains | points

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
        chains = {chain.name: {"seed": self.seed, **chain.facts} for chain, _ in self.chains}
        points = {s.name_of(p): {"seed": self.seed, **p.public} for s in self.studies for p in s.points}
        return chains | points


def make_plan(
    spec: Spec, seed: int | None = None, quick: bool = False, part: tuple[int, int] | None = None
) -> Plan:
    """Build all chains and study points of an experiment.

    Args:
        seed: replaces the experiment's.
        quick: take its short form.
        part: samples (first, end) of every condition, to be merged with other parts; then no endurance, studies or
            estimates.

    Raises:
        InputError: a condition that the circuit cannot do, or a compiled model where ngspice cannot load it.
        SimulatorError: ngspice is missing or refuses a deck.
    """
    content = spec.content
    _require_osdi(spec)
    table = content.monte_carlo
    most = table.quick_samples if quick else table.samples
    first, end = part or (0, most)
    if end > most:
        key = "monte_carlo.quick_samples" if quick else "monte_carlo.samples"
        raise InputError(
            f"{spec.path}: part {first}:{end} ends beyond `{key}`, {most}: give one within 0:{most}, or raise `{key}`"
        )
    wanted = [(0.0, StopRule(end - first, table.errors, table.relative_error))]
    if content.endurance is not None and part is None:
        aged = content.endurance.quick_samples if quick else content.endurance.samples
        wanted += [(cycles, StopRule(aged)) for cycles in content.endurance.cycles if aged > 0]
    chains, ageing = [], spec.technology.rram.ageing
    for condition in spec.conditions:
        try:
            chains += [
                (build_chain(spec.technology, condition, cycles), rule)
                for cycles, rule in wanted
                if ageing.wear(cycles, condition.reset_voltage, condition.pulse_width) <= ageing.limit.value
            ]
        except InputError as error:
            raise InputError(f"{spec.path}: condition `{condition.name}`: {error}") from None
        except SimulatorError as error:
            raise spec.blame(error) from None
    studies = _planned_studies(spec, quick, part is not None)
    seed = content.seed if seed is None else seed
    fresh = [chain for chain, _ in chains if not chain.cycles]
    estimates = () if part is not None else _requests(content, fresh, seed, quick)
    return Plan(spec, seed, quick, tuple(chains), first, studies, estimates, part)


def _planned_studies(spec: Spec, quick: bool, part: bool) -> tuple[PlannedStudy, ...]:
    planned = []
    for study, table in spec.studies:
        try:
            points = study.points(spec.technology, table)
        except InputError as error:
            raise InputError(f"{spec.path}: `studies.{study.name}`: {error}") from None
        except SimulatorError as error:
            raise spec.blame(error) from None
        # a part leaves the studies out, but is of the same experiment: the points stay in its identity
        planned.append(
            PlannedStudy(study, points, 0 if part else table.quick_samples if quick else table.samples)
        )
    return tuple(planned)


def _requests(content: SpecFile, fresh: list[Chain], seed: int, quick: bool) -> tuple[Request, ...]:
    """Return what is asked of the estimates of each condition, in the order of conditions."""
    asked = content.estimate
    if asked is None:
        return ()
    requests = []
    for chain, table in zip(fresh, content.conditions, strict=True):
        key = "quick_max_runs" if quick else "max_runs"
        own = getattr(table.estimate, key) if table.estimate else None
        most = getattr(asked, key) if own is None else own
        if not most:
            continue
        error = asked.quick_relative_error if quick else asked.relative_error
        stored = tuple(asked.quick_stored) if quick else STORED
        confidence, cells = content.monte_carlo.confidence, tuple(asked.cells)
        requests.append(Request(chain, cells, asked.method, error, most, confidence, seed, stored))
    return tuple(requests)


def _require_osdi(spec: Spec) -> None:
    sources = spec.technology.rram.sources
    try:
        if sources and not loads_osdi():
            raise InputError(f"ngspice {ngspice_version()} cannot load compiled models; {OSDI_HINT}")
        for source in sources:
            compile_model(source)
    except InputError as error:
        raise InputError(
            f'{spec.path}: `technology.rram_form` is "osdi": {error}; or leave the key out: the subcircuit has the '
            "same equations"
        ) from None


def models_sha256(spec: Spec) -> str:
    """Return the SHA-256 of all model text and numbers that the experiment stands on."""
    technology = spec.technology
    rram, junction = technology.rram, technology.superparamagnetic
    return sha256(
        [
            technology.process.identity,
            rram.subcircuit(technology.temperature),
            repr(rram),
            repr(technology.design),
            *([repr(technology.mtj)] if technology.mtj else []),
            *([junction.subcircuit(technology.temperature), repr(junction)] if junction else []),
        ]
    )
