"""Maps of a number over two settings, one panel for each value of a third: contours between the points simulated."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm, Normalize
from matplotlib.contour import QuadContourSet
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from spicekit.page.drawing import GREY, Plot, picture
from spicekit.page.numbers import minus
from spicekit.units import engineering

_LEVELS = 7
_WIDE = 30  # largest over smallest value, from which on levels are even in the logarithm
_COLUMNS, _HEIGHT = 3, 2.3  # of panels; inch
_FAILED = "#D55E00"


@dataclass(frozen=True)
class Panel:
    """One map over `x` and `y`, both rising; its arrays are (y, x)."""

    title: str
    x: Sequence[float]
    y: Sequence[float]
    values: np.ndarray  # NaN where nothing is drawn
    simulated: np.ndarray  # whether there is a point at all: without a value it gets a cross


def contours(panels: Sequence[Panel], what: str, unit: str, x: str, y: str, words: str) -> Plot | None:
    """Return the panels beside each other with common levels; None where no panel spans an area.

    Args:
        what: is mapped, with its `unit` (SI, "" for a pure number).
        x, y: labels of the axes.
        words: what the map shows, for those who cannot see it.
    """
    shown = [panel for panel in panels if min(panel.values.shape) > 1]
    known = np.concatenate([panel.values[np.isfinite(panel.values)] for panel in shown] or [np.empty(0)])
    if known.size < 2 or not known.min() < known.max():
        return None
    low, high = float(known.min()), float(known.max())
    wide = low > 0 and high / low > _WIDE
    levels = _levels(low, high, wide)
    norm = LogNorm(levels[0], levels[-1]) if wide else Normalize(levels[0], levels[-1])
    columns = min(_COLUMNS, len(shown))
    lines = -(-len(shown) // columns)

    def said(value: float, _: object = None) -> str:
        return engineering(value, unit) if unit else f"{value:.2g}".replace("e+0", "e").replace("e+", "e")

    def draw(figure: Figure) -> None:
        grid = figure.subplots(lines, columns, sharex=True, sharey=True, squeeze=False)
        drawn = None
        for axes, panel in zip(grid.flat, shown, strict=False):
            drawn = _panel(axes, panel, levels, norm, said) or drawn
            axes.set_xticks(list(panel.x), [minus(f"{value:g}") for value in panel.x])
        for axes in grid.flat[len(shown) :]:
            axes.set_visible(False)
        for axes in grid.flat[max(0, len(shown) - columns) : len(shown)]:  # nothing stands below
            axes.set_xlabel(x)
            axes.tick_params(labelbottom=True)
        for axes in grid[:, 0]:
            axes.set_ylabel(y)
        if drawn is not None:
            figure.colorbar(drawn, ax=grid, format=FuncFormatter(said), label=what, pad=0.02, aspect=30)

    return picture(draw, 0.7 + _HEIGHT * lines, words)


def _levels(low: float, high: float, wide: bool) -> np.ndarray:
    """Return levels whose ends are those of the map, so that its colours reach all of it."""
    if wide:
        first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
        levels = 10.0 ** np.arange(first, last + 1, max(1, round((last - first) / _LEVELS)))
    else:
        levels = np.asarray(MaxNLocator(_LEVELS).tick_values(low, high), float)
    inside = levels[(levels > low) & (levels < high)]
    return np.concatenate([[low * (1 - 1e-9)], inside, [high * (1 + 1e-9)]])


def _panel(
    axes: Axes, panel: Panel, levels: np.ndarray, norm: Normalize, said: FuncFormatter | object
) -> QuadContourSet | None:
    x, y = np.meshgrid(panel.x, panel.y)
    there = np.isfinite(panel.values)
    failed = panel.simulated & ~there
    axes.set_title(panel.title, fontsize=10)
    axes.grid(visible=False)
    signs = axes.plot(x[there], y[there], linestyle="", marker=".", markersize=3, color=GREY, clip_on=False)
    signs += axes.plot(
        x[failed], y[failed], linestyle="", marker="x", markersize=6, color=_FAILED, clip_on=False
    )
    for sign in signs:
        sign.set_in_layout(False)  # what is not clipped is taken for as large as the data
    if there.sum() < 3:
        return None
    masked = np.ma.masked_invalid(panel.values)
    filled = axes.contourf(x, y, masked, levels=levels, norm=norm, cmap="viridis", alpha=0.85)
    lines = axes.contour(x, y, masked, levels=levels[1:-1], colors="black", linewidths=0.5)
    for label in axes.clabel(lines, fontsize=7, fmt=said):  # type: ignore[arg-type]
        label.set_in_layout(False)
    return filled
