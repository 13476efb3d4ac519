"""RESET law: the high resistance state against RESET voltage and width, from the low state of one compliance.

Every device is fresh: one SET at the compliance from the card's high state, then, in the next cycle, one RESET.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from spicekit.block import Block, Estimate
from spicekit.circuits.cell import ProgramDeck, Pulse, Technology, program_deck
from spicekit.circuits.compliance import compliance_word_line
from spicekit.models.population import Population
from spicekit.sampling.distribution import distribution
from spicekit.studies.devices import draw_cycle, draw_devices
from spicekit.studies.reset_law.result import ResetLaw, ResetPoint
from spicekit.studies.reset_law.table import ResetTable
from spicekit.studies.study import Point, Study
from spicekit.units import engineering

_METHOD = "one SET and one RESET on fresh devices in SPICE, resistance read at the verify voltage; errors by bootstrap"
_LEAST = 10  # devices; with fewer a spread means nothing
_RESAMPLES = 1000


@dataclass(frozen=True)
class _Content:
    population: Population
    set_deck: ProgramDeck
    reset_deck: ProgramDeck


def points(technology: Technology, table: ResetTable) -> tuple[Point, ...]:
    """Return one point per width and voltage.

    Raises:
        InputError: the access transistor cannot give the compliance, or a pulse is shorter than its edges.
    """
    design, rram = technology.design, technology.rram
    word_line = compliance_word_line(technology, table.set_compliance)
    pulse = Pulse("set", design.set_voltage, word_line, table.set_width)
    set_deck = program_deck(technology, pulse, rram.initial.hrs.value)
    found = []
    for width in table.pulse_widths:
        for voltage in table.reset_voltages:
            reset = Pulse("reset", voltage, design.reset_word_line, width)
            reset_deck = program_deck(technology, reset, rram.initial.lrs.value)
            found.append(
                Point(
                    f"{engineering(voltage, 'V', 12)}_{engineering(width, 's', 12)}".replace(
                        "µ", "u"
                    ).replace(" ", ""),
                    {"reset_voltage": voltage, "pulse_width": width},
                    {"set": set_deck.deck, "reset": reset_deck.deck},
                    _Content(rram.population(), set_deck, reset_deck),
                )
            )
    return tuple(found)


def simulate(point: Point, seed: int, start: int, stop: int) -> pd.DataFrame:
    """Return one row per device.

    Columns: ``sample``, ``outcome``, ``reason``, ``lrs`` and ``hrs`` [Ohm], ``gap`` [nm] after the RESET, and
    ``energy`` [J] of the RESET over the whole path.
    """
    content: _Content = point.content
    population = content.population
    devices = draw_devices(population, content.set_deck, seed, start, stop)
    first, drawn = (draw_cycle(population, seed, start, stop, cycle) for cycle in (0, 1))
    low = devices.pulse(content.set_deck, devices.filled(population.gaps["hrs"]), first, "SET")
    second = population.next_cycle(first, drawn)
    after = devices.pulse(content.reset_deck, low["gap"].to_numpy(), second, "RESET")
    return pd.DataFrame(
        {
            "sample": np.arange(start, stop),
            "outcome": np.where(devices.good, "ok", "discard"),
            "reason": devices.reason.astype(str),
            "lrs": 1 / low["conductance"],
            "hrs": 1 / after["conductance"],
            "gap": after["gap"],
            "energy": after["energy_path"],
        }
    )


def analyze(table: ResetTable, rows: pd.DataFrame, confidence: float) -> Mapping[str, Block]:  # noqa: ARG001
    """Return the RESET law; a point with fewer than ten devices is left out."""
    found = []
    for (width, voltage), mine in rows.groupby(["pulse_width", "reset_voltage"]):
        hrs = mine.loc[mine["outcome"] != "discard", "hrs"]
        if len(hrs) < _LEAST:
            continue
        found.append(
            ResetPoint(
                reset_voltage=voltage,  # type: ignore[arg-type]
                pulse_width=width,  # type: ignore[arg-type]
                hrs=distribution(hrs),
                ln_median=_ln_median(hrs),
                discards=len(mine) - len(hrs),
            )
        )
    if not found:
        return {}
    law = ResetLaw(
        points=tuple(found),
        set_compliance=table.set_compliance,
        set_width=table.set_width,
        status="simulated",
        method=_METHOD,
    )
    return {"reset_law": law}


def _ln_median(resistance: pd.Series) -> Estimate:
    values = np.log(resistance.to_numpy())
    picked = np.random.default_rng(0).integers(0, len(values), (_RESAMPLES, len(values)))
    return Estimate(value=float(np.median(values)), error=float(np.median(values[picked], axis=1).std()))


STUDY = Study("reset_law", points, simulate, analyze)
