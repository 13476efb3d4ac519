"""A die: every device, access transistor and amplifier of an array drawn, with what is stored and what is asked of it.

Bit number n of all dies takes the devices of trial n of the programming conditions: a cell of an array and one alone
are drawn by one law. Column number m takes the amplifier of trial m.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from spicekit.models.transistor import Spread
from spicekit.sampling.normals import named_normals
from spicekit.studies.memory.chain import SIDES, Chain, device_coordinates

_GOLDEN = (5**0.5 - 1) / 2  # multiples of it fill columns evenly, however many there are


@dataclass(frozen=True)
class Die:
    """Cells of a die, one entry per cell in every array."""

    row: np.ndarray
    column: np.ndarray
    stored: np.ndarray  # +1 or -1
    given: np.ndarray  # +1 or -1: input of the read
    z: Mapping[
        str, np.ndarray
    ]  # standard normal coordinates by their name; those of amplifiers are their column's


def addresses(rows: int, columns: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return rows and columns of `count` cells that lie evenly over an array, the far corner among them; 0: all."""
    if not 0 < count < rows * columns:
        row, column = np.divmod(np.arange(rows * columns), columns)
        return row, column
    k = np.arange(count)
    row, column = (k * rows) // count, ((k * _GOLDEN * columns) % columns).astype(int)
    row[-1], column[-1] = rows - 1, columns - 1
    return row, column


def draw_die(
    chain: Chain, amplifier: tuple[Spread, ...], rows: int, columns: int, count: int, seed: int, number: int
) -> Die:
    """Return `count` cells of die `number`, all if `count` is 0; `amplifier` are the coordinates of a column."""
    row, column = addresses(rows, columns, count)
    size = rows * columns
    place = row * columns + column
    names = [f"{side}.{name}" for side in SIDES for name in device_coordinates(chain.population)]
    names += [s.name for s in chain.read.spread if s.name.startswith("access_")]
    own = named_normals(seed, names, number * size, (number + 1) * size)[place]
    of_column = [s.name for s in amplifier]
    columns_z = named_normals(seed, of_column, number * columns, (number + 1) * columns)[column]
    signs = named_normals(seed, ["array.stored", "array.given"], number * size, (number + 1) * size)[place]
    z = dict(zip([*names, *of_column], np.hstack([own, columns_z]).T, strict=True))
    stored, given = np.where(signs > 0, 1, -1).T
    return Die(row, column, stored, given, z)
