"""How much of a cell's margin stays with the cell: its intraclass correlation, from counted errors or from margins."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtri, ndtr, ndtri

from spicekit.block import ErrorCorrelation
from spicekit.sampling.probit_normal import log_chance

if TYPE_CHECKING:
    from scipy.optimize import OptimizeResult

COUNTED = "counted errors, maximum likelihood of the probit-normal model, profile likelihood interval"
BY_MARGINS = (
    "normal scores of all margins, their intraclass correlation by analysis of variance, bootstrap over cells: "
    "that of typical margins, taken for that of errors"
)
LEAST_CELLS = 3
_LARGEST = 1 - 1e-4  # correlation: beyond, a rate is a step in z between two nodes
_FARTHEST = 8.0  # standard deviations: of mean rates
_RESAMPLES = 2000


@dataclass(frozen=True)
class _Profile:
    """Likelihood of the correlation, the mean rate being the best at each."""

    errors: np.ndarray  # (kinds,), of a cell
    cycles: np.ndarray  # (kinds,)
    cells: np.ndarray  # (kinds,), that are alike in both

    def __call__(self, correlation: float) -> float:
        """Return its logarithm."""
        from scipy.optimize import minimize_scalar  # here, as it takes long to load

        def lost(threshold: float) -> float:
            return -float(
                self.cells @ log_chance(self.errors, self.cycles, float(ndtr(threshold)), correlation)
            )

        mean = float((self.cells * self.errors).sum() / (self.cells * self.cycles).sum())
        near = float(ndtri(mean))  # the mean rate is nearly that of all errors, whatever the correlation
        ends = max(near - 2.5, -_FARTHEST), min(near + 2.5, _FARTHEST)
        found: OptimizeResult = minimize_scalar(lost, bounds=ends, method="bounded", options={"xatol": 1e-4})  # type: ignore[assignment]
        return -float(found.fun)


def by_counts(wrong: np.ndarray, confidence: float = 0.95) -> ErrorCorrelation | None:
    """Return the correlation from errors counted over programmings of the same cells.

    Args:
        wrong: (cells, cycles), 1 where a cell erred, 0 where not, NaN of discards, which are left out.

    None where nothing tells it: no error or nothing else, or no cell that was programmed twice.
    """
    from scipy.optimize import brentq, minimize_scalar  # here, as it takes long to load

    wrong = np.asarray(wrong, float)
    cycles, errors = np.isfinite(wrong).sum(axis=1), np.nansum(wrong, axis=1)
    if not 0 < errors.sum() < cycles.sum() or cycles.max() < 2 or (cycles > 0).sum() < LEAST_CELLS:
        return None
    kinds, cells = np.unique(np.stack([errors, cycles])[:, cycles > 0], axis=1, return_counts=True)
    profile = _Profile(kinds[0], kinds[1], cells)
    # over arcsin sqrt(rho) both ends of the range have room
    found: OptimizeResult = minimize_scalar(  # type: ignore[assignment]
        lambda at: -profile(np.sin(at) ** 2), bounds=(0, np.arcsin(np.sqrt(_LARGEST))), method="bounded",
        options={"xatol": 1e-3},
    )  # fmt: skip
    candidates = {
        0.0: profile(0.0),
        float(np.sin(found.x) ** 2): -float(found.fun),
        _LARGEST: profile(_LARGEST),
    }
    best = max(candidates, key=lambda rho: candidates[rho])
    least = candidates[best] - float(chdtri(1, 1 - confidence)) / 2

    def above(at: float) -> float:
        return profile(np.sin(at) ** 2) - least

    def crossing(first: float, last: float) -> float:
        at: float = brentq(above, first, last, xtol=1e-3)  # type: ignore[assignment]
        return float(np.sin(at) ** 2)

    middle, last = np.arcsin(np.sqrt(best)), np.arcsin(np.sqrt(_LARGEST))
    low = 0.0 if above(0.0) >= 0 else crossing(0.0, middle)
    high = 1.0 if above(last) >= 0 else crossing(middle, last)
    return _said(wrong, low, 1.0 if best == _LARGEST else best, high, confidence, COUNTED)


def by_margins(margins: np.ndarray, confidence: float = 0.95) -> ErrorCorrelation | None:
    """Return the correlation from margins, for rates that cannot be counted; a margin below zero is an error.

    Args:
        margins: (cells, cycles), such as ln of a ratio of resistances or V; NaN of discards.

    The margins of all cells are made normal by their ranks. What the tail does apart from that is not seen, and what
    a device forgets only slowly counts as its own. The interval of 95 % covers the truth in about 92 % with 100 cells.
    None with fewer than three cells that were programmed twice.
    """
    from scipy.stats import rankdata  # here, as it takes long to load

    margins = np.asarray(margins, float)
    known = np.isfinite(margins)
    margins, known = margins[known.sum(axis=1) > 1], known[known.sum(axis=1) > 1]
    if len(margins) < LEAST_CELLS:
        return None
    scores = np.zeros(margins.shape)
    scores[known] = ndtri((rankdata(margins[known]) - 0.5) / known.sum())
    cycles = known.sum(axis=1).astype(float)
    means = scores.sum(axis=1) / cycles
    within = (np.where(known, scores - means[:, None], 0.0) ** 2).sum(axis=1)
    picked = np.random.default_rng(0).integers(0, len(means), (_RESAMPLES, len(means)))
    drawn = _of_variance(cycles[picked], means[picked], within[picked])
    low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2])
    best = float(_of_variance(cycles, means, within))
    wrong = np.where(known, margins < 0, np.nan)
    return _said(wrong, min(float(low), best), best, max(float(high), best), confidence, BY_MARGINS)


def _of_variance(cycles: np.ndarray, means: np.ndarray, within: np.ndarray) -> np.ndarray:
    """Return the intraclass correlation of one-way analysis of variance, cells along the last axis (Donner, 1986).

    Int. Stat. Rev. 54:67; groups need not be of one size.
    """
    cells, total = cycles.shape[-1], cycles.sum(-1)
    inside = within.sum(-1) / (total - cells)
    centre = (cycles * means).sum(-1, keepdims=True) / total[..., None]
    between = (cycles * (means - centre) ** 2).sum(-1) / (cells - 1)
    size = (total - (cycles**2).sum(-1) / total) / (cells - 1)
    return np.clip((between - inside) / (between + (size - 1) * inside), 0, 1)


def _said(
    wrong: np.ndarray, low: float, best: float, high: float, confidence: float, method: str
) -> ErrorCorrelation:
    of_cell = np.sort(np.nansum(wrong, axis=1))[::-1]
    errors, worst = of_cell.sum(), len(of_cell) * 0.05
    whole = int(worst)
    in_worst = of_cell[:whole].sum() + (worst - whole) * of_cell[whole]
    return ErrorCorrelation(
        low=low, best=best, high=high, confidence=confidence, cells=len(wrong), cycles=wrong.shape[1],
        errors=int(errors), discards=int(np.isnan(wrong).sum()),
        worst_share=float(in_worst / errors) if errors else None,
        without_error=float((of_cell == 0).mean()), method=method,
    )  # fmt: skip
