"""Maps of a number over two settings, one panel for each value of a third: contours between the points simulated."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm, Normalize
from matplotlib.contour import QuadContourSet
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator

from spicekit.page.drawing import GREY, Plot, picture
from spicekit.units import engineering

_LEVELS = 8
_DECADES = 3  # span from which on levels are even in the logarithm
_MOST = 6  # panels in a row


@dataclass(frozen=True)
class Panel:
    """One map; `values` (y, x) are NaN where nothing is drawn, and a cross stands there."""

    title: str
    x: Sequence[float]  # rising
    y: Sequence[float]  # rising
    values: np.ndarray


def contours(panels: Sequence[Panel], what: str, unit: str, x: str, y: str, words: str) -> Plot | None:
    """Return the panels beside each other with common levels; None where no panel spans an area.

    Args:
        what: is mapped, with its `unit` (SI, "" for a pure number).
        x, y: labels of the axes.
        words: what the map shows, for those who cannot see it.
    """
    shown = [panel for panel in panels if min(panel.values.shape) > 1][:_MOST]
    known = np.concatenate([panel.values[np.isfinite(panel.values)] for panel in shown] or [np.empty(0)])
    if known.size < 2 or not known.min() < known.max():
        return None
    wide = known.min() > 0 and known.max() / known.min() > 10 ** (_DECADES / 2)
    levels = _levels(float(known.min()), float(known.max()), wide)
    norm = LogNorm(levels[0], levels[-1]) if wide else Normalize(levels[0], levels[-1])
    form = FuncFormatter(lambda value, _: engineering(value, unit).strip())

    def draw(figure: Figure) -> None:
        row = figure.subplots(1, len(shown), sharex=True, sharey=True, squeeze=False)[0]
        drawn = None
        for axes, panel in zip(row, shown, strict=True):
            drawn = _panel(axes, panel, levels, norm, form) or drawn
            axes.set_xlabel(x)
        row[0].set_ylabel(y)
        if drawn is not None:
            figure.colorbar(drawn, ax=list(row), format=form, label=what, pad=0.01, aspect=18)

    return picture(draw, 2.7, words)


def _levels(low: float, high: float, wide: bool) -> np.ndarray:
    locator = LogLocator(10, subs=(1, 3), numticks=_LEVELS + 4) if wide else MaxNLocator(_LEVELS)
    levels = np.asarray(locator.tick_values(low, high), float)
    inside = levels[(levels > low) & (levels < high)]
    # the ends are those of the map, so that its colours reach all of it
    return np.unique(np.concatenate([[low * (1 - 1e-9)], inside, [high * (1 + 1e-9)]]))


def _panel(
    axes: Axes, panel: Panel, levels: np.ndarray, norm: Normalize, form: FuncFormatter
) -> QuadContourSet | None:
    x, y = np.meshgrid(panel.x, panel.y)
    there = np.isfinite(panel.values)
    axes.set_title(panel.title, fontsize=10)
    axes.grid(visible=False)
    axes.plot(x[there], y[there], linestyle="", marker=".", markersize=3, color=GREY, clip_on=False)
    axes.plot(x[~there], y[~there], linestyle="", marker="x", markersize=5, color="#D55E00", clip_on=False)
    if there.sum() < 3:
        return None
    masked = np.ma.masked_invalid(panel.values)
    filled = axes.contourf(x, y, masked, levels=levels, norm=norm, cmap="viridis", alpha=0.85)
    lines = axes.contour(x, y, masked, levels=levels[1:-1], colors="black", linewidths=0.5)
    axes.clabel(lines, fontsize=6.5, fmt=lambda value: form(value, None), inline_spacing=2)
    return filled
