"""The offset of each drawn amplifier: where its decision turns, found by following its regeneration through zero.

A latch that starts from an imbalance v needs the time tau ln(level/v) to decide. So from how long a read took follows
how far it was from the point where the decision turns, and two reads on either side tell where that is. Further reads
close in on it. Far from it the delay is that of the discharge, not of the latch, so wide brackets are cut instead. No
law of the mismatch is assumed.
"""

from collections.abc import Callable

import numpy as np

Reader = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
"""(numbers of amplifiers (m,), u (m,)) -> signs of the decisions (m,), NaN where lost, and delays (m,) [s]."""

STEPS = 4
_EDGE = (
    0.25  # of the bracket: no read is placed closer to its ends, as forces mislead where a discharge is slow
)
_WIDE, _OUTWARD = 0.5, 1.6  # a bracket so wide on one side of u = 0 is cut at so many times its inner end


def offsets(
    read: Reader, places: np.ndarray, signs: np.ndarray, delays: np.ndarray, time_constant: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the offsets (n,) and how far the last step of each moved (n,).

    An offset is infinite where the reads do not enclose one: the amplifier decides alike at all places, or the wrong
    way round; NaN where a simulation was lost.

    Args:
        read: makes one more read of each of the amplifiers named.
        places: (k,), u of the reads that were made.
        signs: (n, k), of their decisions, NaN where lost.
        delays: (n, k), s, infinite where they did not decide; the sign is then that of the outputs at the end.
        time_constant: s, of the regeneration; a wrong one costs accuracy of the steps, and no offset its bracket.
    """
    force = signs * np.exp(-delays / time_constant)
    low, low_force = _nearest(places, force, signs < 0, np.max, -np.inf)
    high, high_force = _nearest(places, force, signs > 0, np.min, np.inf)
    lost = np.asarray(np.isnan(signs).any(axis=1))
    found = ~lost & np.isfinite(low) & np.isfinite(high) & (low < high)
    rows = np.flatnonzero(found)
    low, high, low_force, high_force = (x[rows] for x in (low, high, low_force, high_force))
    last, side = np.full(len(rows), np.nan), np.zeros(len(rows))
    stuck = np.zeros(len(rows), dtype=bool)
    for _ in range(STEPS if len(rows) else 0):
        last = _next(low, high, low_force, high_force, stuck)
        sign, delay = read(rows, last)
        here = sign * np.exp(-delay / time_constant)
        up, down = sign > 0, sign < 0
        stuck, side = side == sign, sign
        high, high_force = np.where(up, last, high), np.where(up, here, high_force)
        low, low_force = np.where(down, last, low), np.where(down, here, low_force)
        lost[rows[np.isnan(sign)]] = True
    result, moved = np.full(len(signs), np.inf), np.full(len(signs), np.nan)
    result[rows] = _between(low, high, low_force, high_force)
    moved[rows] = np.abs(result[rows] - last)
    result[lost] = np.nan
    return result, moved


def _nearest(
    places: np.ndarray, force: np.ndarray, there: np.ndarray, nearest: Callable, nowhere: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the innermost place (n,) of those that are `there` (n, k), and the force at it."""
    at = nearest(np.where(there, places, nowhere), axis=1)
    return at, np.where(places == at[:, None], force, 0.0).sum(axis=1)


def _next(
    low: np.ndarray, high: np.ndarray, low_force: np.ndarray, high_force: np.ndarray, stuck: np.ndarray
) -> np.ndarray:
    """Return where to read next: in the middle of a bracket whose one end has stayed twice."""
    middle, inner = (low + high) / 2, np.where(low > 0, low, high)
    wide = (low * high > 0) & (high - low > _WIDE)
    further = np.where(np.abs(_OUTWARD * inner) < np.abs(middle), _OUTWARD * inner, middle)
    line = _between(low, high, low_force, high_force, _EDGE)
    return np.where(wide, further, np.where(stuck, middle, line))


def _between(
    low: np.ndarray, high: np.ndarray, low_force: np.ndarray, high_force: np.ndarray, edge: float = 0.0
) -> np.ndarray:
    """Return where the straight line through both forces crosses zero; the middle where both are zero."""
    whole = high_force - low_force
    share = np.where(whole > 0, -low_force / np.where(whole > 0, whole, 1.0), 0.5)
    return low + (high - low) * np.clip(share, edge, 1 - edge)
