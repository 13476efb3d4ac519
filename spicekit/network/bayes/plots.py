"""Pictures of a Bayesian machine: its columns, the posterior over cycles, robustness, accuracy against energy."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from spicekit.network.bayes.energy import stochastic_budget
from spicekit.network.bayes.result import Found
from spicekit.network.bayes.score import Accuracy
from spicekit.network.bayes.stochastic import count_ones, shares_of
from spicekit.network.bayes.tables import log_posterior, scaled
from spicekit.network.bayes.words import linear_words
from spicekit.network.bnn.faults import chip_generator
from spicekit.page.drawing import COLOURS, GREY, MARKERS, Plot, colour, legend_below, marker, picture

_MACHINES = ("stochastic", "logarithmic")


def columns_plot(found: Found) -> Plot:
    """Return the words of the first fold, a panel for each class, with those that one sample picks."""
    task, fold = found.asked.task, found.folds[0]
    entries = scaled(fold.tables, found.asked.machine.scaling)
    shown, sample = min(len(task.classes), 8), _telling(found)
    names = [task.names[k] for k in fold.columns]

    def draw(figure: Figure) -> None:
        panels, shades = np.atleast_1d(figure.subplots(1, shown, sharey=True)), LogNorm(1 / 256, 1)
        for k, axes in enumerate(panels):
            axes.imshow(entries[:, :, k], norm=shades, cmap="viridis", aspect="auto")
            axes.grid(visible=False)
            axes.set_title(task.classes[k], fontsize=9)
            axes.set_xticks([])
            picked = fold.observed[sample]
            axes.plot(picked, np.arange(len(picked)), linestyle="", marker="s", markersize=7, fillstyle="none",
                      color=COLOURS[1], markeredgewidth=1.6)  # fmt: skip
        panels[0].set_yticks(range(len(names)), names, fontsize=8)
        figure.supxlabel("observation", fontsize=9)
        figure.colorbar(
            ScalarMappable(shades, "viridis"), ax=list(panels), label="stored likelihood", shrink=0.9
        )

    return picture(
        draw,
        0.42 * len(names) + 1.1,
        f"Stored likelihoods of {shown} classes, {len(names)} features with {task.bins} observations each; squares "
        "are what one sample picks.",
    )


def _telling(found: Found) -> int:
    """Return a sample of the first fold whose exact posterior is neither clear nor flat."""
    fold = found.folds[0]
    top = np.exp(log_posterior(fold.tables, fold.observed)).max(axis=1)
    return int(np.abs(top - 0.75).argmin())


def posterior_plot(found: Found) -> Plot:
    """Return the shares of the counters over cycles for one sample, beside the exact posterior."""
    task, machine, fold = found.asked.task, found.asked.machine, found.folds[0]
    sample = _telling(found)
    words = linear_words(scaled(fold.tables, machine.scaling), machine.bits)
    generator = chip_generator(found.asked.seed, task.name, 0, "registers")
    observed = fold.observed[sample : sample + 1]
    counts = count_ones(words, observed, machine.cycles, machine.source, generator)
    shares = np.stack([shares_of(counts[..., k])[0] for k in range(machine.cycles)])
    exact = np.exp(log_posterior(fold.tables, observed))[0]
    shown = np.argsort(-exact)[: min(4, len(exact))]

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        cycles = np.arange(1, machine.cycles + 1)
        for k, one in enumerate(shown):
            axes.plot(cycles, shares[:, one], color=colour(k))
            axes.axhline(exact[one], color=colour(k), linestyle=(0, (4, 2)), linewidth=1)
        axes.set_xscale("log")
        axes.set_xlabel("cycles")
        axes.set_ylabel("share of the ones")
        handles = [Line2D([], [], color=colour(k), label=task.classes[one]) for k, one in enumerate(shown)]
        handles.append(Line2D([], [], color=GREY, linestyle=(0, (4, 2)), label="exact posterior"))
        legend_below(figure, handles)

    said = ", ".join(f"{task.classes[k]} {shares[-1, k]:.2f} (exact {exact[k]:.2f})" for k in shown)
    return picture(draw, 3.2, f"Posterior of one sample over cycles. After {machine.cycles} cycles: {said}.")


def cycles_plot(found: Found) -> Plot:
    """Return accuracy against cycles for all kinds of random numbers."""
    curves = {**found.sources, f"as used, scaled by {_other(found)}": found.other_scaling}

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        for k, (_, one) in enumerate(curves.items()):
            cycles, means = zip(*((c, a.mean) for c, a in one.by_cycles), strict=True)
            axes.plot(cycles, 100 * np.array(means), color=colour(k), marker=marker(k), markersize=4)
        _reference(axes, found)
        axes.set_xscale("log")
        axes.set_xlabel("cycles")
        axes.set_ylabel("right [%]")
        handles = [
            Line2D([], [], color=colour(k), marker=marker(k), markersize=4, label=name)
            for k, name in enumerate(curves)
        ]
        legend_below(
            figure, [*handles, Line2D([], [], color="black", linestyle=":", label="exact posterior")]
        )

    said = "; ".join(f"{name}: {one.by_cycles[-1][1].mean:.1%}" for name, one in curves.items())
    return picture(draw, 4.0, f"Accuracy against cycles. At the end, {said}.")


def _other(found: Found) -> str:
    return "table" if found.asked.machine.scaling == "observation" else "observation"


def robustness_plot(found: Found) -> Plot:
    """Return accuracy and calibration error against the bit error rate, with the conditions marked."""

    def draw(figure: Figure) -> None:
        left, right = figure.subplots(1, 2)
        rates = [rate for rate, _ in found.sweep]
        for k, name in enumerate(_MACHINES):
            scores = [getattr(one, name).score for _, one in found.sweep]
            left.plot(rates, [100 * s.accuracy.mean for s in scores], color=colour(k), marker=marker(k))
            bands = np.array([s.accuracy.band for s in scores])
            left.fill_between(rates, *(100 * bands.T), color=colour(k), alpha=0.15, linewidth=0)
            right.plot(rates, [100 * s.calibration_error for s in scores], color=colour(k), marker=marker(k))
        _reference(left, found)
        right.axhline(100 * found.exact.calibration_error, color="black", linestyle=":")
        for axes in (left, right):
            axes.set_xscale("log")
            axes.set_xlabel("bit error rate")
            for one in found.conditions:
                if one.rates.mean > rates[0] / 2:
                    axes.axvline(one.rates.mean, color=GREY, linewidth=0.8, linestyle=(0, (1, 2)))
        left.set_ylabel("right [%]")
        right.set_ylabel("calibration error [points]")
        right.set_ylim(bottom=0)
        _legend(figure)

    said = "; ".join(
        f"at {rate:g} {one.stochastic.score.accuracy.mean:.1%} and {one.logarithmic.score.accuracy.mean:.1%}"
        for rate, one in found.sweep
    )
    return picture(draw, 3.6, f"Accuracy of both machines against the bit error rate: {said}.")


def bits_plot(found: Found) -> Plot:
    """Return accuracy against the bits of a word, and of the supply where a grid tells it."""
    panels = 2 if found.supplies else 1

    def draw(figure: Figure) -> None:
        all_axes = np.atleast_1d(figure.subplots(1, panels))
        for k, name in enumerate(_MACHINES):
            means = [100 * getattr(one, name).score.accuracy.mean for _, one in found.bits]
            all_axes[0].plot([n for n, _ in found.bits], means, color=colour(k), marker=marker(k))
            if found.supplies:
                volts = [one.supply.voltage for one in found.supplies]
                means = [100 * getattr(one.found, name).score.accuracy.mean for one in found.supplies]
                all_axes[1].plot(volts, means, color=colour(k), marker=marker(k))
        all_axes[0].set_xlabel("bits of a word")
        if found.supplies:
            all_axes[1].set_xlabel("supply [V]")
        for axes in all_axes:
            _reference(axes, found)
            axes.set_ylabel("right [%]")
        _legend(figure)

    said = "; ".join(
        f"{n} bits {one.stochastic.score.accuracy.mean:.1%} and {one.logarithmic.score.accuracy.mean:.1%}"
        for n, one in found.bits
    )
    return picture(draw, 3.4, f"Accuracy of both machines against the bits of a word: {said}.")


def energy_plot(found: Found) -> Plot:
    """Return accuracy against the energy of a decision."""
    asked, perfect = found.asked, found.conditions[0].found
    logarithmic, program = found.budgets.logarithmic.total, found.budgets.program.total

    def spent(cycles: float) -> float:
        return stochastic_budget(asked.column, asked.machine, asked.task, cycles).total

    stops = [(spent(s.cycles), s.accuracy) for s in perfect.stochastic.stops]
    fixed = [(spent(cycles), accuracy) for cycles, accuracy in perfect.stochastic.by_cycles]
    alone = [(logarithmic, perfect.logarithmic.score.accuracy)]
    rows: list[tuple[str, list[tuple[float, Accuracy]]]] = [
        ("stochastic, all cycles", fixed),
        ("stochastic, stops at 1 … 16 ones", stops),
        ("logarithmic", alone),
        ("microcontroller, exact", [(program, found.exact.accuracy)]),
    ]

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        for k, (_, points) in enumerate(rows):
            x, y = [e for e, _ in points], [100 * a.mean for _, a in points]
            axes.plot(x, y, color=COLOURS[k], marker=MARKERS[k], linestyle="-" if len(points) > 1 else "")
        axes.set_xscale("log")
        axes.set_xlabel("energy of a decision [J]")
        axes.set_ylabel("right [%]")
        legend_below(
            figure,
            [
                Line2D([], [], color=COLOURS[k], marker=MARKERS[k], label=name)
                for k, (name, _) in enumerate(rows)
            ],
        )

    said = "; ".join(f"{name}: {points[-1][0]:.2g} J, {points[-1][1].mean:.1%}" for name, points in rows)
    return picture(draw, 3.6, f"Accuracy against the energy of a decision. {said}.")


def budget_plot(found: Found) -> Plot:
    """Return the parts of each budget but the microcontroller's."""
    budgets = (found.budgets.stochastic, found.budgets.stopping, found.budgets.logarithmic)
    parts = list(dict.fromkeys(item.name for budget in budgets for item in budget.items))

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        for place, budget in enumerate(budgets):
            left = 0.0
            for item in budget.items:
                share = 100 * item.energy / budget.total
                axes.barh(place, share, left=left, color=COLOURS[parts.index(item.name)], height=0.6)
                left += share
        axes.set_yticks(range(len(budgets)), [budget.name for budget in budgets], fontsize=8)
        axes.invert_yaxis()
        axes.set_xlabel("share of the energy of a decision [%]")
        axes.grid(visible=False, axis="y")
        handles = [
            Line2D([], [], linestyle="", marker="s", color=COLOURS[k], label=part)
            for k, part in enumerate(parts)
        ]
        legend_below(figure, handles)

    said = "; ".join(
        f"{b.name}: {', '.join(f'{i.name} {i.energy / b.total:.0%}' for i in b.items)}" for b in budgets
    )
    return picture(draw, 3.2, f"Parts of the energy of a decision. {said}.")


def _legend(figure: Figure) -> None:
    handles = [
        Line2D([], [], color=colour(k), marker=marker(k), label=name) for k, name in enumerate(_MACHINES)
    ]
    legend_below(figure, [*handles, Line2D([], [], color="black", linestyle=":", label="exact posterior")])


def _reference(axes: Axes, found: Found) -> None:
    axes.axhline(100 * found.exact.accuracy.mean, color="black", linestyle=":", linewidth=1)
