"""Conductance law: mean and spread of the low-field conductance against SET compliance.

Devices are cycled: each cycle is a RESET, then a SET at the compliance, from the state that the cycle before left.
Deviations of one device follow each other as the RRAM card says. With `cycle_step` above 1 so many cycles pass
between two that are simulated, and the deviations move on by that many: the same pulses then tell more of a memory
that lasts tens of cycles. The state before the RESET is that of the last cycle simulated.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from spicekit.block import Block, Estimate
from spicekit.circuits.cell import ProgramDeck, Pulse, Technology, program_deck
from spicekit.circuits.compliance import compliance_word_line
from spicekit.models.population import Population
from spicekit.studies.conductance_law.nested import compliance_law, conductance_point, power_law
from spicekit.studies.conductance_law.result import ConductanceLaw
from spicekit.studies.conductance_law.table import ConductanceTable
from spicekit.studies.devices import draw_cycle, draw_devices
from spicekit.studies.study import Point, Study
from spicekit.units import engineering

_METHOD = (
    "devices cycled in SPICE, low-field conductance read at the verify voltage after each SET; device and cycle parts "
    "by analysis of variance with the simulated correlation between cycles; errors by bootstrap over devices"
)


@dataclass(frozen=True)
class Cycled:
    """How the devices of a point are cycled."""

    population: Population
    set_deck: ProgramDeck
    reset_deck: ProgramDeck
    cycles: int
    step: int  # cycles from one that is simulated to the next
    devices: str  # names them: each compliance has its own, so that laws over compliances are of independent points


def points(technology: Technology, table: ConductanceTable) -> tuple[Point, ...]:
    """Return one point per compliance; finds their word lines by simulation.

    Raises:
        InputError: the access transistor cannot give a compliance, or the pulse is shorter than its edges.
    """
    design, rram = technology.design, technology.rram
    reset = Pulse("reset", table.reset_voltage, design.reset_word_line, table.pulse_width)
    reset_deck = program_deck(technology, reset, rram.initial.lrs.value)
    correlation = math.exp(-table.cycle_step / rram.population().slow_cycles)
    found = []
    for compliance in table.compliances:
        word_line = compliance_word_line(technology, compliance)
        pulse = Pulse("set", design.set_voltage, word_line, table.pulse_width)
        content = Cycled(
            rram.population(),
            program_deck(technology, pulse, rram.initial.hrs.value),
            reset_deck,
            table.cycles,
            table.cycle_step,
            f"{compliance:g} A.",
        )
        found.append(
            Point(
                engineering(compliance, "A", 12).replace("µ", "u").replace(" ", ""),
                {"compliance": compliance, "correlation": correlation},
                {"set": content.set_deck.deck, "reset": reset_deck.deck},
                content,
            )
        )
    return tuple(found)


def simulate(point: Point, seed: int, start: int, stop: int) -> pd.DataFrame:
    """Return the cycles of devices `start` … `stop` - 1, one row each, as `cycle_devices` without the energies."""
    return cycle_devices(point, seed, start, stop).drop(columns=["energy_set", "energy_reset"])


def cycle_devices(point: Point, seed: int, start: int, stop: int) -> pd.DataFrame:
    """Return the cycles of devices `start` … `stop` - 1, one row each; the point's content is a `Cycled`.

    Columns: ``sample`` (device), ``cycle``, ``outcome``, ``reason``, ``conductance`` [S], ``gap`` [nm] and
    ``current`` [A] at the end of SET, ``energy_set`` and ``energy_reset`` [J] over the whole path. Once a pulse of a
    device fails, that cycle and all later ones are discards, since its state is not known.
    """
    content: Cycled = point.content
    population = content.population
    devices = draw_devices(population, content.set_deck, seed, start, stop, content.devices)
    deviation = draw_cycle(population, seed, start, stop, 0, content.devices)
    gap, rows = devices.filled(population.gaps["lrs"]), []
    for cycle in range(content.cycles):
        if cycle:
            drawn = draw_cycle(population, seed, start, stop, cycle, content.devices)
            deviation = population.next_cycle(deviation, drawn, content.step)
        high = devices.pulse(content.reset_deck, gap, deviation, f"RESET of cycle {cycle}")
        low = devices.pulse(content.set_deck, high["gap"].to_numpy(), deviation, f"SET of cycle {cycle}")
        gap = low["gap"].to_numpy()
        rows.append(
            pd.DataFrame(
                {
                    "sample": np.arange(start, stop),
                    "cycle": cycle,
                    "outcome": np.where(devices.good, "ok", "discard"),
                    "reason": devices.reason.astype(str),
                    "conductance": low["conductance"],
                    "gap": gap,
                    "current": low["current"],
                    "energy_set": low["energy_path"],
                    "energy_reset": high["energy_path"],
                }
            )
        )
    return pd.concat(rows, ignore_index=True).sort_values(["sample", "cycle"], ignore_index=True)


def analyze(table: ConductanceTable, rows: pd.DataFrame, confidence: float) -> Mapping[str, Block]:  # noqa: ARG001
    """Return the conductance law, and the law of the low resistance state from the same samples."""
    each = [conductance_point(mine, table.cycles) for _, mine in rows.groupby("compliance")]
    found = tuple(point for point in each if point)
    resistances = compliance_law(rows, table.cycles)
    if not found or resistances is None:
        return {}
    compliances = [p.compliance for p in found]
    law = ConductanceLaw(
        points=found,
        mean=power_law(compliances, [p.mean for p in found]),
        relative_std=power_law(compliances, [_ratio(p.std, p.mean) for p in found]),
        correlation=float(rows["correlation"].iloc[0]),
        cycle_step=table.cycle_step,
        reset_voltage=table.reset_voltage,
        pulse_width=table.pulse_width,
        status="simulated",
        method=_METHOD,
    )
    return {"conductance_law": law, "compliance_law": resistances}


def _ratio(part: Estimate, whole: Estimate) -> Estimate:
    ratio = part.value / whole.value
    # the error of the mean is far smaller, and barely correlated with that of the spread
    return Estimate(value=ratio, error=None if part.error is None else part.error / whole.value)


STUDY = Study("conductance_law", points, simulate, analyze)
