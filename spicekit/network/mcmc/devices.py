"""Many arrays of devices, each with a deviation of its own, a slow one over cycles, and a fresh one in each cycle."""

import hashlib
from dataclasses import dataclass, field

import numpy as np

from spicekit.network.mcmc.law import Law

_BLOCK = 64  # cycles that are drawn at once


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
        self._moves = Stream(self.seed, self.chains, "cycles", (self.width,), "normal")
        self._fresh = Stream(self.seed, self.chains, "fresh", (self.width,), "normal")

    def cycle(
        self,
        rows: np.ndarray,
        moments: tuple[np.ndarray, np.ndarray],
        shift: np.ndarray,
        where: np.ndarray | bool = True,
        block: int = 0,
    ) -> np.ndarray:
        """RESET and SET a block of one row of each chain; return what comes out [S], (chains, width).

        Its mean and spread are the `moments` [S] that the law has for the target, (chains, width). Place k is on the
        device k + `shift` of the block, (chains,), counted in a circle. Places that are not `where` are left as they
        are: what is returned there means nothing.
        """
        each = np.arange(len(self.chains))[:, None]
        place = (np.arange(self.width) + shift[:, None]) % self.width
        law, rho = self.law, self.law.correlation
        at = each, rows[:, None], block, place
        last = rho * self._last[at] + np.sqrt(1 - rho**2) * self._moves.next()
        self._last[at] = np.where(where, last, self._last[at])
        of_cycle = np.sqrt(law.slow_share) * last
        if law.slow_share < 1:
            of_cycle = of_cycle + np.sqrt(1 - law.slow_share) * self._fresh.next()
        return law.draw(
            moments, np.sqrt(law.device_share) * self._own[at] + np.sqrt(1 - law.device_share) * of_cycle
        )


class Stream:
    """Random numbers of each chain, one of them per step; drawn some steps ahead."""

    def __init__(
        self, seed: int, chains: tuple[int, ...], what: str, shape: tuple[int, ...], kind: str
    ) -> None:
        self._generators = [generator_of(seed, chain, what) for chain in chains]
        self._shape, self._kind = shape, kind
        self._drawn, self._place = np.empty(0), _BLOCK

    def next(self) -> np.ndarray:
        """Return (chains, *shape) numbers."""
        if self._place == _BLOCK:
            shape = (_BLOCK, *self._shape)
            self._drawn = np.stack(
                [
                    g.standard_normal(shape) if self._kind == "normal" else g.random(shape)
                    for g in self._generators
                ]
            )
            self._place = 0
        self._place += 1
        return self._drawn[:, self._place - 1]
