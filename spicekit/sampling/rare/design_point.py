"""The point of a failure region nearest to the origin, by true evaluations.

Everything happens on the boundary, where the margin is not flat: a root on a ray from the origin, the gradient there,
the ray along the gradient, and so on (the HL-RF iteration of Rackwitz and Fiessler, 1978, kept on the boundary).
"""

from collections.abc import Sequence
from typing import cast

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.optimize import brentq, nnls

from spicekit.sampling.rare.crossing import crossings
from spicekit.sampling.rare.known import SAME, explained, leads_to_known
from spicekit.sampling.rare.limit import Counted
from spicekit.sampling.rare.result import Region

_STEP = 0.05  # of the difference quotient, in standard deviations
_ALONG = np.array([-0.2, -0.1, -0.05, -0.02, 0, 0.02, 0.05, 0.1, 0.2])  # the ray, around a boundary point
_JUMP = 10.0  # times the usual slope
_WIDE_STEP = 0.5  # where only signs tell: some tens of their accuracy
_FURTHEST = 2.0  # a crossing is followed along the ray, likewise
_ROOT = 0.01  # tolerance of a root, likewise
_NEAR = 0.15  # width of the bracket around a guess, likewise
_PARALLEL = 0.997  # cosine at which point and gradient count as parallel
_GAIN = 0.02  # in distance, below which an iteration is the last
_ITERATIONS = 6


def root_on_ray(
    limit: Counted,
    direction: np.ndarray,
    failing: float,
    guess: float = 0.0,
    origin: np.ndarray | float = 0.0,
) -> float:
    """Return the distance at which the ray along the unit vector `direction` enters the failure region.

    The ray starts at `origin`, which is known to be safe; the distance `failing` is known to fail. A good `guess`
    saves runs.
    """
    known = {0.0: 1e-300}

    def margin(distance: float) -> float:
        if distance not in known:
            known[distance] = float(
                np.clip(limit.search((origin + distance * direction)[None])[0], -1e100, 1e100)
            )
        return known[distance]

    low, high = 0.0, failing
    if 0 < guess < failing:
        for distance in (guess, guess + (_NEAR if margin(guess) > 0 else -_NEAR)):
            if low < distance < high:
                low, high = (distance, high) if margin(distance) > 0 else (low, distance)
    if margin(high) >= 0:
        return high  # noise, or no failure at `failing` after all
    if low == 0.0:
        known[0.0] = -margin(high)  # its size only sets the first step
    return cast("float", brentq(margin, low, high, xtol=_ROOT))


def gradient(limit: Counted, point: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the margin at a boundary point and its gradient by forward differences: 9 + dimension runs.

    The margin is first turned into a distance to the boundary along the ray through `point`, since a margin that is far
    from linear (a latch regenerates exponentially) would exaggerate its largest derivatives. Where it jumps through
    zero, or is flat, the boundary itself is followed by signs alone: about four times the runs.
    """
    ray = point / np.linalg.norm(point)
    margins = limit.search(point + np.outer(_ALONG, ray))
    if _passes_through_zero(margins):
        distance = PchipInterpolator(margins[::-1], _ALONG[::-1])
        across = limit.search(point + _STEP * np.eye(len(point)))
        inside = np.clip(across, margins[-1], margins[0])
        # a discard steers nowhere
        return float(distance(0.0)), np.where(np.abs(across) < 1e100, -distance(inside) / _STEP, 0.0)
    begins = crossings(limit, point + _WIDE_STEP * np.eye(len(point)), ray, _ROOT, _FURTHEST)
    return 0.0, np.nan_to_num(begins) / _WIDE_STEP


def _passes_through_zero(margins: np.ndarray) -> bool:
    """Return whether margins at `_ALONG` fall steadily through zero, and do not just jump there."""
    slope = -np.diff(margins) / np.diff(_ALONG)
    if margins[0] <= 0 or margins[-1] >= 0 or np.any(slope <= 0):
        return False
    zero = int(np.argmax(margins < 0)) - 1
    return bool(slope[zero] < _JUMP * np.median(slope))


def descend(
    limit: Counted, failing: np.ndarray, known: Sequence[Region], apart: float = SAME
) -> Region | None:
    """Return the design point reached from a failing point; None if it leads to a known one, or nowhere.

    Costs about 20 + dimension runs per iteration; two iterations for a plane boundary. Directions with a cosine above
    `apart` to a known design point lead to it.
    """
    distance = float(np.linalg.norm(failing))
    direction = failing / distance
    point = root_on_ray(limit, direction, distance) * direction
    normal = direction
    cuts: list[np.ndarray] = []  # tangent planes seen: (normal, distance)
    for iteration in range(_ITERATIONS):
        value, slope = gradient(limit, point)
        if not np.any(slope):
            return None
        normal = -slope / np.linalg.norm(slope)
        if iteration and normal @ point > _PARALLEL * np.linalg.norm(point):
            break
        if leads_to_known(normal, known, apart):
            return None
        cuts.append(_tangent(point, value, slope))
        moved = _towards(limit, point, np.array(cuts))
        if moved is None and cuts[-1][-1] > 0:
            # the plane misled: what keeps its foot safe is another one, of a corner or a bent boundary
            foot = cuts[-1][-1] * normal
            way = 1.01 * point - foot
            length = float(np.linalg.norm(way))
            entry = foot + root_on_ray(limit, way / length, length, origin=foot) * way / length
            value, slope = gradient(limit, entry)
            if np.any(slope):
                cuts.append(_tangent(entry, value, slope))
                moved = _towards(limit, point, np.array(cuts))
        if moved is None:
            break
        if apart == SAME and explained(limit, moved, known):
            return None
        gained = np.linalg.norm(point) - np.linalg.norm(moved)
        point = moved
        if gained < _GAIN:
            break
    return None if leads_to_known(point / np.linalg.norm(point), known, apart) else Region(point, normal)


def _tangent(point: np.ndarray, value: float, slope: np.ndarray) -> np.ndarray:
    """Return the tangent plane of the boundary near `point`: its normal, then its distance from the origin."""
    size = np.linalg.norm(slope)
    return np.append(-slope / size, (value - slope @ point) / size)


def _towards(limit: Counted, point: np.ndarray, cuts: np.ndarray) -> np.ndarray | None:
    """Return a boundary point nearer to the origin than `point`, or None.

    Tried are the last tangent plane, then the point nearest to the origin behind all planes (a corner), then directions
    between the first and `point`.
    """
    distance = float(np.linalg.norm(point))
    normal, guess = cuts[-1, :-1], float(cuts[-1, -1])
    tries = [(normal, guess)] if guess > 0 else []
    if len(cuts) > 1 and (corner := _behind_all(cuts)) is not None:
        tries.append((corner, float(np.linalg.norm(corner))))
    tries += [(share * normal + (1 - share) * point / distance, distance) for share in (0.5, 0.2)]
    for direction, expected in tries:
        direction = direction / np.linalg.norm(direction)
        reach = min(distance, 1.1 * expected + 0.3)
        if limit.search(reach * direction[None])[0] < 0:
            return root_on_ray(limit, direction, reach, min(expected, guess)) * direction
    return None


def _behind_all(cuts: np.ndarray) -> np.ndarray | None:
    """Return the point nearest to the origin with normal · u ≥ distance for all rows (normal, distance), or None.

    Least distance programming, Lawson and Hanson (1974), chapter 23.
    """
    target = np.zeros(cuts.shape[1])
    target[-1] = 1.0
    solution, _ = nnls(cuts.T, target)
    rest = cuts.T @ solution - target
    return -rest[:-1] / rest[-1] if abs(rest[-1]) > 1e-9 and np.any(rest[:-1]) else None
