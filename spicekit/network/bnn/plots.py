"""Plots of binarized networks: accuracy against error rate, and where the energy goes."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from spicekit.network.bnn.conditions import ConditionResult
from spicekit.network.bnn.energy import Budget
from spicekit.network.bnn.sweep import LOSSES, Sweep
from spicekit.page.drawing import COLOURS, GREY, Plot, colour, legend_below, marker, picture
from spicekit.page.numbers import scientific
from spicekit.units import engineering

STANDARD, ADAPTED = (1e-4, 1e-3), 4e-2
"""Published tolerances of bit errors: networks trained as usual, and trained with errors (Hirtzlin et al., AICAS 2019;
Querlioz et al., BioCAS 2019)."""
_LEFT = 1e-9  # left edge, if no estimate lies beyond it; ends at zero are drawn there


def accuracy_plot(sweep: Sweep, conditions: Sequence[ConditionResult]) -> Plot:
    """Return accuracy against error rate with its band over chips; below it the programming conditions."""

    def draw(figure: Figure) -> None:
        upper, zoom, lower = figure.subplots(
            3,
            sharex=True,
            gridspec_kw={"height_ratios": [4, 3, 0.5 + 0.35 * len(conditions)], "hspace": 0.05},
        )
        _curve(upper, sweep)
        _curve(zoom, sweep)
        _first_points(zoom, sweep)
        _conditions(lower, conditions)
        lower.set_xlabel("bit error rate of the weights")
        handles = [
            Line2D([], [], color=COLOURS[0], marker="o", label="mean over chips, with its interval"),
            Patch(color=COLOURS[0], alpha=0.2, linewidth=0, label="90 % of the chips"),
            Line2D([], [], color=GREY, linestyle="--", label="without errors"),
            Patch(color=COLOURS[2], alpha=0.15, linewidth=0, label="published tolerance, usual training"),
            Line2D([], [], color=COLOURS[2], linestyle=":", label="published, training with errors"),
        ]
        legend_below(figure, handles)

    points = "; ".join(
        f"{scientific(r)}: {a.mean:.2%}" for r, a in zip(sweep.rates, sweep.found, strict=True)
    )
    alt = f"Accuracy of {sweep.network} against bit error rate: {points}; without errors {sweep.without_errors:.2%}."
    return picture(draw, 7.0 + 0.35 * len(conditions), alt)


def _first_points(axes: Axes, sweep: Sweep) -> None:
    """Show the first one and a half points of accuracy that are lost, and where a tenth and one of them are."""
    top = 100 * sweep.without_errors
    axes.set_ylim(top - 1.5, top + 0.3)
    axes.set_ylabel("its first points [%]")
    for loss in LOSSES:
        axes.axhline(top - 100 * loss, color=GREY, linestyle=(0, (1, 2)), linewidth=1)
        rate = sweep.rate_at(loss)[1]
        at = "" if rate is None else f" at {scientific(rate)}"
        axes.annotate(
            f"{100 * loss:g} point{'s' if loss < 0.01 else ''} lost{at}", (0.01, top - 100 * loss),
            xycoords=("axes fraction", "data"), xytext=(0, -3), textcoords="offset points", va="top", fontsize=8.5,
        )  # fmt: skip


def _curve(axes: Axes, sweep: Sweep) -> None:
    x = np.array(sweep.rates)
    mean = np.array([100 * a.mean for a in sweep.found])
    ends = 100 * np.array([a.interval for a in sweep.found]).T
    low, high = 100 * np.array([a.band for a in sweep.found]).T
    axes.axvspan(*STANDARD, color=COLOURS[2], alpha=0.15, linewidth=0)
    axes.axvline(ADAPTED, color=COLOURS[2], linestyle=":")
    axes.axhline(100 * sweep.without_errors, color=GREY, linestyle="--", linewidth=1)
    axes.fill_between(x, low, high, color=COLOURS[0], alpha=0.2, linewidth=0)
    axes.errorbar(x, mean, yerr=np.abs(ends - mean), color=COLOURS[0], marker="o", markersize=4, capsize=2)
    axes.set_xscale("log")
    axes.set_ylabel("accuracy [%]")


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


def codes_plot(conditions: Sequence[ConditionResult]) -> Plot:
    """Return accuracy against devices per weight: 2T2R, and 1T1R plain and behind each code, by condition."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        for index, found in enumerate(conditions):
            for cells in (found.cells, *found.others):
                share = 100 * cells.accuracy["best"].mean
                paired = cells is found.cells
                axes.plot(
                    [cells.devices], [share], linestyle="", color=colour(index), markersize=9 if paired else 7,
                    marker="^" if cells.bound else marker(index), markerfacecolor=colour(index) if paired else "none",
                    markeredgewidth=1.5,
                )  # fmt: skip
        for cells in (conditions[0].cells, *conditions[0].others):
            axes.axvline(cells.devices, color="#dddddd", linewidth=0.6, zorder=0)
        axes.set_xlabel("memory devices per weight; filled: 2T2R, open: 1T1R, plain (1) and behind codes")
        axes.set_ylabel("accuracy [%]")
        handles = [
            Line2D([], [], color=colour(i), marker=marker(i), linestyle="", label=found.condition.name)
            for i, found in enumerate(conditions)
        ]
        handles.append(Line2D([], [], color=GREY, marker="^", linestyle="", label="a bound: at least"))
        legend_below(figure, handles)

    texts = "; ".join(
        f"{found.condition.name}, {cells.name}: {'at least ' if cells.bound else ''}"
        f"{cells.accuracy['best'].mean:.2%} with {cells.devices:.3g} devices"
        for found in conditions
        for cells in (found.cells, *found.others)
    )
    return picture(draw, 3.8, f"Accuracy against devices per weight. {texts}.")


def energy_plot(budgets: Sequence[Budget]) -> Plot:
    """Return the energy of one inference by part, on a logarithmic axis."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        names = list(dict.fromkeys(item.name for budget in budgets for item in budget.items))
        for row, budget in enumerate(budgets):
            axes.plot([budget.total], [row], marker="|", color="black", markersize=22, markeredgewidth=2)
            axes.annotate(
                f" {engineering(budget.total, 'J')}", (budget.total, row), va="center", fontsize=9,
                xytext=(6, 0), textcoords="offset points",
            )  # fmt: skip
            for item in budget.items:
                index = names.index(item.name)
                axes.plot([item.energy], [row], marker=marker(index), color=colour(index), markersize=7)
        axes.set_xscale("log")
        axes.margins(x=0.15)
        axes.set_yticks(range(len(budgets)), [budget.name for budget in budgets])
        axes.set_ylim(len(budgets) - 0.5, -0.5)
        axes.grid(visible=False, axis="y")
        axes.set_xlabel("energy of one inference [J]; the bar is the total")
        handles = [
            Line2D([], [], color=colour(i), marker=marker(i), linestyle="", label=name)
            for i, name in enumerate(names)
        ]
        legend_below(figure, handles)

    texts = "; ".join(f"{budget.name}: {engineering(budget.total, 'J')}" for budget in budgets)
    return picture(draw, 1.6 + 0.45 * len(budgets), f"Energy of one inference. {texts}.")
