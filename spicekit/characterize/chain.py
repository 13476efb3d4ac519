"""One full chain: program both devices of a 2T2R cell from their opposite states, then read it.

A chain is a function of a point of standard normal coordinates (spread of both devices, of each pulse and of every
transistor); Monte Carlo draws the points here, other methods may place them.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from spicekit.characterize.condition import Condition
from spicekit.circuits.cell import ProgramDeck, Pulse, Technology, compliance_deck, program_deck
from spicekit.circuits.read import ReadDeck, read_deck
from spicekit.errors import InputError
from spicekit.models.rram import ALTERABLE, RramModel
from spicekit.ngspice import Deck, Evaluation, evaluate
from spicekit.sampling.normals import standard_normals

Evaluator = Callable[[Deck, np.ndarray], Evaluation]
SIDES = ("left", "right")
_GAP_TOLERANCE = 0.1  # nm, beyond the end stops: further out the state has diverged


@dataclass(frozen=True)
class Chain:
    """All decks of a condition at an age, with the spread of everything in them."""

    condition: Condition
    cycles: float  # done before
    wear: float
    rram: RramModel
    set_deck: ProgramDeck
    reset_deck: ProgramDeck
    read: ReadDeck
    supply: float  # V, of the sense amplifier

    @property
    def coordinates(self) -> tuple[str, ...]:
        """Names of the standard normal coordinates, in order."""
        devices = (f"{s}.{when}.{p}" for s in SIDES for when in ("device", "prepare", "program") for p in ALTERABLE)
        return (*devices, *(s.name for s in self.read.spread))

    @cached_property
    def identity(self) -> str:
        """SHA-256 of everything that affects a sample, beside the seed."""
        spread = [[s.name, s.nominal, s.sigma] for s in (*self.read.spread, *self.set_deck.spread)]
        laws = {p: [self.rram.sigma(p, "device"), self.rram.sigma(p, "cycle")] for p in ALTERABLE}
        growth = self.rram.ageing.spread_growth.value, self.rram.ageing.barrier_shift.value
        initial = self.rram.initial.lrs.value, self.rram.initial.hrs.value
        decks = [d.identity for d in (self.set_deck.deck, self.reset_deck.deck, self.read.deck)]
        everything = [decks, spread, laws, self.wear, growth, initial, self.coordinates]
        return hashlib.sha256(json.dumps(everything, sort_keys=True).encode()).hexdigest()


def build_chain(technology: Technology, condition: Condition, cycles: float = 0.0) -> Chain:
    """Return the chain of a condition after `cycles`; finds the word line that makes the compliance by simulation.

    Raises:
        InputError: the access transistor cannot give the compliance.
        SimulatorError: ngspice is missing or refuses a deck.
    """
    design, rram = technology.design, technology.rram
    word_line = compliance_word_line(technology, condition.set_compliance)
    set_pulse = Pulse("set", design.set_voltage, word_line, condition.pulse_width)
    reset_pulse = Pulse("reset", condition.reset_voltage, design.reset_word_line, condition.pulse_width)
    lrs, hrs = rram.initial.lrs.value, rram.initial.hrs.value
    return Chain(
        condition,
        cycles,
        rram.ageing.wear(cycles, condition.reset_voltage, condition.pulse_width),
        rram,
        program_deck(technology, set_pulse, hrs),
        program_deck(technology, reset_pulse, lrs),
        read_deck(technology, lrs, hrs),
        design.supply,
    )


def compliance_word_line(technology: Technology, current: float) -> float:
    """Return the word-line voltage [V] at which the nominal access transistor gives `current` [A]."""
    deck = compliance_deck(technology, current)
    measured, outcomes = evaluate(deck, np.array([deck.row()]))
    if not outcomes[0].ok:
        raise InputError(
            f"`set_compliance`: the access transistor does not give {current * 1e6:g} uA at half the SET voltage "
            f"and a word line of {technology.process.access_supply:g} V: lower it or draw a wider transistor"
        )
    return round(float(measured[0, 0]) * 1e6, 6)  # the gate rises by 1 V/us; a microvolt is enough


def simulate_range(
    chain: Chain, seed: int, start: int, stop: int, evaluator: Evaluator = evaluate
) -> pd.DataFrame:
    """Return the Monte Carlo chains `start` … `stop` - 1; even samples store weight +1, odd ones -1."""
    points = standard_normals(seed, chain.identity, start, stop, len(chain.coordinates))
    weights = np.where(np.arange(start, stop) % 2 == 0, 1, -1)
    table = simulate(chain, points, weights, evaluator)
    table.insert(0, "sample", np.arange(start, stop))
    table.insert(0, "cycles", chain.cycles)
    table.insert(0, "condition", chain.condition.name)
    return table


def simulate(
    chain: Chain, points: np.ndarray, weights: np.ndarray, evaluator: Evaluator = evaluate
) -> pd.DataFrame:
    """Return one row per point: outcome, resistances, energies, decision.

    Args:
        points: (samples, coordinates), standard normal.
        weights: (samples,), +1 stores LRS on the left, -1 on the right.
        evaluator: is given each deck with the values of all points that are still good.
    """
    point = dict(zip(chain.coordinates, points.T, strict=True))
    n, plus = len(points), weights > 0
    reason = np.full(n, "", dtype=object)

    def side(which: str, name: str) -> np.ndarray:
        """Coordinate `name` of the device that ends in LRS or HRS."""
        left = plus if which == "lrs" else ~plus
        return np.where(left, point[f"left.{name}"], point[f"right.{name}"])

    def access(which: str) -> dict[str, np.ndarray]:
        left = plus if which == "lrs" else ~plus
        own = [s.name.removeprefix("access.") for s in chain.set_deck.spread]
        return {m: np.where(left, point[f"access_left.{m}"], point[f"access_right.{m}"]) for m in own}

    def device(which: str, when: str) -> dict[str, np.ndarray]:
        return {p: _value(chain, p, side(which, f"device.{p}"), side(which, f"{when}.{p}")) for p in ALTERABLE}

    def pulse(kind: str, which: str, when: str, gap: np.ndarray) -> pd.DataFrame:
        program = chain.set_deck if kind == "set" else chain.reset_deck
        columns = {"cell.gap": gap} | {f"cell.{p}": v for p, v in device(which, when).items()}
        z = access(which)
        for s in program.spread:
            columns[s.name] = s.nominal + s.sigma * z[s.name.removeprefix("access.")]
        result = _evaluate(evaluator, program.deck, columns, reason, f"{when} {kind.upper()}")
        bad = ~result["gap"].between(*_gap_range(chain.rram)) & (reason == "")
        reason[bad] = f"{when} {kind.upper()}: state out of range"
        return result

    # both devices come from the opposite state, which a pulse of the same condition made
    initial = chain.rram.initial
    to_hrs = pulse("reset", "lrs", "prepare", np.full(n, initial.lrs.value))
    hrs = pulse("reset", "hrs", "program", pulse("set", "hrs", "prepare", np.full(n, initial.hrs.value))["gap"])
    lrs = pulse("set", "lrs", "program", to_hrs["gap"])

    columns = {}
    for name, left in (("left", plus), ("right", ~plus)):
        columns[f"{name}.gap"] = np.where(left, lrs["gap"], hrs["gap"])
        low, high = device("lrs", "program"), device("hrs", "program")
        columns |= {f"{name}.{p}": np.where(left, low[p], high[p]) for p in ALTERABLE}
    columns |= {s.name: s.nominal + s.sigma * point[s.name] for s in chain.read.spread}
    read = _evaluate(evaluator, chain.read.deck, columns, reason, "read")

    resolved = np.isfinite(read["delay"]) & (read["decision"].abs() > chain.supply / 2)
    right = resolved & (np.sign(read["decision"]) == weights)
    return pd.DataFrame(
        {
            "outcome": np.where(reason != "", "discard", np.where(right, "ok", "error")),
            "reason": reason.astype(str),
            "weight": weights,
            "lrs": _resistance(lrs),
            "hrs": _resistance(hrs),
            "energy_set": lrs["energy_path"],
            "energy_reset": hrs["energy_path"],
            "energy_set_cell": lrs["energy_cell"],
            "energy_reset_cell": hrs["energy_cell"],
            "set_current": lrs["current"],
            "decision": read["decision"],
            "margin": read["margin"],
            "read_delay": np.where(resolved, read["delay"], np.inf),
            "energy_read": read["energy"],
        }
    )


def _value(chain: Chain, parameter: str, z_device: np.ndarray, z_cycle: np.ndarray) -> np.ndarray:
    """Return the parameter's value; wear closes the window and widens every spread."""
    rram, ageing = chain.rram, chain.rram.ageing
    nominal = rram.value(parameter)
    if parameter == "e_reset":
        nominal += ageing.barrier_shift.value * chain.wear
    growth = 1 + ageing.spread_growth.value * chain.wear
    return nominal + growth * (rram.sigma(parameter, "device") * z_device + rram.sigma(parameter, "cycle") * z_cycle)


def _evaluate(
    evaluator: Evaluator, deck: Deck, columns: dict[str, np.ndarray], reason: np.ndarray, step: str
) -> pd.DataFrame:
    """Evaluate the rows that are still good; note in `reason` why others were lost."""
    values = np.column_stack([columns[p.name] for p in deck.parameters])
    good = np.flatnonzero(reason == "")
    measured = np.full((len(values), len(deck.measurements)), np.nan)
    measured[good], outcomes = evaluator(deck, values[good])
    for row, outcome in zip(good, outcomes, strict=True):
        if not outcome.ok:
            reason[row] = f"{step}: {outcome}"
    return pd.DataFrame(measured, columns=[m.name for m in deck.measurements])


def _gap_range(rram: RramModel) -> tuple[float, float]:
    return rram.value("gap_min") - _GAP_TOLERANCE, rram.value("gap_max") + _GAP_TOLERANCE


def _resistance(pulse: pd.DataFrame) -> pd.Series:
    return (pulse["verify_top"] - pulse["verify_bottom"]) / pulse["verify_current"]
