"""Importance sampling from a mixture over all failure regions found, checked by a second, independent estimate.

Design points by search, a Gaussian at each (the second estimate, and the training of the surfaces), then proposals
that follow the fitted boundary (the estimate). All samples of an estimate come from one fixed mixture that was settled
before they were drawn, so both estimates are unbiased whatever the surfaces are worth.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import norm
from threadpoolctl import threadpool_limits

from spicekit.sampling.rare.design_point import descend
from spicekit.sampling.rare.explore import Exploration, explore, find_regions
from spicekit.sampling.rare.fit import fit
from spicekit.sampling.rare.known import LEANING
from spicekit.sampling.rare.limit import Counted, RunsSpent
from spicekit.sampling.rare.proposal import Boundary, Mixture, Shifted
from spicekit.sampling.rare.result import Estimate, Region, SecondEstimate
from spicekit.sampling.rare.surface import Profile, profile
from spicekit.sampling.rare.verdict import CONTRADICTION, Request, bound, conclude, contradicted, heavy
from spicekit.sampling.rare.weighted import weighted

_DEFENSIVE = 0.2  # share of the plain Gaussians in the mixture: no weight exceeds five times theirs
_EVEN = 0.3  # share of the samples that all regions get alike
_PILOT = 64
_IN_FRONT = -0.3  # depth behind a tangent plane below which the plane does not explain a failure
_MUCH = 0.1  # share of the weights
_FEWEST = 128  # samples of the final estimate
_METHOD = "mixture importance sampling"


@dataclass(frozen=True)
class _Batch:
    points: np.ndarray
    margins: np.ndarray
    log_weights: np.ndarray
    part: np.ndarray  # which proposal of the mixture drew the point
    region: np.ndarray  # which region that proposal is for

    @property
    def size(self) -> int:
        return len(self.margins)


def importance(limit: Counted, request: Request, exploration: Exploration | None = None) -> Estimate:
    """Return the estimate; explores first unless that has been done."""
    exploration = exploration or explore(limit)
    second_runs = _power_of_two(limit.max_runs / 8, 64, 256)
    limit.reserve = limit.max_runs // 3
    search = find_regions(limit, exploration.failing, _power_of_two(limit.max_runs / 10, 32, 256))
    limit.reserve = 0
    regions = search.regions
    if not regions:
        return bound(limit, request, _METHOD, "the search found no failure")
    gaussians, first = _around(limit, regions, second_runs)
    near = _overlooked(limit, regions, first)
    if near is not None:
        regions = (*regions, near)
        gaussians, first = _around(limit, regions, second_runs)
    second, count = _second(first, request), len(regions)
    profiles = [profile(limit, region) for region in regions]

    mixture = _follow(regions, profiles, gaussians, [first])
    pilot = _draw(limit, mixture, "pilot", 0, min(_PILOT, limit.left // 3), count)
    mixture = _follow(regions, profiles, gaussians, [first, pilot])
    final = _draw(limit, mixture, "estimate", 0, min(_FEWEST, limit.left), count)
    found = weighted(final.log_weights, final.margins, final.part, request.confidence)
    for _ in range(4):
        if (found.relative_error <= request.relative_error and not heavy(found)) or limit.left == 0:
            break
        wanted = 1.1 * found.samples * (min(found.relative_error, 1.0) / request.relative_error) ** 2
        more = int(min(max(wanted - found.samples, _PILOT), limit.left))
        final = _joined(final, _draw(limit, mixture, "estimate", found.samples, found.samples + more, count))
        found = weighted(final.log_weights, final.margins, final.part, request.confidence)
    while contradicted(found, second) > CONTRADICTION and limit.left >= first.size:
        # few samples of a skewed law contradict too easily: believe it when twice as many still do
        first = _joined(
            first, _draw(limit, gaussians, f"second estimate {count}", first.size, 2 * first.size, count)
        )
        second = _second(first, request)
    shares = _contributions(final, count)
    regions = tuple(replace(r, importance=float(share)) for r, share in zip(regions, shares, strict=True))
    return conclude(limit, request, found, _METHOD, second, replace(search, regions=regions))


def _around(limit: Counted, regions: tuple[Region, ...], runs: int) -> tuple[Mixture, _Batch]:
    """Return the mixture of Gaussians at the design points, and samples from it."""
    gaussians = Mixture(
        tuple(Shifted(region.design_point) for region in regions),
        _shares(np.array([norm.sf(region.beta) for region in regions])),
    )
    stage = f"second estimate {len(regions)}"
    return gaussians, _draw(limit, gaussians, stage, 0, min(runs, limit.left // 3), len(regions))


def _overlooked(limit: Counted, regions: tuple[Region, ...], seen: _Batch) -> Region | None:
    """Return a region that leans on a known one: much weight in front of every tangent plane points to it."""
    weights = np.where(seen.margins < 0, np.exp(seen.log_weights), 0.0)
    depths = [seen.points @ region.normal - region.normal @ region.design_point for region in regions]
    in_front = weights * (np.max(depths, axis=0) < _IN_FRONT)
    if in_front.sum() <= _MUCH * weights.sum():
        return None
    centre = in_front @ seen.points / in_front.sum()
    heaviest = seen.points[int(np.argmax(in_front))]
    limit.reserve = limit.left // 2
    try:
        start = centre if limit.search(centre[None])[0] < 0 else heaviest
        found = descend(limit, start, regions, LEANING)
    except RunsSpent:
        found = None
    limit.reserve = 0
    return found


def _second(batch: _Batch, request: Request) -> SecondEstimate:
    found = weighted(batch.log_weights, batch.margins, batch.part, request.confidence)
    return SecondEstimate(
        found.probability, found.relative_error, found.samples, "the Gaussians at the design points alone"
    )


def _draw(limit: Counted, mixture: Mixture, stage: str, start: int, stop: int, regions: int) -> _Batch:
    points, which = mixture.draw(limit, stage, start, stop)
    return _Batch(points, limit(points), mixture.log_weights(points), which, which % regions)


def _joined(one: _Batch, other: _Batch) -> _Batch:
    return _Batch(
        np.vstack([one.points, other.points]),
        np.concatenate([one.margins, other.margins]),
        np.concatenate([one.log_weights, other.log_weights]),
        np.concatenate([one.part, other.part]),
        np.concatenate([one.region, other.region]),
    )


def _follow(
    regions: tuple[Region, ...], profiles: list[Profile], gaussians: Mixture, seen: list[_Batch]
) -> Mixture:
    """Return the mixture of boundary proposals fitted to what was seen, with the plain Gaussians as defence."""
    batch = seen[0]
    for more in seen[1:]:
        batch = _joined(batch, more)
    proposals = []
    # one thread: the same sums on any machine, and on busy cores two would wait for each other
    with threadpool_limits(1, "blas"):
        for index, region in enumerate(regions):
            own = batch.region == index
            surface = fit(region, batch.points[own], batch.margins[own], profiles[index])
            proposals.append(Boundary(surface, *surface.centre()))
    both = Mixture(
        (*proposals, *gaussians.proposals), np.concatenate([gaussians.shares, gaussians.shares]) / 2
    )
    failed = batch.margins < 0
    adapted = both.adapted(batch.points[failed], batch.log_weights[failed])
    least = np.concatenate([np.zeros(len(regions)), gaussians.shares])
    return Mixture(both.proposals, (1 - _DEFENSIVE) * adapted.shares + _DEFENSIVE * least)


def _contributions(batch: _Batch, regions: int) -> np.ndarray:
    """Return each region's share of the weighted failures, shape (regions,)."""
    weights = np.where(batch.margins < 0, np.exp(batch.log_weights), 0.0)
    found = np.bincount(batch.region, weights, regions)
    return found / found.sum() if found.sum() else np.full(regions, 1 / regions)


def _shares(sizes: np.ndarray) -> np.ndarray:
    """Return sampling shares that add up to one: most in proportion to `sizes`, some the same for all."""
    return (1 - _EVEN) * sizes / sizes.sum() + _EVEN / len(sizes)


def _power_of_two(wanted: float, least: int, most: int) -> int:
    return int(np.clip(2 ** round(np.log2(max(wanted, 1.0))), least, most))
