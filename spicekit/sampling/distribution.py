"""Resistances over samples as median, spread and quantiles."""

import numpy as np
import pandas as pd

from spicekit.block import QUANTILES, Distribution


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
