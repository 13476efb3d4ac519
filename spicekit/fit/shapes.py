"""The form of a barrier's distribution: what normal parts of a few standard deviations cannot say.

Resistances of one state are turned into deviations of its barrier (`curve`), and these into standard normals of the
same rank, whose parts - device, slow and fresh - are fitted as variance components. How long the tails of the fresh
part are is told by how far cycles lie off their own device, in skewness and kurtosis; what is left of the form goes
into the barrier's marginal, through quantiles.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import least_squares
from scipy.special import ndtr, ndtri
from scipy.stats import kurtosis, rankdata, skew

from spicekit.models.population import Marginal, Shape, uneven_size

COORDINATES = (
    -3.3,
    -3.0,
    -2.6,
    -2.2,
    -1.8,
    -1.4,
    -1.0,
    -0.6,
    -0.3,
    0.0,
    0.3,
    0.6,
    1.0,
    1.4,
    1.8,
    2.2,
    2.6,
    3.0,
    3.3,
)
"""Standard normals at whose quantiles a marginal is given, as far as there are values beyond."""
LEAST_BEYOND = 8
"""Values further out than the last quantile of a marginal."""
_DEVICES, _CYCLES = 600, 200  # of latent coordinates that are drawn to compare forms within devices
_MANY, _FEW = 20_000, 20  # the same for quantiles, which many devices tell
_ROUNDS = 4
_SKEW, _TAIL, _UNEVEN = (-3.0, 3.0), (0.35, 1.5), (0.0, 1.2)  # within which a form is looked for
_MATTERS = 0.03  # of the range of quantiles: less spread of other parameters is not taken off
_BULK = 1.4  # coordinate to which it is taken off; the tails beyond keep their form, as few values tell it
_LEAST_STEP = (
    0.05  # of a mean step between quantiles, so that a parameter has no point that many devices share
)
_LEAST_CYCLES = 10  # of a device, to tell its standard deviation


@dataclass(frozen=True)
class Parts:
    """Standard deviations of the latent coordinate, whose squares add up to one, and the form of the fresh part."""

    device: float
    slow: float
    fresh: float
    shape: Shape | None = None
    uneven: float = 0.0  # standard deviation between devices of the logarithm of their fresh part's size


def scores(values: np.ndarray) -> np.ndarray:
    """Return standard normals of the same rank; equal values share theirs."""
    return ndtri((rankdata(values) - 0.5) / len(values))


def within_form(z: np.ndarray, device: np.ndarray) -> tuple[float, float, float]:
    """Return what values (rows,) look like within their `device`: skewness, kurtosis, and how uneven devices are.

    Skewness and excess kurtosis are of values about the mean of their device, over its standard deviation; unevenness
    is the standard deviation between devices of the logarithm of theirs.
    """
    _, index = np.unique(device, return_inverse=True)
    count = np.bincount(index)
    off = z - (np.bincount(index, z) / count)[index]
    size = np.sqrt(np.bincount(index, off**2) / np.maximum(count - 1, 1))
    many = (count >= _LEAST_CYCLES) & (size > 0)
    there = many[index]
    own = off[there] / size[index[there]]
    return float(skew(own)), float(kurtosis(own)), float(np.log(size[many]).std())


def latent_parts(
    device: float, cycle: float, fresh: float, form: tuple[float, float, float] | None, memory: float
) -> Parts:
    """Return the parts whose normal scores have the components and the form that were measured.

    Args:
        device, cycle: standard deviations of normal scores.
        fresh: share of the variance between cycles.
        form: of the scores, as `within_form` gives it; None leaves the fresh part normal and even.
        memory: correlation length [cycles].
    """
    total = np.hypot(device, cycle)
    parts = Parts(device / total, cycle / total * (1 - fresh) ** 0.5, cycle / total * fresh**0.5)
    if form is None:
        return parts
    drawn = _Latent(memory)
    wanted = np.array([device**2, device**2 + cycle**2 * (1 - fresh)]) / total**2
    shares = wanted.copy()  # of the variance: between devices, and this with the slow part
    x = np.array([0.0, 0.8, 0.2])
    for _ in range(_ROUNDS):
        x = least_squares(
            lambda x, parts=parts: np.subtract(drawn.form(_formed(parts, x)), form),
            x,
            bounds=tuple(zip(_SKEW, _TAIL, _UNEVEN, strict=True)),
            diff_step=0.02,
            xtol=1e-3,
        ).x
        parts = _formed(parts, x)
        shares = np.clip(shares + wanted - drawn.correlations(parts), 0.0, 1.0)
        shares[1] = max(shares)
        own, slow, fresh = (
            float(share) ** 0.5 for share in (shares[0], shares[1] - shares[0], 1 - shares[1])
        )
        parts = _formed(Parts(own, slow, fresh), x)
    return parts


def _formed(parts: Parts, x: np.ndarray) -> Parts:
    return replace(parts, shape=Shape(float(x[0]), float(x[1])), uneven=float(x[2]))


def marginal_of(
    values: np.ndarray, parts: Parts, memory: float, other: float
) -> tuple[float, float, Marginal]:
    """Return (centre, standard deviation, marginal) of a parameter with which the quantiles are those of `values`.

    Args:
        values: deviations that were measured, in the parameter's unit.
        other: standard deviation that other parameters bring, in the same unit: it is taken off.
    """
    rows = len(values)
    reached = [c for c in COORDINATES if min(ndtr(c), 1 - ndtr(c)) * rows >= LEAST_BEYOND]
    levels = ndtr(np.array(reached))
    wanted = np.quantile(values, levels)
    latent = _Latent(memory, _MANY, _FEW)(parts)
    knots = np.quantile(latent, levels)
    found = wanted.copy()
    noise = other * np.random.default_rng(1).standard_normal(latent.shape)
    # what others bring is less near the ends of what a pulse can do: a little of it is left where it is
    matters = other > _MATTERS * (wanted[-1] - wanted[0])
    bulk = np.abs(reached) <= _BULK
    for _ in range(2 * _ROUNDS if matters else 0):
        with_others = np.interp(latent, knots, found) + noise
        with_others += np.where(latent < knots[0], (latent - knots[0]) * _slope(knots, found, 0), 0)
        with_others += np.where(latent > knots[-1], (latent - knots[-1]) * _slope(knots, found, -2), 0)
        step = (wanted - np.quantile(with_others, levels))[bulk]
        found = _rising(found + np.interp(reached, np.array(reached)[bulk], step))
    centre = float(np.interp(0.0, knots, found))
    spread = float(np.interp(1.0, knots, found) - np.interp(-1.0, knots, found)) / 2
    return (
        centre,
        spread,
        Marginal(tuple(knots.tolist()), tuple(((_rising(found) - centre) / spread).tolist())),
    )


def _slope(x: np.ndarray, y: np.ndarray, at: int) -> float:
    return float((y[at + 1] - y[at]) / (x[at + 1] - x[at]))


def _rising(values: np.ndarray) -> np.ndarray:
    least = _LEAST_STEP * (values.max() - values.min()) * np.linspace(0, 1, len(values))
    return np.maximum.accumulate(values - least) + least


class _Latent:
    """Latent coordinates of devices (devices, cycles), always from the same draws."""

    def __init__(self, memory: float, devices: int = _DEVICES, cycles: int = _CYCLES) -> None:
        rng = np.random.default_rng(0)

        def even() -> np.ndarray:  # normals of devices at even quantiles, whose tails chance does not move
            return ndtri((rng.permutation(devices) + 0.5) / devices)[:, None]

        self.of_device = even()
        self.fresh = rng.standard_normal((devices, cycles))
        self.slow = rng.standard_normal((devices, cycles))
        rho = np.exp(-1 / memory)
        for k in range(1, cycles):
            self.slow[:, k] = rho * self.slow[:, k - 1] + (1 - rho**2) ** 0.5 * self.slow[:, k]
        self.index = np.repeat(np.arange(devices), cycles)
        self.unevenness = even()
        self.others = rng.standard_normal((2, devices, cycles))  # another slow part, another fresh one

    def __call__(self, parts: Parts) -> np.ndarray:
        return self._with(parts, self.slow, self.fresh)

    def _with(self, parts: Parts, slow: np.ndarray, fresh: np.ndarray) -> np.ndarray:
        shaped = parts.shape(fresh) if parts.shape else fresh
        size = parts.fresh * uneven_size(parts.uneven, self.unevenness)
        return parts.device * self.of_device + parts.slow * slow + size * shaped

    def form(self, parts: Parts) -> tuple[float, float, float]:
        """Return the form of normal scores within devices."""
        return within_form(scores(self(parts).ravel()), self.index)

    def correlations(self, parts: Parts) -> np.ndarray:
        """Return the correlation of normal scores of a device's cycles: far apart, and side by side."""
        slow, fresh = self.others
        one, far, near = (
            scores(latent.ravel())
            for latent in (self(parts), self._with(parts, slow, fresh), self._with(parts, self.slow, fresh))
        )
        return np.array([np.corrcoef(one, far)[0, 1], np.corrcoef(one, near)[0, 1]])
