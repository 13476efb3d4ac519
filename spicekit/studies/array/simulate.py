"""Dies, cell by cell: each is written and read with all that stands around it, and beside that alone."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from spicekit.circuits.array.column import DEVICES, placed, with_input
from spicekit.circuits.array.wires import Lines
from spicekit.circuits.cell import ProgramDeck
from spicekit.circuits.read import ReadDeck
from spicekit.models.design import Design
from spicekit.models.transistor import Spread
from spicekit.ngspice import evaluate
from spicekit.studies.array.die import Die, draw_die
from spicekit.studies.memory.chain import SIDES, Chain
from spicekit.studies.memory.simulate import Trials, concluded, prepared

STATES = {"low": "lrs", "high": "hrs"}
"""Devices of a write, and the states that they end in."""


@dataclass(frozen=True)
class DieCircuits:
    """What the cells of a die are simulated with."""

    chain: Chain  # alone
    lines: Lines
    write: ProgramDeck
    read: ReadDeck
    design: Design
    bits: int  # of each die; 0: all

    @property
    def amplifier(self) -> tuple[Spread, ...]:
        """Mismatch of a column's amplifier, what it has beyond that of a cell alone included."""
        return tuple(s for s in self.read.spread if not s.name.startswith("access_"))


def simulate_die(circuits: DieCircuits, seed: int, number: int) -> pd.DataFrame:
    """Return one row per cell of a die; the columns are described in `docs/array.md`.

    A cell starts in the state opposite to what it is to store, as a pulse on each device alone left it, like a trial of
    the programming conditions.
    """
    lines = circuits.lines
    die = draw_die(circuits.chain, circuits.amplifier, lines.rows, lines.columns, circuits.bits, seed, number)
    return simulate_drawn(circuits, die).assign(sample=number)


def simulate_drawn(circuits: DieCircuits, die: Die) -> pd.DataFrame:
    """Return one row per cell of a die that was drawn; its number is 0."""
    chain = circuits.chain
    alone = _trials(chain, die)
    high, low = prepared(alone)
    lone = concluded(alone, high, low, die.stored)
    trials = _trials(chain, die)
    trials.reason[:] = np.where((high["gap"].notna() & low["gap"].notna()).to_numpy(), "", alone.reason)
    written = _written(circuits, die, trials, low["gap"], high["gap"])
    read = _read(circuits, die, trials, written)
    return _table(circuits, die, trials, written, read, lone)


def _trials(chain: Chain, die: Die) -> Trials:
    zero = np.zeros(len(die.row))
    return Trials(chain, {**dict.fromkeys(chain.coordinates, zero), **die.z}, die.stored > 0, evaluate)


def _places(circuits: DieCircuits, die: Die) -> dict[str, np.ndarray]:
    values = [placed(circuits.lines, row, column) for row, column in zip(die.row, die.column, strict=True)]
    return {name: np.array([one[name] for one in values]) for name in values[0]}


def _written(
    circuits: DieCircuits, die: Die, trials: Trials, low: pd.Series, high: pd.Series
) -> pd.DataFrame:
    columns = _places(circuits, die)
    for name, start in (("low", low), ("high", high)):
        columns[f"{name}.gap"] = start.to_numpy()
        drawn = trials.device(STATES[name], "program")
        columns |= {f"{name}.{p}": value for p, value in drawn.items()}
    for s in circuits.write.spread:
        state = STATES[s.name.partition(".")[0].removeprefix("access_")]
        columns[s.name] = s.value(trials.coordinate(state, f"access_{{}}.{s.name.partition('.')[2]}"))
    found = trials.evaluate(circuits.write.deck, columns, "write")
    for name in DEVICES:
        stray = ~found[f"{name}_gap"].between(*circuits.chain.population.plausible) & (trials.reason == "")
        trials.reason[stray] = "write: state out of range"
    return found


def _read(circuits: DieCircuits, die: Die, trials: Trials, written: pd.DataFrame) -> pd.DataFrame:
    columns = _places(circuits, die)
    low, high = (trials.device(STATES[name], "program") for name in ("low", "high"))
    for side in SIDES:
        is_low = (die.stored > 0) == (side == "left")
        columns[f"{side}.gap"] = np.where(is_low, written["low_gap"], written["high_gap"])
        columns |= {f"{side}.{p}": np.where(is_low, low[p], high[p]) for p in low}
    columns |= {s.name: s.value(die.z[s.name]) for s in circuits.read.spread}
    given = [with_input(circuits.design, int(one)) for one in die.given]
    columns |= {name: np.array([one[name] for one in given]) for name in given[0]}
    return trials.evaluate(circuits.read.deck, columns, "read")


def _table(
    circuits: DieCircuits,
    die: Die,
    trials: Trials,
    written: pd.DataFrame,
    read: pd.DataFrame,
    lone: pd.DataFrame,
) -> pd.DataFrame:
    toward = die.stored * die.given
    decided = np.isfinite(read["delay"]) & (read["decision"].abs() > circuits.design.supply / 2)
    right = decided & (np.sign(read["decision"]) == toward)
    columns = circuits.lines.columns
    resistance = {
        state: (written[f"{name}_top"] - written[f"{name}_bottom"]) / written[f"{name}_current"]
        for name, state in STATES.items()
    }
    table: Mapping[str, object] = {
        "sample": 0,
        "outcome": np.where(trials.reason != "", "discard", np.where(right, "ok", "error")),
        "reason": trials.reason.astype(str),
        "word": die.row,
        "column": die.column,
        "stored": die.stored,
        "given": die.given,
        "read": np.where(decided, np.sign(read["decision"]) * die.given, 0.0),
        "margin": read["margin"] * toward,
        "delay": np.where(decided, read["delay"], np.inf),
        **resistance,
        "lrs_gap": written["low_gap"],
        "hrs_gap": written["high_gap"],
        "set_current": written["set_current"],
        "reset_path_voltage": written["reset_voltage"],
        "energy_precharge": read["energy_precharge"],
        "energy_sense": read["energy_sense"],
        "energy_control": read["energy_sense_enable"]
        + read["energy_x"] + read["energy_xb"] + read["energy_discharge"],
        "energy_word_line": read["energy_word_line"] / columns,
        "energy_drivers": read["energy_drivers"] / columns,
        "energy_set": written["energy_set"],
        "energy_reset": written["energy_reset_source"] + written["energy_reset_bit"],
        "energy_write_word_line": (written["energy_word_line_set"] + written["energy_word_line_reset"]) / columns,
        "energy_write_drivers": written["energy_drivers"],
        "alone_outcome": lone["outcome"],
        "alone_margin": lone["margin"],
        "alone_delay": lone["read_delay"],
        "alone_lrs": lone["lrs"],
        "alone_hrs": lone["hrs"],
        "alone_energy": lone["energy_read"],
    }  # fmt: skip
    return pd.DataFrame(table)
