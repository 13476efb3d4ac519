"""What cycles of many devices tell: parts of the variance, with errors, and laws over the compliance.

The deviations of one device have a fresh part, drawn anew at each cycle, and a slow part, a first-order autoregression,
of which few cycles in a row show only a part. The expectations of squared differences under the known correlation of
the slow part put that right.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from spicekit.block import Estimate
from spicekit.sampling.distribution import distribution
from spicekit.studies.conductance_law.result import ComplianceLaw, CompliancePoint, ConductancePoint, PowerLaw

LEAST_DEVICES = 3
_RESAMPLES = 1000


def matrix(rows: pd.DataFrame, cycles: int) -> np.ndarray:
    """Return the conductances (devices, cycles) of devices without a lost cycle."""
    good = rows[rows["outcome"] != "discard"]
    table = good.pivot(index="sample", columns="cycle", values="conductance").reindex(columns=range(cycles))
    return table.dropna().to_numpy()


def conductance_point(rows: pd.DataFrame, cycles: int) -> ConductancePoint | None:
    """Return the point of one compliance; None with fewer than three whole devices.

    A device with a lost cycle is left out as a whole, and all its cycles count as discards.
    """
    found = matrix(rows, cycles)
    devices = len(found)
    if devices < LEAST_DEVICES:
        return None
    from scipy.stats import skew

    rho = float(rows["correlation"].iloc[0])
    total = cycles * rows["sample"].nunique()
    same = _estimates(found, lambda x: autocorrelation(variances(x, rho), rho)) if cycles > 2 else None
    return ConductancePoint(
        compliance=float(rows["compliance"].iloc[0]),
        mean=_estimates(found, lambda x: x.mean((-1, -2))),
        std=_estimates(found, lambda x: variances(x, rho).total ** 0.5),
        std_device=_estimates(found, lambda x: variances(x, rho).device ** 0.5),
        std_cycle=_estimates(found, lambda x: variances(x, rho).cycle ** 0.5),
        std_slow=_estimates(found, lambda x: variances(x, rho).slow ** 0.5),
        skewness=_estimates(found, lambda x: skew(x.reshape(*x.shape[:-2], -1), axis=-1)),
        autocorrelation=same,
        current=float(rows["current"].mean()),
        samples=total,
        devices=devices,
        discards=total - found.size,
        incomplete=int((found < found.mean() / 2).sum()),
    )


def compliance_law(rows: pd.DataFrame, cycles: int) -> ComplianceLaw | None:
    """Return the low resistance state against compliance, from the same samples."""
    points, medians = [], []
    for compliance, mine in rows.groupby("compliance"):
        found = matrix(mine, cycles)
        if len(found) >= LEAST_DEVICES:
            lost = cycles * mine["sample"].nunique() - found.size
            law = distribution(pd.Series(1 / found.ravel()))
            points.append(CompliancePoint(compliance=float(compliance), lrs=law, discards=lost))  # type: ignore[arg-type]
            medians.append(_estimates(found, lambda x: np.median(1 / x, axis=(-1, -2))))
    if not points:
        return None
    fitted = power_law([p.compliance for p in points], medians)
    return ComplianceLaw(
        points=tuple(points),
        slope=fitted.exponent if fitted else None,
        method="resistances of the conductance law's samples, cycles of all devices together",
    )


class Parts(NamedTuple):
    """Parts of a variance, each of the shape of what they were found from but for (devices, cycles)."""

    device: np.ndarray
    slow: np.ndarray  # of cycles of one device, correlated
    fresh: np.ndarray  # of cycles of one device, drawn anew each time

    @property
    def cycle(self) -> np.ndarray:
        """Both parts between cycles of one device."""
        return self.slow + self.fresh

    @property
    def total(self) -> np.ndarray:
        """All of it."""
        return self.device + self.cycle


def variances(found: np.ndarray, rho: float) -> Parts:
    """Return the parts of the variance of values (…, devices, cycles), without bias but for the clips at zero.

    Half the mean square of the differences of cycles k apart has the expectation fresh + slow (1 - rho^k); both follow
    by least squares over all k, weighted by how many differences there are. With b the variance of the means of
    devices and r the mean correlation of two slow deviations, E[b] = device + slow (1 + (n - 1) r)/n + fresh/n. Two
    cycles cannot tell slow from fresh: all then counts as fresh.
    """
    n = found.shape[-1]
    within, between = found.var(-1, ddof=1).mean(-1), found.mean(-1).var(-1, ddof=1)
    total = within * (n - 1) / n + between
    slow, fresh = _of_cycles(found, rho) if n > 2 else (np.zeros_like(within), within)
    fresh = np.minimum(fresh, total)
    slow = np.minimum(slow, total - fresh)
    return Parts(np.maximum(total - slow - fresh, 0.0), slow, fresh)


def _of_cycles(found: np.ndarray, rho: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the slow and the fresh variance: a line over 1 - rho^k, neither of its parts below zero."""
    n = found.shape[-1]
    lags = np.arange(1, n)
    height = np.stack([((found[..., k:] - found[..., :-k]) ** 2).mean((-1, -2)) / 2 for k in lags], axis=-1)
    weight, x = (n - lags) / (n - lags).sum(), 1 - rho**lags
    mean, middle = (weight * height).sum(-1), (weight * x).sum()
    square = (weight * (x - middle) ** 2).sum()
    if square == 0:  # nothing is remembered: slow is fresh, too
        return np.zeros_like(mean), mean
    slow = (weight * (x - middle) * height).sum(-1) / square
    through_zero = (weight * x * height).sum(-1) / (weight * x**2).sum()
    fresh = mean - slow * middle
    return (
        np.where(slow < 0, 0.0, np.where(fresh < 0, through_zero, slow)),
        np.where(slow < 0, mean, np.maximum(fresh, 0.0)),
    )


def autocorrelation(parts: Parts, rho: float) -> np.ndarray:
    """Return the correlation of neighbouring cycles of one device: of the slow part, as far as that goes."""
    return rho * parts.slow / np.where(parts.cycle > 0, parts.cycle, 1.0)


def _estimates(found: np.ndarray, statistic: Callable[[np.ndarray], np.ndarray]) -> Estimate:
    """Return a statistic of values (devices, cycles) with its bootstrap error: devices are drawn anew, seed fixed."""
    picked = np.random.default_rng(0).integers(0, len(found), (_RESAMPLES, len(found)))
    blocks = np.array_split(picked, max(1, picked.size * found.shape[1] // 1_000_000))
    spread = np.concatenate([statistic(found[block]) for block in blocks])
    return Estimate(value=float(statistic(found)), error=float(np.nanstd(spread)))


def power_law(compliances: Sequence[float], values: Sequence[Estimate]) -> PowerLaw | None:
    """Fit a power law by weighted least squares in log-log; None with fewer than two points.

    Where the points scatter about the law by more than their errors, the errors of the law are widened by that.
    """
    if len(compliances) < 2:
        return None
    x, y = np.log(compliances), np.log([v.value for v in values])
    sigma = np.array([(v.error or 0) / v.value for v in values])
    sigma = np.maximum(sigma, 1e-12) if (sigma > 0).all() else np.ones_like(sigma)
    centre = float(np.average(x, weights=sigma**-2))  # there coefficient and exponent are not correlated
    (slope, height), covariance = np.polyfit(x - centre, y, 1, w=1 / sigma, cov="unscaled")
    residuals = y - height - slope * (x - centre)
    freedom = len(x) - 2
    wider = max(1.0, float((residuals**2 / sigma**2).sum()) / freedom) ** 0.5 if freedom else 1.0
    errors = wider * np.sqrt(np.diag(covariance))
    level = float(np.exp(height))
    return PowerLaw(
        reference=float(np.exp(centre)),
        coefficient=Estimate(value=level, error=level * float(errors[1])),
        exponent=Estimate(value=float(slope), error=float(errors[0])),
        residuals=tuple(residuals.tolist()),
    )
