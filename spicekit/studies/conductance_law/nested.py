"""What cycles of many devices tell: parts of the variance, with errors, and laws over the compliance.

The deviations of one device are a first-order autoregression, so that few cycles in a row show only a part of the
cycle-to-cycle variance. The expectations of the sums of squares under the known correlation put that right.
"""

from collections.abc import Callable, Sequence

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
    same = _estimates(found, autocorrelation) if cycles > 2 else None
    return ConductancePoint(
        compliance=float(rows["compliance"].iloc[0]),
        mean=_estimates(found, lambda x: x.mean((-1, -2))),
        std=_estimates(found, lambda x: variances(x, rho)[0] ** 0.5),
        std_device=_estimates(found, lambda x: variances(x, rho)[1] ** 0.5),
        std_cycle=_estimates(found, lambda x: variances(x, rho)[2] ** 0.5),
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


def variances(found: np.ndarray, rho: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (total, device, cycle) variance of values (…, devices, cycles), without bias but for the clip at zero.

    With s² the mean variance within devices, b the variance of their means and r the mean correlation of two cycles,
    E[s²] = cycle (1 - r) and E[b] = device + cycle (1 + (n - 1) r)/n.
    """
    n = found.shape[-1]
    within, between = found.var(-1, ddof=1).mean(-1), found.mean(-1).var(-1, ddof=1)
    total = within * (n - 1) / n + between
    cycle = np.minimum(within / (1 - _mean_correlation(np.array(rho), n)), total)
    return total, total - cycle, cycle


def autocorrelation(found: np.ndarray) -> np.ndarray:
    """Return the correlation of neighbouring cycles of one device, from values (…, devices, cycles).

    Successive differences over the variance within devices have the ratio (1 - rho)/(1 - r(rho)) of expectations,
    which falls with rho and is solved for it; so the known correlation is not used.
    """
    n = found.shape[-1]
    ratio = (np.diff(found, axis=-1) ** 2).mean((-1, -2)) / 2 / found.var(-1, ddof=1).mean(-1)
    grid = np.concatenate([np.linspace(-0.9, 0.99, 400), 1 - np.geomspace(1e-2, 1e-5, 200)[1:]])
    expected = (1 - grid) / (1 - _mean_correlation(grid, n))
    return np.interp(ratio, expected[::-1], grid[::-1])


def _mean_correlation(rho: np.ndarray, n: int) -> np.ndarray:
    """Return the mean correlation of two different ones of n successive cycles."""
    lags = np.arange(1, n)
    return 2 * ((n - lags) * rho[..., None] ** lags).sum(-1) / (n * (n - 1))


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
