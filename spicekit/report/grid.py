"""The same conditions over a grid of corners, temperatures, supplies and values of parameters; the worst of them."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from spicekit.page import numbers
from spicekit.page.drawing import Plot, colour, legend_below, marker, picture
from spicekit.page.section import Fold, Grid, Section
from spicekit.statistics import Condition, GridPoint, Statistics, best_rate
from spicekit.units import engineering, prefix

_ZERO_CELSIUS = 273.15  # K
_MOST_PANELS = 4
_HEAD = (
    "point",
    "2T2R bit error rate",
    "interval",
    "undecided",
    "LRS",
    "HRS",
    "SET + RESET",
    "read delay",
    "read energy",
)


@dataclass(frozen=True)
class _Quantity:
    """What is drawn over the grid: low, best (None: only a bound) and high of a condition; None if not measured."""

    title: str
    value: Callable[[Condition], tuple[float, float | None, float] | None]
    unit: str
    log: bool = False


def grid_section(statistics: Statistics) -> Section | None:
    """Return the section on the grid; None without one, and where only the memory device changes."""
    points = [point for point in statistics.grid if point.conditions]
    if not points or (points[0].memory and set(_axes_of(points)) <= {"process"} and not _corners(points)):
        return None
    names = [c.name for c in points[0].conditions]
    pictures = [
        [
            (plot, _caption(name, quantity))
            for quantity in _QUANTITIES
            if (plot := _plot(points, name, quantity))
        ]
        for name in names
    ]
    folds = [Fold(f"Condition {name}", tuple(own)) for name, own in zip(names, pictures, strict=True) if own]
    worst = [text for name in names if (text := _worst(points, name))]
    rows: list[tuple[str, ...]] = []
    for name in names:
        rows += [(name,), *(_row(point, name) for point in points)]
    return Section(
        title="Corners, temperatures, supplies",
        pictures=folds[0].pictures if folds else (),
        sentences=f"The same devices at {len(points)} points of the grid: differences are not chance of the draw.",
        points=tuple(worst),
        grid=Grid(_HEAD, tuple(rows), folded=len(rows) > 12),
        notes=(
            "Samples have the same deviations of devices and transistors at every point, so differences between points "
            "are known better than the intervals of single ones say. Worst is the highest upper end of an error "
            "rate, and the highest mean of a delay or an energy.",
        ),
        summary=worst[0] if worst else "",
        folds=tuple(folds[1:]),
    )


def worst_lines(statistics: Statistics) -> list[str]:
    """Return one sentence per condition on where it is worst, for a terminal."""
    points = [point for point in statistics.grid if point.conditions]
    names = [c.name for c in points[0].conditions] if points else []
    return [text for name in names if (text := _worst(points, name))]


def _condition(point: GridPoint, name: str) -> Condition | None:
    return next((c for c in point.conditions if c.name == name), None)


def _row(point: GridPoint, name: str) -> tuple[str, ...]:
    c = _condition(point, name)
    if c is None:
        return (point.name, *["–"] * (len(_HEAD) - 1))
    rate = best_rate(c, "2t2r")
    cells = (
        numbers.surest(rate),
        numbers.surest_interval(rate),
        str(c.undecided) if c.undecided else "–",
        engineering(c.lrs.median, "Ω") if c.lrs else "–",
        engineering(c.hrs.median, "Ω") if c.hrs else "–",
        numbers.mean(c.energy_pair, "J"),
        numbers.mean(c.read_delay, "s"),
        numbers.mean(c.energy_read, "J"),
    )
    return (point.name, *("–" if cell == "not measured" else cell for cell in cells))


def _worst(points: Sequence[GridPoint], name: str) -> str:
    """Return where a condition is worst, in each of what is drawn."""
    said = []
    for quantity in _QUANTITIES:
        found = [
            (value, point.name)
            for point in points
            if (c := _condition(point, name)) and (value := quantity.value(c)) is not None
        ]
        if not found:
            continue
        (low, best, high), place = max(found, key=lambda one: one[0][2])
        if quantity.log:
            bound = all(value[1] is None for value, _ in found)
            if bound:
                said.append(f"no error was seen at any point ({numbers.at_most(high)} at {place})")
                continue
            shown = (
                f"{numbers.scientific(best)}, up to {numbers.scientific(high)}"
                if best
                else numbers.at_most(high)
            )
            said.append(f"most errors at {place} ({shown})")
        else:
            said.append(f"{quantity.title} at most {engineering(best or low, quantity.unit)}, at {place}")
    undecided = {
        point.name: c.undecided for point in points if (c := _condition(point, name)) and c.undecided
    }
    if undecided:
        most = max(undecided, key=lambda place: undecided[place] or 0)
        others = f", and fewer at {len(undecided) - 1} other points" if len(undecided) > 1 else ""
        said.append(
            f"amplifiers stay undecided in {undecided[most]} reads at {most}{others}, which have no delay"
        )
    return f"{name}: {'; '.join(said)}." if said else ""


def _rate(c: Condition) -> tuple[float, float | None, float] | None:
    known = best_rate(c, "2t2r")
    if known is None or not known.result:
        return None
    return known.rate.low, known.rate.best or None, known.rate.high


def _mean(key: str) -> Callable[[Condition], tuple[float, float | None, float] | None]:
    def value(c: Condition) -> tuple[float, float | None, float] | None:
        block = getattr(c, key)
        if block is None:
            return None
        samples = (c.ber_2t2r.samples - c.ber_2t2r.discards) if c.ber_2t2r else 1
        wide = 2 * block.std / math.sqrt(max(samples, 1))
        return block.mean - wide, block.mean, block.mean + wide

    return value


_QUANTITIES = (
    _Quantity("2T2R bit error rate", _rate, "", log=True),
    _Quantity("read delay", _mean("read_delay"), "s"),
    _Quantity("read energy", _mean("energy_read"), "J"),
)


def _caption(name: str, quantity: _Quantity) -> str:
    bars = "its interval" if quantity.log else "two standard errors of the mean"
    bound = "; an arrow: upper end where no error was seen" if quantity.log else ""
    return f"Condition {name}: {quantity.title} at every point, with {bars}{bound}."


def _axes_of(points: Sequence[GridPoint]) -> dict[str, list[float | str]]:
    """Return what the points differ in, with its values: the numbers first, the one with most values in front."""
    found: dict[str, list[float | str]] = {}
    for point in points:
        for key, value in _settings(point).items():
            known = found.setdefault(key, [])
            if value not in known:
                known.append(value)
    varied = {key: values for key, values in found.items() if len(values) > 1}
    return dict(sorted(varied.items(), key=lambda item: (item[0] == "process", -len(item[1]))))


def _corners(points: Sequence[GridPoint]) -> bool:
    return len({point.process for point in points}) > 1


def _settings(point: GridPoint) -> dict[str, float | str]:
    return {
        "temperature [°C]": round(point.temperature - _ZERO_CELSIUS, 6),
        "supply [V]": point.supply,
        **point.parameters,
        "process": ", ".join(name for name in (point.memory, point.process) if name),
    }


def _plot(points: Sequence[GridPoint], name: str, quantity: _Quantity) -> Plot | None:
    """Return lines over the first number that differs, a colour per process, panels for a second number."""
    values = [
        (_settings(point), value)
        for point in points
        if (c := _condition(point, name)) and (value := quantity.value(c)) is not None
    ]
    varied = _axes_of(points)
    across = next((key for key in varied if key != "process"), None)
    if across is None or len(values) < 2:
        return None
    others = [key for key in varied if key not in (across, "process")]
    panels = sorted({tuple(settings.get(key, "") for key in others) for settings, _ in values}, key=str)
    if len(panels) > _MOST_PANELS:
        panels = []
    processes = sorted({str(settings["process"]) for settings, _ in values})
    span = [float(settings[across]) for settings, _ in values]
    apart = 0.008 * (max(span) - min(span))  # so that lines of one value stay to be seen
    scale = 1.0 if quantity.log else prefix(max(value[2] for _, value in values))[1]
    unit = engineering(scale, quantity.unit).partition(" ")[2] if quantity.unit else ""

    def draw(figure: Figure) -> None:
        wanted = panels or [None]
        axes = figure.subplots(1, len(wanted), sharey=True, squeeze=False)[0]
        for place, panel in zip(axes, wanted, strict=True):
            for index, process in enumerate(processes):
                mine = [
                    (
                        float(settings[across]) + apart * index,
                        low / scale,
                        best and best / scale,
                        high / scale,
                    )
                    for settings, (low, best, high) in values
                    if settings["process"] == process
                    and (panel is None or tuple(settings.get(key, "") for key in others) == panel)
                ]
                _line(place, sorted(mine, key=lambda one: one[0]), index, connect=panel is not None)
            if quantity.log:
                place.set_yscale("log")
            place.set_xlabel(across)
            if panel:
                said = (_named(key, value) for key, value in zip(others, panel, strict=True))
                place.set_title(", ".join(said), fontsize=10)
        axes[0].set_ylabel(f"{quantity.title} [{unit}]" if unit else quantity.title)
        signs = [
            Line2D([], [], label=process, color=colour(k), marker=marker(k), linestyle="-")
            for k, process in enumerate(processes)
        ]
        legend_below(figure, signs)

    said = "; ".join(
        f"{point.name} {_words(value, quantity)}"
        for point in points
        if (c := _condition(point, name)) and (value := quantity.value(c)) is not None
    )
    return picture(draw, 3.6, f"{quantity.title} of condition {name} at each point: {said}.")


def _named(axis: str, value: float | str) -> str:
    """Return a setting in words, such as ``supply 1.2 V``."""
    name, _, unit = axis.rstrip("]").partition(" [")
    return f"{name} {value:g} {unit}".rstrip() if isinstance(value, float) else f"{name} {value}"


def _words(value: tuple[float, float | None, float], quantity: _Quantity) -> str:
    low, best, high = value
    if quantity.log:
        return numbers.at_most(high) if best is None else numbers.scientific(best)
    return engineering(best or low, quantity.unit)


def _line(
    axes: Axes, rows: list[tuple[float, float, float | None, float]], index: int, connect: bool
) -> None:
    paint, sign = colour(index), marker(index)
    seen = [(x, low, best, high) for x, low, best, high in rows if best is not None]
    if seen:
        x, low, best, high = zip(*seen, strict=True)
        below = [b - a for a, b in zip(low, best, strict=True)]
        above = [b - a for a, b in zip(best, high, strict=True)]
        line = "-" if connect else ""
        axes.errorbar(
            x, best, yerr=[below, above], color=paint, marker=sign, linestyle=line, capsize=3, markersize=5
        )
    bounds = [(x, high) for x, _, best, high in rows if best is None]
    if bounds:
        axes.plot(*zip(*bounds, strict=True), color=paint, marker=r"$\downarrow$", markersize=9, linestyle="")
