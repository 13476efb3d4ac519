"""Distributions of LRS and HRS on a probability axis: a log-normal law is a straight line."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter, NullLocator
from scipy.special import ndtr, ndtri

from spicekit.page.drawing import Plot, colour, legend_below, picture
from spicekit.report.counts import column, fresh, kept
from spicekit.statistics import Distribution, Statistics
from spicekit.units import engineering

_POINTS = 300  # drawn per curve


@dataclass(frozen=True)
class _Curve:
    index: int  # of the condition
    state: str
    values: np.ndarray  # Ohm, sorted
    law: Distribution | None


def resistance_plot(statistics: Statistics, samples: pd.DataFrame) -> Plot | None:
    """Return the plot of fresh devices, or None if no resistance was measured.

    The left panel has both states, the right one LRS alone, whose spread is much smaller.
    """
    curves = []
    for index, condition in enumerate(statistics.conditions):
        table = kept(fresh(samples, condition.name))
        for state in ("lrs", "hrs"):
            values = column(table, state, float)
            values = np.sort(values[np.isfinite(values) & (values > 0)])
            if len(values):
                curves.append(_Curve(index, state, values, getattr(condition, state)))
    if not curves:
        return None
    reach = max(3.0, *(float(ndtri(1 - 0.5 / len(curve.values))) for curve in curves)) + 0.3

    def draw(figure: Figure) -> None:
        both, low = figure.subplots(1, 2, sharey=True, gridspec_kw={"width_ratios": (2.4, 1)})
        for axes, shown in ((both, curves), (low, [curve for curve in curves if curve.state == "lrs"])):
            for curve in shown:
                _draw(axes, curve, reach)
            axes.set_xlabel("resistance at the verify voltage")
            axes.tick_params(axis="x", labelsize=8.5)
            axes.set_xscale("log")
        _ticks_of_decades(both, curves)
        low.xaxis.set_minor_locator(NullLocator())
        for axes in (both, low):  # last, as a change of scale resets it
            axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: engineering(value, "Ω")))
        low.xaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
        low.set_title("LRS alone", fontsize=10)
        both.set_title("LRS and HRS", fontsize=10)
        both.set_ylim(-reach, reach)
        both.set_ylabel("cumulative probability [standard deviations]")
        ticks = np.arange(-int(reach), int(reach) + 1)
        both.set_yticks(ticks)
        percent = low.secondary_yaxis("right")
        percent.set_yticks(ticks, [_percent(float(ndtr(tick))) for tick in ticks])
        legend_below(figure, _legend(statistics))

    texts = [
        f"{c.name}: LRS {engineering(c.lrs.median, 'Ω')}, HRS {engineering(c.hrs.median, 'Ω')}"
        for c in statistics.conditions
        if c.lrs and c.hrs
    ]
    alt = "Cumulative distributions of LRS and HRS against log resistance. Medians: " + "; ".join(texts) + "."
    return picture(draw, 4.4, alt)


def _draw(axes: Axes, curve: _Curve, reach: float) -> None:
    z, values = _thinned(curve.values)
    shape, paint = "o" if curve.state == "lrs" else "^", colour(curve.index)
    axes.plot(values, z, linestyle="", marker=shape, markersize=2.8, color=paint, markeredgewidth=0)
    if curve.law:
        ends = np.linspace(-reach, reach, 50)
        axes.plot(curve.law.median * np.exp(curve.law.sigma_ln * ends), ends, color=paint, linewidth=0.9)


def _ticks_of_decades(axes: Axes, curves: list[_Curve]) -> None:
    """Label 1, 2, 5 per decade while there is room, else decades alone."""
    span = np.log10(max(c.values[-1] for c in curves) / min(c.values[0] for c in curves))
    axes.xaxis.set_major_locator(LogLocator(10, subs=(1, 2, 5) if span < 3 else (1,), numticks=30))
    axes.xaxis.set_minor_formatter(NullFormatter())


def _legend(statistics: Statistics) -> list[Line2D]:
    conditions = [
        Line2D([], [], color=colour(index), marker="s", linestyle="", label=condition.name)
        for index, condition in enumerate(statistics.conditions)
    ]
    states = [
        Line2D([], [], color="black", marker=shape, markersize=4, linestyle="", label=label)
        for shape, label in (("o", "LRS"), ("^", "HRS"))
    ]
    return [*conditions, *states, Line2D([], [], color="black", linewidth=0.9, label="log-normal fit")]


def _thinned(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return normal quantiles and values of sorted samples, at most a few hundred."""
    z = ndtri((np.arange(len(values)) + 0.5) / len(values))
    if len(values) <= _POINTS:
        return z, values
    # evenly in sigmas: the middle is crowded, and the outermost samples matter most
    picks = np.unique(np.searchsorted(z, np.linspace(z[0], z[-1], _POINTS)))
    return z[picks], values[picks]


def _percent(probability: float) -> str:
    percent = 100 * probability
    return f"{percent:.2g} %" if percent < 10 else f"{percent:.{1 if percent < 99 else 3}f} %"
