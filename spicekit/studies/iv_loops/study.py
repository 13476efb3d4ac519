"""I-V loops of the 1T1R cell under several compliances, nominal and with spread, and the loop that forms it.

Sample 0 is the nominal cell, the others have drawn spread. Each goes RESET, SET, RESET; the last two are kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from spicekit.block import Block, Moments
from spicekit.circuits.cell import ProgramDeck, Technology
from spicekit.circuits.compliance import compliance_word_line
from spicekit.circuits.loop import half_loop_deck
from spicekit.models.population import Population
from spicekit.ngspice import waveforms
from spicekit.studies.devices import draw_cycle, draw_devices
from spicekit.studies.iv_loops.result import IvLoops, LoopPoint
from spicekit.studies.iv_loops.table import LoopTable
from spicekit.studies.study import Point, Study
from spicekit.units import engineering

_TRACE = 121  # points of a half, evenly in time
_METHOD = (
    "triangular voltage over cell and access transistor in SPICE; SET and forming: steepest rise of ln conductance, "
    "RESET: largest current; nominal cell left out of mean and standard deviation"
)


@dataclass(frozen=True)
class _Content:
    population: Population
    halves: tuple[tuple[str, ProgramDeck, bool], ...]  # name, deck, whether it is kept
    gap: float  # nm, where cells start
    ramp: float  # s


def points(technology: Technology, table: LoopTable) -> tuple[Point, ...]:
    """Return one point per compliance, and one for forming.

    Raises:
        InputError: the access transistor cannot give a compliance.
    """
    design, rram, ramp = technology.design, technology.rram, table.ramp
    lrs, hrs, pristine = (q.value for q in (rram.initial.lrs, rram.initial.hrs, rram.initial.pristine))
    middle = (lrs + hrs) / 2
    reset = half_loop_deck(technology, -table.reset_voltage, ramp, design.reset_word_line, lrs, middle)
    found = []
    for compliance in table.compliances:
        word_line = compliance_word_line(technology, compliance)
        rise = half_loop_deck(technology, table.set_voltage, ramp, word_line, hrs, middle)
        halves = (("prepare", reset, False), ("set", rise, True), ("reset", reset, True))
        name = engineering(compliance, "A", 12).replace("µ", "u").replace(" ", "")
        found.append(_point(name, compliance, _Content(rram.population(), halves, lrs, ramp)))
    word_line = compliance_word_line(technology, table.forming_compliance)
    form = half_loop_deck(technology, table.forming_voltage, ramp, word_line, pristine, hrs)
    content = _Content(rram.population(), (("forming", form, True),), pristine, ramp)
    return (*found, _point("forming", table.forming_compliance, content))


def _point(name: str, compliance: float, content: _Content) -> Point:
    return Point(
        name,
        {"compliance": compliance},
        {half: program.deck for half, program, _ in content.halves},
        content,
    )


def simulate(point: Point, seed: int, start: int, stop: int) -> pd.DataFrame:
    """Return the traces of cells: ``half``, ``voltage`` over the cell [V], ``current`` [A], ``gap`` [nm].

    ``switch_voltage`` [V] and ``switch_current`` [A] are the same in all rows of a half.
    """
    content: _Content = point.content
    devices = draw_devices(content.population, content.halves[0][1], seed, start, stop)
    cycle = draw_cycle(content.population, seed, start, stop, 0)
    nominal = np.arange(start, stop) == 0
    devices.points[nominal] = cycle[nominal] = 0.0
    gap, tables = devices.filled(content.gap), []
    for half, program, kept in content.halves:
        values = devices.values(program, gap, cycle)
        gap = devices.measure(program, gap, cycle, half)["gap"].to_numpy()
        for row in np.flatnonzero(devices.good) if kept else ():
            traced = _trace(waveforms(program.deck, values[row]), half, content.ramp)
            traced.insert(0, "sample", start + row)
            tables.append(traced)
    lost = np.flatnonzero(~devices.good)
    rows = pd.concat([t for t in tables if int(t["sample"].iloc[0]) - start not in lost] or [pd.DataFrame()])
    rows = rows.assign(outcome="ok", reason="")
    discards = pd.DataFrame({"sample": start + lost, "outcome": "discard", "reason": devices.reason[lost]})
    return pd.concat([rows, discards], ignore_index=True).sort_values(
        "sample", kind="stable", ignore_index=True
    )


def _trace(waves: dict[str, np.ndarray], half: str, ramp: float) -> pd.DataFrame:
    times = np.linspace(0, 2 * ramp, _TRACE)
    voltage, current, gap = waves["bl"] - waves["sl"], waves["vcell#branch"], waves["xcell.gap"]
    up = waves["time"] <= ramp
    if half == "reset":
        at = int(np.argmin(current[up]))
    else:
        # evenly in voltage, since the time steps of the simulator shrink where the state moves
        fine = np.linspace(0, ramp, 2001)
        steps = np.diff(np.interp(fine, waves["time"], gap))
        steps[0] = 0  # before the first solution a node that follows the state of a foreign device is at zero
        toward = np.sign(steps.sum())  # a state may fall or rise as the cell is SET
        at = int(np.searchsorted(waves["time"], fine[int(np.argmax(toward * steps))]))
    return pd.DataFrame(
        {
            "half": half,
            "voltage": np.interp(times, waves["time"], voltage),
            "current": np.interp(times, waves["time"], current),
            "gap": np.interp(times, waves["time"], gap),
            "switch_voltage": float(voltage[at]),
            "switch_current": float(current[at]),
        }
    )


def analyze(table: LoopTable, rows: pd.DataFrame, confidence: float) -> Mapping[str, Block]:  # noqa: ARG001
    """Return SET, RESET and forming voltages with their spread."""
    found = []
    for compliance, mine in rows[rows["point"] != "forming"].groupby("compliance"):
        found.append(
            LoopPoint(
                compliance=compliance,  # type: ignore[arg-type]
                set_voltage=_moments(mine, "set", "switch_voltage"),
                reset_voltage=_moments(mine, "reset", "switch_voltage"),
                reset_current=_moments(mine, "reset", "switch_current"),
                samples=mine["sample"].nunique(),
                discards=mine.loc[mine["outcome"] == "discard", "sample"].nunique(),
            )
        )
    if not found:
        return {}
    formed = rows[rows["point"] == "forming"]
    block = IvLoops(
        points=tuple(found),
        forming_voltage=_moments(formed, "forming", "switch_voltage"),
        forming_compliance=table.forming_compliance,
        forming_samples=formed["sample"].nunique(),
        forming_discards=formed.loc[formed["outcome"] == "discard", "sample"].nunique(),
        ramp=table.ramp,
        status="simulated",
        method=_METHOD,
    )
    return {"iv_loops": block}


def _moments(rows: pd.DataFrame, half: str, column: str) -> Moments | None:
    drawn = rows[(rows["sample"] > 0) & (rows["outcome"] != "discard")]
    if "half" not in drawn:
        return None
    values = drawn[drawn["half"] == half].drop_duplicates("sample")[column].abs()
    return Moments(mean=float(values.mean()), std=float(values.std())) if len(values) > 1 else None


STUDY = Study("iv_loops", points, simulate, analyze)
