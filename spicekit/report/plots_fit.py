"""Measured resistances beside those of the fitted card, on a probability axis, as a picture file."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullFormatter
from scipy.special import ndtr, ndtri

from spicekit.errors import InputError
from spicekit.page.drawing import COLOURS, colour, legend_below, style
from spicekit.units import engineering

_TITLES = {"lrs": "low resistance state", "hrs": "high resistance state"}
_SHARES = (1e-4, 1e-3, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999)  # that stand at the axis
_MOST_DRAWN = 600  # values of a curve
_LEAST_SPAN = 1.5  # of an axis, highest over lowest resistance: a narrow law shall look narrow


@dataclass(frozen=True)
class Compared:
    """One state at one setting."""

    state: str  # "lrs" or "hrs"
    label: str  # of the setting
    measured: np.ndarray  # Ohm
    simulated: np.ndarray  # Ohm; empty if nothing was simulated


def check_picture(path: Path) -> None:
    """Raise InputError unless a picture can be written to `path`."""
    if path.suffix not in (".png", ".svg", ".pdf"):
        raise InputError(f"{path}: the ending says the format: expected .png, .svg or .pdf")
    if not path.parent.is_dir():
        raise InputError(f"{path}: there is no folder {path.parent}: make it first")


def plot_fit(curves: Sequence[Compared], title: str, path: Path) -> Path:
    """Draw one panel per state: dots are measured, lines are simulated.

    Raises:
        InputError: the file name has another ending than .png, .svg or .pdf.
    """
    check_picture(path)
    states = list(dict.fromkeys(curve.state for curve in curves))
    labels = list(dict.fromkeys(curve.label for curve in curves))
    with style():
        figure = Figure(figsize=(4.7 * len(states), 4.6 + 0.18 * len(labels)), layout="constrained")
        grid = figure.subplots(1, len(states), squeeze=False, sharey=True)
        for axes, state in zip(grid[0], states, strict=True):
            shown = [curve for curve in curves if curve.state == state]
            for curve in shown:
                _draw(axes, curve, colour(labels.index(curve.label)))
            _resistance_axis(axes, shown)
            axes.set_title(_TITLES[state], fontsize=10)
        grid[0, 0].set_ylabel("share below")
        grid[0, 0].yaxis.set_major_locator(FixedLocator(ndtri(_SHARES)))
        grid[0, 0].yaxis.set_major_formatter(FuncFormatter(lambda z, _: f"{ndtr(z):.4g}"))
        kinds = [Line2D([], [], color=COLOURS[-1], marker="o", markersize=4, linestyle="", label="measured")]
        if any(len(curve.simulated) for curve in curves):
            kinds.append(Line2D([], [], color=COLOURS[-1], label="fitted card, simulated"))
        if len(labels) > 1:
            kinds += [
                Line2D([], [], color=colour(i), linewidth=4, label=label) for i, label in enumerate(labels)
            ]
        legend_below(figure, kinds)
        figure.suptitle(title, fontsize=11)
        figure.savefig(path, dpi=130)
    return path


def _draw(axes: Axes, curve: Compared, paint: str) -> None:
    for values, look in (
        (
            curve.measured,
            {"linestyle": "", "marker": "o", "markersize": 3, "alpha": 0.6, "markeredgewidth": 0},
        ),
        (curve.simulated, {"linewidth": 1.4}),
    ):
        if len(values):
            shown = _drawn(len(values))
            z = ndtri((shown + 0.5) / len(values))
            axes.plot(np.sort(values)[shown], z, color=paint, **look)  # type: ignore[arg-type]


def _drawn(count: int) -> np.ndarray:
    """Return which of many sorted values are drawn: those of the tails all, others as close as dots can be told."""
    farthest = ndtri(1 - 0.5 / count)
    return np.unique((ndtr(np.linspace(-farthest, farthest, _MOST_DRAWN)) * (count - 1)).round().astype(int))


def _resistance_axis(axes: Axes, shown: Sequence[Compared]) -> None:
    every = np.concatenate([np.concatenate([curve.measured, curve.simulated]) for curve in shown])
    low, high = float(every.min()), float(every.max())
    widen = max(_LEAST_SPAN / (high / low), 1.0) ** 0.5 * 1.03
    axes.set_xscale("log")
    axes.set_xlim(low / widen, high * widen)
    narrow = high / low < 4
    axes.xaxis.set_major_locator(
        LogLocator(10, subs=(1, 2, 3, 4, 5, 6, 8) if narrow else (1, 2, 5) if high / low < 300 else (1,))
    )
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: engineering(value, "Ω")))
    axes.set_xlabel("resistance at the read voltage")
