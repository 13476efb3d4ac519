"""Devices with drawn spread under programming pulses, many side by side; a lost one stays lost, with its reason."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from spicekit.circuits.cell import ProgramDeck
from spicekit.identity import ENGINE
from spicekit.models.rram import ALTER, RramModel
from spicekit.ngspice import Deck, evaluate, ngspice_version

GAP_TOLERANCE = 0.1  # nm, beyond the end stops: further out the state has diverged
COORDINATES = len(ALTER)
"""Standard normals that one cycle of one device takes."""


def device_facts(rram: RramModel, programs: Iterable[ProgramDeck]) -> dict[str, Any]:
    """Return all that affects samples of devices under pulses, beside seed and decks, as plain data."""
    return {
        "engine": ENGINE,
        "ngspice": ngspice_version().split(".")[0],  # patch releases compute alike
        "mismatch": {s.name: [s.nominal, s.sigma] for program in programs for s in program.spread},
        "spread": {p: [rram.value(p), rram.sigma(p, "device"), rram.sigma(p, "cycle")] for p in ALTER},
        "correlation_cycles": rram.cycling.correlation_cycles.value,
        "initial_gap": {"lrs": rram.initial.lrs.value, "hrs": rram.initial.hrs.value},
        "gap_range": [rram.value("gap_min"), rram.value("gap_max")],
    }


def device_size(program: ProgramDeck) -> int:
    """Return how many standard normals a device takes, its access transistor included."""
    return COORDINATES + len(program.spread)


@dataclass
class Devices:
    """Devices, each with its own access transistor, fresh unless they have some `wear`.

    `points` are standard normals, (devices, `device_size`); `shared` are values (devices,) of further parameters of
    decks, by name; `reason` says why some were lost.
    """

    rram: RramModel
    points: np.ndarray
    wear: float = 0.0
    shared: Mapping[str, np.ndarray] = field(default_factory=dict)
    reason: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.reason = np.full(len(self.points), "", dtype=object)

    @property
    def good(self) -> np.ndarray:
        """Which devices are not lost."""
        return self.reason == ""

    def filled(self, value: float) -> np.ndarray:
        """Return `value` for each device."""
        return np.full(len(self.points), value)

    def pulse(self, program: ProgramDeck, gap: np.ndarray, cycle: np.ndarray, step: str) -> pd.DataFrame:
        """Apply one pulse as `measure` does; the measurements have ``conductance`` [S] at the verify voltage too."""
        result = self.measure(program, gap, cycle, step)
        result["conductance"] = result["verify_current"] / (result["verify_top"] - result["verify_bottom"])
        unread = ~(result["conductance"].to_numpy() > 0) & self.good  # has no logarithm either
        self.reason[unread] = f"{step}: no resistance above zero was read"
        result.loc[unread] = np.nan
        return result

    def measure(self, program: ProgramDeck, gap: np.ndarray, cycle: np.ndarray, step: str) -> pd.DataFrame:
        """Run a deck on all devices that are still good; return its measurements, NaN for lost ones.

        Args:
            program: any deck with one memory device ``cell`` that measures its ``gap`` at the end.
            gap: (devices,), nm: where the state starts.
            cycle: (devices, COORDINATES), standard normals: the deviation of this cycle.
            step: what the reason of a loss starts with.
        """
        result = self.run(program.deck, self.values(program, gap, cycle), step)
        low, high = self.rram.value("gap_min") - GAP_TOLERANCE, self.rram.value("gap_max") + GAP_TOLERANCE
        self.reason[~result["gap"].between(low, high) & self.good] = f"{step}: state out of range"
        result.loc[~self.good] = np.nan
        return result

    def run(self, deck: Deck, values: np.ndarray, step: str) -> pd.DataFrame:
        """Evaluate a deck for all devices that are still good; return its measurements, NaN for lost ones."""
        rows = np.flatnonzero(self.good)
        measured = np.full((len(values), len(deck.measurements)), np.nan)
        measured[rows], outcomes = evaluate(deck, values[rows])
        for row, outcome in zip(rows, outcomes, strict=True):
            if not outcome.ok:
                self.reason[row] = f"{step}: {outcome}"
        return pd.DataFrame(measured, columns=[m.name for m in deck.measurements])

    def values(self, program: ProgramDeck, gap: np.ndarray, cycle: np.ndarray) -> np.ndarray:
        """Return the values of the deck's parameters, (devices, parameters); arguments as `measure`."""
        columns = {"cell.gap": gap, **self.shared}
        for k, p in enumerate(ALTER):
            columns[f"cell.{p}"] = self.rram.drawn(p, self.points[:, k], cycle[:, k], self.wear)
        for k, s in enumerate(program.spread):
            columns[s.name] = s.nominal + s.sigma * self.points[:, COORDINATES + k]
        return np.column_stack([columns[p.name] for p in program.deck.parameters])
