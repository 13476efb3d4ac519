"""A plan: an experiment with its chains built, their identities, and how far each is to be sampled."""

from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from spicekit.characterize.chain import Chain, build_chain
from spicekit.characterize.identity import sha256
from spicekit.characterize.spec import Spec
from spicekit.characterize.stop import StopRule
from spicekit.errors import InputError, SimulatorError
from spicekit.ngspice import ngspice_version
from spicekit.statistics import Provenance


@dataclass(frozen=True)
class Plan:
    """What a run is to do."""

    spec: Spec
    seed: int
    quick: bool
    chains: tuple[tuple[Chain, StopRule], ...]
    first: int = 0  # sample to start from, other than 0 only for a part that is merged later

    @property
    def identities(self) -> dict[str, str]:
        """SHA-256 of everything that affects the samples of each chain, the seed included."""
        return {chain.name: sha256([chain.identity, self.seed]) for chain, _ in self.chains}

    @property
    def identity(self) -> str:
        """SHA-256 of the whole: conditions and ageing; how many samples are taken does not matter."""
        fresh = {
            chain.name: sha256([chain.identity, self.seed]) for chain, _ in self.chains if not chain.cycles
        }
        ageing = [q.value for q in vars(self.spec.technology.rram.ageing).values()]
        return sha256([fresh, ageing])

    @property
    def most_samples(self) -> int:
        """Return how many chains are simulated if no other rule stops earlier."""
        return sum(rule.samples for _, rule in self.chains)

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
        return {chain.name: {"seed": self.seed, **chain.facts} for chain, _ in self.chains}


def make_plan(
    spec: Spec, seed: int | None = None, quick: bool = False, part: tuple[int, int] | None = None
) -> Plan:
    """Build all chains of an experiment.

    Args:
        seed: replaces the experiment's.
        quick: take its short form.
        part: samples (first, end) of every condition, to be merged with other parts; no endurance then.

    Raises:
        InputError: a condition that the circuit cannot do.
        SimulatorError: ngspice is missing or refuses a deck.
    """
    content = spec.content
    table = content.monte_carlo
    first, end = part or (0, table.quick_samples if quick else table.samples)
    wanted = [(0.0, StopRule(end - first, table.errors, table.relative_error))]
    if content.endurance is not None and part is None:
        aged = content.endurance.quick_samples if quick else content.endurance.samples
        wanted += [(cycles, StopRule(aged)) for cycles in content.endurance.cycles if aged > 0]
    chains = []
    for condition in spec.conditions:
        try:
            chains += [(build_chain(spec.technology, condition, cycles), rule) for cycles, rule in wanted]
        except InputError as error:
            raise InputError(f"{spec.path}: condition `{condition.name}`: {error}") from None
        except SimulatorError as error:
            raise spec.blame(error) from None
    return Plan(spec, content.seed if seed is None else seed, quick, tuple(chains), first)


def models_sha256(spec: Spec) -> str:
    """Return the SHA-256 of all model text and numbers that the experiment stands on."""
    technology = spec.technology
    rram = technology.rram
    return sha256(
        [
            technology.process.identity,
            rram.subcircuit(technology.temperature),
            repr(rram),
            repr(technology.design),
        ]
    )
