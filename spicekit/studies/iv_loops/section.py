"""I-V loops of the 1T1R cell under several compliances, and of the cell that is formed."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from spicekit.page.drawing import GREY, Plot, colour, legend_below, picture
from spicekit.page.numbers import mean, plus_minus
from spicekit.page.section import Grid, Section
from spicekit.statistics import Statistics
from spicekit.studies.iv_loops.result import IvLoops
from spicekit.units import engineering

_FLOOR = 1e-10  # A: below, a triangle through zero only shows where it was sampled


def section(statistics: Statistics, rows: pd.DataFrame | None) -> Section | None:
    """Return the section of the loops, or None if there is none."""
    found = statistics.of(IvLoops)
    if found is None or rows is None:
        return None
    caption = (
        "Current against the voltage over cell and access transistor; bold is the nominal cell, faint are cells with "
        "drawn spread. Left: linear. Right: magnitude of the nominal cells, and the loops that form pristine cells in "
        "black."
    )
    cells = sum(p.samples for p in found.points) + found.forming_samples
    lost = sum(p.discards for p in found.points) + found.forming_discards
    return Section(
        title="I–V loops",
        pictures=((_plot(found, rows), caption),),
        sentences=_finding(found),
        summary=_summary(found),
        grid=_grid(found),
        notes=(
            f"{found.method}; {engineering(found.ramp, 's')} from zero to the peak. Mean ± standard deviation.",
            f"Discarded: {lost} of {cells} cells.",
        ),
    )


def _finding(found: IvLoops) -> str:
    last = found.points[-1]
    text = (
        f"Under {engineering(last.compliance, 'A')} the cell is SET at {plus_minus(last.set_voltage, 'V')} and "
        f"RESET at {plus_minus(last.reset_voltage, 'V')}."
    )
    if found.forming_voltage:
        text += f" A pristine cell forms at {plus_minus(found.forming_voltage, 'V')}."
    return text


def _summary(found: IvLoops) -> str:
    last = found.points[-1]
    parts = [f"SET at {mean(last.set_voltage, 'V')}", f"RESET at {mean(last.reset_voltage, 'V')}"]
    if found.forming_voltage:
        parts.append(f"forming at {mean(found.forming_voltage, 'V')}")
    return f"{', '.join(parts)}, in slow ramps under {engineering(last.compliance, 'A')}."


def _grid(found: IvLoops) -> Grid:
    head = ("compliance", "SET voltage", "RESET voltage", "RESET current", "cells")
    rows = [
        (
            engineering(p.compliance, "A"),
            plus_minus(p.set_voltage, "V"),
            plus_minus(p.reset_voltage, "V"),
            plus_minus(p.reset_current, "A"),
            str(p.samples),
        )
        for p in found.points
    ]
    forming = f"{engineering(found.forming_compliance, 'A')}, forming"
    rows.append((forming, plus_minus(found.forming_voltage, "V"), "–", "–", str(found.forming_samples)))
    return Grid(head, tuple(rows))


def _plot(found: IvLoops, rows: pd.DataFrame) -> Plot:
    good = rows[rows["outcome"] != "discard"]

    def draw(figure: Figure) -> None:
        linear, log = figure.subplots(1, 2)
        for index, point in enumerate(found.points):
            mine = good[(good["compliance"] == point.compliance) & (good["point"] != "forming")]
            draw_loops(linear, mine, colour(index), False)
            draw_loops(log, mine[mine["sample"] == 0], colour(index), True)  # more would hide the forming
        draw_loops(log, good[good["point"] == "forming"], "black", True)
        linear.set_ylabel("current [µA]")
        linear.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value * 1e6:g}"))
        log.set_yscale("log")
        log.set_ylabel("magnitude of the current")
        label_current(log.yaxis)
        for axes in (linear, log):
            axes.set_xlabel("voltage over cell and access transistor [V]")
            axes.axvline(0, color=GREY, linewidth=0.6)
        handles = [
            Line2D([], [], color=colour(k), label=f"compliance {engineering(p.compliance, 'A')}")
            for k, p in enumerate(found.points)
        ]
        label = f"forming, {engineering(found.forming_compliance, 'A')}"
        legend_below(figure, [*handles, Line2D([], [], color="black", label=label)])

    return picture(draw, 4.2, "Current-voltage loops. " + _finding(found))


def label_current(axis: Axis) -> None:
    """Let a logarithmic axis say currents with their prefix."""
    axis.set_major_locator(LogLocator(10, numticks=20))
    axis.set_minor_formatter(NullFormatter())
    axis.set_major_formatter(FuncFormatter(lambda value, _: engineering(value, "A")))


def draw_loops(axes: Axes, rows: pd.DataFrame, paint: str, magnitude: bool) -> None:
    """Draw the loops in `rows`: current [A] or its `magnitude` over the voltage [V], the nominal cell in bold."""
    for (sample, _), trace in rows.groupby(["sample", "half"]):
        nominal = sample == 0
        if not nominal:
            trace = trace.iloc[::2]  # a report should stay small
        current = trace["current"].to_numpy()
        if magnitude:
            current = np.where(np.abs(current) > _FLOOR, np.abs(current), np.nan)
        axes.plot(
            trace["voltage"], current, color=paint, linewidth=1.6 if nominal else 0.5,
            alpha=1.0 if nominal else 0.25, zorder=3 if nominal else 2,
        )  # fmt: skip
