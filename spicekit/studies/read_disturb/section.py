"""Read disturb: reads by the amplifier and times at a constant voltage until a state has moved by a tenth."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from spicekit.page.drawing import Plot, colour, legend_below, marker, picture
from spicekit.page.numbers import scientific
from spicekit.page.section import Grid, Section
from spicekit.statistics import Statistics
from spicekit.studies.read_disturb.result import DisturbPoint, ReadDisturb
from spicekit.units import engineering

_PLAIN = 1000  # reads, up to which the number is written out
_NAMES = {"lrs": "LRS", "hrs": "HRS"}


def section(statistics: Statistics, _rows: object) -> Section | None:
    """Return the section of the read disturb, or None if there is none."""
    found = statistics.of(ReadDisturb)
    if found is None:
        return None
    caption = (
        "Time at a constant voltage on the device, in the direction of SET, until the resistance has moved by a tenth: "
        "the bar reaches one standard deviation of log10 time to either side, the hollow sign is the weakest device."
    )
    held = [p for p in found.points if p.voltage is not None and p.median]
    devices = sum(p.samples + p.discards for p in found.points)
    return Section(
        title="Read disturb",
        pictures=((_plot(held), caption),) if held else (),
        sentences=_finding(found),
        summary=_summary(found),
        grid=_grid(found),
        notes=(
            f"{found.method}. Programmed with {engineering(found.set_compliance, 'A')}, "
            f"{engineering(found.reset_voltage, 'V')}, {engineering(found.pulse_width, 's')}.",
            f"Discarded: {sum(p.discards for p in found.points)} of {devices} states.",
        ),
    )


def _amount(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    if unit == "s":
        return engineering(value, "s")
    return f"{value:.0f} reads" if value < _PLAIN else f"{scientific(value)} reads"


def _finding(found: ReadDisturb) -> str:
    parts = [
        f"{_NAMES[p.state]} after {_amount(p.median, p.unit)} (median), {_amount(p.minimum, p.unit)} (weakest of "
        f"{p.samples})"
        for p in found.points
        if p.voltage is None
    ]
    return "Read by the sense amplifier, the resistance has moved by a tenth: " + "; ".join(parts) + "."


def _summary(found: ReadDisturb) -> str:
    parts = [
        f"{_NAMES[p.state]} after {_amount(p.median, p.unit)}"
        for p in found.points
        if p.voltage is None and p.median
    ]
    return f"a resistance has moved by a tenth, in the median: {', '.join(parts)}." if parts else ""


def _grid(found: ReadDisturb) -> Grid:
    head = ("read by", "state", "median (σ of log10)", "weakest simulated", "four σ off, extrapolated")
    rows = []
    for p in found.points:
        way = "sense amplifier" if p.voltage is None else f"{engineering(p.voltage, 'V')} on the device"
        spread = "" if p.sigma_log10 is None else f" ({p.sigma_log10:.2f})"
        cells = (
            _amount(p.median, p.unit) + spread,
            _amount(p.minimum, p.unit),
            _amount(p.four_sigma, p.unit),
        )
        rows.append((way, _NAMES[p.state], *cells))
    return Grid(head, tuple(rows))


def _plot(points: list[DisturbPoint]) -> Plot:
    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        for index, state in enumerate(_NAMES):
            _times(axes, [p for p in points if p.state == state], index, 0.004 * (index - 0.5))
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(10, numticks=20))
        axes.yaxis.set_minor_formatter(NullFormatter())
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: engineering(value, "s")))
        axes.set_xlabel("constant voltage on the device [V]")
        axes.set_ylabel("time until moved by a tenth")
        handles = [
            Line2D([], [], color=colour(k), marker=marker(k), label=name)
            for k, name in enumerate(_NAMES.values())
        ]
        legend_below(figure, handles)

    return picture(draw, 3.6, "Time until the resistance has moved by a tenth, against a constant voltage.")


def _times(axes: Axes, points: list[DisturbPoint], index: int, shift: float) -> None:
    x = [(p.voltage or 0.0) + shift for p in points]
    median = [p.median or 0.0 for p in points]
    factor = [10 ** (p.sigma_log10 or 0.0) for p in points]
    down = [m - m / f for m, f in zip(median, factor, strict=True)]
    up = [m * f - m for m, f in zip(median, factor, strict=True)]
    axes.errorbar(
        x, median, (down, up), color=colour(index), marker=marker(index), markersize=5, elinewidth=0.8
    )
    weakest = [p.minimum or float("nan") for p in points]
    axes.plot(
        x, weakest, linestyle="", color=colour(index), marker=marker(index), markersize=5, fillstyle="none"
    )
