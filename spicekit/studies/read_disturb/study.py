"""Read disturb: how many reads by the sense amplifier, or how long at a small voltage, until a state has moved.

Moved is when the resistance has changed by a tenth. One read moves a state by far less, and by an amount that hardly
depends on the state within that tenth; so the number of reads is the tenth over the way of one read from its middle.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from spicekit.block import Block
from spicekit.circuits.cell import ProgramDeck, Technology
from spicekit.circuits.device import hold_deck
from spicekit.circuits.disturb import disturb_deck
from spicekit.circuits.read import ReadDeck
from spicekit.ngspice import evaluate
from spicekit.sampling.normals import named_normals
from spicekit.studies.programmed import (
    Programmed,
    Programming,
    program,
    programming,
)
from spicekit.studies.read_disturb.result import DisturbPoint, ReadDisturb
from spicekit.studies.read_disturb.table import DisturbTable
from spicekit.studies.study import Point, Study
from spicekit.studies.waiting import hold_decks, log_moments

STATES = ("lrs", "hrs")
_MOVED = math.log(1.1)  # of ln R
_FAR = 4  # standard deviations
_SECANT = 1e-3  # of the way between the states, over which the resistance is followed
_METHOD = (
    "programmed devices in SPICE: one read by the amplifier with drawn mismatch, from the middle of the tenth, and the "
    "tenth over its way; constant voltages on the device: the tenth over the speed from its middle; four_sigma is "
    "extrapolated from a log-normal law"
)


@dataclass(frozen=True)
class _Content:
    pulses: Programming
    tenth: Mapping[
        str, float
    ]  # by which the state has moved when the resistance has by a tenth, from either state
    read: ReadDeck | None = None  # by the sense amplifier, or
    held: tuple[ProgramDeck, ...] = ()  # constant voltage, of growing length


def points(technology: Technology, table: DisturbTable) -> tuple[Point, ...]:
    """Return a point for the sense amplifier and one per voltage.

    Raises:
        InputError: the access transistor cannot give the compliance, or the pulse is shorter than its edges.
    """
    pulses, rram = programming(technology, table), technology.rram
    lrs, hrs = rram.initial.lrs.value, rram.initial.hrs.value
    decks = {"set": pulses.set_deck.deck, "reset": pulses.reset_deck.deck}
    tenth = _tenth(technology)
    read = disturb_deck(technology, lrs, hrs)
    found = [
        Point(
            "amplifier",
            {"voltage": math.nan},
            decks | {"read": read.deck},
            _Content(pulses, tenth, read),
        )
    ]
    for voltage in table.voltages:
        held = hold_decks(technology, voltage, hrs, lrs)[::2]
        all_decks = decks | {f"{k}": p.deck for k, p in enumerate(held)}
        content = _Content(pulses, tenth, held=held)
        found.append(Point(f"{voltage:g}V", {"voltage": voltage}, all_decks, content))
    return tuple(found)


def _tenth(technology: Technology) -> dict[str, float]:
    """Return how far the state moves while the resistance changes by a tenth, from either state of the card."""
    rram = technology.rram
    if rram.state_per_ln is not None:
        return dict.fromkeys(STATES, _MOVED * rram.state_per_ln)
    design, found = technology.design, {}
    lrs, hrs = rram.initial.lrs.value, rram.initial.hrs.value
    for state, begin, other in (("lrs", lrs, hrs), ("hrs", hrs, lrs)):
        ends = begin, begin + _SECANT * (other - begin)
        currents = [
            hold_deck(technology, design.verify_voltage, design.settle_time, gap, other).measure()["current"]
            for gap in ends
        ]
        found[state] = _MOVED * abs((ends[1] - ends[0]) / math.log(currents[1] / currents[0]))
    return found


def simulate(point: Point, seed: int, start: int, stop: int) -> pd.DataFrame:
    """Return one row per device and state: ``amount`` in reads or s, infinite where the state does not move."""
    content: _Content = point.content
    made = program(content.pulses, seed, start, stop)
    if content.read:
        amplifier = named_normals(seed, [s.name for s in content.read.spread], start, stop)
        amounts = _reads(content.read, content.tenth, made, amplifier)
    else:
        amounts = _waits(content, made)
    tables = [
        pd.DataFrame(
            {
                "sample": np.arange(start, stop),
                "outcome": np.where(made.devices.good, "ok", "discard"),
                "reason": made.devices.reason.astype(str),
                "state": state,
                "amount": np.where(made.devices.good, amounts[state], np.nan),
            }
        )
        for state in STATES
    ]
    return pd.concat(tables, ignore_index=True).sort_values("sample", kind="stable", ignore_index=True)


def _reads(
    read: ReadDeck, tenth: Mapping[str, float], made: Programmed, amplifier: np.ndarray
) -> dict[str, np.ndarray]:
    """Return the reads until the states have moved; a device whose read fails is lost."""
    gaps = dict(made.gaps)
    ways = _ways(read, made, amplifier, gaps)
    middle = {state: gaps[state] + np.sign(ways[state]) * tenth[state] / 2 for state in STATES}
    ways = _ways(read, made, amplifier, middle)
    with np.errstate(divide="ignore"):
        return {state: tenth[state] / np.abs(ways[state]) for state in STATES}


def _ways(
    read: ReadDeck, made: Programmed, amplifier: np.ndarray, gaps: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """Return how far [nm] one read moves the left device, in LRS, and the right one, in HRS."""
    columns, devices = {}, made.devices
    for side, state in (("left", "lrs"), ("right", "hrs")):
        columns[f"{side}.gap"] = gaps[state]
        columns |= {f"{side}.{p}": value for p, value in devices.parameters(made.cycles[state]).items()}
    for k, s in enumerate(read.spread):
        columns[s.name] = s.value(amplifier[:, k])
    values = np.column_stack([columns[p.name] for p in read.deck.parameters])
    rows = np.flatnonzero(devices.good)
    measured = np.full((len(values), len(read.deck.measurements)), np.nan)
    measured[rows], outcomes = evaluate(read.deck, values[rows])
    for row, outcome in zip(rows, outcomes, strict=True):
        if not outcome.ok:
            devices.reason[row] = f"read: {outcome}"
    ends = pd.DataFrame(measured, columns=[m.name for m in read.deck.measurements])
    return {
        state: ends[f"{side}_gap"].to_numpy() - gaps[state]
        for side, state in zip(("left", "right"), STATES, strict=True)
    }


def _waits(content: _Content, made: Programmed) -> dict[str, np.ndarray]:
    """Return the times [s] until the states have moved, from their speed in the middle of the tenth.

    The speed is that of the longest deck in which the state still goes less than half the tenth.
    """
    devices, found = made.devices, {}
    for state in STATES:
        tenth = content.tenth[state]
        begin = made.gaps[state] - tenth / 2
        speed, moving = np.full(len(begin), np.nan), devices.good
        for held in content.held:
            ends = devices.measure(held, begin, made.cycles[state], held.deck.name)["gap"].to_numpy()
            way = np.abs(ends - begin)
            told = moving & (way < tenth / 2) | np.isnan(speed)  # the shortest deck tells in any case
            speed[told] = way[told] / held.deck.stop_time
            moving &= way < tenth / 2
            if not moving.any():
                break
        with np.errstate(divide="ignore"):
            found[state] = tenth / speed
    return found


def analyze(table: DisturbTable, rows: pd.DataFrame, confidence: float) -> Mapping[str, Block]:  # noqa: ARG001
    """Return reads and times with their spread, and the weak side of their log-normal law."""
    found = []
    for (point, state), mine in rows.groupby(["point", "state"], sort=False):
        amounts = mine.loc[mine["outcome"] != "discard", "amount"].to_numpy()
        median, sigma = log_moments(amounts)
        if not amounts.size:
            continue
        voltage = float(mine["voltage"].iloc[0])
        minimum = float(amounts.min())
        far = median * 10 ** (-_FAR * sigma) if median and sigma is not None else None
        found.append(
            DisturbPoint(
                state=str(state),
                voltage=None if math.isnan(voltage) else voltage,
                unit="reads" if point == "amplifier" else "s",
                median=median,
                sigma_log10=sigma,
                # a weaker one among the simulated refutes the law
                four_sigma=far if far is not None and far <= minimum else None,
                minimum=minimum if math.isfinite(minimum) else None,
                samples=len(amounts),
                censored=int(np.isinf(amounts).sum()),
                discards=len(mine) - len(amounts),
            )
        )
    if not found:
        return {}
    block = ReadDisturb(
        points=tuple(found),
        set_compliance=table.set_compliance,
        reset_voltage=table.reset_voltage,
        pulse_width=table.pulse_width,
        status="simulated",
        method=_METHOD,
    )
    return {"read_disturb": block}


STUDY = Study("read_disturb", points, simulate, analyze)
