"""Plots of accuracy against error rate: between errors on both values and on one, and what helps."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from spicekit.network.bnn.conditions import Cells, ConditionResult
from spicekit.network.bnn.sweep import LOSSES, SIDES, Side, Sweep
from spicekit.page.drawing import COLOURS, GREY, Plot, colour, legend_below, marker, picture
from spicekit.page.numbers import scientific

STANDARD, ADAPTED = (1e-4, 1e-3), 4e-2
"""Published tolerances of bit errors: networks trained as usual, and trained with errors (Hirtzlin et al., AICAS 2019;
Querlioz et al., BioCAS 2019)."""
_LEFT = 1e-9  # left edge, if no estimate lies beyond it; ends at zero are drawn there
_PUBLISHED = COLOURS[4]
_LINES: dict[Side, tuple[Literal["-", "--", ":"], str]] = {
    "both": ("-", "o"),
    "plus": ("--", "^"),
    "minus": (":", "v"),
}


def accuracy_plot(sweep: Sweep, conditions: Sequence[ConditionResult]) -> Plot:
    """Return accuracy against error rate, shared out equally and on one value; below it the programming conditions."""

    def draw(figure: Figure) -> None:
        upper, zoom, lower = figure.subplots(
            3,
            sharex=True,
            gridspec_kw={"height_ratios": [4, 3, 0.5 + 0.35 * len(conditions)], "hspace": 0.05},
        )
        for axes, ends in ((upper, [a.interval for a in sweep.found]), (zoom, _loss_ends(sweep))):
            _curves(axes, sweep, ends)
            for row, found in enumerate(conditions):
                for cells in (found.cells, *found.others[:1]):
                    _mark(axes, row, cells, filled=cells is found.cells)
        _first_points(zoom, sweep)
        _conditions(lower, conditions)
        lower.set_xlabel("bit error rate of the weights, mean of +1 and −1")
        handles = [
            Line2D([], [], color="black", linestyle=style, marker=sign, markersize=4, label=f"errors {how}")
            for (side, how), (style, sign) in zip(SIDES.items(), _LINES.values(), strict=True)
            if sweep.curve(side)
        ]
        handles += [
            Patch(color=GREY, alpha=0.15, linewidth=0, label="between them"),
            Line2D([], [], color=GREY, linestyle="-.", label="without errors"),
            Line2D([], [], color=GREY, marker="s", linestyle="", label="simulated 2T2R"),
            Line2D(
                [], [], color=GREY, marker="s", markerfacecolor="none", linestyle="", label="simulated 1T1R"
            ),
            Patch(color=_PUBLISHED, alpha=0.2, linewidth=0, label="published tolerance, usual training"),
            Line2D([], [], color=_PUBLISHED, linestyle=":", label="published, training with errors"),
        ]
        legend_below(figure, handles)

    said = "; ".join(
        f"errors {how}: {_points(sweep, side)}" for side, how in SIDES.items() if sweep.curve(side)
    )
    alt = f"Accuracy of {sweep.network} against bit error rate, {said}; without errors {sweep.without_errors:.2%}."
    return picture(draw, 7.2 + 0.35 * len(conditions), alt)


def remedies_plot(sweep: Sweep, others: Sequence[tuple[str, Sweep]]) -> Plot:
    """Return accuracy against error rate of a network and of others, by name: errors equal, and at their worst."""
    every = [(sweep.network, sweep), *others]

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        for index, (_, one) in enumerate(every):
            paint, x = colour(index), np.array(one.rates)
            mean = [100 * a.mean for a in one.found]
            worst = [100 * one.worst(place).mean for place in range(len(x))]
            axes.plot(x, mean, color=paint, marker=marker(index), markersize=5)
            axes.plot(
                x,
                worst,
                color=paint,
                linestyle="--",
                marker=marker(index),
                markersize=4,
                markerfacecolor="none",
            )
        axes.set_xscale("log")
        axes.set_xlabel("bit error rate of the weights, mean of +1 and −1")
        axes.set_ylabel("accuracy [%]")
        legend_below(
            figure,
            [
                *(
                    Line2D([], [], color=colour(i), marker=marker(i), label=name)
                    for i, (name, _) in enumerate(every)
                ),
                Line2D([], [], color=GREY, label="errors equally on both values"),
                Line2D([], [], color=GREY, linestyle="--", label="all on one value, the worse one"),
            ],
        )

    texts = (
        f"{name}: equally {_points(one, 'both')}; worst "
        + ", ".join(f"{scientific(r)}: {one.worst(i).mean:.2%}" for i, r in enumerate(one.rates))
        for name, one in every
    )
    return picture(draw, 4.0, f"Accuracy against bit error rate. {'. '.join(texts)}.")


def _points(sweep: Sweep, side: Side) -> str:
    pairs = zip(sweep.rates, sweep.curve(side), strict=True)
    return ", ".join(f"{scientific(rate)}: {a.mean:.2%}" for rate, a in pairs if a is not None)


def _loss_ends(sweep: Sweep) -> list[tuple[float, float]]:
    """Return accuracies at the ends of what is lost, which leave out how good the network is itself."""
    return [(sweep.without_errors - a.loss[2], sweep.without_errors - a.loss[0]) for a in sweep.found]


def _curves(axes: Axes, sweep: Sweep, of_mean: list[tuple[float, float]]) -> None:
    x = np.array(sweep.rates)
    axes.axvspan(*STANDARD, color=_PUBLISHED, alpha=0.2, linewidth=0)
    axes.axvline(ADAPTED, color=_PUBLISHED, linestyle=":")
    axes.axhline(100 * sweep.without_errors, color=GREY, linestyle="-.", linewidth=1)
    mean = np.array([100 * a.mean for a in sweep.found])
    ends = 100 * np.array(of_mean).T
    worst = [100 * sweep.worst(place).mean for place in range(len(x))]
    axes.fill_between(x, worst, mean, color=GREY, alpha=0.15, linewidth=0)
    axes.errorbar(x, mean, yerr=np.abs(ends - mean), color="black", marker="o", markersize=4, capsize=2)
    for side in ("plus", "minus"):
        known = [(r, 100 * a.mean) for r, a in zip(x, sweep.curve(side), strict=False) if a is not None]
        style, sign = _LINES[side]
        if known:
            axes.plot(*zip(*known, strict=True), color="black", linestyle=style, marker=sign, markersize=4)
    axes.set_xscale("log")
    axes.set_ylabel("accuracy [%]")


def _mark(axes: Axes, row: int, cells: Cells, filled: bool) -> None:
    """Put a condition's cells where they were simulated; a bound is no place."""
    if not cells.bound:
        axes.plot(
            [max(cells.rates["best"].mean, _LEFT)], [100 * cells.accuracy["best"].mean], marker=marker(row),
            color=colour(row), markerfacecolor=colour(row) if filled else "none", markersize=8, linestyle="", zorder=5,
        )  # fmt: skip


def _first_points(axes: Axes, sweep: Sweep) -> None:
    """Show the first one and a half points of accuracy that are lost, and where a tenth and one of them are."""
    top = 100 * sweep.without_errors
    axes.set_ylim(top - 1.5, top + 0.3)
    axes.set_ylabel("its first points [%]")
    for loss in LOSSES:
        axes.axhline(top - 100 * loss, color=GREY, linestyle=(0, (1, 2)), linewidth=1)
        rates = [scientific(r) for side in SIDES if (r := sweep.rate_at(loss, side)[1]) is not None]
        at = f" at {', '.join(rates)}" if rates else ""
        axes.annotate(
            f"{100 * loss:g} point{'s' if loss < 0.01 else ''} lost{at}", (0.01, top - 100 * loss),
            xycoords=("axes fraction", "data"), xytext=(0, -3), textcoords="offset points", va="top", fontsize=8.5,
        )  # fmt: skip


def _conditions(axes: Axes, conditions: Sequence[ConditionResult]) -> None:
    rates = [found.cells.rates[end].mean for found in conditions for end in ("low", "best", "high")]
    left = min([_LEFT, *(rate for rate in rates if rate > 0)])
    for row, found in enumerate(conditions):
        low, best, high = (max(found.cells.rates[end].mean, left) for end in ("low", "best", "high"))
        axes.plot([low, high], [row, row], color=colour(row), linewidth=2)
        bound = found.cells.rates["best"].bound
        axes.plot(
            [high if bound else best],
            [row],
            marker="<" if bound else marker(row),
            color=colour(row),
            markersize=7,
        )
    axes.set_yticks(range(len(conditions)), [found.condition.name for found in conditions])
    axes.set_ylim(len(conditions) - 0.5, -0.5)
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)
