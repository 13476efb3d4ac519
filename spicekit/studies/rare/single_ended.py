"""A 1T1R chain as a limit function: program one device, then read it against a reference resistor."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from spicekit.circuits.cell import Technology
from spicekit.circuits.read import ReadDeck
from spicekit.circuits.single_ended import single_ended_deck
from spicekit.circuits.surroundings import GlobalVariation, shared_by
from spicekit.sampling.lognormal import equal_error_threshold
from spicekit.studies.devices import Devices
from spicekit.studies.memory.chain import Chain, device_coordinates, device_points
from spicekit.studies.memory.offset import sense_offset
from spicekit.studies.rare.limit import UNDECIDED, Cell

LEAST = 50  # chains: the reference is then known within a tenth of the states' spread
_REFERENCE = 20e3  # Ohm, in the text of the deck alone


@dataclass(frozen=True)
class SingleEndedLimit:
    """Full 1T1R chains as a `Limit`: pulses, spread and sense amplifier are those of the 2T2R `chain`.

    The device is programmed as the one of the 2T2R cell that ends in the same state, from the opposite state, and read
    by the same amplifier against an ideal resistor (`single_ended_deck`). Coordinates are those of its device, its
    access transistor and the amplifier, with the reference's access transistor: a reference that is trimmed once stays
    as it is for all columns.
    """

    chain: Chain
    stored: int  # +1: LRS; -1: HRS
    reference: float  # Ohm
    read: ReadDeck  # as `single_ended_read` gives it

    @property
    def cell(self) -> Cell:
        """What is read."""
        return "1t1r"

    @property
    def coordinates(self) -> tuple[str, ...]:
        """Names of the standard normal coordinates, in order."""
        device = (f"cell.{name}" for name in device_coordinates(self.chain.population))
        trap = (f"cell.{name}" for name in (self.chain.telegraph.coordinates if self.chain.telegraph else ()))
        shared = (s.name for s in self.chain.shared)
        return (*device, *(s.name for s in self.read.spread), *trap, *shared)

    @property
    def dimension(self) -> int:
        """Number of coordinates."""
        return len(self.coordinates)

    @property
    def drawn(self) -> str:
        """What its points are drawn by, beside the seed."""
        return f"{self.cell}/{self.stored:+d}"

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """Return margins (n,) [V] of points (n, dimension): below 0 the read is wrong, NaN is a discard."""
        chain, z = self.chain, dict(zip(self.coordinates, points.T, strict=True))
        drawn = device_points(chain.population, z, "cell")
        access = [z[s.name] for s in chain.set_deck.spread]
        shared = {p.name: s.value(z[s.name]) for s in chain.shared for p in s.parameters}
        devices = Devices(chain.population, np.column_stack([drawn.device, *access]), shared)
        gap = self._programmed(devices, drawn.prepare, drawn.program)

        share = np.zeros(len(gap))
        if chain.telegraph:
            share = chain.telegraph.share(gap, *(z[f"cell.{name}"] for name in chain.telegraph.coordinates))
        columns = {"cell.gap": gap, "reference": devices.filled(self.reference), **shared}
        columns |= {f"cell.{p}": value for p, value in devices.parameters(drawn.program).items()}
        conducts = f"cell.{chain.population.conductance}"
        columns[conducts] = columns[conducts] * (1 - share)
        columns |= {s.name: s.value(z[s.name]) for s in self.read.spread}
        deck = self.read.deck
        found = devices.run(deck, np.column_stack([columns[p.name] for p in deck.parameters]), "read")

        right = np.isfinite(found["delay"]) & (found["decision"] * self.stored > chain.supply / 2)
        margin = found["margin"] * self.stored
        margin = np.where(right, margin, np.minimum(margin, UNDECIDED))
        return np.where(devices.good, margin, np.nan)

    def _programmed(self, devices: Devices, prepare: np.ndarray, cycle: np.ndarray) -> np.ndarray:
        """Return the gaps [nm] after the pulse that makes the opposite state and the one that stores."""
        chain, gaps = self.chain, self.chain.population.gaps
        low, high = (chain.set_deck, "SET", gaps["hrs"]), (chain.reset_deck, "RESET", gaps["lrs"])
        (first, made_by, start), (last, stored_by, _) = (high, low) if self.stored > 0 else (low, high)
        gap = devices.measure(first, devices.filled(start), prepare, f"prepare {made_by}")["gap"]
        return devices.pulse(last, gap.to_numpy(), cycle, f"program {stored_by}")["gap"].to_numpy()


def single_ended_read(technology: Technology, shared: tuple[GlobalVariation, ...]) -> ReadDeck:
    """Return the read of a device against a reference, whose resistance each sample sets."""
    gap = technology.rram.initial.lrs.value
    return shared_by(single_ended_deck(technology, gap, _REFERENCE), shared)


def reference_resistance(samples: pd.DataFrame) -> float | None:
    """Return the reference [Ohm] at which LRS and HRS are misread about equally often; None with too few samples.

    The closed form for log-normal resistances, of which the amplifier's offset widens both: equally many sigmas above
    the LRS and below the HRS.

    Args:
        samples: fresh chains of one condition, with their reads of nearly equal resistances.
    """
    good = samples[samples["outcome"] != "discard"]
    if len(good) < LEAST:
        return None
    offset = sense_offset(good)
    # without an estimate no read of so many went against its ratio: too small an offset to matter
    sigma = offset.sigma_ln if offset else 0.0
    return float(np.exp(equal_error_threshold(np.log(good["lrs"]), np.log(good["hrs"]), sigma)))
