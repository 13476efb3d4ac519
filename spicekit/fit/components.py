"""Variance components: how much devices differ, how much cycles of one device differ, and how long it remembers.

Restricted maximum likelihood (Patterson and Thompson, Biometrika 58, 545, 1971) of the linear mixed model
``y = mean of the setting + device + slow + fresh``, all normal. The slow part is a first-order autoregression in the
cycle number, the fresh one is drawn anew at every cycle. Intervals are profile likelihoods; of thousands of rows they
are normal ones, from the curvature.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.optimize import OptimizeResult, brentq, minimize
from scipy.stats import chi2, norm

from spicekit.fit.estimate import Interval

_FARTHEST = 20.0  # times the span of cycles: a longer memory cannot be told from a device's own value
_MOST_FRESH = 0.999  # of the variance: a slow part of none has no memory that could be told
_MANY = 4000  # rows, whose likelihood is as good as normal
_STEP = 0.02  # of the numbers searched for, small beside their errors
_LONGEST = 512  # rows of a series
_SHORTEST = 0.2  # of the shortest step between cycles: a shorter memory cannot be told from none


@dataclass(frozen=True)
class Components:
    """What the spread of one quantity `y` is made of; `y` in any unit."""

    means: np.ndarray  # (settings,), generalized least squares
    covariance: np.ndarray  # (settings, settings), of the means
    cycle: Interval  # standard deviation between cycles
    device: Interval | None  # standard deviation between devices; None if it was not asked for
    fresh: Interval  # share of the variance between cycles that each cycle draws anew; the rest is slow


@dataclass(frozen=True)
class Observations:
    """Rows in order of device, setting, cycle."""

    y: np.ndarray  # (rows,)
    setting: np.ndarray  # (rows,), 0 ...
    device: np.ndarray  # (rows,), 0 ...
    step: np.ndarray  # (rows,), cycles since the row before of the same device and setting; inf for the first


def observations(
    y: np.ndarray, setting: np.ndarray, device: np.ndarray, cycle: np.ndarray | None
) -> Observations:
    """Sort rows; without `cycle`, cycles of one device are independent."""
    _, setting = np.unique(setting, return_inverse=True)
    _, device = np.unique(device, return_inverse=True)
    when = np.zeros(len(y)) if cycle is None else cycle
    order = np.lexsort((when, setting, device))
    y, setting, device, when = y[order], setting[order], device[order], when[order]
    step = np.full(len(y), np.inf)
    if cycle is not None:
        same = (np.diff(setting) == 0) & (np.diff(device) == 0)
        step[1:][same] = np.diff(when)[same]
    return Observations(y, setting, device, step)


def components(
    seen: Sequence[Observations],
    with_device: Sequence[bool],
    memory: float | None,
    fit_memory: bool,
    confidence: float = 0.95,
    fresh: float | None = 0.0,
) -> tuple[list[Components], Interval | None]:
    """Fit the components of several quantities, independent but for one common correlation length.

    Args:
        seen: one per quantity.
        with_device: per quantity; else all its devices are taken as alike.
        memory: correlation length in cycles if it is known; None for independent cycles.
        fit_memory: fit the correlation length, and take `memory` for nothing.
        fresh: share of the variance between cycles that is fresh, or None to fit it to each quantity.

    Returns:
        The components of each quantity, and the correlation length [cycles] if it was fitted: 0 or infinity where the
        cycles seen do not bound it.
    """
    scale = [float(np.std(s.y - _setting_means(s)[s.setting])) for s in seen]
    steps = np.concatenate([s.step[np.isfinite(s.step)] for s in seen])
    fit_memory = fit_memory and len(steps) > 0
    span = max((_span(s) for s in seen), default=0.0)
    low, high = (np.log(_SHORTEST * steps.min()), np.log(_FARTHEST * span)) if fit_memory else (0.0, 0.0)
    fixed = None if memory is None else np.log(memory)
    held = (fresh, fresh) if fresh is not None else (0.0, _MOST_FRESH)
    # free: ln(correlation length); for each quantity ln(sigma of cycles/scale), sigma of devices/scale, fresh share
    bounds = [(low, high)]
    for with_it in with_device:
        bounds += [(-7.0, 3.0), (0.0, 10.0 if with_it else 0.0), held]

    rows = [_Series(s) for s in seen]

    @lru_cache(maxsize=8)  # a search changes one number at a time
    def whitened(quantity: int, length: float | None, share: float) -> "_Whitened":
        return _Whitened(rows[quantity], length, share)

    def at(x: np.ndarray) -> list["_Likelihood"]:
        length = float(x[0]) if fit_memory else fixed
        return [
            _Likelihood(
                whitened(i, length, float(x[3 * i + 3])),
                np.exp(x[3 * i + 1]) * scale[i],
                x[3 * i + 2] * scale[i],
            )
            for i in range(len(rows))
        ]

    def deviance(x: np.ndarray) -> float:
        return sum(likelihood.deviance for likelihood in at(x))

    def search(start: Sequence[float], within: Sequence[tuple[float, float]]) -> OptimizeResult:
        return minimize(deviance, start, method="L-BFGS-B", bounds=within)

    starts = np.linspace(low, high, 5)[1:4] if fit_memory else [0.0]
    first = [x for with_it in with_device for x in (-0.3, 0.7 * with_it, min(0.5, held[1]))]
    best = min((search([s, *first], bounds) for s in starts), key=lambda found: found.fun)
    limit = best.fun + chi2.ppf(confidence, 1)

    many = sum(len(s.y) for s in seen) > _MANY
    errors = _errors(deviance, best.x, bounds) if many else np.zeros(len(bounds))
    reach = norm.ppf((1 + confidence) / 2)

    def interval(index: int, turn: Callable[[float], float]) -> Interval:
        if many:
            ends = np.clip(best.x[index] + reach * errors[index] * np.array([-1, 1]), *bounds[index])
            return Interval(turn(best.x[index]), turn(ends[0]), turn(ends[1]))

        def profile(value: float) -> float:
            pinned = [(value, value) if i == index else b for i, b in enumerate(bounds)]
            return search([value if i == index else v for i, v in enumerate(best.x)], pinned).fun - limit

        ends = [_crossing(profile, best.x[index], edge) for edge in bounds[index]]
        return Interval(turn(best.x[index]), turn(ends[0]), turn(ends[1]))

    found = [
        Components(
            likelihood.means,
            likelihood.covariance,
            interval(3 * i + 1, lambda x, i=i: float(np.exp(x) * scale[i])),
            interval(3 * i + 2, lambda x, i=i: float(x * scale[i])) if with_device[i] else None,
            interval(3 * i + 3, float) if fresh is None else Interval(fresh, fresh, fresh),
        )
        for i, likelihood in enumerate(at(best.x))
    ]
    return found, _bounded(interval(0, lambda x: float(np.exp(x))), low, high) if fit_memory else None


def _errors(
    deviance: Callable[[np.ndarray], float], best: np.ndarray, bounds: Sequence[tuple[float, float]]
) -> np.ndarray:
    """Return standard errors from the curvature of the likelihood; zero for what is held, or lies at its bound."""
    free = [i for i, (low, high) in enumerate(bounds) if low + _STEP < best[i] < high - _STEP]

    def gradient(x: np.ndarray) -> np.ndarray:
        moves = [np.where(np.arange(len(x)) == i, _STEP, 0.0) for i in free]
        return np.array([deviance(x + move) - deviance(x - move) for move in moves]) / (2 * _STEP)

    moves = [np.where(np.arange(len(best)) == i, _STEP, 0.0) for i in free]
    curvature = np.array([gradient(best + move) - gradient(best - move) for move in moves]) / (2 * _STEP)
    errors = np.zeros(len(best))
    if free:
        covariance = np.linalg.pinv((curvature + curvature.T) / 4)  # of twice the log-likelihood
        errors[free] = np.sqrt(np.maximum(np.diag(covariance), 0))
    return errors


def _span(seen: Observations) -> float:
    """Return the mean number of cycles from the first to the last of a device at a setting."""
    first = np.isinf(seen.step)
    return float(seen.step[~first].sum() / first.sum())


def _bounded(length: Interval, low: float, high: float) -> Interval:
    """Return the interval open where it ends at the edge of what was searched."""
    return Interval(
        length.value,
        0.0 if length.low <= np.exp(low) * 1.001 else length.low,
        np.inf if length.high >= np.exp(high) * 0.999 else length.high,
    )


def _crossing(profile: Callable[[float], float], best: float, edge: float) -> float:
    """Return where `profile` turns positive between `best` and `edge`, or `edge`."""
    step, inside = np.copysign(0.05, edge - best), best
    while abs(inside - best) < abs(edge - best):
        outside = best + step if abs(step) < abs(edge - best) else edge
        if profile(outside) > 0:
            return brentq(profile, inside, outside, xtol=1e-3)  # type: ignore[return-value]
        inside, step = outside, 2 * step
    return edge


def _setting_means(seen: Observations) -> np.ndarray:
    return np.bincount(seen.setting, seen.y) / np.bincount(seen.setting)


class _Series:
    """The rows in series of one device at one setting, as arrays (series, most rows of one)."""

    def __init__(self, seen: Observations) -> None:
        self.shape = int(seen.device.max()) + 1, int(seen.setting.max()) + 1
        self.centre = _setting_means(seen)  # taken off, as squares of the rest keep more digits
        # a long series is cut: what lies so far apart hardly depends on each other
        first = np.flatnonzero(np.isinf(seen.step))
        number = np.repeat(np.arange(len(first)), np.diff(np.append(first, len(seen.y))))
        at = np.arange(len(seen.y)) - first[number]
        series = np.unique(number * (1 + int(at.max()) // _LONGEST) + at // _LONGEST, return_inverse=True)[1]
        at = at % _LONGEST
        size = int(series.max()) + 1, int(at.max()) + 1
        self.y, self.step, self.there = np.zeros(size), np.full(size, np.inf), np.zeros(size, dtype=bool)
        self.y[series, at] = seen.y - self.centre[seen.setting]
        self.step[series, at] = np.where(at == 0, np.inf, seen.step)
        self.there[series, at] = True
        self.place = np.zeros(size[0], dtype=int)
        self.place[series] = seen.device * self.shape[1] + seen.setting


class _Whitened:
    """Sums over rows that are free of their correlation: `length` is ln(cycles) or None; `fresh` a share of variance.

    By a Kalman filter on all series side by side: a slow state, an autoregression, seen through a fresh part.
    """

    def __init__(self, rows: _Series, length: float | None, fresh: float) -> None:
        series, longest = rows.y.shape
        known = np.zeros((2, series))  # the slow state as foreseen, of the rows and of a row of ones
        variance = np.full(series, 1 - fresh)
        sums = np.zeros((4, series))  # 1' R^-1 1, 1' R^-1 y, y' R^-1 y, ln |R|
        memory = np.inf if length is None else np.exp(length)
        decay = np.exp(-rows.step / memory) if length is not None else np.zeros_like(rows.step)
        for k in range(longest):
            f = decay[:, k]
            known, variance = f * known, f**2 * variance + (1 - f**2) * (1 - fresh)
            there = rows.there[:, k]
            total = variance + fresh
            y, one = rows.y[:, k] - known[0], 1 - known[1]
            sums += np.where(there, [one**2 / total, one * y / total, y**2 / total, np.log(total)], 0)
            gain = np.where(there, variance / total, 0)
            known = known + gain * [y, one]
            variance = variance * (1 - gain)
        devices, settings = rows.shape
        self.share = np.bincount(rows.place, sums[0], devices * settings).reshape(rows.shape)
        self.of_device = np.bincount(rows.place // settings, sums[1], devices)
        self.of_setting = np.bincount(rows.place % settings, sums[1], settings)
        self.squares, self.determinant = float(sums[2].sum()), float(sums[3].sum())
        self.rows, self.centre = int(rows.there.sum()), rows.centre


class _Likelihood:
    """The restricted likelihood at one point."""

    def __init__(self, rows: _Whitened, cycle: float, device: float) -> None:
        share = rows.share
        ratio = (device / cycle) ** 2
        growth = 1 + ratio * share.sum(axis=1)
        shrink = ratio / growth
        information = np.diag(share.sum(axis=0)) - share.T @ (shrink[:, None] * share)
        score = rows.of_setting - share.T @ (shrink * rows.of_device)
        off = np.linalg.solve(information, score)
        self.means = rows.centre + off
        self.covariance = cycle**2 * np.linalg.inv(information)
        residual = rows.squares - shrink @ rows.of_device**2 - score @ off
        free = rows.rows - share.shape[1]
        self.deviance = float(
            2 * free * np.log(cycle)
            + residual / cycle**2
            + rows.determinant
            + np.log(growth).sum()
            + np.linalg.slogdet(information)[1]
        )
