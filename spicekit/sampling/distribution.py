"""Numbers over samples: mean and standard deviation; of resistances median, spread and quantiles."""

import numpy as np
import pandas as pd

from spicekit.block import QUANTILES, Distribution, Moments


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
