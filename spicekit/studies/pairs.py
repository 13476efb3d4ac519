"""2T2R pairs with drawn devices and a drawn amplifier: written device by device, read as a pair, many side by side."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from spicekit.circuits.cell import ProgramDeck
from spicekit.circuits.read import ReadDeck
from spicekit.models.population import Population
from spicekit.models.telegraph_noise import TelegraphNoise
from spicekit.sampling.normals import named_normals
from spicekit.studies.devices import Devices, draw_devices

SIDES = ("left", "right")
Held = Mapping[str, tuple[np.ndarray, np.ndarray]]
"""By side: gap (pairs,) [nm], and cycle (pairs, coordinates), the deviation that made it."""


@dataclass(frozen=True)
class PairRead:
    """A read by the amplifier, at a temperature and a supply."""

    name: str
    deck: ReadDeck
    temperature: float  # K
    supply: float  # V


@dataclass
class Pairs:
    """Pairs `start` … `stop` - 1; `reason` says why some were lost."""

    population: Population
    seed: int
    start: int
    stop: int
    devices: Mapping[str, Devices]  # by side
    mismatch: np.ndarray  # (pairs, transistors of the amplifier), standard normal
    reason: np.ndarray = field(init=False)  # (pairs,), empty where nothing was lost

    def __post_init__(self) -> None:
        self.reason = np.full(len(self), "", dtype=object)

    def __len__(self) -> int:
        return self.stop - self.start

    @classmethod
    def draw(
        cls, population: Population, program: ProgramDeck, read: ReadDeck, seed: int, start: int, stop: int
    ) -> "Pairs":
        """Draw pairs; `program` and `read` say which transistors they have."""
        devices = {side: draw_devices(population, program, seed, start, stop, f"{side} ") for side in SIDES}
        mismatch = named_normals(seed, [s.name for s in read.spread], start, stop)
        return cls(population, seed, start, stop, devices, mismatch)

    def traps(
        self, law: TelegraphNoise | None, gaps: Mapping[str, np.ndarray], name: str
    ) -> dict[str, np.ndarray]:
        """Return by side the share (pairs,) of the conductance that traps take from a read of this name."""
        if law is None:
            return {side: np.zeros(len(self)) for side in SIDES}
        names = {side: [f"{side} {name} {coordinate}" for coordinate in law.coordinates] for side in SIDES}
        return {
            side: law.share(gaps[side], *named_normals(self.seed, names[side], self.start, self.stop).T)
            for side in SIDES
        }

    def read(self, one: PairRead, held: Held, taken: Mapping[str, np.ndarray], step: str) -> pd.DataFrame:
        """Read every pair that is not lost.

        Args:
            one: the read.
            held: what the devices are left in.
            taken: by side the share (pairs,) of the conductance that traps take.
            step: what the reason of a loss starts with.

        Returns:
            The measurements of the deck, with ``bit`` and ``decided`` (1 or 0); NaN of lost pairs.
        """
        columns = {}
        for side, (gap, cycle) in held.items():
            values = self.devices[side].parameters(cycle)
            conducts = self.population.conductance
            values[conducts] = values[conducts] * (1 - taken[side])
            columns |= {f"{side}.{p}": value for p, value in values.items()} | {f"{side}.gap": gap}
        columns |= {s.name: s.value(self.mismatch[:, k]) for k, s in enumerate(one.deck.spread)}
        deck = one.deck.deck
        for side in SIDES:
            first = (self.reason == "") & ~self.devices[side].good
            self.reason[first] = self.devices[side].reason[first]
        runner = Devices(self.population, self.devices["left"].points)
        runner.reason = self.reason
        found = runner.run(deck, np.column_stack([columns[p.name] for p in deck.parameters]), step)
        bit = (found["decision"] > 0).astype(int)
        decided = np.isfinite(found["delay"]) & (found["decision"].abs() > one.supply / 2)
        return found.assign(bit=bit, decided=decided.astype(int))
