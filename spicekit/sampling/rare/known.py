"""Which regions are known already, and whether a failing point needs another one to explain it."""

from collections.abc import Sequence

import numpy as np

from spicekit.sampling.rare.limit import Counted
from spicekit.sampling.rare.result import Region

SAME = 0.9  # cosine above which two directions lead to one region
LEANING = 0.97  # the same for regions that lean on each other and are worth sampling apart
_INSIDE = 1.05  # a boundary point times this lies inside


def leads_to_known(direction: np.ndarray, regions: Sequence[Region], apart: float = SAME) -> bool:
    """Return whether a design point in this direction (unit vector) would be a known one: cosine above `apart`."""
    return any(direction @ region.design_point > apart * region.beta for region in regions)


def fold_out(points: np.ndarray, regions: Sequence[Region], gap: float | None = None) -> np.ndarray:
    """Return the points (n, dimension), mirrored where they are past half the way into a known region.

    With a `gap` they are mirrored only where they are nearer to a tangent plane than that, or behind it.
    """
    points = points.copy()
    for _ in range(3):  # regions that lean on each other need a few passes
        for region in regions:
            towards = region.design_point / region.beta
            mirror = region.beta / 2 if gap is None else region.beta - gap
            depth = points @ towards - mirror
            points -= 2 * np.outer(np.maximum(depth, 0), towards)
    return points


def explained(limit: Counted, boundary_point: np.ndarray, regions: Sequence[Region]) -> bool:
    """Return whether the failure at a boundary point ends when it is folded out of the known regions; one run."""
    if not regions:
        return False
    inside = _INSIDE * boundary_point[None]
    folded = fold_out(inside, regions)
    return bool(np.any(folded != inside) and limit.search(folded)[0] >= 0)
