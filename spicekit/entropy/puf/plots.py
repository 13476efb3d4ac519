"""Pictures of chips: bit maps, distances, uniformity and aliasing."""

import numpy as np
from matplotlib.figure import Figure

from spicekit.entropy.puf.result import PUBLISHED_ERRORS, PUBLISHED_SPREAD, Found, StateFound
from spicekit.page.drawing import COLOURS, GREY, Plot, colour, legend_below, picture


def maps_plot(found: Found) -> Plot:
    """Return the first chips at enrolment, and where two of them differ."""

    def draw(figure: Figure) -> None:
        maps = [*found.maps, found.maps[0] != found.maps[-1]]
        titles = [
            *(f"chip {k}" for k in range(len(found.maps))),
            f"chip 0 and chip {len(found.maps) - 1} differ",
        ]
        for axes, bits, title in zip(figure.subplots(1, len(maps)), maps, titles, strict=True):
            axes.imshow(bits, cmap="binary", interpolation="nearest", vmin=0, vmax=1)
            axes.set_title(title, fontsize=9)
            axes.set_xticks([])
            axes.set_yticks([])
            axes.grid(visible=False)

    return picture(
        draw,
        2.6,
        f"Bit maps of {len(found.maps)} chips: a column for each amplifier, a row for each word line.",
    )


def distance_plot(one: StateFound) -> Plot:
    """Return histograms of distances: chips against each other, and each against itself."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        bins = np.linspace(0, 100, 201).tolist()
        axes.hist(100 * one.uniqueness, bins, density=True, color=GREY, alpha=0.6, label="two chips")
        for k, read in enumerate(one.reliability):
            axes.hist(100 * read.wrong, bins, density=True, histtype="step", color=colour(k), linewidth=1.4,
                      linestyle="-" if k < len(COLOURS) else ":", label=f"one chip, {read.name}")  # fmt: skip
        axes.axvspan(100 * (PUBLISHED_ERRORS - PUBLISHED_SPREAD), 100 * (PUBLISHED_ERRORS + PUBLISHED_SPREAD),
                     color="#E69F00", alpha=0.25, label="published bit errors")  # fmt: skip
        axes.set_xlabel("bits that differ [%]")
        axes.set_ylabel("density")
        axes.set_xlim(0, 100)
        handles, _ = axes.get_legend_handles_labels()
        legend_below(figure, handles)

    errors = ", ".join(f"{read.name} {read.wrong.mean():.2%}" for read in one.reliability)
    return picture(
        draw,
        3.4,
        f"Two chips differ in {one.uniqueness.mean():.1%} of the bits; a chip from itself: {errors}.",
    )


def shares_plot(found: Found) -> Plot:
    """Return histograms of uniformity over chips and of aliasing over places, for each state."""

    def draw(figure: Figure) -> None:
        for axes, name, what in zip(
            figure.subplots(1, 2), ("uniformity", "aliasing"), ("chip", "place"), strict=True
        ):
            for k, one in enumerate(found.states):
                axes.hist(100 * getattr(one, name), np.linspace(0, 100, 101).tolist(), density=True, histtype="step",
                          color=colour(k), linewidth=1.4, label=one.state.state)  # fmt: skip
            axes.axvline(50, color=GREY, linewidth=0.8, linestyle=(0, (2, 2)))
            axes.set_xlabel(f"ones of a {what} [%]")
            axes.set_ylabel("density")
            axes.legend(fontsize=8.5)

    said = "; ".join(
        f"{one.state.state} {one.uniformity.mean():.1%} ± {one.uniformity.std():.1%}" for one in found.states
    )
    return picture(draw, 3.0, f"Share of ones of a chip: {said}.")
