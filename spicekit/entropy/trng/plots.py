"""Pictures of a junction's bits: autocorrelation, bias over cells."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from spicekit.entropy.trng.result import Found
from spicekit.page.drawing import COLOURS, GREY, Plot, colour, legend_below, picture
from spicekit.units import engineering


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
