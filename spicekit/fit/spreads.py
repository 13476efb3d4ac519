"""Standard deviations of the barriers from the spread of ln R, less what other spreads bring."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spicekit.fit.curve import BARRIER
from spicekit.fit.estimate import Interval
from spicekit.fit.response import Slopes
from spicekit.models.population import PARTS
from spicekit.models.rram import ALTER, RramModel

LEVELS = {"device": ("device",), "cycle": ("slow", "fresh"), "total": PARTS}
"""Which spreads of the card make up what was measured: apart, or both together."""


UNFITTED = {"lrs": ("i0", "e_set_gap"), "hrs": ("i0", "e_reset_gap")}
"""Spreads that add to a state and are kept as they are, but for scaling down."""


@dataclass(frozen=True)
class Curvature:
    """How far simulated devices of a state differ from straight laws."""

    shift: float  # of the mean of ln R
    ratios: Mapping[str, float]  # of variances, by level


STRAIGHT = Curvature(0.0, dict.fromkeys(LEVELS, 1.0))


@dataclass(frozen=True)
class Share:
    """What one setting adds to a state."""

    slopes: Slopes
    weight: float  # share of the rows
    curvature: Mapping[str, float]  # by level: simulated variance over that of straight laws


@dataclass(frozen=True)
class SpreadFit:
    """The main barrier's standard deviation at one level, in its own unit."""

    sigma: Interval
    others: float  # variance that spreads not fitted bring, over the measured one
    scale: (
        float  # by which these have to be scaled down to leave no more than what was measured; 1: not at all
    )
    beyond: float  # variance that they bring beyond the measured one; 0: none
    chance: float  # variance by which chance may have put the measured one down, as its interval says


def fit_spread(
    rram: RramModel, state: str, level: str, measured: Interval, shares: Sequence[Share]
) -> SpreadFit:
    """Return what is left for the main barrier.

    Args:
        level: "device", "cycle" or "total", which takes all for the cycle's.
        measured: standard deviation of ln R, over the slope relative to that of the first share.
    """
    main, ofs = BARRIER[state], LEVELS[level]
    measured = measured.times(1 / abs(shares[0].slopes.parameters[main]))  # in the barrier's unit
    gain = access = drawn = crossed = 0.0
    for share in shares:
        slope, weight = share.slopes.parameters, share.weight * share.curvature[level]
        unit = slope[main] ** 2
        gain += weight
        access += weight * float((share.slopes.access**2).sum()) / unit * ("device" in ofs)
        for p in ALTER:
            variance = weight * slope[p] ** 2 / unit * sum(rram.sigma(p, of) ** 2 for of in ofs)
            if p in BARRIER.values():
                crossed += variance * (p != main)  # fitted to the other state
            else:
                drawn += variance
    fixed = access + crossed
    room = measured.value**2 - fixed
    scale = math.sqrt(min(max(room, 0.0) / drawn, 1.0)) if drawn > 0 else 1.0

    def sigma(total: float) -> float:
        return math.sqrt(max(total**2 - fixed - drawn, 0.0) / gain)

    return SpreadFit(
        Interval(sigma(measured.value), sigma(measured.low), sigma(measured.high)),
        (fixed + drawn) / measured.value**2 if measured.value else math.inf,
        scale,
        max(fixed + drawn - measured.value**2, 0.0),
        measured.high**2 - measured.value**2,
    )
