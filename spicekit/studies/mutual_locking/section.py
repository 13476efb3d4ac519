"""Mutual locking: linewidth and power against the number of oscillators, spectra, and phases that find each other."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, NullFormatter

from spicekit.block import Estimate
from spicekit.page.drawing import GREY, Plot, colour, legend_below, marker, picture
from spicekit.page.numbers import estimate
from spicekit.page.section import Grid, Section
from spicekit.statistics import Statistics
from spicekit.studies.mutual_locking.result import Mutual, MutualPoint
from spicekit.studies.oscillators.result import Oscillator
from spicekit.units import engineering

_SHOWN = 3  # panels of phases: the smallest sets


def section(statistics: Statistics, rows: pd.DataFrame | None) -> Section | None:
    """Return the section of mutual locking, or None if there is none."""
    oscillator = statistics.of(Oscillator)
    found = oscillator and oscillator.mutual
    if not found:
        return None
    against = (
        "Locked sets against the number of oscillators, mean with standard error over sets. Left: linewidth of the "
        "common phase, and of the line on the load where it is resolved. Middle: power into the load. Right: mean "
        "square of the summed amplitudes over that of one oscillator. Dashed: 1/N, and N²."
    )
    pictures = [(_against_number(found), against)]
    if rows is not None and "phase" in rows and (rows["kind"] == "trace").any():  # of the nominal one
        spectra = (
            "Power spectrum on the load, nominal devices, at a resolution of "
            f"{engineering(found.resolution, 'Hz')}."
        )
        traces = (
            "Phases of the nominal set less that of its first oscillator, a line for each: where they stay side by "
            "side, the set is in step. They start anywhere, and the record begins half-way."
        )
        pictures += [(_spectra(rows), spectra), (_phases(rows), traces)]
    lost = sum(p.discards for p in found.points)
    return Section(
        title="Mutual locking",
        pictures=tuple(pictures),
        sentences=_finding(found),
        summary=_summary(found),
        grid=_grid(found),
        notes=(f"{found.method}.", f"Records of {engineering(found.record, 's')}; discarded sets: {lost}."),
    )


def _by_wiring(found: Mutual) -> dict[str, list[MutualPoint]]:
    wirings = dict.fromkeys(p.wiring for p in found.points)
    return {w: sorted((p for p in found.points if p.wiring == w), key=lambda p: p.number) for w in wirings}


def _summary(found: Mutual) -> str:
    parts = []
    for wiring, points in _by_wiring(found).items():
        most = points[-1]
        said = f"{most.number} in {wiring} lock in {most.locked.events} of {most.locked.samples} sets"
        alone = next((p for p in points if p.number == 1), None)
        if alone and most is not alone and alone.linewidth_phase and most.linewidth_phase:
            said += f", with {most.linewidth_phase.value / alone.linewidth_phase.value:.2f} times the linewidth of one"
        parts.append(said)
    return "; ".join(parts) + "."


def _finding(found: Mutual) -> str:
    parts = []
    for wiring, points in _by_wiring(found).items():
        known = {p.number: p for p in points}
        one, two = known.get(1), known.get(2)
        if not (one and two and one.linewidth_phase and two.linewidth_phase and one.power and two.power):
            continue
        total = two.sum_power.value if two.sum_power else float("nan")
        parts.append(
            f"two in {wiring} have {two.linewidth_phase.value / one.linewidth_phase.value:.2f} times the linewidth of "
            f"one, {total:.2f} times the square of its amplitude and {two.power.value / one.power.value:.2f} times the "
            f"power into {engineering(two.load, 'Ω')}"
        )
    text = "; ".join(parts)
    return text[0].upper() + text[1:] + "." if parts else "No pair locked."


def _grid(found: Mutual) -> Grid:
    head = (
        "oscillators",
        "locked sets",
        "linewidth of the phase",
        "of the line",
        "power",
        "summed amplitudes",
        "apart",
    )
    rows = []
    for wiring, points in _by_wiring(found).items():
        for p in points:
            values = ((p.linewidth_phase, "Hz"), (p.linewidth, "Hz"), (p.power, "W"), (p.sum_power, ""))
            cells = ["–" if value is None else estimate(value, unit) for value, unit in values]
            apart = engineering(p.frequency_spread, "Hz")
            rows.append(
                (f"{p.number} in {wiring}", f"{p.locked.events} of {p.locked.samples}", *cells, apart)
            )
    return Grid(head, tuple(rows))


def _against_number(found: Mutual) -> Plot:
    wirings = _by_wiring(found)

    def draw(figure: Figure) -> None:
        width, power, total = figure.subplots(1, 3)
        handles = []
        for k, (wiring, points) in enumerate(wirings.items()):
            _points(width, points, "linewidth_phase", 1e-6, k, "full")
            _points(width, points, "linewidth", 1e-6, k, "none")
            _points(power, points, "power", 1e6, k, "full")
            _points(total, points, "sum_power", 1.0, k, "full")
            shape: dict[str, Any] = {"color": colour(k), "marker": marker(k), "linestyle": ""}
            handles.append(Line2D([], [], label=wiring, **shape))
            handles.append(
                Line2D([], [], label=f"{wiring}, line on the load", markerfacecolor="white", **shape)
            )
        numbers = np.array(sorted({p.number for p in found.points}))
        first = next(
            (p.linewidth_phase for p in found.points if p.number == numbers[0] and p.linewidth_phase), None
        )
        if first is not None:
            width.plot(numbers, 1e-6 * first.value * numbers[0] / numbers, "--", color=GREY, linewidth=1.0)
        total.plot(numbers, numbers**2, "--", color=GREY, linewidth=1.0)
        for axes, label in (
            (width, "linewidth [MHz]"),
            (power, "power into the load [µW]"),
            (total, "(Σ amplitudes)²"),
        ):
            if not _drawn(axes):  # sets that do not lock have neither linewidth nor power
                axes.set_xlim(numbers[0] / 1.1, numbers[-1] * 1.1)
                axes.text(0.5, 0.5, "no set locks", transform=axes.transAxes, ha="center")
            axes.set_xscale("log", base=2)
            axes.set_xticks(numbers, [str(n) for n in numbers])
            axes.xaxis.set_minor_formatter(NullFormatter())
            axes.set_xlabel("oscillators")
            axes.set_ylabel(label)
        for axes in filter(_drawn, (width, total)):
            axes.set_yscale("log", base=2)
            axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.3g}"))
        power.set_ylim(bottom=0)
        legend_below(figure, handles)

    return picture(draw, 3.6, "Linewidth and power against the number of oscillators. " + _finding(found))


def _drawn(axes: Axes) -> bool:
    return any(np.size(line.get_xdata()) for line in axes.get_lines())


def _points(axes: Axes, points: list[MutualPoint], key: str, scale: float, index: int, fill: str) -> None:
    known: list[tuple[int, Estimate]] = [(p.number, e) for p in points if (e := getattr(p, key)) is not None]
    face = colour(index) if fill == "full" else "white"
    # side by side: both wirings often agree
    axes.errorbar(
        [number * (1 + 0.06 * (index - 0.5) - (0.04 if fill == "none" else 0)) for number, _ in known],
        [scale * e.value for _, e in known],
        [scale * (e.error or 0.0) for _, e in known],
        color=colour(index), marker=marker(index), markerfacecolor=face, markersize=6, linestyle="", elinewidth=0.9,
    )  # fmt: skip


def _spectra(rows: pd.DataFrame) -> Plot:
    shown = rows[rows["kind"] == "spectrum"]
    wirings = list(dict.fromkeys(shown["wiring"]))

    def draw(figure: Figure) -> None:
        panels = figure.subplots(1, len(wirings), sharey=True, squeeze=False)[0]
        numbers = sorted(shown["number"].unique())
        for axes, wiring in zip(panels, wirings, strict=True):
            for k, number in enumerate(numbers):
                mine = shown[(shown["wiring"] == wiring) & (shown["number"] == number)]
                axes.plot(
                    1e-6 * mine["spectrum_frequency"],
                    mine["spectrum_density"],
                    color=colour(k),
                    linewidth=1.0,
                )
            axes.set_yscale("log")
            axes.set_title(wiring, fontsize=10)
            axes.set_xlabel("frequency [MHz]")
        panels[0].set_ylabel("power spectral density [W/Hz]")
        legend_below(
            figure, [Line2D([], [], color=colour(k), label=f"N = {n:g}") for k, n in enumerate(numbers)]
        )

    return picture(draw, 3.6, "Spectra of the power on the load for each number of oscillators")


def _phases(rows: pd.DataFrame) -> Plot:
    traces = rows[rows["kind"] == "trace"]
    wiring = traces["wiring"].iloc[0]
    mine = traces[traces["wiring"] == wiring]
    numbers = sorted(mine["number"].unique())[:_SHOWN]

    def draw(figure: Figure) -> None:
        panels = figure.subplots(1, len(numbers), sharey=True, squeeze=False)[0]
        for axes, number in zip(panels, numbers, strict=True):
            for _, one in mine[mine["number"] == number].groupby("oscillator"):
                phase = one["phase"].to_numpy()
                whole = np.round(phase[len(phase) // 2 :].mean() / (2 * np.pi))
                turns = phase / (2 * np.pi) - whole
                axes.plot(1e6 * one["time"], turns, color=colour(0), linewidth=1.0, alpha=0.7)
            axes.set_title(f"{number:g} in {wiring}", fontsize=10)
            axes.set_xlabel("time [µs]")
        panels[0].set_ylabel("phase difference [turns]")

    return picture(draw, 3.2, "Phase differences within a set over time")
