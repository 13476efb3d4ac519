"""The barrier of retention from a bake: resistances of the same cells before and after, at several temperatures.

A cell of resistance R drifts towards `r_rest` by Arrhenius' law, and spreads besides in either direction:

    ln(R after/R) = ln(r_rest/R) (1 - exp(-time attempts exp(-E/kT))) + width(R) t,    ln width = a + b ln R at each T

with E normal, partly the cell's own and partly drawn anew each time it is programmed, and t by Student (4 degrees of
freedom, as there are outliers).
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.constants import zero_Celsius
from scipy.optimize import minimize
from scipy.stats import chi2, norm

from spicekit.constants import Boltzmann, elementary_charge
from spicekit.errors import InputError
from spicekit.fit.estimate import CONFIDENCE, Interval
from spicekit.readers import number, read_rows

COLUMNS = ("device", "time", "temperature_C", "resistance")
_EV_PER_K = Boltzmann / elementary_charge
_LEAST = 30  # cells
_SHORT = 1e-3  # widths; a shorter way is taken for a point
_EDGES = np.linspace(-5, 5, 61)  # of the intervals of barriers, in standard deviations
_Z = (_EDGES[1:] + _EDGES[:-1]) / 2
_WEIGHTS = np.diff(norm.cdf(_EDGES))
_STEPS = np.array([5e-4, 0.01, 0.01])  # of eV, ln eV, ln Ohm


@dataclass(frozen=True)
class Bake:
    """Cells at one temperature."""

    temperature: float  # K
    time: float  # s
    cells: tuple[str, ...]
    before: np.ndarray  # ln of Ohm
    change: np.ndarray  # of ln R


@dataclass(frozen=True)
class Relaxation:
    """How far cells spread at one temperature, without direction."""

    temperature: float  # K
    width: Interval  # of ln R, at the median resistance
    power: Interval  # of R that it grows with; hardly told where most cells have drifted


@dataclass(frozen=True)
class Barrier:
    """What the bakes say."""

    e_rest: Interval  # eV, mean
    sigma: Interval  # eV, of a cell after a programming
    device_share: Interval | None  # of the variance, that a cell keeps when programmed again; None: one bake
    r_rest: Interval  # Ohm, towards which cells drift
    relaxation: tuple[Relaxation, ...]
    cells: int
    ln_likelihood: float  # to compare attempt frequencies by


def fit_bake(path: Path | str, attempts: float = 1e13, above: float = 0.0) -> Barrier:
    """Fit by maximum likelihood; intervals (95 %) take whole cells for independent.

    Args:
        path: CSV file with the columns ``device``, ``time`` [s] (0 is before), ``temperature_C``, ``resistance`` [Ohm].
        attempts: 1/s, attempt frequency: `rate`/`g0` of a card. Two temperatures hardly tell it from the barrier.
        above: °C, bakes below are left out: where no cell drifts they say nothing of the barrier.

    Raises:
        InputError: unreadable, a missing column, a bad row, or too few cells.
    """
    bakes = [bake for bake in read_bakes(Path(path)) if bake.temperature > above + zero_Celsius - 1e-6]
    if not bakes:
        raise InputError(f"{path}: no bake of {_LEAST} cells at {above:g} °C or above")
    start = _start(bakes, attempts)

    def surprise(at: np.ndarray) -> np.ndarray:
        """Return -ln likelihood of each cell in each bake, one after the other."""
        return np.concatenate(
            [-np.log(_likelihood(b, at, k, attempts) @ _WEIGHTS) for k, b in enumerate(bakes)]
        )

    steps = np.concatenate([_STEPS, np.full(len(start) - 3, 0.01)])

    def slopes(at: np.ndarray) -> np.ndarray:
        """Return the derivatives of `surprise`, (parameters, cells and bakes)."""
        moves = np.diag(steps)
        return np.array([surprise(at + move) - surprise(at - move) for move in moves]) / (2 * steps[:, None])

    found = minimize(
        lambda at: surprise(at).sum(), start, jac=lambda at: slopes(at).sum(axis=1), method="L-BFGS-B"
    )
    labels, place = np.unique(np.concatenate([b.cells for b in bakes]), return_inverse=True)
    error = np.sqrt(np.diag(_covariance(slopes(found.x), place)))
    low, high = (found.x + side * norm.ppf((1 + CONFIDENCE) / 2) * error for side in (-1, 1))
    plain = [Interval(*map(float, ends)) for ends in zip(found.x, low, high, strict=True)]
    of_log = [Interval(*map(float, np.exp(ends))) for ends in zip(found.x, low, high, strict=True)]
    relaxation = tuple(
        Relaxation(b.temperature, of_log[3 + 2 * k], plain[4 + 2 * k]) for k, b in enumerate(bakes)
    )
    return Barrier(
        plain[0],
        of_log[1],
        _device_share(bakes, found.x, attempts, place, len(labels)) if len(bakes) > 1 else None,
        of_log[2],
        relaxation,
        len(labels),
        -float(surprise(found.x).sum()),
    )


def read_bakes(path: Path) -> list[Bake]:
    """Return the bakes of a file by their temperature, those of few cells left out; times are medians.

    Raises:
        InputError: as `fit_bake`.
    """
    rows, _ = read_rows(path, "a table in CSV")
    titles = [title.strip() for title in rows[0][1]] if rows else []
    for name in COLUMNS:
        if titles.count(name) != 1:
            raise InputError(
                f"{path}: column `{name}` is missing or given twice; expected {', '.join(COLUMNS)}"
            )
    at = [titles.index(name) for name in COLUMNS]
    seen: dict[float, dict[str, dict[bool, tuple[float, float]]]] = {}
    for line, texts in rows[1:]:
        try:
            label = texts[at[0]].strip()
            time, celsius, resistance = (number(texts[k]) for k in at[1:])
            if not (time >= 0 and celsius > -zero_Celsius and 0 < resistance < np.inf):
                raise ValueError("time 0 or more, resistance above 0")
        except (ValueError, IndexError) as error:
            raise InputError(f"{path}, line {line}: expected a label, s, °C and Ohm: {error}") from None
        seen.setdefault(celsius, {}).setdefault(label, {})[time > 0] = time, resistance
    found = []
    for celsius, cells in sorted(seen.items()):
        both = {label: pair for label, pair in cells.items() if len(pair) == 2}
        if len(both) >= _LEAST:
            before, after = (np.log([pair[later][1] for pair in both.values()]) for later in (False, True))
            time = float(np.median([pair[True][0] for pair in both.values()]))
            found.append(Bake(celsius + zero_Celsius, time, tuple(both), before, after - before))
    return found


def _start(bakes: list[Bake], attempts: float) -> np.ndarray:
    """Return (mean barrier, ln sigma, ln r_rest, then ln width and power of each bake) to begin with."""
    hot = bakes[-1]
    rest = np.log(100) + np.median(hot.before)
    gone = np.clip(np.median(hot.change) / np.log(100), 0.01, 0.9)
    barrier = _EV_PER_K * hot.temperature * np.log(hot.time * attempts / -np.log1p(-gone))
    widths = [np.log(max(1.4826 * float(np.median(np.abs(b.change))), 1e-3)) for b in bakes]
    return np.array([barrier, np.log(0.06), rest, *(x for width in widths for x in (width - 1, 1.0))])


def _likelihood(bake: Bake, at: np.ndarray, k: int, attempts: float) -> np.ndarray:
    """Return the likelihood of each cell if its barrier is anywhere in an interval, (cells, intervals).

    Within an interval a cell drifts over some length: the mean of Student's density over it is exact, where the density
    at one point would be a comb, as the width is far smaller.
    """
    barrier = at[0] + np.exp(at[1]) * _EDGES
    hops = np.clip(np.log(bake.time * attempts) - barrier / (_EV_PER_K * bake.temperature), -300, 10)
    gone = -np.expm1(-np.exp(hops))
    width = np.exp(at[3 + 2 * k] + at[4 + 2 * k] * (bake.before - np.median(bake.before)))[:, None]
    ends = (bake.change[:, None] - (at[2] - bake.before)[:, None] * gone) / width
    low, high = ends[:, :-1], ends[:, 1:]
    way = high - low
    short = np.abs(way) < _SHORT
    mean = np.diff(_student(ends), axis=1) / np.where(short, 1, way)
    middle = (low + high) / 2
    return np.where(short, 0.375 / (1 + middle**2 / 4) ** 2.5, mean) / width + 1e-12


def _student(t: np.ndarray) -> np.ndarray:
    """Return the distribution function of Student's law with four degrees of freedom."""
    scaled = 1 + t**2 / 4
    return 0.5 + 0.375 * t / np.sqrt(scaled) * (1 - t**2 / scaled / 12)


def _covariance(slopes: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Return the covariance of the estimates, which allows for bakes of one cell having its barrier in common."""
    bread = np.linalg.pinv(slopes @ slopes.T)
    of_cells = np.array([np.bincount(place, slope) for slope in slopes])
    return bread @ (of_cells @ of_cells.T) @ bread


def _device_share(
    bakes: list[Bake], at: np.ndarray, attempts: float, place: np.ndarray, cells: int
) -> Interval:
    """Return the share of the barrier's variance that the bakes of one cell have in common, profile likelihood."""
    likelihoods = [_likelihood(b, at, k, attempts) for k, b in enumerate(bakes)]
    own = np.split(place, np.cumsum([len(b.cells) for b in bakes])[:-1])

    def height(share: float) -> float:
        given = np.diff(
            norm.cdf(_EDGES, np.sqrt(share) * _Z[:, None], np.sqrt(1 - share))
        )  # (common, barrier)
        together = np.zeros((cells, len(_Z)))
        for mine, likelihood in zip(own, likelihoods, strict=True):
            together[mine] += np.log(likelihood @ given.T)
        top = together.max(axis=1)
        return float((top + np.log(np.exp(together - top[:, None]) @ _WEIGHTS)).sum())

    shares = np.linspace(0, 0.97, 98)
    heights = np.array([height(share) for share in shares])
    inside = shares[heights > heights.max() - chi2.ppf(CONFIDENCE, 1) / 2]
    return Interval(float(shares[np.argmax(heights)]), float(inside[0]), float(inside[-1]))
