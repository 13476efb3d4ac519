"""Streams of bits that are tested: raw, whitened, and made-up ones whose verdict is known before."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from spicekit.entropy.trng import junction
from spicekit.entropy.trng.asked import Asked, Setting
from spicekit.entropy.trng.whiten import von_neumann, xor
from spicekit.sampling.normals import generator

XOR = (2, 4, 8)
"""Cells whose bits are joined."""
_BIASED, _STICKY = 0.505, 0.01  # share of ones, and correlation of neighbours, of the made-up sources


@dataclass(frozen=True)
class Stream:
    """Bits, and what each of them takes."""

    name: str
    make: Callable[[], np.ndarray]  # (bits,)
    interval: float | None = None  # s, between reads of a cell; None: made up
    reads: float | None = None  # per bit, on average; of all cells that are joined
    cells: int = 1
    made_up: bool = False

    @property
    def rate(self) -> float | None:
        """Bits per second, of as many cells as it takes side by side."""
        if self.interval is None or self.reads is None:
            return None
        return self.cells / (self.interval * self.reads)


def streams(asked: Asked, setting: Setting, interval: float, fast: float) -> Iterator[Stream]:
    """Yield the streams; bits of a cell every `interval` and every `fast` [s]."""
    found, count, seed = setting.found, asked.bits, asked.seed
    z = junction.drawn(max(XOR), seed)
    at, hasty = (junction.chains(found, time, z) for time in (interval, fast))

    def raw(chains: junction.Chains, cell: int, length: int, what: str) -> np.ndarray:
        return junction.bits(chains, cell, length, seed, what)

    def joined(cells: int) -> np.ndarray:
        return xor(np.stack([raw(at, cell, count, "junction") for cell in range(cells)]))

    yield Stream("one cell, hasty", lambda: raw(hasty, 0, count, "hasty junction"), fast, 1.0)
    yield Stream("one cell", lambda: raw(at, 0, count, "junction"), interval, 1.0)
    unequal = 2 * float(at.ones[0] * at.down[0])  # chance that a pair of neighbours differs
    needed = int(2 * count / unequal * 1.01) + 10_000
    yield Stream(
        "one cell, von Neumann", lambda: von_neumann(raw(at, 0, needed, "paired junction"))[:count], interval,
        2 / unequal,
    )  # fmt: skip
    for cells in XOR:
        yield Stream(f"{cells} cells, XOR", lambda cells=cells: joined(cells), interval, float(cells), cells)
    random = {name: generator(seed, name, 0) for name in ("ideal", "biased", "sticky")}
    half = (1 - _STICKY) / 2
    sticky = junction.Chains(np.array([half]), np.array([half]))
    yield Stream(
        "made up: ideal", lambda: random["ideal"].integers(0, 2, count).astype(np.uint8), made_up=True
    )
    yield Stream(
        f"made up: {_BIASED:.1%} ones",
        lambda: (random["biased"].random(count) < _BIASED).astype(np.uint8),
        made_up=True,
    )
    yield Stream(
        f"made up: correlation {_STICKY:g}", lambda: raw(sticky, 0, count, "made-up chain"), made_up=True
    )
