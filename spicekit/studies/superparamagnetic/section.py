"""Superparamagnetic switching: rates against bias, a stretch of a trace, and how long the dwells last."""

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from spicekit.block import Estimate
from spicekit.page.drawing import GREY, Plot, colour, legend_below, marker, picture
from spicekit.page.numbers import scientific
from spicekit.page.section import Grid, Section
from spicekit.statistics import Statistics
from spicekit.studies.superparamagnetic.result import Superparamagnetic
from spicekit.units import engineering

_NAMES = ("parallel", "antiparallel")
_SHOWN = 40  # mean dwells of the trace


def section(statistics: Statistics, rows: pd.DataFrame | None) -> Section | None:
    """Return the section of the telegraph switching, or None if there is none."""
    found = statistics.of(Superparamagnetic)
    if found is None or rows is None:
        return None
    rates = (
        "Left: rate of leaving either state against the voltage on the junction in that state; geometric mean over "
        "devices with its standard error, and the fitted law. Right: share of the time in the antiparallel state, and "
        "the sigmoid of that law."
    )
    at = engineering(_middle(found), "V")
    trace = (
        f"At {at} of the source, first device. Left: voltage on the junction, a stretch of the trace as it is looked "
        "at. Right: share of dwells that last longer than a time; dashed the memoryless law of the rates found."
    )
    lost, stuck = sum(p.discards for p in found.points), sum(p.stuck for p in found.points)
    flips = sum(p.flips for p in found.points)
    resolved = sum(p.flips_resolved for p in found.points)
    return Section(
        title="Superparamagnetic switching",
        pictures=((_rates(found), rates), (_trace(found, rows), trace)),
        sentences=_finding(found),
        summary=_summary(found),
        grid=_grid(found),
        notes=(
            f"{found.method}.",
            f"A look every {engineering(found.interval, 's')} for {engineering(found.duration, 's')}: {resolved} of "
            f"{flips} flips are seen, the others are undone before the next look; the rates account for them.",
            f"Records that never left a state: {stuck}; discarded: {lost}.",
        ),
    )


def _estimate(value: Estimate, unit: str) -> str:
    number, symbol = engineering(value.value, unit).split(" ")
    if value.error is None:
        return f"{number} {symbol}"
    scale = value.value / float(number)
    return f"{number} ± {value.error / scale:.2g} {symbol}"


def _dwell(rate: Estimate) -> Estimate:
    """Return the mean dwell time of a rate."""
    error = None if rate.error is None else rate.error / rate.value**2
    return Estimate(value=1 / rate.value, error=error)


def _finding(found: Superparamagnetic) -> str:
    law = found.law
    if law is None:
        return "One voltage: no law."
    return (
        f"At equal rates the junction stays {_estimate(law.dwell_time, 's')} in a state; "
        f"{_estimate(law.voltage_scale, 'V')} more on it multiply the rates by e; rates are equal at "
        f"{law.balance.value * 1e3:.2g} mV"
        + ("" if law.balance.error is None else f" ± {law.balance.error * 1e3:.1g} mV")
        + f". Law against rates: chi-squared per degree of freedom {law.chi_squared:.2f}, {law.devices} devices."
    )


def _summary(found: Superparamagnetic) -> str:
    if found.law is None:
        return f"telegraph switching at {engineering(found.points[0].voltage, 'V')} of the source, one voltage alone."
    share = [p.antiparallel.value for p in found.points]
    return (
        f"the junction flips by itself, after {_estimate(found.law.dwell_time, 's')} on average where both states are "
        f"as likely; the bias takes the share of the antiparallel state from {min(share):.0%} to {max(share):.0%}."
    )


def _grid(found: Superparamagnetic) -> Grid:
    head = (
        "source", "stays parallel", "stays antiparallel", "share antiparallel", "dwells", "memoryless: p-value",
        "flips unseen",
    )  # fmt: skip
    rows = tuple(
        (
            engineering(p.voltage, "V"),
            _estimate(_dwell(p.rate_p_to_ap), "s"),
            _estimate(_dwell(p.rate_ap_to_p), "s"),
            f"{p.antiparallel.value:.3f}",
            str(p.dwells),
            "–" if p.dwell_p_value is None else f"{p.dwell_p_value:.2g}",
            f"{1 - p.flips_resolved / p.flips:.1%}" if p.flips else "–",
        )
        for p in found.points
    )
    return Grid(head, rows)


def _rates(found: Superparamagnetic) -> Plot:
    def draw(figure: Figure) -> None:
        left, right = figure.subplots(1, 2)
        sides = (("rate_p_to_ap", "parallel_voltage"), ("rate_ap_to_p", "antiparallel_voltage"))
        for index, (key, at) in enumerate(sides):
            values = [getattr(p, key) for p in found.points]
            left.errorbar(
                [getattr(p, at) for p in found.points], [v.value for v in values], [v.error or 0 for v in values],
                color=colour(index), marker=marker(index), markersize=5, elinewidth=0.8, linestyle="none",
            )  # fmt: skip
        share = [p.antiparallel for p in found.points]
        middle = [(p.parallel_voltage + p.antiparallel_voltage) / 2 for p in found.points]
        right.errorbar(
            middle, [s.value for s in share], [s.error or 0 for s in share],
            color=colour(2), marker=marker(2), markersize=5, elinewidth=0.8, linestyle="none",
        )  # fmt: skip
        if found.law is not None:
            law = found.law
            low, high = left.get_xlim()
            voltage = np.linspace(low, high, 200)
            turned = (voltage - law.balance.value) / law.voltage_scale.value
            for index, sign in enumerate((-1, 1)):
                left.plot(voltage, np.exp(sign * turned) / law.dwell_time.value, color=colour(index))
            right.plot(voltage, [law.antiparallel(float(v)) for v in voltage], color=colour(2))
        left.set_yscale("log")
        left.set_ylabel("rate of leaving the state [1/s]")
        left.yaxis.set_major_locator(LogLocator(10, subs=(1, 2, 5)))
        left.yaxis.set_minor_formatter(NullFormatter())
        left.yaxis.set_major_formatter(FuncFormatter(lambda value, _: scientific(value)))
        right.set_ylabel("share of the time antiparallel")
        right.set_ylim(0, 1)
        for axes in (left, right):
            axes.set_xlabel("voltage on the junction")
            axes.xaxis.set_major_locator(MaxNLocator(5))
            axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: engineering(value, "V")))
        legend_below(figure, _handles())

    return picture(draw, 4.0, "Rates against voltage. " + _finding(found))


def _handles() -> list[Line2D]:
    return [
        Line2D([], [], color=colour(k), marker=marker(k), label=f"leaves {name}") for k, name in enumerate(_NAMES)
    ]  # fmt: skip


def _middle(found: Superparamagnetic) -> float:
    """Return the voltage at which the shares are nearest to each other."""
    return min(found.points, key=lambda p: abs(p.antiparallel.value - 0.5)).voltage


def _trace(found: Superparamagnetic, rows: pd.DataFrame) -> Plot:
    good = rows[(rows["voltage"] == _middle(found)) & (rows["outcome"] == "ok")]
    mine = good[good["sample"] == good["sample"].min()]
    lasts = mine["looks"].to_numpy() * found.interval

    def draw(figure: Figure) -> None:
        left, right = figure.subplots(1, 2, width_ratios=(3, 2))
        levels = mine.groupby("state")["level"].median()
        edges = np.concatenate([[0], np.cumsum(lasts)])
        shown = int(np.searchsorted(edges, _SHOWN * lasts.mean()))
        left.stairs(
            levels[mine["state"]].to_numpy()[:shown], edges[: shown + 1], baseline=None, color="black"
        )
        left.set_xlim(0, edges[min(shown, len(edges) - 1)])
        left.set_ylabel("voltage on the junction")
        left.yaxis.set_major_formatter(FuncFormatter(lambda value, _: engineering(value, "V")))
        left.set_xlabel("time")
        for state in (0, 1):
            complete = mine["state"].to_numpy() == state
            complete[[0, -1]] = False
            _survivors(right, lasts[complete], state)
        right.set_xlabel("dwell time")
        right.set_yscale("log")
        right.set_ylabel("share of dwells that last longer")
        right.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        for axes in (left, right):
            axes.xaxis.set_major_locator(MaxNLocator(5))
            axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: engineering(value, "s")))
        legend_below(figure, [*_handles(), Line2D([], [], color=GREY, linestyle="--", label="memoryless")])

    return picture(draw, 3.8, "A stretch of a telegraph trace, and the distribution of its dwell times.")


def _survivors(axes: Axes, dwells: np.ndarray, state: int) -> None:
    if not dwells.size:
        return
    times = np.sort(dwells)
    axes.step(
        np.concatenate([[0], times]), 1 - np.arange(len(times) + 1) / len(times), where="post", color=colour(state)
    )  # fmt: skip
    # both ends of a dwell are known to within an interval, which cancels in the mean
    line = np.linspace(0, times[-1], 50)
    axes.plot(line, np.exp(-line / dwells.mean()), color=colour(state), linestyle="--", linewidth=0.9)
    axes.set_ylim(bottom=0.5 / max(len(times), math.ceil(1 / (axes.get_ylim()[0] or 1))))
