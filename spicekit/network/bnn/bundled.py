"""The trained reference networks that come along, and the data that each is for."""

import csv
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.special import stdtrit

from spicekit.errors import InputError, did_you_mean
from spicekit.network.bnn.file import load_network
from spicekit.network.bnn.network import Network

_FOLDER = Path(__file__).parent.parent / "weights"
DATA = {"digits": "digits", "mnist": "mnist", "fashion": "fashion", "cifar10": "cifar10", "ecg": "mitbih"}
"""Data set of a bundled network, by the first word of its name."""

_SCALE = 0.0, 1.0  # of all sets that the bundled networks were trained on


@dataclass(frozen=True)
class Trainings:
    """Accuracy on the test samples of a bundled network that was trained from several seeds (`weights/seeds.csv`)."""

    seeds: int
    mean: float
    std: float
    how: str  # in words; empty: as the bundled one

    def reach(self, confidence: float) -> float:
        """Return how far from the mean another training may lie (Student's interval of one more value)."""
        t = float(stdtrit(self.seeds - 1, (1 + confidence) / 2))
        return t * self.std * float(np.sqrt(1 + 1 / self.seeds))


def trainings_of(name: str) -> Trainings | None:
    """Return what other seeds gave for a bundled network; None where none were tried."""
    with (_FOLDER / "seeds.csv").open(newline="", encoding="utf-8") as file:
        row = next((row for row in csv.DictReader(file) if row["network"] == name), None)
    if row is None:
        return None
    return Trainings(int(row["seeds"]), float(row["mean"]), float(row["std"]), row["how"])


def bundled_networks() -> tuple[str, ...]:
    """Return their names."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.npz")))


def find_network(source: str) -> Network:
    """Return a bundled network by its name, or the one in a file.

    Raises:
        InputError: neither.
    """
    names = bundled_networks()
    if source in names:
        return replace(load_network(_FOLDER / f"{source}.npz"), input_range=_SCALE)
    if not source.endswith(".npz"):
        raise InputError(
            f"`{source}` is neither a network file (.npz) nor a bundled network{did_you_mean(source, names)}; "
            f"bundled: {', '.join(names)}"
        )
    return load_network(Path(source))


def data_of(source: str) -> str | None:
    """Return the data set that a bundled network is for; None for an own one."""
    return DATA.get(source.split("_")[0]) if source in bundled_networks() else None
