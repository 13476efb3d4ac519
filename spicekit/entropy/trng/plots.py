"""Pictures of random bits: maps, autocorrelation, min-entropy by estimator, bias over cells."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from spicekit.entropy.trng.result import Found, Judged
from spicekit.page.drawing import COLOURS, GREY, Plot, colour, legend_below, marker, picture
from spicekit.units import engineering

_SIDE = 128


def maps_plot(found: Found) -> Plot:
    """Return the first bits of some streams as squares."""
    shown = _shown(found)

    def draw(figure: Figure) -> None:
        for axes, one in zip(figure.subplots(1, len(shown)), shown, strict=True):
            side = min(_SIDE, int(len(one.picture) ** 0.5))
            axes.imshow(one.picture[: side**2].reshape(side, side), cmap="binary", interpolation="nearest")
            axes.set_title(one.stream.name, fontsize=9)
            axes.set_xticks([])
            axes.set_yticks([])
            axes.grid(visible=False)

    return picture(
        draw, 2.6, "First bits of " + ", ".join(one.stream.name for one in shown) + ", row after row."
    )


def _shown(found: Found) -> list[Judged]:
    """Return four streams: hasty, as chosen, whitened most, and ideal."""
    junction = [one for one in found.streams if not one.stream.made_up]
    ideal = next(one for one in found.streams if one.stream.made_up)
    return [junction[0], junction[1], junction[-1], ideal]


def interval_plot(found: Found) -> Plot:
    """Return correlation of neighbouring bits and bias of the median cell against the interval."""
    times = np.array([one.interval for one in found.sweep]) * 1e9

    def draw(figure: Figure) -> None:
        left, right = figure.subplots(1, 2)
        left.plot(
            times, [max(one.correlation, 1e-12) for one in found.sweep], color=COLOURS[0], label="closed form"
        )
        for one in found.sweep:
            if one.counted is not None:
                low = max(one.counted.low, 1e-5)
                left.plot([one.interval * 1e9] * 2, [low, max(one.counted.high, low)], color=COLOURS[1])
                left.plot(
                    one.interval * 1e9,
                    max(one.counted.best, 1e-5),
                    color=COLOURS[1],
                    marker="o",
                    markersize=4,
                )
        left.set_yscale("log")
        left.set_ylim(1e-5, 1)
        left.set_ylabel("correlation of neighbouring bits")
        right.plot(times, [100 * one.ones for one in found.sweep], color=COLOURS[0])
        right.axhline(50, color=GREY, linewidth=0.8, linestyle=(0, (2, 2)))
        right.set_ylabel("ones [%]")
        for axes in (left, right):
            axes.set_xscale("log")
            axes.set_xlabel("interval between reads [ns]")
            axes.axvline(found.interval * 1e9, color=GREY, linestyle=(0, (4, 2)), linewidth=1)
        legend_below(
            figure,
            [Line2D([], [], color=COLOURS[0], label="closed form"),
             Line2D([], [], color=COLOURS[1], marker="o", markersize=4, label="bits, 95 %"),
             Line2D([], [], color=GREY, linestyle=(0, (4, 2)), label="chosen interval")],
        )  # fmt: skip

    first, last = found.sweep[0], found.sweep[-1]
    return picture(
        draw, 3.2,
        f"Correlation of neighbouring bits falls from {first.correlation:.2g} at {engineering(first.interval, 's')} to "
        f"{last.correlation:.1g} at {engineering(last.interval, 's')}; ones are {first.ones:.1%} to {last.ones:.1%}.",
    )  # fmt: skip


def cells_plot(found: Found) -> Plot:
    """Return how the share of ones is spread over cells, at each setting."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        low = min(one.cells.ones.min() for one in found.settings)
        high = max(one.cells.ones.max() for one in found.settings)
        bins = np.linspace(100 * low, 100 * high, 61).tolist()
        for k, one in enumerate(found.settings):
            axes.hist(100 * one.cells.ones, bins, histtype="step", color=colour(k), linewidth=1.4,
                      linestyle="-" if k < len(COLOURS) else ":", label=one.setting.name)  # fmt: skip
        axes.axvline(50, color=GREY, linewidth=0.8, linestyle=(0, (2, 2)))
        axes.set_xlabel("ones of a cell [%]")
        axes.set_ylabel("cells")
        axes.legend(fontsize=8.5)

    medians = ", ".join(f"{one.setting.name} {np.median(one.cells.ones):.1%}" for one in found.settings)
    return picture(draw, 3.0, f"Histograms of the share of ones over cells; medians: {medians}.")


def entropy_plot(found: Found) -> Plot:
    """Return the min-entropy of each stream by each estimator."""
    names = [one.stream.name for one in found.streams]
    estimators = list(found.streams[0].entropy)

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        places = np.arange(len(names))
        for k, estimator in enumerate(estimators):
            axes.plot([one.entropy[estimator] for one in found.streams], places + 0.05 * (k - 4.5), linestyle="",
                      marker=marker(k), color=colour(k), markersize=4.5, label=estimator)  # fmt: skip
        axes.set_yticks(places, names)
        axes.set_ylim(len(names) - 0.5, -0.5)
        axes.set_xlim(0, 1.02)
        axes.set_xlabel("min-entropy per bit")
        legend_below(figure, list(axes.get_lines()))

    least = ", ".join(f"{one.stream.name} {one.least[1]:.2f}" for one in found.streams)
    return picture(
        draw, 0.34 * len(names) + 1.6, f"Min-entropy per bit by ten estimators; the least: {least}."
    )
