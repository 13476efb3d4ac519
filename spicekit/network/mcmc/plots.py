"""Plots of learning in the array: methods side by side, posterior, calibration, ageing, energy."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from spicekit.network.bnn.energy import Budget
from spicekit.network.mcmc.ageing import Aged
from spicekit.network.mcmc.diagnose import Diagnosis
from spicekit.network.mcmc.energy import PUBLISHED_ARRAY, PUBLISHED_XEON
from spicekit.network.mcmc.methods import COPIES, Method
from spicekit.page.drawing import (
    COLOURS,
    GREY,
    Plot,
    colour,
    legend_below,
    marker,
    picture,
    rows_of_conditions,
)
from spicekit.page.numbers import scientific
from spicekit.units import engineering

PUBLISHED = {"2020": 0.963, "2021": 0.98}
"""Accuracy on Wisconsin breast cancer in a fabricated array: Dalgaty et al., arXiv 2001.11426 (2020), and a talk on
Nat. Electron. 4, 151 (2021)."""
_PUBLISHED_LINES: tuple[Literal[":"], Literal["--"]] = (":", "--")


def methods_plot(methods: Sequence[Method], published: bool) -> Plot:
    """Return accuracy of each method: every split, mean and its interval."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        rng = np.random.default_rng(0)  # of the jitter
        for row, method in enumerate(methods):
            found = 100 * method.score.of_splits
            axes.plot(
                found,
                row + rng.uniform(-0.22, 0.22, len(found)),
                ".",
                color=colour(row),
                alpha=0.3,
                markersize=5,
            )
            low, high = (100 * end for end in method.score.interval)
            mean = 100 * method.score.mean
            axes.errorbar(
                [mean],
                [row],
                xerr=[[mean - low], [high - mean]],
                color="black",
                marker=marker(row),
                capsize=3,
            )
        handles = [
            Line2D([], [], color=GREY, marker=".", linestyle="", alpha=0.5, label="a split"),
            Line2D([], [], color="black", marker="o", label="mean over splits, 95 % interval"),
        ]
        if published:
            for (year, value), style in zip(PUBLISHED.items(), _PUBLISHED_LINES, strict=True):
                axes.axvline(100 * value, color=COLOURS[2], linestyle=style)
                label = f"published {year}, {100 * value:g} %"
                handles.append(Line2D([], [], color=COLOURS[2], linestyle=style, label=label))
        rows_of_conditions(axes, [m.name for m in methods])
        axes.set_xlabel("accuracy on test samples [%]")
        legend_below(figure, handles)

    texts = "; ".join(f"{m.name}: {m.score.mean:.2%}" for m in methods)
    return picture(draw, 1.6 + 0.42 * len(methods), f"Accuracy by method. {texts}.")


def posterior_plot(diagnoses: dict[str, Diagnosis], draws: np.ndarray) -> Plot:
    """Return posterior means and standard deviations of the arrays against NUTS."""

    def draw(figure: Figure) -> None:
        left, right = figure.subplots(1, 2)
        mean, std = draws.mean(axis=0), draws.std(axis=0)
        for index, found in enumerate(diagnoses.values()):
            kind = {
                "color": colour(index),
                "marker": marker(index),
                "linestyle": "",
                "markersize": 4.5,
                "alpha": 0.8,
            }
            left.plot(mean, found.mean, **kind)
            right.plot(std, found.std, **kind)
        for axes, what in ((left, "mean"), (right, "standard deviation")):
            ends = [min(axes.get_xlim()[0], axes.get_ylim()[0]), max(axes.get_xlim()[1], axes.get_ylim()[1])]
            axes.plot(ends, ends, color=GREY, linewidth=1, zorder=0)
            axes.set_xlabel(f"posterior {what} of a parameter, NUTS")
            axes.set_ylabel(f"{what}, arrays")
        legend_below(
            figure,
            [
                Line2D([], [], color=colour(i), marker=marker(i), linestyle="", label=name)
                for i, name in enumerate(diagnoses)
            ],
        )

    return picture(
        draw, 4.2, "Posterior mean and standard deviation of each parameter in the arrays against NUTS."
    )


def calibration_plot(methods: Sequence[Method]) -> Plot:
    """Return how often class 1 is right against the probability said."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.plot([0, 1], [0, 1], color=GREY, linewidth=1)
        for index, method in enumerate(methods):
            said, seen, size = np.array(method.score.calibration).T
            error = np.sqrt(seen * (1 - seen) / size)
            axes.errorbar(
                said + 0.004 * (index - len(methods) / 2), seen, yerr=error, color=colour(index), marker=marker(index),
                markersize=5, capsize=2, label=f"{method.name}: {method.score.calibration_error:.3f}",
            )  # fmt: skip
        axes.set_xlabel("probability of class 1 said")
        axes.set_ylabel("share of class 1 found")
        axes.legend(loc="upper left", title="mean distance from the diagonal", fontsize=8.5)

    texts = "; ".join(f"{m.name} {m.score.calibration_error:.3f}" for m in methods)
    return picture(draw, 4.2, f"Calibration; mean distance from the diagonal: {texts}.")


def ageing_plot(aged: Sequence[Aged]) -> Plot:
    """Return accuracy against cycles done, above the bit error rate of the same devices as a 2T2R memory."""

    def draw(figure: Figure) -> None:
        upper, lower = figure.subplots(2, sharex=True, gridspec_kw={"height_ratios": [3, 2], "hspace": 0.06})
        cycles = np.array([a.cycles for a in aged])
        place = np.maximum(cycles, cycles[cycles > 0].min() / 10)  # fresh devices stand a decade to the left
        curves = [
            ("learning, exact ratio", [a.scores["exact"] for a in aged]),
            ("learning, shortcut", [a.scores["shortcut"] for a in aged]),
            (
                "logistic regression of software, programmed into all rows",
                [a.programmed[COPIES] for a in aged],
            ),
        ]
        for index, (name, scores) in enumerate(curves):
            mean = 100 * np.array([s.mean for s in scores])
            ends = 100 * np.array([s.interval for s in scores]).T
            upper.errorbar(
                place * (0.95 + 0.1 * index), mean, yerr=np.abs(ends - mean), color=colour(index), marker=marker(index),
                capsize=3, label=name,
            )  # fmt: skip
        upper.set_ylabel("test accuracy [%]")
        upper.legend(loc="lower left")
        known = [(p, a.ber) for p, a in zip(place, aged, strict=True) if a.ber]
        if known:
            seen = [(p, low, best, high) for p, (low, best, high) in known if best is not None]
            x, low, best, high = np.maximum(np.reshape(seen, (-1, 4)), 1e-15).T
            lower.errorbar(
                x, best, yerr=[best - low, high - best], color=colour(3), marker=marker(3), capsize=3
            )
            bounds = [(p, high) for p, (_, best, high) in known if best is None]
            lower.plot(
                *np.reshape(bounds, (-1, 2)).T, color=colour(3), marker="v", linestyle="", fillstyle="none"
            )
            lower.set_yscale("log")
        lower.axhline(1e-2, color=GREY, linestyle=":")
        lower.annotate(
            "1e-2", (place[0], 1e-2), xytext=(0, 3), textcoords="offset points", color=GREY, fontsize=9
        )
        lower.set_ylabel("2T2R bit error rate\n(as a memory)")
        lower.set_xscale("log")
        lower.set_xlabel("cycles that each device has done before; leftmost: fresh")

    texts = "; ".join(
        f"{a.cycles:g} cycles: {a.scores['exact'].mean:.1%}" + (f", BER {_rate(a.ber)}" if a.ber else "")
        for a in aged
    )
    return picture(draw, 5.0, f"Accuracy and bit error rate against age. {texts}.")


def _rate(ber: tuple[float, float | None, float]) -> str:
    return f"< {scientific(ber[2])}" if ber[1] is None else scientific(ber[1])


def energy_plot(budgets: Sequence[Budget]) -> Plot:
    """Return the energy of a training by part, beside what was published."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        names = list(dict.fromkeys(item.name for item in budgets[0].items))
        for row, budget in enumerate(budgets):
            axes.plot([budget.total], [row], marker="|", color="black", markersize=22, markeredgewidth=2)
            axes.annotate(
                engineering(budget.total, "J"), (budget.total, row), va="center", fontsize=9, xytext=(8, 0),
                textcoords="offset points",
            )  # fmt: skip
        for item in budgets[0].items:
            index = names.index(item.name)
            axes.plot(
                [item.energy], [0], marker=marker(index), color=colour(index), markersize=7, linestyle=""
            )
        rows = [b.name for b in budgets]
        for value, name in (
            (PUBLISHED_ARRAY, "published: array, order of"),
            (PUBLISHED_XEON, "published: Xeon"),
        ):
            axes.plot([value], [len(rows)], marker="|", color=COLOURS[2], markersize=22, markeredgewidth=2)
            axes.annotate(
                engineering(value, "J"), (value, len(rows)), va="center", fontsize=9, xytext=(8, 0),
                textcoords="offset points",
            )  # fmt: skip
            rows.append(name)
        axes.set_xscale("log")
        axes.margins(x=0.12)
        rows_of_conditions(axes, rows)
        axes.set_xlabel("energy of one training [J]; the bar is the total")
        handles = [
            Line2D([], [], color=colour(i), marker=marker(i), linestyle="", label=name)
            for i, name in enumerate(names)
        ]
        legend_below(figure, handles)

    texts = "; ".join(f"{b.name}: {engineering(b.total, 'J')}" for b in budgets)
    return picture(draw, 2.6 + 0.42 * len(budgets), f"Energy of one training. {texts}.")
