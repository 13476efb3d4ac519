"""Bit error rates with their intervals, 1T1R beside 2T2R, both read by the sense amplifier."""

import math
from collections.abc import Iterable
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullLocator

from spicekit.experiment.conditions import Published
from spicekit.page import numbers
from spicekit.page.drawing import GREY, Plot, colour, legend_below, marker, picture, rows_of_conditions
from spicekit.statistics import Cell, Condition, KnownRate, Statistics, known_rates

_FLOOR = 1e-12  # what lies below leaves the axis to the left, unless it is an estimate that was agreed on
_PANELS: tuple[tuple[Cell, str], ...] = (
    ("1t1r", "1T1R (one device, same amplifier)"),
    ("2t2r", "2T2R (complementary pair)"),
)
_PLACE = {"counted": -0.27, "estimated": -0.06, "extrapolated": 0.16}  # of a rate in the row of its condition


def ber_plot(statistics: Statistics, published: dict[str, Published]) -> Plot | None:
    """Return the plot, or None if no rate was measured. A cell of which nothing is known gets no panel."""
    conditions = statistics.conditions
    bounds = {name: p.ber_2t2r_below for name, p in published.items() if p.ber_2t2r_below}
    known = {cell: [known_rates(c, cell) for c in conditions] for cell, _ in _PANELS}
    panels = [(cell, title) for cell, title in _PANELS if any(known[cell])]
    if not panels:
        return None
    found = [one for cell, _ in panels for rates in known[cell] for one in rates]
    left = axis_floor(found, bounds.values())

    def draw(figure: Figure) -> None:
        both = figure.subplots(
            1, len(panels), sharex=True, sharey=True, squeeze=False, gridspec_kw={"wspace": 0.08}
        )
        for axes, (cell, title) in zip(both[0], panels, strict=True):
            axes.set_xscale("log")
            axes.set_xlim(left, 1.0)
            for row, (condition, rates) in enumerate(zip(conditions, known[cell], strict=True)):
                for one in rates:
                    _rate(axes, one, row, left)
                if cell == "2t2r" and condition.name in bounds:
                    _bound(axes, bounds[condition.name], row + 0.36, GREY, left)
            axes.xaxis.set_major_locator(LogLocator(10, numticks=7))
            axes.xaxis.set_minor_locator(NullLocator())
            axes.set_xlabel("bit error rate")
            axes.set_title(title, fontsize=10)
            rows_of_conditions(axes, [c.name for c in conditions])
        legend_below(figure, _legend(found, bool(bounds)))

    alt = "Bit error rates with intervals on a logarithmic axis. " + "; ".join(map(_words, conditions)) + "."
    return picture(draw, 1.7 + 0.85 * len(conditions), alt)


def axis_floor(known: Iterable[KnownRate], bounds: Iterable[float]) -> float:
    """Return the lower edge of the axis: below all rates, but below `_FLOOR` only for estimates that are agreed on."""
    known = tuple(known)
    values = [v for one in known for v in (one.rate.low, one.rate.best, one.rate.high) if v]
    floor = min(
        [_FLOOR, *(one.rate.low for one in known if one.how == "estimated" and one.result and one.rate.low)]
    )
    lowest = max(min(*values, *bounds, 1.0), floor)
    return 10.0 ** (math.floor(math.log10(lowest)) - 1)


def _words(c: Condition) -> str:
    texts = []
    for cell, _ in _PANELS:
        for one in known_rates(c, cell):
            sure = one.result and one.how != "extrapolated"
            text = numbers.interval(one.rate) if sure else numbers.surest(one)
            texts.append(f"{cell.upper()} {text} {one.how}")
    return f"{c.name}: {', '.join(texts) or 'nothing known'}"


def _rate(axes: Axes, one: KnownRate, row: int, left: float) -> None:
    """Draw a rate: filled if it is a result, else hollow, beside the doubt in words unless it is the usual one."""
    block, paint, y = one.rate, colour(row), row + _PLACE[one.how]
    high = max(block.high, left)
    if one.bound and one.how != "extrapolated":
        _bound(axes, block.high, y, paint, left)
    else:
        best = max(block.best or 0.0, left)
        line = "-" if one.result else ":" if one.how == "extrapolated" else "--"
        axes.plot([max(block.low, left), high], [y, y], color=paint, linestyle=line)
        star = one.how == "estimated"
        shape = "<" if best <= left else "*" if star else marker(row)
        face, size = paint if one.result else "white", 11 if star and best > left else 6
        axes.plot(
            [best],
            [y],
            marker=shape,
            color=paint,
            markerfacecolor=face,
            markersize=size,
            clip_on=False,
            zorder=5,
        )
    doubt = "" if one.doubt == "extrapolated" else one.doubt
    near_right = high > left**0.4
    x, shift, align = (max(block.low, left), -9, "right") if near_right else (high, 9, "left")
    axes.annotate(doubt, (x, y), (shift, 0), textcoords="offset points", ha=align, va="center", fontsize=8)


def _bound(axes: Axes, value: float, y: float, paint: str, left: float) -> None:
    """Draw "below `value`": a bar at the bound, and an arrow to the side where the truth lies."""
    reach = max(value * left**0.09, left)
    arrow = {"arrowstyle": "->", "color": paint, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", (reach, y), (value, y), arrowprops=arrow)
    axes.plot([value], [y], marker="|", color=paint, markersize=9, markeredgewidth=1.8)


def _legend(found: list[KnownRate], published: bool) -> list[Line2D]:
    def sign(label: str, **looks: Any) -> Line2D:
        line = Line2D([], [], color="black", marker="o", label=label)
        line.set(**looks)
        return line

    def any_of(how: str, **has: bool) -> bool:
        return any(
            one.how == how and all(getattr(one, key) is value for key, value in has.items()) for one in found
        )

    arrow = {"marker": r"$\leftarrow|$", "markersize": 13, "linestyle": ""}
    star = {"marker": "*", "markersize": 11}
    hollow = {**star, "markerfacecolor": "white", "linestyle": "--"}
    law = {"markerfacecolor": "white", "linestyle": ":"}
    signs = (
        (any_of("counted", bound=False), "counted, with interval", {}),
        (any_of("counted", bound=True), "counted, no error seen: upper bound", arrow),
        (any_of("estimated", result=True), "estimated (rare-event sampling), agreed", star),
        (any_of("estimated", result=False), "estimated, no result: see the words", hollow),
        (any_of("extrapolated"), "extrapolated (log-normal; ◁ off the axis)", law),
        (published, "published bound", {**arrow, "color": GREY}),
    )
    return [sign(label, **looks) for shown, label, looks in signs if shown]
