"""The RESET law: high resistance against RESET voltage, one line per pulse width, and how its spread goes with it."""

import math
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from spicekit.page.drawing import Plot, colour, legend_below, marker, picture
from spicekit.page.section import Grid, Section
from spicekit.statistics import Statistics
from spicekit.studies.reset_law.result import ResetLaw, ResetPoint
from spicekit.units import engineering


def section(statistics: Statistics, _rows: object) -> Section | None:
    """Return the section of the RESET law, or None if there is none."""
    law = statistics.of(ResetLaw)
    if law is None:
        return None
    caption = (
        "Left: median high resistance; the bar reaches one standard deviation of ln R to either side, widths are moved "
        "apart a little. Right: that standard deviation against the median; the bar is one standard error of a normal "
        "law's."
    )
    devices = sum((p.hrs.samples or 0) + p.discards for p in law.points)
    return Section(
        title="High resistance against RESET voltage and width",
        pictures=((_plot(law), caption),),
        sentences=_finding(law),
        summary=_summary(law),
        grid=_grid(law),
        notes=(
            f"{law.method}; SET at {engineering(law.set_compliance, 'A')} for {engineering(law.set_width, 's')}.",
            f"{sum(p.discards for p in law.points)} of {devices} devices were discarded.",
        ),
    )


def _by_width(law: ResetLaw) -> dict[float, list[ResetPoint]]:
    widths: dict[float, list[ResetPoint]] = {}
    for point in law.points:
        widths.setdefault(point.pulse_width, []).append(point)
    return widths


def _finding(law: ResetLaw) -> str:
    parts = []
    for width, points in _by_width(law).items():
        first, last = points[0], points[-1]
        ends = f"{engineering(first.hrs.median, 'Ω')} at {engineering(first.reset_voltage, 'V')}"
        if last is not first:
            ends += f" to {engineering(last.hrs.median, 'Ω')} at {engineering(last.reset_voltage, 'V')}"
        parts.append(f"{ends} for {engineering(width, 's')}")
    return "Median high resistance: " + "; ".join(parts) + "."


def _summary(law: ResetLaw) -> str:
    first, last = min(law.points, key=lambda p: p.hrs.median), max(law.points, key=lambda p: p.hrs.median)
    ends = [f"{engineering(p.hrs.median, 'Ω')} ({engineering(p.reset_voltage, 'V')}, {engineering(p.pulse_width, 's')})"
            for p in (first, last)]  # fmt: skip
    return f"voltage and width of RESET set the high resistance, {ends[0]} to {ends[1]} in the median."


def _grid(law: ResetLaw) -> Grid:
    widths = _by_width(law)
    voltages = sorted({p.reset_voltage for p in law.points})
    found = {(p.pulse_width, p.reset_voltage): p for p in law.points}

    def cell(point: ResetPoint | None) -> str:
        return "–" if point is None else f"{engineering(point.hrs.median, 'Ω')} ({point.hrs.sigma_ln:.2f})"

    head = ("RESET voltage", *(f"{engineering(width, 's')}: median (σ of ln R)" for width in widths))
    rows = tuple((engineering(v, "V"), *(cell(found.get((w, v))) for w in widths)) for v in voltages)
    return Grid(head, rows)


def _plot(law: ResetLaw) -> Plot:
    widths = _by_width(law)

    def draw(figure: Figure) -> None:
        left, right = figure.subplots(1, 2, gridspec_kw={"width_ratios": (1.4, 1)})
        for index, points in enumerate(widths.values()):
            _medians(left, points, index, 0.015 * (index - (len(widths) - 1) / 2))
            _spreads(right, points, index)
        left.set_yscale("log")
        _ohms(left, "y")
        left.set_xlabel("RESET voltage over cell and access transistor [V]")
        left.set_ylabel("high resistance at the verify voltage")
        right.set_xscale("log")
        _ohms(right, "x")
        right.set_ylim(bottom=0)
        right.set_xlabel("median high resistance")
        right.set_ylabel("standard deviation of ln R")
        legend_below(
            figure,
            [
                Line2D([], [], color=colour(k), marker=marker(k), label=f"{engineering(width, 's')} RESET")
                for k, width in enumerate(widths)
            ],
        )

    return picture(draw, 4.2, "High resistance against RESET voltage. " + _finding(law))


def _medians(axes: Axes, points: list[ResetPoint], index: int, shift: float) -> None:
    x = [p.reset_voltage + shift for p in points]
    y = [p.hrs.median for p in points]
    down = [p.hrs.median * -math.expm1(-p.hrs.sigma_ln) for p in points]
    up = [p.hrs.median * math.expm1(p.hrs.sigma_ln) for p in points]
    axes.errorbar(x, y, (down, up), marker=marker(index), markersize=5, color=colour(index), elinewidth=0.8)


def _spreads(axes: Axes, points: list[ResetPoint], index: int) -> None:
    x, y = [p.hrs.median for p in points], [p.hrs.sigma_ln for p in points]
    error = [p.hrs.sigma_ln / math.sqrt(2 * ((p.hrs.samples or 2) - 1)) for p in points]
    axes.errorbar(
        x, y, error, linestyle="", marker=marker(index), markersize=5, color=colour(index), linewidth=0.8
    )


def _ohms(axes: Axes, which: Literal["x", "y"]) -> None:
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_major_locator(LogLocator(10, subs=(1, 2, 5) if which == "y" else (1, 3), numticks=30))
    axis.set_minor_formatter(NullFormatter())
    axis.set_major_formatter(FuncFormatter(lambda value, _: engineering(value, "Ω")))
    axes.tick_params(axis=which, labelsize=8.5)
