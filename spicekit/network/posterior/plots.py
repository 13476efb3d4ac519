"""Plots of a posterior in the array: ways side by side, calibration, copies, what pairs hold, ageing."""

from collections.abc import Sequence
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from spicekit.network.posterior.judge import Judged
from spicekit.network.posterior.study import ACCURACY, LOSS, Found, counts_up_to, measures
from spicekit.network.posterior.ways import COPIES, DRAWS, ENSEMBLE, POSTERIOR, RELEARNED, SPREADS
from spicekit.page.drawing import GREY, Plot, colour, legend_below, marker, picture, rows_of_conditions

_PANEL = 20  # characters below one of four panels


def ways_plot(found: Found) -> Plot:
    """Return accuracy, log loss and how well strange samples are told, of each way with its interval."""
    kinds = [_told(kind) for kind in found.kinds]
    columns = [(ACCURACY, "accuracy [%]"), (LOSS, "log loss [nat]"), *kinds]

    def draw(figure: Figure) -> None:
        for axes, (key, label) in zip(figure.subplots(1, len(columns), sharey=True), columns, strict=True):
            factor = 100 if key == ACCURACY else 1
            for row, way in enumerate(found.learned.ways):
                one = found.judged[way.name]
                middle, ends = factor * measures(one)[key].mean(), found.mean(key, one)
                reach = [[middle - factor * ends.low], [factor * ends.high - middle]] if ends else 0
                axes.errorbar([middle], [row], xerr=reach, color=colour(row), marker=marker(row), capsize=3)
            axes.set_xlabel(label)
            rows_of_conditions(axes, [way.name for way in found.learned.ways])

    texts = "; ".join(f"{name}: log loss {one.log_loss.mean():.3f}" for name, one in found.judged.items())
    return picture(
        draw, 2.2 + 0.36 * len(found.learned.ways), f"Accuracy, log loss and strange samples by way. {texts}."
    )


def calibration_plot(judged: dict[str, Judged]) -> Plot:
    """Return how often predictions are right against how sure they were."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.plot([0, 1], [0, 1], color=GREY, linewidth=1)
        least = 1.0
        for index, (name, one) in enumerate(judged.items()):
            sure, right, size = np.array(one.calibration).T
            least = min(least, sure.min())
            axes.errorbar(
                sure + 0.003 * (index - len(judged) / 2), right, yerr=np.sqrt(right * (1 - right) / size),
                color=colour(index), marker=marker(index), markersize=5, capsize=2,
                label=f"{name}: {one.calibration_error:.3f}",
            )  # fmt: skip
        axes.set_xlim(least - 0.03, 1.02)
        axes.set_ylim(0, 1.05)
        axes.set_xlabel("probability of the class that is said")
        axes.set_ylabel("share that is right")
        axes.legend(loc="lower right", title="mean distance from the diagonal", fontsize=8.5)

    texts = "; ".join(f"{name} {one.calibration_error:.3f}" for name, one in judged.items())
    return picture(draw, 4.2, f"Calibration; mean distance from the diagonal: {texts}.")


def copies_plot(found: Found) -> Plot:
    """Return log loss and how well strange samples are told, against the number of copies."""

    def draw(figure: Figure) -> None:
        for axes, (key, label) in zip(figure.subplots(1, 2), _columns(found), strict=True):
            for index, (name, each) in enumerate(found.fewer.items()):
                values = [measures(one)[key].mean() for _, one in each]
                axes.plot(
                    [n for n, _ in each], values, color=colour(index), marker=marker(index), label=name,
                )  # fmt: skip
            axes.set_xscale("log", base=2)
            counts = counts_up_to(found.asked.copies)
            axes.set_xticks(counts, [str(n) for n in counts])
            axes.set_xlabel("copies that vote")
            axes.set_ylabel(label)
        _legend(figure, axes)

    return picture(draw, 3.6, "Log loss and strange samples told, against the number of copies.")


def held_plot(found: Found) -> Plot:
    """Return mean and spread of each parameter that pairs of devices hold, within what they can."""
    asked, law = found.asked, found.law
    gap = asked.high - asked.low

    def spread(plus: np.ndarray, minus: np.ndarray) -> np.ndarray:
        return np.hypot(*(law.moments(g)[1] for g in (plus, minus)))

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        apart = np.linspace(0, gap, 200)
        least = spread(asked.low + apart, np.full_like(apart, asked.low))
        most = spread(np.full_like(apart, asked.high), asked.high - apart)
        axes.fill_between(
            apart / gap, least / gap, most / gap, color="#dddddd", label="what a pair of devices can hold"
        )
        names = "a weight into the neurons", "a weight behind them"
        for k, name in enumerate(names):
            mine = asked.net.layer == k
            axes.plot(
                np.abs(found.learned.mean[mine]) / gap, found.learned.std[mine] / gap, marker(k), color=colour(k),
                markersize=4, alpha=0.6, label=name,
            )  # fmt: skip
        axes.set_xlabel("distance of the mean from zero, over the largest weight that the range holds")
        axes.set_ylabel("spread, over the same")
        _legend(figure, axes)

    median = float(np.median(found.learned.std)) / gap
    return picture(
        draw, 3.8, f"Mean and spread of each parameter in a pair of devices; median spread {median:.3f}."
    )


def ageing_plot(found: Found) -> Plot:
    """Return log loss and how well strange samples are told, against age."""
    shown = POSTERIOR, RELEARNED, SPREADS, DRAWS, COPIES, ENSEMBLE
    cycles = np.array([a.cycles for a in found.aged])
    place = np.maximum(cycles, cycles[cycles > 0].min() / 10)  # fresh devices stand a decade to the left

    def draw(figure: Figure) -> None:
        for axes, (key, label) in zip(figure.subplots(1, 2), _columns(found), strict=True):
            for index, name in enumerate(shown):
                values = [measures(a.judged[name])[key].mean() for a in found.aged]
                axes.plot(place, values, color=colour(index), marker=marker(index), markersize=5, label=name)
            axes.set_xscale("log")
            axes.set_xlabel("cycles done before; leftmost: fresh")
            axes.set_ylabel(label)
        _legend(figure, axes)

    texts = "; ".join(f"{a.cycles:g} cycles: {a.judged[POSTERIOR].log_loss.mean():.3f}" for a in found.aged)
    return picture(draw, 3.8, f"Log loss and strange samples told, against age. {POSTERIOR}: {texts}.")


def _columns(found: Found) -> Sequence[tuple[str, str]]:
    return (LOSS, "log loss [nat]"), _told(found.kinds[0])


def _told(kind: str) -> tuple[str, str]:
    """Return the name of the measure of strange samples of a kind, and its label, as narrow as a panel."""
    return f"told_{kind}", f"told from strange:\n{fill(kind, _PANEL)}"


def _legend(figure: Figure, axes: Axes) -> None:
    legend_below(figure, axes.get_legend_handles_labels()[0])
