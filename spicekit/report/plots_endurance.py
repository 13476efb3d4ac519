"""Bit error rate against cycles done. The plot itself says how sure the ageing law is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from spicekit.experiment.conditions import Published
from spicekit.page import numbers
from spicekit.page.drawing import GREY, Plot, colour, legend_below, marker, picture
from spicekit.report.counts import count_aged
from spicekit.statistics import Endurance, Probability, Statistics

_FLOOR = 1e-12  # curves below are drawn at this edge with an open mark: what was counted must stay readable


@dataclass(frozen=True)
class _Line:
    """What is drawn of one condition."""

    index: int
    name: str
    endurance: Endurance
    fresh: Probability | None  # estimated
    counted: Sequence[tuple[float, Probability]]  # at each age above zero
    published: float | None  # cycles, a lower bound

    @property
    def curve(self) -> list[tuple[float, float, float, float]]:
        """Cycles, low, best and high of estimates that have a best."""
        ends = {n: (low, high) for n, low, high in self.endurance.interval}
        aged = [(n, best, *ends.get(n, (best, best))) for n, best in self.endurance.curve if best > 0]
        found = [(n, low, best, high) for n, best, low, high in sorted(aged)]
        if aged and self.fresh and self.fresh.best and aged[0][0] > 0:
            found.insert(0, (0.0, self.fresh.low, self.fresh.best, self.fresh.high))
        return found


def endurance_plot(
    statistics: Statistics, published: dict[str, Published], samples: pd.DataFrame | None
) -> Plot | None:
    """Return the plot, or None if no endurance curve is there; counted rates are added from `samples`."""
    lines = []
    for index, condition in enumerate(statistics.conditions):
        endurance = condition.endurance
        if endurance is None:
            continue
        confidence = condition.ber_2t2r.confidence if condition.ber_2t2r else 0.95
        counted = [] if samples is None else count_aged(samples, condition.name, confidence)
        if any(cycles > 0 and ber > 0 for cycles, ber in endurance.curve) or any(b.best for _, b in counted):
            known = published[condition.name].cyclability_above if condition.name in published else None
            fresh = condition.ber_2t2r_estimated
            lines.append(_Line(index, condition.name, endurance, fresh, counted, known))
    if not lines:
        return None

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.set_xscale("log")
        axes.set_yscale("log")
        fresh_at = _x_axis(axes, lines)
        floor = _y_axis(axes, lines)
        for line in lines:
            shift = 1.1 ** (line.index - (len(lines) - 1) / 2)
            _curve(axes, line, fresh_at, floor, shift)
            _counted(axes, line, shift)
        for criterion in sorted({line.endurance.criterion for line in lines}):
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
        _published(axes, lines)
        axes.set_xlabel("programming cycles done before")
        axes.set_ylabel("2T2R bit error rate")
        status = ", ".join(sorted({line.endurance.status for line in lines}))
        axes.set_title(f"ageing law: {status.upper()}", fontsize=10, loc="left")
        legend_below(figure, _legend(lines))

    texts = [f"{line.name} {numbers.cyclability(line.endurance)}" for line in lines]
    alt = "2T2R bit error rate against cycles. Cycles to the criterion: "
    return picture(draw, 4.4, alt + "; ".join(texts) + ".")


def _x_axis(axes: Axes, lines: list[_Line]) -> float:
    """Label the ages that were simulated; return where fresh devices stand, which have no place on a log axis."""
    seen = {point[0] for line in lines for point in (*line.curve, *line.counted)}
    ages = sorted(cycles for cycles in seen if cycles > 0)
    every = [*ages, *(line.published for line in lines if line.published)]
    fresh_at = min(every) / 30
    has_fresh = any(point[0] == 0 for line in lines for point in line.curve)
    ticks = [fresh_at, *ages] if has_fresh else ages
    labels = [_power(age) for age in ages]
    axes.set_xticks(ticks, ["fresh", *labels] if has_fresh else labels)
    axes.minorticks_off()
    axes.set_xlim((fresh_at if has_fresh else min(every)) / 3, max(every) * 4)
    return fresh_at


def _power(age: float) -> str:
    exponent = math.log10(age)
    # beside its decade there is no room for another label
    return f"$10^{{{exponent:.0f}}}$" if math.isclose(exponent, round(exponent), abs_tol=1e-6) else ""


def _y_axis(axes: Axes, lines: list[_Line]) -> float:
    """Set the range, and return its lower edge."""
    rates = [best for line in lines for _, _, best, _ in line.curve]
    rates += [block.best for line in lines for _, block in line.counted if block.best]
    decades = -math.floor(math.log10(max(min([*rates, 1e-2]), _FLOOR)))
    axes.set_ylim(10.0 ** -(decades + 0.5), 1.0)
    return 10.0**-decades


def _published(axes: Axes, lines: list[_Line]) -> None:
    """Draw each published cyclability on the line of its criterion, with an arrow to longer lives."""
    known = [(line, line.published) for line in lines if line.published]
    bottom, top = axes.get_ylim()
    left, right = axes.get_xlim()
    for place, (line, cycles) in enumerate(known):
        # one above the other around the line, as they often agree
        y = line.endurance.criterion * (top / bottom) ** (0.025 * (place - (len(known) - 1) / 2))
        end = min(cycles * (right / left) ** 0.05, right)
        arrow = {"arrowstyle": "->", "color": colour(line.index), "shrinkA": 0}
        axes.plot([cycles], [y], marker="|", color=colour(line.index), markersize=8, markeredgewidth=1.8)
        axes.annotate("", (end, y), (cycles, y), arrowprops=arrow)


def _curve(axes: Axes, line: _Line, fresh_at: float, floor: float, shift: float) -> None:
    points = [((cycles or fresh_at) * shift, best) for cycles, _, best, _ in line.curve]
    if not points:
        return
    paint = colour(line.index)
    for (x, _), (_, low, _, high) in zip(points, line.curve, strict=True):
        if high > floor:
            axes.plot([x, x], [max(low, floor), high], color=paint, linewidth=0.8, alpha=0.6)
    shape = {"marker": marker(line.index), "markerfacecolor": "white", "markersize": 4.5}
    (drawn,) = axes.plot(*zip(*points, strict=True), color=paint, linewidth=1.2, **shape)
    left, right = axes.get_xlim()
    # cut off at the edge, so that what is drawn keeps its true slope
    drawn.set_clip_path(Rectangle((left, floor), right - left, 1.0 - floor, transform=axes.transData))
    below = [x for x, y in points if y < floor]
    axes.plot(
        below, [floor] * len(below), linestyle="", marker="v", color=paint, markerfacecolor="white", zorder=4
    )


def _counted(axes: Axes, line: _Line, shift: float) -> None:
    """Draw counted rates where errors were seen, beside the curve."""
    paint = colour(line.index)
    for cycles, block in line.counted:
        if block.best:
            x = cycles * shift * 1.05
            axes.plot([x, x], [block.low, block.high], color=paint, linewidth=1.8)
            axes.plot([x], [block.best], marker=marker(line.index), color=paint, zorder=5)


def _legend(lines: list[_Line]) -> list[Line2D]:
    def sign(label: str, **looks: Any) -> Line2D:
        line = Line2D([], [], color="black", label=label)
        line.set(**looks)
        return line

    signs = [
        sign(line.name, color=colour(line.index), marker=marker(line.index), linestyle="") for line in lines
    ]
    if any(line.curve for line in lines):
        signs.append(
            sign(
                "rare-event estimates, with interval (▽: below the axis)", marker="o", markerfacecolor="white"
            )
        )
    if any(block.best for line in lines for _, block in line.counted):
        signs.append(sign("counted errors, with interval", marker="o", linewidth=1.8))
    if any(line.published for line in lines):
        signs.append(
            sign("published cyclability, above", marker=r"$|\rightarrow$", markersize=13, linestyle="")
        )
    return signs
