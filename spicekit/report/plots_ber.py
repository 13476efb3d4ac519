"""Bit error rates with their intervals: 1T1R beside 2T2R; counted, estimated, extrapolated and published."""

import math
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullLocator

from spicekit.report import numbers
from spicekit.report.drawing import GREY, Plot, colour, legend_below, marker, picture, rows_of_conditions
from spicekit.report.estimated import CELLS, Estimated, estimated
from spicekit.report.published import Published
from spicekit.statistics import Condition, Probability, Statistics

_FLOOR = 1e-12  # what lies below leaves the axis to the left, unless it is an estimate that was agreed on
_PANELS = (("1t1r", "1T1R (one device)"), ("2t2r", "2T2R (complementary pair)"))


def ber_plot(statistics: Statistics, published: dict[str, Published]) -> Plot | None:
    """Return the plot, or None if no rate was measured."""
    conditions = statistics.conditions
    rates = [
        block
        for c in conditions
        for cell, _ in _PANELS
        for kind in ("", "_estimated", "_lognormal")
        if (block := getattr(c, f"ber_{cell}{kind}")) and block.samples > block.discards
    ]
    if not rates:
        return None
    found = [e for c in conditions for cell, _ in _PANELS if (e := estimated(c, cell)) and e.rate]
    bounds = [p.ber_2t2r_below for p in published.values() if p.ber_2t2r_below]
    left = axis_floor(rates, found, bounds)

    def draw(figure: Figure) -> None:
        both = figure.subplots(1, 2, sharex=True, sharey=True, gridspec_kw={"wspace": 0.08})
        for axes, (cell, title) in zip(both, _PANELS, strict=True):
            axes.set_xscale("log")
            axes.set_xlim(left, 1.0)
            for row, condition in enumerate(conditions):
                _rate(axes, getattr(condition, f"ber_{cell}"), row, -0.27, left, True)
                _rate(axes, getattr(condition, f"ber_{cell}_lognormal"), row, 0.16, left, False)
                if (one := estimated(condition, cell)) and one.rate:
                    _estimate(axes, one.rate, "" if one.agreed else one.outcome, row, left)
                known = published.get(condition.name)
                if cell == "2t2r" and known and known.ber_2t2r_below:
                    _bound(axes, known.ber_2t2r_below, row + 0.36, GREY, left)
            axes.xaxis.set_major_locator(LogLocator(10, numticks=7))
            axes.xaxis.set_minor_locator(NullLocator())
            axes.set_xlabel("bit error rate")
            axes.set_title(title, fontsize=10)
            rows_of_conditions(axes, [c.name for c in conditions])
        legend_below(figure, _legend(found))

    alt = "Bit error rates with intervals on a logarithmic axis. " + "; ".join(map(_words, conditions)) + "."
    return picture(draw, 1.7 + 0.85 * len(conditions), alt)


def axis_floor(rates: list[Probability], found: list[Estimated], bounds: list[float]) -> float:
    """Return the lower edge of the axis: below all rates, but below `_FLOOR` only for estimates that are agreed on."""
    values = [v for block in rates for v in (block.low, block.best, block.high) if v]
    floor = min([_FLOOR, *(e.rate.low for e in found if e.agreed and e.rate and e.rate.low)])
    lowest = max(min(*values, *bounds, 1.0), floor)
    return 10.0 ** (math.floor(math.log10(lowest)) - 1)


def _words(c: Condition) -> str:
    text = f"{c.name}: 1T1R {numbers.interval(c.ber_1t1r)}, 2T2R {numbers.interval(c.ber_2t2r)} counted"
    found = {name: one for cell, name in CELLS if (one := estimated(c, cell))}
    text += "".join(f", {name} {one.text} estimated" for name, one in found.items())
    return f"{text}, 2T2R {numbers.interval(c.ber_2t2r_lognormal)} extrapolated"


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


def _estimate(axes: Axes, block: Probability, doubt: str, row: int, left: float) -> None:
    """Draw an estimate: a star, filled if it was agreed on, else hollow beside the `doubt` in words."""
    paint, y, high = colour(row), row - 0.06, max(block.high, left)
    if block.best:
        best = max(block.best, left)
        axes.plot([max(block.low, left), high], [y, y], color=paint, linestyle="--" if doubt else "-")
        looks = {"markersize": 11 if best > left else 6, "color": paint, "clip_on": False, "zorder": 5}
        shape, face = "*" if best > left else "<", "white" if doubt else paint
        axes.plot([best], [y], marker=shape, markerfacecolor=face, **looks)
    else:
        _bound(axes, block.high, y, paint, left)
    near_right = high > left**0.4
    x, shift, align = (max(block.low, left), -9, "right") if near_right else (high, 9, "left")
    axes.annotate(doubt, (x, y), (shift, 0), textcoords="offset points", ha=align, va="center", fontsize=8)


def _bound(axes: Axes, value: float, y: float, paint: str, left: float) -> None:
    """Draw "below `value`": a bar at the bound, and an arrow to the side where the truth lies."""
    reach = max(value * left**0.09, left)
    arrow = {"arrowstyle": "->", "color": paint, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", (reach, y), (value, y), arrowprops=arrow)
    axes.plot([value], [y], marker="|", color=paint, markersize=9, markeredgewidth=1.8)


def _legend(found: list[Estimated]) -> list[Line2D]:
    def sign(label: str, **looks: Any) -> Line2D:
        return Line2D([], [], **{"color": "black", "marker": "o", "label": label, **looks})

    arrow = {"marker": r"$\leftarrow|$", "markersize": 13, "linestyle": ""}
    signs = [sign("counted, with interval"), sign("counted, no error seen: upper bound", **arrow)]
    if any(one.agreed for one in found):
        signs.append(sign("estimated (rare-event sampling), agreed", marker="*", markersize=11))
    if not all(one.agreed for one in found):
        hollow = {"marker": "*", "markersize": 11, "markerfacecolor": "white", "linestyle": "--"}
        signs.append(sign("estimated, no result: see the word", **hollow))
    signs.append(sign("extrapolated (log-normal; ◁ off the axis)", markerfacecolor="white", linestyle=":"))
    signs.append(sign("published bound", **{**arrow, "color": GREY}))
    return signs
