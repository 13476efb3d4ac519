"""Plots of binarized networks: pairs against codes, and where the energy goes."""

from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from spicekit.network.bnn.conditions import Cells, ConditionResult
from spicekit.network.bnn.energy import Budget
from spicekit.network.bnn.result import floored
from spicekit.page.drawing import GREY, Plot, colour, legend_below, marker, picture
from spicekit.units import engineering

_ASIDE = 0.012  # devices: neighbouring conditions are drawn so far apart


def codes_plot(conditions: Sequence[ConditionResult]) -> Plot:
    """Return accuracy against devices per weight: 2T2R, and 1T1R plain and behind each code, by condition."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        for index, found in enumerate(conditions):
            for cells in (found.cells, *found.others):
                at, paired = cells.accuracy["best"], cells is found.cells
                low, high = at.interval
                share = low if cells.bound else at.mean
                reach = None if cells.bound else [[100 * (share - low)], [100 * (high - share)]]
                aside = _ASIDE * (index - (len(conditions) - 1) / 2)  # so that bars do not hide each other
                axes.errorbar(
                    [cells.devices + aside], [100 * share], yerr=reach, linestyle="", color=colour(index), capsize=2,
                    marker="^" if cells.bound else marker(index), markersize=9 if paired else 7,
                    markerfacecolor=colour(index) if paired else "none", markeredgewidth=1.5, elinewidth=0.8,
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
        f"{found.condition.name}, {cells.name}: {_share(cells)} with {cells.devices:.3g} devices"
        for found in conditions
        for cells in (found.cells, *found.others)
    )
    return picture(draw, 3.8, f"Accuracy against devices per weight. {texts}.")


def _share(cells: Cells) -> str:
    at = cells.accuracy["best"]
    low, high = at.interval
    return f"at least {floored(low)}" if cells.bound else f"{at.mean:.2%} ({low:.2%} … {high:.2%})"


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
