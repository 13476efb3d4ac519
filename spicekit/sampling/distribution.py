"""Numbers over samples: means with and without their error; of resistances median, spread and quantiles."""

import numpy as np
import pandas as pd

from spicekit.block import QUANTILES, Distribution, Estimate, Moments


def distribution(resistance: pd.Series) -> Distribution:
    """Return median, spread of the logarithm and quantiles of resistances [Ohm].

    Quantiles beyond the reach of the samples (less than one expected below or above) are left out.
    """
    n = len(resistance)
    reached = [p for p in QUANTILES if min(p, 1 - p) * n >= 1]
    return Distribution(
        median=float(resistance.median()),
        sigma_ln=float(np.log(resistance).std()),
        quantiles={f"{p:g}": float(resistance.quantile(p)) for p in reached},
        samples=n,
    )


def moments(values: pd.Series) -> Moments:
    """Return mean and standard deviation over two samples or more."""
    return Moments(mean=float(values.mean()), std=float(values.std()))


def moments_if_any(values: pd.Series) -> Moments | None:
    """Return the same, or None of fewer than two samples, which have no spread."""
    return moments(values) if len(values) > 1 else None


def mean_of(values: np.ndarray) -> Estimate:
    """Return the mean with its standard error, which a single sample has none of."""
    error = float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else None
    return Estimate(value=float(values.mean()), error=error)


def geometric_mean_of(logs: np.ndarray, alone: float | None = None) -> Estimate:
    """Return exp of the mean of `logs`, with the error from their scatter; of a single one its own error is `alone`."""
    value = float(np.exp(logs.mean()))
    error = float(logs.std(ddof=1) / np.sqrt(len(logs))) if len(logs) > 1 else alone
    return Estimate(value=value, error=None if error is None else value * error)


def std_of(values: np.ndarray) -> float | None:
    """Return the standard deviation, None of a single sample."""
    return float(values.std(ddof=1)) if len(values) > 1 else None
