"""The study of arrays: which dies there are, how their cells are simulated, what is said of them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from spicekit.block import Block, Distribution
from spicekit.circuits.array.column import Programming, column_read_deck, write_deck
from spicekit.circuits.array.wires import Lines, cell_loads
from spicekit.circuits.cell import Technology
from spicekit.circuits.compliance import compliance_word_line
from spicekit.errors import InputError
from spicekit.sampling.counts import Counts, error_probability
from spicekit.sampling.distribution import distribution, moments_if_any
from spicekit.studies.array.die import addresses
from spicekit.studies.array.loaded import Asked, load
from spicekit.studies.array.result import Array, ArrayEnergy, ArrayPoint
from spicekit.studies.array.simulate import DieCircuits, simulate_die
from spicekit.studies.array.table import ArrayTable, ProgrammedTable, shape_of
from spicekit.studies.memory.chain import build_chain
from spicekit.studies.memory.condition import Condition
from spicekit.studies.study import Point, Study

_METHOD = (
    "every cell of a die in SPICE with its lines, drivers and amplifier, the cells that are not selected as loads on "
    "the lines; counted, Clopper-Pearson"
)
_STATUS = "wires: published sheet resistances and capacitances; sizes of lines and drivers: assumed"
_OF_ALL = "word_line_load", "bit_line_load", "source_line_load", "supply", "process", "temperature"
_COUNTED = "counted, Clopper-Pearson"


def points(technology: Technology, asked: Asked[ArrayTable]) -> tuple[Point, ...]:
    """Return one point per way of writing and size.

    Raises:
        InputError: the access transistor cannot give a compliance, a pulse is shorter than its edges, or the library
            names no transistor of the drivers.
    """
    loads = cell_loads(technology)
    found = []
    for one in asked.table.programmed:
        condition = Condition(one.name, one.set_compliance, one.reset_voltage, one.pulse_width)
        try:
            for size in asked.table.sizes:
                rows, columns = shape_of(size)
                lines = Lines(asked.array, loads, rows, columns)
                circuits = die_circuits(technology, condition, lines, asked.table.bits)
                labels: dict[str, float | str] = {
                    "condition": one.name, "rows": float(rows), "columns": float(columns),
                    "word_line_load": loads.word_line, "bit_line_load": loads.bit_line,
                    "source_line_load": loads.source_line, "supply": technology.design.supply,
                    "process": technology.process.name, "temperature": technology.temperature,
                }  # fmt: skip
                decks = {"write": circuits.write.deck, "read": circuits.read.deck}
                found.append(Point(f"{one.name}-{size}", labels, decks, circuits, named=False))
        except InputError as error:
            raise InputError(f"`programmed`, `{one.name}`: {error}") from None
    return tuple(found)


def die_circuits(technology: Technology, condition: Condition, lines: Lines, bits: int = 0) -> DieCircuits:
    """Return what the cells of a die are simulated with; `bits` of each die, all if 0.

    Raises:
        InputError: as `points`.
    """
    chain, pulses = build_chain(technology, condition), programming(technology, condition)
    write, read = write_deck(technology, lines, pulses), column_read_deck(technology, lines)
    return DieCircuits(chain, lines, write, read, technology.design, bits)


def programming(technology: Technology, condition: Condition) -> Programming:
    """Return the pulses of a condition: those of a cell alone.

    Raises:
        InputError: the access transistor cannot give the compliance, or stand the voltage.
    """
    design, highest = technology.design, technology.process.access_supply
    if condition.reset_voltage > highest:
        raise InputError(
            f"`reset_voltage` is {condition.reset_voltage:g} V, expected at most {highest:g} V, the supply of the "
            "access transistor"
        )
    word_line = compliance_word_line(technology, condition.set_compliance)
    return Programming(
        word_line, design.set_voltage, design.reset_word_line, condition.reset_voltage, condition.pulse_width
    )


def simulate(point: Point, seed: int, start: int, stop: int) -> pd.DataFrame:
    """Return the cells of dies `start` … `stop` - 1, one row each, with the columns of `simulate_die`."""
    dies = [simulate_die(point.content, seed, number) for number in range(start, stop)]
    return pd.concat(dies, ignore_index=True)


def lost(point: Point, number: int, reason: str) -> pd.DataFrame:
    """Return the rows of a die whose simulation killed its process: each of its bits a discard without numbers."""
    circuits: DieCircuits = point.content
    row, column = addresses(circuits.lines.rows, circuits.lines.columns, circuits.bits)
    return pd.DataFrame(
        {"sample": number, "outcome": "discard", "reason": reason, "word": row, "column": column}
    )


def analyze(asked: Asked[ArrayTable], rows: pd.DataFrame, confidence: float) -> Mapping[str, Block]:
    """Return what is said of every point that has a cell with a result."""
    found = []
    for one in asked.table.programmed:
        for size in asked.table.sizes:
            shape = shape_of(size)
            mine = rows[
                (rows["condition"] == one.name) & (rows["rows"] == shape[0]) & (rows["columns"] == shape[1])
            ]
            if (mine["outcome"] != "discard").any():
                found.append(_point(one, shape, mine, confidence))
    if not found:
        return {}
    first = rows.iloc[0]
    said: dict[str, Any] = {
        name: first[name] for name in _OF_ALL if name in rows
    }  # older rows have the loads alone
    area = asked.array.cell_width * asked.array.cell_height
    return {"array": Array(points=tuple(found), status=_STATUS, method=_METHOD, cell_area=area, **said)}


def _point(one: ProgrammedTable, shape: tuple[int, int], rows: pd.DataFrame, confidence: float) -> ArrayPoint:
    good = rows[rows["outcome"] != "discard"]
    wrong = rows[rows["outcome"] == "error"]
    alone = good[good["alone_outcome"] != "discard"]
    threshold = float(np.sqrt(good["lrs"].median() * good["hrs"].median()))
    unwritten = int((good["lrs"] > threshold).sum() + (good["hrs"] < threshold).sum())
    lone_errors = int((alone["alone_outcome"] == "error").sum())
    return ArrayPoint(
        condition=one.name,
        set_compliance=one.set_compliance,
        reset_voltage=one.reset_voltage,
        pulse_width=one.pulse_width,
        rows=shape[0],
        columns=shape[1],
        dies=rows["sample"].nunique(),
        failed=error_probability(Counts(len(rows), len(wrong), len(rows) - len(good)), _COUNTED, confidence),
        failed_alone=error_probability(
            Counts(len(rows), lone_errors, len(rows) - len(alone)), _COUNTED, confidence
        ),
        unwritten=error_probability(
            Counts(2 * len(rows), unwritten, 2 * (len(rows) - len(good))), _COUNTED, confidence
        ),
        bad_dies=wrong["sample"].nunique() / rows["sample"].nunique(),
        most_in_column=int(wrong.groupby(["sample", "column"]).size().max()) if len(wrong) else 0,
        margin=moments_if_any(good["margin"]),
        margin_alone=moments_if_any(alone["alone_margin"]),
        delay=moments_if_any(good["delay"][np.isfinite(good["delay"])]),
        delay_alone=moments_if_any(alone["alone_delay"][np.isfinite(alone["alone_delay"])]),
        lrs=_distribution(good["lrs"]),
        hrs=_distribution(good["hrs"]),
        lrs_alone=_distribution(alone["alone_lrs"]),
        hrs_alone=_distribution(alone["alone_hrs"]),
        set_current=moments_if_any(good["set_current"]),
        energy=_energy(good, alone, shape[1]),
    )


def _energy(good: pd.DataFrame, alone: pd.DataFrame, columns: int) -> ArrayEnergy:
    read = {
        name: float(good[f"energy_{name}"].mean())
        for name in ("precharge", "sense", "control", "word_line", "drivers")
    }
    write = {
        "write_set": float(good["energy_set"].mean()),
        "write_reset": float(good["energy_reset"].mean()),
        "write_word_line": float(good["energy_write_word_line"].mean()),
        "write_drivers": float(good["energy_write_drivers"].mean()),
    }
    # an amplifier that never decides gives a little charge back to its supply, which takes none
    read = {name: max(value, 0.0) for name, value in read.items()}
    total = sum(read.values())
    lone = alone["alone_energy"].dropna() if "alone_energy" in alone else ()  # older rows have none
    return ArrayEnergy(
        **read, read=total, read_word=columns * total, **write, write=sum(write.values()), bits=len(good),
        read_alone=float(np.mean(lone)) if len(lone) else None,
    )  # fmt: skip


def _distribution(values: pd.Series) -> Distribution | None:
    return distribution(values) if len(values) > 1 else None


STUDY = Study("array", points, simulate, analyze, load=load, lost=lost, counts="dies")
