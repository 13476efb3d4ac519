"""The trained reference networks that come along, and the data that each is for."""

import csv
from dataclasses import replace
from pathlib import Path

from spicekit.errors import InputError, did_you_mean
from spicekit.network.bnn.file import load_network
from spicekit.network.bnn.network import Network
from spicekit.network.bnn.trainings import Trainings
from spicekit.network.data.dataset import Dataset

_FOLDER = Path(__file__).parent.parent / "weights"
DATA = {"digits": "digits", "mnist": "mnist", "fashion": "fashion", "cifar10": "cifar10", "ecg": "mitbih"}
"""Data set of a bundled network, by the first word of its name."""

_SCALE = 0.0, 1.0  # of all sets that the bundled networks were trained on


def _trainings(name: str, classes: int) -> Trainings | None:
    """Return what other seeds gave for a bundled network; None if that is of an accuracy with other inputs."""
    with (_FOLDER / "seeds.csv").open(newline="", encoding="utf-8") as file:
        (row,) = (row for row in csv.DictReader(file) if row["network"] == name)
    if row["inputs"]:
        return None
    return Trainings(int(row["seeds"]), float(row["mean"]), float(row["std"]), row["how"], classes)


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
        found = load_network(_FOLDER / f"{source}.npz")
        return replace(found, input_range=_SCALE, trainings=_trainings(source, found.shapes[-1][-1]))
    if not source.endswith(".npz"):
        raise InputError(
            f"`{source}` is neither a network file (.npz) nor a bundled network{did_you_mean(source, names)}; "
            f"bundled: {', '.join(names)}"
        )
    return load_network(Path(source))


def on_data(network: Network, data: Dataset) -> Network:
    """Return the network, without what is known of its trainings if these are not the data that they were judged on."""
    return network if data.name == DATA.get(network.name.split("_")[0]) else replace(network, trainings=None)


def data_of(source: str) -> str | None:
    """Return the data set that a bundled network is for; None for an own one."""
    return DATA.get(source.split("_")[0]) if source in bundled_networks() else None
