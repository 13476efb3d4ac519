"""Bit error rates with their intervals: 1T1R beside 2T2R, counted beside extrapolated and published."""

import math
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullLocator

from spicekit.report import numbers
from spicekit.report.drawing import GREY, Plot, colour, legend_below, marker, picture, rows_of_conditions
from spicekit.report.published import Published
from spicekit.statistics import Probability, Statistics

_FLOOR = 1e-12  # extrapolations below leave the axis to the left: what was counted must stay readable


def ber_plot(statistics: Statistics, published: dict[str, Published]) -> Plot | None:
    """Return the plot, or None if no rate was measured."""
    conditions = statistics.conditions
    panels = [
        ("1T1R (one device, threshold)", "ber_1t1r", "ber_1t1r_lognormal"),
        ("2T2R (complementary pair)", "ber_2t2r", "ber_2t2r_lognormal"),
    ]
    keys = [key for _, *pair in panels for key in pair]
    rates = [
        block
        for c in conditions
        for key in keys
        if (block := getattr(c, key)) and block.samples > block.discards
    ]
    if not rates:
        return None
    bounds = [p.ber_2t2r_below for p in published.values() if p.ber_2t2r_below]
    values = [v for block in rates for v in (block.low, block.best, block.high) if v]
    lowest = max(min(*values, *bounds, 1.0), _FLOOR)
    left = 10.0 ** (math.floor(math.log10(lowest)) - 1)

    def draw(figure: Figure) -> None:
        both = figure.subplots(1, 2, sharex=True, sharey=True, gridspec_kw={"wspace": 0.08})
        for axes, (title, counted, extrapolated) in zip(both, panels, strict=True):
            for row, condition in enumerate(conditions):
                for key, offset, filled in ((counted, -0.2, True), (extrapolated, 0.08, False)):
                    _rate(axes, getattr(condition, key), row, offset, left, filled)
                known = published.get(condition.name)
                if counted == "ber_2t2r" and known and known.ber_2t2r_below:
                    _bound(axes, known.ber_2t2r_below, row + 0.33, GREY, left)
            axes.set_xscale("log")
            axes.set_xlim(left, 1.0)
            axes.xaxis.set_major_locator(LogLocator(10, numticks=7))
            axes.xaxis.set_minor_locator(NullLocator())
            axes.set_xlabel("bit error rate")
            axes.set_title(title, fontsize=10)
            rows_of_conditions(axes, [c.name for c in conditions])
        legend_below(figure, _legend())

    texts = [
        f"{c.name}: 1T1R {numbers.interval(c.ber_1t1r)}, 2T2R {numbers.interval(c.ber_2t2r)} counted, "
        f"2T2R {numbers.interval(c.ber_2t2r_lognormal)} extrapolated"
        for c in conditions
    ]
    alt = "Bit error rates with intervals on a logarithmic axis. " + "; ".join(texts) + "."
    return picture(draw, 1.5 + 0.75 * len(conditions), alt)


def _rate(axes: Axes, block: Probability | None, row: int, offset: float, left: float, filled: bool) -> None:
    if block is None or block.samples <= block.discards:
        return
    paint, y = colour(row), row + offset
    if not block.best and filled:
        _bound(axes, block.high, y, paint, left)
        return
    best, high = max(block.best or 0.0, left), max(block.high, left)
    axes.plot([max(block.low, left), high], [y, y], color=paint, linestyle="-" if filled else ":")
    shape, face = marker(row) if best > left else "<", paint if filled else "white"
    axes.plot([best], [y], marker=shape, color=paint, markerfacecolor=face, clip_on=False, zorder=5)


def _bound(axes: Axes, value: float, y: float, paint: str, left: float) -> None:
    """Draw "below `value`": a bar at the bound, and an arrow to the side where the truth lies."""
    reach = max(value * left**0.09, left)
    arrow = {"arrowstyle": "->", "color": paint, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", (reach, y), (value, y), arrowprops=arrow)
    axes.plot([value], [y], marker="|", color=paint, markersize=9, markeredgewidth=1.8)


def _legend() -> list[Line2D]:
    def sign(label: str, **looks: Any) -> Line2D:
        return Line2D([], [], **{"color": "black", "marker": "o", "label": label, **looks})

    arrow = {"marker": r"$\leftarrow|$", "markersize": 13, "linestyle": ""}
    return [
        sign("counted, with interval"),
        sign("counted, no error seen: upper bound", **arrow),
        sign("extrapolated (log-normal; ◁ off the axis)", markerfacecolor="white", linestyle=":"),
        sign("published bound", **{**arrow, "color": GREY}),
    ]
