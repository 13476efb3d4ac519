"""A stream of bits and what each of them takes; made-up streams whose verdict is known before."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from spicekit.entropy.bits.chain import Chains, bits
from spicekit.sampling.normals import generator

_BIASED, _STICKY = 0.505, 0.01  # share of ones, and correlation of neighbours, of the made-up sources
MADE_UP = 3


@dataclass(frozen=True)
class Stream:
    """Bits, and what each of them takes on average."""

    name: str
    make: Callable[[], np.ndarray]  # (bits,)
    energy: float | None = None  # J per bit, of all sources that are joined; None: not known, or made up
    rate: float | None = None  # bits per second, of as many sources as it takes side by side
    sources: int = 1  # cells or pairs that are joined
    made_up: bool = False


def made_up(count: int, seed: int) -> Iterator[Stream]:
    """Yield streams of `count` bits: an ideal one, one with a bias, and one with a correlation."""
    random = {name: generator(seed, name, 0) for name in ("ideal", "biased")}
    half = (1 - _STICKY) / 2
    sticky = Chains(np.array([half]), np.array([half]))
    yield Stream(
        "made up: ideal", lambda: random["ideal"].integers(0, 2, count).astype(np.uint8), made_up=True
    )
    yield Stream(
        f"made up: {_BIASED:.1%} ones",
        lambda: (random["biased"].random(count) < _BIASED).astype(np.uint8),
        made_up=True,
    )
    yield Stream(
        f"made up: correlation {_STICKY:g}",
        lambda: bits(sticky, 0, count, seed, "made-up chain"),
        made_up=True,
    )
