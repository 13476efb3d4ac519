"""What the randomness of simulated devices is worth, as functions; nothing is written, no simulator runs."""

from spicekit.face.randomness.keys import puf
from spicekit.face.randomness.random_bits import trng

__all__ = ["puf", "trng"]
