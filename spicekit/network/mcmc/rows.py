"""Which rows of an array are current, which ones hold kept models, and which are free for the next proposal."""

import numpy as np


class Rows:
    """The rows of every block of several arrays, (chains, blocks).

    A row is free again as soon as it is neither current nor part of a kept model; free rows are used in turn, so that a
    rejected one rests. When `held` models are kept, the oldest one is given up for the next.
    """

    def __init__(self, chains: int, blocks: int, rows: int, held: int) -> None:
        self._each, self._blocks = np.arange(chains), np.arange(blocks)
        self._free = [_Queue(chains, rows) for _ in range(blocks)]
        self._used = np.zeros((chains, blocks, rows), dtype=np.int64)  # kept models that stand on a row
        self._kept, self._ring = 0, np.zeros((held, chains, blocks), dtype=np.int64)
        everywhere = np.ones(chains, dtype=bool)
        self.current = np.stack([free.pop(everywhere) for free in self._free], axis=1)

    def head(self, block: int) -> np.ndarray:
        """Return the free row (chains,) of a block that is next."""
        return self._free[block].head()

    def settle(self, block: int, accepted: np.ndarray, rest: bool) -> None:
        """Make the next free row of a block current where `accepted`; else it goes behind all others to `rest`."""
        free, old = self._free[block], self.current[:, block]
        row = free.pop(accepted | rest)
        idle = self._used[self._each, block, old] == 0
        free.push(np.where(accepted, old, row), np.where(accepted, idle, rest))
        self.current[:, block] = np.where(accepted, row, old)

    def keep(self) -> int:
        """Keep the model of the current rows, in the place that is returned; give up the one that was there."""
        at = self._each[:, None], self._blocks
        place = self._kept % len(self._ring)
        self._used[*at, self.current] += 1
        if self._kept >= len(self._ring):
            gone = self._ring[place]
            self._used[*at, gone] -= 1
            idle = (self._used[*at, gone] == 0) & (gone != self.current)
            for block, free in enumerate(self._free):
                free.push(gone[:, block], idle[:, block])
        self._ring[place] = self.current
        self._kept += 1
        return place

    def in_order(self) -> np.ndarray:
        """Return the places of kept models, oldest first."""
        held = len(self._ring)
        return np.arange(self._kept) if self._kept <= held else (np.arange(held) + self._kept) % held


class _Queue:
    """A queue of row numbers for each chain, first in, first out, full at the start."""

    def __init__(self, chains: int, rows: int) -> None:
        self._places, self._size = np.tile(np.arange(rows), (chains, 1)), np.full(chains, rows)
        self._first, self._each = np.zeros(chains, dtype=np.int64), np.arange(chains)

    def head(self) -> np.ndarray:
        return self._places[self._each, self._first]

    def pop(self, where: np.ndarray) -> np.ndarray:
        """Return the heads of all chains, and take them off where asked."""
        found = self.head()
        self._first = np.where(where, (self._first + 1) % self._places.shape[1], self._first)
        self._size = self._size - where
        return found

    def push(self, rows: np.ndarray, where: np.ndarray) -> None:
        end = (self._first + self._size) % self._places.shape[1]
        self._places[self._each[where], end[where]] = rows[where]
        self._size = self._size + where
