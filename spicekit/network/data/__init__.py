"""Real data sets for the network simulators; nothing is downloaded."""

from spicekit.network.data.dataset import Dataset
from spicekit.network.data.sets import SETS, load_data

__all__ = ["SETS", "Dataset", "load_data"]
