"""The plot the field knows: the error rate of 2T2R against that of 1T1R, beside what codes leave of the latter."""

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from spicekit.page import numbers
from spicekit.page.drawing import GREY, Plot, colour, legend_below, marker, picture
from spicekit.report.pairs import EXTRAPOLATED, Pair
from spicekit.sampling.lognormal import ber_2t2r_of
from spicekit.statistics.codes import CODES

_DASHES = ("-", (0, (6, 2)), "-.", ":")
_LOWEST = 1e-40  # of the axes


def codes_plot(found: list[Pair]) -> Plot:
    """Return the plot of at least one pair."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        xs = [v for p in found for v in (p.single.rate.low, p.single.rate.best, p.single.rate.high) if v]
        ys = [v for p in found for v in (p.double.rate.low, p.double.rate.best, p.double.rate.high) if v]
        left, low = (10.0 ** math.floor(math.log10(max(min(v) / 3, _LOWEST))) for v in (xs, ys))
        right = min(0.5, 10 * max(xs))
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xlim(left, right)
        axes.set_ylim(low / 10, min(1.0, 30 * max(max(ys), right / 30)))
        lines = _lines(axes, np.geomspace(left, right, 200))
        for p in found:
            _mark(axes, p, left, low / 10)
        axes.set_xlabel("bit error rate of 1T1R, same amplifier against a reference")
        axes.set_ylabel("bit error rate of 2T2R, or behind the code")
        legend_below(figure, [*lines, *map(_sign, found)])

    texts = [f"{p.condition.name}: 1T1R {numbers.interval(p.single.rate)} ({p.single.doubt or p.single.how}), 2T2R "
             f"{numbers.interval(p.double.rate)} ({p.double.doubt or p.double.how})" for p in found]  # fmt: skip
    return picture(draw, 5.6, "Bit error rate of 2T2R against that of 1T1R. " + "; ".join(texts) + ".")


def _lines(axes: Axes, p: np.ndarray) -> list[Line2D]:
    (plain,) = axes.plot(p, p, color="#bbbbbb", linewidth=1, label="no code: equal rates")
    (closed,) = axes.plot(p, ber_2t2r_of(p), color="black", linewidth=2, label="2T2R, closed form, equal σ")
    codes = [
        axes.plot(p, code.residual(p), color=GREY, linestyle=dash, linewidth=1.1, label=code.name)[0]
        for code, dash in zip(CODES, _DASHES, strict=True)
    ]
    return [closed, *codes, plain]


def _mark(axes: Axes, p: Pair, left: float, low: float) -> None:
    one, two, paint = p.single.rate, p.double.rate, colour(p.index)
    x, y = max(one.best or one.high, left), max(two.best or two.high, low)
    lines = ("-" if p.single.result else ":", "-" if p.double.result else ":")
    axes.plot([max(one.low, left), one.high], [y, y], color=paint, linestyle=lines[0])
    axes.plot([x, x], [max(two.low, low), two.high], color=paint, linestyle=lines[1])
    face = paint if p.result else "white"
    axes.plot([x], [y], marker=marker(p.index), color=paint, markerfacecolor=face, zorder=5, markersize=7)
    if p.doubt != EXTRAPOLATED:
        paper = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
        axes.annotate(p.doubt, (x, y), (8, -10), textcoords="offset points", fontsize=8, bbox=paper)


def _sign(p: Pair) -> Line2D:
    face, label = (colour(p.index) if p.result else "white"), p.condition.name
    return Line2D(
        [],
        [],
        color=colour(p.index),
        marker=marker(p.index),
        markerfacecolor=face,
        linestyle="",
        label=label if p.result else f"{label} ({p.doubt})",
    )
