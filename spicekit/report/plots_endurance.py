"""Bit error rate against cycles done. The plot itself says how sure the ageing law is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from spicekit.report import numbers
from spicekit.report.counts import count_aged
from spicekit.report.drawing import GREY, Plot, colour, legend_below, marker, picture
from spicekit.report.published import Published
from spicekit.statistics import Endurance, Probability, Statistics

_FLOOR = 1e-12  # curves below are drawn at this edge with an open mark: what was counted must stay readable


@dataclass(frozen=True)
class _Line:
    """What is drawn of one condition."""

    index: int
    name: str
    endurance: Endurance
    counted: Sequence[tuple[float, Probability]]  # at each age above zero
    published: float | None  # cycles, a lower bound


def endurance_plot(
    statistics: Statistics, published: dict[str, Published], samples: pd.DataFrame | None
) -> Plot | None:
    """Return the plot, or None if no endurance curve is there; counted rates are added from `samples`."""
    lines = []
    for index, condition in enumerate(statistics.conditions):
        endurance = condition.endurance
        if endurance and any(cycles > 0 and ber > 0 for cycles, ber in endurance.curve):
            confidence = condition.ber_2t2r.confidence if condition.ber_2t2r else 0.95
            counted = [] if samples is None else count_aged(samples, condition.name, confidence)
            known = published.get(condition.name, Published()).cyclability_above
            lines.append(_Line(index, condition.name, endurance, counted, known))
    if not lines:
        return None

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.set_xscale("log")
        axes.set_yscale("log")
        fresh_at = _x_axis(axes, lines)
        floor = _y_axis(axes, lines)
        for line in lines:
            _curve(axes, line, fresh_at, floor)
            _counted(axes, line, 1.35 ** (line.index - (len(lines) - 1) / 2))
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
    ages = sorted({cycles for line in lines for cycles, _ in line.endurance.curve if cycles > 0})
    every = [*ages, *(line.published for line in lines if line.published)]
    fresh_at = min(every) / 30
    has_fresh = any(cycles == 0 for line in lines for cycles, _ in line.endurance.curve)
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
    """Set the range, draw the published bounds in a strip of their own below it, and return its lower edge."""
    rates = [ber for line in lines for _, ber in line.endurance.curve if ber > 0]
    rates += [v for line in lines for _, block in line.counted for v in (block.best, block.high) if v]
    decades = -math.floor(math.log10(max(min([*rates, 1e-2]), _FLOOR)))
    known = [(line.index, line.published) for line in lines if line.published]
    strip = 0.06 * decades * (len(known) + 0.5) if known else 0.5
    axes.set_ylim(10.0 ** -(decades + strip), 1.0)
    left, right = axes.get_xlim()
    for place, (index, cycles) in enumerate(known):
        y = 10.0 ** -(decades + strip * (1 - (place + 0.6) / (len(known) + 0.5)))
        end = min(cycles * (right / left) ** 0.06, right)
        arrow = {"arrowstyle": "->", "color": colour(index), "shrinkA": 0}
        axes.plot([cycles], [y], marker="|", color=colour(index), markersize=8, markeredgewidth=1.8)
        axes.annotate("", (end, y), (cycles, y), arrowprops=arrow)
    return 10.0**-decades


def _curve(axes: Axes, line: _Line, fresh_at: float, floor: float) -> None:
    # a rate of exactly zero is no value: the curve leaves that age out
    points = [(cycles or fresh_at, ber) for cycles, ber in sorted(line.endurance.curve) if ber > 0]
    paint = colour(line.index)
    band = sorted(
        (n or fresh_at, max(low, floor), max(high, floor)) for n, low, high in line.endurance.interval
    )
    if band:
        ages, lows, highs = zip(*band, strict=True)
        axes.fill_between(ages, lows, highs, color=paint, alpha=0.15, linewidth=0)
    (drawn,) = axes.plot(*zip(*points, strict=True), color=paint, linestyle="--")
    left, right = axes.get_xlim()
    # cut off at the edge, so that what is drawn keeps its true slope
    drawn.set_clip_path(Rectangle((left, floor), right - left, 1.0 - floor, transform=axes.transData))
    below = [x for x, y in points if y < floor]
    axes.plot(
        below, [floor] * len(below), linestyle="", marker="v", color=paint, markerfacecolor="white", zorder=4
    )


def _counted(axes: Axes, line: _Line, shift: float) -> None:
    """Draw counted rates, shifted a little in x so that conditions do not hide each other."""
    paint = colour(line.index)
    for cycles, block in line.counted:
        x = cycles * shift
        if block.best is None:
            arrow = {"arrowstyle": "->", "color": paint, "shrinkA": 0, "shrinkB": 0}
            axes.annotate("", (x, block.high / 3), (x, block.high), arrowprops=arrow)
            axes.plot([x], [block.high], marker="_", color=paint, markersize=8, markeredgewidth=1.8)
        else:
            axes.plot([x, x], [block.low, block.high], color=paint)
            axes.plot([x], [block.best], marker=marker(line.index), color=paint)


def _legend(lines: list[_Line]) -> list[Line2D]:
    def sign(label: str, **looks: object) -> Line2D:
        return Line2D([], [], label=label, **{"color": "black", **looks})  # pyright: ignore[reportArgumentType]

    signs = [
        sign(line.name, color=colour(line.index), marker=marker(line.index), linestyle="") for line in lines
    ]
    signs.append(sign("curve of the statistics (▽: lies below)", linestyle="--"))
    if any(line.counted for line in lines):
        signs.append(sign("counted, with interval (bar: bound)", marker="o"))
    if any(line.published for line in lines):
        signs.append(
            sign("published cyclability, above", marker=r"$|\rightarrow$", markersize=13, linestyle="")
        )
    return signs
