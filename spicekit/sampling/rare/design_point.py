"""The point of a failure region nearest to the origin, by true evaluations.

Everything happens on the boundary, where the margin is not flat: a root on a ray from the origin, the gradient there,
the ray along the gradient, and so on (the HL-RF iteration of Rackwitz and Fiessler, 1978, kept on the boundary).
"""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import brentq

from spicekit.sampling.rare.known import explained, leads_to_known
from spicekit.sampling.rare.limit import Counted
from spicekit.sampling.rare.result import Region

_STEP = 0.05  # of the difference quotient, in standard deviations
_ROOT = 0.01  # tolerance of a root, likewise
_NEAR = 0.15  # width of the bracket around a guess, likewise
_PARALLEL = 0.997  # cosine at which point and gradient count as parallel
_ITERATIONS = 6


def root_on_ray(limit: Counted, direction: np.ndarray, failing: float, guess: float = 0.0) -> float:
    """Return the distance at which the ray along the unit vector `direction` enters the failure region.

    The origin is known to be safe, and the distance `failing` to fail. A good `guess` saves runs.
    """
    known = {0.0: 1e-300}

    def margin(distance: float) -> float:
        if distance not in known:
            known[distance] = float(np.clip(limit.search(distance * direction[None])[0], -1e100, 1e100))
        return known[distance]

    low, high = 0.0, failing
    if 0 < guess < failing:
        for distance in (guess, guess + (_NEAR if margin(guess) > 0 else -_NEAR)):
            if low < distance < high:
                low, high = (distance, high) if margin(distance) > 0 else (low, distance)
    if margin(high) > 0:
        return high  # noise, or no failure at `failing` after all
    if low == 0.0:
        known[0.0] = -margin(high)  # its size only sets the first step
    return float(brentq(margin, low, high, xtol=_ROOT))  # pyright: ignore[reportArgumentType]


def gradient(limit: Counted, point: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the margin at `point` and its gradient by forward differences: 1 + dimension runs."""
    values = limit.search(np.vstack([point, point + _STEP * np.eye(len(point))]))
    slope = (values[1:] - values[0]) / _STEP
    return float(values[0]), np.where(np.abs(slope) < 1e100, slope, 0.0)  # a discard steers nowhere


def descend(limit: Counted, failing: np.ndarray, known: Sequence[Region]) -> Region | None:
    """Return the design point reached from a failing point; None if it leads to a known one, or nowhere.

    Costs about 10 + dimension runs per iteration; two iterations for a plane boundary.
    """
    distance = float(np.linalg.norm(failing))
    direction = failing / distance
    point = root_on_ray(limit, direction, distance) * direction
    normal = direction
    for iteration in range(_ITERATIONS):
        value, slope = gradient(limit, point)
        if not np.any(slope):
            return None
        size = float(np.linalg.norm(slope))
        normal = -slope / size
        if iteration and normal @ point > _PARALLEL * np.linalg.norm(point):
            break
        if leads_to_known(normal, known):
            return None
        moved = _towards(limit, point, normal, float(normal @ point + value / size))
        if moved is None:
            break
        if explained(limit, moved, known):
            return None
        point = moved
    return None if leads_to_known(point / np.linalg.norm(point), known) else Region(point, normal)


def _towards(limit: Counted, point: np.ndarray, normal: np.ndarray, guess: float) -> np.ndarray | None:
    """Return a boundary point nearer to the origin, in a direction between `point` and `normal`, or None."""
    distance = float(np.linalg.norm(point))
    for share in (1.0, 0.5, 0.2):
        direction = share * normal + (1 - share) * point / distance
        direction = direction / np.linalg.norm(direction)
        reach = min(distance, 1.1 * guess + 0.3) if share == 1.0 and guess > 0 else distance
        if limit.search(reach * direction[None])[0] < 0:
            return root_on_ray(limit, direction, reach, guess) * direction
    return None
