"""From single devices, each with an error of its own, to mean and spread over devices."""

from typing import Annotated

import numpy as np

from spicekit.block import OF_WHOLE, Block, Estimate, quantity


class Spread(Block):
    """A quantity over devices: its mean, and the standard deviation between devices without the errors of each.

    Errors are standard errors. `nominal` is the value of the nominal device, with the error of its own record.
    """

    mean: Annotated[
        Estimate, quantity(OF_WHOLE, "over drawn devices; where fewer than two were drawn, the nominal one")
    ]
    std: Annotated[
        Estimate | None,
        quantity(
            OF_WHOLE,
            "standard deviation between devices without the errors of each; absent with fewer than two drawn devices",
        ),
    ] = None
    nominal: Annotated[
        Estimate | None, quantity(OF_WHOLE, "of the nominal device, with the error of its own record")
    ] = None
    devices: Annotated[int, quantity("1", "drawn ones that have the quantity")]


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
        return Spread(mean=single, nominal=centre, devices=n) if single else None
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
