"""Injection locking: Arnold tongues, locking range against drive, and phases over time."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from spicekit.page.drawing import GREY, Plot, colour, legend_below, marker, picture
from spicekit.page.numbers import estimate
from spicekit.page.section import Grid, Section
from spicekit.statistics import Statistics
from spicekit.studies.injection_locking.result import Injection, InjectionPoint
from spicekit.studies.oscillators.result import Oscillator
from spicekit.units import engineering

_WAYS = {
    ("junction", 1): "current, at the frequency",
    ("junction", 2): "current, at twice the frequency",
    ("line", 1): "field line, at the frequency",
}


def section(statistics: Statistics, rows: pd.DataFrame | None) -> Section | None:
    """Return the section of injection locking, or None if there is none."""
    oscillator = statistics.of(Oscillator)
    found = oscillator and oscillator.injection
    if not found:
        return None
    tongues = (
        "Each mark is a drive: its peak current against its frequency, counted from the frequency (or twice that) of "
        "the free oscillator; filled by the share of devices that follow it without a phase slip within "
        f"{engineering(found.record, 's')}. Lines: closed form of the nominal card, full; of an oscillator whose "
        "frequency does not follow its amplitude, dashed."
    )
    ranges = (
        "Locking range against drive: mean over devices by a fit to the beat, with standard error, and how far devices "
        "were seen without a slip; closed forms as above."
    )
    pictures = [(_tongues(found), tongues), (_ranges(found), ranges)]
    if rows is not None and "phase" in rows and (rows["kind"] == "trace").any():  # of the nominal one
        traces = (
            "Phase of the nominal oscillator less that of the strongest drive, from the moment that it is switched on; "
            "the detuning is given in halves of the locking range expected."
        )
        pictures.append((_traces(found, rows), traces))
    lost = sum(p.discards for p in found.points)
    return Section(
        title="Injection locking",
        pictures=tuple(pictures),
        sentences=_finding(found),
        summary=_summary(found),
        grid=_grid(found),
        notes=(f"{found.method}.", f"Bias {engineering(found.current, 'A')}; discarded devices: {lost}."),
    )


def _ways(found: Injection) -> dict[tuple[str, int], list[InjectionPoint]]:
    grouped = {way: [p for p in found.points if (p.through, p.ratio) == way] for way in _WAYS}
    return {way: sorted(points, key=lambda p: p.drive) for way, points in grouped.items() if points}


def _finding(found: Injection) -> str:
    parts = []
    for way, points in _ways(found).items():
        strongest = next((p for p in reversed(points) if p.locking_range), None)
        if strongest is None or strongest.locking_range is None:
            continue
        width = strongest.locking_range.mean
        parts.append(
            f"{_WAYS[way]}: {engineering(strongest.drive, 'A')} lock within {estimate(width, 'Hz')}, "
            f"{width.value / strongest.pure_phase:.1f} times what a pure phase oscillator would"
        )
    text = "; ".join(parts)
    return text[0].upper() + text[1:] + "." if parts else "No locking range lies within the detunings."


def _summary(found: Injection) -> str:
    parts = []
    for way, points in _ways(found).items():
        strongest = next((p for p in reversed(points) if p.locking_range), None)
        if strongest and strongest.locking_range:
            width = engineering(strongest.locking_range.mean.value, "Hz")
            parts.append(f"{_WAYS[way]}: {engineering(strongest.drive, 'A')} locks it over {width}")
    return "; ".join(parts) + "." if parts else "no drive locked it over a range within the detunings."


def _grid(found: Injection) -> Grid:
    head = (
        "drive",
        "locking range",
        "without a slip",
        "closed form",
        "pure phase",
        "coupling",
        "phase of the force",
    )
    rows = []
    for way, points in _ways(found).items():
        for p in points:
            width = "–" if p.locking_range is None else estimate(p.locking_range.mean, "Hz")
            # as coarse as the detunings: devices that agree have no error to show
            counted = "–" if p.counted_range is None else engineering(p.counted_range.mean.value, "Hz")
            coupling = "–" if p.coupling is None else estimate(p.coupling.mean, "Hz/A")
            phase = "–" if p.phase is None else estimate(p.phase.mean, "rad")
            forms = [engineering(p.closed_form, "Hz"), engineering(p.pure_phase, "Hz")]
            rows.append(
                (f"{_WAYS[way]}, {engineering(p.drive, 'A')}", width, counted, *forms, coupling, phase)
            )
    return Grid(head, tuple(rows))


def _tongues(found: Injection) -> Plot:
    ways = _ways(found)

    def draw(figure: Figure) -> None:
        panels = figure.subplots(1, len(ways), squeeze=False)[0]
        for axes, (way, points) in zip(panels, ways.items(), strict=True):
            _tongue(axes, points)
            axes.set_title(_WAYS[way], fontsize=10)
            axes.set_xlabel("detuning [MHz]")
        panels[0].set_ylabel("drive, peak [mA]")
        style: dict[str, Any] = {"marker": "s", "linestyle": "", "markeredgecolor": GREY}
        handles = [
            Line2D([], [], markerfacecolor=colour(0), label="all devices locked", **style),
            Line2D([], [], markerfacecolor="#99c7e0", label="some", **style),
            Line2D([], [], markerfacecolor="white", label="none", **style),
            Line2D([], [], color=colour(1), label="closed form"),
            Line2D([], [], color=colour(1), linestyle="--", label="pure phase oscillator"),
        ]
        legend_below(figure, handles)

    return picture(draw, 3.9, "Arnold tongues. " + _finding(found))


def _tongue(axes: Axes, points: list[InjectionPoint]) -> None:
    for p in points:
        for at in p.detunings:
            share = at.locked.best or 0.0
            face = colour(0) if share == 1 else "#99c7e0" if share else "white"
            axes.plot(1e-6 * at.frequency, 1e3 * p.drive, "s", color=face, markeredgecolor=GREY, markersize=6,
                      markeredgewidth=0.6)  # fmt: skip
    drives = np.array([0.0, *(p.drive for p in points)])
    top = 1.12 * drives[-1]
    for key, line in (("closed_form", "-"), ("pure_phase", "--")):
        edge = 0.5e-6 * getattr(points[-1], key) / points[-1].drive * top
        for sign in (-1, 1):
            axes.plot([0, sign * edge], [0, 1e3 * top], line, color=colour(1), linewidth=1.0)
    axes.set_ylim(0, 1e3 * top)


def _ranges(found: Injection) -> Plot:
    ways = _ways(found)

    def draw(figure: Figure) -> None:
        panels = figure.subplots(1, len(ways), squeeze=False)[0]
        for axes, (way, points) in zip(panels, ways.items(), strict=True):
            for k, key in enumerate(("locking_range", "counted_range")):
                known = [(p.drive, s.mean) for p in points if (s := getattr(p, key)) is not None]
                axes.errorbar(
                    [1e3 * drive for drive, _ in known],
                    [1e-6 * mean.value for _, mean in known],
                    [1e-6 * (mean.error or 0.0) for _, mean in known],
                    color=colour(3 * k), marker=marker(k), markersize=5, linestyle="", elinewidth=0.9,
                )  # fmt: skip
            for key, line in (("closed_form", "-"), ("pure_phase", "--")):
                ends = [0.0, *(getattr(p, key) for p in points)]
                axes.plot([0, *(1e3 * p.drive for p in points)], 1e-6 * np.array(ends), line, color=colour(1))
            axes.set_title(_WAYS[way], fontsize=10)
            axes.set_xlabel("drive, peak [mA]")
            axes.set_ylim(bottom=0)
        panels[0].set_ylabel("locking range [MHz]")
        handles = [
            Line2D([], [], color=colour(0), marker=marker(0), linestyle="", label="from the beat"),
            Line2D([], [], color=colour(3), marker=marker(1), linestyle="", label="without a slip"),
            Line2D([], [], color=colour(1), label="closed form"),
            Line2D([], [], color=colour(1), linestyle="--", label="pure phase oscillator"),
        ]
        legend_below(figure, handles)

    return picture(draw, 3.4, "Locking range against drive. " + _finding(found))


def _traces(found: Injection, rows: pd.DataFrame) -> Plot:
    ways = _ways(found)
    traces = rows[rows["kind"] == "trace"]

    def draw(figure: Figure) -> None:
        panels = figure.subplots(1, len(ways), squeeze=False)[0]
        for axes, (way, points) in zip(panels, ways.items(), strict=True):
            mine = traces[(traces["through"] == way[0]) & (traces["ratio"] == way[1])]
            mine = mine[mine["drive"] == points[-1].drive]
            for k, (offset, trace) in enumerate(mine.groupby("offset")):
                turns = (trace["phase"] / (2 * np.pi)).to_numpy()
                axes.plot(1e6 * trace["time"], turns - turns[0], color=colour(k), label=f"{offset:+.2g}")
            axes.set_title(_WAYS[way], fontsize=10)
            axes.set_xlabel("time [µs]")
            if len(mine):
                axes.legend(title="detuning", fontsize=8, title_fontsize=8)
        panels[0].set_ylabel("phase slipped [turns]")

    return picture(draw, 3.4, "Phase of the oscillator less that of the drive over time")
