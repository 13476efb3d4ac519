"""Networks of other widths, binarized and with 8 bits: what accuracy costs in each, at equal memory.

Accuracies are of committed trainings (`weights/widths.csv`, made by `benchmarks/network_widths.py`); energies are
counted from their shapes.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from spicekit.models.digital import Digital
from spicekit.network.bnn.energy import BITS, Budget, Memory, binarized, eight_bit, memories, memory_bytes
from spicekit.network.bnn.read_energy import ReadEnergy
from spicekit.network.bnn.tiling import dense_tiles

_FILE = Path(__file__).parent.parent / "weights" / "widths.csv"
Kind = Literal["binarized", "8 bit"]
KINDS: tuple[Kind, ...] = ("binarized", "8 bit")


@dataclass(frozen=True)
class Width:
    """One shape, trained from one or several seeds, and what an inference costs."""

    kind: Kind
    sizes: tuple[int, ...]  # inputs, then neurons of each layer
    accuracies: tuple[float, ...]  # on the test samples, by seed
    budgets: tuple[Budget, ...]  # by memory, as `memories` has them

    @property
    def accuracy(self) -> float:
        """Mean over trainings."""
        return float(np.mean(self.accuracies))

    @property
    def weights(self) -> int:
        """Number of weights."""
        return sum(t.cells for t in dense_tiles(self.sizes))

    @property
    def bytes(self) -> int:
        """Bytes that the weights take."""
        return memory_bytes(dense_tiles(self.sizes), 1 if self.kind == "binarized" else BITS)

    @property
    def energy(self) -> float:
        """Energy [J] of an inference with the weights in 2T2R."""
        return self.budgets[0].total

    @property
    def shape(self) -> str:
        """Inputs and neurons of each layer, in words."""
        return "-".join(map(str, self.sizes))


def widths_of(
    network: str, read: ReadEnergy, digital: Digital, further: Sequence[tuple[Memory, Digital]] = ()
) -> tuple[Width, ...]:
    """Return the trainings of a bundled network's shape at other widths, by kind and energy; empty if none.

    Args:
        further: memories to count beside the usual ones, each with the logic beside it.
    """
    with _FILE.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if network.startswith(row["reference"])]
    found = []
    for kind in KINDS:
        budget = binarized if kind == "binarized" else eight_bit
        mine = [row for row in rows if row["kind"] == kind]
        for shape in dict.fromkeys(row["shape"] for row in mine):
            sizes = tuple(map(int, shape.split("-")))
            accuracies = tuple(float(row["accuracy"]) for row in mine if row["shape"] == shape)
            places = [*((place, digital) for place in memories(read, digital)), *further]
            budgets = tuple(budget(dense_tiles(sizes), place, logic) for place, logic in places)
            found.append(Width(kind, sizes, accuracies, budgets))
    return tuple(sorted(found, key=lambda one: (KINDS.index(one.kind), one.energy)))


def as_good(widths: Sequence[Width], accuracy: float) -> Width | None:
    """Return the 8-bit network of least energy that is at least so accurate; None if there is none."""
    good = [one for one in widths if one.kind == "8 bit" and one.accuracy >= accuracy]
    return min(good, key=lambda one: one.energy, default=None)


def summary_of_widths(widths: Sequence[Width]) -> list[dict[str, Any]]:
    return [
        {"kind": one.kind, "shape": one.shape, "weights": one.weights, "bytes": one.bytes,
         "accuracies": list(one.accuracies), "energy_inference": {b.name: b.total for b in one.budgets}}
        for one in widths
    ]  # fmt: skip
