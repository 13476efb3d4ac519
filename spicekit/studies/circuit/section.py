"""Your own circuits: how each measurement is distributed, how often the limit is violated, and by which samples."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from spicekit.page import numbers
from spicekit.page.drawing import GREY, Plot, colour, legend_below, picture
from spicekit.page.section import Grid, Section
from spicekit.statistics import Statistics
from spicekit.studies.circuit.estimated import (
    AGREED,
    SENSITIVITIES,
    TRUST,
    beside,
    finding,
    sensitivities,
    ways_to_fail,
)
from spicekit.studies.circuit.over_grid import CAPTION, Somewhere, name_of, over_grid, plot, worst
from spicekit.studies.circuit.result import CircuitPoint, Circuits, Measured
from spicekit.units import engineering

_MOST = 7  # points in one plot, as there are colours
_PANELS = 6
_SAID = 3  # points in words; of more the table says all, and words the worst
_BINS = 30
_DIGITS = 10
_FAR = 20  # standard deviations from the limit, where no sample can be meant to be


def section(statistics: Statistics, rows: pd.DataFrame | None) -> Section | None:
    """Return the section of own circuits, or None if there is none."""
    found = statistics.of(Circuits)
    if found is None or not (found.points or found.estimates):
        return None
    circuits = dict.fromkeys(point.circuit for point in found.points)
    places = over_grid(statistics)
    pictures = []
    for name in circuits:
        mine = [point for point in found.points if point.circuit == name]
        if rows is not None and len(rows):
            pictures.append((_plot(mine, rows), _caption(mine)))
    if any(one.regions for one in found.estimates):
        pictures.append((sensitivities(found.estimates), SENSITIVITIES))
    if rates := plot(places):
        pictures.append((rates, CAPTION))
    discards = sum(p.failed.discards for p in found.points if p.failed)
    samples = sum(p.failed.samples for p in found.points if p.failed)
    lost = (
        f" {discards} of {samples} samples were discarded; the upper end of “failed” counts each as failed."
    )
    return Section(
        title="Your own circuits",
        pictures=tuple(pictures),
        sentences=" ".join(_findings(found)),
        summary="\n".join([_summary(found), *_far(found), *worst(places)]),
        grid=_grid(found, places),
        points=(
            *worst(places),
            *_far(found),
            *_worst(found),
            *(text for one in found.estimates for text in ways_to_fail(one)),
        ),
        notes=(
            *((f"{found.method}.{lost if samples else ''}",) if found.points else ()),
            *_mismatch(found),
            *((TRUST,) if found.estimates else ()),
            "± is one standard error; that of a standard deviation follows from the fourth moment of the samples.",
        ),
    )


def _findings(found: Circuits) -> list[str]:
    """Return a sentence for each point and estimate, or if there are too many to read one on the worst."""
    limited = [point for point in found.points if point.failed]
    if len(limited) > _SAID:
        return [_summary(found), f"All {len(limited)} points stand in the table."]
    return [_finding(point) for point in limited] + [finding(one) for one in found.estimates]


def _caption(points: list[CircuitPoint]) -> str:
    said = f"{points[0].circuit} ({points[0].netlist}): samples of each measurement, in bins."
    if points[0].limit:
        said += f" Dotted: the limit; {points[0].limit} fails."
    return said if len(points) <= _MOST else f"{said} The first {_MOST} of {len(points)} points."


def _finding(point: CircuitPoint) -> str:
    assert point.failed is not None
    return f"{name_of(point)}: {point.limit} in {numbers.interval(point.failed)} of samples."


def _summary(found: Circuits) -> str:
    """Return the surest rate of each point, or if there are too many to read that of the worst."""
    estimates = {one.name: one for one in found.estimates}
    own = [Somewhere("", point, estimates.get(point.name)) for point in found.points]
    limited = [one for one in own if one.rate]
    if not limited:
        agreed = [one for one in found.estimates if one.outcome == AGREED]  # of a run without counts
        if agreed:
            return finding(max(agreed, key=lambda one: one.rate.high))
        return f"{len(found.points)} points of {len({p.circuit for p in found.points})} circuits."
    if len(limited) > _SAID:
        limited = [max(limited, key=lambda one: one.rate.high if one.rate else 0.0)]
    return "\n".join(
        finding(one.estimate) if one.estimate and one.agreed else _finding(one.point) for one in limited
    )


def _grid(found: Circuits, places: dict[str, list[Somewhere]]) -> Grid:
    head = ("measurement", "mean", "standard deviation", "lowest", "median", "highest", "samples")
    estimates = {one.name: one for one in found.estimates}
    own = [Somewhere("", point, estimates.get(point.name)) for point in found.points]
    rows: list[tuple[str, ...]] = []
    for here in (*own, *(one for of in places.values() for one in of)):
        failed = f": failed {numbers.interval(here.point.failed)}" if here.point.failed else ""
        estimated = beside(here.estimate) if here.estimate else ""
        where = f"{here.place}, " if here.place else ""
        rows.append((f"{where}{name_of(here.point)}{failed}{estimated}",))
        for name, one in here.point.measurements.items():
            rows.append((name, *_cells(one)))
    return Grid(head, tuple(rows), folded=bool(places))


def _unit(one: Measured) -> str:
    return "" if one.unit == "1" else one.unit


def _cells(one: Measured) -> tuple[str, ...]:
    unit = _unit(one)
    median = one.quantiles.get("0.5")
    return (
        numbers.estimate(one.mean, unit),
        "–" if one.std is None else numbers.estimate(one.std, unit),
        engineering(one.lowest, unit),
        "–" if median is None else engineering(median, unit),
        engineering(one.highest, unit),
        f"{one.samples}" + (f" + {one.never} never" if one.never else ""),
    )


def _mismatch(found: Circuits) -> Iterator[str]:
    """Yield what is drawn for each circuit, and which transistors are left out."""
    for name, point in {point.circuit: point for point in found.points}.items():
        drawn = (
            "1 standard normal number"
            if point.coordinates == 1
            else f"{point.coordinates} standard normal numbers"
        )
        said = f"{name}: a sample is drawn by {drawn}"
        if point.transistors:
            varied = point.transistors - point.without_mismatch
            of = f" of {point.technology}" if point.technology else ""
            said += f"; {varied} of {point.transistors} transistors{of} have mismatch"
            if point.without_mismatch:
                said += ", the others are alike in all samples, so that failures may be rarer here than in silicon"
        yield f"{said}."


def _far(found: Circuits) -> Iterator[str]:
    """Yield a warning for each limit that no sample comes near, where no estimate found the way there."""
    reached = {one.name for one in found.estimates if one.regions}
    for point in found.points:
        if point.name in reached:  # of what flips no sample need be near
            continue
        of = point.measurements.get(str(point.limit_of))
        if (
            point.failed is None
            or point.failed.errors
            or of is None
            or not of.std
            or not point.worst_distances
        ):
            continue
        nearest, spread = point.worst_distances[0], of.std.value
        if nearest > _FAR * spread > 0:
            yield (
                f"{name_of(point)}: no sample comes near “{point.limit}”: the nearest is "
                f"{engineering(nearest, _unit(of))} away, {nearest / spread:.0f} standard deviations of "
                f"{point.limit_of}. Only a circuit that flips gets there: is the limit what you mean?"
            )


def _worst(found: Circuits) -> Iterator[str]:
    limited = [point for point in found.points if point.worst and point.failed]
    limited.sort(key=lambda point: -point.failed.high if point.failed else 0.0)
    for point in limited[:_SAID]:
        unit = _unit(point.measurements[str(point.limit_of)]) if point.limit_of in point.measurements else ""
        named = ", ".join(
            f"circuit/{point.name}:{number} ({engineering(distance, unit)})"
            for number, distance in zip(point.worst, point.worst_distances, strict=True)
        )
        yield (
            f"Worst samples of {name_of(point)}, with their distance from the limit: {named}. One as a deck that runs "
            "alone: spicekit show RUN SAMPLE --deck."
        )


def _plot(points: list[CircuitPoint], rows: pd.DataFrame) -> Plot:
    names = list(dict.fromkeys(name for point in points for name in point.measurements))[:_PANELS]
    shown = points[:_MOST]

    def draw(figure: Figure) -> None:
        width = min(3, len(names))
        height = -(-len(names) // width)
        axes = np.atleast_1d(figure.subplots(height, width, squeeze=False)).ravel()
        for panel, name in zip(axes, names, strict=False):
            _histogram(panel, name, shown, rows)
        for panel in axes[len(names) :]:
            panel.set_visible(False)
        labels = [point.setting or point.circuit for point in shown]
        legend_below(figure, [Line2D([], [], color=colour(k), label=text) for k, text in enumerate(labels)])

    lines = -(-len(names) // 3)
    words = "; ".join(
        f"{name_of(point)}: {name} {numbers.estimate(one.mean, _unit(one))}"
        for point in shown
        for name, one in point.measurements.items()
    )
    return picture(draw, 0.8 + 2.4 * lines, f"Histograms of measurements. {words}.")


def _histogram(axes: Axes, name: str, points: list[CircuitPoint], rows: pd.DataFrame) -> None:
    values = {}
    for place, point in enumerate(points):
        if name in point.measurements and name in rows:
            mine = rows.loc[(rows["point"] == point.name) & (rows["outcome"] != "discard"), name].to_numpy(
                dtype=float
            )
            values[place] = mine[np.isfinite(mine)]
    whole = np.concatenate([*values.values(), np.empty(0)])
    if not len(whole):
        return
    unit = next(point.measurements[name].unit for point in points if name in point.measurements)
    bins = np.histogram_bin_edges(whole, _BINS)
    for place, mine in values.items():
        axes.hist(mine, bins.tolist(), histtype="step", color=colour(place), linewidth=1.2)
    for point in points[:1]:
        for end in (point.below, point.above):
            if point.limit_of == name and end is not None:
                axes.axvline(end, color=GREY, linestyle=":")
    # labels that differ by less than a percent need more digits, or they would be all the same
    size, span = float(np.abs(whole).max()), float(np.ptp(whole))
    digits = 3 if not span else min(max(3, int(np.ceil(np.log10(size / span))) + 2), _DIGITS)
    axes.xaxis.set_major_formatter(
        FuncFormatter(lambda value, _: engineering(value, "" if unit == "1" else unit, digits))
    )
    axes.xaxis.set_major_locator(MaxNLocator(3))
    axes.set_xlabel(name)
    axes.set_ylabel("samples")
