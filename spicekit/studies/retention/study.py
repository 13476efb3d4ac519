"""Retention: both programmed states against time without voltage, at several temperatures.

Devices are programmed at the temperature of the experiment, baked, and read at the verify voltage. If the card spreads
`e_rest`, each device has its own barrier, and the weakest drift first; without, all drift alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd

from spicekit.block import Block, Estimate
from spicekit.circuits.cell import ProgramDeck, Technology
from spicekit.circuits.circuit_builder import ZERO_CELSIUS
from spicekit.circuits.device import bake_deck, hold_deck
from spicekit.constants import Boltzmann, elementary_charge
from spicekit.sampling.distribution import distribution
from spicekit.studies.programmed import Programming, program, programming
from spicekit.studies.retention.result import (
    Retention,
    RetentionLaw,
    RetentionLife,
    RetentionPoint,
    RetentionTail,
)
from spicekit.studies.retention.table import RetentionTable
from spicekit.studies.study import Point, Study

_EV_PER_K = Boltzmann / elementary_charge
_LEAST = 10  # devices; with fewer a spread means nothing
_TAIL = 0.01  # share of the devices that are the weakest
_METHOD = "devices programmed and baked without voltage in SPICE, then read; Arrhenius' law by least squares"


@dataclass(frozen=True)
class _Content:
    pulses: Programming
    bakes: Mapping[float, ProgramDeck]  # by time [s]
    read: ProgramDeck
    verify_voltage: float  # V


def points(technology: Technology, table: RetentionTable) -> tuple[Point, ...]:
    """Return one point per temperature.

    Raises:
        InputError: the access transistor cannot give the compliance, or the pulse is shorter than its edges.
    """
    technology = replace(technology, rram=technology.rram.resting())
    pulses, rram, design = programming(technology, table), technology.rram, technology.design
    hrs = rram.initial.hrs.value
    read = ProgramDeck(hold_deck(technology, design.verify_voltage, design.settle_time, hrs, 0.0), ())
    pulsed = {"set": pulses.set_deck.deck, "reset": pulses.reset_deck.deck}
    found = []
    for celsius in table.temperatures:
        warm = replace(technology, temperature=round(celsius + ZERO_CELSIUS, 9))
        bakes = {time: ProgramDeck(bake_deck(warm, time, hrs), ()) for time in table.times}
        decks = {f"bake_{time:g}s": program.deck for time, program in bakes.items()}
        found.append(
            Point(
                f"{celsius:g}C",
                {"temperature": warm.temperature},
                decks | pulsed | {"read": read.deck},
                _Content(pulses, bakes, read, design.verify_voltage),
            )
        )
    return tuple(found)


def simulate(point: Point, seed: int, start: int, stop: int) -> pd.DataFrame:
    """Return one row per device, state and time: ``resistance`` [Ohm] and ``gap`` [nm]; time 0 is before the bake."""
    content: _Content = point.content
    made = program(content.pulses, seed, start, stop)
    tables = []
    for state, begin in made.gaps.items():
        cycle = made.cycles[state]
        for time, bake in ((0.0, None), *content.bakes.items()):
            gap = begin
            if bake is not None:
                gap = made.devices.measure(bake, begin, cycle, f"{state} bake of {time:g} s")[
                    "gap"
                ].to_numpy()
            current = made.devices.measure(content.read, gap, cycle, f"{state} read after {time:g} s")[
                "current"
            ]
            tables.append(
                pd.DataFrame(
                    {
                        "sample": np.arange(start, stop),
                        "outcome": np.where(made.devices.good, "ok", "discard"),
                        "reason": made.devices.reason.astype(str),
                        "state": state,
                        "time": time,
                        "resistance": content.verify_voltage / current,
                        "gap": gap,
                    }
                )
            )
    return pd.concat(tables, ignore_index=True).sort_values("sample", kind="stable", ignore_index=True)


def analyze(table: RetentionTable, rows: pd.DataFrame, confidence: float) -> Mapping[str, Block]:  # noqa: ARG001
    """Return both states against time, the time to the criterion, and its activation energy."""
    found = []
    for (state, temperature, time), mine in rows.groupby(["state", "temperature", "time"]):
        good = mine.loc[mine["outcome"] != "discard", "resistance"]
        if len(good) < _LEAST:
            continue
        found.append(
            RetentionPoint(
                state=state,  # type: ignore[arg-type]
                temperature=temperature,  # type: ignore[arg-type]
                time=time,  # type: ignore[arg-type]
                resistance=distribution(good),
                discards=len(mine) - len(good),
            )
        )
    if not found:
        return {}
    keys = dict.fromkeys((p.state, p.temperature) for p in found)
    lives = []
    for state, temperature in keys:
        curve = [
            (p.time, p.resistance.median) for p in found if (p.state, p.temperature) == (state, temperature)
        ]
        lives.append(
            RetentionLife(
                state=state,
                temperature=temperature,
                time=crossing(curve, table.criterion),
                tail=_tail(rows, state, temperature, table.criterion),
            )
        )
    laws = [
        _law([life for life in lives if life.state == state]) for state in dict.fromkeys(k[0] for k in keys)
    ]
    block = Retention(
        points=tuple(found),
        lives=tuple(lives),
        laws=tuple(law for law in laws if law),
        criterion=table.criterion,
        set_compliance=table.set_compliance,
        reset_voltage=table.reset_voltage,
        pulse_width=table.pulse_width,
        status="simulated, with the barrier of the card",
        method=_METHOD,
    )
    return {"retention": block}


def _tail(rows: pd.DataFrame, state: str, temperature: float, criterion: float) -> RetentionTail | None:
    """Return when one device in a hundred has changed, each against itself; None with fewer devices."""
    mine = rows[
        (rows["state"] == state) & (rows["temperature"] == temperature) & (rows["outcome"] != "discard")
    ]
    ln_r = mine.pivot(index="sample", columns="time", values="resistance").dropna().map(np.log)
    if len(ln_r) * _TAIL < 1 or 0.0 not in ln_r:
        return None
    moved = np.exp(ln_r.sub(ln_r[0.0], axis=0).abs().quantile(1 - _TAIL))
    curve = [(float(time), float(factor)) for time, factor in moved.items()]  # type: ignore[arg-type]
    return RetentionTail(share=_TAIL, time=crossing(curve, criterion), devices=len(ln_r))


def crossing(curve: list[tuple[float, float]], criterion: float) -> float | None:
    """Return the time at which ln R has moved by ln(criterion), straight in log-log; None if it does not."""
    (_, first), way = curve[0], np.log(criterion)
    moved = [(time, abs(float(np.log(value / first)))) for time, value in curve]
    for (t0, m0), (t1, m1) in pairwise(moved):
        if m0 < way <= m1:
            if not t0 * m0:
                return t0 + (t1 - t0) * (way - m0) / (m1 - m0)
            return float(t0 * (t1 / t0) ** (np.log(way / m0) / np.log(m1 / m0)))
    return None


def _law(lives: list[RetentionLife]) -> RetentionLaw | None:
    known = [(1 / (_EV_PER_K * life.temperature), np.log(life.time)) for life in lives if life.time]
    if len(known) < 2:
        return None
    x, y = np.array(known).T
    if len(known) == 2:
        return RetentionLaw(
            state=lives[0].state, activation_energy=Estimate(value=float(np.diff(y)[0] / np.diff(x)[0]))
        )
    (slope, _), covariance = np.polyfit(x, y, 1, cov=True)
    return RetentionLaw(
        state=lives[0].state,
        activation_energy=Estimate(value=float(slope), error=float(covariance[0, 0] ** 0.5)),
    )


STUDY = Study("retention", points, simulate, analyze)
