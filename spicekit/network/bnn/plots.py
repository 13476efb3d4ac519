"""Plots of binarized networks: accuracy against error rate, and where the energy goes."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from spicekit.network.bnn.conditions import Worth
from spicekit.network.bnn.energy import Budget
from spicekit.network.bnn.sweep import Sweep
from spicekit.report.drawing import COLOURS, GREY, Plot, colour, legend_below, marker, picture
from spicekit.report.numbers import scientific
from spicekit.units import engineering

STANDARD, ADAPTED = (1e-4, 1e-3), 4e-2
"""Published tolerances of bit errors: networks trained as usual, and trained with errors (Hirtzlin et al., AICAS 2019;
Querlioz et al., BioCAS 2019)."""
_LEFT = 1e-9  # left edge, if no estimate lies beyond it; ends at zero are drawn there


def accuracy_plot(sweep: Sweep, worths: Sequence[Worth]) -> Plot:
    """Return accuracy against error rate with its band over chips; below it the programming conditions."""

    def draw(figure: Figure) -> None:
        upper, lower = figure.subplots(
            2, sharex=True, gridspec_kw={"height_ratios": [4, 0.5 + 0.35 * len(worths)], "hspace": 0.05}
        )
        _curve(upper, sweep)
        _conditions(lower, worths)
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
    return picture(draw, 4.4 + 0.35 * len(worths), alt)


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


def _conditions(axes: Axes, worths: Sequence[Worth]) -> None:
    rates = [found.cells.rates[end].mean for found in worths for end in ("low", "best", "high")]
    left = min([_LEFT, *(rate for rate in rates if rate > 0)])
    for row, found in enumerate(worths):
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
    axes.set_yticks(range(len(worths)), [found.condition.name for found in worths])
    axes.set_ylim(len(worths) - 0.5, -0.5)
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)


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
