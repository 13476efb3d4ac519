"""A drawn die as one circuit: the values of all its parameters, and what its one transient says."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from spicekit.circuits.array.whole import WholeArray, whole_array_deck
from spicekit.circuits.cell import Technology
from spicekit.models.array import ArrayDesign
from spicekit.ngspice import evaluate
from spicekit.studies.array.die import Die, draw_die
from spicekit.studies.array.study import programming
from spicekit.studies.memory.chain import SIDES, Chain, build_chain
from spicekit.studies.memory.condition import Condition
from spicekit.studies.memory.simulate import Evaluator, Trials, prepared


@dataclass(frozen=True)
class DrawnArray:
    """The circuit of a die with its values."""

    die: Die
    circuit: WholeArray
    values: tuple[float, ...]
    word: np.ndarray  # (columns,), +1 or -1: the input word


def draw_array(
    technology: Technology,
    array: ArrayDesign,
    condition: Condition,
    shape: tuple[int, int],
    seed: int,
    number: int,
    xnor: int = 1,
    exact: bool = False,
) -> DrawnArray:
    """Return die `number` of `shape` (rows, columns) as one circuit; its first `xnor` rows are taken with a word.

    All devices start in the state opposite to what will be written, as a pulse of the condition on each alone left
    them.
    """
    rows, columns = shape
    chain = build_chain(technology, condition)
    # with any bits, to know its transistors: which bits are stored does not change them
    some = np.ones(shape, int)
    pulses = programming(technology, condition)
    one = whole_array_deck(technology, array, pulses, some[:1, :1], some[0, :1])
    amplifier = tuple(s for s in one.spread if not s.name.startswith("access_"))
    named = tuple(_renamed(s.name) for s in amplifier)
    die = draw_die(chain, _with_names(amplifier, named), rows, columns, 0, seed, number)
    bits, word = die.stored.reshape(shape), die.given.reshape(shape)[0]
    circuit = whole_array_deck(technology, array, pulses, bits, word, range(min(xnor, rows)), exact)
    values = circuit.deck.row(_values(chain, die, circuit))
    return DrawnArray(die, circuit, values, word)


def _renamed(name: str) -> str:
    """Return the name of a coordinate of an amplifier without its column: ``n_left_0.vth0`` is ``n_left.vth0``."""
    element, _, parameter = name.partition(".")
    return f"{element.rpartition('_')[0]}.{parameter}"


def _with_names(spread: tuple, names: tuple[str, ...]) -> tuple:
    return tuple(replace(s, name=name) for s, name in zip(spread, names, strict=True))


def _values(chain: Chain, die: Die, circuit: WholeArray) -> Mapping[str, float]:
    zero = np.zeros(len(die.row))
    trials = Trials(chain, {**dict.fromkeys(chain.coordinates, zero), **die.z}, die.stored > 0, evaluate)
    high, low = prepared(trials)
    found: dict[str, float] = {}
    for k, (row, column) in enumerate(zip(die.row, die.column, strict=True)):
        for side in SIDES:
            ends_low = (die.stored[k] > 0) == (side == "left")
            at = f"{side}_{row}_{column}"
            found[f"{at}.gap"] = float((low if ends_low else high)["gap"].iloc[k])
            for p, value in trials.parameters[side, "program"].items():
                found[f"{at}.{p}"] = float(value[k])
    place = {(row, column): k for k, (row, column) in enumerate(zip(die.row, die.column, strict=True))}
    for s in circuit.spread:
        element, _, parameter = s.name.partition(".")
        if element.startswith("access_"):
            _, side, row, column = element.split("_")
            z = die.z[f"access_{side}.{parameter}"][place[int(row), int(column)]]
        else:
            z = die.z[_renamed(s.name)][place[0, int(element.rpartition("_")[2])]]
        found[s.name] = float(s.value(np.array([z]))[0])
    return found


def simulate_array(
    drawn: DrawnArray, evaluator: Evaluator = evaluate
) -> tuple[pd.DataFrame, pd.DataFrame, Mapping[str, float], str]:
    """Simulate a die in one transient.

    Returns:
        One row per bit: ``row``, ``column``, ``stored``, ``decision`` [V], ``margin`` [V], toward what is stored,
        ``delay`` [s], ``left_gap``, ``right_gap`` [nm] at the end and ``left_written``, ``right_written`` after their
        own write; one row per row that was taken with the word: ``row``, ``count`` and the ``expected`` one; energies
        [J] by name; and why there is no complete result, else "ok".
    """
    deck, die = drawn.circuit.deck, drawn.die
    measured, (outcome,) = evaluator(deck, np.array([drawn.values]))
    found = {m.name: float(v) for m, v in zip(deck.measurements, measured[0], strict=True)}
    at = [f"{row}_{column}" for row, column in zip(die.row, die.column, strict=True)]
    bits = pd.DataFrame(
        {
            "row": die.row,
            "column": die.column,
            "stored": die.stored,
            "decision": [found[f"decision_{k}"] for k in at],
            "margin": die.stored * np.array([found[f"margin_{k}"] for k in at]),
            "delay": [found[f"delay_{k}"] for k in at],
            **{
                f"{side}_{what}": [found[f"{side}{name}_{k}"] for k in at]
                for side in SIDES
                for what, name in (("gap", ""), ("written", "_written"))
            },
        }
    )
    counted = [int(m.name.removeprefix("count_")) for m in deck.measurements if m.name.startswith("count_")]
    expected = [int((die.stored[die.row == row] == drawn.word).sum()) for row in counted]
    counts = pd.DataFrame(
        {"row": counted, "count": [found[f"count_{row}"] for row in counted], "expected": expected}
    )
    energies = {name: value for name, value in found.items() if name.startswith("energy_")}
    return bits, counts, energies, "ok" if outcome.ok else str(outcome)
