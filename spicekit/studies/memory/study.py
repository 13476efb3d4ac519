"""The study of programming conditions: which trials there are, how they are simulated, what is said of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pandas as pd

from spicekit.circuits.cell import Technology
from spicekit.errors import InputError
from spicekit.run_folder import MEMORY
from spicekit.statistics import Conditions
from spicekit.studies.memory.chain import Chain, ageing_of, build_chain, population_after, sample_name
from spicekit.studies.memory.condition import Condition, beyond_card
from spicekit.studies.memory.extract import extract_condition
from spicekit.studies.memory.simulate import sample_table, simulate_point
from spicekit.studies.study import Form, Point, StopRule, Study

if TYPE_CHECKING:
    from spicekit.experiment.file import SpecFile

# of `simulate`: the device that is to end in HRS or LRS comes from the opposite state
_STEPS = (("prepare SET", "hrs"), ("prepare RESET", "lrs"), ("program RESET", "hrs"), ("program SET", "lrs"))


@dataclass(frozen=True)
class MemoryTable:
    """What an experiment file asks of its programming conditions."""

    conditions: tuple[Condition, ...]
    fresh: StopRule
    aged: StopRule
    cycles: tuple[float, ...] = ()  # ages
    criterion: float | None = None  # bit error rate at which a cell counts as worn out
    ageing: str = "assumed"  # status of the ageing law
    outside: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # by condition: beyond the card's data


def asked(content: "SpecFile", technology: Technology, form: Form) -> MemoryTable | None:
    """Return what the tables of an experiment file ask for; None without conditions.

    Raises:
        InputError: the part is not within the samples that are asked for.
    """
    if not content.conditions:
        return None
    table, endurance = content.monte_carlo, content.endurance
    key = "quick_samples" if form.quick else "samples"
    most = getattr(table, key)
    first, end = form.part or (0, most)
    if end > most:
        raise InputError(
            f"part {first}:{end} ends beyond `monte_carlo.{key}`, {most}: give one within 0:{most}, or raise "
            f"`monte_carlo.{key}`"
        )
    conditions = tuple(
        Condition(c.name, c.set_compliance, c.reset_voltage, c.pulse_width) for c in content.conditions
    )
    found = MemoryTable(
        conditions,
        StopRule(end - first, table.errors, table.relative_error, first),
        StopRule(0),
        ageing=ageing.cycles.status if (ageing := technology.rram.ageing) else "assumed",
        outside={one.name: beyond_card(technology.rram, one) for one in conditions},
    )
    if endurance is None:
        return found
    ageing_of(technology)
    samples = 0 if form.part else endurance.quick_samples if form.quick else endurance.samples
    return replace(
        found, cycles=tuple(endurance.cycles), aged=StopRule(samples), criterion=endurance.criterion
    )


def points(technology: Technology, table: MemoryTable) -> tuple[Point, ...]:
    """Return one point per condition and age; ages beyond the reach of the ageing law are left out.

    Raises:
        InputError: a condition that the circuit cannot do.
    """
    found = []
    for condition in table.conditions:
        try:
            fresh = build_chain(technology, condition)
        except InputError as error:
            raise InputError(f"condition `{condition.name}`: {error}") from None
        found.append(point_of(fresh))
        for n in table.cycles:
            if _lasts(technology, condition, n):
                worn = population_after(technology.rram, condition, n)
                found.append(point_of(replace(fresh, cycles=n, population=worn)))
    return tuple(found)


def _lasts(technology: Technology, condition: Condition, cycles: float) -> bool:
    ageing = ageing_of(technology)
    return ageing.wear(cycles, condition.reset_voltage, condition.pulse_width) <= ageing.limit.value


def point_of(chain: Chain) -> Point:
    """Return a chain as a point; what it is called affects no sample."""
    name, cycles = chain.condition.name, chain.cycles
    labels = {"condition": name, "cycles": cycles}
    decks = {"set": chain.set_deck.deck, "reset": chain.reset_deck.deck, "read": chain.read.deck}
    return Point(sample_name(name, cycles), labels, decks, chain, named=False)


def rule(table: MemoryTable, point: Point, form: Form) -> StopRule:
    """Return when a point is sampled enough."""
    del form
    return table.aged if point.labels["cycles"] else table.fresh


def lost(point: Point, number: int, reason: str) -> pd.DataFrame:
    """Return the row of a trial whose simulation killed its process: a discard without numbers."""
    del point
    weight = 1 if number % 2 == 0 else -1
    return sample_table({"sample": [number], "outcome": ["discard"], "reason": [reason], "weight": [weight]})


def analyze(table: MemoryTable, rows: pd.DataFrame, confidence: float) -> Mapping[str, Conditions]:
    """Return the statistics of every condition."""
    rows = rows if len(rows) else sample_table().assign(condition="", cycles=0.0)
    found = []
    for one in table.conditions:
        mine = rows[rows["condition"] == one.name]
        said = extract_condition(one, mine, confidence, table.criterion, table.ageing)
        found.append(said.model_copy(update={"outside": table.outside.get(one.name, ())}))
    return {"conditions": Conditions(conditions=tuple(found))}


def step(point: Point, number: int, place: int) -> str | None:
    """Return the name of a simulation of a trial; the read of nearly equal resistances after it is none of its own."""
    del point
    if place == len(_STEPS):
        return "read"
    if place > len(_STEPS):
        return None
    pulse, state = _STEPS[place]
    side = "left" if (state == "lrs") == (number % 2 == 0) else "right"
    return f"{pulse}, {side} device"


STUDY = Study(
    MEMORY, points, simulate_point, analyze,
    asked=asked, rule=rule, lost=lost, without_samples=True, step=step,
)  # fmt: skip
