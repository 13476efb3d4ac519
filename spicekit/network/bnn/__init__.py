"""Binarized networks whose weights stand in the simulated memory."""

from spicekit.network.bnn.adapt import adapted, moments_of
from spicekit.network.bnn.bits import Bits
from spicekit.network.bnn.file import load_network, save_network
from spicekit.network.bnn.header import FORMAT
from spicekit.network.bnn.layers import Convolution, Dense, Encode, Flatten, MaxPool, Scores
from spicekit.network.bnn.network import Network

__all__ = [
    "FORMAT",
    "Bits",
    "Convolution",
    "Dense",
    "Encode",
    "Flatten",
    "MaxPool",
    "Network",
    "Scores",
    "adapted",
    "load_network",
    "moments_of",
    "save_network",
]
