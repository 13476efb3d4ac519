"""A likelihood of the Bayesian machine at the gates: programmed to a drawn word, read, and compared cycle by cycle."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from spicekit.block import Block, Moments
from spicekit.circuits.bayes_column import ColumnDeck, column_deck
from spicekit.circuits.cell import Technology
from spicekit.ngspice import evaluate
from spicekit.sampling.counts import Counts, error_probability
from spicekit.sampling.normals import named_normals
from spicekit.sampling.registers import register_states
from spicekit.studies.bayes_column.result import BayesColumn
from spicekit.studies.bayes_column.table import ColumnTable
from spicekit.studies.programmed import Programming, program_several, programming
from spicekit.studies.study import Point, Study

_ENERGIES = ("read", "compare", "and", "hold", "flip_flop")
_METHOD = (
    "words of programmed devices and transistors with mismatch in one SPICE circuit: energies out of the supply of "
    "each part, those of cycles over their number; wrong bits and outputs counted, Clopper-Pearson"
)
_FIRST = 20  # state of the register at which the numbers begin: neither all low nor all high


@dataclass(frozen=True)
class _Content:
    pulses: Programming
    column: ColumnDeck
    supply: float  # V


def points(technology: Technology, table: ColumnTable) -> tuple[Point, ...]:
    """Return the one point.

    Raises:
        InputError: the access transistor cannot give the compliance, or a pulse is shorter than its edges.
    """
    pulses, initial = programming(technology, table), technology.rram.initial
    states = register_states(table.bits)
    numbers = [int(states[(_FIRST + k) % len(states)]) for k in range(table.cycles)]
    before = [int(state) & 1 for state in register_states(table.bits + 1)[: table.cycles]]
    gaps = initial.lrs.value, initial.hrs.value
    column = column_deck(technology, gaps, numbers, before, table.bits, table.period)
    decks = {"set": pulses.set_deck.deck, "reset": pulses.reset_deck.deck, "column": column.deck}
    content = _Content(pulses, column, technology.design.supply)
    return (Point("column", {"supply": technology.design.supply}, decks, content),)


def simulate(point: Point, seed: int, start: int, stop: int) -> pd.DataFrame:
    """Return one row per word.

    Columns: ``sample``, ``outcome`` ("error" where a bit is read wrong), ``reason``, ``word`` stored, ``read``,
    ``wrong_bits``, ``wrong_outputs`` (cycles), ``energy_read`` [J] of the word, ``energy_compare``, ``energy_and``,
    ``energy_hold``, ``energy_flip_flop`` [J] of one cycle.
    """
    content: _Content = point.content
    column = content.column
    count, cycles = stop - start, len(column.numbers)
    names = [f"bit {bit}, {side}: " for bit in range(column.bits) for side in ("left", "right")]
    made = program_several(content.pulses, seed, start, stop, names)
    # a bit of the word for each sample: the sign of a normal number
    drawn = named_normals(seed, [f"bit {bit}" for bit in range(column.bits)], start, stop) > 0
    parameters = {state: made.devices.parameters(cycle) for state, cycle in made.cycles.items()}
    columns = {}
    for k, name in enumerate(names):
        bit, mine = k // 2, slice(k * count, (k + 1) * count)
        low = drawn[:, bit] == name.endswith("left: ")
        device = f"{'left' if name.endswith('left: ') else 'right'}{bit}"
        columns[f"{device}.gap"] = np.where(low, made.gaps["lrs"][mine], made.gaps["hrs"][mine])
        for p in parameters["lrs"]:
            columns[f"{device}.{p}"] = np.where(low, parameters["lrs"][p][mine], parameters["hrs"][p][mine])
    mismatch = named_normals(seed, [s.name for s in column.spread], start, stop)
    columns |= {s.name: s.value(mismatch[:, k]) for k, s in enumerate(column.spread)}
    values = np.column_stack([columns[p.name] for p in column.deck.parameters])
    reason = made.devices.reason.reshape(len(names), count)
    lost = np.array([next((one for one in of if one), "") for of in reason.T], dtype=object)
    good = np.flatnonzero(lost == "")
    measured = np.full((count, len(column.deck.measurements)), np.nan)
    measured[good], outcomes = evaluate(column.deck, values[good])
    for row, outcome in zip(good, outcomes, strict=True):
        if not outcome.ok:
            lost[row] = f"column: {outcome}"
    found = pd.DataFrame(measured, columns=[m.name for m in column.deck.measurements])
    weights = 1 << np.arange(column.bits)
    read_bits = found[[f"bit{k}" for k in range(column.bits)]].to_numpy() > 0
    read = read_bits @ weights
    outputs = found[[f"out{k}" for k in range(cycles)]].to_numpy() > content.supply / 2
    expected = np.array([column.right(int(word)) for word in read])
    wrong = (read_bits != drawn).sum(axis=1)
    energies = {
        f"energy_{part}": found[f"energy_{part}"] / (1 if part == "read" else cycles) for part in _ENERGIES
    }
    return pd.DataFrame(
        {
            "sample": np.arange(start, stop),
            "outcome": np.where(lost != "", "discard", np.where(wrong > 0, "error", "ok")),
            "reason": lost.astype(str),
            "word": drawn @ weights,
            "read": read,
            "wrong_bits": wrong,
            "wrong_outputs": (outputs != expected).sum(axis=1),
            **energies,
        }
    )


def analyze(table: ColumnTable, rows: pd.DataFrame, confidence: float) -> Mapping[str, Block]:
    """Return energies and how often words and outputs are wrong; nothing with fewer than two words."""
    good = rows[rows["outcome"] != "discard"]
    if len(good) < 2:
        return {}
    lost = len(rows) - len(good)

    def rate(column: str, of_each: int) -> Counts:
        return Counts(len(rows) * of_each, int(good[column].sum()), lost * of_each)

    method = "counted, Clopper-Pearson"
    block = BayesColumn(
        bits=table.bits,
        cycles=table.cycles,
        period=table.period,
        supply=float(good["supply"].iloc[0]),
        **{
            f"energy_{part}": Moments(
                mean=float(good[f"energy_{part}"].mean()), std=float(good[f"energy_{part}"].std())
            )
            for part in _ENERGIES
        },
        wrong_bits=error_probability(rate("wrong_bits", table.bits), method, confidence),
        wrong_outputs=error_probability(rate("wrong_outputs", table.cycles), method, confidence),
        status="simulated",
        method=_METHOD,
    )
    return {"bayes_column": block}


STUDY = Study("bayes_column", points, simulate, analyze, counts="words")
