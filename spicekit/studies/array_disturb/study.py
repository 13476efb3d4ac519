"""The study of program disturb: devices in both states, and one write of another row of their column."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from spicekit.block import Block, Estimate
from spicekit.circuits.array.column import DEVICES, placed, write_deck
from spicekit.circuits.array.wires import Lines, cell_loads
from spicekit.circuits.cell import ProgramDeck, Technology
from spicekit.errors import InputError
from spicekit.studies.array.loaded import Asked, read_wires
from spicekit.studies.array.study import programming as pulses_of
from spicekit.studies.array_disturb.result import ArrayDisturb, HalfSelected
from spicekit.studies.array_disturb.table import ArrayDisturbTable
from spicekit.studies.devices import Devices
from spicekit.studies.memory.condition import Condition
from spicekit.studies.programmed import Programming, program, programming
from spicekit.studies.study import FindFile, Point, Study

_MOVED = math.log(1.1)  # of ln R
_FINE = 10  # times more steps than a write has: the edges are what counts
_LINES = {"low": "pulsed", "high": "grounded"}
_METHOD = (
    "programmed devices in SPICE, with their lines and drivers, while another row is written; the tenth over the "
    "change by one write"
)


@dataclass(frozen=True)
class Content:
    """What devices are programmed and disturbed with."""

    pulses: Programming
    write: ProgramDeck  # of another row
    place: Mapping[str, float]  # values of its parameters
    per_ln: float  # of the state, by which ln R rises by 1


def load(table: ArrayDisturbTable, find: FindFile) -> tuple[Asked[ArrayDisturbTable], Mapping[str, str]]:
    """Read the card of wires and drivers, as the study of arrays does.

    Raises:
        InputError: no such card, or not of the form expected.
    """
    array, own = read_wires(table.wires, find)
    return Asked(table, array), own


def points(technology: Technology, asked: Asked[ArrayDisturbTable]) -> tuple[Point, ...]:
    """Return the one point.

    Raises:
        InputError: the access transistor cannot give the compliance, a pulse is shorter than its edges, or the state
            of the device is none in ln R.
    """
    table, rram = asked.table, technology.rram
    if rram.state_per_ln is None:
        raise InputError(
            f"the state of `{rram.name}` is none in ln R, in which a disturb is told: take another card"
        )
    condition = Condition("other row", table.set_compliance, table.reset_voltage, table.pulse_width)
    lines = Lines(asked.array, cell_loads(technology), table.rows, 2)
    design = replace(technology.design, steps_per_pulse=_FINE * technology.design.steps_per_pulse)
    fine = replace(technology, design=design)
    write = write_deck(fine, lines, pulses_of(technology, condition), selected=False)
    content = Content(
        programming(technology, table), write, placed(lines, table.rows - 1, 1), rram.state_per_ln
    )
    decks = {
        "set": content.pulses.set_deck.deck, "reset": content.pulses.reset_deck.deck, "write": write.deck,
    }  # fmt: skip
    return (Point(f"{table.rows}rows", {"rows": float(table.rows)}, decks, content),)


def simulate(point: Point, seed: int, start: int, stop: int) -> pd.DataFrame:
    """Return one row per device, state and line: ``change`` of ln R by one write of another row."""
    content: Content = point.content
    made = program(content.pulses, seed, start, stop)
    tables = []
    for state, gap in made.gaps.items():
        result = _disturbed(content, made.devices, gap, made.cycles[state], state)
        for name, line in _LINES.items():
            tables.append(
                pd.DataFrame(
                    {
                        "sample": np.arange(start, stop),
                        "outcome": np.where(made.devices.good, "ok", "discard"),
                        "reason": made.devices.reason.astype(str),
                        "state": state,
                        "line": line,
                        "change": (result[f"{name}_gap"].to_numpy() - gap) / content.per_ln,
                    }
                )
            )
    return pd.concat(tables, ignore_index=True).sort_values("sample", kind="stable", ignore_index=True)


def _disturbed(
    content: Content, devices: Devices, gap: np.ndarray, cycle: np.ndarray, state: str
) -> pd.DataFrame:
    columns = {name: devices.filled(value) for name, value in content.place.items()}
    drawn = devices.parameters(cycle)
    for name in DEVICES:
        columns[f"{name}.gap"] = gap
        columns |= {f"{name}.{p}": value for p, value in drawn.items()}
    # the deck of a pulse on a cell alone has the access transistor's coordinates in this order
    own = {s.name.partition(".")[2]: k for k, s in enumerate(content.pulses.set_deck.spread)}
    for s in content.write.spread:
        z = devices.points[:, content.pulses.population.size + own[s.name.partition(".")[2]]]
        columns[s.name] = s.value(z)
    deck = content.write.deck
    values = np.column_stack([columns[p.name] for p in deck.parameters])
    return devices.run(deck, values, f"write of another row, {state}")


def analyze(asked: Asked[ArrayDisturbTable], rows: pd.DataFrame, confidence: float) -> Mapping[str, Block]:
    """Return what each state and line has; nothing without a device."""
    del confidence
    found = []
    for (state, line), mine in rows.groupby(["state", "line"], sort=False):
        good = mine[mine["outcome"] != "discard"]
        if good.empty:
            continue
        change = good["change"]
        count = len(change)
        found.append(
            HalfSelected(
                state=str(state),
                line=str(line),
                change=Estimate(
                    value=float(change.mean()), error=float(change.std() / count**0.5) if count > 1 else None
                ),
                writes=_writes(float(change.abs().median())),
                fewest=_writes(float(change.abs().max())),
                devices=count,
                discards=len(mine) - count,
            )
        )
    if not found:
        return {}
    table = asked.table
    block = ArrayDisturb(
        points=tuple(found),
        set_compliance=table.set_compliance,
        reset_voltage=table.reset_voltage,
        pulse_width=table.pulse_width,
        rows=table.rows,
        status="simulated",
        method=_METHOD,
    )
    return {"array_disturb": block}


def _writes(change: float) -> float | None:
    return _MOVED / change if change > 0 else None


STUDY = Study("array_disturb", points, simulate, analyze, load=load)
