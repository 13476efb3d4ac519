"""Streams of bits of a junction that are tested: raw, whitened, and made-up ones."""

from collections.abc import Iterator

import numpy as np

from spicekit.entropy.bits.chain import Chains, bits
from spicekit.entropy.bits.stream import Stream, made_up
from spicekit.entropy.bits.whiten import von_neumann, xor
from spicekit.entropy.trng import junction
from spicekit.entropy.trng.asked import Asked, Setting

XOR = (2, 4, 8)
"""Cells whose bits are joined."""


def streams(asked: Asked, setting: Setting, interval: float, fast: float) -> Iterator[Stream]:
    """Yield the streams; bits of a cell every `interval` and every `fast` [s]."""
    found, count, seed = setting.found, asked.bits, asked.seed
    z = junction.drawn(max(XOR), seed)
    at, hasty = (junction.chains(found, time, z) for time in (interval, fast))

    energy = found.energy.mean

    def raw(chains: Chains, cell: int, length: int, what: str) -> np.ndarray:
        return bits(chains, cell, length, seed, what)

    def joined(cells: int) -> np.ndarray:
        return xor(np.stack([raw(at, cell, count, "junction") for cell in range(cells)]))

    yield Stream("one cell, hasty", lambda: raw(hasty, 0, count, "hasty junction"), energy, 1 / fast)
    yield Stream("one cell", lambda: raw(at, 0, count, "junction"), energy, 1 / interval)
    reads = 1 / float(
        at.ones[0] * at.down[0]
    )  # per bit; two over the chance that a pair of neighbours differs
    needed = int(reads * count * 1.01) + 10_000
    yield Stream(
        "one cell, von Neumann", lambda: von_neumann(raw(at, 0, needed, "paired junction"))[:count],
        reads * energy, 1 / (interval * reads),
    )  # fmt: skip
    for cells in XOR:
        yield Stream(
            f"{cells} cells, XOR", lambda cells=cells: joined(cells), cells * energy, 1 / interval, cells
        )
    yield from made_up(count, seed)
