"""Runs chains: points of standard normal coordinates in, one row of results per sample out.

A chain is a function of its point (spread of both devices, of each pulse and of every transistor). Monte Carlo draws
the points here; other methods may place them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from spicekit.ngspice import Deck, Evaluation, evaluate
from spicekit.sampling.normals import named_normals
from spicekit.studies.memory.chain import SIDES, Chain, device_points
from spicekit.studies.memory.columns import COLUMNS
from spicekit.studies.memory.offset import offset_reads
from spicekit.studies.study import Point

NAMES = [column.name for column in COLUMNS if column.name not in ("condition", "cycles", "grid")]
"""Columns of a trial; its condition and age are labels of the point."""
Evaluator = Callable[[Deck, np.ndarray], Evaluation]


def sample_table(rows: Mapping[str, list] | None = None) -> pd.DataFrame:
    """Return a table of trials with all columns; numbers that `rows` does not give are NaN."""
    numbers = dict.fromkeys(NAMES[NAMES.index("lrs") :], float)
    return pd.DataFrame(rows or {}, columns=NAMES).astype(numbers)


def simulate_point(point: Point, seed: int, start: int, stop: int) -> pd.DataFrame:
    """Return one row per trial, with the columns of `spicekit.studies.memory.columns`."""
    return simulate_range(point.content, seed, start, stop)


def simulate_range(
    chain: Chain, seed: int, start: int, stop: int, evaluator: Evaluator = evaluate
) -> pd.DataFrame:
    """Return the Monte Carlo chains `start` … `stop` - 1; even samples store weight +1, odd ones -1."""
    points = named_normals(seed, chain.coordinates, start, stop)
    numbers = np.arange(start, stop)
    table = simulate(chain, points, np.where(numbers % 2 == 0, 1, -1), evaluator)
    table = pd.concat([table, offset_reads(chain, seed, numbers, table["lrs_gap"].to_numpy())], axis=1)
    table.insert(0, "sample", numbers)
    return table[NAMES]


def simulate(
    chain: Chain,
    points: np.ndarray,
    weights: np.ndarray,
    evaluator: Evaluator = evaluate,
    before: tuple[np.ndarray, np.ndarray] | None = None,
) -> pd.DataFrame:
    """Return one row per point: outcome, resistances, energies, decision.

    Args:
        points: (samples, coordinates), standard normal.
        weights: (samples,), +1 stores LRS on the left, -1 on the right.
        evaluator: is given each deck with the values of all points that are still good.
        before: gaps [nm] in which a programming to the same weight has left the devices in LRS and in HRS; None: they
            are in the card's first states.
    """
    samples = Trials(chain, dict(zip(chain.coordinates, points.T, strict=True)), weights > 0, evaluator)
    return concluded(samples, *prepared(samples, before), weights)


def prepared(
    samples: "Trials", before: tuple[np.ndarray, np.ndarray] | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the pulses that bring the devices into the states opposite to those that they are to end in.

    Of the device that ends in HRS, and of the one that ends in LRS; `before` as for `simulate`.
    """
    # Both devices come from the opposite state, which a pulse of the same condition made. Pulses of one kind follow
    # each other, so that their deck is loaded once.
    chain = samples.chain
    low_before, high_before = before or (chain.population.gaps["lrs"], chain.population.gaps["hrs"])
    high = samples.pulse("set", "hrs", "prepare", samples.filled(high_before))
    return high, samples.pulse("reset", "lrs", "prepare", samples.filled(low_before))


def concluded(samples: "Trials", high: pd.DataFrame, low: pd.DataFrame, weights: np.ndarray) -> pd.DataFrame:
    """Return one row per prepared trial, as `simulate` does."""
    chain = samples.chain
    hrs = samples.pulse("reset", "hrs", "program", high["gap"])
    lrs = samples.pulse("set", "lrs", "program", low["gap"])
    shares = {
        state: samples.telegraph(state, gap) for state, gap in (("lrs", lrs["gap"]), ("hrs", hrs["gap"]))
    }
    read = samples.read(lrs["gap"], hrs["gap"], shares)

    resolved = np.isfinite(read["delay"]) & (read["decision"].abs() > chain.supply / 2)
    right = resolved & (np.sign(read["decision"]) == weights)
    return pd.DataFrame(
        {
            "outcome": np.where(samples.reason != "", "discard", np.where(right, "ok", "error")),
            "reason": samples.reason.astype(str),
            "weight": weights,
            "lrs": _resistance(lrs) / (1 - shares["lrs"]),
            "hrs": _resistance(hrs) / (1 - shares["hrs"]),
            "lrs_gap": lrs["gap"],
            "hrs_gap": hrs["gap"],
            "energy_set": lrs["energy_path"],
            "energy_reset": hrs["energy_path"],
            "energy_set_cell": lrs["energy_cell"],
            "energy_reset_cell": hrs["energy_cell"],
            "set_current": lrs["current"],
            "decision": read["decision"],
            "margin": read["margin"] * weights,
            "read_delay": np.where(resolved, read["delay"], np.inf),
            "energy_read": read["energy"],
        }
    )


@dataclass
class Trials:
    """Points on their way through a chain; `reason` says why some were lost, and stays empty for the others."""

    chain: Chain
    point: dict[str, np.ndarray]
    plus: np.ndarray  # weight +1: the left device ends in LRS
    evaluator: Evaluator
    reason: np.ndarray = field(init=False)
    parameters: Mapping[tuple[str, str], Mapping[str, np.ndarray]] = field(init=False)  # by side and cycle

    def __post_init__(self) -> None:
        self.reason = np.full(len(self.plus), "", dtype=object)
        population, found = self.chain.population, {}
        for side in SIDES:
            drawn = device_points(population, self.point, side)
            for when in ("prepare", "program"):
                found[side, when] = population.values(drawn.device, getattr(drawn, when))
        self.parameters = found

    def filled(self, value: float | np.ndarray) -> pd.Series:
        return pd.Series(np.full(len(self.plus), value))

    def coordinate(self, state: str, name: str) -> np.ndarray:
        """Return a coordinate of the device that ends in `state` ("lrs" or "hrs"); `{}` stands for its side."""
        left = self.plus if state == "lrs" else ~self.plus
        return np.where(left, self.point[name.format("left")], self.point[name.format("right")])

    def device(self, state: str, when: str) -> dict[str, np.ndarray]:
        """Return the parameters of a device during the pulse `when`; "program" is the cycle after "prepare"."""
        on_left = self.plus if state == "lrs" else ~self.plus
        left, right = (self.parameters[side, when] for side in SIDES)
        return {p: np.where(on_left, left[p], right[p]) for p in left}

    def pulse(self, kind: str, state: str, when: str, gap: pd.Series) -> pd.DataFrame:
        """Program the devices that end in `state`; return the measurements."""
        program = self.chain.set_deck if kind == "set" else self.chain.reset_deck
        columns = {"cell.gap": gap.to_numpy()}
        columns |= {f"cell.{p}": value for p, value in self.device(state, when).items()}
        for s in program.spread:
            own = s.name.replace("access.", "access_{}.")
            columns[s.name] = s.value(self.coordinate(state, own))
        step = f"{when} {kind.upper()}"
        result = self.evaluate(program.deck, columns, step)
        stray = ~result["gap"].between(*self.chain.population.plausible) & (self.reason == "")
        self.reason[stray] = f"{step}: state out of range"
        if when == "program":
            # a device so open that its current is below the simulator's resolution
            lost = ~(_resistance(result) > 0) & (self.reason == "")
            self.reason[lost] = f"{step}: no resistance"
        return result

    def telegraph(self, state: str, gap: pd.Series) -> np.ndarray:
        """Return the share of the conductance that telegraph noise takes from the device that ends in `state`."""
        law = self.chain.telegraph
        if law is None:
            return np.zeros(len(gap))
        return law.share(
            gap.to_numpy(), *(self.coordinate(state, f"{{}}.{name}") for name in law.coordinates)
        )

    def read(self, lrs_gap: pd.Series, hrs_gap: pd.Series, shares: Mapping[str, np.ndarray]) -> pd.DataFrame:
        """Read both devices with the parameters of their last pulse, less `shares`; return the measurements."""
        columns = {}
        low, high = self.device("lrs", "program"), self.device("hrs", "program")
        conducts = self.chain.population.conductance
        low[conducts], high[conducts] = (
            low[conducts] * (1 - shares["lrs"]),
            high[conducts] * (1 - shares["hrs"]),
        )
        for name, is_low in (("left", self.plus), ("right", ~self.plus)):
            columns[f"{name}.gap"] = np.where(is_low, lrs_gap, hrs_gap)
            columns |= {f"{name}.{p}": np.where(is_low, low[p], high[p]) for p in low}
        columns |= {s.name: s.value(self.point[s.name]) for s in self.chain.read.spread}
        return self.evaluate(self.chain.read.deck, columns, "read")

    def evaluate(self, deck: Deck, columns: dict[str, np.ndarray], step: str) -> pd.DataFrame:
        """Evaluate the rows that are still good; note why others are lost."""
        for s in self.chain.shared:
            columns = columns | {p.name: s.value(self.point[s.name]) for p in s.parameters}
        values = np.column_stack([columns[p.name] for p in deck.parameters])
        good = np.flatnonzero(self.reason == "")
        measured = np.full((len(values), len(deck.measurements)), np.nan)
        measured[good], outcomes = self.evaluator(deck, values[good])
        for row, outcome in zip(good, outcomes, strict=True):
            if not outcome.ok:
                self.reason[row] = f"{step}: {outcome}"
        return pd.DataFrame(measured, columns=[m.name for m in deck.measurements])


def _resistance(pulse: pd.DataFrame) -> pd.Series:
    return (pulse["verify_top"] - pulse["verify_bottom"]) / pulse["verify_current"]
