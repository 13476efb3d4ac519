"""Many arrays of devices, each with a deviation of its own, a slow one over cycles, and a fresh one in each cycle."""

import hashlib
import math
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from spicekit.network.mcmc.law import Law

_AHEAD = 2048  # numbers of a chain that are drawn at once, or as many as one step takes


def generator_of(seed: int, chain: int, what: str) -> np.random.Generator:
    """Return the generator of one purpose in one chain, a function of these three alone."""
    key = hashlib.sha256(what.encode()).digest()
    return np.random.default_rng([seed, chain, int.from_bytes(key[:8])])


@dataclass
class Devices:
    """Devices of `chains` independent arrays, (chains, rows, blocks of a row, devices of a block).

    Chain i draws from (seed, chains[i]) alone, so it is the same whatever other chains there are.
    """

    law: Law
    chains: tuple[int, ...]
    rows: int
    width: int
    seed: int
    blocks: int = 1
    _own: np.ndarray = field(init=False)  # (chains, rows, blocks, width), of the device
    _last: np.ndarray = field(init=False)  # (chains, rows, blocks, width), slow, of its last cycle

    def __post_init__(self) -> None:
        shape = self.rows, self.blocks, self.width
        self._own, self._last = (
            np.stack([generator_of(self.seed, chain, what).standard_normal(shape) for chain in self.chains])
            for what in ("devices", "first cycle")
        )
        shape = self.blocks, self.width
        self._moves = Stream(self.seed, self.chains, "cycles", shape, "normal")
        self._fresh = Stream(self.seed, self.chains, "fresh", shape, "normal")

    def cycle(
        self,
        rows: np.ndarray,
        moments: tuple[np.ndarray, np.ndarray],
        shift: np.ndarray,
        where: np.ndarray | bool = True,
    ) -> np.ndarray:
        """RESET and SET every block of each chain once; return what comes out [S], (chains, blocks, width).

        Block b is that of row `rows`[:, b], (chains, blocks). Mean and spread are the `moments` [S] that the law has
        for the targets, (chains, blocks, width). Place k is on the device k + `shift` of the block, (chains, blocks),
        counted in a circle. Places that are not `where` are left as they are: what is returned there means nothing.
        """
        law, rho = self.law, self.law.correlation
        each, block = np.arange(len(self.chains))[:, None], np.arange(self.blocks)
        first = ((each * self.rows + rows) * self.blocks + block) * self.width
        at = first[..., None] + _circle(self.width).take(shift, axis=0)
        slow = self._last.reshape(-1)
        last = rho * slow.take(at) + np.sqrt(1 - rho**2) * self._moves.next()
        slow[at] = last if where is True else np.where(where, last, slow[at])
        of_cycle = np.sqrt(law.slow_share) * last
        if law.slow_share < 1:
            of_cycle += np.sqrt(1 - law.slow_share) * self._fresh.next()
        own = self._own.reshape(-1).take(at)
        return law.draw(moments, np.sqrt(law.device_share) * own + np.sqrt(1 - law.device_share) * of_cycle)


@cache
def _circle(width: int) -> np.ndarray:
    """Return (width + shifts): place k counted from each shift on in a circle."""
    return (np.arange(width) + np.arange(width)[:, None]) % width


class Stream:
    """Random numbers of each chain, one of them per step; drawn some steps ahead."""

    def __init__(
        self, seed: int, chains: tuple[int, ...], what: str, shape: tuple[int, ...], kind: str
    ) -> None:
        self._generators = [generator_of(seed, chain, what) for chain in chains]
        self._shape, self._kind = (max(1, _AHEAD // math.prod(shape)), *shape), kind
        self._drawn, self._place = np.empty((len(chains), 0)), 0

    def next(self) -> np.ndarray:
        """Return (chains, *shape) numbers."""
        if self._place == self._drawn.shape[1]:
            self._drawn = np.stack(
                [
                    g.standard_normal(self._shape) if self._kind == "normal" else g.random(self._shape)
                    for g in self._generators
                ]
            )
            self._place = 0
        self._place += 1
        return self._drawn[:, self._place - 1]
