"""Barriers from the mean ln R of each setting: least squares with every value of the model simulated in SPICE."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import block_diag
from scipy.optimize import least_squares
from scipy.stats import chi2, t

from spicekit.fit.estimate import CONFIDENCE, Interval
from spicekit.fit.response import Testbench, nominal, slopes, with_values
from spicekit.models.rram import RramModel

_WITHIN = (
    0.02,
    5.0,
)  # of the base card's SET barrier: below, nothing switches apart; above, nothing switches
_PRECISE = 1e-4  # relative step at which the search ends


@dataclass(frozen=True)
class Means:
    """Mean ln R of one state at its settings, corrected for the curvature of the laws."""

    state: str
    settings: tuple[int, ...]
    values: np.ndarray  # (settings,)
    covariance: np.ndarray  # (settings, settings)
    devices: int  # that the covariance rests on; 0 if they are not told apart


@dataclass(frozen=True)
class LawFit:
    """Parameters with their intervals, and what the model leaves over."""

    parameters: dict[str, Interval]
    residuals: dict[tuple[str, int], float]  # measured - model, ln R, by (state, setting)
    chi_square: float
    freedom: int  # settings more than parameters
    p_value: float  # that a model like this leaves so much; 1 if there is no freedom
    at_edge: tuple[str, ...]  # parameters that no value within the model's reach fits


def fit_laws(
    benches: Sequence[Testbench], rram: RramModel, means: Sequence[Means], free: Sequence[str]
) -> LawFit:
    """Fit the `free` parameters, all other ones as in `rram`.

    Intervals are from the curvature at the best fit, with Student's t for few devices; a misfit beyond chance
    (chi-square above its freedom) widens them.
    """
    places = [(m.state, k) for m in means for k in m.settings]
    used = sorted({k for _, k in places})
    target = np.concatenate([m.values for m in means])
    whiten = np.linalg.inv(np.linalg.cholesky(np.asarray(block_diag(*(m.covariance for m in means)))))
    scale = rram.value("e_set")

    def model(x: np.ndarray) -> RramModel:
        return with_values(rram, dict(zip(free, x, strict=True)))

    def left(x: np.ndarray) -> np.ndarray:
        found = {k: nominal(benches[k], model(x)) for k in used}
        return target - np.array([found[k][state] for state, k in places])

    def jacobian(x: np.ndarray) -> np.ndarray:
        found = {k: slopes(benches[k], model(x), free) for k in used}
        return -whiten @ np.array([[found[k][state].parameters[p] for p in free] for state, k in places])

    low, high = (end * scale for end in _WITHIN)
    start = np.clip([rram.value(p) for p in free], low * 1.01, high)
    best = least_squares(
        lambda x: whiten @ left(x),
        start,
        jacobian,
        bounds=(_lows(free, low), high),
        x_scale=scale,
        xtol=_PRECISE,
        ftol=1e-6,
    )
    covariance = np.linalg.pinv(best.jac.T @ best.jac)
    freedom = len(target) - len(free)
    excess = max(1.0, 2 * best.cost / freedom) if freedom else 1.0
    error = np.sqrt(excess * np.diag(covariance))
    degrees = min((m.devices - 1 for m in means if m.devices > 1), default=np.inf)
    reach = t.ppf((1 + CONFIDENCE) / 2, degrees) * error
    return LawFit(
        {
            p: Interval(float(x), float(x - r), float(x + r))
            for p, x, r in zip(free, best.x, reach, strict=True)
        },
        dict(zip(places, left(best.x).tolist(), strict=True)),
        float(2 * best.cost),
        freedom,
        float(chi2.sf(2 * best.cost, freedom)) if freedom else 1.0,
        tuple(p for p, at in zip(free, best.active_mask, strict=True) if at),
    )


def _lows(free: Sequence[str], low: float) -> list[float]:
    # the SET barrier's growth with the gap may be as small as it likes, but not zero
    return [low * 1e-3 if p == "e_set_gap" else low for p in free]
