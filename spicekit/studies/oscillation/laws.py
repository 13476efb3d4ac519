"""The universal auto-oscillator, fitted to what one device did at several currents and fields.

Slavin and Tiberkevich, IEEE Trans. Magn. 45, 1875 (2009), above threshold, with ζ = σI/Γ0:
p = (ζ - 1)/(ζ + Q), Γp = Γ0(ζ - 1), ω = ω0 + N·p, D = η·Γ0(1 + Q·p)·ω0/ω.
"""

from dataclasses import dataclass

import numpy as np

_TAU = 2 * np.pi
LEAST = 3  # currents without field, for a fit with errors


@dataclass(frozen=True)
class Behaviour:
    """One device at its settings above threshold; all (settings,), errors one standard error."""

    current: np.ndarray  # A
    flux_density: np.ndarray  # T
    frequency: np.ndarray  # Hz
    frequency_error: np.ndarray
    power: np.ndarray
    power_error: np.ndarray
    relaxation: np.ndarray  # 1/s
    relaxation_error: np.ndarray
    noise: np.ndarray  # 1/s
    noise_error: np.ndarray


@dataclass(frozen=True)
class Laws:
    """The parameters, with their standard errors in `errors`; NaN where no setting tells them."""

    frequency: float  # Hz
    field_sensitivity: float  # Hz/T
    frequency_shift: float  # Hz
    damping: float  # Hz
    damping_growth: float
    spin_torque: float  # Hz/A
    threshold: float  # A
    thermal_power: float
    errors: dict[str, float]


def fit_laws(seen: Behaviour) -> Laws | None:
    """Return the laws of a device; None if it oscillates at fewer than `LEAST` currents.

    Threshold, damping and its growth by weighted least squares on p and Γp together; the frequency is linear in p and
    in the field; the noise is a mean.
    """
    if len(set(seen.current[seen.flux_density == 0])) < LEAST:
        return None
    damping, growth, threshold, errors = _amplitude_laws(seen)
    place, place_errors = _frequency_law(seen)
    expected = _TAU * damping * (1 + growth * seen.power) * place[0] / seen.frequency
    weight = (seen.noise / seen.noise_error) ** 2
    # the error of the damping, which stands below the noise, is added to that of the noise itself
    relative = float(np.hypot(weight.sum() ** -0.5, errors["damping"] / damping))
    errors |= {"thermal_power": float((seen.noise / expected).mean() * relative)}
    errors |= dict(zip(("frequency", "frequency_shift", "field_sensitivity"), place_errors, strict=True))
    return Laws(
        frequency=place[0],
        field_sensitivity=place[2],
        frequency_shift=place[1],
        damping=damping,
        damping_growth=growth,
        spin_torque=damping / threshold,
        threshold=threshold,
        thermal_power=float((weight * seen.noise / expected).sum() / weight.sum()),
        errors=errors,
    )


def _amplitude_laws(seen: Behaviour) -> tuple[float, float, float, dict[str, float]]:
    """Return (damping [Hz], damping_growth, threshold [A], errors, that of `spin_torque` among them)."""

    from scipy.optimize import least_squares

    def misfit(place: np.ndarray) -> np.ndarray:
        damping, threshold = np.exp(place[0]), np.exp(place[1])
        zeta = seen.current / threshold
        power, rate = (zeta - 1) / (zeta + place[2]), _TAU * damping * (zeta - 1)
        return np.r_[
            (power - seen.power) / seen.power_error, (rate - seen.relaxation) / seen.relaxation_error
        ]

    # Γp is a straight line in the current; where it starts from zero the power does as well
    slope, height = np.polyfit(seen.current, seen.relaxation, 1)
    least = seen.current.min()
    threshold = float(np.clip(-height / slope, 0.2 * least, 0.95 * least)) if slope > 0 else 0.5 * least
    begin = [
        np.log(seen.relaxation.mean() / _TAU / (seen.current.mean() / threshold - 1)),
        np.log(threshold),
        1.0,
    ]
    found = least_squares(misfit, begin, x_scale="jac")
    inverse = np.linalg.pinv(found.jac.T @ found.jac)
    # scatter beyond the errors, as of a law that is not quite met, widens them
    wider = max(1.0, 2 * found.cost / max(len(found.fun) - 3, 1)) ** 0.5
    damping, threshold = float(np.exp(found.x[0])), float(np.exp(found.x[1]))
    relative = wider * np.sqrt(np.diag(inverse))
    ratio = wider * (inverse[0, 0] + inverse[1, 1] - 2 * inverse[0, 1]) ** 0.5
    errors = {
        "damping": damping * float(relative[0]),
        "threshold": threshold * float(relative[1]),
        "damping_growth": float(relative[2]),
        "spin_torque": damping / threshold * float(ratio),
    }
    return damping, float(found.x[2]), threshold, errors


def _frequency_law(seen: Behaviour) -> tuple[list[float], list[float]]:
    """Return (frequency, frequency_shift, field_sensitivity) and their errors."""
    in_field = bool(seen.flux_density.any())
    columns = [np.ones_like(seen.power), seen.power, *([seen.flux_density] if in_field else [])]
    scale = np.array([1.0, 1.0, *([np.abs(seen.flux_density).max()] if in_field else [])])
    matrix = np.stack(columns, 1) / scale / seen.frequency_error[:, None]
    found, *_ = np.linalg.lstsq(matrix, seen.frequency / seen.frequency_error, rcond=None)
    left = seen.frequency / seen.frequency_error - matrix @ found
    wider = max(1.0, float((left**2).sum()) / max(len(left) - len(found), 1)) ** 0.5
    errors = wider * np.sqrt(np.diag(np.linalg.inv(matrix.T @ matrix)))
    values, errors = (found / scale).tolist(), (errors / scale).tolist()
    return (values, errors) if in_field else ([*values, float("nan")], [*errors, float("nan")])
