"""Devices with drawn spread under programming pulses, many side by side; a lost one stays lost, with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from spicekit.circuits.cell import ProgramDeck
from spicekit.models.population import Population
from spicekit.ngspice import Deck, evaluate
from spicekit.sampling.normals import named_normals


def draw_devices(
    population: Population, program: ProgramDeck, seed: int, start: int, stop: int, of: str = ""
) -> "Devices":
    """Return devices `start` … `stop` - 1, each with its own access transistor; `of` names others."""
    names = (*population.device_names, *(s.name for s in program.spread))
    return Devices(population, named_normals(seed, [of + name for name in names], start, stop))


def draw_cycle(
    population: Population, seed: int, start: int, stop: int, cycle: int, of: str = ""
) -> np.ndarray:
    """Return what is drawn anew in cycle number `cycle` of devices `start` … `stop` - 1, `of` as for `draw_devices`."""
    names = [f"{of}cycle {cycle}.{name}" for name in population.cycle_names]
    return named_normals(seed, names, start, stop)


@dataclass
class Devices:
    """Devices, each with its own access transistor.

    `points` are standard normals, (devices, those of the population and of the access transistor); `shared` are values
    (devices,) of further parameters of decks, by name; `reason` says why some were lost.
    """

    population: Population
    points: np.ndarray
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
            cycle: (devices, twice the population's size), standard normals: the deviation of this cycle.
            step: what the reason of a loss starts with.
        """
        result = self.run(program.deck, self.values(program, gap, cycle), step)
        self.reason[~result["gap"].between(*self.population.plausible) & self.good] = (
            f"{step}: state out of range"
        )
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
        columns |= {f"cell.{p}": value for p, value in self.parameters(cycle).items()}
        for k, s in enumerate(program.spread):
            columns[s.name] = s.value(self.points[:, self.population.size + k])
        return np.column_stack([columns[p.name] for p in program.deck.parameters])

    def parameters(self, cycle: np.ndarray) -> dict[str, np.ndarray]:
        """Return the parameters of the memory devices in a cycle, (devices,) each."""
        return self.population.values(self.points[:, : self.population.size], cycle)
