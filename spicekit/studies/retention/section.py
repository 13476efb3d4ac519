"""Retention: both states against time at each temperature, and Arrhenius' law of the time to the criterion."""

from collections.abc import Iterable

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator

from spicekit.page.drawing import Plot, colour, legend_below, marker, picture
from spicekit.page.numbers import celsius, with_error
from spicekit.page.section import Grid, Section
from spicekit.statistics import Statistics
from spicekit.studies.retention.result import Retention, RetentionLife, RetentionPoint, RetentionTail
from spicekit.units import engineering

_HOUR, _YEAR = 3600.0, 365.25 * 86400  # s
_PAIRS = (("0.01", "0.99"), ("0.1", "0.9"))
_NAMES = {"lrs": "LRS", "hrs": "HRS"}


def section(statistics: Statistics, _rows: object) -> Section | None:
    """Return the section of the retention, or None if there is none."""
    found = statistics.of(Retention)
    if found is None:
        return None
    caption = (
        f"Left: median of both states against the time without voltage{_banded(found)}. Right: time until a median has "
        f"changed by a factor of {found.criterion:g}, and Arrhenius' law."
    )
    return Section(
        title="Retention",
        pictures=((_plot(found), caption),),
        sentences=_finding(found),
        summary=_summary(found),
        grid=_grid(found),
        notes=(
            "Median (σ of ln R), and the range from 1 to 99 % where the devices suffice.",
            f"{found.method}. Programmed with {engineering(found.set_compliance, 'A')}, "
            f"{engineering(found.reset_voltage, 'V')}, {engineering(found.pulse_width, 's')}; {found.status}.",
            f"Discarded: {sum(p.discards for p in found.points)} of {sum(map(_values, found.points))} values.",
        ),
    )


def span(time: float) -> str:
    """Return a time [s] in hours or years."""
    if time == 0:
        return "programmed"
    return f"{time / _YEAR:.3g} years" if time >= _YEAR else f"{float(f'{time / _HOUR:.3g}'):,.6g} h"


def _finding(found: Retention) -> str:
    parts = []
    for life in found.lives:
        last = max(p.time for p in found.points if (p.state, p.temperature) == (life.state, life.temperature))
        when = f"after {span(life.time)}" if life.time else f"not within {span(last)}"
        parts.append(f"{_NAMES[life.state]} at {celsius(life.temperature)} {when}")
    text = f"A median has changed by a factor of {found.criterion:g}: " + "; ".join(parts) + "."
    if weak := [_weak(found, life, life.tail) for life in found.lives if life.tail]:
        text += f" The weakest hundredth of the devices, each against itself: {'; '.join(weak)}."
    for law in found.laws:
        text += f" Activation energy of {_NAMES[law.state]}: {with_error(law.activation_energy, 'eV')}."
    return text


def _banded(found: Retention) -> str:
    bands = _bands(found.points)
    if not bands:
        return ""
    said = " and ".join(f"from {float(low):.0%} to {float(high):.0%}" for low, high in bands)
    return f"; bands of the coolest and the hottest bake {said} of the devices"


def _weak(found: Retention, life: RetentionLife, tail: RetentionTail) -> str:
    last = max(p.time for p in found.points if (p.state, p.temperature) == (life.state, life.temperature))
    when = f"after {span(tail.time)}" if tail.time else f"not within {span(last)}"
    return f"{_NAMES[life.state]} at {celsius(life.temperature)} {when}"


def _summary(found: Retention) -> str:
    coldest = min(life.temperature for life in found.lives)
    parts = []
    for life in (life for life in found.lives if life.temperature == coldest):
        last = max(p.time for p in found.points if p.temperature == coldest)
        parts.append(f"{_NAMES[life.state]} after {span(life.time)}" if life.time else
                     f"{_NAMES[life.state]} not within {span(last)}")  # fmt: skip
    return f"at {celsius(coldest)} the median has changed by a factor of {found.criterion:g}: {', '.join(parts)}."


def _grid(found: Retention) -> Grid:
    keys = list(dict.fromkeys((p.temperature, p.state) for p in sorted(found.points, key=_order)))
    known = {(p.temperature, p.state, p.time): p for p in found.points}
    head = (
        "time",
        *(f"{_NAMES[state]}, {celsius(t)}" for t, state in keys if _told(t)),
    )
    rows = tuple(
        (span(time), *(_cell(known.get((*key, time))) for key in keys if _told(key[0])))
        for time in sorted({p.time for p in found.points})
    )
    return Grid(head, rows)


def _values(point: RetentionPoint) -> int:
    return (point.resistance.samples or 0) + point.discards


def _told(temperature: float) -> bool:
    """Hotter ones are there for Arrhenius' law; their numbers are in the statistics."""
    return temperature < 273.15 + 130


def _order(point: RetentionPoint) -> tuple[float, bool, float]:
    return point.temperature, point.state == "hrs", point.time


def _cell(point: RetentionPoint | None) -> str:
    if point is None:
        return "–"
    law = point.resistance
    text = f"{engineering(law.median, 'Ω')} ({law.sigma_ln:.2f})"
    if "0.01" in law.quantiles and "0.99" in law.quantiles:
        text += f", {engineering(law.quantiles['0.01'], 'Ω')} … {engineering(law.quantiles['0.99'], 'Ω')}"
    return text


def _plot(found: Retention) -> Plot:
    temperatures = sorted({p.temperature for p in found.points})

    def draw(figure: Figure) -> None:
        left, right = figure.subplots(1, 2, gridspec_kw={"width_ratios": (1.5, 1)})
        for index, temperature in enumerate(temperatures):
            for state in _NAMES:
                mine = [
                    p for p in found.points if (p.state, p.temperature) == (state, temperature) and p.time
                ]
                _states(left, sorted(mine, key=_order), index, state, index in (0, len(temperatures) - 1))
        _arrhenius(right, found)
        left.set_xscale("log")
        left.set_yscale("log")
        hours = [_HOUR * 10**k for k in range(0, 6)]
        left.set_xticks(hours, [f"{h / _HOUR:,g}" for h in hours])
        left.xaxis.set_minor_locator(NullLocator())
        left.set_xlabel("time without voltage [h]")
        left.set_ylabel("resistance at the verify voltage")
        left.yaxis.set_major_locator(LogLocator(10, subs=(1, 2, 5), numticks=20))
        left.yaxis.set_minor_formatter(NullFormatter())
        left.yaxis.set_major_formatter(FuncFormatter(lambda value, _: engineering(value, "Ω")))
        handles = [
            Line2D([], [], color=colour(k), marker=marker(k), label=celsius(t))
            for k, t in enumerate(temperatures)
        ]
        states = [
            Line2D([], [], color="black", linestyle="-", label="LRS"),
            Line2D([], [], color="black", linestyle="--", label="HRS"),
        ]
        legend_below(figure, [*handles, *states])

    return picture(draw, 4.4, "Resistances against time without voltage. " + _finding(found))


def _states(axes: Axes, points: list[RetentionPoint], index: int, state: str, banded: bool) -> None:
    if not points:
        return
    times, medians = [p.time for p in points], [p.resistance.median for p in points]
    line = "-" if state == "lrs" else "--"
    axes.plot(times, medians, line, color=colour(index), marker=marker(index), markersize=4)
    if banded:
        # the coolest bake shows what programming left, the hottest how far devices drift apart
        for low, high in _bands(points):
            below, above = ([p.resistance.quantiles[q] for p in points] for q in (low, high))
            axes.fill_between(times, below, above, color=colour(index), alpha=0.12, linewidth=0)


def _bands(points: Iterable[RetentionPoint]) -> list[tuple[str, str]]:
    """Return the pairs of quantiles that all points have, the widest first."""
    known = set.intersection(*(set(p.resistance.quantiles) for p in points))
    return [pair for pair in _PAIRS if known.issuperset(pair)]


def _arrhenius(axes: Axes, found: Retention) -> None:
    axes.set_yscale("log")
    for state in _NAMES:
        known = sorted(
            (life.temperature, life.time) for life in found.lives if life.state == state and life.time
        )
        if known:
            x = [1000 / t for t, _ in known]
            line = "-" if state == "lrs" else "--"
            axes.plot(x, [time / _HOUR for _, time in known], line, color="black", marker="o", markersize=4)
    ticks = sorted({life.temperature for life in found.lives if life.time})
    if ticks:
        axes.set_xticks([1000 / t for t in ticks], [f"{t - 273.15:.0f}" for t in ticks])
    axes.set_xlabel("temperature [°C], reciprocal scale")
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    axes.set_ylabel(f"time to a factor of {found.criterion:g} [h]")
