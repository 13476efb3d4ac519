"""Random bits of written pairs: how often bits turn from write to write, and how pairs are biased, beside the law."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from spicekit.block import Share
from spicekit.page import numbers
from spicekit.page.drawing import COLOURS, GREY, MARKERS, Plot, legend_below, picture
from spicekit.page.section import Grid, Section
from spicekit.statistics import Statistics
from spicekit.studies.random_writes.law import Law
from spicekit.studies.random_writes.result import RandomState, RandomWrites
from spicekit.units import engineering


def section(statistics: Statistics, rows: pd.DataFrame | None) -> Section | None:
    """Return the section, or None if no such pairs were simulated."""
    del rows
    found = statistics.of(RandomWrites)
    if found is None:
        return None
    said = "; ".join(_of_state(one) for one in found.states) + "."
    return Section(
        title="Random bits of pairs that are written again and again",
        pictures=(
            (
                turns_plot(found),
                "Bits of a pair that differ, against the writes between them: counted, with 95 % intervals, and by the "
                "law. Independent fair bits would differ in one half.",
            ),
            (ones_plot(found), "Pairs by the ones among their bits: counted (bars) and by the law (line)."),
        ),
        sentences=said,
        summary=said,
        grid=_grid(found),
        notes=(
            f"{found.method[:1].upper()}{found.method[1:]}. The law is fitted; the bits that stand beside it are "
            f"counted and no part of the fit. Devices: {found.status}.",
            f"Written by {engineering(found.set_compliance, 'A')} and {found.reset_voltage:g} V for "
            f"{engineering(found.pulse_width, 's')}: {engineering(found.write_time, 's')} in all, SET and RESET of "
            f"both devices. Slow parts are forgotten over {found.slow_cycles:g} writes, as the card says.",
            "Constant: what stays with a pair for ever, devices and amplifier. A pair with much of it reads the same "
            "bit nearly always.",
            "`spicekit entropy trng` makes long streams of the law, whitens and tests them.",
        ),
    )


def law_of(found: RandomWrites, one: RandomState) -> Law:
    """Return the law of pairs in one state."""
    return Law(one.mean, one.constant.best or 0.0, one.slow.best or 0.0, found.slow_cycles)


def percent(share: Share) -> str:
    """Return a share in percent with its interval."""
    if share.best is None:
        return f"at most {share.high:.0%}"
    return f"{share.best:.0%} ({share.low:.0%} … {share.high:.0%})"


def _of_state(one: RandomState) -> str:
    first = one.turns[0]
    return (
        f"{one.state.upper()}: from one write to the next {percent(first.share)} of the bits turn, as "
        f"{percent(one.constant)} of the variance of what the amplifier sees stay with the pair"
    )


def _grid(found: RandomWrites) -> Grid:
    rows: list[tuple[str, ...]] = []
    for one in found.states:
        noise = one.read_noise
        rows += [
            (f"{one.state.upper()}, {one.pairs} pairs",),
            ("ones", percent(one.ones), "–"),
            ("stays with the pair, of the variance", percent(one.constant), "fitted"),
            ("slow part, of the variance", percent(one.slow), "fitted"),
            ("correlation of what is seen with ln of the ratio", numbers.with_error(one.devices, ""), "–"),
            *(
                (
                    f"bits that differ, {lags(turn.least_lag, turn.most_lag)}",
                    percent(turn.share),
                    f"{turn.law:.0%}",
                )
                for turn in one.turns
            ),
            ("ones of pairs agree with the law: p-value", f"{one.agreement:.2g}", "–"),
            ("reads that had not decided", str(one.undecided), "–"),
            ("energy of a read", numbers.plus_minus(one.energy_read, "J"), "–"),
            ("energy of a write", numbers.plus_minus(one.energy_write, "J"), "–"),
        ]
        if noise is not None:
            rows += [
                ("pairs whose bit a trap changes", percent(noise.changing), "–"),
                ("reads of one write that differ, far apart", percent(noise.differing), "–"),
            ]
    return Grid(("", "counted or found (95 %)", "by the law"), tuple(rows))


def lags(least: int, most: int) -> str:
    """Return in words how many writes lie between two bits."""
    if least == most:
        return "next write" if least == 1 else f"{least} writes on"
    return f"{least} to {most} writes on"


def turns_plot(found: RandomWrites) -> Plot:
    """Return how often bits turn against the writes between them."""
    most = max(turn.most_lag for one in found.states for turn in one.turns)

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        lag = np.geomspace(1, most, 200)
        for k, one in enumerate(found.states):
            axes.plot(lag, 100 * law_of(found, one).turns(lag), color=COLOURS[k])
            for turn in one.turns:
                x = np.sqrt(turn.least_lag * turn.most_lag) * 1.06**k
                axes.plot(
                    [x, x], [100 * turn.share.low, 100 * turn.share.high], color=COLOURS[k], linewidth=1
                )
                axes.plot(x, 100 * (turn.share.best or 0), color=COLOURS[k], marker=MARKERS[k], markersize=5)
        axes.axhline(50, color=GREY, linewidth=0.8, linestyle=(0, (2, 2)))
        axes.set_xscale("log")
        axes.set_ylim(0, 55)
        axes.set_xlabel("writes between two bits of a pair")
        axes.set_ylabel("bits that differ [%]")
        legend_below(
            figure,
            [
                Line2D([], [], color=COLOURS[k], marker=MARKERS[k], label=one.state.upper())
                for k, one in enumerate(found.states)
            ],
        )

    said = "; ".join(f"{one.state} " + ", ".join(percent(t.share) for t in one.turns) for one in found.states)
    return picture(draw, 3.2, f"Bits that differ, by writes between them. {said}.")


def ones_plot(found: RandomWrites) -> Plot:
    """Return how many pairs have how many ones, beside the law."""

    def draw(figure: Figure) -> None:
        for k, (axes, one) in enumerate(
            zip(figure.subplots(1, len(found.states), squeeze=False)[0], found.states, strict=True)
        ):
            counted, places = np.array(one.ones_counted), np.arange(len(one.ones_counted))
            axes.bar(places, counted, color=COLOURS[k], alpha=0.5)
            axes.plot(places, counted.sum() * np.array(one.ones_law), color=GREY, marker=".")
            axes.set_xlabel(f"ones among {len(counted) - 1} bits")
            axes.set_ylabel("pairs")
            axes.set_title(one.state.upper(), fontsize=9)

    said = "; ".join(f"{one.state}: {', '.join(map(str, one.ones_counted))}" for one in found.states)
    return picture(draw, 2.8, f"Pairs with 0, 1, 2 … ones. {said}.")
