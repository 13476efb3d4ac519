"""Pictures of random bits: maps, min-entropy by estimator."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from spicekit.entropy.bits.judge import Judged
from spicekit.page.drawing import Plot, colour, legend_below, marker, picture

_SIDE = 128


def maps_plot(shown: Sequence[Judged]) -> Plot:
    """Return the first bits of streams as squares."""

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


def entropy_plot(streams: Sequence[Judged]) -> Plot:
    """Return the min-entropy of each stream by each estimator."""
    names = [one.stream.name for one in streams]
    estimators = list(streams[0].entropy)

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        places = np.arange(len(names))
        for k, estimator in enumerate(estimators):
            axes.plot([one.entropy[estimator] for one in streams], places + 0.05 * (k - 4.5), linestyle="",
                      marker=marker(k), color=colour(k), markersize=4.5, label=estimator)  # fmt: skip
        axes.set_yticks(places, names)
        axes.set_ylim(len(names) - 0.5, -0.5)
        axes.set_xlim(0, 1.02)
        axes.set_xlabel("min-entropy per bit")
        legend_below(figure, list(axes.get_lines()))

    least = ", ".join(f"{one.stream.name} {one.least[1]:.2f}" for one in streams)
    return picture(
        draw, 0.34 * len(names) + 1.6, f"Min-entropy per bit by ten estimators; the least: {least}."
    )
