"""Conductance and energies of aged devices: what SET at some compliances gives after more and more cycles done.

Devices are cycled as for the conductance law, with the wear that the RRAM card gives for the cycles done before. The
same devices with the same deviations are simulated at every age: what differs between two ages is due to their age.
"""

import math
from collections.abc import Mapping

import pandas as pd

from spicekit.block import Block
from spicekit.circuits.cell import Pulse, Technology, program_deck
from spicekit.circuits.compliance import compliance_word_line
from spicekit.errors import InputError
from spicekit.sampling.distribution import moments
from spicekit.studies.conductance_ageing.result import AgedPoint, ConductanceAgeing
from spicekit.studies.conductance_ageing.table import AgeingTable
from spicekit.studies.conductance_law.nested import conductance_point
from spicekit.studies.conductance_law.study import Cycled, cycle_devices
from spicekit.studies.memory.chain import ageing_of
from spicekit.studies.study import Point, Study
from spicekit.units import engineering

_METHOD = (
    "aged devices cycled in SPICE, low-field conductance read at the verify voltage after each SET; form of the ageing "
    "law assumed, its lifetime as the RRAM card says; energies over the whole path"
)


def points(technology: Technology, table: AgeingTable) -> tuple[Point, ...]:
    """Return one point per compliance and age, fresh devices first.

    Raises:
        InputError: the access transistor cannot give a compliance, a pulse is shorter than its edges, or the card's
            ageing law does not reach an age.
    """
    design, rram, ageing = technology.design, technology.rram, ageing_of(technology)
    reset = Pulse("reset", table.reset_voltage, design.reset_word_line, table.pulse_width)
    reset_deck = program_deck(technology, reset, rram.initial.lrs.value)
    correlation = math.exp(-table.cycle_step / rram.population().slow_cycles)
    wears = {age: ageing.wear(age, table.reset_voltage, table.pulse_width) for age in (0.0, *table.ages)}
    limit = ageing.limit.value
    for age, wear in wears.items():
        if wear > limit:
            raise InputError(
                f"`studies.conductance_ageing.ages`: {age:g} cycles are a wear of {wear:.3g}, expected at most "
                f"{limit:g}, up to where the ageing law of the RRAM card holds: leave that age out"
            )
    found = []
    for compliance in table.compliances:
        word_line = compliance_word_line(technology, compliance)
        pulse = Pulse("set", design.set_voltage, word_line, table.pulse_width)
        set_deck = program_deck(technology, pulse, rram.initial.hrs.value)
        for age, wear in wears.items():
            name = engineering(compliance, "A", 12).replace("µ", "u").replace(" ", "")
            labels = {"compliance": compliance, "correlation": correlation}
            found.append(
                Point(
                    f"{name}_{age:g}",
                    labels | {"age": age},
                    {"set": set_deck.deck, "reset": reset_deck.deck},
                    Cycled(
                        rram.population(wear),
                        set_deck,
                        reset_deck,
                        table.cycles,
                        table.cycle_step,
                        f"{compliance:g} A.",  # the same devices at every age
                    ),
                )
            )
    return tuple(found)


def analyze(table: AgeingTable, rows: pd.DataFrame, confidence: float) -> Mapping[str, Block]:  # noqa: ARG001
    """Return conductances and energies against compliance and age; points with too few devices are left out."""
    found = []
    for (age, _), mine in rows.groupby(["age", "compliance"]):  # type: ignore[misc]
        point = conductance_point(mine, table.cycles)
        if point is not None:
            energies = {name: moments(mine[name]) for name in ("energy_set", "energy_reset")}
            found.append(AgedPoint(cycles=float(age), conductance=point, **energies))  # type: ignore[arg-type]
    if not found:
        return {}
    block = ConductanceAgeing(
        points=tuple(found),
        reset_voltage=table.reset_voltage,
        pulse_width=table.pulse_width,
        status="simulated",
        method=_METHOD,
    )
    return {"conductance_ageing": block}


STUDY = Study("conductance_ageing", points, cycle_devices, analyze)
