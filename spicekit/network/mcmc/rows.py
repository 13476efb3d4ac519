"""Which rows of an array are current, which ones hold kept models, and which are free for the next proposal."""

import numpy as np


class Rows:
    """The rows of every block of several arrays, (chains, blocks).

    A row is free again as soon as it is neither current nor part of a kept model; free rows are used in turn, so that a
    rejected one rests. When `held` models are kept, the oldest one is given up for the next.
    """

    def __init__(self, chains: int, blocks: int, rows: int, held: int) -> None:
        self._rows, shape = rows, (chains, blocks)
        # where the rows of a block begin in arrays of all rows, one after the other
        self._begin = rows * np.arange(chains * blocks).reshape(shape)
        self._queue = np.tile(
            np.arange(rows, dtype=np.int32), chains * blocks
        )  # free rows, first in, first out
        self._first, self._size = np.zeros(shape, dtype=np.int64), np.full(shape, rows)
        self._used = np.zeros(chains * blocks * rows, dtype=np.int32)  # kept models that stand on a row
        self._kept, self._ring = 0, np.zeros((held, *shape), dtype=np.int64)
        self.current = self._pop(True)
        """The row of each block that the model stands on."""
        self.next = self._heads()
        """The free row of each block that is next."""

    def settle(self, accepted: np.ndarray, rest: bool) -> None:
        """Make the next free rows current where `accepted`; elsewhere they go behind all others to `rest`."""
        old, row = self.current, self._pop(rest or accepted)
        self.current = np.where(accepted, row, old)
        idle = self._used.take(self._begin + old) == 0
        self._push(np.where(accepted, old, row), np.where(accepted, idle, rest))
        self.next = self._heads()

    def keep(self) -> int:
        """Keep the model of the current rows, in the place that is returned; give up the one that was there."""
        place = self._kept % len(self._ring)
        self._used[self._begin + self.current] += 1
        if self._kept >= len(self._ring):
            gone = self._ring[place]
            at = self._begin + gone
            self._used[at] -= 1
            self._push(gone, (self._used[at] == 0) & (gone != self.current))
        self._ring[place] = self.current
        self._kept += 1
        return place

    def in_order(self) -> np.ndarray:
        """Return the places of kept models, oldest first."""
        held = len(self._ring)
        return np.arange(self._kept) if self._kept <= held else (np.arange(held) + self._kept) % held

    def _heads(self) -> np.ndarray:
        return self._queue.take(self._begin + self._first).astype(np.int64)

    def _pop(self, where: np.ndarray | bool) -> np.ndarray:
        """Return the heads of all queues, and take them off where asked."""
        found = self._heads()
        self._first += where
        self._first[self._first == self._rows] = 0
        self._size -= where
        return found

    def _push(self, rows: np.ndarray, where: np.ndarray) -> None:
        end = self._first + self._size
        end -= np.where(end < self._rows, 0, self._rows)
        end += self._begin
        self._queue[end[where]] = rows[where]
        self._size += where
