"""Where lines cross the boundary of failure, by signs alone: for margins that jump there."""

import numpy as np

from spicekit.sampling.rare.limit import Counted

_GROWTH = 4.0  # of the bracket, while it holds no crossing
_TOLERANCE = 0.2  # of a crossing, relative to its distance from the start


def crossings(
    limit: Counted, points: np.ndarray, direction: np.ndarray, first: float, most: float
) -> np.ndarray:
    """Return the distance (n,) along `direction` at which lines through `points` (n, dimension) begin to fail.

    Failure lies forward of a crossing; a point that fails has its crossing behind it. NaN where there is none within
    `most`. Accurate to `first` or to a fifth of the distance, whichever is larger: 2 runs where the crossing is within
    `first` of the point, about 3 more each time it is four times as far.
    """
    failed = limit.search(points) < 0
    sign = np.where(failed, -1.0, 1.0)  # the way to look
    near, far = np.zeros(len(points)), np.full(len(points), np.inf)
    reach = first
    while True:
        todo = np.flatnonzero(np.isinf(far))
        if not len(todo) or reach > most:
            break
        there = limit.search(points[todo] + np.outer(sign[todo] * reach, direction)) < 0
        crossed = there != failed[todo]
        far[todo[crossed]] = reach
        near[todo[~crossed]] = reach
        reach = min(_GROWTH * reach, most) if reach < most else np.inf
    while True:
        middle = (near + far) / 2
        todo = np.flatnonzero(np.isfinite(far) & (far - near > np.maximum(first, _TOLERANCE * middle)))
        if not len(todo):
            break
        there = limit.search(points[todo] + np.outer(sign[todo] * middle[todo], direction)) < 0
        crossed = there != failed[todo]
        far[todo[crossed]] = middle[todo[crossed]]
        near[todo[~crossed]] = middle[todo[~crossed]]
    return np.where(np.isfinite(far), sign * (near + far) / 2, np.nan)
