"""Own circuits over a grid: how often each fails at every point, and where that is worst."""

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter

from spicekit.block import Probability
from spicekit.page import numbers
from spicekit.page.drawing import Plot, colour, picture, rows_of_conditions
from spicekit.statistics import Statistics
from spicekit.studies.circuit.estimated import AGREED
from spicekit.studies.circuit.result import CircuitEstimate, CircuitPoint, Circuits

CAPTION = (
    "How often each circuit fails at every point of the grid, with intervals: a star is a rare-event estimate that was "
    "agreed on, a dot a count, an arrow the upper end where no failure was seen."
)
_KEY = "circuit"  # in `statistics.json`
_PANELS = 4  # settings that are drawn


@dataclass(frozen=True)
class Somewhere:
    """A circuit at one setting, at one point of the grid."""

    place: str
    point: CircuitPoint
    estimate: CircuitEstimate | None

    @property
    def agreed(self) -> bool:
        """Whether the rate is that of an estimate, which is a result."""
        return self.estimate is not None and self.estimate.outcome == AGREED

    @property
    def rate(self) -> Probability | None:
        """The surest rate: an estimate that is a result, or else the count."""
        return self.estimate.rate if self.estimate and self.agreed else self.point.failed


def over_grid(statistics: Statistics) -> dict[str, list[Somewhere]]:
    """Return each circuit and setting at all points of the grid; empty without a grid."""
    found: dict[str, list[Somewhere]] = {}
    for place in statistics.grid:
        circuits = Circuits.model_validate(place.studies.get(_KEY, {}))
        estimates = {one.name: one for one in circuits.estimates}
        for point in circuits.points:
            here = Somewhere(place.name, point, estimates.get(point.name))
            found.setdefault(name_of(point), []).append(here)
    return found


def worst(found: dict[str, list[Somewhere]]) -> list[str]:
    """Return one sentence for each circuit and setting with a limit: where it fails most often."""
    said = []
    for name, places in found.items():
        rates = [(one.rate, one) for one in places if one.rate is not None]
        if not rates:
            continue
        rate, one = max(rates, key=lambda pair: pair[0].high)
        if not any(rate.best for rate, _ in rates):
            said.append(
                f"{name}: no failure was seen at any of {len(rates)} points of the grid "
                f"({numbers.interval(rate)} at {one.place})."
            )
            continue
        how = "estimated" if one.agreed else "counted"
        said.append(f"{name}: fails most often at {one.place} of the grid, {numbers.interval(rate)}, {how}.")
    return said


def plot(found: dict[str, list[Somewhere]]) -> Plot | None:
    """Return the rates of each circuit side by side, a row for each point; None where nothing has a limit."""
    limited = {name: places for name, places in found.items() if any(one.rate for one in places)}
    shown = dict(list(limited.items())[:_PANELS])
    if not shown:
        return None
    names = list(dict.fromkeys(one.place for places in shown.values() for one in places))

    def draw(figure: Figure) -> None:
        panels = figure.subplots(1, len(shown), sharey=True, squeeze=False)[0]
        for axes, (name, places) in zip(panels, shown.items(), strict=True):
            for one in places:
                if one.rate is None:
                    continue
                y, low, high = names.index(one.place), one.rate.low, one.rate.high
                if one.rate.best:
                    axes.plot([low, high], [y, y], color=colour(0), linewidth=1.8)
                    axes.plot(
                        one.rate.best, y, marker="*" if one.agreed else "o", color=colour(0), markersize=7
                    )
                else:
                    axes.plot(high, y, marker=r"$\leftarrow$", color=colour(0), markersize=10)
            _scale(axes, [end for one in places if one.rate for end in (one.rate.low, one.rate.high) if end])
            axes.set_title(name, fontsize=10)
            axes.set_xlabel("share that fails")
        rows_of_conditions(panels[0], names)

    words = "; ".join(
        f"{name} at {one.place}: {numbers.interval(one.rate)}"
        for name, places in shown.items()
        for one in places
    )
    return picture(draw, 1.2 + 0.24 * len(names), f"Failures at each point of the grid. {words}.")


def _scale(axes: Axes, ends: list[float]) -> None:
    """Take the logarithm where rates span a decade: below it has no labels that can be read."""
    if ends and max(ends) > 10 * min(ends):
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(10, numticks=5))
        axes.xaxis.set_minor_formatter(NullFormatter())
    else:
        axes.xaxis.set_major_locator(MaxNLocator(4))


def name_of(point: CircuitPoint) -> str:
    """Return the circuit with its setting, as it is called everywhere on the page."""
    return f"{point.circuit} at {point.setting}" if point.setting else point.circuit
