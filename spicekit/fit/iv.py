"""The non-linearity of conduction from read I-V curves of many cells, in all states that they happen to be in.

    I = G v sinh(V/v),    v = v0 (1 + (r_ohmic G)^2)

with a conductance G at low field and an offset of the instrument for each cell, and the two numbers of the law for all.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import least_squares
from scipy.stats import norm

from spicekit.errors import InputError
from spicekit.fit.estimate import CONFIDENCE, Interval
from spicekit.readers import number, read_rows

COLUMNS = ("device", "voltage", "current")
_LEAST_CELLS, _LEAST_POINTS = 10, 6
_HUBER = 1.5  # standard deviations, from where residuals count less
_ROUNDS = 4  # of weights, and of what G does to v: the residuals stand still after two
_GROUPS = 10  # of cells, in order of their resistance


@dataclass(frozen=True)
class Group:
    """Cells of nearly the same resistance."""

    resistance: float  # Ohm, median
    voltage: float  # V, of the sinh that fits them best
    law: float  # V, by the law


@dataclass(frozen=True)
class IvLaw:
    """What read curves say of the voltage of the sinh."""

    v0: Interval  # V, at high resistance
    r_ohmic: Interval  # Ohm, resistance at which it has doubled; low = 0: one v0 would do
    cells: int
    left_out: int  # cells that do not conduct
    reach: tuple[float, float]  # Ohm, lowest and highest resistance of a cell
    highest: float  # V, up to where the curves go
    groups: tuple[Group, ...]

    def g_ohmic(self, g0: float, i0: float) -> float:
        """Return the gap [nm] of `r_ohmic` in a card with this `v0`, `g0` [nm] and `i0` [A]."""
        return g0 * math.log(self.r_ohmic.value * i0 / self.v0.value)


@dataclass(frozen=True)
class _Curves:
    voltage: np.ndarray  # (cells, points), V
    current: np.ndarray  # (cells, points), A
    there: np.ndarray  # (cells, points), 1 where a cell has that point, else 0
    sigma: np.ndarray  # (cells, 1), A, of one current


def fit_iv(path: Path | str, series: float = 0.0) -> IvLaw:
    """Fit the law to a CSV file with the columns ``device``, ``voltage`` [V], ``current`` [A].

    Few outliers do no harm. Intervals (95 %) take whole cells for independent, not the points of one.

    Args:
        path: of the file, plain or packed.
        series: Ohm, in series with the cells, taken off; 0 leaves it to the law, access transistor included.

    Raises:
        InputError: unreadable, a missing column, a bad row, or too few cells or points.
    """
    path = Path(path)
    voltage, current = _read(path)
    curves, left_out = _prepared(path, voltage - series * np.nan_to_num(current), current)
    _, start = _solved(curves, np.full(len(curves.current), 0.5))
    scale = float(np.median(start))  # Ohm

    def law(at: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        return lambda resistance: np.exp(at[0]) * (1 + max(at[1], 0) * (scale / resistance) ** 2)

    def misfit(at: np.ndarray) -> np.ndarray:
        left, resistance = _solved(curves, law(at)(start))
        for _ in range(_ROUNDS):
            left, resistance = _solved(curves, law(at)(resistance))
        return _softened(left).ravel()

    found = least_squares(misfit, [math.log(0.5), 0.5], bounds=([-7, 0], [5, np.inf]), diff_step=1e-3)
    error = _errors(found.jac, found.fun, len(curves.current))
    reach = norm.ppf((1 + CONFIDENCE) / 2) * error
    v0 = Interval(*(float(np.exp(found.x[0] + side * reach[0])) for side in (0, -1, 1)))
    r_ohmic = Interval(
        *(scale * math.sqrt(max(float(found.x[1] + side * reach[1]), 0)) for side in (0, -1, 1))
    )
    _, resistance = _solved(curves, law(found.x)(start))
    return IvLaw(
        v0, r_ohmic, len(resistance), left_out, (float(resistance.min()), float(resistance.max())),
        float(curves.voltage.max()), _groups(curves, resistance, law(found.x)),
    )  # fmt: skip


def _read(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return voltages and currents, (cells, points), NaN where a cell has fewer points than others."""
    rows, _ = read_rows(path, "a table in CSV")
    titles = [title.strip().lower() for title in rows[0][1]] if rows else []
    for name in COLUMNS:
        if titles.count(name) != 1:
            raise InputError(
                f"{path}: column `{name}` is missing or given twice; expected {', '.join(COLUMNS)}"
            )
    at = [titles.index(name) for name in COLUMNS]
    cells: dict[str, list[tuple[float, float]]] = {}
    for line, texts in rows[1:]:
        try:
            device, voltage, current = (texts[k].strip() for k in at)
            cells.setdefault(device, []).append((number(voltage), number(current)))
        except (ValueError, IndexError) as error:
            raise InputError(f"{path}, line {line}: expected a label, volts and amperes: {error}") from None
    size = max((len(points) for points in cells.values()), default=0)
    table = np.full((len(cells), size, 2), np.nan)
    for row, points in enumerate(cells.values()):
        table[row, : len(points)] = points
    return table[..., 0], table[..., 1]


def _prepared(path: Path, voltage: np.ndarray, current: np.ndarray) -> tuple[_Curves, int]:
    there = np.isfinite(current) & np.isfinite(voltage)
    enough = there.sum(axis=1) >= _LEAST_POINTS
    cubic = [
        np.linalg.lstsq(np.stack([v[t] ** 0, v[t], v[t] ** 3], 1), i[t], rcond=None)[0]
        for v, i, t in zip(voltage[enough], current[enough], there[enough], strict=True)
    ]
    offset, slope, bend = (np.array(cubic).reshape(-1, 3).T)[..., None]
    voltage, current, there = voltage[enough], current[enough], there[enough].astype(float)
    left = np.where(there > 0, current - offset - slope * voltage - bend * voltage**3, np.nan)
    sigma = 1.4826 * np.nanmedian(np.abs(left), axis=1, keepdims=True)
    conducts = (slope > 0).ravel()
    if conducts.sum() < _LEAST_CELLS:
        raise InputError(
            f"{path}: {conducts.sum()} cells that conduct and have {_LEAST_POINTS} points, at least {_LEAST_CELLS} are "
            "needed"
        )
    sigma = np.maximum(sigma, 0.3 * np.median(sigma[conducts]))[conducts]  # few points may agree by chance
    sigma = np.maximum(sigma, 1e-9 * np.nanmax(np.abs(current[conducts]), axis=1, keepdims=True))  # made up
    voltage, current, there = (np.nan_to_num(x[conducts]) for x in (voltage, current, there))
    return _Curves(voltage, current, there, sigma), int(len(enough) - conducts.sum())


def _solved(curves: _Curves, sinh_voltage: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return residuals over sigma (cells, points), and low-field resistances [Ohm]; given v of each cell."""
    v = sinh_voltage[:, None]
    shape = v * np.sinh(np.clip(curves.voltage / v, -30, 30))
    slope, left = _line(curves, shape, curves.there)
    for _ in range(_ROUNDS):
        slope, left = _line(curves, shape, curves.there / np.maximum(1, np.abs(left) / _HUBER))
    least = 1e-3 * np.median(slope[slope > 0])
    return left, 1 / np.maximum(slope, least).ravel()


def _line(curves: _Curves, shape: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return slopes of current over `shape`, beside an offset, and residuals over sigma; least squares."""
    total, x, y, xx, xy = (
        (weight * of).sum(axis=1, keepdims=True)
        for of in (np.ones_like(shape), shape, curves.current, shape**2, shape * curves.current)
    )
    slope = (total * xy - x * y) / (total * xx - x**2)
    offset = (y - slope * x) / total
    return slope, curves.there * (curves.current - slope * shape - offset) / curves.sigma


def _softened(left: np.ndarray) -> np.ndarray:
    """Return residuals whose squares grow in proportion to the residual only, where it is large."""
    return np.sign(left) * np.sqrt(2 * _HUBER**2 * (np.sqrt(1 + (left / _HUBER) ** 2) - 1))


def _errors(jacobian: np.ndarray, left: np.ndarray, cells: int) -> np.ndarray:
    """Return standard errors that allow for residuals which are correlated within a cell."""
    bread = np.linalg.pinv(jacobian.T @ jacobian)
    scores = (jacobian * left[:, None]).reshape(cells, -1, 2).sum(axis=1)
    return np.sqrt(np.diag(bread @ (scores.T @ scores) @ bread) * cells / (cells - 2))


def _groups(
    curves: _Curves, resistance: np.ndarray, law: Callable[[np.ndarray], np.ndarray]
) -> tuple[Group, ...]:
    grid = np.geomspace(0.1, 10, 93)
    cost = np.array(
        [(_softened(_solved(curves, np.full(len(resistance), v))[0]) ** 2).sum(axis=1) for v in grid]
    )
    found = []
    for mine in np.array_split(np.argsort(resistance), min(_GROUPS, len(resistance))):
        median = np.median(resistance[mine])
        best = grid[int(np.argmin(cost[:, mine].sum(axis=1)))]
        found.append(Group(float(median), float(best), float(law(median))))
    return tuple(found)
