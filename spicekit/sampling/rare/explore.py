"""Where are failures? Space-filling points at inflated spread, then an audit for regions still unknown.

The audit folds its points out of the regions already known, so that all of it looks for others.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm, qmc, rankdata

from spicekit.sampling.rare.design_point import descend
from spicekit.sampling.rare.known import LEANING, fold_out
from spicekit.sampling.rare.limit import Counted, RunsSpent
from spicekit.sampling.rare.result import Region

_SPREADS = (1.0, 2.0, 3.0, 4.0, 5.0)  # standard deviations of the exploration, one after another
_REACH = 8.0  # no coordinate is explored further out: 1 - Φ(8) = 6e-16
ENOUGH = 3  # failures at which the exploration ends
_AUDITS = 3  # most of them
_DESCENTS = 2  # most design-point searches after the exploration, and after each audit
_GAP = 0.5  # to the tangent planes, in the close audit
_NEGLIGIBLE = 1e-3  # of the sum of Φ(-β)


@dataclass(frozen=True)
class Exploration:
    """What the exploration saw."""

    failing: np.ndarray  # points (n, dimension), nearest to the origin first
    likely: bool  # failures are so frequent that counting them is cheapest


def explore(limit: Counted, level: int = 32) -> Exploration:
    """Return failing points found with growing spread, `level` runs at each; the first level is the true spread."""
    points, margins = np.empty((0, limit.dimension)), np.empty(0)
    for spread in _SPREADS:
        if limit.left < 2 * level:
            break
        drawn = spread * space_filling(limit, f"explore {spread}", level)
        points, margins = np.vstack([points, drawn]), np.concatenate([margins, limit.search(drawn)])
        if spread == 1.0 and np.count_nonzero(margins < 0) >= ENOUGH:
            return Exploration(points[margins < 0], likely=True)
        if np.count_nonzero(margins < 0) < ENOUGH and spread > 1.0:
            rays = _linear_guess(points, margins)
            points, margins = np.vstack([points, rays]), np.concatenate([margins, limit.search(rays)])
        if np.count_nonzero(margins < 0) >= ENOUGH:
            break
        level = 2 * level if spread == 2.0 else level
    failing = points[margins < 0]
    return Exploration(failing[np.argsort(np.linalg.norm(failing, axis=1))], likely=False)


def space_filling(limit: Counted, stage: str, count: int) -> np.ndarray:
    """Return scrambled Sobol points as standard normals, shape (count, dimension), `count` a power of two."""
    sobol = qmc.Sobol(limit.dimension, rng=limit.generator(stage))
    return norm.ppf(np.clip(sobol.random(count), 1e-12, 1 - 1e-12))


def _linear_guess(points: np.ndarray, margins: np.ndarray) -> np.ndarray:
    """Return points down the slope of a ridge regression of the margins' ranks."""
    scores = norm.ppf((rankdata(margins) - 0.5) / len(margins))
    if np.ptp(margins) == 0:
        return np.empty((0, points.shape[1]))
    slope = np.linalg.solve(
        points.T @ points + len(points) * np.eye(points.shape[1]), points.T @ (scores - scores.mean())
    )
    return -np.outer([5.0, _REACH], slope / np.linalg.norm(slope))


@dataclass(frozen=True)
class Search:
    """The failure regions that were found, and how much more there may be."""

    regions: tuple[Region, ...]
    detection: float  # chance that the last audit would have seen a further half-space with a tenth of the probability
    finished: bool  # False if runs were spent before every lead was followed


def find_regions(limit: Counted, failing: np.ndarray, audit_runs: int) -> Search:
    """Return the failure regions reached from failing points, and from audits until one finds nothing new.

    The probability that `detection` compares with is the sum of Φ(-β) over the regions found.
    """
    regions: list[Region] = []
    detection, finished = 0.0, False
    try:
        _follow(limit, failing, regions)
        for number in range(_AUDITS if regions else 0):
            before = len(regions)
            spread, chance = _audit_spread(regions, audit_runs)
            _follow(limit, _audit(limit, f"audit {number}", audit_runs, spread, regions), regions)
            if len(regions) == before:
                detection, finished = chance, True
                break
        # what leans on a known region is folded away with it: look closer, if there are runs for a lead or two
        if finished and limit.left - limit.reserve > audit_runs // 2 + 2 * _DESCENTS * (limit.dimension + 10):
            spread, _ = _audit_spread(regions, audit_runs)
            leads = _audit(limit, "close audit", audit_runs // 2, spread, regions, _GAP)
            for lead in leads[:_DESCENTS]:
                found = descend(limit, lead, regions, LEANING)
                if found is not None:
                    regions.append(found)
    except RunsSpent:
        pass  # `finished` says so
    return Search(_worth_sampling(regions), detection, finished)


def _audit(
    limit: Counted, stage: str, runs: int, spread: float, regions: Sequence[Region], gap: float | None = None
) -> np.ndarray:
    """Return the failing ones, nearest first, of points that the known regions have been folded out of."""
    drawn = np.clip(spread * space_filling(limit, stage, runs), -_REACH, _REACH)
    drawn = fold_out(drawn, regions, gap)
    failing = drawn[limit.search(drawn) < 0]
    return failing[np.argsort(np.linalg.norm(failing, axis=1))]


def _follow(limit: Counted, failing: np.ndarray, regions: list[Region]) -> None:
    """Add to `regions` those reached from failing points that the known ones do not explain."""
    descents = 0
    for point in failing:
        if descents == _DESCENTS:
            break
        folded = fold_out(point[None], regions)
        if regions and limit.search(folded)[0] >= 0:
            continue
        found = descend(limit, folded[0], regions)
        descents += 1
        if found is not None:
            regions.append(found)


def _audit_spread(regions: Sequence[Region], runs: int) -> tuple[float, float]:
    """Return the spread at which a half-space with a tenth of the probability is seen with 99 %, and that chance."""
    tenth = norm.isf(0.1 * sum(norm.sf(region.beta) for region in regions))
    spread = float(np.clip(tenth / norm.isf(np.log(100) / runs), 1.5, _SPREADS[-1]))
    return spread, float(1 - (1 - norm.sf(tenth / spread)) ** runs)


def _worth_sampling(regions: Sequence[Region]) -> tuple[Region, ...]:
    """Leave out regions whose first-order probability is negligible beside the others."""
    total = sum(norm.sf(region.beta) for region in regions)
    return tuple(region for region in regions if norm.sf(region.beta) > _NEGLIGIBLE * total)
