"""Switching times against voltage: forming, SET and RESET at each temperature."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from spicekit.page.drawing import Plot, colour, legend_below, marker, picture
from spicekit.page.numbers import celsius, with_error
from spicekit.page.section import Grid, Section
from spicekit.statistics import Statistics
from spicekit.studies.switching_time.result import SwitchingPoint, SwitchingTime
from spicekit.units import engineering

_KINDS = {"forming": "forming", "set": "SET", "reset": "RESET"}


def section(statistics: Statistics, _rows: object) -> Section | None:
    """Return the section of the switching times, or None if there is none."""
    found = statistics.of(SwitchingTime)
    if found is None:
        return None
    caption = (
        "Median time against the voltage on the device; the bar reaches one standard deviation of log10 time to either "
        "side."
    )
    devices = sum(p.samples + p.discards for p in found.points)
    censored, lost = sum(p.censored for p in found.points), sum(p.discards for p in found.points)
    return Section(
        title="Switching time against voltage",
        pictures=((_plot(found), caption),),
        sentences=_finding(found),
        summary=_summary(found),
        grid=_grid(found),
        notes=(
            f"{found.method}.",
            f"{censored} of {devices} devices did not switch within days; discarded: {lost}.",
        ),
    )


def _finding(found: SwitchingTime) -> str:
    parts = [
        f"{_KINDS[law.kind]} at {celsius(law.temperature)}: {with_error(law.decades_per_volt, 'decades per volt')}, "
        f"points within {law.worst_residual:.2g} decades of the line"
        for law in found.laws
    ]
    return ("; ".join(parts) + ".") if parts else "Too few voltages for a law."


def _summary(found: SwitchingTime) -> str:
    if not found.laws:
        return ""
    coldest = min(law.temperature for law in found.laws)
    parts = [f"{_KINDS[law.kind]} by {abs(law.decades_per_volt.value):.2g}" for law in found.laws
             if law.temperature == coldest]  # fmt: skip
    return f"a volt more makes switching faster, {', '.join(parts)} decades, at {celsius(coldest)}."


def _grid(found: SwitchingTime) -> Grid:
    temperatures = sorted({p.temperature for p in found.points})
    known = {(p.kind, p.voltage, p.temperature): p for p in found.points}
    keys = sorted({(list(_KINDS).index(p.kind), p.kind, p.voltage) for p in found.points})
    head = ("voltage on the device", *(f"{celsius(t)}: median (σ of log10)" for t in temperatures))
    rows = tuple(
        (f"{_KINDS[kind]}, {engineering(v, 'V')}", *(_cell(known.get((kind, v, t))) for t in temperatures))
        for _, kind, v in keys
    )
    return Grid(head, rows)


def _cell(point: SwitchingPoint | None) -> str:
    if point is None:
        return "–"
    if point.median is None:
        return "longer than days"
    spread = "" if point.sigma_log10 is None else f" ({point.sigma_log10:.2f})"
    return engineering(point.median, "s") + spread


def _plot(found: SwitchingTime) -> Plot:
    kinds = [kind for kind in _KINDS if any(p.kind == kind for p in found.points)]
    temperatures = sorted({p.temperature for p in found.points})

    def draw(figure: Figure) -> None:
        panels = figure.subplots(1, len(kinds), sharey=True, squeeze=False)[0]
        for axes, kind in zip(panels, kinds, strict=True):
            for index, temperature in enumerate(temperatures):
                mine = [p for p in found.points if (p.kind, p.temperature) == (kind, temperature)]
                _times(axes, [p for p in mine if p.median], index)
            axes.set_title(_KINDS[kind], fontsize=10)
            axes.set_xlabel("voltage on the device [V]")
        panels[0].set_yscale("log")
        panels[0].yaxis.set_major_locator(LogLocator(1000, numticks=20))
        panels[0].yaxis.set_minor_formatter(NullFormatter())
        panels[0].yaxis.set_major_formatter(FuncFormatter(lambda value, _: engineering(value, "s")))
        panels[0].set_ylabel("time to switch")
        handles = [
            Line2D([], [], color=colour(k), marker=marker(k), label=celsius(t))
            for k, t in enumerate(temperatures)
        ]
        legend_below(figure, handles)

    return picture(draw, 4.0, "Switching times. " + _finding(found))


def _times(axes: Axes, points: list[SwitchingPoint], index: int) -> None:
    if not points:
        return
    median = [p.median or 0.0 for p in points]
    factor = [10 ** (p.sigma_log10 or 0.0) for p in points]
    down = [m - m / f for m, f in zip(median, factor, strict=True)]
    up = [m * f - m for m, f in zip(median, factor, strict=True)]
    axes.errorbar(
        [p.voltage for p in points], median, (down, up),
        color=colour(index), marker=marker(index), markersize=5, elinewidth=0.8,
    )  # fmt: skip
