"""Switching time: how long a constant voltage on the device takes to form, SET or RESET it.

The voltage lies on the device alone. Formed is when the gap crosses the card's high state on its way from pristine;
SET and RESET are when it crosses the middle between the card's two states.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from spicekit.block import Block, Estimate
from spicekit.circuits.cell import ProgramDeck, Technology
from spicekit.circuits.circuit_builder import ZERO_CELSIUS
from spicekit.models.population import Population
from spicekit.studies.devices import draw_cycle, draw_devices
from spicekit.studies.study import Point, Study
from spicekit.studies.switching_time.result import SwitchingLaw, SwitchingPoint, SwitchingTime
from spicekit.studies.switching_time.table import SwitchingTable
from spicekit.studies.waiting import hold_decks, log_moments, waiting_times

_METHOD = (
    "constant voltage on the device alone in SPICE, time until the gap crosses a threshold; the spread is that of the "
    "central 68 % of devices"
)
_LEAST = 3  # voltages, for a law with an error


@dataclass(frozen=True)
class _Content:
    population: Population
    decks: tuple[ProgramDeck, ...]  # of growing length
    gap: float  # nm, where devices start


def points(technology: Technology, table: SwitchingTable) -> tuple[Point, ...]:
    """Return one point per kind of switching, temperature and voltage."""
    rram = technology.rram
    lrs, hrs = rram.initial.lrs.value, rram.initial.hrs.value
    middle, pristine = (lrs + hrs) / 2, rram.initial.pristine.value
    kinds = (
        ("set", 1, table.set_voltages, hrs, middle),
        ("reset", -1, table.reset_voltages, lrs, middle),
        ("forming", 1, table.forming_voltages, pristine, hrs),
    )
    found = []
    for kind, sign, voltages, gap, threshold in kinds:
        for celsius in table.temperatures:
            warm = replace(technology, temperature=round(celsius + ZERO_CELSIUS, 9))
            for voltage in voltages:
                decks = hold_decks(warm, sign * voltage, gap, threshold)
                found.append(
                    Point(
                        f"{kind}_{voltage:g}V_{celsius:g}C",
                        {"kind": kind, "voltage": voltage, "temperature": warm.temperature},
                        {f"{k}": program.deck for k, program in enumerate(decks)},
                        _Content(rram.population(), decks, gap),
                    )
                )
    return tuple(found)


def simulate(point: Point, seed: int, start: int, stop: int) -> pd.DataFrame:
    """Return one row per device: ``time`` [s], infinite if it takes more than days."""
    content: _Content = point.content
    devices = draw_devices(content.population, content.decks[0], seed, start, stop)
    cycle = draw_cycle(content.population, seed, start, stop, 0)
    times, reasons = waiting_times(
        content.population, content.decks, devices.filled(content.gap), devices.points, cycle
    )
    return pd.DataFrame(
        {
            "sample": np.arange(start, stop),
            "outcome": np.where(reasons == "", "ok", "discard"),
            "reason": reasons.astype(str),
            "time": times,
        }
    )


def analyze(table: SwitchingTable, rows: pd.DataFrame, confidence: float) -> Mapping[str, Block]:  # noqa: ARG001
    """Return times with their spread, and the decades per volt of each kind at each temperature."""
    found = []
    for (kind, temperature, voltage), mine in rows.groupby(["kind", "temperature", "voltage"]):
        times = mine.loc[mine["outcome"] != "discard", "time"].to_numpy()
        median, sigma = log_moments(times)
        found.append(
            SwitchingPoint(
                kind=kind,  # type: ignore[arg-type]
                temperature=temperature,  # type: ignore[arg-type]
                voltage=voltage,  # type: ignore[arg-type]
                median=median,
                sigma_log10=sigma,
                samples=len(times),
                censored=int(np.isinf(times).sum()),
                discards=len(mine) - len(times),
            )
        )
    if not any(p.median for p in found):
        return {}
    kinds = dict.fromkeys((p.kind, p.temperature) for p in found)
    laws = [_law([p for p in found if (p.kind, p.temperature) == key]) for key in kinds]
    return {
        "switching_time": SwitchingTime(
            points=tuple(found),
            laws=tuple(law for law in laws if law),
            status="simulated",
            method=_METHOD,
        )
    }


def _law(mine: list[SwitchingPoint]) -> SwitchingLaw | None:
    known = [(p.voltage, float(np.log10(p.median))) for p in mine if p.median]
    if len(known) < _LEAST:
        return None
    voltages, decades = np.array(known).T
    (slope, height), covariance = np.polyfit(voltages, decades, 1, cov=True)
    return SwitchingLaw(
        kind=mine[0].kind,
        temperature=mine[0].temperature,
        decades_per_volt=Estimate(value=-float(slope), error=float(covariance[0, 0] ** 0.5)),
        worst_residual=float(np.abs(decades - height - slope * voltages).max()),
    )


STUDY = Study("switching_time", points, simulate, analyze)
