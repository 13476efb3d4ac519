"""From single devices, each with an error of its own, to mean and spread over devices."""

import numpy as np

from spicekit.statistics import Estimate, Spread


def over_devices(values: np.ndarray, errors: np.ndarray, nominal: np.ndarray) -> Spread | None:
    """Return mean and spread of a quantity; None if no device has it.

    The errors of single devices, (devices,), add to their spread in squares and are taken off it again; `nominal`,
    (devices,), marks the nominal device, which is no draw. NaN: the device does not have the quantity.
    """
    known = np.isfinite(values)
    own = known & nominal
    centre = Estimate(value=float(values[own][0]), error=_known(errors[own][0])) if own.any() else None
    drawn, noise = values[known & ~nominal], errors[known & ~nominal]
    n = len(drawn)
    if n < 2:
        single = centre or (Estimate(value=float(drawn[0]), error=_known(noise[0])) if n else None)
        return single and Spread(mean=single, nominal=centre, devices=n)
    total = float(drawn.var(ddof=1))
    std = max(total - float(np.nanmean(noise**2)), 0.0) ** 0.5 if np.isfinite(noise).any() else total**0.5
    # error of a variance: total·√(2/(n - 1)); of its root where that is well above zero, else the root of the error
    variance_error = total * (2 / (n - 1)) ** 0.5
    error = variance_error / (2 * max(std, variance_error**0.5 / 2)) if total else 0.0
    return Spread(
        mean=Estimate(value=float(drawn.mean()), error=float((total / n) ** 0.5)),
        std=Estimate(value=float(std), error=float(error)),
        nominal=centre,
        devices=n,
    )


def _known(error: float) -> float | None:
    return float(error) if np.isfinite(error) else None
