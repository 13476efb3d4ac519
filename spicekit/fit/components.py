"""Variance components: how much devices differ, how much cycles of one device differ, and how long it remembers.

Restricted maximum likelihood (Patterson and Thompson, Biometrika 58, 545, 1971) of the linear mixed model
``y = mean of the setting + device + cycle``, all normal. The cycle part is a first-order autoregression in the cycle
number, so its inverse is tridiagonal and the likelihood needs few sums over the rows. Intervals are profile
likelihoods.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.optimize import OptimizeResult, brentq, minimize
from scipy.stats import chi2

from spicekit.fit.estimate import Interval

_FARTHEST = 20.0  # times the span of cycles: a longer memory cannot be told from a device's own value
_SHORTEST = 0.2  # of the shortest step between cycles: a shorter memory cannot be told from none


@dataclass(frozen=True)
class Components:
    """What the spread of one quantity `y` is made of; `y` in any unit."""

    means: np.ndarray  # (settings,), generalized least squares
    covariance: np.ndarray  # (settings, settings), of the means
    cycle: Interval  # standard deviation between cycles
    device: Interval | None  # standard deviation between devices; None if it was not asked for


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
) -> tuple[list[Components], Interval | None]:
    """Fit the components of several quantities, independent but for one common correlation length.

    Args:
        seen: one per quantity.
        with_device: per quantity; else all its devices are taken as alike.
        memory: correlation length in cycles if it is known; None for independent cycles.
        fit_memory: fit the correlation length, and take `memory` for nothing.

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
    # free: ln(correlation length); for each quantity ln(sigma of cycles/scale) and sigma of devices/scale
    bounds = [(low, high)]
    for with_it in with_device:
        bounds += [(-7.0, 3.0), (0.0, 10.0 if with_it else 0.0)]

    sums = [_Sums(s) for s in seen]

    @lru_cache(maxsize=4)  # a search changes one number at a time
    def whitened(length: float | None) -> list["_Whitened"]:
        return [_Whitened(s, length) for s in sums]

    def at(x: np.ndarray) -> list["_Likelihood"]:
        rows = whitened(float(x[0]) if fit_memory else fixed)
        return [
            _Likelihood(r, np.exp(x[2 * i + 1]) * scale[i], x[2 * i + 2] * scale[i])
            for i, r in enumerate(rows)
        ]

    def deviance(x: np.ndarray) -> float:
        return sum(likelihood.deviance for likelihood in at(x))

    def search(start: Sequence[float], within: Sequence[tuple[float, float]]) -> OptimizeResult:
        return minimize(deviance, start, method="L-BFGS-B", bounds=within)

    starts = np.linspace(low, high, 5)[1:4] if fit_memory else [0.0]
    spreads = [x for with_it in with_device for x in (-0.3, 0.7 * with_it)]
    best = min((search([s, *spreads], bounds) for s in starts), key=lambda found: found.fun)
    limit = best.fun + chi2.ppf(confidence, 1)

    def interval(index: int, turn: Callable[[float], float]) -> Interval:
        def profile(value: float) -> float:
            held = [(value, value) if i == index else b for i, b in enumerate(bounds)]
            return search([value if i == index else v for i, v in enumerate(best.x)], held).fun - limit

        ends = [_crossing(profile, best.x[index], edge) for edge in bounds[index]]
        return Interval(turn(best.x[index]), turn(ends[0]), turn(ends[1]))

    found = [
        Components(
            likelihood.means,
            likelihood.covariance,
            interval(2 * i + 1, lambda x, i=i: float(np.exp(x) * scale[i])),
            interval(2 * i + 2, lambda x, i=i: float(x * scale[i])) if with_device[i] else None,
        )
        for i, likelihood in enumerate(at(best.x))
    ]
    return found, _bounded(interval(0, lambda x: float(np.exp(x))), low, high) if fit_memory else None


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


class _Sums:
    """Sums over the rows that the likelihood needs, by device, setting and step: of most files some per device."""

    def __init__(self, seen: Observations) -> None:
        self.shape = int(seen.device.max()) + 1, int(seen.setting.max()) + 1
        steps, step = np.unique(seen.step, return_inverse=True)
        place = seen.device * self.shape[1] + seen.setting
        groups, group = np.unique(place * len(steps) + step, return_inverse=True)
        self.place, self.step = groups // len(steps), steps[groups % len(steps)]
        self.centre = _setting_means(seen)  # taken off, as squares of the rest keep more digits
        y = seen.y - self.centre[seen.setting]
        before = np.where(np.isinf(seen.step), 0.0, np.roll(y, 1))
        self.count = np.bincount(group)
        self.y, self.before = np.bincount(group, y), np.bincount(group, before)
        self.yy = np.bincount(group, y**2)
        self.y_before = np.bincount(group, y * before)
        self.before_before = np.bincount(group, before**2)


class _Whitened:
    """The sums at one correlation length: `length` is ln(cycles) or None."""

    def __init__(self, sums: _Sums, length: float | None) -> None:
        # by the innovations of the autoregression: w = (y - f y_before)/sqrt(1 - f^2)
        f = np.zeros(len(sums.step)) if length is None else np.exp(-sums.step / np.exp(length))
        rest = 1 - f**2
        one_y = (1 - f) / rest * (sums.y - f * sums.before)
        share = np.bincount(sums.place, sums.count * (1 - f) ** 2 / rest, sums.shape[0] * sums.shape[1])
        self.share: np.ndarray = share.reshape(sums.shape)  # 1' R^-1 1
        self.of_device = np.bincount(sums.place // sums.shape[1], one_y)
        self.of_setting = np.bincount(sums.place % sums.shape[1], one_y)
        self.squares = ((sums.yy - 2 * f * sums.y_before + f**2 * sums.before_before) / rest).sum()
        self.determinant = (sums.count * np.log(rest)).sum()
        self.rows, self.centre = sums.count.sum(), sums.centre


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
