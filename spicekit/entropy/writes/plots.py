"""Pictures of bits of written pairs: bias over pairs, correlation of reads of one write."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from spicekit.entropy.writes.result import Found
from spicekit.page.drawing import COLOURS, GREY, Plot, colour, legend_below, picture


def pairs_plot(found: Found) -> Plot:
    """Return how the share of ones is spread over pairs: at each setting by the law, and as counted."""
    first = found.settings[0].setting.state

    def draw(figure: Figure) -> None:
        left, right = figure.subplots(1, 2)
        shares = 100 * np.arange(len(first.ones_counted)) / (len(first.ones_counted) - 1)
        whole = np.cumsum(first.ones_counted) / sum(first.ones_counted)
        left.plot(shares, 100 * whole, color=COLOURS[1], drawstyle="steps-post", label="counted in ngspice")
        left.plot(
            shares, 100 * np.cumsum(first.ones_law), color=COLOURS[0], drawstyle="steps-post", label="law"
        )
        left.set_xlabel(f"ones among {len(first.ones_counted) - 1} writes, at most [%]")
        left.set_ylabel("pairs [%]")
        left.legend(fontsize=8.5)
        place = 100 * (np.arange(len(found.settings[0].ones)) + 0.5) / len(found.settings[0].ones)
        for k, one in enumerate(found.settings):
            right.plot(
                place, 100 * np.sort(one.ones), color=colour(k), linestyle="-" if k < len(COLOURS) else ":"
            )
        right.axhline(50, color=GREY, linewidth=0.8, linestyle=(0, (2, 2)))
        right.set_xlabel("pairs, sorted [%]")
        right.set_ylabel("ones over many writes [%]")
        legend_below(
            figure, [Line2D([], [], color=colour(k), linestyle="-" if k < len(COLOURS) else ":", label=one.setting.name)
                     for k, one in enumerate(found.settings)],
        )  # fmt: skip

    within = ", ".join(f"{one.setting.name} {one.balanced[2].best:.1%}" for one in found.settings)
    return picture(draw, 3.4, f"Share of ones over pairs; pairs within 45 to 55 % ones: {within}.")


def reads_plot(found: Found) -> Plot:
    """Return the correlation of reads of one write against the time between them, in relaxation times."""
    times = [one.interval for one in found.sweep]

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.plot(times, [max(one.correlation, 1e-12) for one in found.sweep], color=COLOURS[0])
        axes.plot(times, [max(one.pooled, 1e-12) for one in found.sweep], color=COLOURS[2], linestyle="--")
        for one in found.sweep:
            if one.counted is not None:
                low, high = max(one.counted.low, 1e-5), max(one.counted.high, 1e-5)
                axes.plot([one.interval] * 2, [low, high], color=COLOURS[1])
                axes.plot(
                    one.interval, max(one.counted.best, 1e-5), color=COLOURS[1], marker="o", markersize=4
                )
        axes.axvline(found.interval, color=GREY, linestyle=(0, (4, 2)), linewidth=1)
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_ylim(1e-5, 1.5)
        axes.set_xlabel("time between two reads [relaxation times of the median trap]")
        axes.set_ylabel("correlation of two reads")
        legend_below(
            figure,
            [Line2D([], [], color=COLOURS[0], label="median traps, closed form"),
             Line2D([], [], color=COLOURS[1], marker="o", markersize=4, label="their bits, 95 %"),
             Line2D([], [], color=COLOURS[2], linestyle="--", label="all traps of all pairs"),
             Line2D([], [], color=GREY, linestyle=(0, (4, 2)), label="chosen interval")],
        )  # fmt: skip

    return picture(
        draw,
        3.2,
        f"Correlation of two reads of one write; {found.interval:.2g} relaxation times leave one in a thousand.",
    )
