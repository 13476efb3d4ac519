"""Bit error rate against cycles done. The ageing law is assumed, and the plot says so in itself."""

import math

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from spicekit.report import numbers
from spicekit.report.counts import count_aged
from spicekit.report.drawing import GREY, Plot, colour, marker, picture
from spicekit.report.published import Published
from spicekit.statistics import Statistics


def endurance_plot(
    statistics: Statistics, published: dict[str, Published], samples: pd.DataFrame | None
) -> Plot | None:
    """Return the plot, or None if no endurance curve is there; counted rates are added from `samples`."""
    curves = [
        (i, c, c.endurance) for i, c in enumerate(statistics.conditions) if c.endurance and c.endurance.curve
    ]
    if not curves:
        return None
    points = {
        c.name: count_aged(samples, c.name, c.ber_2t2r.confidence if c.ber_2t2r else 0.95)
        if samples is not None
        else []
        for _, c, _ in curves
    }
    ages = [x for _, _, e in curves for x, _ in e.curve if x > 0]
    rates = [y for _, _, e in curves for _, y in e.curve if y > 0]
    rates += [v for rows in points.values() for _, b in rows for v in (b.best, b.high) if v]
    known = [
        (i, p.cyclability_above) for i, c, _ in curves if (p := published.get(c.name)) and p.cyclability_above
    ]
    # the published bounds get a strip of their own below the lowest rate
    decades = -math.floor(math.log10(max(min([*rates, 1e-2]), 1e-16)))
    strip = 0.06 * decades * (len(known) + 0.5)
    bottom = 10.0 ** -(decades + strip)

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.set_xscale("log")
        axes.set_yscale("log")
        for index, condition, endurance in curves:
            # a rate of zero is no value on this axis, and none at all: a curve stops where nothing was seen
            line = [(x, y) for x, y in sorted(endurance.curve) if x > 0 and y > 0]
            axes.plot(*zip(*line, strict=True) if line else ([], []), color=colour(index), linestyle="--")
            _counted(axes, points[condition.name], index, 1.09 ** (index - len(curves) / 2))
        for criterion in sorted({endurance.criterion for _, _, endurance in curves}):
            axes.axhline(criterion, color=GREY, linewidth=0.9)
            axes.annotate(
                f"worn out: {numbers.scientific(criterion)}",
                (0.005, criterion),
                (0, 3),
                fontsize=8,
                xycoords=("axes fraction", "data"),
                textcoords="offset points",
                color=GREY,
            )
        axes.set_ylim(bottom, 1.0)
        every = ages + [cycles for _, cycles in known]
        left, right = min(every) / 3, max(every) * 3
        axes.set_xlim(left, right)
        for place, (index, cycles) in enumerate(known):
            y = bottom * 10 ** (strip * (place + 0.8) / (len(known) + 0.5))
            end = min(cycles * (right / left) ** 0.06, right)
            axes.plot([cycles], [y], marker="|", color=colour(index), markersize=8, markeredgewidth=1.8)
            axes.annotate(
                "",
                (end, y),
                (cycles, y),
                arrowprops={"arrowstyle": "->", "color": colour(index), "shrinkA": 0},
            )
        axes.set_xlabel("programming cycles done before")
        axes.set_ylabel("2T2R bit error rate")
        status = ", ".join(sorted({endurance.status for _, _, endurance in curves}))
        axes.set_title(f"ageing law: {status.upper()}", fontsize=10, loc="left")
        handles = [
            Line2D([], [], color=colour(i), marker=marker(i), linestyle="", label=c.name)
            for i, c, _ in curves
        ] + [Line2D([], [], color="black", linestyle="--", label="curve of the statistics")]
        if any(points.values()):
            handles.append(
                Line2D([], [], color="black", marker="o", label="counted, interval (bar alone: bound)")
            )
        if known:
            handles.append(
                Line2D(
                    [],
                    [],
                    color="black",
                    marker=r"$|\rightarrow$",
                    markersize=13,
                    linestyle="",
                    label="published cyclability, above",
                )
            )
        figure.legend(handles=handles, loc="outside lower center", ncols=3, fontsize=8.5)

    texts = [f"{c.name} {numbers.cyclability(e)}" for _, c, e in curves]
    alt = "2T2R bit error rate against cycles under an assumed ageing law. Cycles to the criterion: "
    return picture(draw, 4.2, alt + "; ".join(texts) + ".")


def _counted(axes: Axes, rows: list, index: int, shift: float) -> None:
    """Draw counted rates, shifted a little in x so that conditions do not hide each other."""
    for cycles, block in rows:
        paint, x = colour(index), cycles * shift
        if block.best is None:
            axes.annotate(
                "",
                (x, block.high / 2.5),
                (x, block.high),
                arrowprops={"arrowstyle": "->", "color": paint, "shrinkA": 0, "shrinkB": 0},
            )
            axes.plot([x], [block.high], marker="_", color=paint, markersize=8, markeredgewidth=1.8)
        else:
            axes.plot([x, x], [block.low, block.high], color=paint)
            axes.plot([x], [block.best], marker=marker(index), color=paint)
