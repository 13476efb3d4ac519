"""Pairs that are written equally: which bits they give, and how often these turn."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from spicekit.block import Share
from spicekit.page import numbers
from spicekit.page.drawing import COLOURS, MARKERS, Plot, legend_below, picture
from spicekit.page.section import Grid, Section
from spicekit.statistics import Statistics
from spicekit.studies.puf.result import Puf, PufState
from spicekit.units import engineering


def section(statistics: Statistics, rows: pd.DataFrame | None) -> Section | None:
    """Return the section, or None if no such pairs were simulated."""
    del rows
    found = statistics.of(Puf)
    if found is None:
        return None
    said = _finding(found)
    return Section(
        title="Keys from pairs that are written equally",
        pictures=(
            (
                _plot(found),
                "Share of pairs whose bit is not that at enrolment, counted, with 95 % intervals; where none is, the "
                "bar ends at the bound.",
            ),
        ),
        sentences=said,
        summary=said[0].lower() + said[1:],
        grid=_grid(found),
        notes=(
            f"{found.method}. {found.status}",
            f"Written by {engineering(found.set_compliance, 'A')} and {found.reset_voltage:g} V for "
            f"{engineering(found.pulse_width, 's')}; baked for {engineering(found.bake_time, 's')} at "
            f"{numbers.celsius(found.bake_temperature)}.",
            "`spicekit entropy puf` draws chips from the law of these pairs, and says what keys they give.",
        ),
    )


def _finding(found: Puf) -> str:
    return "; ".join(_of_state(one) for one in found.states) + "."


def _of_state(one: PufState) -> str:
    if one.undecided >= one.pairs - one.discards:
        return f"{one.state}: none of {one.pairs} pairs is decided within the sense time"
    return (
        f"{one.state}: {_percent(one.ones)} of {one.pairs} pairs read 1, and the bit is another one when read again in "
        f"{numbers.interval(one.reads[0].flips)}"
    )


def _grid(found: Puf) -> Grid:
    rows = []
    for one in found.states:
        rows.append(
            (
                one.state,
                "at enrolment",
                _percent(one.ones),
                "–",
                "–",
                str(one.undecided),
                engineering(one.energy.mean, "J"),
            )
        )
        rows += [
            (
                "", read.name, _percent(read.ones), numbers.interval(read.flips),
                numbers.with_error(read.correlation, ""), str(read.undecided), engineering(read.energy.mean, "J"),
            )
            for read in one.reads
        ]  # fmt: skip
    return Grid(
        ("state", "read", "ones", "bits that turn", "correlation with enrolment", "undecided", "energy"),
        tuple(rows),
    )


def _percent(share: Share) -> str:
    if share.best is None:
        return f"at most {share.high:.0%}"
    return f"{share.best:.0%} ({share.low:.0%} … {share.high:.0%})"


def _plot(found: Puf) -> Plot:
    # what is unwritten is not written once more
    names = list(dict.fromkeys(read.name for one in found.states for read in one.reads))

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        for k, one in enumerate(found.states):
            beside = 0.15 * (k - (len(found.states) - 1) / 2)
            for read in one.reads:
                x = names.index(read.name) + beside
                axes.plot(
                    [x, x], [100 * read.flips.low, 100 * read.flips.high], color=COLOURS[k], linewidth=1
                )
                if read.flips.best is not None:
                    axes.plot(x, 100 * read.flips.best, color=COLOURS[k], marker=MARKERS[k])
        axes.set_xticks(range(len(names)), names)
        axes.set_ylim(bottom=0)
        axes.set_ylabel("bits that turn [%]")
        legend_below(
            figure,
            [
                Line2D([], [], color=COLOURS[k], marker=MARKERS[k], label=one.state)
                for k, one in enumerate(found.states)
            ],
        )

    said = "; ".join(
        f"{one.state}: " + ", ".join(f"{read.name} {numbers.interval(read.flips)}" for read in one.reads)
        for one in found.states
    )
    return picture(draw, 3.2, f"Share of bits that turn by read. {said}.")
